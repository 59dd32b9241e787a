"""The people of a tract, split over the municipalities that share it."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import CRSError, InputError

AREA_CRS: Final = "EPSG:5070"
SLIVER_SHARE: Final = 0.002
MAX_ROUNDS: Final = 200
TOLERANCE_PERSONS: Final = 0.01
PLACE_TYPES: Final = ("city", "village", "borough", "consolidated")
"""Types whose census count is of the area itself; a township's includes its villages."""


def population_points(tracts: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Split the residents of each tract over the municipality parts it meets.

    Parameters
    ----------
    tracts : geopandas.GeoDataFrame
        `geoid`, `county_geoid`, `population_persons`, `land_m2`, `latitude`, `longitude` of a
        point inside, and polygons.
    areas : geopandas.GeoDataFrame
        `area_id`, `county_geoid`, `type_code`, `census_2010_persons`, `census_2020_persons` and
        disjoint polygons that tile the same counties, in the CRS of `tracts`.

    Returns
    -------
    geopandas.GeoDataFrame
        tract_geoid, area_id, county_geoid, residents_persons, within_km and a point, sorted.
        The residents of a tract add up to the tract's count exactly.

    Raises
    ------
    CRSError
        If the two are in different coordinate systems.
    InputError
        If a tract with residents meets no area of its county.

    Notes
    -----
    Iterative proportional fitting: residents of a piece start at tract count x share of the
    tract's land area; cities, villages and boroughs are scaled to their Census 2010 count (2020
    where that is missing), tracts to theirs, in turn, until no piece moves by 0.01 person.
    Townships take what remains. Pieces below 0.2 % of a tract's area are drawing noise and
    dropped, unless an area would vanish with them. Whole persons by largest remainder. A piece
    that holds the tract's own point keeps it; another gets a point inside it.

    References
    ----------
    Deming, Stephan (1940), doi:10.1214/aoms/1177731829.
    """
    if tracts.crs != areas.crs:
        msg = f"`tracts` is in {tracts.crs}, `areas` in {areas.crs}; bring both into one"
        raise CRSError(msg)
    if tracts.empty:
        return _nobody(tracts.crs)
    pieces = _pieces(tracts, areas)
    absent = tracts.loc[
        ~tracts["geoid"].isin(pieces["geoid"]) & (tracts["population_persons"] > 0), "geoid"
    ]
    if len(absent):
        msg = f"{len(absent)} tracts meet no area of their county, first {absent.iloc[0]}"
        raise InputError(msg)
    places = areas.loc[areas["type_code"].isin(PLACE_TYPES)]
    known = places["census_2010_persons"].fillna(places["census_2020_persons"])
    totals = known.set_axis(places["area_id"]).dropna()
    persons = _rake(pieces, totals)
    pieces["residents_persons"] = _whole_persons(persons, pieces["geoid"])
    pieces["within_km"] = 0.5 * np.sqrt(pieces["land_m2"] / np.pi) / 1000
    columns = ["geoid", "area_id", "county_geoid", "residents_persons", "within_km", "geometry"]
    points = pieces[columns].rename(columns={"geoid": "tract_geoid"})
    points["geometry"] = _points(pieces)
    points = points.set_crs(tracts.crs, allow_override=True)
    points = points.astype({"residents_persons": "Int64", "within_km": "Float64"})
    return points.sort_values(["tract_geoid", "area_id"]).reset_index(drop=True)


def _nobody(crs: object) -> gpd.GeoDataFrame:
    columns = {
        "tract_geoid": "str",
        "area_id": "str",
        "county_geoid": "str",
        "residents_persons": "Int64",
        "within_km": "Float64",
    }
    rows = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries([], crs=crs))


def _pieces(tracts: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    pieces = gpd.overlay(
        tracts,
        areas[["area_id", "county_geoid", "geometry"]].rename(
            columns={"county_geoid": "area_county_geoid"}
        ),
        how="intersection",
        keep_geom_type=True,
    )
    pieces = pieces[pieces["county_geoid"] == pieces["area_county_geoid"]]
    size = pieces.to_crs(AREA_CRS).area
    pieces["share"] = size / size.groupby(pieces["geoid"]).transform("sum")
    largest = pieces.groupby("area_id")["share"].transform("max")
    keep = (pieces["share"] >= SLIVER_SHARE) | (pieces["share"] == largest) & (
        largest < SLIVER_SHARE
    )
    kept = pieces[keep].reset_index(drop=True)
    kept["share"] /= kept.groupby("geoid")["share"].transform("sum")
    return kept


def _rake(pieces: pd.DataFrame, totals: pd.Series) -> pd.Series:
    tract, area = pieces["geoid"], pieces["area_id"]
    tract_total = pieces["population_persons"].astype(float)
    start = tract_total * pieces["share"]
    goal = area.map(totals).astype(float)
    is_place = goal.notna()
    free_start = start.where(~is_place, 0.0)
    free_total = free_start.groupby(tract).transform("sum")
    persons = start
    for _ in range(MAX_ROUNDS):
        before = persons
        found = persons.groupby(area).transform("sum")
        persons = persons * (goal / found.where(found > 0)).fillna(1.0)
        fixed = persons.where(is_place, 0.0).groupby(tract).transform("sum")
        room = (tract_total - fixed).clip(lower=0)
        persons = persons.where(is_place, room * (free_start / free_total.where(free_total > 0)))
        found = persons.groupby(tract).transform("sum")
        scaled = persons * (tract_total / found.where(found > 0))
        persons = scaled.fillna(start)  # a tract whose only places count nobody keeps its people
        if (persons - before).abs().max() < TOLERANCE_PERSONS:
            break
    return persons


def _whole_persons(persons: pd.Series, tract: pd.Series) -> pd.Series:
    floor = np.floor(persons + 1e-9)
    rest = persons - floor
    short = (
        persons.groupby(tract).transform("sum") - floor.groupby(tract).transform("sum")
    ).round()
    rank = rest.groupby(tract).rank(method="first", ascending=False)
    return (floor + (rank <= short)).astype("int64")


def _points(pieces: gpd.GeoDataFrame) -> gpd.GeoSeries:
    own = gpd.GeoSeries(
        gpd.points_from_xy(pieces["longitude"], pieces["latitude"]),
        index=pieces.index,
        crs=pieces.crs,
    )
    return own.where(pieces.geometry.contains(own), pieces.geometry.representative_point())
