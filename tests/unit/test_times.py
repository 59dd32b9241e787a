"""Dates and times as people write them become the wall time of the place."""

import pandas as pd
import pytest

from geo.own_data.times import seconds_of_day, wall_times

DETROIT = "America/Detroit"


def _read(*words, zone=DETROIT, times=None):
    text = pd.Series(list(words), dtype="str", index=range(7, 7 + len(words)))
    of_day = None if times is None else pd.Series(times, dtype="str", index=text.index)
    found, notes = wall_times(text, zone, of_day)
    assert found.index.equals(text.index)
    assert found.dtype == "datetime64[s]"
    return [None if pd.isna(one) else str(one) for one in found], notes


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("2023-01-05", "2023-01-05 00:00:00"),
        ("2023-01-05 00:00:00", "2023-01-05 00:00:00"),
        ("2023-01-05 13:05", "2023-01-05 13:05:00"),
        ("2023-01-05T13:05:09", "2023-01-05 13:05:09"),
        ("2023-01-05 13:05:09.123456", "2023-01-05 13:05:09"),
        ("2023-01-05 1:05 PM", "2023-01-05 13:05:00"),
        ("2023-01-05 24:00", "2023-01-06 00:00:00"),
        ("2023-1-5", "2023-01-05 00:00:00"),
        ("2023/01/05 13:05", "2023-01-05 13:05:00"),
        ("2023.01.05", "2023-01-05 00:00:00"),
        ("20230105", "2023-01-05 00:00:00"),
        ("202301051305", "2023-01-05 13:05:00"),
        ("20230105130509", "2023-01-05 13:05:09"),
        ("1/5/2023", "2023-01-05 00:00:00"),
        ("1/5/2023 0:00", "2023-01-05 00:00:00"),
        ("01/05/2023 01:05:09 PM", "2023-01-05 13:05:09"),
        ("1/5/2023 12:05 AM", "2023-01-05 00:05:00"),
        ("1/5/2023 12:05 PM", "2023-01-05 12:05:00"),
        ("1/5/2023 1:05pm", "2023-01-05 13:05:00"),
        ("1/5/2023, 1:05 p.m.", "2023-01-05 13:05:00"),
        ("1/5/2023 1305", "2023-01-05 13:05:00"),
        ("1/5/2023 1 PM", "2023-01-05 13:00:00"),
        ("1/5/23", "2023-01-05 00:00:00"),
        ("1/5/23 13:05:09", "2023-01-05 13:05:09"),
        ("1-5-2023 13:05", "2023-01-05 13:05:00"),
        ("1.5.2023", "2023-01-05 00:00:00"),
        ("5-Jan-2023", "2023-01-05 00:00:00"),
        ("5-Jan-23 13:05", "2023-01-05 13:05:00"),
        ("05JAN2023", "2023-01-05 00:00:00"),
        ("Jan 5, 2023", "2023-01-05 00:00:00"),
        ("January 5th 2023 1:05 PM", "2023-01-05 13:05:00"),
        ("Thursday, January 5, 2023", "2023-01-05 00:00:00"),
        ("Sept. 5 2023", "2023-09-05 00:00:00"),
        ("1/5/2023 13:05 EST", "2023-01-05 13:05:00"),
        ("  1/5/2023\u202f1:05\u202fPM ", "2023-01-05 13:05:00"),
    ],
)
def test_a_date_means_what_it_says(word, meant):
    assert _read(word) == ([meant], [])


@pytest.mark.parametrize(
    "word",
    ["2023", "2023-01", "1/2023", "January 2023", "now", "today", "44931x", "13/32/2023",
     "2023-02-30", "2023-01-05 25:00", "2023-01-05 13:61", "1/5/2023 - 1/6/2023", "=NOW()", "x",
     "１/5/2023", "99999", "9999999999999", "5th of May"],
)  # fmt: skip
def test_what_names_no_day_is_not_read(word):
    assert _read(word) == ([None], [])


def test_nothing_gives_nothing():
    assert _read() == ([], [])
    assert _read(None, None) == ([None, None], [])


def test_month_goes_before_day():
    assert _read("2/1/2023", "1/13/2023")[0] == ["2023-02-01 00:00:00", "2023-01-13 00:00:00"]


def test_day_goes_before_month_only_where_nothing_else_fits():
    found, notes = _read("2/1/2023", "13/1/2023 13:05", "3.1.2023")
    assert found == ["2023-01-02 00:00:00", "2023-01-13 13:05:00", "2023-01-03 00:00:00"]
    assert notes == ["Dates are read as day/month/year: no other reading fits them."]
    mixed, notes = _read("1/13/2023", "13/1/2023")
    assert mixed == ["2023-01-13 00:00:00", None]
    assert notes == []


def test_one_slip_does_not_turn_a_file_of_day_before_month():
    days = [f"{day}/1/2023" for day in range(1, 31)]
    found, _ = _read(*days, "31/31/2023")
    assert found[:30] == [f"2023-01-{day:02d} 00:00:00" for day in range(1, 31)]
    assert found[30] is None


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("2023-01-05T13:05:00Z", "2023-01-05 08:05:00"),
        ("2023-07-05T13:05:00.000Z", "2023-07-05 09:05:00"),
        ("2023-01-05 13:05:00-05:00", "2023-01-05 13:05:00"),
        ("2023-01-05 13:05:00 +0100", "2023-01-05 07:05:00"),
        ("2023/01/05 02:30:00+00", "2023-01-04 21:30:00"),
        ("01/05/2023 13:05:00 -0600", "2023-01-05 14:05:00"),
        ("1/5/2023 6:05 PM UTC", "2023-01-05 13:05:00"),
        ("2023-03-12 07:00:00+00", "2023-03-12 03:00:00"),
    ],
)
def test_an_offset_is_brought_to_the_place(word, meant):
    found, notes = _read(word)
    assert found == [meant]
    assert notes == ["Times with an offset are brought to the time zone America/Detroit."]


def test_days_stored_as_midnights_stay_the_days_they_were():
    found, notes = _read("2017/01/03 00:00:00+00", "2017/07/04 00:00:00+00", zone="America/Phoenix")
    assert found == ["2017-01-03 00:00:00", "2017-07-04 00:00:00"]
    assert notes == ["Every time is midnight with an offset: days are kept as they are written."]


def test_many_midnights_show_that_the_offset_says_nothing():
    found, notes = _read("2023-01-05 00:00:00Z", "2023-01-06 00:00:00Z", "2023-01-07 02:00:00Z")
    assert found[2] == "2023-01-07 02:00:00"
    assert notes[0].startswith("Many a time is midnight with an offset, which then says nothing:")


def test_a_midnight_among_real_times_is_a_time():
    real = [f"2023-01-05 {hour:02d}:30:00Z" for hour in range(8)]
    found, _ = _read("2023-01-05 00:00:00Z", *real)
    assert found[:2] == ["2023-01-04 19:00:00", "2023-01-04 19:30:00"]


@pytest.mark.parametrize("word", ["0001-01-01 00:30:00+14:00", "9999-12-31 23:59:00-12:00"])
def test_years_without_time_zones_do_not_break(word):
    assert _read(word)[0][0][:4] in {"0001", "9999"}


def test_numbers_of_a_spreadsheet_are_read_where_nearly_all_dates_are_such():
    found, notes = _read("44931", "44931.54", "45000.541666667", None)
    assert found == ["2023-01-05 00:00:00", "2023-01-05 12:57:36", "2023-03-15 13:00:00", None]
    assert notes == ["Dates are numbers: they are read as a spreadsheet counts days, from 1900."]


def test_a_few_other_dates_beside_the_numbers_are_read_too():
    numbers = [str(44_900 + one) for one in range(38)]
    found, notes = _read(*numbers, "1/5/2023 13:05", "soon")
    assert found[0] == "2022-12-05 00:00:00"
    assert found[-2:] == ["2023-01-05 13:05:00", None]
    assert len(notes) == 1


def test_a_number_among_dates_is_not_a_date():
    found, notes = _read("1/5/2023", "44931", "1/6/2023")
    assert found == ["2023-01-05 00:00:00", None, "2023-01-06 00:00:00"]
    assert notes == []
    assert _read("2023-01-05", "44931")[0] == ["2023-01-05 00:00:00", None]


def test_milliseconds_since_1970_as_web_maps_store_them():
    found, notes = _read("1672941900000", "1672876801000")
    assert found == ["2023-01-05 13:05:00", "2023-01-04 19:00:01"]
    assert notes[0].startswith("Dates are numbers: they are read as milliseconds since 1970.")
    days, notes = _read("1672876800000", "1672963200000")
    assert days == ["2023-01-05 00:00:00", "2023-01-06 00:00:00"]
    assert "days are kept" in notes[0]


def test_time_in_a_column_of_its_own():
    found, notes = _read(
        "1/5/2023 0:00", "2023-01-05", "44931", "1/5/2023", "1/5/2023", None,
        times=["13:05", "1:05 PM", "1305", None, "24:00", "13:05"],
    )  # fmt: skip
    day = "2023-01-05"
    assert found[:2] == [f"{day} 13:05:00", f"{day} 13:05:00"]
    assert found[2:] == [None, f"{day} 00:00:00", "2023-01-06 00:00:00", None]
    assert notes == []


def test_a_date_that_has_its_time_keeps_it():
    assert _read("1/5/2023 13:05", times=["7:00"]) == (["2023-01-05 13:05:00"], [])


def test_a_time_that_cannot_be_read_leaves_the_day_and_is_told():
    found, notes = _read("1/5/2023", "1/6/2023", times=["Morning", "13:05"])
    assert found == ["2023-01-05 00:00:00", "2023-01-06 13:05:00"]
    assert notes == ["Times of day that cannot be read: 1; of these rows only the day is used."]


@pytest.mark.parametrize(
    ("word", "hours"),
    [
        ("13:05", 13 + 5 / 60), ("1:05 PM", 13 + 5 / 60), ("01:05:00 pm", 13 + 5 / 60),
        ("1:05p", 13 + 5 / 60), ("1305", 13 + 5 / 60), ("130500", 13 + 5 / 60),
        ("1305 hrs", 13 + 5 / 60), ("905", 9 + 5 / 60), ("0", 0), ("0000", 0), ("2400", 24),
        ("12:00 AM", 0), ("12:00 PM", 12), ("1 PM", 13), ("0.5", 12), (".25", 6),
        ("1899-12-30 13:05:00", 13 + 5 / 60), ("13:05 EST", 13 + 5 / 60),
        ("13:05 PM", 13 + 5 / 60), ("5", None), ("13", None), ("1:60", None), ("2401", None),
        ("13:05 AM", None), ("noon", None), ("", None), ("-1:05", None), ("1.5", None),
    ],
)  # fmt: skip
def test_times_of_day(word, hours):
    seconds = seconds_of_day(pd.Series([word], dtype="str"))[0]
    assert pd.isna(seconds) if hours is None else seconds == pytest.approx(hours * 3600)
