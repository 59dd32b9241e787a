"""Covering: closed forms, brute force, an independent library, laws."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.access import TravelTimeModel, earth_positions_m
from geo.errors import InputError
from geo.siting import covered_demand, exact_cover, greedy_cover, reach_matrix


def _reach(*rows):
    return np.array(rows, dtype=bool)


# Two candidates that share the middle beat the one that greedy takes first.
TRAP = _reach([1, 0, 0], [1, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1], [0, 1, 0])
TRAP_DEMAND = np.array([3.0, 2.0, 2.0, 2.0, 2.0, 3.0])


def test_exact_finds_what_greedy_misses():
    assert greedy_cover(TRAP, TRAP_DEMAND, 2)[0] == 2
    assert covered_demand(TRAP, TRAP_DEMAND, greedy_cover(TRAP, TRAP_DEMAND, 2)) == 11.0
    best = exact_cover(TRAP, TRAP_DEMAND, 2)
    assert best.chosen == (0, 1)
    assert best.covered == best.bound == 14.0
    assert best.is_optimal


@st.composite
def problems(draw):
    points, sites = draw(st.integers(1, 12)), draw(st.integers(1, 6))
    reach = draw(arrays.arrays(bool, (points, sites)))
    demand = draw(arrays.arrays(float, points, elements=st.integers(0, 50).map(float)))
    return reach, demand, draw(st.integers(1, sites))


@given(problems())
@settings(max_examples=80, deadline=None)
def test_exact_agrees_with_trying_every_selection(problem):
    reach, demand, count = problem
    best = max(
        covered_demand(reach, demand, chosen)
        for chosen in itertools.combinations(range(reach.shape[1]), count)
    )
    found = exact_cover(reach, demand, count)
    assert found.covered == pytest.approx(best)
    assert found.is_optimal
    assert len(set(found.chosen)) == count


@given(problems())
@settings(max_examples=60, deadline=None)
def test_greedy_never_beats_exact_and_keeps_its_guarantee(problem):
    reach, demand, count = problem
    greedy = covered_demand(reach, demand, greedy_cover(reach, demand, count))
    exact = exact_cover(reach, demand, count).covered
    assert greedy <= exact + 1e-9
    assert greedy >= (1 - 1 / np.e) * exact - 1e-9


@given(problems(), st.randoms())
@settings(max_examples=40, deadline=None)
def test_order_of_points_and_candidates_does_not_change_what_is_covered(problem, random):
    reach, demand, count = problem
    points, sites = list(range(len(demand))), list(range(reach.shape[1]))
    random.shuffle(points)
    random.shuffle(sites)
    again = exact_cover(reach[points][:, sites], demand[points], count)
    assert again.covered == pytest.approx(exact_cover(reach, demand, count).covered)


@given(problems())
@settings(max_examples=40, deadline=None)
def test_one_more_site_never_covers_less(problem):
    reach, demand, _ = problem
    covered = [exact_cover(reach, demand, k).covered for k in range(1, reach.shape[1] + 1)]
    assert covered == sorted(covered)


def test_exact_agrees_with_spopt():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp
        from spopt.locate import MCLP

        random = np.random.default_rng(7)
        here, there = random.random((150, 2)), random.random((25, 2))
        demand = random.integers(1, 500, 150).astype(float)
        distance = np.linalg.norm(here[:, None] - there[None], axis=2)
        for count in (1, 3, 6):
            model = MCLP.from_cost_matrix(distance, demand, 0.18, p_facilities=count)
            model = model.solve(pulp.PULP_CBC_CMD(msg=False))
            ours = exact_cover(distance <= 0.18, demand, count)
            assert ours.covered == pytest.approx(model.problem.objective.value())
            assert ours.is_optimal


def test_a_solver_out_of_time_gives_the_best_so_far_with_its_bound():
    random = np.random.default_rng(3)
    reach = random.random((900, 120)) < 0.04
    demand = random.integers(1, 900, 900).astype(float)
    found = exact_cover(reach, demand, 12, seconds=0.01)
    greedy = covered_demand(reach, demand, greedy_cover(reach, demand, 12))
    assert not found.is_optimal
    assert greedy <= found.covered <= found.bound <= demand.sum() + 1e-6
    assert len(set(found.chosen)) == 12


def test_reach_counts_the_threshold_and_the_size_of_a_point():
    model = TravelTimeModel(4.0, 1.0, 3.0)
    points = earth_positions_m([-83.0, -83.0], [42.0, 42.1])
    site = earth_positions_m([-83.0], [42.0])
    assert reach_matrix(points, site, within_km=0.0, model=model, minutes=15.0).tolist() == [
        [True],
        [False],
    ]
    assert reach_matrix(points, site, within_km=0.0, model=model, minutes=15.2).all()
    assert not reach_matrix(points, site, within_km=20.0, model=model, minutes=15.2).any()


@pytest.mark.parametrize("solve", [greedy_cover, exact_cover])
@pytest.mark.parametrize(
    ("reach", "demand", "count", "said"),
    [
        (np.zeros((2, 0), bool), [1, 1], 1, "no candidate"),
        (np.ones((2, 2), bool), [1, 1], 3, "`k` is 3; there are 2 candidate sites"),
        (np.ones((2, 2), bool), [1, 1], 0, "`k` is 0"),
        (np.ones((2, 2), bool), [1, -1], 1, "negative or missing at 1 points; first: row 1"),
        (np.ones((2, 2), bool), [1, np.nan], 1, "negative or missing"),
        (np.ones((2, 2), bool), [1], 1, "`demand` has shape"),
    ],
)
def test_a_problem_that_cannot_be_is_refused(solve, reach, demand, count, said):
    with pytest.raises(InputError, match=said):
        solve(reach, demand, count)


def test_nothing_within_reach_covers_nobody():
    found = exact_cover(np.zeros((3, 2), bool), [1.0, 2.0, 3.0], 1)
    assert found.covered == 0
    assert found.is_optimal
    assert len(found.chosen) == 1
