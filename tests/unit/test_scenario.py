"""What if: what a scenario changes, what it leaves, and its file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.coverage import coverage
from geo.errors import InputError
from geo.scenario import (
    NOTHING_SUPPOSED,
    WHAT_IF,
    Scenario,
    WhatIfReader,
    from_file,
    scenario_marks,
    to_file,
)
from geo.scope import default_scope
from geo.tables.definitions import TABLES
from geo.tables.schema import assert_shape
from geo.what_if_view import gap_changes, scenario_choices, share_changes

FLINT = "flint-police-department"


def _shares(answers, scenario):
    return coverage(answers.under(scenario).people(answers.today), None, minutes=30).iloc[0]


def test_an_empty_scenario_is_the_record(answers):
    assert answers.under(NOTHING_SUPPOSED) is answers
    assert not NOTHING_SUPPOSED


def test_a_department_taken_as_documented_moves_its_people_and_nobody_else(answers):
    people = answers.people(answers.today)
    own = people.loc[people["agency_id"] == FLINT, "residents_persons"].sum()
    record, supposed = _shares(answers, NOTHING_SUPPOSED), _shares(answers, Scenario((FLINT,)))
    total = people["residents_persons"].sum()
    gain = supposed["police_documented_share"] - record["police_documented_share"]
    assert gain == pytest.approx(own / total)
    assert supposed["otp_share"] == record["otp_share"]


def test_it_counts_on_any_day_and_is_never_told_as_known(answers):
    from datetime import date

    early = answers.under(Scenario((FLINT,))).agency_status(date(2015, 6, 1)).loc[FLINT]
    assert early["naloxone_code"] == "documented"
    assert early["source_name"] == WHAT_IF


def test_an_otp_at_lapeer_brings_people_within_reach_and_is_treatment_too(answers):
    area = next(one for one in answers.area_positions if one.startswith("26087-"))
    record = _shares(answers, NOTHING_SUPPOSED)
    supposed = _shares(answers, Scenario(otp_at=(area,)))
    assert supposed["otp_share"] > record["otp_share"]
    assert supposed["treatment_share"] >= record["treatment_share"]


def test_supposed_tables_still_have_the_shape_of_their_schemas(reader, answers):
    area = next(iter(answers.area_positions))
    gone = answers.scenario_identifiers["without"][0]
    what_if = WhatIfReader(reader, Scenario((FLINT,), (gone,), (area,), (area,)))
    for name in ("naloxone_evidence", "facility"):
        assert_shape(what_if.read(name), TABLES[name])
    assert len(what_if.read("facility")) == len(reader.read("facility")) + 1
    marks = scenario_marks(what_if, Scenario((FLINT,), (gone,), (area,), (area,)))
    assert [mark[2] for mark in marks] == ["+", "+", "\u00d7"]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_adding_never_lowers_and_taking_away_never_raises_coverage(answers, data):
    known = answers.scenario_identifiers
    area = data.draw(st.sampled_from(known["otp_at"]))
    gone = data.draw(st.lists(st.sampled_from(known["without"]), min_size=1, max_size=40))
    record = _shares(answers, NOTHING_SUPPOSED)
    more = _shares(answers, Scenario(otp_at=(area,), treatment_at=(area,)))
    less = _shares(answers, Scenario(without=tuple(sorted(set(gone)))))
    for column in ("otp_share", "treatment_share"):
        assert more[column] >= record[column] >= less[column]


def test_file_comes_back_as_it_was(answers):
    scenario = Scenario(
        (FLINT,), answers.scenario_identifiers["without"][:2], ("26049-2604929000",)
    )
    again, said = from_file(to_file(scenario, "abc"), answers.scenario_identifiers, "abc")
    assert again == scenario
    assert said == []


def test_file_of_other_data_is_named_and_fitted(answers):
    file = to_file(Scenario((FLINT, "no-such-department")), "0ld")
    again, said = from_file(file, answers.scenario_identifiers, "new")
    assert again == Scenario((FLINT,))
    assert "made on data 0ld, this is new" in said[0]
    assert "no-such-department" in said[1]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff\xfe", b'{"kind": "other"}', json.dumps({"scenario": {}}).encode()],
)
def test_a_file_that_is_no_scenario_is_refused(answers, content):
    with pytest.raises(InputError, match="not a scenario"):
        from_file(content, answers.scenario_identifiers, "abc")


def test_identifiers_can_stand_in_an_address(answers):
    for known in answers.scenario_identifiers.values():
        assert not any("." in one for one in known)


def test_changes_agree_with_the_people_of_the_department(answers):
    scope = replace(default_scope(answers.today), scenario=Scenario((FLINT,)))
    changes = gap_changes(answers, scope)
    assert changes.index.tolist() == ["26049-2604929000"]
    assert changes["supposed"].tolist() == ["No gap, high need"]
    shares = share_changes(answers, scope).set_index("measure")["people_more"]
    documented = shares["Live where police are documented to carry naloxone"]
    assert documented == pytest.approx(int(changes["people_fewer"].sum()), abs=2)
    choices = scenario_choices(answers, scope)
    assert next(iter(choices["documented"])) == FLINT
    assert set(choices["otp_at"]) == set(answers.area_positions)
