"""The figure of a plan: who is within reach before, who would be, and where the sites are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import plan_view, wording
from geo.figures.map_kinds import Told, picture_of, sites_of
from geo.figures.map_panel import map_panel
from geo.map_view import place_text
from geo.site_plan import KINDS

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.figures.content import Picture
    from geo.maps.legend import Section
    from geo.scope import Scope


def told_plan(answers: Answers, scope: Scope) -> Told:
    """
    Return what the figure of a plan says.

    Raises
    ------
    InputError
        If there is no plan: no population points, no candidate, or a list that cannot be read.
    """
    plan = plan_view.require_plan(answers, scope)
    steps = scope.plan.shown == "steps"
    sentence = plan_view.where_sentence(answers, scope, plan)
    names = [f"{mark} {name}" for _, _, mark, name in plan_view.plan_marks(plan, scope)]
    gains = plan_view.shown_gains(answers, plan, scope)
    counted = (
        f"n = {plan.people:,} residents ({answers.edition.population_year}), "
        f"{plan.people_before:,} within reach "
    )
    lines = [f"{row['name']}: {int(row['people_gained']):,}" for _, row in gains.iterrows()]
    return Told(
        scope,
        f"{place_text(answers, scope)}: {KINDS[scope.plan.kind]}, where next; facilities of "
        f"{answers.edition.listed}",
        sentence,
        "Best set: exact maximal covering location problem; step by step: greedy.",
        f"{counted}before. Sites: {wording.listing(names)}.",
        f"Within reach: {scope.minutes} minutes, estimated from straight-line distance, off by "
        f"{answers.travel_time.mean_absolute_error_minutes:.1f} on average. Whether a site can be "
        "opened or staffed is not known here.",
        f"Map. {sentence}",
        f"Map. {sentence} People newly within reach: {'; '.join(lines)}.",
        answers.edition.plan_sources,
        "plan-steps" if steps else "plan-best-set",
        "",
    )


def plan_picture(answers: Answers, scope: Scope) -> tuple[Picture, tuple[Section, ...]]:
    """Return the map of a plan and its legend."""
    plan = plan_view.require_plan(answers, scope)
    seen = plan_view.plan_map(answers, scope, plan)
    sites = sites_of(answers, scope, seen)
    panel = map_panel(answers.reader, seen, sites, plan_view.plan_marks(plan, scope))
    return picture_of(panel), seen.legend
