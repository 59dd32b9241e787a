"""Spike alerts against plain loops, closed forms, planted spikes and flat noise."""

import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, gamma, poisson

from geo.errors import InputError
from geo.spikes import ears_c2, false_alarm_share, poisson_threshold

METHODS = [ears_c2, poisson_threshold]
SERIES = st.lists(st.integers(0, 40), min_size=1, max_size=110)


def _daily(values, start="2023-01-01", freq="D", dtype="Int64"):
    index = pd.date_range(start, periods=len(values), freq=freq)
    return pd.Series(values, index=index, dtype=dtype)


def _c2_by_hand(values, day):
    """One day of C2 from its definition."""
    past = values[day - 9 : day - 2]
    mean, sd = statistics.mean(past), statistics.stdev(past)
    return mean, sd, (values[day] - mean) / max(sd, 1)


@given(SERIES)
def test_c2_equals_its_definition_day_by_day(values):
    table = ears_c2(_daily(values))
    assert table["count"].tolist() == values
    assert table.iloc[:9, 1:].isna().all(axis=None)
    for day in range(9, len(values)):
        mean, sd, statistic = _c2_by_hand(values, day)
        row = table.iloc[day]
        assert row["baseline_mean"] == pytest.approx(mean)
        assert row["baseline_sd"] == pytest.approx(sd, abs=1e-12)
        assert row["statistic"] == pytest.approx(statistic)
        assert row["is_alarm"] == (statistic > 3 + 1e-9)


def test_c2_worked_example():
    """Baseline 2, 4, 4, 4, 5, 5, 4: mean 4, variance 1; the two days of guard do not count."""
    table = ears_c2(_daily([2, 4, 4, 4, 5, 5, 4, 900, 900, 7]))
    assert table.iloc[9].tolist() == [7, 4, 1, 3, False]
    assert ears_c2(_daily([2, 4, 4, 4, 5, 5, 4, 900, 900, 8]))["is_alarm"].iloc[9]


def test_c2_after_a_week_of_none_three_events_are_no_alarm_four_are():
    assert ears_c2(_daily([0] * 9 + [3]))["is_alarm"].tolist()[-1] is False
    assert ears_c2(_daily([0] * 9 + [4]))["is_alarm"].tolist()[-1] is True
    assert ears_c2(_daily([0] * 9 + [2]), smallest_sd=0.5)["is_alarm"].tolist()[-1] is True
    assert ears_c2(_daily([0] * 9 + [4]))["baseline_sd"].iloc[-1] == 0


@given(SERIES)
def test_poisson_threshold_equals_its_definition_day_by_day(values):
    table = poisson_threshold(_daily(values))
    for day in range(len(values)):
        row = table.iloc[day]
        recent = values[day - 6 : day + 1]
        if day < 6:
            assert row.isna().all()
            continue
        assert row["window_count"] == sum(recent)
        if day < 69:
            assert row[["expected_count", "p_value", "is_alarm"]].isna().all()
            continue
        events = sum(values[day - 69 : day - 13])
        assert row["expected_count"] == pytest.approx(events / 56 * 7)
        assert row["is_alarm"] == (row["p_value"] < 0.01)


@pytest.mark.parametrize(("events", "count"), [(0, 1), (0, 2), (3, 2), (17, 6), (560, 95)])
def test_poisson_p_value_is_the_integral_over_the_gamma_of_the_rate(events, count):
    values = np.zeros(70, dtype=int)
    values[0], values[-1] = events, count
    p_value = poisson_threshold(_daily(values))["p_value"].iloc[-1]
    step = np.linspace(0, 1, 200_001)[1:-1]
    rates = gamma.ppf(step, events + 0.5, scale=1 / 56)
    assert p_value == pytest.approx(poisson.sf(count - 1, 7 * rates).mean(), rel=2e-3)


def test_poisson_p_value_lies_between_the_exact_conditional_test_and_the_plain_tail():
    """Given s + y events, y is binomial with chance w / (w + b): the exact test is larger."""
    values = np.zeros(70, dtype=int)
    values[10:50], values[-3:] = 1, 4
    p_value = poisson_threshold(_daily(values))["p_value"].iloc[-1]
    exact = binom.sf(11, 52, 7 / 63)
    assert poisson.sf(11, 40 / 8) < p_value < exact


def test_poisson_window_baseline_and_guard_lie_where_they_should():
    values = np.arange(70) ** 2
    row = poisson_threshold(_daily(values), alpha=0.5).iloc[-1]
    assert row["window_count"] == values[63:70].sum()
    assert row["expected_count"] == pytest.approx(values[0:56].mean() * 7)
    assert poisson_threshold(_daily(values)).iloc[68].isna().sum() == 3


@pytest.mark.parametrize("mean", [0.3, 2, 10])
@pytest.mark.parametrize("seed", [1, 2])
def test_poisson_false_alarms_stay_at_alpha_with_a_tolerance_of_a_tenth(mean, seed):
    assert 0.003 < false_alarm_share("poisson", mean, days=100_000, seed=seed) < 0.011


@pytest.mark.parametrize(("mean", "share"), [(0.3, 0.0003), (2, 0.0188), (10, 0.0211)])
def test_c2_false_alarms_are_what_the_docstring_says(mean, share):
    measured = false_alarm_share("c2", mean, days=200_000, seed=1)
    assert measured == pytest.approx(share, abs=0.0005)


@pytest.mark.parametrize(("mean", "share"), [(0.3, 0.006), (2, 0.007), (10, 0.008)])
def test_poisson_false_alarms_are_what_the_docstring_says(mean, share):
    measured = false_alarm_share("poisson", mean, days=200_000, seed=1)
    assert round(measured, 3) == share


def test_docstrings_say_the_figures_measured():
    assert "0.03 % of days at 0.3 events a day, 1.9 % at 2, 2.1 % at 10" in ears_c2.__doc__
    text = " ".join(poisson_threshold.__doc__.split())
    assert "0.6 % of days at 0.3 events a day, 0.7 % at 2, 0.8 % at 10" in text
    assert "(1.1 %, 1.1 %, 1.2 % of the days below)" in text


@pytest.mark.parametrize(("mean", "share"), [(0.3, 0.011), (2, 0.011), (10, 0.012)])
def test_a_plain_poisson_tail_raises_more_than_alpha(mean, share):
    random = np.random.default_rng(1)
    index = pd.date_range("2000-01-01", periods=200_000, unit="s")
    table = poisson_threshold(pd.Series(random.poisson(mean, len(index)), index=index)).dropna()
    plain = poisson.sf(
        table["window_count"].astype(float) - 1, table["expected_count"].astype(float)
    )
    assert round((plain < 0.01).mean(), 3) == share


def test_false_alarm_share_needs_a_full_baseline():
    with pytest.raises(InputError, match="`days` is 69; no day has a full baseline"):
        false_alarm_share("poisson", 1, days=69, seed=1)


@pytest.mark.parametrize(
    ("method", "mean", "least"),
    [
        (ears_c2, 2, 0.9),
        (ears_c2, 10, 0.99),
        (poisson_threshold, 0.3, 0.9),
        (poisson_threshold, 2, 0.99),
        (poisson_threshold, 10, 0.99),
    ],
)
def test_a_fortnight_at_four_times_the_rate_is_found(method, mean, least):
    rate = np.full(120, float(mean))
    rate[100:114] *= 4
    found = 0
    for seed in range(200):
        counts = _daily(np.random.default_rng(seed).poisson(rate))
        found += bool(method(counts)["is_alarm"].iloc[100:114].any())
    assert found / 200 >= least


@pytest.mark.parametrize("method", METHODS)
def test_one_day_far_above_is_an_alarm_of_both(method):
    counts = _daily([2, 3] * 50)
    counts.iloc[90] = 40
    table = method(counts)
    assert table["is_alarm"].iloc[90]
    assert not table["is_alarm"].iloc[:90].any()


@pytest.mark.parametrize("method", METHODS)
@given(values=SERIES, later=st.integers(0, 500))
def test_a_later_day_never_changes_earlier_rows(method, values, later):
    longer = method(_daily([*values, later])).iloc[:-1]
    pd.testing.assert_frame_equal(
        method(_daily(values)), longer, check_exact=True, check_freq=False
    )


@pytest.mark.parametrize("method", METHODS)
@given(values=SERIES, start=st.dates(), freq=st.sampled_from(["D", "7D"]))
def test_the_dates_do_nothing(method, values, start, freq):
    plain = method(_daily(values)).reset_index(drop=True)
    index = pd.date_range(np.datetime64(start, "s"), periods=len(values), freq=freq, unit="s")
    moved = method(pd.Series(values, index=index)).reset_index(drop=True)
    pd.testing.assert_frame_equal(plain, moved, check_exact=True)


@pytest.mark.parametrize("method", METHODS)
@given(days=st.integers(1, 200))
def test_zeros_never_alarm(method, days):
    assert not method(_daily([0] * days))["is_alarm"].fillna(value=False).any()


@given(values=SERIES)
def test_one_more_event_today_never_ends_an_alarm(values):
    more = [*values[:-1], values[-1] + 1]
    for method in METHODS:
        before, after = (method(_daily(one))["is_alarm"].iloc[-1] for one in (values, more))
        assert before is pd.NA or after >= before


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("days", [0, 1, 9])
def test_short_series_are_missing_not_false(method, days):
    counts = _daily([1] * days)
    table = method(counts)
    assert table.index.equals(counts.index)
    assert table["is_alarm"].isna().all()
    assert table["is_alarm"].dtype == "boolean"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["Int64", "int32", "float64", "Float64", "uint8"])
def test_every_kind_of_whole_number_gives_the_same(method, dtype):
    values = np.random.default_rng(3).poisson(2, 90)
    pd.testing.assert_frame_equal(method(_daily(values)), method(_daily(values, dtype=dtype)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.drop(s.index[4]), "gap or a day out of order after 2023-01-04"),
        (lambda s: s.iloc[::-1], "gap or a day out of order after 2023-01-20"),
        (lambda s: pd.concat([s, s.iloc[-1:]]), "gap or a day out of order after 2023-01-20"),
        (lambda s: s.reset_index(drop=True), "needs a DatetimeIndex"),
        (lambda s: s.tz_localize("America/Detroit"), "without time zone"),
        (lambda s: s.where(s.index != s.index[2]), "1 values .* the first on 2023-01-03"),
        (lambda s: -s, "20 values that are missing, negative or not whole"),
        (lambda s: s + 0.5, "20 values"),
        (lambda s: s.astype("Float64") * np.inf, "20 values"),
        (lambda s: s.astype("str"), "`counts` is str, not numbers"),
    ],
)
def test_series_that_cannot_be_used(method, change, message):
    with pytest.raises(InputError, match=message):
        method(change(_daily([1] * 20)))


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        (ears_c2, {"baseline": 1}, "`baseline` is 1; it must be at least 2"),
        (ears_c2, {"guard": -1}, "`guard` is -1"),
        (ears_c2, {"smallest_sd": 0}, "`smallest_sd` is 0"),
        (poisson_threshold, {"window": 0}, "`window` is 0"),
        (poisson_threshold, {"baseline": 0}, "`baseline` is 0"),
        (poisson_threshold, {"guard": -1}, "`guard` is -1"),
        (poisson_threshold, {"alpha": 0}, "`alpha` is 0"),
        (poisson_threshold, {"alpha": 1}, "`alpha` is 1"),
    ],
)
def test_lengths_that_cannot_be_used(method, options, message):
    with pytest.raises(InputError, match=message):
        method(_daily([1] * 20), **options)
