"""From evidence rows to one naloxone status per agency."""

from datetime import date

import pandas as pd
import pytest

from geo.errors import InputError
from geo.evidence import STATUS_CODES, effective_days, naloxone_status

COMPILED = date(2026, 11, 23)
LONG_AFTER = date(2026, 12, 31)


def _row(code, *, since=None, as_of=None, agency="ferndale", **more):
    return {
        "agency_id": agency,
        "evidence_code": code,
        "since_date": since,
        "as_of_date": as_of,
        "source_name": f"source of {as_of}",
        "source_url": f"https://example.org/{code}/{as_of}",
        "note": f"note of {as_of}",
        **more,
    }


def _evidence(*rows):
    columns = list(_row("carries"))
    return pd.DataFrame(list(rows), columns=columns).astype("str")


def _searches(*rows):
    columns = ["agency_id", "searched_date", "result_code"]
    return pd.DataFrame(list(rows), columns=columns, dtype=str)


def _status(*rows, as_of=LONG_AFTER, searches=()):
    """The one status of Ferndale."""
    table = naloxone_status(
        pd.Series(["ferndale"]),
        _evidence(*rows),
        _searches(*searches),
        as_of=as_of,
        compiled=COMPILED,
    )
    return table.iloc[0]


def _code(*rows, as_of=LONG_AFTER):
    return _status(*rows, as_of=as_of)["naloxone_code"]


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        ("carries", "documented"),
        ("administered", "documented"),
        ("announced", "announced"),
        ("does_not_carry", "does_not_carry"),
        ("ambiguous", "not_documented"),
        ("supplied_group", "not_documented"),
    ],
)
def test_each_kind_of_evidence_gives_its_status(evidence, status):
    assert _code(_row(evidence, as_of="2018-05-01")) == status
    assert status in STATUS_CODES


def test_no_row_is_not_documented_and_cites_nothing():
    status = _status()
    assert status["naloxone_code"] == "not_documented"
    assert status[["since_date", "as_of_date", "source_name", "source_url"]].isna().all()


def test_carries_goes_before_announced_whatever_their_order():
    rows = [_row("carries", as_of="2016-01-01"), _row("announced", as_of="2018-01-01")]
    assert _code(*rows) == _code(*reversed(rows)) == "documented"


def test_ambiguous_and_group_statements_take_nothing_away():
    carries = _row("carries", as_of="2016-01-01")
    assert _code(carries, _row("ambiguous", as_of="2018-01-01")) == "documented"
    assert _code(carries, _row("supplied_group", as_of="2018-01-01", agency=None)) == "documented"
    refusal = _row("does_not_carry", as_of="2016-01-01")
    assert _code(refusal, _row("ambiguous", as_of="2018-01-01")) == "does_not_carry"


def test_does_not_carry_sets_aside_what_counts_before_it():
    rows = [_row("carries", as_of="2015-06-01"), _row("does_not_carry", as_of="2017-06-01")]
    assert _code(*rows) == "does_not_carry"
    assert _code(*rows, as_of=date(2017, 5, 31)) == "documented"


def test_does_not_carry_holds_until_a_later_row_says_otherwise():
    rows = [_row("does_not_carry", as_of="2017-06-01"), _row("carries", as_of="2018-06-01")]
    assert _code(*rows, as_of=date(2018, 5, 31)) == "does_not_carry"
    assert _code(*rows, as_of=date(2018, 6, 1)) == "documented"


def test_does_not_carry_on_the_same_day_wins():
    rows = [_row("carries", as_of="2017-06-01"), _row("does_not_carry", as_of="2017-06-01")]
    assert _code(*rows) == "does_not_carry"


def test_announced_after_a_refusal_is_announced():
    rows = [_row("does_not_carry", as_of="2017-06-01"), _row("announced", as_of="2018-06-01")]
    assert _code(*rows) == "announced"


def test_the_last_of_two_refusals_decides():
    rows = [
        _row("does_not_carry", as_of="2015-01-01"),
        _row("carries", as_of="2016-01-01"),
        _row("does_not_carry", as_of="2017-01-01"),
    ]
    assert _code(*rows) == "does_not_carry"
    assert _code(*rows, as_of=date(2016, 6, 1)) == "documented"


@pytest.mark.parametrize(
    ("partial", "day_before", "first_day"),
    [
        ("2016", date(2016, 12, 30), date(2016, 12, 31)),
        ("2016-02", date(2016, 2, 28), date(2016, 2, 29)),
        ("2016-02-10", date(2016, 2, 9), date(2016, 2, 10)),
    ],
)
def test_a_row_counts_only_from_the_last_day_its_date_can_mean(partial, day_before, first_day):
    for row in (_row("carries", as_of=partial), _row("carries", since=partial, as_of="2020")):
        assert _code(row, as_of=day_before) == "not_documented"
        assert _code(row, as_of=first_day) == "documented"


def test_an_undated_row_counts_only_from_the_compiled_day():
    row = _row("carries")
    assert _code(row, as_of=date(2026, 11, 22)) == "not_documented"
    assert _code(row, as_of=COMPILED) == "documented"


def test_effective_days_take_since_then_as_of_then_the_compiled_day():
    rows = _evidence(
        _row("carries", since="2016", as_of="2018-03-02"),
        _row("carries", as_of="2018-03"),
        _row("carries"),
    )
    days = effective_days(rows.set_axis([7, 8, 9]), COMPILED)
    assert days.to_dict() == {7: date(2016, 12, 31), 8: date(2018, 3, 31), 9: COMPILED}


def test_the_newest_dated_row_of_the_strongest_status_is_cited():
    status = _status(
        _row("carries", as_of="2016-01-01"),
        _row("administered", as_of="2019-01-01"),
        _row("carries"),
        _row("announced", as_of="2020-01-01"),
    )
    assert status["source_url"] == "https://example.org/administered/2019-01-01"
    assert status["source_name"] == "source of 2019-01-01"
    assert status["evidence_note"] == "note of 2019-01-01"
    assert status["as_of_date"] == "2019-01-01"


def test_an_undated_row_is_cited_where_there_is_no_other():
    status = _status(_row("carries"))
    assert status["source_url"] == "https://example.org/carries/None"
    assert status[["since_date", "as_of_date"]].isna().all()


def test_since_date_is_what_the_source_says_else_its_date():
    assert _status(_row("carries", since="2016", as_of="2018-01-01"))["since_date"] == "2016"
    assert _status(_row("carries", as_of="2018-01-01"))["since_date"] == "2018-01-01"


def test_search_code_and_date_are_passed_on():
    searched = [("ferndale", "2026-11-23", "ambiguous_only")]
    status = _status(_row("ambiguous", as_of="2018-01-01"), searches=searched)
    assert status["naloxone_code"] == "not_documented"
    assert status["search_code"] == "ambiguous_only"
    assert status["searched_date"] == "2026-11-23"
    assert _status()["search_code"] == "not_searched"
    earlier = _status(_row("carries", as_of="2019"), as_of=date(2018, 6, 30))
    assert pd.isna(earlier["search_code"])


def test_agencies_keep_their_order_and_only_those_asked_for_appear():
    table = naloxone_status(
        pd.Series(["troy", "ferndale", "novi"]),
        _evidence(_row("carries", as_of="2016"), _row("carries", as_of="2016", agency="warren")),
        _searches(),
        as_of=LONG_AFTER,
        compiled=COMPILED,
    )
    assert table["agency_id"].tolist() == ["troy", "ferndale", "novi"]
    assert table["naloxone_code"].tolist() == ["not_documented", "documented", "not_documented"]


def test_order_of_rows_does_not_change_the_status():
    rows = [
        _row("carries", as_of="2015-01-01"),
        _row("does_not_carry", as_of="2016-05"),
        _row("announced", as_of="2017-01-01"),
        _row("administered", since="2018", as_of="2019-04-01"),
    ]
    for day in (date(2015, 6, 1), date(2016, 6, 1), date(2017, 6, 1), date(2019, 6, 1)):
        pd.testing.assert_series_equal(_status(*rows, as_of=day), _status(*rows[::-1], as_of=day))


def test_an_agency_asked_for_twice_is_rejected():
    with pytest.raises(InputError, match="`agency_ids` names 'troy' twice"):
        naloxone_status(
            pd.Series(["troy", "novi", "troy"]),
            _evidence(),
            _searches(),
            as_of=LONG_AFTER,
            compiled=COMPILED,
        )


def test_a_source_newer_than_a_refusal_counts_even_for_an_earlier_since():
    rows = (_row("does_not_carry", as_of="2018-03"), _row("carries", since="2016", as_of="2021"))
    assert _code(*rows) == "documented"


def test_since_names_the_page_it_was_read_on():
    status = _status(
        _row("carries", since="2016", as_of="2016-05-01", source_url="https://first"),
        _row("administered", as_of="2020", source_url="https://newest"),
    )
    assert (status["source_url"], status["since_source_url"]) == ("https://newest", "https://first")
    assert status["since_date"] == "2016"
