"""Each sentence for an application says the numbers of the tables, and what they do not say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.coverage import coverage
from geo.figures.needs import ORDER, needs
from geo.gap_view import scoped_gaps
from geo.rates import PER, poisson_interval
from geo.scope import PROGRAMS, default_scope
from geo.wording import share_text

LAPEER, ALCONA = "26087", "26001"


@pytest.fixture(scope="module")
def scope(answers):
    return default_scope(answers.today)


def test_deaths_are_those_of_the_table_with_their_exact_interval(answers, scope):
    rows = answers.reader.read("overdose_death")
    rows = rows[
        rows["county_geoid"].isin(answers.regions[scope.region].counties)
        & rows["year"].between(2018, 2022)
    ]
    deaths, people = int(rows["deaths"].sum()), int(rows["population_persons"].sum())
    limits = poisson_interval(pd.Series([deaths], dtype="Int64")).iloc[0] / people * PER
    text = needs(answers, scope, "plain").known[0]
    assert f"{deaths:,} residents died" in text
    assert f"{deaths / people * PER:.1f} per 100,000" in text
    assert f"{limits['lower']:.1f} to {limits['upper']:.1f}" in text


def test_suppressed_years_give_a_range_and_are_named_as_not_known(answers, scope):
    alcona = replace(scope, region="michigan", counties=(ALCONA,))
    need = answers.need("crude_rate", 2018, 2022).loc[ALCONA]
    found = needs(answers, alcona, "plain")
    assert f"{need['events_low']} to {need['events_high']} residents died" in found.known[0]
    assert "range that suppressed counts leave open" in found.known[0]
    assert (
        f"{need['years_suppressed']} county-years of deaths in 2018 to 2022 are suppressed"
        in found.text
    )
    assert "not compiled for these counties" in found.text
    assert "naloxone;" not in found.text


def test_hotspots_are_named_and_none_is_said(answers, scope):
    need = answers.need("hotspot", 2018, 2022)
    high = need.index[need["hotspot_code"].isin(["high", "very_high"])]
    text = needs(answers, scope, "plain").text
    for county in answers.regions[scope.region].counties:
        sentence = next(one for one in text.split(". ") if "at least 95 % likely" in one)
        assert (answers.county_names[county] in sentence) == (county in high)
    assert (
        "is below Michigan’s in Lapeer County"
        in needs(answers, replace(scope, counties=(LAPEER,)), "plain").text
    )


def test_shares_are_those_of_the_coverage_table(answers, scope):
    people = answers.people(scope.as_of)
    people = people[people["county_geoid"].isin(answers.regions[scope.region].counties)]
    row = coverage(people, None, minutes=scope.minutes).iloc[0]
    text = needs(answers, scope, "plain").text
    assert f"{share_text(row['police_documented_share'])} of the 4,378,033 residents" in text
    assert f"for {share_text(row['police_unknown_share'])} nothing is known" in text
    for kind, site in (("treatment", "any listed substance"), ("otp", "a listed opioid")):
        beyond = share_text(1 - row[f"{kind}_share"])
        said = f"{beyond} of residents live over 30 estimated minutes’ drive from {site}"
        assert said.lower() in text.lower()
    walk_in = share_text(1 - row["walk_in_share"])
    assert f"{walk_in} of residents live over 30 estimated minutes from one" in text


def test_gaps_are_those_of_the_gap_table(answers, scope):
    table = scoped_gaps(answers, scope)
    text = needs(answers, scope, "plain").text
    assert f"{int(table['affected_persons'].sum()):,} residents live under police" in text
    both = int(table["gap_code"].str.startswith("double_gap").sum())
    assert f"in {both} of {len(table)} municipalities both hold" in text
    assert f"{int(table['is_robust'].sum())} of the {len(table)} keep their gap class" in text


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_changes_the_order_and_no_fact(answers, scope, program):
    plain, own = needs(answers, scope, "plain"), needs(answers, scope, program)
    assert set(own.known) == set(plain.known)
    assert own.unknown == plain.unknown
    assert set(ORDER[program]) == set(ORDER["plain"])
    if program == "fr_cara":
        assert "carry naloxone" in own.known[0]


def test_a_missing_source_is_never_called_a_no(answers, scope):
    text = needs(answers, scope, "plain").text
    assert "unknown, not without naloxone" in text
    assert not np.any([word in text for word in ("do not carry", "has no naloxone", "open today")])
