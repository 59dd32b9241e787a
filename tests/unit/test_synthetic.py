"""The made-up incident file: its marks, its bytes, and that what is planted can be found."""

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod
from shapely import Point

from geo.errors import CRSError, InputError
from geo.own_data.synthetic import (
    CLUSTERS,
    COLUMNS,
    SOURCE,
    SPIKE_COUNTY,
    SPIKE_FIRST,
    SPIKE_LAST,
    SPIKE_TIMES,
    synthetic_incidents,
)
from geo.spikes import poisson_threshold

EARTH = Geod(ellps="GRS80")


def _km(latitude, longitude, to_latitude, to_longitude):
    """Geodesic distances, independent of the module's sphere."""
    parts = np.broadcast_arrays(longitude, latitude, to_longitude, to_latitude)
    return EARTH.inv(*parts)[2] / 1_000


def _bytes(frame):
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


@pytest.fixture(scope="module")
def points(reader):
    return reader.read("population_point")


@pytest.fixture(scope="module")
def small(points):
    """The file as shipped."""
    return synthetic_incidents(points)


@pytest.fixture(scope="module")
def large(points):
    return synthetic_incidents(points, rows=200_000, seed=5)


@pytest.fixture
def one_point():
    """A single point with people around it."""
    return gpd.GeoDataFrame(
        {
            "county_geoid": ["26049"],
            "residents_persons": pd.array([900], dtype="Int64"),
            "within_km": pd.array([1.5], dtype="Float64"),
        },
        geometry=[Point(-83.7, 43.1)],
        crs="EPSG:4269",
    )


def _in_genesee(frame, points):
    """Rows in the box around the points of Genesee County."""
    of_county = points[points["county_geoid"] == "26049"].geometry
    return frame["latitude"].between(of_county.y.min(), of_county.y.max()) & frame[
        "longitude"
    ].between(of_county.x.min(), of_county.x.max())


def test_one_seed_one_file(points, small):
    assert _bytes(synthetic_incidents(points)) == _bytes(small)
    assert _bytes(synthetic_incidents(points, seed=2024)) != _bytes(small)


def test_the_shipped_table_is_not_changed(points):
    before = points.copy()
    synthetic_incidents(points, rows=10)
    pd.testing.assert_frame_equal(points, before)


def test_every_row_says_that_it_is_not_real(small):
    assert (small["source"] == SOURCE).all()
    assert SOURCE == "SYNTHETIC demonstration data, not real events"
    assert small["event_id"].tolist() == [f"SYNTHETIC-{one:06d}" for one in range(1, 12_001)]
    assert small["agency"].str.fullmatch(r"SYNTHETIC (POLICE|EMS|FIRE) \d+").all()


def test_columns_and_types(small):
    assert tuple(small.columns) == COLUMNS
    floats = ["latitude", "longitude"]
    assert (small.dtypes.drop(floats) == "str").all()
    assert (small.dtypes[floats] == "float64").all()
    assert len(small) == 12_000
    assert small.notna().all(axis=None)
    assert small.index.equals(pd.RangeIndex(12_000))


def test_codes_are_the_closed_lists(small):
    assert set(small["outcome"]) == {"fatal", "non-fatal", "unknown"}
    assert set(small["naloxone_doses"]) == {"0", "1", "2", "3+", "unknown"}
    nobody = small["naloxone_doses"] == "0"
    assert set(small.loc[~nobody, "given_by"]) == {"police", "ems", "fire", "bystander", "unknown"}
    assert set(small.loc[nobody, "given_by"]) == {"nobody"}


def test_times_are_iso_minutes_in_order_within_three_years(small):
    assert small["date_time"].str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d").all()
    assert small["date_time"].is_monotonic_increasing
    times = pd.to_datetime(small["date_time"], format="%Y-%m-%d %H:%M")
    assert times.dt.normalize().nunique() == 1_095
    assert times.iloc[0].date().isoformat() == "2021-01-01"
    assert times.iloc[-1].date().isoformat() == "2023-12-31"


def test_coordinates_have_five_decimals(small):
    for name in ("latitude", "longitude"):
        text = small[name].map(repr).str.partition(".")[2]
        assert text.str.len().max() == 5


def test_outcome_shares(large):
    shares = large["outcome"].value_counts(normalize=True)
    assert shares["fatal"] == pytest.approx(0.09, abs=0.003)
    assert shares["unknown"] == pytest.approx(0.04, abs=0.003)


def test_season_weekday_and_hour(large, points):
    usual = large[~_in_genesee(large, points)]
    times = pd.to_datetime(usual["date_time"])
    month = times.dt.month.value_counts(normalize=True)
    assert 1.1 < (month[7] / month[1]) < 1.35
    weekday = times.dt.day_of_week.value_counts()
    assert 1.1 < weekday[5] / weekday[1] < 1.25
    hour = times.dt.hour.value_counts()
    assert 3.5 < hour[[18, 19, 20]].mean() / hour[[4, 5, 6]].mean() < 4.5


def test_planted_spike_has_five_times_the_events(large, points):
    day = large.loc[_in_genesee(large, points), "date_time"].str[:10]
    daily = day.value_counts().sort_index()
    is_spike = (daily.index >= "2023-12-11") & (daily.index <= "2023-12-24")
    winter = daily[(daily.index >= "2023-11-01") & ~is_spike].mean()
    assert 4 < daily[is_spike].mean() / winter < 5.5


def test_planted_spike_is_the_largest_fortnight_and_an_alarm_of_the_shipped_file(small, points):
    days = pd.date_range("2021-01-01", "2023-12-31")
    day = pd.to_datetime(small.loc[_in_genesee(small, points), "date_time"].str[:10])
    daily = day.value_counts().reindex(days, fill_value=0)
    assert daily.rolling(14).sum().idxmax() >= pd.Timestamp("2023-12-22")
    alarms = poisson_threshold(daily)["is_alarm"]
    assert alarms["2023-12-17":"2023-12-24"].all()
    assert alarms[:"2023-12-10"].mean() < 0.05


def test_planted_clusters_have_their_relative_risk(large, points):
    def inside(latitude, longitude):
        return [
            _km(latitude, longitude, cluster[0], cluster[1]) <= cluster[2] for cluster in CLUSTERS
        ]

    events = inside(large["latitude"].to_numpy(), large["longitude"].to_numpy())
    at = inside(points.geometry.y.to_numpy(), points.geometry.x.to_numpy())
    people = points["residents_persons"].to_numpy(float)
    usual = (~np.any(events, axis=0)).sum() / people[~np.any(at, axis=0)].sum()
    for in_events, in_points, cluster in zip(events, at, CLUSTERS, strict=True):
        rate = in_events.sum() / people[in_points].sum()
        assert rate / usual == pytest.approx(cluster[3], rel=0.15)


def test_docstring_states_the_clusters_and_the_spike():
    text = " ".join(synthetic_incidents.__doc__.split())
    for latitude, longitude, radius_km, times in CLUSTERS:
        stated = f"{times:.0f} within {radius_km:.0f} km of {latitude:.2f} N {-longitude:.2f} W"
        assert stated in text
    stated = (
        f"({SPIKE_COUNTY}) a day from {SPIKE_FIRST} to {SPIKE_LAST} has {SPIKE_TIMES:.0f} times"
    )
    assert stated in text


def test_police_give_naloxone_more_often_in_macomb(large, points):
    box = points[points["county_geoid"] == "26099"].geometry
    macomb = large["latitude"].between(box.y.min(), box.y.max()) & (
        large["longitude"].between(box.x.min(), box.x.max())
    )
    given = large["given_by"] != "nobody"
    police = large["given_by"] == "police"
    assert police[macomb & given].mean() > 1.5 * police[~macomb & given].mean()


def test_events_lie_within_the_reach_of_a_population_point(points, small):
    some = small.iloc[::24]
    km = _km(
        some["latitude"].to_numpy()[:, None],
        some["longitude"].to_numpy()[:, None],
        points.geometry.y.to_numpy(),
        points.geometry.x.to_numpy(),
    )
    reach = points["within_km"].to_numpy(float) * 1.005 + 0.002
    assert (km <= reach).any(axis=1).all()


def test_events_spread_evenly_over_the_disc(one_point):
    frame = synthetic_incidents(one_point, rows=20_000, seed=1)
    km = _km(frame["latitude"].to_numpy(), frame["longitude"].to_numpy(), 43.1, -83.7)
    assert km.max() == pytest.approx(1.5, rel=5e-3)
    assert (km < 1.5 / np.sqrt(2)).mean() == pytest.approx(0.5, abs=0.02)
    assert (frame["longitude"] > -83.7).mean() == pytest.approx(0.5, abs=0.02)


def test_no_reach_no_jitter(one_point):
    frame = synthetic_incidents(one_point.assign(within_km=0.0), rows=5)
    assert set(frame["latitude"]) == {43.1}
    assert set(frame["longitude"]) == {-83.7}


def test_nobody_lives_there_nothing_happens_there(one_point):
    empty = one_point.assign(residents_persons=0, geometry=[Point(-83, 42)])
    both = pd.concat([empty, one_point, empty], ignore_index=True)
    assert (synthetic_incidents(both, rows=2_000)["latitude"] > 43).all()


@pytest.mark.parametrize(
    ("change", "rows", "error", "message"),
    [
        (lambda p: p.to_crs("EPSG:3857"), 1, CRSError, "`points` is in EPSG:3857"),
        (pd.DataFrame, 1, CRSError, "`points` is in None"),
        (lambda p: p.drop(columns="within_km"), 1, InputError, "first `within_km`"),
        (lambda p: p.assign(residents_persons=0), 1, InputError, "no residents"),
        (lambda p: p.iloc[:0], 1, InputError, "no residents"),
        (lambda p: p, 0, InputError, "`rows` is 0"),
    ],
)
def test_points_that_cannot_be_used(one_point, change, rows, error, message):
    with pytest.raises(error, match=message):
        synthetic_incidents(change(one_point), rows=rows)
