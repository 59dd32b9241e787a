"""The gaps page alone: rows, filters, the row in words, downloads, empty and wrong scopes."""

from __future__ import annotations

import pytest

from geo.gap_view import CLASS_WORDS, scoped_gaps
from geo.gaps import CLASS_CODES
from geo.scope import default_scope

PAGE = "pages/gaps.py"


def _rows(app):
    return app.test.dataframe[0].value


def test_every_municipality_is_listed_worst_first(open_app):
    app = open_app(PAGE)
    rows = _rows(app)
    assert len(rows) == 193
    order = [list(CLASS_WORDS.values()).index(words) for words in rows["gap"]]
    assert order == sorted(order)
    assert set(rows["need"]) == {"high (county’s need)", "not high (county’s need)"}
    assert app.state["styles"]


def test_class_filter_and_robust_only_leave_rows_out_and_are_in_the_address(open_app):
    app = open_app(PAGE)
    app.test.multiselect(key="w_gap_classes").set_value(["naloxone_gap"]).run()
    assert set(_rows(app)["gap"]) == {"Naloxone not documented, high need"}
    every = len(_rows(app))
    app.test.toggle(key="w_gap_robust").set_value(True).run()
    assert 0 < len(_rows(app)) < every
    assert set(_rows(app)["sure"]) == {"robust"}
    grey = [number for number, look in enumerate(app.state["styles"]) if look == ["#d9d9d9"]]
    drawn = [int(number, 36) for number in app.state["areas"]["style"]]
    assert len(drawn) - sum(number in grey for number in drawn) == len(_rows(app))
    assert "Areas left out of the table" in app.html
    assert "Areas left out of the table" not in open_app(PAGE).html
    assert app.address()["classes"] == "naloxone_gap"
    assert app.address()["robust"] == "yes"
    again = open_app(PAGE, **app.address())
    assert _rows(again).equals(_rows(app))


def test_areas_without_a_gap_are_listed_and_not_counted_as_gaps(open_app):
    app = open_app(PAGE)
    with_gap = int((~_rows(app)["gap"].str.startswith("No gap")).sum())
    assert with_gap < 193
    said = f"193 of 193 municipalities listed, {with_gap} with a gap. In them "
    assert any(said in element.value for element in app.test.markdown)


def test_counties_have_their_own_need(open_app):
    rows = _rows(open_app(PAGE, rows="county"))
    assert len(rows) == 5
    assert set(rows["need"]) == {"high", "not high"}
    assert "agency_name" not in rows


def test_chosen_row_is_told_in_words(open_app):
    html = open_app(PAGE, counties="26087", facilities="otp", area="26087-2616420").html
    assert "Both gaps; robust." in html
    assert "In Lapeer County, Clifford: 324 people live about 66 estimated minutes" in html
    assert "not searched for" in html
    assert "The county’s need is not classed as high." in html


def test_no_row_left_is_said(open_app):
    app = open_app(PAGE, classes="nobody_lives_here")
    assert not app.test.dataframe
    assert "No area has these classes" in app.test.info[0].value


def test_counties_without_police_data_are_said(open_app):
    app = open_app(PAGE, region="michigan", counties="26001")
    assert any("not compiled" in element.value for element in app.test.markdown)


def test_wrong_class_in_the_address_is_named(open_app):
    app = open_app(PAGE, classes="worst")
    assert "classes = “worst”" in app.test.warning[0].value
    assert len(_rows(app)) == 193


@pytest.mark.parametrize("code", CLASS_CODES)
def test_every_class_has_words(code):
    assert CLASS_WORDS[code]


def test_people_affected_are_those_without_documented_police_or_beyond_the_threshold(answers):
    table = scoped_gaps(answers, default_scope(answers.today))
    people = answers.people(answers.today)
    lacks = (people["naloxone_code"] != "documented") | (people["treatment_minutes"] > 30)
    expected = people.loc[lacks, "residents_persons"].sum()
    assert int(table["affected_persons"].sum()) == pytest.approx(expected, abs=len(table))
    assert (table["affected_persons"] <= table["residents_persons"]).all()
    covered = table["gap_code"].str.startswith("covered")
    assert (table.loc[covered, "affected_persons"] < table.loc[covered, "residents_persons"]).all()


def test_every_sentence_names_place_people_and_police(answers):
    table = scoped_gaps(answers, default_scope(answers.today))
    for _, row in table.iterrows():
        assert row["name"] in row["sentence"]
        if row["residents_persons"]:
            assert row["agency_name"] in row["sentence"]
            assert "estimated minutes" in row["sentence"]
        assert "nan" not in row["sentence"]
        assert "None" not in row["sentence"]
