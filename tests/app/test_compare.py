"""The compare page alone: same colours as the map, intervals, differences, too few and too many."""

from __future__ import annotations

import base64
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from geo.comparison import comparison, differences, rate_difference
from geo.maps.small_maps import small_maps
from geo.maps.state import DEFAULT_OVERLAYS, Layers
from geo.scope import default_scope

PAGE = "pages/compare.py"
FIVE = ("26049", "26087", "26099", "26125", "26163")


def test_five_counties_are_drawn_with_every_measure(open_app):
    app = open_app(PAGE)
    assert app.html.count("<img src=") == 5
    measures = app.test.dataframe[0].value
    assert list(measures.columns) == ["Measure", "Genesee", "Lapeer", "Macomb", "Oakland", "Wayne"]
    assert "Overdose deaths, crude, 2018 to 2022" in set(measures["Measure"])
    assert len(app.test.dataframe[1].value) == 4


def test_one_county_is_sent_to_the_sidebar(open_app):
    app = open_app(PAGE, counties="26087")
    assert "Choose two to six counties" in app.test.info[0].value
    assert not app.test.dataframe


def test_of_more_than_six_the_first_six_are_shown(open_app):
    app = open_app(PAGE, region="michigan")
    assert app.html.count("<img src=") == 6
    assert any("first six" in element.value for element in app.test.caption)


def test_suppressed_stays_suppressed(open_app):
    app = open_app(PAGE, region="michigan", counties="26131.26163")
    table = app.test.dataframe[0].value.set_index("Measure")
    crude = table.loc["Overdose deaths, crude, 2018 to 2022", "Ontonagon"]
    assert crude.startswith("suppressed")
    assert "suppressed" in app.test.dataframe[1].value["text"].iloc[0]
    assert table.loc["Gap", "Ontonagon"] == "not compiled"


@pytest.mark.parametrize("colour", ["need", "police", "gaps"])
def test_same_colour_means_the_same_number_as_on_the_map(open_app, answers, colour):
    state = open_app(colour=colour).state
    scope = replace(default_scope(answers.today), layers=Layers(colour, DEFAULT_OVERLAYS))
    maps = {one.county: one for one in small_maps(answers, scope, FIVE)}
    for county, (number, _) in state["counties"].items():
        assert maps[county].look.as_list == state["styles"][number]
    drawn = {area: look for one in maps.values() for area, look in one.area_looks.items()}
    for area, place in answers.area_positions.items():
        style = state["styles"][int(state["areas"]["style"][place], 36)]
        assert drawn[area].as_list == style
        assert drawn[area].colour in ("", *(look[0] for look in state["styles"]))


def test_drawings_are_pictures_that_a_program_reads(answers):
    scope = replace(default_scope(answers.today), layers=Layers("gaps", DEFAULT_OVERLAYS))
    for one in small_maps(answers, scope, FIVE):
        root = ET.fromstring(base64.b64decode(one.address.partition(",")[2]))  # drawn by us
        fills = [path.get("fill") for path in root.iter("{http://www.w3.org/2000/svg}path")]
        for look in one.area_looks.values():
            assert look.colour in fills


def test_difference_is_recovered_from_the_two_intervals():
    assert rate_difference((5.0, 4.0, 7.0), (5.0, 4.0, 7.0)) == pytest.approx(
        (0.0, -(5**0.5), 5**0.5)
    )


def test_wayne_beside_genesee(answers):
    table = differences(answers, default_scope(answers.today))
    need = answers.need("crude_rate", 2018, 2022)["rate_per_100k"]
    row = table.loc["26163"]
    assert row["difference_per_100k"] == pytest.approx(need["26163"] - need["26049"])
    assert row["ratio"] == pytest.approx(need["26163"] / need["26049"])
    assert row["difference_lower"] < row["difference_per_100k"] < row["difference_upper"]


def test_numbers_of_the_table_are_those_of_the_page_they_come_from(answers):
    table = comparison(answers, default_scope(answers.today))
    crude = table[table["measure"] == "Overdose deaths, crude, 2018 to 2022"]
    need = answers.need("crude_rate", 2018, 2022)
    for _, row in crude.iterrows():
        assert row["value"] == need.loc[row["county_geoid"], "rate_per_100k"]
