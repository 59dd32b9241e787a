"""
What is measured over the whole United States, each in a process of its own.

Counties, facilities and the number of tracts of each county are the published ones. Outlines of all
tracts are not among the stored files: a tract is a point drawn at random (seeded) inside its
county's outline, with 4,000 residents. Which police carry naloxone is known for a few counties
only, so the national status is drawn at random too: SYNTHETIC, for the time it takes, for nothing
else.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.memory import peak_mb
from benchmarks.serving import OUTLINES, RAW_DATA
from geo.access import TravelTimeModel, earth_positions_m, nearest_site, sites_within
from geo.analysis import travel_time_model
from geo.coverage import SITE_KINDS, coverage
from geo.placement import Positions, place_points
from geo.tables.reader import TableReader

if TYPE_CHECKING:
    from collections.abc import Callable

FACILITIES: Final = RAW_DATA / "SubstanceUseTreatment_Geocoded.csv"
OTPS: Final = RAW_DATA / "OpioidTreatmentProgram_Geocoded.csv"
DRIVES: Final = RAW_DATA / "SUT_drive_tract.csv"
TRACT_PERSONS: Final = 4_000
MINUTES: Final = 30
METRES: Final = "EPSG:5070"
SEED: Final = 2026
PUERTO_RICO: Final = "72"
STATUS: Final = ("documented", "announced", "does_not_carry", "not_documented")


def counties() -> gpd.GeoDataFrame:
    """Return outlines of the 3,144 counties, by GEOID."""
    rows = gpd.read_file(OUTLINES)
    return rows[rows["STATEFP"] != PUERTO_RICO].set_index("GEOID")


def tract_points(count: int) -> pd.DataFrame:
    """
    Return points in place of tracts: longitude, latitude and county_geoid.

    Notes
    -----
    A county gets points in proportion to its tracts in the published drive times. Connecticut and
    two counties of Alaska have other codes there: tracts without a county are shared out by land
    area over their state's counties without tracts.
    """
    land = counties()
    state = land["STATEFP"]
    codes = pd.read_csv(DRIVES)["origin"].astype(str).str.zfill(11)
    tracts = codes.str[:5].value_counts()
    share = tracts.reindex(land.index, fill_value=0).astype(float)
    lost = tracts[~tracts.index.isin(land.index)]
    lost = lost.groupby(lost.index.str[:2]).sum()
    area = land["ALAND"].where(share == 0, 0).astype(float)
    part = area / area.groupby(state).transform("sum").where(lambda total: total > 0)
    share += (part * state.map(lost)).fillna(0)
    random = np.random.default_rng(SEED)
    exact = share / share.sum() * count
    left = count - int(np.floor(exact).sum())
    wanted = np.floor(exact) + ((exact % 1).rank(method="first", ascending=False) <= left)
    wanted = wanted.astype(int)
    x, y = zip(*map(_inside, land.geometry, wanted, [random] * len(land)), strict=True)
    return pd.DataFrame(
        {
            "longitude": np.concatenate(x),
            "latitude": np.concatenate(y),
            "county_geoid": np.repeat(land.index.to_numpy(), wanted),
        }
    )


def _inside(shape: Any, count: int, random: np.random.Generator) -> tuple[Any, Any]:
    """Return random points inside a shape: drawn in its bounds, kept where they fall in it."""
    west, south, east, north = shape.bounds
    shapely.prepare(shape)
    x, y = np.empty(0), np.empty(0)
    while len(x) < count:
        more = random.uniform((west, south), (east, north), (4 * count + 8, 2)).T
        inside = shapely.contains_xy(shape, *more)
        x, y = np.append(x, more[0][inside]), np.append(y, more[1][inside])
    return x[:count], y[:count]


def facilities() -> pd.DataFrame:
    """Return the 14,034 treatment facilities of July 2021: longitude, latitude."""
    rows = pd.read_csv(FACILITIES, encoding="latin-1", dtype={"zip": str, "zip4": str})
    return rows[["longitude", "latitude"]]


def _otps() -> pd.DataFrame:
    rows = pd.read_csv(OTPS, encoding="latin-1").rename(columns=str.lower)
    return rows[["longitude", "latitude"]].dropna()


@cache
def _model() -> TravelTimeModel:
    return travel_time_model(TableReader())


def _metres(places: pd.DataFrame) -> gpd.GeoDataFrame:
    xy = gpd.points_from_xy(places["longitude"], places["latitude"], crs="EPSG:4326")
    return gpd.GeoDataFrame(geometry=xy).to_crs(METRES)


def nearest(tracts: pd.DataFrame, sites: pd.DataFrame) -> tuple[Any, Any]:
    """Return kilometres to the nearest site and how many are within 30 minutes."""
    points = earth_positions_m(tracts["longitude"], tracts["latitude"])
    places = earth_positions_m(sites["longitude"], sites["latitude"])
    return nearest_site(points, places)[0], sites_within(points, places, _model().km(MINUTES))


def plain_nearest(tracts: pd.DataFrame, sites: pd.DataFrame) -> tuple[Any, Any]:
    """Return the same by joins of geopandas: to the nearest, and to circles around the sites."""
    points, places = _metres(tracts), _metres(sites)
    joined = gpd.sjoin_nearest(points, places, distance_col="distance_m")
    km = joined["distance_m"].groupby(level=0).first() / 1000
    circles = gpd.GeoDataFrame(geometry=places.buffer(1000 * _model().km(MINUTES)))
    counts = points.sjoin(circles).groupby(level=0).size()
    return km.to_numpy(), counts.reindex(points.index, fill_value=0).to_numpy()


def _people(count: int) -> pd.DataFrame:
    """Return points as `coverage` takes them; walk-in places: every tenth facility."""
    tracts = tract_points(count)
    points = earth_positions_m(tracts["longitude"], tracts["latitude"])
    random = np.random.default_rng(SEED)
    sites = {"treatment": facilities(), "otp": _otps(), "walk_in": facilities().iloc[::10]}
    for kind in SITE_KINDS:
        places = earth_positions_m(sites[kind]["longitude"], sites[kind]["latitude"])
        tracts[f"{kind}_minutes"] = _model().minutes(nearest_site(points, places)[0])
    tracts["residents_persons"] = TRACT_PERSONS
    tracts["naloxone_code"] = random.choice(STATUS, count)
    return tracts.assign(area_id=tracts["county_geoid"])


def _plain_coverage(people: pd.DataFrame) -> pd.DataFrame:
    from benchmarks.plain_analysis import municipality_coverage

    return municipality_coverage(people, minutes=MINUTES)


def _plain_place(points: Positions, land: gpd.GeoDataFrame) -> pd.Series:
    xy = gpd.points_from_xy(points.x, points.y, crs=land.crs)
    joined = gpd.GeoDataFrame(geometry=xy).sjoin(land[["geometry"]], how="left")
    return joined["GEOID"]


def _prepared(work: str, count: int) -> Callable[[], Any]:
    """Return the work on its input, which is read and drawn before the clock starts."""
    if work.startswith("nearest"):
        tracts, sites = tract_points(count), facilities()
        _model()
        way = plain_nearest if work.endswith("plain") else nearest
        return lambda: way(tracts, sites)
    if work.startswith("coverage"):
        people = _people(count)
        if work.endswith("plain"):
            return lambda: _plain_coverage(people)
        return lambda: coverage(people, "county_geoid", minutes=MINUTES)
    land, drawn = counties(), tract_points(count)
    points = Positions(drawn["longitude"].to_numpy(), drawn["latitude"].to_numpy(), land.crs)
    if work.endswith("plain"):
        return lambda: _plain_place(points, land)
    engine = work.rpartition(" ")[2]
    return lambda: place_points(points, land, engine=engine)


def main() -> int:
    """Print milliseconds (the best) and the process's peak memory, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", help="nearest, coverage, or place by an engine; or ... plain")
    parser.add_argument("count", type=int, help="points")
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    work, times = _prepared(options.work, options.count), []
    for _ in range(options.times):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"best": min(times), "mb": peak_mb()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
