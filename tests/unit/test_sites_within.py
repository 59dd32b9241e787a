"""How many sites are near: every pair measured."""

import numpy as np
import pytest

from geo.access import TravelTimeModel, earth_positions_m, nearest_site, sites_within
from geo.errors import InputError


def _positions(seed, count):
    random = np.random.default_rng(seed)
    return earth_positions_m(random.uniform(-84, -82, count), random.uniform(42, 44, count))


@pytest.mark.parametrize("km", [0.5, 10, 35.5, 500])
@pytest.mark.parametrize("least", [0.0, 12.0])
def test_sites_within_agrees_with_every_pair_measured(km, least):
    points, sites = _positions(1, 300), _positions(2, 120)
    within_km = np.where(np.arange(300) % 2, least, 0.0)
    apart = np.linalg.norm(points[:, None] - sites[None], axis=2) / 1000
    expected = (np.maximum(apart, within_km[:, None]) <= km).sum(axis=1)
    assert sites_within(points, sites, km, within_km=within_km).tolist() == expected.tolist()
    nearest, _ = nearest_site(points, sites, within_km=within_km)
    assert ((expected > 0) == (nearest <= km)).all()


def test_sites_within_counts_a_site_at_the_limit_and_one_at_the_point_itself():
    points = np.array([[0.0, 0.0, 0.0]])
    sites = np.array([[3000.0, 4000.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 5000.1]])
    assert sites_within(points, sites, 5).tolist() == [2]
    assert sites_within(points, sites, 0).tolist() == [1]
    assert sites_within(points, sites, -1).tolist() == [0]
    assert sites_within(points, sites, 5, within_km=5.1).tolist() == [0]


def test_sites_within_no_point_or_no_site_is_zero():
    some = _positions(3, 4)
    assert sites_within(some, some[:0], 10).tolist() == [0] * 4
    assert sites_within(some[:0], some, 10).tolist() == []


@pytest.mark.parametrize("km", [np.nan, np.inf])
def test_sites_within_distance_that_is_no_number_raises(km):
    with pytest.raises(InputError, match="`km` is"):
        sites_within(_positions(3, 4), _positions(4, 4), km)


def test_kilometres_of_a_drive_time_take_that_time():
    model = TravelTimeModel(4.0, 2.0, 0.0)
    assert model.km(30.0) == 13.0
    assert model.minutes(np.array([model.km(17.0)])).tolist() == [17.0]
    assert model.km(3.0) < 0
