"""The file of all counties: read once, for the states themselves and for who lies near them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.areas import AREA_CRS
from geo.errors import InputError
from geo.sources.boundary_files import boundary_rows
from geo.sources.census_boundaries import COUNTIES, county_rows
from geo.states import state_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import geopandas as gpd

    from geo.sources.source import Fetched

REACH_M: Final = 100_000.0
"""What lies beyond a state line counts up to here: farther than an hour's drive."""


@dataclass(frozen=True)
class CountyFile:
    """
    What the file of counties tells of some states.

    Parameters
    ----------
    files : tuple of Fetched
        The file.
    own : dict of str to GeoDataFrame
        By state, as `COUNTIES.read` gives it.
    near : geopandas.GeoDataFrame
        geoid and outline of every county within reach of the states, their own among them.
    """

    files: tuple[Fetched, ...]
    own: dict[str, gpd.GeoDataFrame]
    near: gpd.GeoDataFrame

    @property
    def neighbours(self) -> set[str]:
        """FIPS codes of the other states within reach."""
        return set(self.near["geoid"].str[:2]) - set(self.own)


def read_county_file(files: Sequence[Fetched], states: Collection[str]) -> CountyFile:
    """
    Read the file of counties.

    Parameters
    ----------
    files : sequence of Fetched
        One file of the whole country.
    states : collection of str
        FIPS codes.

    Returns
    -------
    CountyFile

    Raises
    ------
    InputError
        If there is not one file, it is damaged, lacks a column or has no county of a state.
    """
    rows = boundary_rows([one.path for one in files], None, COUNTIES.title, ("NAME", "STATEFP"), 5)
    own = {state: county_rows(rows[rows["STATEFP"] == state]) for state in states}
    absent = sorted(state for state, counties in own.items() if counties.empty)
    if absent:
        name = state_of(absent[0]).name
        msg = f"{COUNTIES.title}: {files[0].path.name} has no county of {name}"
        raise InputError(msg)
    outlines = rows.rename(columns={"GEOID": "geoid"})[["geoid", "geometry"]].to_crs(AREA_CRS)
    here = outlines[rows["STATEFP"].isin(own)]
    near = outlines.sindex.query(here.geometry, predicate="dwithin", distance=REACH_M)[1]
    return CountyFile(tuple(files), own, outlines.iloc[sorted(set(near))])
