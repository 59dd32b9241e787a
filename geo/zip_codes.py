"""Where the people of a ZIP code live, for files that tell of no better place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.placement import place_points

if TYPE_CHECKING:
    import geopandas as gpd

LEVELS: Final = {"municipality": "area_id", "tract": "tract_geoid"}
"""What a ZIP code is shared out to, by its column in `population_point`."""


def zip_shares(points: gpd.GeoDataFrame, zctas: gpd.GeoDataFrame, *, by: str) -> pd.DataFrame:
    """
    Return the shares of the people of each ZIP code tabulation area that live in each area.

    Parameters
    ----------
    points : geopandas.GeoDataFrame
        Table `population_point`.
    zctas : geopandas.GeoDataFrame
        zip_code and outlines, in the CRS of `points`.
    by : {"municipality", "tract"}

    Returns
    -------
    pandas.DataFrame
        zip, area, share (they add up to 1 per ZIP code), by ZIP code, largest share first: the
        table that the page of own data asks for. ZIP codes without people are left out.

    Raises
    ------
    InputError
        If `by` is no level.
    CRSError
        If the two are in different coordinate systems.

    Notes
    -----
    People are where their population point is, so a ZIP code smaller than a tract may get all of
    its people or none: a table to start from, not a count.
    """
    if by not in LEVELS:
        msg = f"`by` is {by!r}; choose {' or '.join(LEVELS)}"
        raise InputError(msg)
    named = zctas.set_index("zip_code")
    rows = pd.DataFrame(
        {
            "zip": place_points(points.geometry, named[["geometry"]], engine="shapely"),
            "area": points[LEVELS[by]],
            "people": points["residents_persons"].astype(float),
        }
    )
    people = rows[rows["people"] > 0].dropna().groupby(["zip", "area"])["people"].sum()
    shares = (people / people.groupby("zip").transform("sum")).rename("share").reset_index()
    return shares.sort_values(
        ["zip", "share", "area"], ascending=[True, False, True], ignore_index=True
    )
