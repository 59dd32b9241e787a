"""The plan page alone: steps, best set, phone list, empty and wrong scopes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo import plan_view

PAGE = "pages/plan.py"


def test_three_otps_are_placed_and_numbered_on_the_map(open_app):
    app = open_app(PAGE, show="steps")
    steps = app.test.dataframe[0].value
    assert steps["step"].tolist() == [1, 2, 3]
    assert (steps["people_covered_exact"] >= steps["people_covered_greedy"]).all()
    assert set(steps["proof"]) == {"proven best"}
    assert [mark[2] for mark in app.state["numbered"]] == ["1", "2", "3"]
    assert "4,181,373 of 4,378,033 residents live within 30 estimated minutes" in app.html


def test_best_set_is_listed_mapped_and_told_alike(open_app):
    app = open_app(PAGE)
    names = app.test.dataframe[0].value["name"].tolist()
    assert [mark[3] for mark in app.state["numbered"]] == names
    assert all(name in app.html for name in names)
    gained = app.test.dataframe[1].value["people_gained"].sum()
    assert f"{gained:,} people gain." in app.html


def test_choice_is_in_the_address_and_comes_back(open_app):
    app = open_app(PAGE)
    app.test.number_input(key="w_plan_count").set_value(5).run()
    app.test.selectbox(key="w_plan_kind").set_value("kit_cabinet").run()
    assert app.address()["k"] == "5"
    assert app.address()["site"] == "kit_cabinet"
    assert "No kit cabinet is listed" in app.html
    again = open_app(PAGE, **app.address())
    assert again.test.dataframe[0].value.equals(app.test.dataframe[0].value)


def test_once_everybody_is_reached_it_says_so(open_app):
    assert (
        "A site more would gain nobody: 1 of the 3 asked for is enough."
        in open_app(PAGE, site="treatment").html
    )


def test_site_found_step_by_step_that_gains_as_many_is_not_hidden(open_app):
    app = open_app(PAGE, site="otp", k="2")
    assert "Lapeer Township and Wyandotte" in app.html
    assert "no set gains more; the one found step by step gains as many" in app.html
    assert "A site more would gain nobody" not in app.html


def test_fewer_candidates_than_sites_asked_for_is_not_called_enough(answers):
    scope = answers.first_scope()
    scope = replace(scope, plan=replace(scope.plan, count=9))
    plan = plan_view.where_next(answers, replace(scope, plan=replace(scope.plan, count=2)))
    said = "A site more would gain nobody"
    assert said in plan_view.where_sentence(answers, scope, plan)
    few = replace(plan, candidates=2)
    assert said not in plan_view.where_sentence(answers, scope, few)


def test_department_with_an_announcement_is_not_one_without_a_source(answers):
    scope = answers.first_scope()
    table = plan_view.whose_status_next(answers, scope)
    searched = plan_view.agencies_for_screen(table).column("searched").to_pylist()
    announced = (table["naloxone_code"] == "announced").tolist()
    assert any(announced)
    told = {one for one, is_announced in zip(searched, announced, strict=True) if is_announced}
    assert told == {"an announcement was found"}
    assert "an announcement was found" not in {
        one for one, is_announced in zip(searched, announced, strict=True) if not is_announced
    }


def test_more_sites_than_candidates_are_cut_to_the_candidates(open_app):
    app = open_app(PAGE, counties="26087", candidates="station", k="10")
    assert 1 <= len(app.test.dataframe[0].value) <= 10


def test_phone_list_adds_up_to_the_police_gap(open_app):
    app = open_app(PAGE, part="status")
    rows = app.test.dataframe[0].value
    assert rows["gap_closed_running_share"].iloc[-1] == pytest.approx(100)
    assert rows["residents_persons"].is_monotonic_decreasing
    assert rows["name"].iloc[0] == "Flint Police Department"
    total = f"{rows['residents_persons'].sum():,} residents live under {len(rows)} departments"
    assert total in app.html


def test_counties_without_data_are_said(open_app):
    app = open_app(PAGE, region="michigan", counties="26001")
    assert "not compiled" in app.test.info[0].value
    assert (
        "No department" in open_app(PAGE, region="michigan", counties="26001", part="status").html
    )


def test_wrong_values_in_the_address_are_named(open_app):
    app = open_app(PAGE, k="11", site="hospital")
    assert "k = “11”" in app.test.warning[0].value
    assert "site = “hospital”" in app.test.warning[0].value


def test_kits_say_how_old_the_model_is_and_have_an_interval(open_app):
    app = open_app(PAGE, part="kits")
    assert "about 541 kits per 100,000 residents a year" in app.html
    assert "2017" in app.html
    rows = app.test.dataframe[0].value
    assert len(rows) == 5
    assert all("to no upper limit)" in text for text in rows["by_people"])


def test_back_test_stands_beside_a_plain_mean(open_app):
    app = open_app(PAGE, part="backtest")
    rows = app.test.dataframe[0].value
    assert list(rows["ranking"])[-1] == "a plain four-year mean"
    assert "2015 to 2018" in app.html
    assert "it is no forecast" in app.html


def test_what_if_is_said_on_every_page_and_can_be_cleared(open_app):
    query = {"documented": "flint-police-department"}
    app = open_app(PAGE, part="what_if", **query)
    assert any("**What if**: 1 department taken" in element.value for element in app.test.warning)
    assert app.test.dataframe[1].value["name"].tolist() == ["Flint city"]
    gaps = open_app("pages/gaps.py", area="26049-2604929000", **query)
    assert any("supposed, not the record" in element.value for element in gaps.test.warning)
    assert "what if; no source says so" in gaps.html
    card = open_app(area="26049-2604929000", **query)
    assert "What if: taken as documented to carry; no source says so." in card.html
    app.test.button[0].click().run()
    assert not app.test.warning
    assert "documented" not in app.address()


def test_choosing_what_if_changes_the_numbers_and_the_address(open_app):
    app = open_app(PAGE, part="what_if")
    assert "No municipality changes" in app.test.info[0].value
    app.test.multiselect(key="w_if_otp_at").set_value(["26087-2608746040"]).run()
    assert app.address()["otp_at"] == "26087-2608746040"
    shares = app.test.dataframe[0].value.set_index("measure")["people_more"]
    assert shares["Live within 30 min of an OTP (estimated)"] > 50_000


def test_an_unknown_department_in_the_address_is_named(open_app):
    app = open_app(PAGE, documented="no-such-department")
    assert "documented = “no-such-department”" in app.test.warning[0].value


def test_own_list_is_planned_with_and_a_wrong_line_is_named(open_app):
    app = open_app(PAGE, candidates="typed")
    assert "list of candidate sites is empty" in app.test.error[0].value
    app.test.text_area(key="w_plan_typed").set_value("Lapeer clinic, 43.05, -83.32").run()
    assert app.test.dataframe[0].value["name"].tolist() == ["Lapeer clinic"]
    assert "among the places of your list" in app.html
    app.test.text_area(key="w_plan_typed").set_value("Clinic, 43.05").run()
    assert "line 1 of the list" in app.test.error[0].value
