"""Donut masking: far enough, always the same, never averaged back."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import InputError
from geo.privacy.masking import ANONYMITY, OUTER, masked_points


@pytest.fixture
def people():
    """A grid of 3 km squares with 2,000 people each: the disc of `within_km` covers a square."""
    side = np.arange(20) * 3_000.0
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    within = 0.5 * np.sqrt(9 / np.pi)
    return pd.DataFrame({"x_m": x, "y_m": y, "residents_persons": 2_000, "within_km": within})


@pytest.fixture
def points():
    return np.random.default_rng(3).uniform(12_000, 45_000, (400, 2))


def test_distance_lies_in_the_ring_that_holds_the_people(people, points):
    moved = masked_points(points, people, seed=b"a")
    distance = np.hypot(*(moved - points).T)
    inner = np.sqrt(ANONYMITY / (np.pi * 2_000 / 9e6))
    assert distance.min() >= inner * (1 - 1e-6)
    assert distance.max() <= OUTER * inner * (1 + 1e-6)
    directions = np.arctan2(*(moved - points).T)
    assert abs(np.exp(1j * directions).mean()) < 0.15  # every way alike


def test_distance_is_uniform_over_the_area_of_the_ring(people, points):
    moved = masked_points(points, people, seed=b"b")
    distance = np.hypot(*(moved - points).T)
    inner = np.sqrt(ANONYMITY / (np.pi * 2_000 / 9e6))
    share = ((distance / inner) ** 2 - 1) / (OUTER**2 - 1)
    assert np.abs(np.quantile(share, [0.25, 0.5, 0.75]) - [0.25, 0.5, 0.75]).max() < 0.08


def test_the_same_door_is_always_drawn_at_the_same_place(people, points):
    doubled = np.vstack([points, points[::-1], points[:1].repeat(50, axis=0)])
    first, second = (masked_points(doubled, people, seed=b"one session") for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(first[:400], first[400:800][::-1])
    assert len(np.unique(first[800:], axis=0)) == 1  # fifty calls of one door cannot be averaged


def test_another_seed_draws_elsewhere(people, points):
    first, second = (masked_points(points, people, seed=one) for one in (b"a", b"b"))
    assert (np.hypot(*(first - second).T) > 1).all()


def test_where_few_people_live_points_move_farther_or_are_not_drawn(people):
    sparse = people.assign(residents_persons=np.where(people["x_m"] < 30_000, 2_000, 20))
    points = np.array([[45_000.0, 30_000.0], [28_400.0, 30_000.0]])
    moved = masked_points(np.repeat(points, 1, axis=0), sparse, seed=b"c")
    far = np.hypot(*(moved[0] - points[0]))
    assert np.isnan(moved[0]).all() or far > 2_000
    drawn = moved[np.isfinite(moved[:, 0])]
    for point, true in zip(drawn, points[np.isfinite(moved[:, 0])], strict=True):
        near = sparse.iloc[np.hypot(sparse["x_m"] - point[0], sparse["y_m"] - point[1]).argmin()]
        density = near["residents_persons"] / 9e6
        assert density * np.pi * np.hypot(*(point - true)) ** 2 >= ANONYMITY * (1 - 1e-9)


def test_wrong_input_is_named(people, points):
    with pytest.raises(InputError, match="anonymity"):
        masked_points(points, people, seed=b"a", anonymity=0)
    with pytest.raises(InputError, match="people"):
        masked_points(points, people.iloc[:0], seed=b"a")
