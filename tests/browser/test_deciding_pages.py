"""The deciding pages in a real browser: gaps, profile, compare, plan."""

from __future__ import annotations

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser


def test_gaps_page_through_the_router_downloads_what_it_lists(visit, tmp_path):
    window = visit().open("gaps?counties=26087&facilities=otp&area=26087-2616420")
    assert window.outside == []
    assert window.state()["chosen"] == "26087-2616420"
    window.page.get_by_text("In Lapeer County, Clifford").wait_for()
    with window.page.expect_download() as download:
        window.page.get_by_role("button", name="These rows, Excel").click()
    download.value.save_as(tmp_path / "gaps.xlsx")
    rows = pd.read_excel(tmp_path / "gaps.xlsx", sheet_name="Rows", dtype={"geoid": "str"})
    assert len(rows) == 28
    assert set(rows["county_geoid"].astype(str)) == {"26087"}


@pytest.mark.parametrize("width", [1024, 390])
def test_gaps_page_fits_its_window(visit, width):
    window = visit(width=width, height=844).open("gaps")
    box = window.page.locator("iframe[title*=folium]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_compare_page_draws_small_maps_and_trends(visit):
    window = visit()
    window.page.goto(f"{window.address}/compare?colour=gaps&counties=26087.26049")
    window.page.locator("[data-testid=stVegaLiteChart]").wait_for()
    sizes = window.page.evaluate(
        "[...document.querySelectorAll('.small-maps img')].map((one) => one.naturalWidth)"
    )
    assert len(sizes) == 2
    assert min(sizes) > 50
    assert window.outside == []
    assert window.errors == []


def test_what_if_is_told_after_a_choice_on_the_plan_page(visit):
    window = visit()
    window.page.goto(f"{window.address}/plan?part=what_if")
    window.page.get_by_text("No municipality changes").wait_for()
    chooser = window.page.locator(".st-key-w_if_documented input")
    chooser.click()
    chooser.fill("Flint Police")
    window.page.get_by_role("option", name="Flint Police Department").click()
    window.page.get_by_text("1 department taken as documented").wait_for()
    window.page.wait_for_url("**documented=flint-police-department**")
    with window.page.expect_download() as download:
        window.page.get_by_role("button", name="What changes, CSV").click()
    assert download.value.suggested_filename.startswith("WHAT-IF-what-if-changes-")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_profile_prints_on_one_sheet(visit, paper):
    window = visit().open("area_profile?area=26163-2616322000")
    window.page.locator("[data-testid=stVegaLiteChart] canvas, .vega-embed svg").first.wait_for()
    sheets = window.page.pdf(format=paper, print_background=True)
    assert sheets.count(b"/Type /Page\n") == 1
    assert window.outside == []


@pytest.mark.parametrize("page", ["gaps?area=26087-2616420", "plan", "area_profile?area=26087"])
def test_axe_finds_no_serious_violation_on_the_deciding_pages(visit, page):
    window = visit().open(page)
    found = Axe().run(window.page).response["violations"]
    serious = {
        one["id"]: [node["html"][:200] for node in one["nodes"]]
        for one in found
        if one["impact"] in ("serious", "critical")
    }
    assert serious == {}


def test_plan_page_marks_its_steps_on_the_map(visit):
    window = visit().open("plan")
    assert window.outside == []
    marks = window.frame.locator(".map-number")
    assert marks.all_inner_texts() == ["1", "2", "3"]
    window.repaint(window.page.get_by_test_id("stNumberInputStepUp").click)
    assert marks.count() == 4
