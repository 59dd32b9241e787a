"""What an area lacks: every combination of police evidence and travel time."""

import numpy as np
import pandas as pd
import pytest

from geo.coverage import coverage
from geo.evidence import STATUS_CODES
from geo.gaps import (
    CLASS_CODES,
    GAP_CODES,
    NOT_KNOWN,
    gap_class,
    with_need,
    without_need,
    worst_first,
)


def _class(status, treatment_minutes, *, minutes=30):
    code = gap_class(
        pd.Series([status], dtype="str"),
        pd.Series([treatment_minutes], dtype="Float64"),
        pd.Series([0 if treatment_minutes is None else 7], dtype="Int64"),
        minutes=minutes,
    )
    return code.iloc[0]


@pytest.mark.parametrize(
    ("status", "near", "far"),
    [
        ("documented", "covered", "treatment_gap"),
        ("announced", "naloxone_gap", "double_gap"),
        ("does_not_carry", "naloxone_gap", "double_gap"),
        ("not_documented", "naloxone_gap", "double_gap"),
    ],
)
def test_each_status_near_to_and_far_from_treatment(status, near, far):
    assert _class(status, 29.9) == near
    assert _class(status, 30.1) == far
    assert _class(status, np.inf) == far


def test_the_threshold_itself_is_near():
    assert _class("documented", 15.0, minutes=15) == "covered"
    assert _class("documented", 15.0, minutes=14.9) == "treatment_gap"


@pytest.mark.parametrize("status", STATUS_CODES)
def test_an_area_without_residents_has_no_gap_class(status):
    assert _class(status, None) == "nobody_lives_here"


def test_what_is_not_known_is_neither_nobody_nor_too_far():
    people = pd.Series([None, 0, 7, 7], dtype="Int64")
    minutes = pd.Series([None, None, None, 5.0], dtype="Float64")
    status = pd.Series(["documented"] * 4, dtype="str")
    found = gap_class(status, minutes, people, minutes=30)
    unknown = ["residents_unknown", "nobody_lives_here", "treatment_unknown"]
    assert found.tolist() == [*unknown, "covered"]
    high = pd.Series([True, None, False, False], dtype="boolean")
    assert with_need(found, high).tolist()[:3] == unknown


def test_an_area_without_known_police_counts_as_not_documented():
    assert _class(None, 5.0) == "naloxone_gap"


def test_index_is_kept_and_codes_are_the_listed_ones():
    index = [f"26099-{number}" for number in range(8)]
    status = pd.Series([*STATUS_CODES, *STATUS_CODES], index=index, dtype="str")
    minutes = pd.Series([5, 50, 5, 50, 50, 5, None, 5], index=index, dtype="Float64")
    people = pd.Series([7, 7, 7, 7, 7, 7, 0, 7], index=index, dtype="Int64")
    code = gap_class(status, minutes, people, minutes=30)
    assert list(code.index) == index
    assert set(code) == set(GAP_CODES) - set(NOT_KNOWN)


def test_longer_threshold_only_closes_treatment_gaps():
    random = np.random.default_rng(1)
    status = pd.Series(random.choice(STATUS_CODES, 200), dtype="str")
    minutes = pd.Series(random.uniform(0, 60, 200))
    people = pd.Series([1] * 200, dtype="Int64")
    short, long = (gap_class(status, minutes, people, minutes=limit) for limit in (15, 30))
    changed = short != long
    assert changed.any()
    assert set(zip(short[changed], long[changed], strict=True)) == {
        ("double_gap", "naloxone_gap"),
        ("treatment_gap", "covered"),
    }


def test_treatment_gap_means_that_most_residents_live_beyond_the_threshold():
    people = pd.DataFrame(
        {
            "area_id": ["most", "most", "few", "few"],
            "residents_persons": pd.array([49, 51, 51, 49], dtype="Int64"),
            "naloxone_code": "documented",
            "treatment_minutes": [10.0, 40.0, 10.0, 40.0],
            "otp_minutes": 99.0,
            "walk_in_minutes": 99.0,
        }
    )
    reached = coverage(people, "area_id", minutes=30)
    median, residents = reached["treatment_minutes"], reached["residents_persons"]
    code = gap_class(pd.Series("documented", index=median.index), median, residents, minutes=30)
    assert code.to_dict() == {"few": "covered", "most": "treatment_gap"}


def test_the_worst_gap_comes_first_then_most_people_then_the_order_there_was():
    table = pd.DataFrame(
        {"gap_code": [*reversed(CLASS_CODES), "covered", "covered"],
         "persons": pd.array([*[1] * len(CLASS_CODES), 2, 1], dtype="Int64")}
    )  # fmt: skip
    found = worst_first(table, "persons")
    assert found["gap_code"].drop_duplicates().tolist() == list(CLASS_CODES)
    last = len(CLASS_CODES)
    third = last - 1 - CLASS_CODES.index("covered")
    assert found.index[found["gap_code"] == "covered"].tolist() == [last, third, last + 1]
    assert worst_first(table[:0], "persons").empty
    unknown = table.assign(persons=table["persons"].mask(table.index == last))
    covered = worst_first(unknown, "persons")
    assert covered.index[covered["gap_code"] == "covered"].tolist() == [third, last + 1, last]
    bare = [code for code in CLASS_CODES if code in GAP_CODES]
    assert bare == list(GAP_CODES)


def test_need_that_is_not_known_is_neither_high_nor_not_high():
    bare = pd.Series(["double_gap", "covered", "nobody_lives_here", "covered"])
    high = pd.array([None, None, None, False], dtype="boolean")
    found = with_need(bare, pd.Series(high))
    assert found.tolist() == [
        "double_gap_need_unknown",
        "covered_need_unknown",
        "nobody_lives_here",
        "covered_without_high_need",
    ]
    assert without_need(found).tolist() == bare.tolist()
    assert set(found) <= set(CLASS_CODES)
