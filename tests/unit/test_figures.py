"""Each figure, in each format, carries what a grant writer is asked for."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pikepdf
import pytest
from PIL import Image
from shapely import Point

from geo.errors import InputError
from geo.figures.content import MOST_LETTERS, Edits
from geo.figures.fact_sheet import fact_sheet, fact_sheets_pdf
from geo.figures.formats import svg_of, to_pdf, to_png, to_svg
from geo.figures.kinds import figure_content
from geo.figures.map_furniture import MILE_M, local_projection
from geo.figures.map_panel import WORST_GAP, draw_map, map_panel, names_on_map
from geo.figures.page import draw_page
from geo.figures.sheet import Box, Sheet
from geo.figures.sizes import SIZES
from geo.map_view import map_view
from geo.maps import style
from geo.maps.state import Layers
from geo.scope import FIGURE_KINDS, default_scope

PAGE = "https://county.example/figures"
MADE_ON = date(2026, 11, 24)
LAPEER, ALCONA, GENESEE, WAYNE = "26087", "26001", "26049", "26163"
SVG = "{http://www.w3.org/2000/svg}"
MAPS = ("gap", "need", "police")


@pytest.fixture(scope="module")
def scope(answers):
    return default_scope(answers.today)


def made(answers, scope, kind, **edits):
    return figure_content(answers, scope, kind, page=PAGE, made_on=MADE_ON, edits=Edits(**edits))


@pytest.fixture(scope="module", params=FIGURE_KINDS)
def content(request, answers, scope):
    return made(answers, scope, request.param)


@pytest.fixture(scope="module")
def svg(content):
    return ET.fromstring(to_svg(content, SIZES["half"]))


def squeezed(text):
    return re.sub(r"\s", "", text)


# --- the checklist


def test_the_title_names_place_measure_and_time(content):
    assert re.search(r"Hope Not Handcuffs counties|Genesee", content.title)
    assert re.search(r"\b20\d\d\b", content.title)


def test_every_text_of_the_checklist_stands_in_the_svg_as_text(content, svg, answers):
    svg_text = " ".join(one.text or "" for one in svg.iter(f"{SVG}text"))
    drawn = squeezed(svg_text)
    said = [
        content.title,
        content.subtitle,
        content.counted,
        content.method,
        content.caution,
        *content.origin.sources,
        content.citation,
        content.origin.address,
        answers.reader.data_hash,
        content.origin.version,
        "24 November 2026",
    ]
    for text in said:
        assert squeezed(text) in drawn, text
    assert content.counted.startswith("n = ")
    assert "accessed 2026-" in svg_text or "compiled 2026-" in svg_text
    for section in content.legend:
        for key in (*section.looks, *section.symbols, *section.rings):
            assert squeezed(key.label) in drawn


@pytest.mark.parametrize("kind", [*MAPS, "maps", "plan"])
def test_a_map_has_scale_north_and_projection(answers, scope, kind):
    root = ET.fromstring(to_svg(made(answers, scope, kind), SIZES["full"]))
    texts = [one.text or "" for one in root.iter(f"{SVG}text")]
    assert "N" in texts
    bars = [one for text in texts if (one := re.fullmatch(r"(\d+) mi \((\d+) km\)", text))]
    assert bars
    assert all(int(one[2]) == round(int(one[1]) * 1.609344) for one in bars)
    assert "Transverse Mercator" in " ".join(texts)


def test_svg_has_title_description_language_and_its_own_typeface(content, svg):
    assert svg.find(f"{SVG}title").text == content.title
    assert svg.find(f"{SVG}desc").text == content.description
    assert svg.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert svg.get("role") == "img"
    assert svg.find(f"{SVG}style").text.count("@font-face") == 2


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_png_has_300_dpi_its_size_and_its_words(answers, scope, size):
    content = made(answers, scope, "gap")
    image = Image.open(io.BytesIO(to_png(content, size)))
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert image.width == pytest.approx(size.width_in * 300, abs=1)
    if size.height_in:
        assert image.height == pytest.approx(size.height_in * 300, abs=1)
    assert image.text["Title"] == content.title
    assert image.text["Description"] == content.alt
    assert image.text["Source"] == content.origin.address


def test_pdf_is_tagged_with_title_language_alt_text_and_embedded_fonts(content):
    with pikepdf.open(io.BytesIO(to_pdf(content, SIZES["half"]))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("en")
        assert str(pdf.docinfo.Title) == content.title
        figures = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
        assert [str(one.Alt) for one in figures] == [content.alt]
        fonts = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in one or "/FontFile3" in one for one in fonts)
        width, _ = (float(side) for side in pdf.pages[0].MediaBox[2:])
        assert width == pytest.approx(SIZES["half"].width_in * 72, abs=0.5)
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        assert any(b"\nBT" in one.read_bytes() for one in streams), "text is drawn as outlines"


# --- alt text and description come from the data


def test_the_description_names_highest_lowest_and_what_is_missing(answers, scope):
    need = answers.need("hotspot", 2018, 2022)["rate_per_100k"]
    rates = need[list(answers.regions[scope.region].counties)]
    text = made(answers, scope, "need").description
    assert f"Highest: {answers.county_names[rates.idxmax()]} County" in text
    assert f"lowest: {answers.county_names[rates.idxmin()]} County" in text
    michigan = replace(scope, region="michigan")
    assert "not compiled for 78 of the 83 counties" in made(answers, michigan, "gap").description
    hidden = answers.need("hotspot", 2018, 2022)["years_suppressed"].sum()
    assert f"{hidden} county-years" in made(answers, michigan, "need").caution


# --- same colours as on screen, readable in grey


@pytest.mark.parametrize("kind", MAPS)
def test_the_figure_shows_the_looks_of_the_screen(answers, scope, kind):
    colour_by = {"gap": "gaps"}.get(kind, kind)
    seen = map_view(answers, replace(scope, layers=Layers(colour_by, scope.layers.overlays)))
    sheet = Sheet(6, 6)
    metres = draw_map(sheet, Box(0, 0, 6, 6), map_panel(answers.reader, seen, _no_sites()), 7)
    drawn = svg_of(sheet.figure).lower()
    assert metres == pytest.approx(max(panel_span(answers, seen)) / 6, rel=0.01)
    looks = [*seen.county_looks, *seen.area_looks]
    for colour in {one.colour for one in looks if one.colour}:
        assert f"fill: {colour}" in drawn
    patterns = {one.pattern for one in looks if one.pattern}
    assert not patterns or "url(#" in drawn


def panel_span(answers, seen):
    west, south, east, north = map_panel(answers.reader, seen, _no_sites()).extent
    return east - west, north - south


def lightness(colour):
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


@pytest.mark.parametrize(
    "looks",
    [
        [style.Look(colour, colour, colour) for colour in style.NEED_COLOURS],
        style.HOTSPOT_LOOKS,
        style.POLICE_LOOKS,
        style.GAP_LOOKS[:4],
    ],
    ids=["rates", "hotspots", "police", "gaps"],
)
def test_neighbouring_classes_differ_in_grey_or_in_pattern(looks):
    ordered = sorted(looks, key=lambda look: lightness(look.colour))
    for one, other in pairwise(ordered):
        apart = lightness(other.colour) - lightness(one.colour)
        assert apart >= 8 or one.pattern != other.pattern, (one.label, other.label, apart)


def test_in_grey_the_drawn_legend_keeps_its_classes_apart(answers, scope):
    content = made(answers, scope, "gap")
    grey = np.asarray(Image.open(io.BytesIO(to_png(content, SIZES["half"]))).convert("L"))
    shades = {look.code: round(lightness_to_grey(look.colour)) for look in style.GAP_LOOKS}
    for code in ("double_gap", "covered"):
        assert (np.abs(grey.astype(int) - shades[code]) <= 2).sum() > 500, code


def lightness_to_grey(colour):
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


# --- geometry


def test_the_scale_is_true_at_the_centre(answers, scope):
    panel = map_panel(
        answers.reader,
        map_view(answers, scope),
        sites=_no_sites(),
    )
    from pyproj import Geod, Transformer

    back = Transformer.from_crs(panel.projection.definition, "EPSG:4269", always_xy=True)
    (x0, y0), (x1, y1) = back.transform(0, 0), back.transform(10 * MILE_M, 0)
    _, _, metres = Geod(ellps="GRS80").inv(x0, y0, x1, y1)
    assert metres == pytest.approx(10 * MILE_M, rel=0.001)


def test_north_is_up_at_the_centre():
    from pyproj import Proj

    place = local_projection(-83.27, 42.71)
    factors = Proj(place.definition).get_factors(-83.3, 42.7)
    assert abs(factors.meridian_convergence) < 0.01


def _no_sites():
    import pandas as pd

    return pd.DataFrame({"longitude": [], "latitude": [], "kind_code": []})


# --- edits and bad input


def test_a_person_may_write_title_subtitle_note_and_author(answers, scope):
    words = {
        "title": "Zasięg pomocy: Ελλάδα",
        "subtitle": "Ours",
        "note": "Draft for the board",
        "author": "Lapeer County Health Department",
    }
    content = made(answers, replace(scope, counties=(LAPEER,)), "gap", **words)
    drawn = squeezed(to_svg(content, SIZES["journal"]).decode())
    for text in words.values():
        assert squeezed(text) in drawn
    assert content.origin.title == words["title"]


@pytest.mark.parametrize("name", MOST_LETTERS)
def test_a_text_that_is_too_long_is_named_with_its_limit(answers, scope, name):
    with pytest.raises(InputError, match=rf"the {name} has 500 letters.*{MOST_LETTERS[name]}"):
        made(answers, scope, "gap", **{name: "x" * 500})


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("kind", FIGURE_KINDS)
def test_every_figure_has_room_at_every_size_even_with_the_longest_words(
    answers, scope, kind, size
):
    words = {name: ("Wider words " * 40)[:most].strip() for name, most in MOST_LETTERS.items()}
    content = made(answers, scope, kind, **words)
    target = io.BytesIO()
    draw_page(content, size).savefig(target, dpi=150)
    grey = np.asarray(Image.open(target).convert("L"))
    edge = 6
    assert grey[:edge].min() == 255
    assert grey[-edge:].min() == 255
    assert grey[:, :edge].min() == 255
    assert grey[:, -edge:].min() == 255


def test_letters_the_typeface_lacks_are_named(answers, scope):
    with pytest.raises(InputError, match=r"the title has letters .*“漢”"):
        made(answers, scope, "gap", title="漢")


def test_a_view_with_nothing_to_draw_says_what_to_do(answers, scope):
    alcona = replace(scope, region="michigan", counties=(ALCONA,))
    with pytest.raises(InputError, match=r"not compiled for Alcona County\. Choose other counties"):
        made(answers, alcona, "gap")
    with pytest.raises(InputError, match="choose two to six counties"):
        made(answers, alcona, "compare")
    absent = replace(alcona, measure="provisional_2024", start=2024, end=2024)
    with pytest.raises(InputError, match="no row for Alcona County"):
        made(answers, absent, "need")


def test_the_legend_holds_only_what_is_on_the_map(answers, scope):
    alcona = replace(scope, region="michigan", counties=(ALCONA,))
    titles = [section.title for section in made(answers, alcona, "need").legend]
    partly = replace(scope, region="michigan", measure="provisional_2024", start=2024, end=2024)
    for view, is_told in ((partly, True), (scope, False)):
        looks = {look.code for part in made(answers, view, "need").legend for look in part.looks}
        assert ("missing" in looks) == is_told
    assert titles == ["Overdose deaths of residents, 2018 to 2022, by county"]
    lapeer = made(answers, replace(scope, counties=(LAPEER,)), "gap").legend
    assert not any(section.rings for section in lapeer)
    assert "otp" not in {one.code for section in lapeer for one in section.symbols}


def test_a_county_with_every_rate_suppressed_is_drawn_and_says_so(answers, scope):
    alcona = replace(
        scope, region="michigan", counties=(ALCONA,), measure="crude_rate", start=2019, end=2022
    )
    content = made(answers, alcona, "need")
    assert "Without a rate: 1 county." in content.caution
    assert "counts are suppressed" in content.alt
    assert len(to_png(content, SIZES["half"])) > 10_000
    assert "suppressed" in content.numbers.rows["rate_per_100k"].tolist()


def test_a_name_with_both_gaps_lies_in_its_area_where_it_fits_and_beside_it_elsewhere(
    answers, scope
):
    seen = replace(scope, counties=(LAPEER,), facilities="otp", layers=Layers("gaps", ()))
    panel = map_panel(answers.reader, map_view(answers, seen), _no_sites())
    placed = {one.label.text: one for one in names_on_map(panel, 6_000.0, 8.0, np.empty((0, 4)))}
    areas = panel.areas.set_index("name")
    double = panel.view.area_looks[panel.view.area_looks.map(lambda look: look.code) == WORST_GAP]
    inside = {
        name: areas.geometry[name].contains(Point(placed[name].x, placed[name].y))
        for name in panel.areas.loc[double.index, "name"]
        if name in placed
    }
    assert not inside["Clifford"], "a village of a mile: its name is beside it"
    fits = {name for name in inside if areas.geometry[name].area > 50e6}
    assert len(fits) >= 3
    assert all(inside[name] for name in fits)


def test_a_scenario_is_marked_on_the_figure(answers, scope):
    supposed = replace(scope, scenario=replace(scope.scenario, otp_at=("26087-2608704040",)))
    content = made(answers.under(supposed.scenario), supposed, "gap")
    assert content.title.startswith("What if: ")
    assert content.caution.startswith("WHAT IF, not the record: 1 OTP added")
    assert "WHAT IF, not the record" in content.numbers.block


# --- fact sheets


def test_five_counties_give_contents_and_five_pages(answers, scope):
    counties = answers.regions[scope.region].counties
    sheets = [fact_sheet(answers, scope, one, made_on=MADE_ON) for one in counties]
    content = fact_sheets_pdf(answers, scope, sheets, made_on=MADE_ON, address=PAGE)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 6
        assert pdf.Root.MarkInfo.Marked
        titles = [str(one.title) for one in pdf.open_outline().root]
    assert titles == [f"{answers.county_names[one]} County, Michigan" for one in counties]


@pytest.mark.parametrize("county", [ALCONA, WAYNE])
def test_a_county_fits_one_page_with_its_three_numbers(answers, scope, county):
    michigan = replace(scope, region="michigan")
    sheet = fact_sheet(answers, michigan, county, made_on=MADE_ON)
    content = fact_sheets_pdf(answers, michigan, [sheet], made_on=MADE_ON, address=PAGE)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
    assert len(sheet.numbers) == 3
    if county == ALCONA:
        assert sheet.gaps == ("Police evidence and travel times are not compiled for this county.",)
        assert [one["value"] for one in sheet.numbers][1:] == ["not compiled"] * 2
