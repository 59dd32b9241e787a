"""Numbers, dates and statuses as a person reads them."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.evidence import STATUS_CODES
from geo.hotspots import HOTSPOT_CODES
from geo.maps.style import POLICE_WORDS
from geo.tables.police import BASIS_CODES, CONFIDENCE_CODES
from geo.wording import (
    BASIS_WORDS,
    CONFIDENCE_WORDS,
    HOTSPOT_WORDS,
    count_text,
    day_text,
    listing,
    minutes_text,
    naloxone_sentence,
    partial_date_text,
    period_text,
    rate_text,
    share_text,
)

TODAY = date(2026, 11, 23)
MISSING = [None, np.nan, pd.NA]


def _sentence(code, **fields):
    row = dict.fromkeys(("since_date", "as_of_date", "search_code", "searched_date", "source_name"))
    return naloxone_sentence({"naloxone_code": code, **row, **fields}, TODAY)


def test_every_code_has_its_words():
    assert set(BASIS_WORDS) == {code for code, _ in BASIS_CODES}
    assert set(CONFIDENCE_WORDS) == {code for code, _ in CONFIDENCE_CODES}
    assert set(HOTSPOT_WORDS) == set(HOTSPOT_CODES)
    assert set(STATUS_CODES) <= set(POLICE_WORDS)


def test_a_day_has_no_leading_zero():
    assert day_text(date(2018, 6, 3)) == "3 June 2018"


@pytest.mark.parametrize(
    ("partial", "text"),
    [("2016", "2016"), ("2016-05", "May 2016"), ("2016-05-06", "6 May 2016")],
)
def test_a_partial_date_says_no_more_than_it_knows(partial, text):
    assert partial_date_text(partial) == text


@pytest.mark.parametrize("missing", MISSING)
def test_a_missing_value_is_said_not_printed(missing):
    assert partial_date_text(missing) == ""
    assert share_text(missing) == "not known"
    assert minutes_text(missing) == "not known"
    assert rate_text(missing, missing, missing) == "no rate"
    assert rate_text(12.34, missing, missing) == "12.3"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (1e-9, "under 1 %"),
        (0.0049, "under 1 %"),
        (0.0051, "1 %"),
        (0.354, "35 %"),
        (0.9949, "99 %"),
        (0.995, "over 99 %"),
        (1 - 1e-9, "over 99 %"),
        (1, "100 %"),
    ],
)
def test_a_share_says_nothing_and_all_only_where_it_is(share, text):
    assert share_text(share) == text


def test_every_percentage_of_a_small_town_but_nobody_and_everybody_is_in_between():
    texts = {share_text(count / 1_234) for count in range(1, 1_234)}
    assert not texts & {"0 %", "100 %"}


def test_counts_have_thousands_and_ranges():
    assert count_text(4_130, 4_130) == "4,130"
    assert count_text(12, 1_020) == "12 to 1,020"
    assert count_text(0, 0) == "0"


def test_a_rate_has_its_interval():
    assert rate_text(0.0, 0.0, 3.69) == "0.0 (0.0 to 3.7)"


def test_minutes_are_said_to_be_about():
    assert minutes_text(15.6) == "about 16 min"


def test_a_period_of_one_year_is_a_year():
    assert (period_text(2022, 2022), period_text(2018, 2022)) == ("2022", "2018 to 2022")


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listing_of_none_one_two_and_three(names, text):
    assert listing(names) == text


def test_documented_names_both_dates():
    text = _sentence("documented", since_date="2016", as_of_date="2018-03-02")
    assert text.endswith(", known since 2016; source of 2 March 2018.")
    assert text[0].isupper()


def test_an_undated_page_is_said_to_be_undated_and_when_it_was_read():
    text = _sentence("documented")
    assert text.endswith("the page bears no date (read 23 November 2026).")


@pytest.mark.parametrize(
    ("search_code", "said"),
    [
        ("nothing_found", "searched, nothing found (23 November 2026)"),
        ("ambiguous_only", "only texts that can be read either way (23 November 2026)"),
        ("not_searched", "not searched for"),
        (None, "no source on the chosen date"),
    ],
)
def test_not_documented_says_unknown_and_what_was_searched(search_code, said):
    text = _sentence("not_documented", search_code=search_code, searched_date="2026-11-23")
    assert "unknown" in text
    assert said in text


@pytest.mark.parametrize("code", ["documented", "announced", "does_not_carry"])
def test_every_other_status_names_its_source_date(code):
    assert "source of May 2017" in _sentence(code, as_of_date="2017-05")


def test_only_a_refusal_on_record_says_that_officers_do_not_carry():
    assert "not to carry" in _sentence("does_not_carry", as_of_date="2017-05").lower()
    assert "not to carry" not in _sentence("not_documented", search_code="nothing_found").lower()


def test_half_a_percent_is_not_rounded_to_nothing():
    assert share_text(0.005) == "under 1 %"
    assert share_text(0.995) == "over 99 %"


def test_minutes_without_a_site_say_so():
    assert minutes_text(float("inf")) == "no site known"
