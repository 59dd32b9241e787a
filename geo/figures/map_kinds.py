"""Figures that are maps: need, police naloxone, gaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import gap_view, wording
from geo import overview as view
from geo.comparison import compared_counties
from geo.errors import InputError
from geo.figures.content import Picture
from geo.figures.map_furniture import draw_locator, draw_scale_strip
from geo.figures.map_panel import draw_map, map_panel
from geo.figures.map_words import (
    areas_counted,
    by_county,
    county_lines,
    need_caution,
    need_counted,
)
from geo.figures.sheet import Box
from geo.figures.typeface import line_in
from geo.gaps import NOT_KNOWN
from geo.map_view import high_need_period, map_view, place_text, share_under
from geo.maps.state import Layers
from geo.maps.style import GAP_LOOKS, HIGH_NEED_COLOUR, POLICE_LOOKS, pattern_only
from geo.maps.units import units_sentence
from geo.reach import reach_of
from geo.robustness import GRID_SIZE
from geo.scenario import scenario_marks
from geo.scope import GapFilter
from geo.sites import listed_facilities, walk_in_stations

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.figures.map_panel import MapPanel
    from geo.figures.sheet import Sheet
    from geo.map_view import MapView
    from geo.maps.legend import Section
    from geo.scope import Scope

COLOUR_OF: Final = {"need": "need", "police": "police", "gap": "gaps"}
STRIP_LINES: Final = 2.2
POLICE_PATTERNS: Final = tuple(pattern_only(look) for look in POLICE_LOOKS)
MOST_NAMED: Final = 8


@dataclass(frozen=True)
class Told:
    """
    The words and numbers that differ from kind to kind.

    Parameters
    ----------
    scope : Scope
        With the layers of the figure.
    title, subtitle, method, counted, caution, alt, description : str
        As in `Content`.
    source_ids : tuple of str
    numbers : str
        A key of `EXPORTS`: the table behind the figure.
    level : str
    """

    scope: Scope
    title: str
    subtitle: str
    method: str
    counted: str
    caution: str
    alt: str
    description: str
    source_ids: tuple[str, ...]
    numbers: str
    level: str


def told_map(answers: Answers, scope: Scope, kind: str) -> Told:
    """
    Return what a map figure says.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    kind : {"need", "police", "gap"}

    Raises
    ------
    InputError
        If there is nothing to draw.
    """
    scope = replace(scope, layers=Layers(COLOUR_OF[kind], scope.layers.overlays))
    if kind == "need":
        return _told_need(answers, scope)
    areas = map_view(answers, scope).areas
    edition, place = answers.edition, place_text(answers, scope)
    if areas.empty or (kind == "gap" and areas["gap_code"].isin(NOT_KNOWN).all()):
        why = edition.why_no_gaps(place) if kind == "gap" else edition.why_blank(place)
        msg = f"nothing to draw. {why} Choose other counties, or another figure"
        raise InputError(msg)
    return _told_gaps(answers, scope, areas) if kind == "gap" else _told_police(answers, scope)


def map_picture(answers: Answers, scope: Scope) -> tuple[Picture, tuple[Section, ...]]:
    """Return the picture of a scope's map, and its legend."""
    seen = map_view(answers, scope)
    marks = scenario_marks(answers.reader, scope.scenario)
    panel = map_panel(answers.reader, seen, sites_of(answers, scope, seen), marks)
    return picture_of(panel), drawn_legend(panel)


def small_maps_picture(answers: Answers, scope: Scope) -> tuple[Picture, tuple[Section, ...]]:
    """Return a map per compared county, side by side in the same colours, and their legend."""
    counties = compared_counties(answers, scope)
    panels = []
    for county in counties:
        alone = replace(scope, counties=(county,))
        seen = map_view(answers, alone)
        panels.append(map_panel(answers.reader, seen, sites_of(answers, alone, seen)))
    columns = 2 if len(panels) in (2, 4) else 3
    rows = -(-len(panels) // columns)

    def draw(sheet: Sheet, box: Box, size_pt: float) -> None:
        line, strip = line_in(size_pt), STRIP_LINES * line_in(size_pt)
        width, height = box.width / columns, box.height / rows
        for number, panel in enumerate(panels):
            left = box.left + number % columns * width
            top = box.top - number // columns * height
            sheet.write([_name(answers, panel)], left, top, size_pt, bold=True)
            bottom = top - height
            room = Box(left, bottom + strip, width - line, height - strip - 1.4 * line)
            metres = draw_map(sheet, room, panel, size_pt)
            draw_scale_strip(sheet, Box(left, bottom, width - line, strip), metres, size_pt)

    words = "Transverse Mercator centred on each county, NAD83; north at the centre"
    picture = Picture(columns / rows, draw, None, words)
    return picture, map_view(answers, replace(scope, counties=counties)).legend


def _name(answers: Answers, panel: MapPanel) -> str:
    return f"{answers.county_names[panel.view.counties[0]]} County"


def picture_of(panel: MapPanel) -> Picture:
    """Return the picture of a prepared map."""

    def draw(sheet: Sheet, box: Box, size_pt: float) -> None:
        strip = STRIP_LINES * line_in(size_pt)
        metres = draw_map(
            sheet, Box(box.left, box.bottom + strip, box.width, box.height - strip), panel, size_pt
        )
        below = Box(box.left, box.bottom, box.width, strip)
        draw_scale_strip(sheet, below, metres, size_pt)

    def inset(sheet: Sheet, box: Box, size_pt: float) -> None:
        del size_pt
        draw_locator(sheet, box, panel.counties, panel.view.counties)

    is_whole_state = len(panel.view.counties) == len(panel.counties)
    return Picture(panel.aspect, draw, None if is_whole_state else inset, panel.projection.words)


def sites_of(answers: Answers, scope: Scope, seen: MapView) -> pd.DataFrame:
    """Return the sites of a map: longitude, latitude, kind_code."""
    listed = listed_facilities(answers.reader)
    kind = listed["kind_code"].where(listed["is_counted"], "older")
    shown = set(seen.layers.overlays) & {"otp", "treatment"}
    listed = listed.assign(kind_code=kind)[listed["kind_code"].isin(shown)]
    stations = walk_in_stations(answers.reader, scope.as_of)
    stations = stations[stations["site_id"].isin(seen.walk_in)]
    columns = ["longitude", "latitude", "kind_code"]
    return pd.concat([listed[columns], stations[columns]], ignore_index=True)


def _told_need(answers: Answers, scope: Scope) -> Told:
    measure = answers.measures[scope.measure]
    shown = view.overview(answers, scope, theme="light")
    need = answers.need(scope.measure, scope.start, scope.end)
    counties = list(scope.chosen_counties(answers.regions[scope.region]))
    rows = need.reindex(counties)
    table = view.county_table(answers, scope)
    if rows["person_years"].isna().all():
        msg = (
            f"nothing to draw: {measure.label} has no row for {place_text(answers, scope)}; choose "
            "another measure"
        )
        raise InputError(msg)
    is_small = measure.kind == "units"
    caution = units_sentence(answers, counties) if is_small else need_caution(rows)
    return Told(
        scope,
        shown.title,
        f"{counties_text(answers, scope)}{measure.unit.capitalize()}, by "
        f"{'tract group' if is_small else 'county'}. {measure.help_text}",
        _need_method(answers, scope),
        need_counted(rows, measure.events),
        f"{caution} {_dates(answers, scope)}",
        f"Map. {shown.sentence}",
        f"Map. {shown.sentence} {county_lines(answers, table)}",
        (
            measure.source_id,
            *answers.edition.estimates,
            *_overlay_sources(answers, map_view(answers, scope)),
        ),
        "counties",
        "county",
    )


def _need_method(answers: Answers, scope: Scope) -> str:
    measure = answers.measures[scope.measure]
    if measure.kind == "hotspot":
        return (
            "Classes: probability by a gamma-Poisson model that the county’s rate is above "
            f"{answers.edition.place}’s (at least 0.95: high; above 1.25 times it: very high; at "
            "most 0.05: low)."
        )
    if measure.kind == "units":
        return (
            "Classes: Getis-Ord G* of the published rates of groups of census tracts, permutation "
            "p-values with false-discovery control (5 %, 10 % lighter)."
        )
    rows = answers.reader.read("class_break")
    method = rows.loc[rows["measure_code"] == measure.breaks, "method"].iloc[0]
    return f"Classes: {method}; the same limits for every county and year."


def _told_police(answers: Answers, scope: Scope) -> Told:
    seen = map_view(answers, scope)
    shares = "; ".join(
        f"{look.label.lower()}: {share_under(seen.areas, look.code)}"
        for look in seen.legend[0].looks
    )
    day = wording.day_text(scope.as_of)
    place = place_text(answers, scope)
    searched = int((seen.areas["naloxone_code"] == "not_documented").sum())
    return Told(
        scope,
        f"{place}: police documented to carry naloxone, as of {day}",
        f"{counties_text(answers, scope)}By the jurisdiction of the primary police agency; newest "
        "dated public source of each.",
        "Classes: status by dated public sources. Nothing documented means unknown, not no.",
        areas_counted(seen.areas, answers.edition.population_year),
        f"{searched} municipalities are under a department of which nothing is documented. "
        f"{_dates(answers, scope)}",
        f"Map of {place}, as of {day}. {shares}.",
        f"Map of {place}, as of {day}. {shares}. {by_county(answers, seen.areas)}",
        (*answers.edition.police_sources, *_overlay_sources(answers, seen)),
        "municipalities",
        "municipality",
    )


def _told_gaps(answers: Answers, scope: Scope, areas: pd.DataFrame) -> Told:
    scope = replace(scope, gaps=GapFilter())
    shown = view.overview(answers, scope, theme="light")
    table = gap_view.scoped_gaps(answers, scope)
    robust = int(table["is_robust"].sum())
    period = wording.period_text(*high_need_period(answers, scope))
    what = "any listed facility" if scope.facilities == "treatment" else "OTPs only"
    place, day = place_text(answers, scope), wording.day_text(scope.as_of)
    hidden = len(scope.chosen_counties(answers.regions[scope.region]))
    hidden -= areas["county_geoid"].nunique()
    missing = f" {hidden} chosen counties are not compiled and stay blank." if hidden else ""
    reach = reach_of(answers, scope)
    words = {look.code: look.label.lower() for look in GAP_LOOKS}
    counts = areas["gap_code"].value_counts()
    listed = "; ".join(
        f"{words[code]}: {int(counts.get(code, 0))} municipalities" for code in list(words)[:4]
    )
    return Told(
        scope,
        f"{place}: where police naloxone and treatment do not reach, as of {day}",
        f"{counties_text(answers, scope)}Gaps by municipality: the primary police are not "
        f"documented to carry naloxone, or most residents live over {scope.minutes} "
        f"{reach.word_of(scope.facilities)} minutes from treatment ({what}). High need: "
        f"overdose deaths {period}.",
        "Classes: by definition; nothing documented means unknown, not no.",
        areas_counted(areas, answers.edition.population_year),
        f"{robust} municipalities keep their class under all {GRID_SIZE} combinations of "
        f"threshold, facilities, announcements, years and hotspot cut. {reach.sentence} "
        f"{_dates(answers, scope)}{missing}",
        f"Map. {shown.sentence}",
        f"Map. {shown.sentence} {listed}. {by_county(answers, areas)}",
        (*answers.edition.gap_sources, *answers.edition.deaths),
        "gaps",
        "municipality",
    )


def _overlay_sources(answers: Answers, seen: MapView) -> tuple[str, ...]:
    shown = set(seen.layers.overlays)
    police = answers.edition.evidence if shown & {"stripes", "walk_in"} else ()
    facilities = answers.edition.facilities if shown & {"otp", "treatment"} else ()
    clusters = answers.edition.deaths if seen.clusters else ()
    return (*police, *facilities, *clusters)


def _dates(answers: Answers, scope: Scope) -> str:
    listed = answers.edition.listed
    facilities = f"facilities as listed in {listed}, not the same as open"
    day, has_stations = wording.day_text(scope.as_of), "walk_in" not in answers.unlisted
    dated = f"Police evidence{' and walk-in stations' if has_stations else ''} as of {day}"
    lists = [facilities if listed else "no list of facilities"]
    lists += [] if has_stations else ["no list of walk-in stations"]
    return f"{dated}; {'; '.join(lists)}."


def drawn_legend(panel: MapPanel) -> tuple[Section, ...]:
    """Return the legend of a map without the symbols and lines that are not on it."""
    west, south, east, north = panel.extent
    there = set(panel.sites.cx[west:east, south:north]["kind_code"])
    kept = []
    for section in panel.view.legend:
        if panel.areas.empty and any(look in POLICE_PATTERNS for look in section.looks):
            continue  # no jurisdiction is compiled: no pattern would say something
        symbols = tuple(one for one in section.symbols if one.code in there)
        high = HIGH_NEED_COLOUR
        rings = tuple(one for one in section.rings if one.colour != high or panel.view.high)
        if section.looks or symbols or rings or section.note:
            kept.append(replace(section, symbols=symbols, rings=rings))
    return tuple(kept)


def counties_text(answers: Answers, scope: Scope) -> str:
    """Return the counties by their names where a line has room for them, and the state."""
    chosen = scope.chosen_counties(answers.regions[scope.region])
    if place_text(answers, scope) == answers.edition.place:
        return ""
    if scope.counties or len(chosen) > MOST_NAMED:
        return f"{answers.edition.place}. "
    names = wording.listing([answers.county_names[one] for one in chosen])
    return f"{names} Counties, {answers.edition.place}. "
