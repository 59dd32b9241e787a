"""A made-up incident file, to try the page on and to measure it with; no row is an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import CRSError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.access import Array

Codes = np.ndarray[Any, np.dtype[np.intp]]

STORAGE_CRS: Final = "EPSG:4269"
COLUMNS: Final = (
    "event_id",
    "date_time",
    "latitude",
    "longitude",
    "outcome",
    "naloxone_doses",
    "given_by",
    "agency",
    "source",
)
SOURCE: Final = "SYNTHETIC demonstration data, not real events"
ROWS: Final = 12_000
SEED: Final = 2023

CLUSTERS: Final = (  # latitude, longitude, radius in km, relative risk
    (42.35, -83.45, 6.0, 4.0),
    (42.66, -82.99, 6.0, 3.0),
    (42.80, -83.70, 7.0, 4.0),
)
SPIKE_COUNTY: Final = "26049"
SPIKE_FIRST, SPIKE_LAST, SPIKE_TIMES = "2023-12-11", "2023-12-24", 5.0

FIRST_DAY, LAST_DAY = "2021-01-01", "2023-12-31"
SEASON_SHARE, SEASON_PEAK_DAY = 0.1, 200  # a tenth more in mid-July, a tenth fewer in January
WEEKDAYS: Final = (0.94, 0.93, 0.95, 0.98, 1.06, 1.10, 1.04)  # Monday first
HOURS: Final = (9, 8, 7, 6, 4, 3, 3, 4, 5, 6, 7, 8, 9, 9, 9, 10, 11, 12, 13, 13, 13, 12, 11, 10)

OUTCOMES: Final = {"fatal": 0.09, "non-fatal": 0.87, "unknown": 0.04}
DOSES: Final = {"0": 0.20, "1": 0.38, "2": 0.23, "3+": 0.09, "unknown": 0.10}
GIVERS: Final = ("police", "ems", "fire", "bystander", "unknown", "nobody")
GIVER_SHARES: Final = (0.20, 0.46, 0.14, 0.13, 0.07)
POLICE_COUNTIES: Final = ("26087", "26099")
POLICE_GIVER_SHARES: Final = (0.42, 0.30, 0.10, 0.12, 0.06)
AGENCY_KINDS: Final = ("POLICE", "EMS", "FIRE", "EMS", "EMS", "EMS")  # by who gave it
AGENCIES_PER_COUNTY: Final = 3

KM_PER_DEGREE: Final = 111.195  # of a great circle, Earth's mean radius 6371.0088 km


def synthetic_incidents(
    points: pd.DataFrame, *, rows: int = ROWS, seed: int = SEED
) -> pd.DataFrame:
    """
    Return a made-up file of overdose events in the counties of the points.

    Parameters
    ----------
    points : geopandas.GeoDataFrame
        The table `population_point`: county_geoid, residents_persons, within_km, points in
        EPSG:4269.
    rows : int
        Events.
    seed : int
        Of every draw; one seed, one file, byte for byte.

    Returns
    -------
    pandas.DataFrame, shape (rows, 9), in order of time
        event_id ("SYNTHETIC-000001"), date_time ("2023-05-01 13:20"), latitude, longitude (degrees,
        float64, 5 decimals), outcome, naloxone_doses, given_by, agency ("SYNTHETIC EMS 3"), source;
        str but for the coordinates. The same source in every row: that it is not real.

    Raises
    ------
    CRSError
        If `points` is not in EPSG:4269.
    InputError
        If a column is absent, nobody lives at the points, or `rows` is not positive.

    Notes
    -----
    Nothing in it comes from an event. Only the points and their residents are real; every risk,
    share and pattern below is invented.

    An event falls on a point with probability proportional to residents x relative risk, and then
    anywhere within `within_km` of it, so a few lie in a lake or over a border. Relative risk is 1
    but in three planted clusters: 4 within 6 km of 42.35 N 83.45 W, 3 within 6 km of 42.66 N 82.99
    W, 4 within 7 km of 42.80 N 83.70 W. These places were taken for their spread over the map, not
    for what is known of them.

    Days run from 2021-01-01 to 2023-12-31, 10 % above the mean in mid-July and below in January,
    most on Saturday, most from 18 to 21 o'clock. In Genesee County (26049) a day from 2023-12-11 to
    2023-12-24 has 5 times the events: the planted spike. 9 % of outcomes are fatal, 4 % unknown.
    Police give naloxone more often in Lapeer and Macomb (26087, 26099). All else is independent.
    """
    _check(points, rows)
    random = np.random.default_rng(seed)
    where = _draw(random, _risk(points) * points["residents_persons"].to_numpy(float), rows)
    county = points["county_geoid"].to_numpy(object)[where]
    day = _days(random, county == SPIKE_COUNTY)
    minute = _draw(random, np.repeat(HOURS, 60), rows)
    order = np.argsort(day * 1440 + minute, kind="stable")
    where, county, day, minute = where[order], county[order], day[order], minute[order]
    latitude, longitude = _jittered(random, points, where)
    doses = _draw(random, list(DOSES.values()), rows)
    giver = _givers(random, np.isin(county, POLICE_COUNTIES))
    giver[doses == list(DOSES).index("0")] = GIVERS.index("nobody")
    outcome = _draw(random, list(OUTCOMES.values()), rows)
    county_number = np.unique(points["county_geoid"].to_numpy(object), return_inverse=True)[1]
    number = county_number[where] * AGENCIES_PER_COUNTY
    number = number + _draw(random, np.ones(AGENCIES_PER_COUNTY), rows)
    columns = {
        "event_id": pd.Series([f"SYNTHETIC-{one:06d}" for one in range(1, rows + 1)], dtype="str"),
        "date_time": _date_times(day, minute),
        "latitude": latitude,
        "longitude": longitude,
        "outcome": _text(list(OUTCOMES), outcome),
        "naloxone_doses": _text(list(DOSES), doses),
        "given_by": _text(GIVERS, giver),
        "agency": _agencies(giver, number),
        "source": _text([SOURCE], np.zeros(rows, dtype=np.intp)),
    }
    return pd.DataFrame(columns, columns=list(COLUMNS))


def _risk(points: pd.DataFrame) -> Array:
    latitude, longitude = _coordinates(points)
    risk = np.ones(len(points))
    for cluster_latitude, cluster_longitude, radius_km, times in CLUSTERS:
        north = (latitude - cluster_latitude) * KM_PER_DEGREE
        east = (longitude - cluster_longitude) * KM_PER_DEGREE * np.cos(np.radians(latitude))
        risk[np.hypot(north, east) <= radius_km] = times
    return risk


def _days(random: np.random.Generator, in_spike_county: np.ndarray[Any, Any]) -> Codes:
    """Return for each event the days since the first."""
    days = _calendar()
    weight = 1 + SEASON_SHARE * np.cos(
        2 * np.pi * (days.day_of_year.to_numpy() - SEASON_PEAK_DAY) / 365.25
    )
    weight = weight * np.array(WEEKDAYS)[days.day_of_week.to_numpy()]
    is_spike = (days >= SPIKE_FIRST) & (days <= SPIKE_LAST)
    count = len(in_spike_county)
    usual = _draw(random, weight, count)
    raised = _draw(random, np.where(is_spike, weight * SPIKE_TIMES, weight), count)
    return np.where(in_spike_county, raised, usual)


def _jittered(
    random: np.random.Generator, points: pd.DataFrame, where: Codes
) -> tuple[Array, Array]:
    """Return a place for each event, even over the disc around its point."""
    latitude, longitude = _coordinates(points)
    radius_km = points["within_km"].to_numpy(float)[where] * np.sqrt(random.random(len(where)))
    angle = 2 * np.pi * random.random(len(where))
    north = radius_km * np.cos(angle) / KM_PER_DEGREE
    east = radius_km * np.sin(angle) / (KM_PER_DEGREE * np.cos(np.radians(latitude[where])))
    return np.round(latitude[where] + north, 5), np.round(longitude[where] + east, 5)


def _givers(random: np.random.Generator, by_police: np.ndarray[Any, Any]) -> Codes:
    usual = _draw(random, GIVER_SHARES, len(by_police))
    return np.where(by_police, _draw(random, POLICE_GIVER_SHARES, len(by_police)), usual)


def _date_times(day: Codes, minute: Codes) -> pd.Series:
    days = _calendar().strftime("%Y-%m-%d").to_numpy(object)
    minutes = np.array([f" {one // 60:02d}:{one % 60:02d}" for one in range(1440)], dtype=object)
    return pd.Series(days[day] + minutes[minute], dtype="str")


def _agencies(giver: Codes, number: Codes) -> pd.Series:
    count = int(number.max()) + 1
    names = [f"SYNTHETIC {kind} {one}" for kind in AGENCY_KINDS for one in range(1, count + 1)]
    return _text(names, giver * count + number)


def _calendar() -> pd.DatetimeIndex:
    return pd.date_range(FIRST_DAY, LAST_DAY, freq="D")


def _coordinates(points: pd.DataFrame) -> tuple[Array, Array]:
    geometry = points["geometry"].to_numpy()
    return shapely.get_y(geometry), shapely.get_x(geometry)


def _draw(
    random: np.random.Generator, weights: Sequence[float] | np.ndarray[Any, Any], count: int
) -> Codes:
    """Return `count` places in `weights`, each with a chance in proportion."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(cumulative / cumulative[-1], random.random(count), side="right")


def _text(names: Sequence[str], codes: Codes) -> pd.Series:
    return pd.Series(np.array(names, dtype=object)[codes], dtype="str")


def _check(points: pd.DataFrame, rows: int) -> None:
    crs = getattr(points, "crs", None)
    if crs is None or crs != STORAGE_CRS:
        msg = f"`points` is in {crs}, needs {STORAGE_CRS}; read the table `population_point`"
        raise CRSError(msg)
    needed = ("county_geoid", "residents_persons", "within_km", "geometry")
    absent = [name for name in needed if name not in points.columns]
    if absent:
        msg = f"`points` lacks {len(absent)} columns, the first `{absent[0]}`"
        raise InputError(msg)
    if not points["residents_persons"].sum() > 0:
        msg = "`points` has no residents"
        raise InputError(msg)
    if rows < 1:
        msg = f"`rows` is {rows}; it must be positive"
        raise InputError(msg)
