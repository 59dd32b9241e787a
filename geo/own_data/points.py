"""Latitude and longitude as people write them: read, judged, put right where there is no doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.own_data.placing import projected

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.own_data.placing import Gazetteer

FEWEST: Final = 20
"""Fewer rows tell nothing about a file as a whole."""
FAR_M: Final = 200_000.0
UNITED_STATES: Final = (17.0, 72.0, -180.0, -64.0)
"""South, north, west, east: Puerto Rico to Alaska."""
ZONES: Final = (
    (-86.5, "America/New_York"),
    (-102.0, "America/Chicago"),
    (-114.0, "America/Denver"),
    (-180.1, "America/Los_Angeles"),
)
"""Time zones by their western edge, roughly: a file near an edge names its own."""
ARIZONA: Final = (-109.05, -114.8, 37.0)
"""East, west, north: no summer time."""


@dataclass(frozen=True)
class Points:
    """
    The points of a file, row by row.

    Parameters
    ----------
    longitude, latitude : pandas.Series, Float64
        Put right; missing where there is none that can be used.
    county : pandas.Series of str
        GEOID; missing outside all known counties.
    is_given : pandas.Series of bool
        The row has something in either column.
    problems, mended : dict of str to pandas.Series of bool
        By the codes of `REASONS` and `MENDED`.
    is_in_region : bool
    notes : list of str
    """

    longitude: pd.Series
    latitude: pd.Series
    county: pd.Series
    is_given: pd.Series
    problems: dict[str, pd.Series]
    mended: dict[str, pd.Series]
    is_in_region: bool
    notes: list[str]


def points_of(
    latitude: pd.Series,
    longitude: pd.Series,
    gazetteer: Gazetteer,
    counties: Collection[str],
    *,
    is_region_named: bool = False,
) -> Points:
    """
    Read and judge points.

    Parameters
    ----------
    latitude, longitude : pandas.Series of str
        Missing where nothing is said.
    gazetteer : Gazetteer
    counties : collection of str
        GEOIDs of the chosen region.
    is_region_named : bool
        Whether the file is known to be of the region; else its points decide.

    Returns
    -------
    Points
    """
    is_given = latitude.notna() | longitude.notna()
    lat = pd.to_numeric(latitude, errors="coerce").astype("float64")
    lon = pd.to_numeric(longitude, errors="coerce").astype("float64")
    zero = (lat == 0) & (lon == 0)
    swapped = is_given & ~_in_country(lat, lon) & _in_country(lon, lat)
    lat, lon = lat.mask(swapped, lon), lon.mask(swapped, lat)
    unsigned = is_given & ~_in_country(lat, lon) & _in_country(lat, -lon)
    lon = lon.mask(unsigned, -lon)
    readable = np.isfinite(lat) & np.isfinite(lon) & lat.between(-90, 90) & lon.between(-180, 180)
    usable = readable & ~zero
    county = pd.Series(pd.NA, index=lat.index, dtype="str")
    county[usable] = gazetteer.county_at(lon[usable], lat[usable])
    inside = county.isin(list(counties))
    is_few = usable.sum() < FEWEST
    mostly = not usable.any() or bool(inside[usable].mean() >= 0.5)  # noqa: PLR2004
    is_in_region = is_region_named or mostly or bool(is_few and inside.any())
    problems = {"zero_point": zero, "unreadable_point": is_given & ~readable}
    notes = []
    if is_in_region:
        problems["outside_region"] = usable & ~inside
    else:
        problems["far_from_rest"] = _far(lat, lon, usable)
        notes.append(
            "Most points lie outside the chosen region: the file is shown by hexagons, as counts, "
            "because no residents are known there."
        )
    bad = ~usable
    return Points(
        lon.mask(bad).astype("Float64"),
        lat.mask(bad).astype("Float64"),
        county,
        is_given,
        problems,
        {"swapped_point": swapped & usable, "longitude_without_minus": unsigned & usable},
        is_in_region,
        notes,
    )


def zone_of(points: Points) -> str:
    """Return the time zone of the middle of a file's points; Detroit in the region."""
    if points.is_in_region:
        return "America/Detroit"
    latitude, longitude = float(points.latitude.median()), float(points.longitude.median())
    if longitude < ARIZONA[0] and ARIZONA[1] < longitude and latitude < ARIZONA[2]:
        return "America/Phoenix"
    return next(zone for west, zone in ZONES if longitude > west)


def _in_country(lat: pd.Series, lon: pd.Series) -> pd.Series:
    south, north, west, east = UNITED_STATES
    return lat.between(south, north) & lon.between(west, east)


def _far(lat: pd.Series, lon: pd.Series, usable: pd.Series) -> pd.Series:
    far = pd.Series(False, index=lat.index)  # noqa: FBT003
    if usable.sum() < FEWEST:
        return far
    x, y = projected(lon[usable], lat[usable])
    far[usable] = np.hypot(x - np.median(x), y - np.median(y)) > FAR_M
    return far
