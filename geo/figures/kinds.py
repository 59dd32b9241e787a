"""The figures there are, from answers and a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.exports import export_of
from geo.figures.chart_kinds import compare_picture, told_compare, told_trend, trend_picture
from geo.figures.content import NO_EDITS, Content, Edits, Picture, checked
from geo.figures.map_kinds import Told, map_picture, small_maps_picture, told_map
from geo.figures.plan_kind import plan_picture, told_plan
from geo.maps.legend import Section
from geo.provenance import provenance
from geo.site_plan import KINDS

if TYPE_CHECKING:
    from datetime import date

    from geo.answers import Answers
    from geo.scope import Scope


def figure_content(
    answers: Answers,
    scope: Scope,
    kind: str,
    *,
    page: str,
    made_on: date,
    edits: Edits = NO_EDITS,
) -> Content:
    """
    Return a figure before it is drawn.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    kind : str
        A key of `FIGURE_KINDS`.
    page : str
        Address of the app's page, for the address that restores the view.
    made_on : datetime.date
        Day the figure is made: the access date of the citation.
    edits : Edits
        A person's words.

    Returns
    -------
    Content

    Raises
    ------
    InputError
        If there is nothing to draw, or an edit cannot be used.
    """
    edits = checked(edits)
    told, picture, legend = _told(answers, scope, kind)
    told_title = f"What if: {told.title}" if scope.scenario else told.title
    title = edits.title or told_title
    supposed = Section("What if", note="+ added, × taken away; not the record.")
    reach = KINDS[scope.plan.kind] if kind == "plan" else ""
    origin = provenance(
        answers, told.scope, title, source_ids=told.source_ids, page=page, reach=reach
    )
    caution = told.caution
    if origin.what_if:
        caution = f"WHAT IF, not the record: {origin.what_if}. {caution}"
        legend = (*legend, supposed)
    return Content(
        kind=kind,
        title=title,
        subtitle=edits.subtitle or told.subtitle,
        picture=picture,
        legend=legend,
        method=told.method,
        counted=told.counted,
        caution=caution,
        note=edits.note,
        author=edits.author,
        origin=origin,
        source_ids=told.source_ids,
        made_on=made_on,
        alt=told.alt,
        description=told.description,
        numbers=export_of(answers, told.scope, told.numbers, page),
        level=told.level,
    )


def _told(answers: Answers, scope: Scope, kind: str) -> tuple[Told, Picture, tuple[Section, ...]]:
    if kind == "trend":
        return told_trend(answers, scope), trend_picture(answers, scope), ()
    if kind == "compare":
        return told_compare(answers, scope), compare_picture(answers, scope), ()
    if kind == "plan":
        return told_plan(answers, scope), *plan_picture(answers, scope)
    told = told_map(answers, scope, "need" if kind == "maps" else kind)
    draw = small_maps_picture if kind == "maps" else map_picture
    return told, *draw(answers, told.scope)
