"""Counts a publisher withholds: their ranges, in numbers, in words, on charts, and their law."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.charts import (
    REPORTED,
    REPORTED_PROVISIONAL,
    SUPPRESSED,
    compared_trends_chart,
    trend_chart,
)
from geo.laws import suppressed_stays_missing
from geo.need import _units_by_county
from geo.tables.reader import TableReader
from geo.tables.shared_columns import DEATH_STATUS_CODES
from geo.trend import yearly_trend
from geo.withheld import (
    RANGE_WORDS,
    RANGES,
    count_limits,
    is_withheld,
    joined_ranges,
    ranges_by,
    withheld_range,
)

ONES, TENS = RANGES
CODES = st.lists(st.sampled_from(["reported", ONES, TENS]), min_size=1, max_size=8)


def test_every_range_is_a_status_of_deaths_whose_words_name_its_ends():
    words = dict(DEATH_STATUS_CODES)
    assert set(words) == {"reported", *RANGES}
    assert RANGES == {ONES: (1, 9), TENS: (10, 50)}
    for code, told in RANGE_WORDS.items():
        assert told == "{} to {}".format(*RANGES[code])
        assert f"the count is {told} and withheld" in words[code]


def test_limits_are_those_of_the_range_and_a_count_missing_for_another_reason_stays_missing():
    counts = pd.Series([0, 12, None, None, None], dtype="Int64", index=list("abcde"))
    status = pd.Series(["reported", "reported", ONES, TENS, "reported"], index=list("abcde"))
    found = count_limits(counts, status)
    assert found["low"].fillna(-1).to_dict() == {"a": 0, "b": 12, "c": 1, "d": 10, "e": -1}
    assert found["high"].fillna(-1).to_dict() == {"a": 0, "b": 12, "c": 9, "d": 50, "e": -1}
    assert set(found.dtypes.astype("str")) == {"Int64"}
    assert is_withheld(status).tolist() == [False, False, True, True, False]


@settings(max_examples=30)
@given(st.lists(CODES, min_size=1, max_size=5))
def test_ranges_of_groups_are_those_of_their_codes_and_join_to_those_of_all(groups):
    rows = [(number, code) for number, codes in enumerate(groups) for code in codes]
    frame = pd.DataFrame(rows[::-1], columns=["area", "status"]).astype({"status": "str"})
    found = ranges_by(frame["status"], frame["area"])
    assert found.tolist() == [withheld_range(codes) for codes in groups]
    assert found.index.name == "area"
    assert joined_ranges(found) == withheld_range(frame["status"])


def test_tract_groups_of_a_county_add_up_to_the_ends_of_their_ranges():
    units = pd.DataFrame(
        {
            "county_geoid": pd.array(["39003", "39001", "39001", "39001", None], dtype="str"),
            "deaths": pd.array([8, 30, None, None, None], dtype="Int64"),
            "status_code": pd.array(["reported", "reported", ONES, TENS, TENS], dtype="str"),
            "residents_persons": pd.array([10_000] * 5, dtype="Int64"),
        }
    )
    table = _units_by_county(units)
    columns = ["events_low", "events_high", "years_suppressed", "withheld_range"]
    assert table.loc["39001", columns].tolist() == [41, 89, 1, "1 to 9 or 10 to 50"]
    assert table.loc["39003", columns].tolist() == [8, 8, 0, ""]
    assert table["events"].isna().tolist() == [True, False]


def _trend(*codes):
    rows = pd.DataFrame(
        {
            "year": range(2020, 2020 + len(codes)),
            "deaths": pd.array([40 if code == "reported" else None for code in codes], "Int64"),
            "status_code": list(codes),
            "population_persons": pd.array([100_000] * len(codes), dtype="Int64"),
        }
    )
    return yearly_trend(rows, events="deaths")


def _bars(chart):
    """The years a chart tells by a thick bar, with its ends, and the name it gives such bars."""
    told = chart.to_dict()
    thick = next(one for one in told["layer"] if one["mark"].get("strokeWidth", 1) > 5)
    assert (thick["encoding"]["y"]["field"], thick["encoding"]["y2"]["field"]) == ("lower", "upper")
    name = thick["transform"][0]["filter"].partition("=== '")[2].rstrip("')")
    rows = [row for part in told["datasets"].values() for row in part if row["what"] == name]
    return {row["year"]: (row["lower"], row["upper"]) for row in rows}, name


@pytest.mark.parametrize(
    ("codes", "bars", "label"),
    [
        ((ONES, "reported"), {"2020": (1, 9)}, SUPPRESSED),
        ((TENS, "reported"), {"2020": (10, 50)}, "suppressed: range of 10 to 50 deaths"),
        (
            ("reported", TENS, ONES),
            {"2021": (10, 50), "2022": (1, 9)},
            "suppressed: range of 1 to 9 or 10 to 50 deaths",
        ),
        (("reported", "reported"), {}, SUPPRESSED),
    ],
)
def test_bar_of_a_withheld_year_spans_its_range_and_the_legend_names_the_ranges(codes, bars, label):
    late = _trend("reported").set_axis([2024])
    chart = trend_chart(_trend(*codes), late, unit="rate")
    assert _bars(chart) == (bars, label)
    legend = chart.to_dict()["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert legend == [REPORTED, label, REPORTED_PROVISIONAL]


def test_bars_of_compared_counties_span_the_range_of_each():
    trends = {"Alder": _trend(ONES, "reported"), "Birch": _trend("reported", TENS)}
    bars, _ = _bars(compared_trends_chart(trends, unit="rate"))
    assert bars == {"2020": (1, 9), "2021": (10, 50)}


class OneMoreRow(TableReader):
    """The shipped tables, where the first count of deaths has another status."""

    def _load(self, name):
        rows = super()._load(name)
        if name != "overdose_death":
            return rows
        first = rows.index == rows.index[rows["status_code"] == self.instead_of][0]
        return rows.assign(status_code=rows["status_code"].mask(first, TENS))


@pytest.mark.parametrize(
    ("instead_of", "problems"),
    [(ONES, []), ("reported", ["overdose_death: 1 rows where status and count disagree"])],
)
def test_a_count_of_10_to_50_may_be_missing_and_must_be(instead_of, problems):
    reader = OneMoreRow()
    reader.instead_of = instead_of
    assert suppressed_stays_missing(reader) == problems
