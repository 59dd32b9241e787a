"""What a view is about: the one scope that every page shares and the URL restores."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from geo.analysis import DEFAULT_MINUTES, THRESHOLDS_MINUTES
from geo.gaps import CLASS_CODES
from geo.maps.state import COLOUR_BY, DEFAULT_OVERLAYS, OVERLAYS, Layers
from geo.measures import DEFAULT_MEASURE, MEASURES
from geo.scenario import NOTHING_SUPPOSED, Scenario
from geo.site_plan import CANDIDATES, DEMANDS, KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from geo.regions import Region

DEFAULT_REGION: Final = "hope-not-handcuffs-2018"
DEFAULT_PERIOD: Final = (2018, 2022)
EARLIEST_AS_OF: Final = date(2015, 1, 1)
"""Before this day Michigan officers could not carry naloxone (Act 462 of 2014)."""
FACILITIES: Final = {"treatment": "Any listed facility", "otp": "OTPs only"}
LEVELS: Final = {"municipality": "Municipalities", "county": "Counties"}
"""Rows of a table."""
PLAN_PARTS: Final = {
    "where": "Where next",
    "status": "Whose status next",
    "kits": "Kits",
    "backtest": "Back-test",
    "what_if": "What if",
}
PLAN_CANDIDATES: Final = CANDIDATES | {"typed": "My own list"}
PLAN_SHOWN: Final = {"best": "Best set", "steps": "Step by step"}
MOST_SITES: Final = 10
_SEPARATOR: Final = "."
T = TypeVar("T")


@dataclass(frozen=True)
class GapFilter:
    """
    Which gaps are listed.

    Parameters
    ----------
    level : str
        A key of `LEVELS`: the rows.
    classes : tuple of str
        Of `CLASS_CODES`; empty for all.
    robust_only : bool
        Leave out what depends on choices.
    """

    level: str = "municipality"
    classes: tuple[str, ...] = ()
    robust_only: bool = False


@dataclass(frozen=True)
class PlanChoice:
    """
    What the plan page plans.

    Parameters
    ----------
    part : str
        A key of `PLAN_PARTS`.
    kind, candidates, demand : str
        Keys of `KINDS` of `geo.site_plan`, `PLAN_CANDIDATES`, `DEMANDS` of `geo.site_plan`.
    count : int
        Sites to place, 1 to `MOST_SITES`.
    shown : str
        A key of `PLAN_SHOWN`: which selection is listed and mapped.
    typed : str
        The reader's own list of candidates; stays in the session, not in the address.
    """

    part: str = "where"
    kind: str = "otp"
    candidates: str = "municipality"
    demand: str = "uncovered"
    count: int = 3
    shown: str = "best"
    typed: str = ""


@dataclass(frozen=True)
class Scope:
    """
    A view's parameters.

    Parameters
    ----------
    region : str
        Identifier of a region file.
    counties : tuple of str
        GEOIDs chosen; empty for all of the region.
    measure : str
        A key of `MEASURES`.
    start, end : int
        Years, both included.
    as_of : datetime.date
        Day the police evidence and the walk-in stations are for.
    minutes : int
        Threshold.
    facilities : str
        A key of `FACILITIES`: what counts as treatment for a gap.
    layers : Layers
        What the map shows.
    area : str
        County GEOID or area_id of the card, or empty.
    gaps : GapFilter
        Which rows the gaps page lists.
    plan : PlanChoice
    scenario : Scenario
        What is supposed; empty for the record.
    """

    region: str
    counties: tuple[str, ...]
    measure: str
    start: int
    end: int
    as_of: date
    minutes: int
    facilities: str
    layers: Layers
    area: str
    gaps: GapFilter = GapFilter()
    plan: PlanChoice = PlanChoice()
    scenario: Scenario = NOTHING_SUPPOSED

    def chosen_counties(self, region: Region) -> tuple[str, ...]:
        """Return the counties the view is about: those chosen, or all of the region."""
        return self.counties or region.counties


def default_scope(today: date) -> Scope:
    """Return the scope of a first visit."""
    return Scope(
        DEFAULT_REGION,
        (),
        DEFAULT_MEASURE,
        *DEFAULT_PERIOD,
        today,
        DEFAULT_MINUTES,
        "treatment",
        Layers("need", DEFAULT_OVERLAYS),
        "",
    )


def to_query(scope: Scope, today: date) -> dict[str, str]:
    """Return the URL parameters that restore a scope; defaults but the day are left out."""
    full, plain = _texts(scope), _texts(default_scope(today))
    query = {name: text for name, text in full.items() if text != plain[name]}
    if query:
        query["as_of"] = full["as_of"]  # a shared address keeps its day when newer evidence comes
    return query


def from_query(
    query: Mapping[str, str],
    *,
    regions: Mapping[str, Region],
    areas: Collection[str],
    today: date,
    supposable: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> tuple[Scope, list[str]]:
    """
    Return the scope of a URL, and a sentence for each value that cannot be used.

    Parameters
    ----------
    query : mapping of str to str
        URL parameters.
    regions : mapping of str to Region
        Those there are.
    areas : collection of str
        Every area_id of a municipality.
    today : datetime.date
        The day the evidence was compiled: the newest `as_of`.
    supposable : mapping of str to collection of str
        Per field of `Scenario` the identifiers there are.

    Returns
    -------
    scope : Scope
        With the default in place of every value that cannot be used.
    problems : list of str
        Each names the parameter, the value and what is used instead.
    """
    scope, problems = default_scope(today), []

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
    take("measure", lambda text, old: replace(old, measure=_one_of(text, MEASURES)), "a measure")
    measure = MEASURES[scope.measure]
    first, last = fit_period(scope.measure, scope.start, scope.end)
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
                overlays=_some_of(text, OVERLAYS),
            ),
        ),
        f"a list of {', '.join(OVERLAYS)}",
    )
    take(
        "area",
        lambda text, old: replace(old, area=_one_of(text, [*region.counties, *areas])),
        "a known county or municipality",
    )
    take(
        "rows",
        lambda text, old: replace(old, gaps=replace(old.gaps, level=_one_of(text, LEVELS))),
        f"one of {', '.join(LEVELS)}",
    )
    take(
        "classes",
        lambda text, old: replace(old, gaps=replace(old.gaps, classes=_some_of(text, CLASS_CODES))),
        "a list of gap classes",
    )
    take(
        "robust",
        lambda text, old: replace(
            old, gaps=replace(old.gaps, robust_only=_one_of(text, ("no", "yes")) == "yes")
        ),
        "yes or no",
    )

    def take_plan(name: str, field: str, known: Collection[str]) -> None:
        def apply(text: str, old: Scope) -> Scope:
            changes: dict[str, Any] = {field: _one_of(text, known)}
            return replace(old, plan=replace(old.plan, **changes))

        take(name, apply, f"one of {', '.join(known)}")

    take_plan("part", "part", PLAN_PARTS)
    take_plan("site", "kind", KINDS)
    take_plan("candidates", "candidates", PLAN_CANDIDATES)
    take_plan("demand", "demand", DEMANDS)
    take_plan("show", "shown", PLAN_SHOWN)
    take(
        "k",
        lambda text, old: replace(
            old, plan=replace(old.plan, count=_one_of(int(text), range(1, MOST_SITES + 1)))
        ),
        f"a number from 1 to {MOST_SITES}",
    )

    def take_scenario(name: str) -> None:
        def apply(text: str, old: Scope) -> Scope:
            changes: dict[str, Any] = {name: _some_of(text, supposable.get(name, ()))}
            return replace(old, scenario=replace(old.scenario, **changes))

        take(name, apply, "a list of what the data holds")

    for field in fields(Scenario):
        take_scenario(field.name)
    unknown = sorted(set(query) - set(_texts(scope)))
    problems += [
        f"The address has an unknown part: {name[:40]}. It is left out." for name in unknown
    ]
    return scope, problems


def fit_period(measure_id: str, start: int, end: int) -> tuple[int, int]:
    """Return the part of a period that a measure has years for, or all its years if none."""
    measure = MEASURES[measure_id]
    first, last = max(start, measure.first_year), min(end, measure.last_year)
    return (first, last) if first <= last else (measure.first_year, measure.last_year)


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
