"""The page of figures: alone, through the router, with edits and with nothing to draw."""

from __future__ import annotations

import pytest

from geo.figures.sizes import SIZES
from geo.scope import FIGURE_KINDS

PAGE = "pages/figures.py"
FILES = [
    "Everything, zip",
    "PNG, 300 dpi",
    "SVG",
    "PDF",
    "Word",
    "Numbers, CSV",
    "Numbers, Excel",
    "Areas, GeoJSON",
    "Areas, GeoPackage",
    "Sources and limits, text",
]


def buttons(app):
    return [one.proto.label for one in app.test.get("download_button")]


def picture(app):
    (image,) = app.test.get("image")
    return image.proto.imgs[0]


def test_alone_it_shows_the_gaps_of_the_region_with_every_file(open_app):
    app = open_app(PAGE)
    assert buttons(app) == [*FILES, "Fact sheets, PDF"]
    assert picture(app).alt.startswith("Map. Of 193 municipalities")
    assert any("5 pages and a contents page" in one.value for one in app.test.markdown)


@pytest.mark.parametrize("kind", FIGURE_KINDS)
def test_every_figure_opens_from_its_address(open_app, kind):
    app = open_app(PAGE, figure=kind, size="journal", counties="26087.26099", area="26087")
    assert app.test.selectbox(key="w_figure_kind").value == kind
    assert picture(app).url
    assert app.address()["figure"] == kind if kind != "gap" else "figure" not in app.address()


def test_own_words_are_taken_and_the_address_does_not_carry_them(open_app):
    app = open_app(PAGE)
    before = picture(app).url
    app.test.text_area(key="w_title").set_value("Our own title").run()
    assert picture(app).url != before
    assert "Our" not in str(app.address())


def test_a_title_of_500_letters_is_kept_and_its_limit_named(open_app):
    app = open_app(PAGE)
    app.test.text_area(key="w_title").set_value("x" * 500).run()
    assert "the title has 500 letters" in app.test.error[0].value
    assert "160: shorten it" in app.test.error[0].value
    assert len(app.test.text_area(key="w_title").value) == 500


def test_letters_that_cannot_be_drawn_are_named_and_nothing_else_is_lost(open_app):
    app = open_app(PAGE)
    app.test.text_area(key="w_title").set_value("漢字").run()
    assert "“漢”" in app.test.error[0].value
    assert app.test.text_area(key="w_title").value == "漢字"
    assert buttons(app) == ["Fact sheets, PDF"]


def test_a_county_without_compiled_gaps_says_what_to_choose(open_app):
    app = open_app(PAGE, region="michigan", counties="26001")
    assert "Choose other counties, or another figure" in app.test.error[0].value
    app.test.selectbox(key="w_figure_kind").set_value("need").run()
    assert not app.test.error
    assert buttons(app)[:4] == FILES[:4]


def test_too_many_counties_for_fact_sheets_are_sent_to_the_command(open_app):
    app = open_app(PAGE, region="michigan", figure="need")
    assert "python -m geo fact-sheets" in app.test.info[0].value


def test_a_wrong_figure_in_the_address_is_named(open_app):
    app = open_app(PAGE, figure="heat", size="huge", program="none")
    said = " ".join(one.value for one in app.test.warning)
    for word in ("heat", "huge", "none"):
        assert word in said
    assert app.test.selectbox(key="w_figure_size").value == next(iter(SIZES))


@pytest.mark.parametrize(
    ("page", "kinds"),
    [
        ("dashboard.py", ["need"]),
        ("pages/gaps.py", ["gap"]),
        ("pages/area_profile.py", ["trend", "gap"]),
        ("pages/compare.py", ["maps", "compare"]),
        ("pages/plan.py", ["plan"]),
    ],
)
def test_every_map_and_chart_leads_to_its_figure(open_app, page, kinds):
    app = open_app(page)
    for kind in kinds:
        assert app.test.button(key=f"w_make_{kind}")
