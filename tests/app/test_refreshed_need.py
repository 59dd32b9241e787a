"""Measures, trends and their downloads over a refreshed folder of a small made-up state."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from geo.answers import Answers
from geo.charts import provisional_label, trend_chart
from geo.downloads import to_csv
from geo.exports import export_of, trend_rows
from geo.figures.chart_kinds import told_trend
from geo.profile import describe_trend, profile, trend_table
from geo.sources.refresh import Order, refresh
from geo.tables.reader import TableReader
from tests.sources.small_state import write_state_files


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """The answers of a refreshed folder, whose provisional counts are the publisher's own."""
    files, out = tmp_path_factory.mktemp("published"), tmp_path_factory.mktemp("refreshed")
    write_state_files(files, "39")
    refresh(Order(("39",), out, files, date(2026, 11, 23)), None, report=lambda _: None)
    return Answers(TableReader(out))


def test_comparison_cites_the_source_of_every_measure(refreshed, answers):
    for own in (refreshed, answers):
        export = export_of(own, own.first_scope(), "comparison", "http://here/compare")
        titles = {own.sources[one.source_id].title for one in own.measures.values()}
        assert len(titles) == 3
        assert all(title in export.block["source"] for title in titles)
        assert to_csv(export).startswith(b"\xef\xbb\xbf# title: Every measure")


def test_police_evidence_cites_itself_and_the_lists_of_agencies_only(refreshed, answers):
    scope = answers.first_scope()
    source = export_of(answers, scope, "police-evidence", "http://here/sources").block["source"]
    assert "each row with its own source" in source
    assert "HIFLD" in source
    assert not any(other in source for other in ("CDC", "Census", "SAMHSA"))
    scope = refreshed.first_scope()
    source = export_of(refreshed, scope, "police-evidence", "http://here/sources").block["source"]
    assert not any(other in source for other in ("CDC", "Census", "SAMHSA"))


def _profiled(own, county, region=""):
    first = own.first_scope()
    return profile(own, replace(first, area=county, region=region or first.region))


def test_count_the_publisher_gives_is_nowhere_called_derived(refreshed, answers):
    scope = replace(refreshed.first_scope(), area="39001")
    found, shipped = profile(refreshed, scope), _profiled(answers, "26163")
    assert trend_table(found).loc[2025, "status_code"] == "reported, provisional"
    assert provisional_label(found.provisional) == "reported, provisional"
    assert provisional_label(shipped.provisional) == "derived, provisional"
    told = told_trend(refreshed, scope)
    assert told.title.endswith(", and 2025 provisional")
    assert told.subtitle.endswith(" 2025: provisional, not comparable with final counts.")
    drawn = trend_chart(found.trend, found.provisional, unit="rate").to_json()
    assert not re.search("derived|worked back", drawn + str(vars(told)))
    assert "2025 is provisional: 142.8." in told.alt
    late = replace(answers.first_scope(), area="26163")
    assert " 2024: provisional, worked back from published rates," in str(
        vars(told_trend(answers, late))
    )


def test_withheld_provisional_year_is_a_range_and_no_number(refreshed):
    found = _profiled(refreshed, "39003")
    rows = trend_rows(trend_table(found)).loc[2025]
    assert rows["status_code"] == "suppressed, provisional"
    assert rows["events_reason_code"] == "suppressed"
    assert "2025 is provisional and suppressed: 1 to 9 deaths," in describe_trend(found)
    chart = trend_chart(found.trend, found.provisional, unit="rate").to_dict()
    drawn = [row for data in chart["datasets"].values() for row in data]
    late = next(row for row in drawn if row["year"] == "2025")
    assert late["what"] == "provisional, suppressed: range of 1 to 9 deaths"
    bars = [one for one in chart["layer"] if one["mark"].get("strokeWidth", 1) > 5]
    assert late["what"] in bars[-1]["transform"][0]["filter"]
    assert len(bars) == 2


def test_county_without_a_reported_year_has_no_count_of_0(refreshed):
    scope = replace(refreshed.first_scope(), area="39003", counties=("39003",))
    told = told_trend(refreshed, scope)
    assert told.counted == "No reported year."
    assert "0 deaths" not in str(vars(told))


def test_label_of_the_provisional_year_names_it_once(refreshed, answers):
    for own, year in ((refreshed, "2025"), (answers, "2024")):
        table = export_of(own, own.first_scope(), "comparison", "http://here/compare").table
        labels = [one for one in table["measure"].unique() if "provisional" in one]
        assert labels == [f"Overdose deaths, provisional, {year}"]
        assert f"({year})" in own.measures["provisional_2024"].help_text


def test_visits_withheld_in_a_year_have_no_rate_and_no_unit(answers):
    facts = {fact.label: fact.text for fact in _profiled(answers, "26001", "michigan").standing}
    assert facts["Non-fatal ED visits, 2018 to 2023"] == "74 to 82 visits; no rate"
