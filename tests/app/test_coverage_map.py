"""The coverage map page through the router: numbers, layers, address, bad input."""

from __future__ import annotations

import pytest

from geo.maps import style
from geo.maps.layers import municipality_layer

FIVE = ["26049", "26087", "26099", "26125", "26163"]


def test_first_visit_shows_the_five_counties_with_three_things_laid_over_each_other(open_app):
    app = open_app()
    state = app.state
    assert list(state["counties"]) == FIVE
    assert len(state["areas"]["police"]) == 193
    assert state["sites"]["otp"]
    assert state["sites"]["treatment"]
    assert sum(last - first + 1 for first, last in state["sites"]["walk_in"]) == 69
    assert "Overdose deaths, 2018 to 2022" in app.html
    assert "7,851" in app.html
    assert app.address() == {}


def test_map_asks_for_no_address_outside_the_app(open_app):
    component = open_app().component
    assert component["js_links"]
    for link in component["js_links"] + component["css_links"]:
        assert link.startswith("../../app/static/")
    assert "http" not in component["script"]
    assert "http" not in component["feature_group"]


def test_base_map_is_the_same_whatever_the_scope(open_app):
    first, second = open_app(), open_app(region="michigan", colour="gaps", minutes="15")
    assert first.component["script"] == second.component["script"]
    assert first.component["key"] == second.component["key"]
    assert first.state != second.state


def test_state_of_a_filter_is_a_few_kilobytes(open_app):
    assert len(open_app().component["feature_group"]) < 6000


def test_same_colour_means_the_same_class_in_every_view(open_app):
    one = open_app(measure="smoothed_rate", start="2018", end="2018")
    two = open_app(measure="smoothed_rate", region="michigan", start="2018", end="2018")

    def colours(app):
        state = app.state
        return {geoid: state["styles"][value[0]] for geoid, value in state["counties"].items()}

    every = colours(two)
    assert {geoid: every[geoid] for geoid in FIVE} == colours(one)
    assert {look[0] for look in every.values()} <= set(style.NEED_COLOURS)


def test_county_with_every_count_suppressed_is_hatched_and_never_zero(open_app):
    app = open_app(region="michigan", measure="crude_rate", counties="26131")
    look = app.state["styles"][app.state["counties"]["26131"][0]]
    assert look[1] == "hatch"
    assert "suppressed" in app.state["counties"]["26131"][1]
    assert "5 to 45" in app.html
    assert "No county has a rate" in app.html
    assert "not compiled for 1 of the 1 counties" in app.html


def test_address_is_written_and_restores_the_view(open_app):
    app = open_app()
    app.test.segmented_control(key="w_minutes").set_value(15).run()
    app.test.multiselect(key="w_counties").set_value(["26087"]).run()
    app.test.segmented_control(key="w_colour").set_value("gaps").run()
    address = app.address()
    assert address.pop("as_of") == "2026-11-23"
    assert address == {"minutes": "15", "counties": "26087", "colour": "gaps"}
    again = open_app(**address)
    assert again.state == app.state


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"region": "atlantis"}, "region = “atlantis”"),
        ({"counties": "99999"}, "counties = “99999”"),
        ({"minutes": "17"}, "minutes = “17”"),
        ({"start": "1066"}, "start = “1066”"),
        ({"as_of": "tomorrow"}, "as_of = “tomorrow”"),
        ({"area": "26163-nowhere"}, "area = “26163-nowhere”"),
        ({"colour": "plaid"}, "colour = “plaid”"),
        ({"layers": "otp.ufo"}, "layers = “otp.ufo”"),
        ({"start": "2020", "end": "2015"}, "after its end"),
        ({"cheese": "1"}, "unknown part: cheese"),
    ],
)
def test_bad_address_is_named_and_replaced(open_app, query, said):
    app = open_app(**query)
    assert said in app.test.warning[0].value
    assert list(app.state["counties"]) == FIVE
    assert app.address() == {} or "end" in app.address()


def test_markup_in_the_address_is_shown_as_text(open_app):
    app = open_app(region="<script>alert(1)</script>")
    assert "<script>" not in app.html


def test_card_of_a_municipality_says_who_polices_it_and_what_is_documented(open_app):
    html = open_app(area="26163-2616322000").html
    for words in (
        "Detroit Police Department: its own department (documented)",
        "Documented to carry naloxone, known since May 2016",
        'href="https://www.detroitnews.com/story/news/local/detroit-city/2016/05/26',
        "Nearest OTP (methadone)",
        "(estimated, median)",
        "Wayne County: 4,130",
    ):
        assert words in html


def test_card_of_a_department_without_evidence_says_searched_and_never_no(open_app):
    html = open_app(area="26049-2604929000").html
    assert "Naloxone not documented (unknown); searched, nothing found (23 November 2026)" in html


def test_card_of_a_county_gives_its_bounds(open_app):
    html = open_app(region="michigan", area="26131").html
    assert "Ontonagon County" in html
    assert "5 to 45 (5 years suppressed, 1 to 9 each)" in html
    assert "not compiled here" in html


def test_oakland_is_never_shown_without_its_caution(open_app):
    assert "medical examiner rules many deaths" in open_app(area="26125").html


def test_evidence_of_june_2018_is_less_than_today(open_app):
    def documented(app):
        return app.state["areas"]["police"].count("0")

    assert documented(open_app(as_of="2018-06-30")) < documented(open_app())


@pytest.mark.parametrize("measure", ["hotspot", "smoothed_rate", "crude_rate", "ed_visits"])
def test_each_measure_names_its_period_and_unit(open_app, measure):
    app = open_app(measure=measure)
    assert "per 100,000 residents per year" in app.html
    assert "2018 to 2022" in app.html


def test_provisional_counts_are_said_to_be_derived(open_app):
    app = open_app(measure="provisional_2024")
    assert "DERIVED" in app.html
    assert "2024" in app.html


def test_table_twin_has_the_rows_of_the_map(open_app):
    app = open_app()
    counties = ["Genesee", "Lapeer", "Macomb", "Oakland", "Wayne"]
    assert not app.test.dataframe
    assert list(app.open_table("county")["name"]) == counties
    assert len(app.open_table("municipality")) == 193


def test_minutes_go_with_the_layer_and_again_only_under_a_what_if(open_app, answers):
    scope = answers.first_scope()
    found = municipality_layer(answers.reader, answers.people(answers.today))
    layer = [one["properties"] for one in found["features"]]
    table = answers.municipalities(scope.as_of, scope.minutes, "treatment")
    supposed = "26087-2608746040"
    rows = open_app(otp_at=supposed).state["areas"]
    assert not {"treatment", "otp"} & set(open_app().state["areas"])
    for kind in ("treatment", "otp"):
        told = {one["id"]: one[kind] for one in layer}
        assert told == table[f"{kind}_minutes"].astype(float).round().astype(int).to_dict()
        assert len(rows[kind]) == len(layer)
    at = [one["id"] for one in layer].index(supposed)
    assert rows["otp"][at] < layer[at]["otp"]


def test_map_of_police_is_told_by_the_naloxone_of_the_police(open_app, answers):
    html = open_app(colour="police").html
    row = answers.counties(answers.today, 30)
    people = row["residents_persons"].astype(float)
    share = (row["police_documented_share"] * people).sum() / people.sum()
    said = f"By the naloxone of the primary police: {round(100 * share)} % of residents documented"
    assert said in html
    assert "By the naloxone" not in open_app().html


def test_layer_switch_changes_what_is_drawn(open_app):
    app = open_app()
    app.test.pills(key="w_layers").set_value(["otp"]).run()
    state = app.state
    assert state["sites"] == {"treatment": False, "otp": True, "walk_in": []}
    assert not state["names"]
    assert app.address()["layers"] == "otp"


def test_before_the_first_walk_in_station_there_is_none_and_people_still_live_there(open_app):
    html = open_app(area="26163-2616322000", as_of="2015-01-01").html
    assert "none known on the chosen day" in html
    assert "nobody lives here" not in html


def test_worst_gap_is_named_and_first_in_the_table(open_app):
    app = open_app(counties="26087", facilities="otp", colour="gaps")
    assert "Most people with both gaps: Lapeer city, 8,843 residents" in app.html
    assert app.open_table("municipality")["label"].iloc[0] == "Lapeer city"


def test_other_facilities_leave_the_map_where_only_otps_count(open_app):
    app = open_app(facilities="otp")
    assert not app.state["sites"]["treatment"]
    assert app.state["sites"]["otp"]
    assert "Substance use treatment facility" not in app.html
    assert "Listed in 2017 only, not counted" in app.html


def test_areas_have_the_colour_of_their_gap(open_app):
    state = open_app(colour="gaps").state
    colour_of = {look.code: look.colour for look in style.GAP_LOOKS}
    codes = list(style.GAP_WORDS)
    drawn = [state["styles"][int(number, 36)][0] for number in state["areas"]["style"]]
    assert drawn == [colour_of[codes[int(number)]] for number in state["areas"]["gap"]]
