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
MERCATOR_RADIUS_M: Final = 6_378_137.0
"""Of web maps (EPSG:3857)."""
FEWEST_METRES: Final = 1_000.0
"""No placeholder such as 999 is larger, no coordinate in metres or feet smaller."""
_DEGREES: Final = (
    r"^(?P<before>[NSEW])?\s*(?P<sign>[+-])?\s*(?P<degrees>\d+(?:[.,]\d+)?)\s*°?\s*"
    r"(?:(?P<minutes>\d+(?:[.,]\d+)?)\s*['′’]\s*)?"
    r"(?:(?P<seconds>\d+(?:[.,]\d+)?)\s*(?:\"|″|”|''))?\s*(?P<after>[NSEW])?$"
)


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
    lat, lon = degrees_of(latitude), degrees_of(longitude)
    mercator_lat, mercator_lon = _from_mercator(lon, lat)
    is_mercator = lon.lt(-FEWEST_METRES) & _in_country(mercator_lat, mercator_lon)
    lat, lon = lat.mask(is_mercator, mercator_lat), lon.mask(is_mercator, mercator_lon)
    in_metres = np.isfinite(lat) & np.isfinite(lon) & (lat.abs() > FEWEST_METRES)
    in_metres &= lon.abs() > FEWEST_METRES
    zero = (lat == 0) & (lon == 0)
    swapped = is_given & ~_in_country(lat, lon) & _in_country(lon, lat)
    lat, lon = lat.mask(swapped, lon), lon.mask(swapped, lat)
    unsigned = is_given & ~_in_country(lat, lon)
    turned = unsigned & _in_country(lon, -lat)  # both: 83.0, 42.3
    lat, lon = lat.mask(turned, lon), lon.mask(turned, lat)
    swapped |= turned
    unsigned &= _in_country(lat, -lon)
    lon = lon.mask(unsigned, -lon)
    readable = np.isfinite(lat) & np.isfinite(lon) & lat.between(-90, 90) & lon.between(-180, 180)
    usable = readable & ~zero
    found = gazetteer.county_at(lon.where(usable), lat.where(usable))
    county = pd.Series(found, index=lat.index, dtype="str")
    inside = county.isin(list(counties))
    is_few = usable.sum() < FEWEST
    mostly = not usable.any() or bool(inside[usable].mean() >= 0.5)  # noqa: PLR2004
    is_in_region = is_region_named or mostly or bool(is_few and inside.any())
    problems = {
        "zero_point": zero,
        "projected_point": in_metres,
        "unreadable_point": is_given & ~readable,
    }
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
        {
            "swapped_point": swapped & usable,
            "longitude_without_minus": unsigned & usable,
            "web_mercator_point": is_mercator,
        },
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


def degrees_of(text: pd.Series) -> pd.Series:
    """
    Return the numbers that coordinates name; missing where they cannot be read.

    Parameters
    ----------
    text : pandas.Series of str
        42.33; 42,33; 42.33° N; 83.05 W; 42° 19' 48" N.

    Returns
    -------
    pandas.Series of float64
        Negative south and west.

    Examples
    --------
    >>> degrees_of(pd.Series(["-83.05", "83,05 W", "42° 30' N", "here"])).tolist()
    [-83.05, -83.05, 42.5, nan]
    """
    number = pd.to_numeric(text, errors="coerce").astype("float64")
    unread = text[number.isna() & text.notna()]
    if unread.empty:
        return number
    codes, words = pd.factorize(unread)
    plain = pd.Series(words, dtype="str").str.strip().str.upper().str.replace("−", "-")
    parts = plain.str.extract(_DEGREES)
    size = [pd.to_numeric(parts[name].str.replace(",", "."), errors="coerce").astype("float64")
            for name in ("degrees", "minutes", "seconds")]  # fmt: skip
    value = size[0] + size[1].fillna(0) / 60 + size[2].fillna(0) / 3600
    letter = parts["before"].fillna(parts["after"])
    value = value.mask((parts["sign"] == "-") | letter.isin(["S", "W"]), -value)
    number[unread.index] = value.to_numpy()[codes]
    return number


def _from_mercator(x_m: pd.Series, y_m: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return latitude and longitude of metres in EPSG:3857."""
    height = (y_m / MERCATOR_RADIUS_M).clip(-4, 4)  # beyond the poles nothing is meant
    latitude = np.degrees(2 * np.arctan(np.exp(height)) - np.pi / 2)
    return latitude, np.degrees(x_m / MERCATOR_RADIUS_M)


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
