"""What a view is about: the one scope that every page shares and the URL restores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from geo.analysis import DEFAULT_MINUTES
from geo.figures.sizes import DEFAULT_SIZE
from geo.maps.state import DEFAULT_OVERLAYS, Layers
from geo.measures import DEFAULT_MEASURE
from geo.scenario import NOTHING_SUPPOSED, Scenario
from geo.site_plan import CANDIDATES

if TYPE_CHECKING:
    from geo.measures import Measure
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
FIGURE_KINDS: Final = {
    "gap": "Map of gaps",
    "need": "Map of need",
    "police": "Map of police naloxone",
    "maps": "Maps of need side by side",
    "plan": "Map of the plan",
    "trend": "Trend of a county",
    "compare": "Trends side by side",
}
PROGRAMS: Final = {
    "plain": "No program in particular",
    "sor": "SAMHSA State Opioid Response (SOR)",
    "fr_cara": "SAMHSA First Responders, CARA (FR-CARA)",
    "rcorp": "HRSA Rural Communities Opioid Response (RCORP)",
    "cossup": "BJA COSSUP",
    "settlement": "Opioid settlement needs assessment",
}
"""Programs whose readers look for some facts first."""
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
class FigureChoice:
    """
    Which figure is made.

    Parameters
    ----------
    kind, size, program : str
        Keys of `FIGURE_KINDS`, `SIZES`, `PROGRAMS`.
    """

    kind: str = "gap"
    size: str = DEFAULT_SIZE
    program: str = "plain"


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
    figure : FigureChoice
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
    figure: FigureChoice = FigureChoice()

    def chosen_counties(self, region: Region) -> tuple[str, ...]:
        """Return the counties the view is about: those chosen, or all of the region."""
        return self.counties or region.counties


def default_scope(
    today: date, *, region: str = DEFAULT_REGION, period: tuple[int, int] = DEFAULT_PERIOD
) -> Scope:
    """Return the scope of a first visit: of the shipped tables, unless told otherwise."""
    return Scope(
        region,
        (),
        DEFAULT_MEASURE,
        *period,
        today,
        DEFAULT_MINUTES,
        "treatment",
        Layers("need", DEFAULT_OVERLAYS),
        "",
    )


def fit_period(measure: Measure, start: int, end: int) -> tuple[int, int]:
    """Return the part of a period that a measure has years for, or all its years if none."""
    first, last = max(start, measure.first_year), min(end, measure.last_year)
    return (first, last) if first <= last else (measure.first_year, measure.last_year)
