"""Two-step catchment: a published toy, published steps, laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.catchment import STEPS_30_MINUTES, STEPS_60_MINUTES, floating_catchment, step_weights
from geo.errors import InputError

PEOPLE = np.array([100.0, 50.0, 10.0])
SUPPLY = np.array([15.0, 20.0, 100.0])


def test_published_toy_access_times_people_is_the_supply_of_135():
    minutes = np.array([[5.0, 12.0, 25.0], [12.0, 4.0, 18.0], [25.0, 18.0, 6.0]])
    access = floating_catchment(PEOPLE, SUPPLY, 1 / minutes)
    assert (access * PEOPLE).sum() == pytest.approx(135)


def test_one_site_alone_is_shared_by_those_within_reach():
    access = floating_catchment([100, 100, 50], [10], np.array([[1.0], [0.5], [0.0]]))
    assert access.tolist() == pytest.approx([10 / 150, 5 / 150, 0.0])


def test_published_steps():
    assert step_weights([20.0, 40.0, 60.0, 60.1], STEPS_60_MINUTES).tolist() == [1.0, 0.68, 0.22, 0]
    assert step_weights([np.inf, np.nan], STEPS_30_MINUTES).tolist() == [0.0, 0.0]


@st.composite
def places(draw):
    points, sites = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    minutes = draw(arrays.arrays(float, (points, sites), elements=st.floats(0, 50)))
    people = draw(arrays.arrays(float, points, elements=st.floats(1, 5000)))
    supply = draw(arrays.arrays(float, sites, elements=st.floats(0, 100)))
    return people, supply, step_weights(minutes, STEPS_30_MINUTES)


@given(places())
@settings(max_examples=80, deadline=None)
def test_access_times_people_is_the_supply_that_anybody_reaches(place):
    people, supply, weights = place
    access = floating_catchment(people, supply, weights)
    assert (access * people).sum() == pytest.approx(supply[weights.any(axis=0)].sum())


@given(places(), st.randoms())
@settings(max_examples=40, deadline=None)
def test_order_of_points_does_not_matter(place, random):
    people, supply, weights = place
    order = list(range(len(people)))
    random.shuffle(order)
    again = floating_catchment(people[order], supply, weights[order])
    assert again == pytest.approx(floating_catchment(people, supply, weights)[order])


@given(places())
@settings(max_examples=40, deadline=None)
def test_twice_the_supply_is_twice_the_access(place):
    people, supply, weights = place
    one, two = (floating_catchment(people, factor * supply, weights) for factor in (1, 2))
    assert two == pytest.approx(2 * one)


@pytest.mark.parametrize(
    ("people", "supply", "weights", "said"),
    [
        ([1.0], [1.0, 2.0], np.ones((1, 1)), "`weights` has shape"),
        ([-1.0], [1.0], np.ones((1, 1)), "`population` is negative"),
        ([1.0], [np.nan], np.ones((1, 1)), "`supply` is negative or missing"),
    ],
)
def test_what_cannot_be_is_refused(people, supply, weights, said):
    with pytest.raises(InputError, match=said):
        floating_catchment(people, supply, weights)


def test_steps_without_a_limit_are_refused():
    with pytest.raises(InputError, match="`steps` is"):
        step_weights([1.0], {})
