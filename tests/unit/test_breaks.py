"""Colour classes: which class a rate falls in, and limits that split people evenly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.breaks import CLASSES, class_breaks, class_numbers
from geo.gamma_poisson import fit_gamma_poisson

LIMITS = pd.Series([10.0, 20.0, 30.0, 40.0, 50.0], dtype="Float64")


def _visits(rates, people):
    return pd.DataFrame(
        {
            "first_year": 2020,
            "published_rate_per_100k": pd.array(rates, dtype="Float64"),
            "population_persons": pd.array(people, dtype="Int64"),
        }
    )


@pytest.fixture(scope="module")
def deaths():
    """Thirty counties over two years, small counts suppressed."""
    random = np.random.default_rng(4)
    people = np.repeat(random.integers(5_000, 300_000, 30), 2)
    counts = pd.Series(random.poisson(people * np.repeat(random.gamma(4, 6e-5, 30), 2)))
    withheld = counts.between(1, 9)
    return pd.DataFrame(
        {
            "county_geoid": np.repeat([f"26{number:03d}" for number in range(30)], 2),
            "year": np.tile([2018, 2019], 30),
            "deaths": counts.mask(withheld).astype("Int64"),
            "status_code": np.where(withheld, "suppressed", "reported"),
            "population_persons": pd.array(people, dtype="Int64"),
        }
    )


def _limits(deaths, visits, measure="nonfatal_overdose_ed_visits"):
    breaks = class_breaks(deaths, visits)
    return breaks[breaks["measure_code"] == measure]


def test_a_limit_belongs_to_its_own_class():
    rates = pd.Series([0.0, 10.0, 10.1, 20.0, 50.0, 50.1, 900.0], dtype="Float64")
    assert class_numbers(rates, LIMITS).tolist() == [1, 1, 2, 2, 5, 6, 6]


def test_a_missing_rate_has_no_class():
    number = class_numbers(pd.Series([None, 5.0], index=["a", "b"], dtype="Float64"), LIMITS)
    assert str(number.dtype) == "Int64"
    assert number.isna().to_dict() == {"a": True, "b": False}


@given(st.lists(st.floats(0, 100), max_size=20))
def test_class_number_is_one_more_than_the_limits_below_the_rate(rates):
    expected = [1 + sum(rate > limit for limit in LIMITS) for rate in rates]
    assert class_numbers(pd.Series(rates, dtype="Float64"), LIMITS).tolist() == expected


def test_limits_of_counties_of_one_size_are_every_sixth_rate(deaths):
    visits = _visits(np.arange(1.0, 13.0)[::-1], [1_000] * 12)
    upper = _limits(deaths, visits)["upper_per_100k"]
    assert upper.dropna().tolist() == [2, 4, 6, 8, 10]
    assert pd.isna(upper.iloc[-1])


def test_limits_are_weighted_by_residents(deaths):
    visits = _visits([5.0, 50.0, 60.0, 70.0, 80.0], [100, 5_000, 400, 400, 100])
    upper = _limits(deaths, visits)["upper_per_100k"]
    assert upper.dropna().tolist() == [50] * 5


def test_rows_without_published_rate_or_population_are_left_out(deaths):
    plain = _visits(np.arange(1.0, 13.0), [1_000] * 12)
    more = _visits([900.0, None], [None, 90_000])
    pd.testing.assert_frame_equal(
        class_breaks(deaths, pd.concat([plain, more])), class_breaks(deaths, plain)
    )


def test_every_class_of_deaths_holds_about_a_sixth_of_the_residents(deaths):
    upper = _limits(deaths, _visits([1.0], [1]), "overdose_deaths_residents")["upper_per_100k"]
    rates, people = [], []
    for _, known in deaths.groupby("year"):
        fit = fit_gamma_poisson(known, key="county_geoid", events="deaths")
        rates += list(fit.mean() * 100_000)
        people += list(fit.person_years)
    number = class_numbers(pd.Series(rates), upper.dropna())
    share = pd.Series(people).groupby(number).sum() / sum(people)
    assert share.index.tolist() == list(range(1, CLASSES + 1))
    assert share.between(1 / 6 - 0.09, 1 / 6 + 0.09).all()


def test_limits_are_whole_ascending_and_open_at_the_top(deaths):
    breaks = class_breaks(deaths, _visits(np.arange(1.0, 13.0), [1_000] * 12))
    for _, rows in breaks.groupby("measure_code"):
        assert rows["class_number"].tolist() == list(range(1, CLASSES + 1))
        limits = rows["upper_per_100k"].dropna()
        assert len(limits) == CLASSES - 1
        assert limits.is_monotonic_increasing
        assert (limits == limits.round()).all()


def test_order_of_rows_does_not_change_the_limits(deaths):
    visits = _visits(np.arange(1.0, 13.0), np.arange(1_000, 13_000, 1_000))
    shuffled = class_breaks(
        deaths.sample(frac=1, random_state=1), visits.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(shuffled, class_breaks(deaths, visits))
