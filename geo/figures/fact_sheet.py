"""One county on one page: three numbers, the map, the gaps, the trend, sources."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo import wording
from geo.errors import InputError
from geo.figures.formats import svg_of, typeset
from geo.figures.kinds import figure_content
from geo.figures.needs import needs
from geo.figures.page import draw_bare
from geo.gap_view import scoped_gaps
from geo.key_numbers import key_numbers
from geo.provenance import APP, source_line
from geo.reach import reach_of
from geo.scenario import scenario_words
from geo.scope import GapFilter
from geo.states import state_of

if TYPE_CHECKING:
    from datetime import date

    from geo.answers import Answers
    from geo.figures.content import Content
    from geo.scope import Scope

TEMPLATE: Final = Path(__file__).with_suffix(".typ")
MAP_IN: Final = (7.3, 3.5)
TREND_IN: Final = (3.55, 2.5)
TEXT_PT: Final = 6.5
MOST_GAPS: Final = 5
GAP_HEADING: Final = "Where police naloxone and treatment do not reach"
HEADINGS: Final = {
    "need": "Overdose hotspot and places of help",
    "police": "Police naloxone and places of help",
}
"""Of the maps of a county without gaps, the first that there is something of."""
NUMBERS: Final = {
    "Crude rate": "Crude rate",
    "Live where police are documented to carry naloxone": "Live where police",
    "Live far from an OTP": "from an OTP",
}
"""What to call each of the three where it is not compiled, and how its label is found."""


@dataclass(frozen=True)
class FactSheet:
    """
    What one page says.

    Parameters
    ----------
    title, subtitle : str
    numbers : tuple of dict
        value, label, detail.
    map_title, map, map_alt : str
        `map` is an SVG.
    trend, trend_alt, trend_note : str
        `trend` is an SVG, or empty where no year is in the source.
    gaps_title : str
    gaps : tuple of str
        A sentence each, worst first.
    unknown, sources : str
    """

    title: str
    subtitle: str
    numbers: tuple[dict[str, str], ...]
    map_title: str
    map: str
    map_alt: str
    trend: str
    trend_alt: str
    trend_note: str
    gaps_title: str
    gaps: tuple[str, ...]
    unknown: str
    sources: str


def fact_sheet(answers: Answers, scope: Scope, county: str, *, made_on: date) -> FactSheet:
    """
    Return the fact sheet of a county.

    Parameters
    ----------
    answers : Answers
    scope : Scope
        Period, threshold and day; its counties are left aside.
    county : str
        GEOID.
    made_on : datetime.date

    Returns
    -------
    FactSheet
        A map of need where gaps are not known for the county, of police naloxone where need is
        not known either, and says so.

    Raises
    ------
    InputError
        If there is nothing of the county to draw.
    """
    scope = replace(scope, counties=(county,), area=county, gaps=GapFilter())
    name = answers.county_names[county]
    gaps = scoped_gaps(answers, scope)
    drawn, heading = _map(answers, scope, made_on, has_gaps=not gaps.empty)
    found = needs(answers, scope, "plain")
    trend, trend_alt, trend_note = _trend(answers, scope, made_on)
    period = wording.period_text(scope.start, scope.end)
    word = reach_of(answers, scope).word_of()
    supposed = scenario_words(scope.scenario)
    warning = f" WHAT IF, not the record: {supposed}." if supposed else ""
    return FactSheet(
        f"{name} County, {state_of(county[:2]).name}",
        f"Overdose response fact sheet: need {period}, police evidence as of "
        f"{wording.day_text(scope.as_of)}, threshold {scope.minutes} {word} minutes.{warning}",
        tuple(_three(answers, scope)),
        heading,
        svg_of(draw_bare(drawn, *MAP_IN, TEXT_PT)),
        drawn.alt,
        trend,
        trend_alt,
        trend_note,
        "Gaps" if gaps.empty else f"Gaps: the worst of {len(gaps)} municipalities",
        tuple(gaps["sentence"].head(MOST_GAPS)) or (answers.edition.why_no_gaps("this county"),),
        " ".join(found.unknown),
        "; ".join(source_line(answers.sources[one]) for one in answers.edition.needs_sources) + ".",
    )


def fact_sheets_pdf(
    answers: Answers, scope: Scope, sheets: list[FactSheet], *, made_on: date, address: str
) -> bytes:
    """
    Return fact sheets as one PDF/UA-1: a page each, and contents before more than one.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    sheets : list of FactSheet
    made_on : datetime.date
    address : str
        Restores the view.

    Raises
    ------
    InputError
        If there is no sheet.
    """
    if not sheets:
        msg = "no county is chosen for a fact sheet"
        raise InputError(msg)
    alone = f": {sheets[0].title}" if len(sheets) == 1 else "s"
    content = {
        "title": f"Overdose response fact sheet{alone}",
        "subtitle": f"{len(sheets)} counties, police evidence as of "
        f"{wording.day_text(scope.as_of)}.",
        "author": APP,
        "citation": f"{APP}, data {answers.reader.data_hash}, accessed "
        f"{wording.day_text(made_on)}: {address}",
        "sheets": [asdict(one) for one in sheets],
    }
    return typeset(TEMPLATE.read_text(encoding="utf-8"), content=json.dumps(content))


def _three(answers: Answers, scope: Scope) -> list[dict[str, str]]:
    shown = key_numbers(answers, scope)
    found = []
    for label, wanted in NUMBERS.items():
        one = next((one for one in shown if wanted in one.label), None)
        told = {
            "value": answers.edition.blank_word,
            "label": label,
            "detail": "unknown for this county",
        }
        if one:
            told = {"value": one.value, "label": one.label, "detail": one.detail}
        found.append(told)
    return found


def _map(answers: Answers, scope: Scope, made_on: date, *, has_gaps: bool) -> tuple[Content, str]:
    """Return the first map there is something to draw of, and its heading: gaps, need, police."""
    kinds = {**({"gap": GAP_HEADING} if has_gaps else {}), **HEADINGS}
    for kind, heading in kinds.items():
        try:
            return _content(answers, scope, kind, made_on), heading
        except InputError as error:
            why = error
    raise why


def _content(answers: Answers, scope: Scope, kind: str, made_on: date) -> Content:
    return figure_content(answers, scope, kind, page="", made_on=made_on)


def _trend(answers: Answers, scope: Scope, made_on: date) -> tuple[str, str, str]:
    try:
        content = _content(answers, scope, "trend", made_on)
    except InputError as error:
        return "", "", f"{error}."
    drawn = svg_of(draw_bare(content, *TREND_IN, TEXT_PT))
    return drawn, content.alt, f"{content.subtitle} {content.counted} {content.caution}"
