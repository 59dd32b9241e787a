from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.sources.facility_lists import (
    DTYPES,
    MERGED_DTYPES,
    facility_id,
    facility_rows,
    merge_facilities,
    zip_codes,
)

METRE = 1 / 111_200
"""Degrees of latitude."""


def _list(*rows, kind="treatment", source="locator"):
    """Each row: name, address, metres north of a point, and what differs from the usual."""
    frame = pd.DataFrame(
        [
            {
                "name": name,
                "kind_code": kind,
                "address": address,
                "city": "Flint",
                "zip_code": "48503",
                "latitude": None if north_m is None else 43.0 + north_m * METRE,
                "longitude": None if north_m is None else -83.7,
                "service_codes": None,
                "listed_date": "2021-07",
                "source_id": source,
                **more,
            }
            for name, address, north_m, more in rows
        ],
        columns=[name for name in DTYPES if name != "facility_id"],
    )
    return facility_rows(dict(frame.items()))


def _otps(*rows):
    return _list(*rows, kind="otp", source="otps")


NONE = _list()


def test_identifiers_are_those_of_the_shipped_facilities(project):
    shipped = pd.read_csv(project / "data" / "manual" / "facility.csv", dtype="str")
    told = shipped[["name", "address", "city"]].astype("object").where(shipped.notna(), None)
    ids = [facility_id(*row) for row in told.itertuples(index=False)]
    assert ids == shipped["facility_id"].tolist()


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1), st.none() | st.text(), st.none() | st.text())
def test_identifier_fits_its_pattern_whatever_the_name(name, address, city):
    assert re.fullmatch(r"[a-z0-9-]+", facility_id(name, address, city))


def test_zip_codes_have_five_digits_or_are_missing():
    written = pd.Series(["48503", "48503-1234", "485031234", "2139", "ON N9A", None], dtype="str")
    assert zip_codes(written).fillna("-").tolist() == ["48503"] * 3 + ["02139", "-", "-"]


@pytest.mark.parametrize(
    ("otp", "other", "sites"),
    [
        (("A", "12 West Elm Street", 0), ("B", "12 W. Elm St.", 9_000), 1),
        (("A", "12 Elm St", 0), ("B", "12 Elm St, Suite 4", 0), 1),
        (("A", "12 Elm St, Ste. 4", 0), ("B", "12 Elm St Suite 4", 0), 1),
        (("A", "12 Elm St, Suite 5", 0), ("B", "12 Elm St, Suite 4", 0), 2),
        (("A", "12 Elm", 0), ("B", "12 East Elm Street", 200), 1),
        (("A", "12 Elm", 0), ("B", "12 East Elm Street", 300), 2),
        (("A", "12 Elm", 0), ("A, LLC", "12 East Elm Street", 300), 1),
        (("A", "12 Elm", 0), ("B", "12 Elm Street", None), 2),
        (("A Inc", "12 Elm St", 0), ("A", "99 Oak St", 240), 1),
        (("A Inc", "12 Elm St", 0), ("A", "99 Oak St", 260), 2),
        (("A", "12 Elm St", 0), ("B", "13 Elm St", 0), 2),
        (("A", "G-3169 Elm Rd", 0), ("B", "3169 Elm Road", 9_000), 1),
        (("A", "12-14 Elm St", 0), ("B", "12-16 Elm St", 9_000), 2),
        (("A", "Confidential", None), ("B", "Confidential", None), 2),
        (("A", "12 Saint Mark St", 0), ("B", "12 St. Mark Street", 9_000), 1),
        (("A", None, 0), ("B", None, 0), 2),
        (("診療所", "12 Elm St", 0), ("薬局", "9 Oak Ave", 0), 2),
    ],
)
def test_rows_of_two_lists_are_one_site_by_street_or_name(otp, other, sites):
    merged = merge_facilities(_list((*other, {})), _otps((*otp, {})))
    assert len(merged) == sites
    assert merged["merged_rows"].sum() == 2


def test_same_street_in_another_town_is_another_site():
    otps = _otps(("A", "12 Elm St", 0, {"zip_code": "48001"}))
    assert len(merge_facilities(_list(("B", "12 Elm St", 9_000, {})), otps)) == 2


def test_program_leads_and_the_locator_fills_what_it_lacks():
    otps = _otps(("Clinic, Inc.", "12 Elm St", None, {"listed_date": "2021-06", "city": None}))
    more = {"service_codes": "TC;OT", "city": "Burton"}
    merged = merge_facilities(_list(("The Clinic", "12 Elm Street", 50, more)), otps).iloc[0]
    assert merged["name"] == "Clinic, Inc."
    assert merged["kind_code"] == "otp"
    assert merged["facility_id"] == otps["facility_id"].iloc[0]
    assert (merged["city"], merged["service_codes"]) == ("Burton", "TC;OT")
    assert merged["listed_date"] == "2021-07"
    assert merged["latitude"] == pytest.approx(43.0 + 50 * METRE)
    assert (merged["merged_rows"], merged["merge_spread_m"]) == (2, 0)


def test_program_typed_so_by_the_locator_leads_too():
    both = pd.concat(
        [_list(("A", "12 Elm St", 0, {})), _list(("B", "12 Elm St", 0, {"kind_code": "otp"}))]
    )
    assert merge_facilities(both, NONE)[["name", "kind_code"]].to_numpy().tolist() == [["B", "otp"]]


def test_facilities_that_one_list_tells_apart_stay_apart():
    apart = _list(("Hope", "12 Elm St", 0, {}), ("Grace", "12 Elm St", 0, {}))
    assert len(merge_facilities(apart, NONE)) == 2
    again = _list(("Hope", "12 Elm St", 0, {}), ("Hope LLC", "12 Elm Street", 0, {}))
    assert len(merge_facilities(again, NONE)) == 1
    suites = _list(("Hope", "12 Elm St, Suite 1", 0, {}), ("Hope", "12 Elm St, Suite 2", 0, {}))
    assert len(merge_facilities(suites, NONE)) == 2


def test_rows_with_one_identifier_are_one():
    rows = _list(("Hope", "Rural", None, {"zip_code": "1"}), ("Hope", "Rural", None, {}))
    merged = merge_facilities(rows, NONE)
    assert merged["facility_id"].is_unique
    assert merged["merged_rows"].tolist() == [2]


def test_spread_is_the_farthest_pair():
    rows = _list(("A", "12 Elm St", 0, {}), ("A", "12 Elm St", 100, {}))
    merged = merge_facilities(rows, _otps(("A", "12 Elm St", 400, {})))
    assert merged["merge_spread_m"].tolist() == [pytest.approx(400, abs=2)]


def test_order_of_rows_does_not_matter_to_the_sites():
    rows = _list(*((f"N{n % 3}", f"{n % 4} Elm St", n * 50.0, {}) for n in range(12)))
    otps = _otps(("N1", "2 Elm Street", 0, {}), ("X", "3 W Elm", 10, {}))
    one = merge_facilities(rows, otps)
    other = merge_facilities(rows[::-1].reset_index(drop=True), otps[::-1])
    columns = ["merged_rows", "merge_spread_m", "kind_code"]
    assert sorted(one[columns].to_numpy().tolist()) == sorted(other[columns].to_numpy().tolist())


def test_merged_rows_have_their_types_even_when_none():
    for merged in (
        merge_facilities(NONE, NONE),
        merge_facilities(NONE, _otps(("A", "1 B", 0, {}))),
    ):
        assert merged.dtypes.astype("str").to_dict() == MERGED_DTYPES


def test_other_columns_are_refused():
    with pytest.raises(InputError, match="`otps` has the columns"):
        merge_facilities(NONE, NONE.drop(columns="city"))
