"""The places of a state, from official files: counties, municipality parts, tracts, residents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.areas import AREA_CRS
from geo.errors import InputError
from geo.municipal_tiles import municipal_tiles
from geo.sources.census_boundaries import COUNTIES, COUSUBS, PLACES, TRACTS
from geo.sources.census_population import (
    ACS_TRACT,
    DECENNIAL_COUSUB,
    DECENNIAL_PLACE,
    DECENNIAL_TRACT,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.sources.collected import Collected

LEAST_COUNTED: Final = 0.95
"""Share of tracts that a file of residents must know; else it is of another census."""


def state_places(
    collected: Collected, state: str, *, report: Callable[[str], None]
) -> dict[str, gpd.GeoDataFrame]:
    """
    Return the inputs `county`, `municipality` and `tract` of a state.

    Parameters
    ----------
    collected : Collected
    state : str
        FIPS code.
    report : callable
        Told what is not there.

    Returns
    -------
    dict of str to GeoDataFrame, EPSG:4269
        In the columns of `data/manual/*.geojson`; tracts and municipalities may have no rows.

    Raises
    ------
    InputError
        If a file cannot be read, has changed, or residents and outlines are of different censuses.

    Notes
    -----
    Where there are tracts, counties are their union: both then share their borders.
    """
    counties = gpd.GeoDataFrame(collected.read(COUNTIES, state))
    tracts = collected.read(TRACTS, state)
    if tracts is not None:
        counties = _union_of_tracts(counties, gpd.GeoDataFrame(tracts))
    cousubs, places = collected.read(COUSUBS, state), collected.read(PLACES, state)
    tiles = _municipalities(collected, state, counties, cousubs, places)
    if tiles.empty:
        report(f"state {state}: no municipalities, since there is no file of places")
    found = _tracts(collected, state, tracts, tiles)
    if found["population_persons"].isna().all():
        report(f"state {state}: no residents by tract, so no share of people can be worked out")
    counties["source_id"] = (COUNTIES if tracts is None else TRACTS).source_id
    return {"county": counties, "municipality": tiles, "tract": found}


def largest_overlap(inner: gpd.GeoDataFrame, outer: gpd.GeoDataFrame, label: str) -> pd.Series:
    """
    Return which outer area holds most of each inner area.

    Parameters
    ----------
    inner, outer : geopandas.GeoDataFrame
        Polygons in one CRS.
    label : str
        Column of `outer` that is returned.

    Returns
    -------
    pandas.Series, on the index of `inner`
        Missing where none touches it.
    """
    shapes, others = (frame.geometry.to_crs(AREA_CRS).to_numpy() for frame in (inner, outer))
    one, two = shapely.STRtree(others).query(shapes, predicate="intersects")
    size = shapely.area(shapely.intersection(shapes[one], others[two]))
    best = pd.DataFrame({"inner": one, "outer": two, "size": size}).sort_values(
        ["inner", "size", "outer"], ascending=[True, False, True], kind="stable"
    )
    best = best.drop_duplicates("inner").set_index("inner")["outer"]
    place = best.reindex(range(len(inner)))
    names = outer[label].to_numpy(dtype=object)
    found = [None if pd.isna(at) else names[int(at)] for at in place]
    return pd.Series(found, index=inner.index, dtype="str")


def _union_of_tracts(counties: gpd.GeoDataFrame, tracts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    absent = sorted(set(counties["geoid"]) - set(tracts["county_geoid"]))
    if absent:
        msg = f"{TRACTS.title}: no tract in county {absent[0]}; the files are of different years"
        raise InputError(msg)
    union = tracts.dissolve("county_geoid")["geometry"]
    outlines = gpd.GeoSeries(
        union.reindex(counties["geoid"]).to_numpy(), index=counties.index, crs=counties.crs
    )
    return counties.set_geometry(outlines)


def _municipalities(
    collected: Collected,
    state: str,
    counties: gpd.GeoDataFrame,
    cousubs: pd.DataFrame | None,
    places: pd.DataFrame | None,
) -> gpd.GeoDataFrame:
    tiles = municipal_tiles(
        counties,
        None if cousubs is None else gpd.GeoDataFrame(cousubs),
        None if places is None else gpd.GeoDataFrame(places),
    )
    if cousubs is None and places is None:
        tiles = tiles.iloc[:0]
    counted = [collected.read(source, state) for source in (DECENNIAL_PLACE, DECENNIAL_COUSUB)]
    known = [rows.set_index("geoid")["population_persons"] for rows in counted if rows is not None]
    people = pd.concat(known) if known else pd.Series(dtype="Int64")
    stated = tiles["geoid"].map(people).astype("Int64").mask(tiles["is_cross_county"])
    tiles["census_2010_persons"] = pd.array([None] * len(tiles), dtype="Int64")
    tiles["census_2020_persons"] = stated
    note = pd.Series("Census 2020, P.L. 94-171", index=tiles.index, dtype="str")
    tiles["census_2020_note"] = note.where(stated.notna())
    tiles["source_id"] = (COUSUBS if places is None else PLACES).source_id
    return tiles


def _tracts(
    collected: Collected, state: str, tracts: pd.DataFrame | None, tiles: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    if tracts is None or tiles.empty:
        columns = ["geoid", "county_geoid", "municipality_geoid", "land_m2"]
        columns += ["population_persons", "population_year", "population_source_id"]
        empty = gpd.GeoDataFrame(columns=[*columns, "source_id"], geometry=[], crs=tiles.crs)
        return empty.assign(latitude=0.0, longitude=0.0)
    found = gpd.GeoDataFrame(tracts).copy()
    found["municipality_geoid"] = largest_overlap(found, tiles, "geoid")
    found["population_persons"] = pd.array([None] * len(found), dtype="Int64")
    found["population_year"] = found["population_persons"]
    found["population_source_id"] = pd.array([None] * len(found), dtype="str")
    for source in (DECENNIAL_TRACT, ACS_TRACT):
        rows = collected.read(source, state)
        if rows is None:
            continue
        rows = rows.set_index("geoid").reindex(found["geoid"])
        share = float(rows["population_persons"].notna().mean())
        if share < LEAST_COUNTED:
            msg = (
                f"{source.title}: only {share:.0%} of the tracts of state {state} have residents "
                f"in it; outlines and residents are of different censuses"
            )
            raise InputError(msg)
        found["population_persons"] = rows["population_persons"].to_numpy()
        found["population_year"] = rows["population_year"].to_numpy()
        found["population_source_id"] = source.source_id
        break
    return found.assign(source_id=TRACTS.source_id)
