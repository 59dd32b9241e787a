"""Years with what is withheld, and the ratio of two rates."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from geo.errors import InputError
from geo.trend import rate_ratio, yearly_trend


def _years(**changes):
    return pd.DataFrame(
        {
            "year": [2012, 2010, 2011],
            "deaths": pd.array([40, 12, None], dtype="Int64"),
            "status_code": ["reported", "reported", "suppressed"],
            "population_persons": pd.array([100_000, 100_000, 50_000], dtype="Int64"),
        }
        | changes
    )


def test_a_suppressed_year_has_no_rate_but_the_range_of_1_to_9():
    trend = yearly_trend(_years(), events="deaths")
    assert trend.index.tolist() == [2010, 2011, 2012]
    assert trend["rate_per_100k"].tolist()[::2] == [12.0, 40.0]
    assert pd.isna(trend.loc[2011, "rate_per_100k"])
    assert trend.loc[2011, "rate_lower_per_100k"] == 2.0
    assert trend.loc[2011, "rate_upper_per_100k"] == 18.0


def test_a_year_of_10_to_50_has_no_rate_but_the_range_of_10_to_50():
    codes = ["reported", "suppressed", "suppressed_10_to_50"]
    counts = pd.array([40, None, None], dtype="Int64")
    trend = yearly_trend(_years(status_code=codes, deaths=counts), events="deaths")
    assert trend["rate_per_100k"].isna().tolist() == [True, True, False]
    assert trend["rate_lower_per_100k"].tolist()[:2] == [1.0, 20.0]
    assert trend["rate_upper_per_100k"].tolist()[:2] == [9.0, 100.0]
    assert trend["status_code"].tolist() == codes[1:] + codes[:1]


def test_a_reported_year_has_the_exact_interval():
    row = yearly_trend(_years(), events="deaths").loc[2010]
    assert row["rate_lower_per_100k"] == pytest.approx(6.2006, abs=1e-3)
    assert row["rate_upper_per_100k"] == pytest.approx(20.9616, abs=1e-3)


def test_a_year_that_stands_twice_is_named():
    with pytest.raises(InputError, match="holds 2010 twice"):
        yearly_trend(_years(year=[2010, 2010, 2011]), events="deaths")


counts = st.integers(1, 400)
years = st.floats(1e3, 1e7)


@given(counts, years, counts, years)
def test_limits_are_where_the_binomial_tails_are_two_and_a_half_percent(now, time, before, earlier):
    _, low, high = rate_ratio(now, time, before, earlier)
    total = now + before

    def share(ratio):
        return ratio * time / (ratio * time + earlier)

    assert binom.sf(now - 1, total, share(low)) == pytest.approx(0.025, rel=1e-4)
    assert binom.cdf(now, total, share(high)) == pytest.approx(0.025, rel=1e-4)


@given(counts, years, counts, years)
def test_turning_the_periods_round_turns_the_ratio_round(now, time, before, earlier):
    ratio, low, high = rate_ratio(now, time, before, earlier)
    other, other_low, other_high = rate_ratio(before, earlier, now, time)
    assert ratio * other == pytest.approx(1)
    assert low * other_high == pytest.approx(1)
    assert high * other_low == pytest.approx(1)
    assert low < ratio < high


def test_no_events_in_one_period_leaves_one_side_open():
    assert rate_ratio(0, 10, 5, 10)[:2] == (0.0, 0.0)
    assert rate_ratio(5, 10, 0, 10)[0] == float("inf")
    assert rate_ratio(5, 10, 0, 10)[2] == float("inf")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-1, 10, 5, 10), "must not be negative"),
        ((1, 0, 5, 10), "must be positive"),
        ((0, 10, 0, 10), "both 0"),
    ],
)
def test_a_ratio_that_cannot_be_is_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        rate_ratio(*arguments)
