"""The scope in a URL: written, read back, every wrong value named."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from geo.analysis import THRESHOLDS_MINUTES
from geo.figures.sizes import SIZES
from geo.gaps import CLASS_CODES
from geo.maps.state import COLOUR_BY, OVERLAYS
from geo.scenario import Scenario
from geo.scope import (
    EARLIEST_AS_OF,
    FACILITIES,
    FIGURE_KINDS,
    LEVELS,
    MOST_SITES,
    PLAN_CANDIDATES,
    PLAN_PARTS,
    PLAN_SHOWN,
    PROGRAMS,
    Scope,
    fit_period,
)
from geo.site_plan import DEMANDS, KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from geo.measures import Measure
    from geo.regions import Region

_SEPARATOR: Final = "."
_CHOICES: Final[dict[str, tuple[str, str, Collection[str]]]] = {
    "rows": ("gaps", "level", LEVELS),
    "part": ("plan", "part", PLAN_PARTS),
    "site": ("plan", "kind", KINDS),
    "candidates": ("plan", "candidates", PLAN_CANDIDATES),
    "demand": ("plan", "demand", DEMANDS),
    "show": ("plan", "shown", PLAN_SHOWN),
    "figure": ("figure", "kind", FIGURE_KINDS),
    "size": ("figure", "size", SIZES),
    "program": ("figure", "program", PROGRAMS),
}
"""Parameters that choose one of a list: part of the scope, its field, the list."""
T = TypeVar("T")


def to_query(scope: Scope, default: Scope) -> dict[str, str]:
    """Return the URL parameters that restore a scope; defaults but the day are left out."""
    full, plain = _texts(scope), _texts(default)
    query = {name: text for name, text in full.items() if text != plain[name]}
    if query:
        query["as_of"] = full["as_of"]  # a shared address keeps its day when newer evidence comes
    return query


def from_query(
    query: Mapping[str, str],
    *,
    default: Scope,
    measures: Mapping[str, Measure],
    regions: Mapping[str, Region],
    areas: Collection[str],
    supposable: Mapping[str, Collection[str]] = MappingProxyType({}),
    overlays: Collection[str] = tuple(OVERLAYS),
) -> tuple[Scope, list[str]]:
    """
    Return the scope of a URL, and a sentence for each value that cannot be used.

    Parameters
    ----------
    query : mapping of str to str
        URL parameters.
    default : Scope
        Of a first visit; its day is the newest `as_of`.
    measures : mapping of str to Measure
        Those there are.
    regions : mapping of str to Region
        Those there are.
    areas : collection of str
        Every area_id of a municipality.
    supposable : mapping of str to collection of str
        Per field of `Scenario` the identifiers there are.
    overlays : collection of str
        Layers there are.

    Returns
    -------
    scope : Scope
        With the default in place of every value that cannot be used.
    problems : list of str
        Each names the parameter, the value and what is used instead.
    """
    scope, problems, today = default, [], default.as_of

    def take(name: str, apply: Callable[[str, Scope], Scope], expected: str) -> None:
        nonlocal scope
        text = query.get(name)
        if text is None:
            return
        try:
            scope = apply(text, scope)
        except (ValueError, LookupError):
            problems.append(
                f"The address says {name} = “{text[:60]}”, which is not {expected}. "
                f"The default is shown instead."
            )

    take("region", lambda text, old: replace(old, region=_one_of(text, regions)), "a known region")
    region = regions[scope.region]
    take(
        "counties",
        lambda text, old: replace(
            old,
            counties=tuple(
                dict.fromkeys(_one_of(one, region.counties) for one in text.split(_SEPARATOR))
            ),
        ),
        f"a list of counties of {region.label}",
    )
    take("measure", lambda text, old: replace(old, measure=_one_of(text, measures)), "a measure")
    measure = measures[scope.measure]
    first, last = fit_period(measure, scope.start, scope.end)
    scope = replace(scope, start=first, end=last)
    years = range(measure.first_year, measure.last_year + 1)
    span = f"a year from {measure.first_year} to {measure.last_year}"
    take("start", lambda text, old: replace(old, start=_one_of(int(text), years)), span)
    take("end", lambda text, old: replace(old, end=_one_of(int(text), years)), span)
    if scope.start > scope.end:
        problems.append(
            f"The address starts the period in {scope.start}, after its end {scope.end}. "
            f"{first} to {last} is shown instead."
        )
        scope = replace(scope, start=first, end=last)
    take("as_of", lambda text, old: replace(old, as_of=_day(text, today)), f"a day up to {today}")
    take(
        "minutes",
        lambda text, old: replace(old, minutes=_one_of(int(text), THRESHOLDS_MINUTES)),
        "15, 20 or 30",
    )
    take(
        "facilities",
        lambda text, old: replace(old, facilities=_one_of(text, FACILITIES)),
        "treatment or otp",
    )
    take(
        "colour",
        lambda text, old: replace(
            old, layers=replace(old.layers, colour_by=_one_of(text, COLOUR_BY))
        ),
        f"one of {', '.join(COLOUR_BY)}",
    )
    take(
        "layers",
        lambda text, old: replace(
            old,
            layers=replace(
                old.layers,
                overlays=_some_of(text, overlays),
            ),
        ),
        f"a list of {', '.join(overlays)}",
    )
    take(
        "area",
        lambda text, old: replace(old, area=_one_of(text, [*region.counties, *areas])),
        "a known county or municipality",
    )
    take(
        "robust",
        lambda text, old: replace(
            old, gaps=replace(old.gaps, robust_only=_one_of(text, ("no", "yes")) == "yes")
        ),
        "yes or no",
    )
    take(
        "classes",
        lambda text, old: replace(old, gaps=replace(old.gaps, classes=_some_of(text, CLASS_CODES))),
        "a list of gap classes",
    )
    take(
        "k",
        lambda text, old: replace(
            old, plan=replace(old.plan, count=_one_of(int(text), range(1, MOST_SITES + 1)))
        ),
        f"a number from 1 to {MOST_SITES}",
    )
    for name, (part, field, choices) in _CHOICES.items():
        take(name, _choose(part, field, choices), f"one of {', '.join(choices)}")
    for one in fields(Scenario):
        known = supposable.get(one.name, ())
        take(one.name, _suppose(one.name, known), "a list of what the data holds")
    unknown = sorted(set(query) - set(_texts(scope)))
    problems += [
        f"The address has an unknown part: {name[:40]}. It is left out." for name in unknown
    ]
    return scope, problems


def _choose(part: str, field: str, known: Collection[str]) -> Callable[[str, Scope], Scope]:
    def apply(text: str, old: Scope) -> Scope:
        changed = replace(getattr(old, part), **{field: _one_of(text, known)})
        changes: dict[str, Any] = {part: changed}
        return replace(old, **changes)

    return apply


def _suppose(name: str, known: Collection[str]) -> Callable[[str, Scope], Scope]:
    def apply(text: str, old: Scope) -> Scope:
        changes: dict[str, Any] = {name: _some_of(text, known)}
        return replace(old, scenario=replace(old.scenario, **changes))

    return apply


def _texts(scope: Scope) -> dict[str, str]:
    return {
        "region": scope.region,
        "counties": _SEPARATOR.join(scope.counties),
        "measure": scope.measure,
        "start": str(scope.start),
        "end": str(scope.end),
        "as_of": scope.as_of.isoformat(),
        "minutes": str(scope.minutes),
        "facilities": scope.facilities,
        "colour": scope.layers.colour_by,
        "layers": _SEPARATOR.join(scope.layers.overlays),
        "area": scope.area,
        "rows": scope.gaps.level,
        "classes": _SEPARATOR.join(scope.gaps.classes),
        "robust": "yes" if scope.gaps.robust_only else "no",
        "part": scope.plan.part,
        "site": scope.plan.kind,
        "candidates": scope.plan.candidates,
        "demand": scope.plan.demand,
        "k": str(scope.plan.count),
        "show": scope.plan.shown,
        "figure": scope.figure.kind,
        "size": scope.figure.size,
        "program": scope.figure.program,
        **{name: _SEPARATOR.join(chosen) for name, chosen in asdict(scope.scenario).items()},
    }


def _one_of(value: T, known: Collection[T]) -> T:
    if value not in known:
        raise LookupError(value)
    return value


def _some_of(text: str, known: Collection[str]) -> tuple[str, ...]:
    chosen = [_one_of(one, known) for one in text.split(_SEPARATOR) if one]
    return tuple(one for one in known if one in chosen)


def _day(text: str, today: date) -> date:
    day = date.fromisoformat(text)
    if not EARLIEST_AS_OF <= day <= today:
        raise ValueError(text)
    return day
