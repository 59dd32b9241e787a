"""The source record `general-rule` of a folder is true of the states in it."""

import re
from datetime import date

import pytest

from geo.errors import InputError
from geo.rule_record import rule_record
from geo.source_records import read_source_records, record_text
from geo.sources.refresh import Order, write_folder
from geo.state_profiles import state_profile
from geo.states import STATES
from tests.sources.small_state import write_state_files

DOCUMENTED = [one.fips for one in STATES if state_profile(one.fips).source_url]
DEFAULT = [one.fips for one in STATES if not state_profile(one.fips).source_url]


def _names(text):
    """Return the states that a text names."""
    found = [one.name for one in STATES if re.search(rf"\b{one.name}\b", text)]
    return {name for name in found if not any(name != one and name in one for one in found)}


@pytest.mark.parametrize("state", DOCUMENTED)
def test_record_of_a_documented_state_is_the_page_of_its_profile(state):
    profile, record = state_profile(state), rule_record([state])
    assert record.source_id == "general-rule"
    assert (record.publisher, record.url) == (profile.source_name, profile.source_url)
    assert record.vintage == (profile.source_date or "undated page")
    assert record.note == f"{profile.note}."


@pytest.mark.parametrize("state", DEFAULT)
def test_record_of_any_other_state_says_that_no_page_was_read(state):
    record = rule_record([state])
    assert not record.url
    assert "no page on the state as a whole was read" in record.publisher
    assert record.vintage == "default rule"
    assert "No source was read" in record.note


@pytest.mark.parametrize("one", STATES, ids=lambda one: one.postal)
def test_record_speaks_of_its_own_state_only(one):
    record = rule_record([one.fips])
    told = _names(f"{record.title} {record.note}")
    assert told == {one.name}


def test_record_of_several_states_tells_each_with_its_page(tmp_path):
    pennsylvania = state_profile("42")
    record = rule_record(["39", "42", "39"])
    assert not record.url, "no one page speaks of both"
    assert "2 states" in record.title
    assert record.publisher == record.vintage == "several, named in the note"
    ohio, told = record.note.split(" Pennsylvania: ")
    assert ohio.startswith("Ohio: No source was read")
    assert pennsylvania.note in told
    assert f"({pennsylvania.source_name}, 2016-05-09, {pennsylvania.source_url})" in told
    (tmp_path / "general-rule.toml").write_text(record_text(record), encoding="utf-8")
    assert read_source_records(tmp_path) == {"general-rule": record}


def test_record_of_states_without_a_page_says_so_once_for_all():
    record = rule_record(["39", "18"])
    assert record.publisher == rule_record(["39"]).publisher
    assert record.vintage == "default rule"
    assert "Indiana: No source was read" in record.note


def test_record_of_no_state_is_an_error():
    with pytest.raises(InputError, match="99"):
        rule_record(["99"])


def test_refreshed_folder_has_the_record_of_its_state(tmp_path):
    files, folder = tmp_path / "files", tmp_path / "folder"
    write_state_files(files, "39")
    folder.mkdir()
    order = Order(("39",), tmp_path / "out", files, date(2026, 11, 23))
    write_folder(order, None, folder, report=lambda _: None)
    assert read_source_records(folder / "sources")["general-rule"] == rule_record(["39"])
    for path in (folder / "sources").iterdir():
        if path.stem != "osrm-tract-2021":  # minutes are fitted on Michigan's, and say so
            assert "Michigan" not in path.read_text(encoding="utf-8"), path
