"""Partial dates count from their last day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.partial_dates import last_day


@pytest.mark.parametrize(
    ("partial", "day"),
    [
        ("2016", date(2016, 12, 31)),
        ("2016-05", date(2016, 5, 31)),
        ("2016-05-26", date(2016, 5, 26)),
        ("2016-02", date(2016, 2, 29)),
        ("2018-02", date(2018, 2, 28)),
        ("2018-12", date(2018, 12, 31)),
    ],
)
def test_last_day_of_a_year_a_month_and_a_day(partial, day):
    assert last_day(partial) == day


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 30)))
def test_last_day_is_the_last_that_still_begins_with_the_text(day):
    text = day.isoformat()
    for partial in (text, text[:7], text[:4]):
        last = last_day(partial)
        assert last.isoformat().startswith(partial)
        assert not (last + timedelta(days=1)).isoformat().startswith(partial)


@pytest.mark.parametrize(
    "partial",
    ["", "16", "2016-5", "2016-13", "2016-00", "2016-02-30", "May 2016", "2016-05-26T10", "year"],
)
def test_last_day_rejects_other_texts_and_names_them(partial):
    with pytest.raises(InputError, match=r"`partial` is .*; use YYYY, YYYY-MM or YYYY-MM-DD"):
        last_day(partial)


@pytest.mark.parametrize(
    "text", ["2016/05", "2016105", " 201", "20160526", "2016-W21-4", "2016-13"]
)
def test_other_forms_of_a_date_are_rejected(text):
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        last_day(text)
