"""The gap class under every choice of the grid, against a plain loop over the choices."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo import robustness
from geo.errors import InputError
from geo.evidence import STATUS_CODES
from geo.gaps import (
    CLASS_CODES,
    NEED_UNKNOWN,
    NOT_KNOWN,
    gap_class,
    majority_naloxone_code,
    with_need,
)

MINUTES_TO = ["treatment_minutes", "otp_minutes"]


@st.composite
def regions(draw):
    count = draw(st.integers(1, 8))
    codes = draw(st.lists(st.sampled_from(STATUS_CODES), min_size=count, max_size=count))
    minutes = draw(
        arrays.arrays(
            float, (count, 2), elements=st.sampled_from([4.0, 15.0, 17.5, 20.0, 25.0, 30.1, np.inf])
        )
    )
    empty = draw(arrays.arrays(bool, count))
    minutes[empty] = np.nan
    need = draw(arrays.arrays(bool, (count, 2, 2)))
    index = pd.Index([f"a{number}" for number in range(count)])
    return (
        pd.Series(codes, index=index, dtype="str"),
        pd.DataFrame(minutes, index=index, columns=MINUTES_TO).astype("Float64"),
        need,
    )


def _by_loop(code, minutes_to, need):
    """Every cell by the function that pages use, one combination of choices at a time."""
    for minutes, announced, kind, years, exceedance in itertools.product(
        range(3), range(2), range(2), range(2), range(2)
    ):
        counted = code.replace({"announced": "documented"}) if announced else code
        to_help = minutes_to[MINUTES_TO[kind]]
        residents = to_help.notna().astype("Int64")
        bare = gap_class(counted, to_help, residents, minutes=robustness.MINUTES[minutes])
        high = pd.Series(need[:, years, exceedance], index=code.index)
        yield (minutes, announced, kind, years, exceedance), with_need(bare, high)


@given(regions())
@settings(max_examples=60, deadline=None)
def test_grid_agrees_with_a_loop_over_the_choices(region):
    grid = robustness.gap_grid(*region)
    for cell, expected in _by_loop(*region):
        got = [robustness.class_of(number) for number in grid[(slice(None), *cell)]]
        assert got == expected.tolist()


@given(regions())
@settings(max_examples=60, deadline=None)
def test_robust_is_the_same_as_one_class_over_all_choices(region):
    grid = robustness.gap_grid(*region)
    chosen = pd.Series(
        [robustness.class_of(number) for number in grid[:, 2, 0, 0, 1, 1]], index=region[0].index
    )
    found = robustness.robustness(grid, chosen)
    one_class = [len(np.unique(cells)) == 1 for cells in grid.reshape(len(grid), -1)]
    assert found["is_robust"].tolist() == one_class
    assert (found["depends_on"] == "").tolist() == one_class
    assert (found["same_class_share"] == 1).tolist() == one_class


@given(regions(), st.randoms())
@settings(max_examples=30, deadline=None)
def test_order_of_areas_does_not_matter(region, random):
    code, minutes_to, need = region
    order = list(range(len(code)))
    random.shuffle(order)
    grid = robustness.gap_grid(code, minutes_to, need)
    again = robustness.gap_grid(code.iloc[order], minutes_to.iloc[order], need[order])
    assert (again == grid[order]).all()


def _one(code, treatment, otp, need):
    minutes = pd.DataFrame([[treatment, otp]], columns=MINUTES_TO).astype("Float64")
    series = pd.Series([code], dtype="str")
    grid = robustness.gap_grid(series, minutes, np.array([need]))
    return robustness.robustness(grid, pd.Series([robustness.class_of(grid[0, 2, 0, 0, 1, 1])]))


HIGH = [[True, True], [True, True]]


@pytest.mark.parametrize(
    ("area", "depends_on", "share"),
    [
        (("documented", 10, 12, HIGH), "", 1.0),
        (("announced", 10, 12, HIGH), "announced", 0.5),
        (("documented", 16, 16, HIGH), "minutes", 2 / 3),
        (("documented", 10, 31, HIGH), "facilities", 0.5),
        (("documented", 10, 12, [[False, False], [True, True]]), "years", 0.5),
        (("documented", 10, 12, [[True, False], [True, False]]), "exceedance", 0.5),
        (("documented", np.nan, np.nan, HIGH), "", 1.0),
    ],
)
def test_one_choice_that_flips_is_named(area, depends_on, share):
    found = _one(*area).iloc[0]
    assert found["depends_on"] == depends_on
    assert found["is_robust"] == (depends_on == "")
    assert found["same_class_share"] == pytest.approx(share)


def test_every_class_of_the_grid_is_a_listed_one():
    classes = {robustness.class_of(number) for number in range(9)}
    listed = {code for code in CLASS_CODES if not code.endswith(NEED_UNKNOWN)}
    assert classes == listed - set(NOT_KNOWN)


def test_a_grid_of_another_length_or_need_of_another_shape_is_refused():
    code, minutes = pd.Series(["documented"], dtype="str"), pd.DataFrame([[1.0, 2.0]])
    minutes.columns = MINUTES_TO
    with pytest.raises(InputError, match="is_high_need"):
        robustness.gap_grid(code, minutes, np.zeros((1, 3, 2), dtype=bool))
    with pytest.raises(InputError, match="different indexes"):
        robustness.gap_grid(code, minutes.set_index(pd.Index(["x"])), np.zeros((1, 2, 2), bool))
    grid = robustness.gap_grid(code, minutes, np.zeros((1, 2, 2), dtype=bool))
    with pytest.raises(InputError, match="`grid` has 1 areas, `gap_code` 2"):
        robustness.robustness(grid, pd.Series(["covered", "covered"]))


def test_no_area_has_no_row():
    none = pd.Series([], dtype="str")
    minutes = pd.DataFrame({name: pd.Series([], dtype="Float64") for name in MINUTES_TO})
    grid = robustness.gap_grid(none, minutes.set_index(none.index), np.zeros((0, 2, 2), bool))
    assert robustness.robustness(grid, none).empty


def test_most_residents_decide_the_police_of_a_county():
    documented = pd.Series([0.5, 0.49, 0.3, 0.0, None], dtype="Float64")
    announced = pd.Series([0.0, 0.01, 0.1, 1.0, None], dtype="Float64")
    assert majority_naloxone_code(documented, announced).tolist() == [
        "documented",
        "announced",
        "not_documented",
        "announced",
        "not_documented",
    ]


def test_need_is_part_of_the_class_but_where_nobody_lives():
    code = pd.Series(["double_gap", "covered", "nobody_lives_here"], dtype="str")
    low = pd.Series([False, False, False])
    assert with_need(code, ~low).tolist() == code.tolist()
    assert with_need(code, low).tolist() == [
        "double_gap_without_high_need",
        "covered_without_high_need",
        "nobody_lives_here",
    ]
