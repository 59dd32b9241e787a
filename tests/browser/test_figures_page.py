"""The page of figures in a real browser: reached by a click, seen as it comes out, downloaded."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

pytestmark = pytest.mark.browser

SHOWN = "[data-testid=stImage] img"


def shown(window, query=""):
    window.page.goto(f"{window.address}/figures{query}")
    window.page.locator(SHOWN).wait_for()
    window.page.wait_for_function(f"document.querySelector('{SHOWN}').naturalWidth > 0")
    return window


def download(window, label):
    with window.page.expect_download() as found:
        window.page.get_by_role("button", name=label, exact=True).click()
    return found.value


def test_one_click_from_the_gaps_to_their_figure_and_its_files(visit, tmp_path):
    window = visit().open("gaps?counties=26087")
    window.page.get_by_role("button", name="Make a figure of this").click()
    window.page.wait_for_url("**/figures**counties=26087**")
    window.page.locator(SHOWN).wait_for()
    png = download(window, "PNG, 300 dpi")
    png.save_as(tmp_path / "figure.png")
    assert png.suggested_filename.startswith("gap-Lapeer-as-of-")
    with Image.open(tmp_path / "figure.png") as picture:
        assert picture.info["dpi"][0] == pytest.approx(300, abs=0.1)
        assert window.address in picture.text["Source"]
        assert "counties=26087" in picture.text["Source"]
    download(window, "Everything, zip").save_as(tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        assert archive.testzip() is None
        assert "document.docx" in archive.namelist()
    assert window.outside == []
    assert window.errors == []


def test_the_picture_shown_is_the_file(visit, tmp_path):
    window = shown(visit(), "?figure=trend&area=26049&size=journal")
    shape = window.page.evaluate(
        f"[document.querySelector('{SHOWN}')].map((one) => one.naturalWidth / one.naturalHeight)[0]"
    )
    download(window, "PNG, 300 dpi").save_as(tmp_path / "figure.png")
    with Image.open(tmp_path / "figure.png") as picture:
        assert picture.width / picture.height == pytest.approx(shape, rel=0.01)


def test_own_title_changes_the_picture_and_the_file(visit, tmp_path):
    window = shown(visit(), "?counties=26087")
    before = window.page.locator(SHOWN).get_attribute("src")
    window.page.get_by_text("Your own words").click()
    box = window.page.get_by_label("Title, in place of ours; at most 160 letters", exact=True)
    box.fill("Where Lapeer waits")
    box.press("Control+Enter")
    window.page.wait_for_function(f"document.querySelector('{SHOWN}').src !== '{before}'")
    window.page.wait_for_timeout(300)
    download(window, "PDF").save_as(tmp_path / "figure.pdf")
    with pikepdf.open(tmp_path / "figure.pdf") as pdf:
        assert str(pdf.docinfo.Title) == "Where Lapeer waits"


def test_fact_sheets_of_five_counties_in_one_click(visit, tmp_path):
    window = shown(visit())
    download(window, "Fact sheets, PDF").save_as(tmp_path / "sheets.pdf")
    with pikepdf.open(io.BytesIO((tmp_path / "sheets.pdf").read_bytes())) as pdf:
        assert len(pdf.pages) == 6


@pytest.mark.parametrize("width", [1024, 390])
def test_the_page_fits_its_window_and_axe_finds_nothing_serious(visit, width):
    window = shown(visit(width=width, height=844))
    box = window.page.locator(SHOWN).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    found = Axe().run(window.page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
