"""A county's own departments and facilities stand beside the published record, never in its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from geo.errors import InputError
from geo.own_data.columns import DEPARTMENT_FIELDS, FACILITY_FIELDS, guess_columns
from geo.own_data.own_help import PROBLEMS, check_departments, check_facilities
from geo.own_data.own_help_view import (
    DEPARTMENT_COLUMNS,
    FACILITY_COLUMNS,
    changes,
    departments_beside,
    facilities_shown,
)
from geo.own_data.own_reader import OwnAnswers, OwnReader
from geo.own_data.placing import Gazetteer
from geo.own_data.raw_rows import RawRows
from geo.scope import default_scope
from geo.sites import listed_facilities

FIVE = ("26049", "26087", "26099", "26125", "26163")
TODAY = date(2026, 11, 1)
DEPARTMENT = {"agency": "who", "status": "status", "date": "date", "source": "source"}
FACILITY = {"name": "name", "kind": "kind", "latitude": "lat", "longitude": "lon",
            "address": "street", "city": "city", "date": "date", "source": "source"}  # fmt: skip
WARREN = "warren-police-department"
FERNDALE = "ferndale-police-department"


@pytest.fixture(scope="module")
def gazetteer(reader):
    return Gazetteer(reader)


@pytest.fixture(scope="module")
def agencies(reader):
    return reader.read("agency")


def _raw(rows, columns):
    frame = pd.DataFrame(list(rows)).reindex(columns=list(columns.values())).astype("str")
    frame.index = pd.RangeIndex(2, 2 + len(frame), name="row_number")
    return RawRows(frame, "csv")


def _department(who="Warren Police Department", status="carries", day="2024-05-01", source="chief"):
    return {"who": who, "status": status, "date": day, "source": source}


def _facility(name="New Hope", lat="42.49", lon="-83.03", day="2024-05-01", **more):
    return {"name": name, "lat": lat, "lon": lon, "date": day, "source": "county list",
            "kind": "OTP", "city": "Warren", **more}  # fmt: skip


def _departments(agencies, *rows, **more):
    return check_departments(_raw(rows, DEPARTMENT), DEPARTMENT, agencies, today=TODAY, **more)


def _facilities(gazetteer, *rows, **more):
    return check_facilities(_raw(rows, FACILITY), FACILITY, gazetteer, FIVE, today=TODAY, **more)


def _reasons(found):
    return found.aside["reason_code"].to_dict()


# Departments.


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (_department(who=None), "no_name"),
        (_department(who="Unknown"), "no_name"),
        (_department(who="Gotham PD"), "unknown_department"),
        (_department(status="maybe"), "unreadable_status"),
        (_department(status=None), "unreadable_status"),
        (_department(status="not documented"), "unreadable_status"),
        (_department(day=None), "no_date"),
        (_department(day="2024-05"), "no_date"),
        (_department(day="soon"), "no_date"),
        (_department(day="2026-11-02"), "future_date"),
        (_department(source=None), "no_source"),
        (_department(source="N/A"), "no_source"),
    ],
)
def test_a_department_and_the_reason_against_it(agencies, row, reason):
    found = _departments(agencies, row)
    assert found.used.empty
    assert _reasons(found) == {2: reason}
    assert found.aside["reason"].tolist() == [PROBLEMS[reason]]
    cells = _raw([row], DEPARTMENT).rows
    pd.testing.assert_frame_equal(found.aside[list(cells)], cells)


def test_a_department_of_another_county(agencies):
    found = _departments(agencies, _department(), _department(who=FERNDALE), own_counties=["26125"])
    assert _reasons(found) == {2: "not_your_county"}
    assert found.used["agency_id"].tolist() == [FERNDALE]


def test_the_newest_row_of_a_department_counts(agencies):
    found = _departments(
        agencies,
        _department(day="2024-05-01"),
        _department(day="5/2/2024", status="does not carry"),
        _department(day="2023-01-01"),
        _department(who=FERNDALE, day="2020-01-01"),
    )
    assert _reasons(found) == {2: "repeated", 4: "repeated"}
    assert found.used["naloxone_code"].tolist() == ["does_not_carry", "documented"]
    assert found.used["date"].tolist() == ["2024-05-02", "2020-01-01"]


def test_of_two_rows_of_a_day_the_last_counts(agencies):
    found = _departments(agencies, _department(), _department(status="no"))
    assert _reasons(found) == {2: "repeated"}


@pytest.mark.parametrize(
    ("name", "agency"),
    [
        ("Warren Police Department", WARREN), ("WARREN PD", WARREN), ("warren p.d.", WARREN),
        ("Warren Police Dept.", WARREN), ("Warren Police", WARREN),
        ("City of Warren Police Department", WARREN), (WARREN, WARREN),
        ("Macomb County Sheriff’s Office", "macomb-county-sheriffs-office"),
        ("Macomb County Sheriff", "macomb-county-sheriffs-office"),
        ("Flint Twp PD", "flint-township-police-department"),
        ("Bloomfield Hills DPS", "bloomfield-hills-department-of-public-safety"),
    ],
)  # fmt: skip
def test_departments_are_known_by_what_people_call_them(agencies, name, agency):
    assert _departments(agencies, _department(who=name)).used["agency_id"].tolist() == [agency]


def test_every_department_is_known_by_its_own_name_and_identifier(agencies):
    for column in ("name", "agency_id"):
        found = _departments(agencies, *[_department(who=name) for name in agencies[column]])
        assert found.used["agency_id"].tolist() == agencies["agency_id"].tolist()


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Carries", "documented"), ("yes", "documented"), ("Equipped since 2019", "documented"),
        ("administered twice", "documented"), ("documented", "documented"), ("TRUE", "documented"),
        ("Announced", "announced"), ("planned for June", "announced"), ("Pending", "announced"),
        ("not yet carrying, planned", "announced"), ("will carry", "announced"),
        ("Does not carry", "does_not_carry"), ("doesn't carry", "does_not_carry"),
        ("doesn’t carry", "does_not_carry"), ("does_not_carry", "does_not_carry"),
        ("Not equipped", "does_not_carry"), ("no longer", "does_not_carry"),
        ("never carried", "does_not_carry"), ("stopped carrying", "does_not_carry"),
        ("No plans to carry", "does_not_carry"), ("No", "does_not_carry"),
        ("none", "does_not_carry"), ("0", "does_not_carry"),
        ("The department carries it", "documented"),
    ],
)  # fmt: skip
def test_statuses(agencies, word, code):
    found = _departments(agencies, _department(status=word))
    assert found.used["naloxone_code"].tolist() == [code]


@pytest.mark.parametrize("field", list(DEPARTMENT))
def test_departments_need_every_field(agencies, field):
    mapping = {one: column for one, column in DEPARTMENT.items() if one != field}
    with pytest.raises(InputError, match=field):
        check_departments(_raw([_department()], DEPARTMENT), mapping, agencies, today=TODAY)


def test_headings_of_both_tables_are_guessed():
    rows = _raw([_department()], DEPARTMENT).rows.set_axis(
        ["Police Department", "Carries naloxone", "As of", "Evidence"], axis=1
    )
    assert guess_columns(rows, DEPARTMENT_FIELDS) == {
        "agency": "Police Department", "status": "Carries naloxone", "date": "As of",
        "source": "Evidence",
    }  # fmt: skip
    rows = _raw([_facility()], FACILITY).rows
    assert guess_columns(rows, FACILITY_FIELDS) == {**FACILITY, "address": "street"}


# Facilities.


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (_facility(name=None), "no_name"),
        (_facility(lat=None, lon=None), "no_point"),
        (_facility(lat="0", lon="0"), "no_point"),
        (_facility(lat="x"), "no_point"),
        (_facility(lat="44.76", lon="-85.62"), "outside_region"),
        (_facility(day="unknown"), "no_date"),
        (_facility(day="1/1/2027"), "future_date"),
        (_facility(source="-"), "no_source"),
    ],
)
def test_a_facility_and_the_reason_against_it(gazetteer, row, reason):
    found = _facilities(gazetteer, row)
    assert found.used.empty
    assert _reasons(found) == {2: reason}


def test_a_facility_of_another_county(gazetteer):
    found = _facilities(gazetteer, _facility(), own_counties=["26125"])
    assert _reasons(found) == {2: "not_your_county"}


def test_of_a_facility_told_twice_the_newest_counts(gazetteer):
    rows = [_facility(day="2024-05-01", city="new"), _facility(day="2023-05-01", city="old"),
            _facility(kind="clinic")]  # fmt: skip
    found = _facilities(gazetteer, *rows)
    assert _reasons(found) == {3: "repeated"}
    assert found.used["city"].tolist() == ["new", "Warren"]
    assert found.used["kind_code"].tolist() == ["otp", "treatment"]
    assert set(found.used["county_geoid"]) == {"26099"}


def test_every_problem_has_a_test():
    text = __import__("pathlib").Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{code}"' in text for code in PROBLEMS)


# Beside the published record.


def _own(reader, agencies, gazetteer, rows, sites=()):
    return OwnReader(
        reader, _departments(agencies, *rows), _facilities(gazetteer, *sites) if sites else None
    )


def test_no_published_row_goes_away(reader, agencies, gazetteer):
    rows = [_department(), _department(who=FERNDALE, status="no")]
    own = _own(reader, agencies, gazetteer, rows, [_facility(), _facility(name="Other")])
    for name in reader.manifest["tables"]:
        published, joined = reader.read(name), own.read(name)
        added = {"naloxone_evidence": 2, "facility": 2}.get(name, 0)
        assert len(joined) == len(published) + added
        pd.testing.assert_frame_equal(joined.iloc[: len(published)], published)
        assert joined.dtypes.equals(published.dtypes)
    assert (
        own.read("naloxone_evidence")["source_name"].tail(2) == "The county's own evidence"
    ).all()
    sites = listed_facilities(own).tail(2)
    assert sites["name"].str.endswith("(the county's own)").all()
    assert sites["is_counted"].all()


def test_nothing_of_ones_own_changes_nothing(reader):
    own = OwnReader(reader, None, None)
    assert all(own.read(name) is reader.read(name) for name in ("naloxone_evidence", "facility"))


def test_a_later_does_not_carry_sets_the_published_sources_aside(reader, agencies, gazetteer):
    rows = [_department(who=FERNDALE, status="does not carry", day="2024-05-01")]
    own = OwnAnswers(_own(reader, agencies, gazetteer, rows))
    assert own.is_private
    before, after = (own.agency_status(day).loc[FERNDALE]
                     for day in (date(2024, 4, 30), date(2024, 5, 1)))  # fmt: skip
    assert before["naloxone_code"] == "documented"
    assert after["naloxone_code"] == "does_not_carry"
    assert after["as_of_date"] == "2024-05-01"
    assert after["evidence_note"] == "chief"


def test_an_earlier_does_not_carry_leaves_later_published_sources(reader, agencies, gazetteer):
    rows = [_department(who=FERNDALE, status="does not carry", day="2015-01-01")]
    own = OwnAnswers(_own(reader, agencies, gazetteer, rows))
    assert own.agency_status(date(2015, 6, 1)).loc[FERNDALE, "naloxone_code"] == "does_not_carry"
    assert own.agency_status(date(2024, 6, 1)).loc[FERNDALE, "naloxone_code"] == "documented"


def test_own_evidence_counts_from_its_day_on(reader, answers, agencies, gazetteer):
    today = answers.today
    silent = answers.agency_status(today).query("naloxone_code == 'not_documented'").index[0]
    own = OwnAnswers(_own(reader, agencies, gazetteer, [_department(who=silent)]))
    for day, code in ((date(2024, 4, 30), "not_documented"), (date(2024, 5, 1), "documented")):
        status = own.agency_status(day)
        assert status.loc[silent, "naloxone_code"] == code
        rest = answers.agency_status(day).drop(index=silent)
        pd.testing.assert_frame_equal(status.drop(index=silent), rest)


def test_tables_for_the_page(answers, reader, agencies, gazetteer):
    status = answers.agency_status(answers.today)
    scope = replace(default_scope(answers.today), as_of=date(2024, 6, 1), counties=FIVE)
    silent = status.query("naloxone_code == 'not_documented'").index[0]
    departments = _departments(agencies, _department(), _department(who=silent))
    beside = departments_beside(answers, scope, departments)
    assert list(beside) == list(DEPARTMENT_COLUMNS)
    assert beside["differs"].tolist() == ["no", "yes"]
    facilities = _facilities(gazetteer, _facility(), _facility(name="Other", kind="clinic"))
    shown = facilities_shown(facilities)
    assert list(shown) == list(FACILITY_COLUMNS)
    assert shown["kind"].tolist() == ["OTP", "Treatment facility"]
    own = OwnAnswers(OwnReader(reader, departments, facilities))
    changed = changes(answers, own, scope)
    assert (changed["published"] != changed["own"]).all()
    assert changes(answers, answers, scope).empty


def test_tables_of_no_rows(agencies, gazetteer):
    assert _departments(agencies).used.empty
    assert _facilities(gazetteer).used.empty
