"""Crude rates, exact Poisson intervals and reliability."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from geo.errors import InputError
from geo.rates import PER, crude_rate, crude_rate_table, poisson_interval, reliability

TENS = "suppressed_10_to_50"
COUNTS = st.lists(st.integers(0, 5_000), min_size=1, max_size=20)


def _counts(*values, index=None):
    return pd.Series(list(values), dtype="Int64", index=index)


def _years(*rows):
    """Rows of county, count (None where 1 to 9 and suppressed, or a status code), persons."""
    withheld = [row[1] if isinstance(row[1], str) else None for row in rows]
    return pd.DataFrame(
        {
            "county_geoid": [row[0] for row in rows],
            "deaths": pd.array(
                [None if code else row[1] for row, code in zip(rows, withheld, strict=True)],
                dtype="Int64",
            ),
            "status_code": [
                code or ("suppressed" if row[1] is None else "reported")
                for row, code in zip(rows, withheld, strict=True)
            ],
            "population_persons": pd.array([row[2] for row in rows], dtype="Int64"),
        }
    )


def _table(*rows):
    return crude_rate_table(_years(*rows), key="county_geoid", events="deaths")


def test_crude_rate_is_events_per_100_000():
    assert crude_rate(_counts(12, 0), _counts(60_000, 500)).tolist() == [20.0, 0.0]


def test_crude_rate_suppressed_count_stays_missing():
    assert crude_rate(_counts(None), _counts(60_000)).isna().all()


def test_crude_rate_missing_or_zero_population_is_missing():
    assert crude_rate(_counts(5, 5, 0), _counts(None, 0, 0)).isna().all()


def test_crude_rate_keeps_a_renamed_index():
    rate = crude_rate(_counts(3, 4, index=["b", "a"]), _counts(100, 200, index=["b", "a"]))
    assert rate.to_dict() == {"b": 3_000.0, "a": 2_000.0}
    assert str(rate.dtype) == "Float64"


def test_crude_rate_of_no_areas_is_empty():
    assert len(crude_rate(_counts(), _counts())) == 0


def test_crude_rate_rejects_different_indexes():
    with pytest.raises(InputError, match="different indexes"):
        crude_rate(_counts(1, index=["a"]), _counts(1, index=["b"]))


@pytest.mark.parametrize(
    ("events", "population", "named"), [(-1, 10, "`events`"), (1, -10, "`population`")]
)
def test_crude_rate_rejects_negative_input_and_names_it(events, population, named):
    with pytest.raises(InputError, match=f"{named} has 1 negative values, first -1.* at 0"):
        crude_rate(_counts(events), _counts(population))


@given(COUNTS, st.integers(1, 50))
def test_crude_rate_does_not_change_when_events_and_people_grow_alike(events, factor):
    events = _counts(*events)
    people = _counts(*range(1_000, 1_000 + len(events)))
    scaled = crude_rate(events * factor, people * factor)
    np.testing.assert_allclose(
        crude_rate(events, people).astype(float), scaled.astype(float), rtol=1e-12
    )


def test_poisson_interval_relative_width_as_published():
    events = _counts(10, 20)
    interval = poisson_interval(events)
    width = (interval["upper"] - interval["lower"]) / events
    assert [round(100 * value) for value in width] == [136, 93]


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_poisson_interval_leaves_half_of_alpha_in_each_tail(level):
    events = np.array([1, 2, 9, 10, 57, 4_130])
    interval = poisson_interval(_counts(*events), level=level)
    tail = (1 - level) / 2
    lower, upper = interval["lower"].to_numpy(float), interval["upper"].to_numpy(float)
    np.testing.assert_allclose(poisson.sf(events - 1, lower), tail, rtol=1e-9)
    np.testing.assert_allclose(poisson.cdf(events, upper), tail, rtol=1e-9)


def test_poisson_interval_of_zero_events_starts_at_zero_and_ends_at_minus_log_tail():
    interval = poisson_interval(_counts(0)).iloc[0]
    assert interval["lower"] == 0
    assert interval["upper"] == pytest.approx(-np.log(0.025))


def test_poisson_interval_suppressed_count_stays_missing():
    assert poisson_interval(_counts(None, 4)).isna().all(axis=1).tolist() == [True, False]


@given(COUNTS)
def test_poisson_interval_contains_the_count_and_widens_with_the_level(events):
    events = _counts(*events)
    narrow, wide = poisson_interval(events, level=0.8), poisson_interval(events, level=0.99)
    assert (wide["lower"] <= narrow["lower"]).all()
    assert (narrow["lower"] <= events).all()
    assert (events < narrow["upper"]).all()
    assert (narrow["upper"] < wide["upper"]).all()


@pytest.mark.parametrize("level", [0, 1, -0.5, 95])
def test_poisson_interval_rejects_a_level_outside_0_to_1(level):
    with pytest.raises(InputError, match="`level`"):
        poisson_interval(_counts(3), level=level)


def test_poisson_interval_rejects_a_negative_count():
    with pytest.raises(InputError, match="`events`"):
        poisson_interval(_counts(-3))


def test_reliability_turns_at_twenty_events():
    code = reliability(_counts(0, 19, 20, 500), _counts(0, 0, 0, 0))
    assert code.tolist() == ["unreliable", "unreliable", "reliable", "reliable"]


def test_reliability_suppressed_goes_before_missing_and_missing_before_unreliable():
    code = reliability(_counts(None, None, 30), _counts(1, 0, 2))
    assert code.tolist() == ["suppressed", "missing", "suppressed"]


def test_crude_rate_table_sums_years():
    row = _table(("26099", 30, 1_000), ("26099", 20, 1_500)).loc["26099"]
    assert row["events"] == row["events_low"] == row["events_high"] == 50
    assert row["person_years"] == 2_500
    assert row["rate_per_100k"] == 2_000.0
    assert row["reliability_code"] == "reliable"


def test_crude_rate_table_interval_is_that_of_the_summed_count():
    row = _table(("26099", 4, 500), ("26099", 6, 500)).loc["26099"]
    interval = poisson_interval(_counts(10)).iloc[0] / 1_000 * PER
    assert row["rate_lower_per_100k"] == pytest.approx(interval["lower"])
    assert row["rate_upper_per_100k"] == pytest.approx(interval["upper"])
    assert row["reliability_code"] == "unreliable"


def test_crude_rate_table_has_no_rate_where_a_year_is_suppressed_but_bounds():
    row = _table(("26087", 12, 900), ("26087", None, 900), ("26087", None, 900)).loc["26087"]
    assert row[["events", "rate_per_100k"]].isna().all()
    assert row[["rate_lower_per_100k", "rate_upper_per_100k"]].isna().all()
    assert (row["events_low"], row["events_high"]) == (14, 30)
    assert (row["years_suppressed"], row["reliability_code"]) == (2, "suppressed")


def test_crude_rate_table_takes_a_year_of_10_to_50_as_10_and_as_50_and_as_withheld():
    table = _table(
        ("a", 12, 900), ("a", TENS, 900), ("b", None, 900), ("b", TENS, 900), ("c", 40, 900)
    )
    assert table["events_low"].tolist() == [22, 11, 40]
    assert table["events_high"].tolist() == [62, 59, 40]
    assert table["years_suppressed"].tolist() == [1, 2, 0]
    assert table["withheld_range"].tolist() == ["10 to 50", "1 to 9 or 10 to 50", ""]
    assert table["reliability_code"].tolist() == ["suppressed", "suppressed", "reliable"]
    assert table["events"].isna().tolist() == [True, True, False]
    assert table["rate_per_100k"].isna().tolist() == [True, True, False]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=12))
def test_crude_rate_table_bounds_hold_the_counts_that_are_withheld(years):
    rows = []
    for deaths, is_chosen in years:
        tens = TENS if is_chosen and 10 <= deaths <= 50 else deaths
        rows.append(("a", None if 1 <= deaths <= 9 else tens, 10))
    row, true = _table(*rows).loc["a"], sum(deaths for deaths, _ in years)
    assert row["events_low"] <= true <= row["events_high"]
    assert row["years_suppressed"] == sum(one[1] is None or one[1] == TENS for one in rows)
    assert pd.isna(row["events"]) == (row["years_suppressed"] > 0)


def test_crude_rate_table_reported_zero_is_zero_and_not_suppressed():
    row = _table(("26087", 0, 900)).loc["26087"]
    assert (row["events"], row["rate_per_100k"], row["rate_lower_per_100k"]) == (0, 0.0, 0.0)


def test_crude_rate_table_does_not_depend_on_the_order_of_rows():
    rows = [("a", 5, 10), ("b", None, 20), ("a", 7, 30), ("b", 2, 40), ("c", 1, 50)]
    pd.testing.assert_frame_equal(_table(*rows), _table(*reversed(rows)))


def test_crude_rate_table_bounds_hold_whatever_the_suppressed_counts_are():
    table = _table(("a", None, 10), ("a", None, 10), ("b", 11, 10))
    assert (table["events_low"] <= table["events_high"]).all()
    assert table["events_high"].tolist() == [18, 11]


def test_a_missing_count_that_is_not_suppressed_leaves_no_rate():
    years = pd.DataFrame(
        {
            "area": ["a", "a", "b"],
            "events": pd.array([10, None, 20], dtype="Int64"),
            "status_code": "reported",
            "population_persons": pd.array([1000, 1000, None], dtype="Int64"),
        }
    )
    table = crude_rate_table(years, key="area", events="events")
    assert table["rate_per_100k"].isna().all()
    assert table["rate_upper_per_100k"].isna().all()
    assert table["reliability_code"].tolist() == ["missing", "reliable"]
