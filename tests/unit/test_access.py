"""Straight-line distance against geodesics, the travel-time line, and weighted medians."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from scipy.stats import linregress

from geo.access import (
    TravelTimeModel,
    earth_positions_m,
    fit_line,
    nearest_site,
    weighted_median,
)
from geo.errors import InputError

WEIGHTED = st.lists(
    st.tuples(st.floats(0, 500), st.integers(0, 40)), min_size=1, max_size=30
).filter(lambda pairs: sum(weight for _, weight in pairs) > 0)


def _michigan(size, seed):
    random = np.random.default_rng(seed)
    return random.uniform(-90.4, -82.4, size), random.uniform(41.7, 48.2, size)


def _positions(seed, size):
    return earth_positions_m(*_michigan(size, seed))


def test_earth_positions_at_pole_and_equator_are_the_axes_of_wgs84():
    positions = earth_positions_m([0.0, 90.0, 0.0], [0.0, 0.0, 90.0])
    expected = [[6_378_137, 0, 0], [0, 6_378_137, 0], [0, 0, 6_356_752.314]]
    np.testing.assert_allclose(positions, expected, atol=1e-3)


def test_nearest_site_agrees_with_the_shortest_geodesic():
    here, there = _michigan(60, 1), _michigan(25, 2)
    km, site = nearest_site(earth_positions_m(*here), earth_positions_m(*there))
    geod = Geod(ellps="WGS84")
    everywhere = np.array(
        [geod.inv([x] * 25, [y] * 25, *there)[2] for x, y in zip(*here, strict=True)]
    )
    assert site.tolist() == everywhere.argmin(axis=1).tolist()
    np.testing.assert_allclose(km, everywhere.min(axis=1) / 1000, rtol=3e-5)


def test_chord_is_shorter_than_the_geodesic_by_one_in_100_000_at_100_km():
    longitude, latitude, _ = Geod(ellps="WGS84").fwd(-83.5, 42.7, 30.0, 100_000)
    km, _ = nearest_site(
        earth_positions_m([-83.5], [42.7]), earth_positions_m([longitude], [latitude])
    )
    assert 100 * (1 - 1.1e-5) < km[0] < 100


def test_nearest_site_without_any_site_is_infinite_and_named_minus_one():
    km, site = nearest_site(_positions(1, 3), np.empty((0, 3)))
    assert np.isinf(km).all()
    assert site.tolist() == [-1, -1, -1]


def test_nearest_site_is_never_nearer_than_the_people_around_the_point():
    points = _positions(1, 4)
    km, site = nearest_site(points, points, within_km=np.array([0.0, 0.4, 2.0, 0.1]))
    assert km.tolist() == [0.0, 0.4, 2.0, 0.1]
    assert site.tolist() == [0, 1, 2, 3]


@given(st.integers(0, 1_000), st.integers(1, 12))
def test_another_site_never_lengthens_a_distance(seed, size):
    points, sites = _positions(seed, 20), _positions(seed + 1, size + 1)
    fewer, _ = nearest_site(points, sites[:-1])
    more, _ = nearest_site(points, sites)
    assert (more <= fewer).all()


def test_order_of_points_and_sites_does_not_change_distances():
    points, sites = _positions(3, 10), _positions(4, 6)
    km, site = nearest_site(points, sites)
    turned, turned_site = nearest_site(points[::-1], sites[::-1])
    np.testing.assert_array_equal(turned[::-1], km)
    np.testing.assert_array_equal(5 - turned_site[::-1], site)


def test_travel_time_is_a_line_in_kilometres():
    model = TravelTimeModel(3.9, 1.17, 3.7)
    km = np.array([[0.0, 10.0], [np.inf, 100.0]])
    np.testing.assert_allclose(model.minutes(km), [[3.9, 15.6], [np.inf, 120.9]])


def test_fit_line_agrees_with_scipy():
    random = np.random.default_rng(5)
    km = pd.Series(random.uniform(0, 60, 200))
    minutes = 4 + 1.2 * km + random.normal(0, 3, 200)
    ours, theirs = (
        fit_line(km.astype("Float64"), minutes.astype("Float64")),
        linregress(km, minutes),
    )
    assert ours.intercept_minutes == pytest.approx(theirs.intercept)
    assert ours.slope_minutes_per_km == pytest.approx(theirs.slope)
    assert ours.correlation == pytest.approx(theirs.rvalue)


def test_fit_line_finds_an_exact_line():
    km = pd.Series([1.0, 2.0, 5.0])
    found = fit_line(km, 3 + 2 * km)
    assert found.intercept_minutes == pytest.approx(3)
    assert found.slope_minutes_per_km == pytest.approx(2)
    assert found.correlation == pytest.approx(1)


@pytest.mark.parametrize(
    ("km", "minutes"),
    [([1.0, 2.0], [1.0, 2.0]), ([1.0, 2.0, None], [1.0, 2.0, 3.0]), ([1.0, 2, 3], [1.0, None, 3])],
)
def test_fit_line_rejects_too_few_pairs_and_missing_values(km, minutes):
    with pytest.raises(InputError, match="three or more pairs"):
        fit_line(pd.Series(km, dtype="Float64"), pd.Series(minutes, dtype="Float64"))


@pytest.mark.parametrize(
    ("values", "weights", "median"),
    [
        ([1.0, 9.0, 5.0], [1.0, 1.0, 3.0], 5.0),
        ([10.0, 40.0], [1.0, 1.0], 10.0),
        ([10.0, 40.0], [1.0, 1.1], 40.0),
        ([3.0], [2.0], 3.0),
        ([0.0, 7.0], [0.0, 1.0], 7.0),
        ([7.0, np.inf], [1.0, 2.0], np.inf),
    ],
)
def test_weighted_median_by_hand(values, weights, median):
    assert weighted_median(np.array(values), np.array(weights)) == median


def test_weighted_median_of_no_weight_is_not_a_number():
    assert np.isnan(weighted_median(np.array([1.0, 2.0]), np.zeros(2)))
    assert np.isnan(weighted_median(np.array([]), np.array([])))


@given(WEIGHTED)
def test_weighted_median_is_the_lower_median_of_each_value_repeated(pairs):
    values, weights = (np.array(column) for column in zip(*pairs, strict=True))
    repeated = np.sort(np.repeat(values, weights))
    assert weighted_median(values, weights) == repeated[(len(repeated) - 1) // 2]


@given(WEIGHTED, st.randoms(use_true_random=False), st.integers(2, 9))
def test_weighted_median_does_not_change_with_order_or_unit_of_weight(pairs, random, factor):
    shuffled = random.sample(pairs, len(pairs))
    values, weights = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    other, heavier = (np.array(column, dtype=float) for column in zip(*shuffled, strict=True))
    assert weighted_median(values, weights) == weighted_median(other, heavier * factor)


@given(WEIGHTED)
def test_weighted_median_leaves_at_most_half_of_the_weight_on_either_side(pairs):
    values, weights = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    median = weighted_median(values, weights)
    assert weights[values < median].sum() <= weights.sum() / 2
    assert weights[values > median].sum() <= weights.sum() / 2
