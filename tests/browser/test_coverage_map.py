"""The coverage map in a real browser, with all outside requests refused."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from geo.scenario import Scenario

pytestmark = pytest.mark.browser

DETROIT = (42.365, -83.09)
LAPEER = (43.035, -83.318)
LAPEER_CITY = "26087-2608746040"


def test_first_visit_paints_the_map_and_asks_for_nothing_outside(visit):
    window = visit().open()
    assert window.outside == []
    assert window.errors == []
    assert window.frame.evaluate("document.querySelectorAll('#map-failed').length") == 0
    colours = window.frame.evaluate(
        """() => {
          const canvas = document.querySelector('canvas.leaflet-zoom-animated');
          const pen = canvas.getContext('2d');
          const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
          const seen = new Set();
          for (let i = 0; i < data.length; i += 400) seen.add(data.slice(i, i + 3).join());
          return seen.size;
        }"""
    )
    assert colours > 10


def test_filter_changes_numbers_and_keeps_the_view(visit):
    window = visit().open()
    window.frame.evaluate("void window.map.setView([42.6, -83.1], 10, {animate: false})")
    before = window.view()
    bound = window.frame.evaluate("window.marked = 'same frame'")
    window.repaint(window.page.get_by_text("OTPs only", exact=True).click)
    window.page.wait_for_url("**facilities=otp**")
    assert window.view() == pytest.approx(before)
    assert window.frame.evaluate("window.marked") == bound
    assert window.state()["areas"]["gap"].strip("3") != ""


def test_click_on_an_area_opens_its_card(visit):
    window = visit().open()
    window.click_map(*DETROIT)
    card = window.page.get_by_role("region", name="Area card")
    card.wait_for()
    assert "Detroit Police Department" in card.inner_text()
    link = card.get_by_role("link", name="open the source").get_attribute("href")
    assert link.startswith("https://www.detroitnews.com/")
    window.page.wait_for_url("**area=26163-2616322000**")
    window.page.get_by_role("button", name="Close the card").click()
    card.wait_for(state="detached")


def test_click_does_not_scroll_the_page(visit):
    window = visit().open()
    place = "document.querySelector('iframe[title*=folium]').getBoundingClientRect().top"
    before = window.page.evaluate(place)
    window.click_map(*DETROIT)
    window.page.get_by_role("region", name="Area card").wait_for()
    assert window.page.evaluate(place) == pytest.approx(before, abs=1)


def test_phone_is_told_that_the_card_is_below_the_map(visit):
    window = visit(width=390, height=844).open("?area=26087")
    hint = window.frame.locator(".card-hint")
    assert hint.inner_text() == "Lapeer County: its card is below the map ↓"
    for width in (1024, 1440):
        wide = visit(width=width).open("?area=26087")
        assert not wide.frame.locator(".card-hint").is_visible(), "the card is beside the map"


def test_layer_switch_redraws_and_is_in_the_address(visit):
    window = visit().open()
    window.repaint(window.page.locator(".st-key-w_colour").get_by_text("Gaps").click)
    window.page.wait_for_url("**colour=gaps**")
    window.page.get_by_text("High need, county").wait_for()
    assert window.state()["high"] == {"26049": 1, "26099": 1, "26163": 1}


def test_address_restores_the_view(visit):
    query = "?counties=26087.26049&minutes=15&colour=gaps&as_of=2018-06-30&area=26087"
    window = visit().open(query)
    state = window.state()
    assert set(state["counties"]) == {"26087", "26049"}
    assert state["chosen"] == "26087"
    again = visit().open(window.page.url.removeprefix(window.address + "/"))
    assert again.state() == state


def _chosen_minutes(window):
    sidebar = window.page.get_by_test_id("stSidebar")
    chosen = sidebar.locator("[aria-checked=true]").filter(has_text=re.compile("^(15|20|30)$"))
    chosen.first.wait_for()
    return chosen.all_inner_texts()


def test_scope_survives_a_visit_to_another_page_and_the_back_button(visit):
    window = visit().open("?minutes=15&colour=gaps&layers=otp")
    state = window.state()
    window.page.get_by_role("link", name="Sources and methods").click()
    window.page.get_by_role("heading", name="Sources and methods").wait_for()
    window.page.wait_for_url("**minutes=15**")
    assert _chosen_minutes(window) == ["15"]
    window.page.get_by_role("link", name="Coverage map").click()
    window.page.wait_for_selector("iframe[title*=folium]", state="attached")
    window.frame.wait_for_function("window.coveragePainted > 0")
    assert window.state() == state
    assert _chosen_minutes(window) == ["15"]
    window.repaint(window.page.get_by_text("Need", exact=True).first.click)
    window.page.wait_for_function("!location.search.includes('colour')")
    window.repaint(window.page.go_back)
    assert window.state() == state


def test_table_downloads_are_read_by_pandas_and_geopandas(visit, tmp_path):
    window = visit().open()
    window.page.get_by_text("The map as a table").click()
    for label, name in (("Table, CSV", "t.csv"), ("Areas, GeoJSON", "a.geojson")):
        with window.page.expect_download() as download:
            window.page.get_by_role("button", name=label).click()
        download.value.save_as(tmp_path / name)
    table = pd.read_csv(tmp_path / "t.csv", comment="#", dtype={"geoid": "str"})
    areas = gpd.read_file(tmp_path / "a.geojson")
    assert list(table["geoid"]) == ["26049", "26087", "26099", "26125", "26163"]
    assert len(areas) == 5
    assert areas.crs == "EPSG:4326"
    assert areas["police_unknown_share"].tolist() == pytest.approx(
        table["police_unknown_share"].tolist(), rel=1e-4
    )


def test_row_of_the_table_opens_a_card_without_the_map(visit):
    window = visit().open("?area=26087")
    assert "Lapeer County" in window.page.get_by_role("region", name="Area card").inner_text()


def test_tooltip_tells_the_minutes_of_the_record_and_those_of_a_what_if(visit, answers):
    scope = answers.first_scope()
    supposed = answers.under(Scenario(otp_at=(LAPEER_CITY,)))
    for one, query in ((answers, ""), (supposed, f"?otp_at={LAPEER_CITY}")):
        row = one.municipalities(scope.as_of, scope.minutes, "otp").loc[LAPEER_CITY]
        window = visit().open(query)
        window.frame.evaluate("void window.map.setView([43.05, -83.32], 13, {animate: false})")
        lines = window.hover_map(*LAPEER)
        assert lines[0] == "Lapeer city"
        for kind, name in (("treatment", "Treatment"), ("otp", "OTP (methadone)")):
            said = f"{name}: about {round(row[f'{kind}_minutes'])} min (estimated)"
            assert said in lines, (said, lines)


def test_text_from_data_is_shown_as_text_in_a_tooltip(visit):
    window = visit().open()
    html = window.frame.evaluate(
        """() => {
          const view = window.coverage.view;
          const site = view.data.sites.find((one) => one.kind === 'otp' && one.counted);
          site.name = '<img src=x onerror="window.attacked=1">';
          window.coverage.apply(view.state);
          view.sites.eachLayer((marker) => {
            const latlng = marker.getLatLng();
            if (latlng.lat === site.lat) marker.fire('mousemove', {latlng});
          });
          return document.querySelector('.map-tip').innerHTML;
        }"""
    )
    assert "&lt;img" in html
    assert not window.frame.evaluate("window.attacked")


def test_failing_map_library_is_said_and_the_table_stays(visit):
    window = visit()
    window.page.context.route("**/leaflet-*.js", lambda route: route.abort())
    window.page.goto(window.address)
    window.page.wait_for_selector("iframe[title*=folium]", state="attached")
    window.frame.wait_for_selector("#map-failed")
    assert "could not be loaded" in window.frame.inner_text("#map-failed")
    window.page.get_by_text("The map as a table").click()
    window.page.get_by_role("button", name="Table, CSV").wait_for()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_page_fits_its_window(visit, width, colours):
    window = visit(width=width, height=844, colours=colours).open()
    assert window.state()["theme"] == colours
    overflow = window.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0
    box = window.page.locator("iframe[title*=folium]").bounding_box()
    assert box["x"] + box["width"] <= width
    assert box["width"] > 0.4 * width


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_serious_violation(visit, colours):
    window = visit(colours=colours).open("?area=26163-2616322000")
    found = Axe().run(window.page).response["violations"]
    serious = {
        one["id"]: [node["html"][:200] for node in one["nodes"]][:3]
        for one in found
        if one["impact"] in ("serious", "critical")
    }
    assert serious == {}
