"""Every row of a file of incidents is used, or set aside with the first reason against it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo.errors import InputError
from geo.own_data.checking import MENDED, REASONS, check_incidents
from geo.own_data.columns import INCIDENT_FIELDS, guess_columns
from geo.own_data.files import read_rows
from geo.own_data.placing import Gazetteer, place_events
from geo.own_data.raw_rows import RawRows
from geo.own_data.zip_table import read_zip_table

FIVE = ("26049", "26087", "26099", "26125", "26163")
TODAY = date(2024, 6, 1)
POINT = ("42.33143", "-83.04575")  # Detroit
MERCATOR = [str(one) for one in reversed(Transformer.from_crs(4326, 3857, always_xy=True)
                                         .transform(-83.04575, 42.33143))]  # fmt: skip
TRACT = "26049000100"
MARKER = "Marguerite Unmistakable"
COLUMNS = {
    "date_time": "when", "latitude": "lat", "longitude": "lon", "area_code": "area",
    "event_id": "number", "outcome": "outcome", "naloxone": "doses", "given_by": "giver",
    "agency": "agency",
}  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer(reader):
    return Gazetteer(reader)


def _row(when="2023-01-05 13:05", lat=POINT[0], lon=POINT[1], **more):
    return {"when": when, "lat": lat, "lon": lon, **more}


def _raw(rows, ragged=()):
    frame = pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS.values())).astype("str")
    frame.index = pd.RangeIndex(2, 2 + len(frame), name="row_number")
    return RawRows(frame, "csv", ragged=ragged)


def _check(gazetteer, *rows, ragged=(), counties=FIVE, **more):
    return check_incidents(_raw(rows, ragged), COLUMNS, gazetteer, counties, today=TODAY, **more)


def _reason(gazetteer, row, **more):
    """Return the code of a row's reason; empty where it is used."""
    found = _check(gazetteer, row, **more)
    assert len(found.used) + len(found.aside) == 1
    return "" if len(found.used) else found.aside["reason_code"].iloc[0]


def _days(count):
    return [f"2023-{1 + day // 28:02d}-{1 + day % 28:02d} 10:00" for day in range(count)]


# One reason each.


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (_row(), ""),
        (_row(when=None), "no_date"),
        (_row(when="  "), "no_date"),
        (_row(when="Unknown"), "no_date"),
        (_row(when="Pending"), "no_date"),
        (_row(when="N/A"), "no_date"),
        (_row(when="last Tuesday"), "unreadable_date"),
        (_row(when="2023"), "unreadable_date"),
        (_row(when="today"), "unreadable_date"),
        (_row(when="2023-02-30"), "unreadable_date"),
        (_row(when="1998-12-31"), "impossible_date"),
        (_row(when="2024-06-02 00:00"), "impossible_date"),
        (_row(when="2924-06-01"), "impossible_date"),
        (_row(when="2024-06-01 23:59"), ""),
        (_row(when="1999-01-01"), ""),
        (_row(lat=None, lon=None), "no_place"),
        (_row(lat="Unknown", lon="NULL"), "no_place"),
        (_row(lat="Unknown", lon="NA", area=TRACT), ""),
        (_row(lat="here", lon="there"), "unreadable_point"),
        (_row(lon=None), "unreadable_point"),
        (_row(lat="inf", lon="nan"), "unreadable_point"),
        (_row(lat="-999", lon="-999"), "unreadable_point"),
        (_row(lat="142.33"), "unreadable_point"),
        (_row(lat="0", lon="0.000"), "zero_point"),
        (_row(lat="4689000", lon="330000"), "projected_point"),
        (_row(lat="317000.5", lon="13472000.1"), "projected_point"),
        (_row(lat="44.76", lon="-85.62"), "outside_region"),
        (_row(lat="-42.3", lon="83.0"), "outside_region"),
        (_row(lat=None, lon=None, area="Atlantis"), "unknown_area_code"),
        (_row(lat=None, lon=None, area="26065000100"), "unknown_area_code"),
        (_row(lat=None, lon=None, area="26099"), "unknown_area_code"),
        (_row(lat=None, lon=None, area="Fenton"), "ambiguous_area"),
        (_row(lat=None, lon=None, area="48201"), "zip_without_table"),
        (_row(lat=None, lon=None, area="48201-1234"), "zip_without_table"),
    ],
)  # fmt: skip
def test_a_row_and_the_reason_against_it(gazetteer, row, reason):
    assert _reason(gazetteer, row, is_region_named=True) == reason


def test_a_row_with_more_cells_than_the_heading(gazetteer):
    found = _check(gazetteer, _row(), _row(when="2023-01-06"), ragged=(3,))
    assert found.used.index.tolist() == [2]
    assert found.aside["reason_code"].to_dict() == {3: "too_many_cells"}


def test_a_date_far_outside_the_span_of_the_file(gazetteer):
    rows = [_row(when=day) for day in _days(250)]
    found = _check(gazetteer, *rows, _row(when="2020-12-01"), _row(when="2022-02-01"))
    assert found.aside["reason_code"].to_dict() == {252: "date_outside_span"}
    assert _check(gazetteer, *rows[:10], _row(when="2012-12-01")).aside.empty


def test_a_point_far_from_the_rest_of_a_place_elsewhere(gazetteer):
    spread = np.random.default_rng(1).uniform(39.0, 39.2, 40)
    rows = [_row(when=day, lat=f"{lat:.4f}", lon="-84.5")
            for day, lat in zip(_days(40), spread, strict=True)]  # fmt: skip
    found = _check(gazetteer, *rows, _row(lat="33.4", lon="-112.0"), _row(lat="40", lon="-84.0"))
    assert not found.is_in_region
    assert found.aside["reason_code"].to_dict() == {42: "far_from_rest"}
    assert any("outside the chosen region" in note for note in found.notes)


def test_a_county_that_may_not_be_loaded(gazetteer):
    rows = [_row(), _row(lat=None, lon=None, area=TRACT), _row(lat="43.01", lon="-83.69")]
    found = _check(gazetteer, *rows, own_counties=["26049"])
    assert found.aside["reason_code"].to_dict() == {2: "not_your_county"}
    assert found.used["county_geoid"].tolist() == ["26049", "26049"]
    assert len(_check(gazetteer, *rows, own_counties=[]).used) == 0
    assert len(_check(gazetteer, *rows).used) == 3


def test_the_same_event_in_two_rows(gazetteer):
    found = _check(
        gazetteer,
        _row(number="A1"),
        _row(number=" A1 ", when="2023-01-05 13:09"),
        _row(number="A2"),
    )
    assert found.aside["reason_code"].to_dict() == {3: "duplicate_event"}


def test_without_a_number_the_same_event_is_the_same_in_all_that_is_known(gazetteer):
    found = _check(
        gazetteer, _row(), _row(), _row(agency="EMS 2"), _row(outcome="fatal"),
        _row(when="2023-01-05"), _row(when="2023-01-05"),
    )  # fmt: skip
    assert found.aside["reason_code"].to_dict() == {3: "duplicate_event"}


@pytest.mark.parametrize("word", ["Pending", "Unknown", "N/A", "-", "TBD", ""])
def test_a_word_that_says_nothing_is_no_event_number(gazetteer, word):
    rows = [_row(when=day, number=word) for day in _days(6)]
    assert _check(gazetteer, *rows).aside.empty


def test_a_set_aside_row_does_not_make_a_later_one_a_repetition(gazetteer):
    found = _check(gazetteer, _row(when="soon", number="A1"), _row(number="A1"))
    assert found.used.index.tolist() == [3]


def test_many_repeated_numbers_are_told(gazetteer):
    rows = [_row(when=day, number=str(place % 10)) for place, day in enumerate(_days(40))]
    found = _check(gazetteer, *rows)
    assert found.summary["reasons"] == {"duplicate_event": 30}
    assert any(note.startswith("Many rows repeat an event number.") for note in found.notes)
    single = [_row(when=day, number=str(place)) for place, day in enumerate(_days(40))]
    few = _check(gazetteer, *single, _row(number="1"))
    assert few.summary["reasons"] == {"duplicate_event": 1}
    assert not any("repeat" in note for note in few.notes)


BAD_IN_ORDER = (
    ({"when": None}, "no_date"),
    ({"when": "soon"}, "unreadable_date"),
    ({"when": "1920-01-01"}, "impossible_date"),
    ({"lat": None, "lon": None}, "no_place"),
    ({"lat": "0", "lon": "0"}, "zero_point"),
    ({"lat": "9e6", "lon": "5000"}, "projected_point"),
    ({"lat": "x"}, "unreadable_point"),
    ({"lat": "44.76", "lon": "-85.62"}, "outside_region"),
)


@pytest.mark.parametrize(("bad", "reason"), BAD_IN_ORDER)
def test_the_first_reason_counts(gazetteer, bad, reason):
    codes = list(REASONS)
    for other, later in BAD_IN_ORDER:
        if codes.index(later) > codes.index(reason) and not set(other) & set(bad):
            row = _row(**{**other, **bad})
            more = {"own_counties": ["26049"], "is_region_named": True}
            assert _reason(gazetteer, row, **more) == reason
    assert _reason(gazetteer, _row(**bad), is_region_named=True) == reason
    found = _check(gazetteer, _row(**bad), ragged=(2,))
    assert found.aside["reason_code"].tolist() == ["too_many_cells"]


def test_every_reason_and_mending_has_words_and_a_test():
    text = __import__("pathlib").Path(__file__).read_text(encoding="utf-8")
    for code in [*REASONS, *MENDED]:
        assert text.count(f'"{code}"') >= 1
        assert (REASONS | MENDED)[code]


# What is put right.


@pytest.mark.parametrize(
    ("lat", "lon", "mended"),
    [
        (POINT[1], POINT[0], {"swapped_point": 1}),
        (POINT[0], POINT[1].lstrip("-"), {"longitude_without_minus": 1}),
        (POINT[1].lstrip("-"), POINT[0],
         {"swapped_point": 1, "longitude_without_minus": 1}),
        (*MERCATOR, {"web_mercator_point": 1}),
        ("42,33143", "-83,04575", {}),
        ("42.33143 N", "83.04575 W", {}),
        ("N42.33143", "W83.04575", {}),
        ("42.33143°", "-83.04575°", {}),
        ("42° 19' 53.148\" N", "83° 2' 44.7\" W", {}),
        ("+42.33143", "−83.04575", {}),
        (" 4.233143e1", "-83.04575 ", {}),
    ],
)  # fmt: skip
def test_coordinates_as_people_write_them(gazetteer, lat, lon, mended):
    found = _check(gazetteer, _row(lat=lat, lon=lon))
    assert found.aside.empty
    assert found.mended == mended
    assert found.used["latitude"].iloc[0] == pytest.approx(42.33143, abs=1e-5)
    assert found.used["longitude"].iloc[0] == pytest.approx(-83.04575, abs=1e-5)
    assert found.used["county_geoid"].tolist() == ["26163"]


def test_a_row_put_right_and_set_aside_is_not_counted_as_put_right(gazetteer):
    found = _check(gazetteer, _row(lat=POINT[1], lon=POINT[0], when=None), _row())
    assert found.mended == {}


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (_row(doses="None", giver="police"), ("none", "police", "nobody")),
        (_row(doses="2", giver="None"), ("two", "unknown", "giver_unknown")),
        (_row(doses="NULL", giver="EMS"), ("unknown", "ems", "ems")),
        (_row(doses=None, giver="Unknown"), ("unknown", "unknown", "unknown")),
    ],
)
def test_none_is_an_answer_to_how_much_was_given(gazetteer, row, codes):
    used = _check(gazetteer, row).used.iloc[0]
    assert (used["doses_code"], used["giver_code"], used["response_code"]) == codes


def test_serial_dates_of_a_spreadsheet(gazetteer):
    found = _check(gazetteer, _row(when="44931"), _row(when="44931.54", number="2"))
    assert found.used["occurred_at"].astype("str").tolist() == [
        "2023-01-05 00:00:00", "2023-01-05 12:57:36",
    ]  # fmt: skip
    assert any("spreadsheet" in note for note in found.notes)


# Area codes.


def _area(gazetteer, text, **more):
    found = _check(gazetteer, _row(lat=None, lon=None, area=text), **more)
    if found.used.empty:
        return found.aside["reason_code"].iloc[0]
    used = found.used.iloc[0]
    assert used[["longitude", "latitude"]].isna().all()
    assert used["county_geoid"] == used["area_code"][:5]
    return used["area_level"], used["area_code"]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (TRACT, ("tract", TRACT)),
        (TRACT + ".0", ("tract", TRACT)),
        ("1400000US" + TRACT, ("tract", TRACT)),
        ("26049-2604929000", ("municipality", "26049-2604929000")),
        ("2604929000", ("municipality", "26049-2604929000")),
        ("Warren", ("municipality", "26099-2609984000")),
        (" WARREN ", ("municipality", "26099-2609984000")),
        ("City of Warren", ("municipality", "26099-2609984000")),
        ("Warren city", ("municipality", "26099-2609984000")),
        ("Warren, MI", ("municipality", "26099-2609984000")),
        ("Flint", "ambiguous_area"),
        ("Flint city", ("municipality", "26049-2604929000")),
        ("Flint Twp", ("municipality", "26049-2604929020")),
        ("FLINT TWP.", ("municipality", "26049-2604929020")),
        ("Flint Charter Twp", ("municipality", "26049-2604929020")),
        ("Flint Charter Township", ("municipality", "26049-2604929020")),
        ("Charter Township of Flint", ("municipality", "26049-2604929020")),
        ("Almont", "ambiguous_area"),
        ("village of Almont", ("municipality", "26087-2601660")),
        ("Almont Township", ("municipality", "26087-2608701680")),
        ("St Clair Shores", ("municipality", "26099-2609970760")),
        ("Saint Clair Shores", ("municipality", "26099-2609970760")),
        ("Grosse Pointe Shores", "ambiguous_area"),
        ("Lansing", "unknown_area_code"),
        ("Pending", "no_place"),
    ],
)
def test_area_codes(gazetteer, text, meaning):
    assert _area(gazetteer, text) == meaning


def test_a_name_counts_within_the_chosen_counties(gazetteer):
    assert _area(gazetteer, "Fenton", counties=["26125"]) == ("municipality", "26125-2612527760")
    assert _area(gazetteer, "Warren", counties=["26125"]) == "unknown_area_code"


def test_zip_codes_by_a_table(gazetteer):
    table = read_zip_table(read_rows(b"zip,area,share\n48089,Warren,0.9\n48089,x,0.1\n48001,y,1\n"))
    warren = ("municipality", "26099-2609984000")
    assert _area(gazetteer, "48089", zip_table=table) == warren
    assert _area(gazetteer, "48089-1234", zip_table=table) == warren
    assert _area(gazetteer, "48089.0", zip_table=table) == warren
    assert _area(gazetteer, "48001", zip_table=table) == "unknown_area_code"
    assert _area(gazetteer, "48999", zip_table=table) == "unknown_area_code"
    assert _area(gazetteer, "Warren", zip_table=table) == warren


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"zip\n48089\n", "two columns"),
        (b"zip,area\n4808,Warren\n", "no ZIP code in row 2"),
        (b"zip,area\n48089,Warren\n48089,Flint\n", "row 3"),
        (b"zip,area,city\n48089,Warren,a\n48089,Flint,b\n", "must hold shares"),
    ],
)
def test_a_zip_table_that_does_not_tell(content, word):
    with pytest.raises(InputError, match=word):
        read_zip_table(read_rows(content))


# Nothing is lost.

WORDS = [
    "", " ", "NA", "NULL", "None", "Unknown", "Pending", "now", "=1+1", "@SUM(A1)", "+1", "-",
    "0", "1", "-1", "0.0", "42.33", "-83.05", "83.05", "42,33", "83.05 W", "N 42.33", "-83.05°",
    "9" * 40, "9" * 400, "1e309", "-1e309", "inf", "nan", "0x1F", "1_000", "4689000", "-9244610",
    "2023-01-05", "2023-01-05 13:05", "2023-01-05T13:05:00Z", "2023-01-05 13:05+14:00",
    "0001-01-01 00:00:00+14:00", "9999-12-31 23:59:59-12:00", "1/5/2023 0:00", "13/1/2023",
    "31/12/99", "5-Jan-23", "44931", "44931.54", "99999", "1672876800000", "20230105", "2023",
    "24:00", "1305", "1:05 PM", "٤٢", "４２.３３", "\u202e42", "\u0000", "José", "💥", "\ud7ff",
    TRACT, "2604929000", "Flint", "48201", "48201-0001", "Fenton Twp", "1400000US", "x" * 5_000,
]  # fmt: skip
CELLS = st.none() | st.sampled_from(WORDS) | st.text(max_size=12)
HEADS = ["a", "b", "c", "reason", "reason_code"]


@pytest.mark.long
@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=25),
    st.dictionaries(st.sampled_from([*INCIDENT_FIELDS, "else"]), st.sampled_from([*HEADS, "z"])),
    st.booleans(),
    st.sampled_from([None, FIVE, ()]),
    st.sampled_from([None, {"48201": "Flint city"}]),
)
def test_any_table_and_mapping_is_checked_row_by_row(gazetteer, table, mapping, has_all, own, zips):
    rows = pd.DataFrame(table, columns=HEADS, dtype="str")
    rows.index = pd.RangeIndex(2, 2 + len(rows), name="row_number")
    raw = RawRows(rows, "csv", ragged=(3,))
    if has_all:
        mapping = {"date_time": "a", "latitude": "b", "longitude": "c", "area_code": "reason",
                   "event_id": "reason_code"}  # fmt: skip
    try:
        found = check_incidents(
            raw, mapping, gazetteer, FIVE, today=TODAY, own_counties=own, zip_table=zips
        )
    except InputError:
        assert not has_all
        return
    assert sorted([*found.used.index, *found.aside.index]) == rows.index.tolist()
    summary = found.summary
    assert summary["rows_read"] == len(rows) == summary["rows_used"] + summary["rows_set_aside"]
    assert sum(summary["reasons"].values()) == len(found.aside)
    own_columns = ["a", "b", "c", "reason (in the file)", "reason_code (in the file)"]
    pd.testing.assert_frame_equal(
        found.aside[own_columns].set_axis(HEADS, axis=1), rows.loc[found.aside.index]
    )
    assert found.aside["reason"].isin(REASONS.values()).all()
    assert found.used["occurred_at"].between("1999-01-01", "2024-06-01 23:59:59").all()
    assert (found.used["longitude"].notna() | found.used["area_code"].notna()).all()
    placed = place_events(found.used, gazetteer, FIVE if found.is_in_region else ())
    assert (placed.piece >= 0).all()


@settings(max_examples=15, derandomize=True, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=25))
def test_good_rows_do_not_suffer_from_bad_ones(gazetteer, cells):
    good = [_row(when=day, number=f"good {day}") for day in _days(30)]
    bad = [{"when": one, "lat": two, "lon": three, "number": f"bad {place}"}
           for place, (one, two, three) in enumerate(cells)]  # fmt: skip
    alone, together = _check(gazetteer, *good), _check(gazetteer, *good, *bad)
    assert len(alone.used) == 30
    columns = ["occurred_at", "longitude", "latitude", "county_geoid"]
    pd.testing.assert_frame_equal(together.used.loc[:31, columns], alone.used[columns])


# Words about a file hold nothing of its cells.


def test_errors_and_reasons_hold_no_cell(gazetteer):
    bad = {"when": MARKER, "lat": MARKER, "lon": MARKER, "area": MARKER, "number": MARKER}
    found = _check(gazetteer, bad, _row(doses=MARKER), _row(lat=None, lon=None, area=MARKER))
    assert len(found.aside) == 2
    texts = [*found.aside["reason"], *found.aside["reason_code"], *found.notes, str(found.summary)]
    assert not any("Marguerite" in text for text in texts)
    assert found.aside.loc[2, "when"] == MARKER
    assert "Marguerite" not in repr(found)


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ({}, "no column is named for the date"),
        ({"date_time": "when"}, "no column is named for the place"),
        ({"date_time": "when", "latitude": "lat"}, "no column is named for the place"),
        ({"date_time": "elsewhere"}, "no column 'elsewhere'"),
        ({"moment": "when"}, "unknown field 'moment'"),
    ],
)
def test_mappings_that_cannot_serve(gazetteer, mapping, word):
    with pytest.raises(InputError, match=word) as caught:
        check_incidents(_raw([_row(when=MARKER)]), mapping, gazetteer, FIVE, today=TODAY)
    assert MARKER not in str(caught.value)


def test_a_file_of_no_rows(gazetteer):
    found = check_incidents(_raw([]), COLUMNS, gazetteer, FIVE, today=TODAY)
    assert found.summary["rows_read"] == 0
    assert found.summary["first_date"] is None
    assert found.is_in_region


# Headings.


def _guess(**columns):
    return guess_columns(pd.DataFrame(columns, dtype="str"), INCIDENT_FIELDS)


def test_headings_like_those_of_odmap():
    found = _guess(
        **{
            "ODMAP ID": ["7"], "Date Entered": ["2023-01-06"], "Date of Birth": ["1990-01-01"],
            "Overdose Date/Time": ["1/5/2023 13:05"], "Latitude": ["42.3"], "Longitude": ["-83"],
            "Suspected Overdose Type": ["Non-Fatal"], "Fatal or Non-Fatal": ["Non-Fatal"],
            "Naloxone Administered By": ["EMS"], "Naloxone Doses": ["2"],
            "Submitting Agency": ["x"],
        }
    )  # fmt: skip
    assert found == {
        "event_id": "ODMAP ID", "date_time": "Overdose Date/Time", "latitude": "Latitude",
        "longitude": "Longitude", "outcome": "Fatal or Non-Fatal", "naloxone": "Naloxone Doses",
        "given_by": "Naloxone Administered By", "agency": "Submitting Agency",
    }  # fmt: skip


def test_headings_like_those_of_nemsis():
    found = _guess(
        **{
            "eResponse.03": ["23-100"], "eTimes.03": ["2023-01-05T13:05:00-05:00"],
            "eTimes.06": ["2023-01-05T13:15:00-05:00"], "eScene.19": ["48201"],
            "eDisposition.12": ["Treated"],
        }
    )  # fmt: skip
    assert found["event_id"] == "eResponse.03"
    assert found["date_time"] == "eTimes.03"
    assert found["area_code"] == "eScene.19"
    assert found["outcome"] == "eDisposition.12"


def test_plain_headings():
    found = _guess(
        case=["1"],
        birth_date=["1/1/1990"],
        date=["1/5/2023"],
        time=["1305"],
        X=["-83,04"],
        Y=["42,33"],
        city=["Warren"],
        outcome=["fatal"],
        narcan=["yes"],
        department=["x"],
        source=["y"],
    )
    assert found == {
        "event_id": "case", "date_time": "date", "time": "time", "latitude": "Y",
        "longitude": "X", "area_code": "city", "outcome": "outcome", "naloxone": "narcan",
        "agency": "department", "source": "source",
    }  # fmt: skip


def test_a_birthday_is_not_taken_for_the_event():
    assert "date_time" not in _guess(**{"Date of Birth": ["1990-01-01"], "BirthDate": ["1/1/90"]})
    assert _guess(**{"Entry Date": ["1/6/2023"], "Date": ["1/5/2023"]})["date_time"] == "Date"
    assert _guess(**{"Entry Date": ["1/6/2023"]})["date_time"] == "Entry Date"


def test_a_column_of_words_is_not_taken_for_times_or_degrees():
    found = _guess(Time_of_Day=["Morning"], Latitude_note=["by hand"], Date=["1/5/2023"])
    assert found == {"date_time": "Date"}


# Two real files.


def _real(project, name):
    path = project.parent / "shared" / "raw" / name
    if not path.exists():
        pytest.skip(f"the public file {name} is not beside the project (shared/raw)")
    return read_rows(path.read_bytes())


def test_cincinnati(project, gazetteer):
    raw = _real(project, "cincinnati_fire_ems_overdose.csv")
    mapping = guess_columns(raw.rows, INCIDENT_FIELDS)
    assert mapping == {
        "event_id": "EVENT_NUMBER", "date_time": "CREATE_TIME_INCIDENT", "latitude": "LATITUDE_X",
        "longitude": "LONGITUDE_X", "outcome": "DISPOSITION_TEXT", "agency": "AGENCY",
    }  # fmt: skip
    found = check_incidents(raw, mapping, gazetteer, FIVE, today=TODAY)
    assert found.summary == {
        "rows_read": 7_740, "rows_used": 7_373, "rows_set_aside": 367,
        "reasons": {"no_place": 367}, "mended": {},
        "first_date": "2015-07-22", "last_date": "2019-02-09",
    }  # fmt: skip
    assert not found.is_in_region
    text = raw.rows.loc[found.used.index, "CREATE_TIME_INCIDENT"]
    expected = pd.to_datetime(text, format="%m/%d/%Y %I:%M:%S %p")
    assert (found.used["occurred_at"] == expected).all()
    assert (raw.rows.loc[found.aside.index, "LATITUDE_X"] == "NA").all()
    assert (place_events(found.used, gazetteer, ()).piece >= 0).all()


def test_tempe(project, gazetteer):
    raw = _real(project, "tempe_opioid_ems_calls.csv")
    mapping = guess_columns(raw.rows, INCIDENT_FIELDS)
    assert mapping == {
        "event_id": "OBJECTID", "date_time": "Incident_Date", "latitude": "Latitude_Random",
        "longitude": "Longitude_Random", "naloxone": "Narcan_Given",
    }  # fmt: skip
    found = check_incidents(raw, mapping, gazetteer, FIVE, today=TODAY)
    assert found.summary == {
        "rows_read": 2_743, "rows_used": 2_739, "rows_set_aside": 4,
        "reasons": {"no_place": 4}, "mended": {},
        "first_date": "2017-01-03", "last_date": "2023-01-09",
    }  # fmt: skip
    assert not found.is_in_region
    assert str(found.used.loc[2, "occurred_at"]) == "2017-01-03 00:00:00"  # a Tuesday, as it says
    weekday = raw.rows.loc[found.used.index, "Weekday"]
    assert (found.used["occurred_at"].dt.day_name() == weekday).all()
    part = raw.rows.loc[found.used.index, "Time_of_Day"]
    hour = found.used["occurred_at"].dt.hour
    assert set(part[hour.between(12, 17)]) == {"Afternoon"}
    assert set(part[hour.between(18, 23)]) == {"Evening"}
    assert found.used["doses_code"].value_counts().to_dict() == {
        "some": 1_953, "unknown": 511, "none": 275,
    }  # fmt: skip
    assert "A byte-order mark was removed." in found.notes
