"""Sentences for an application: what the data says, with intervals, and what it does not know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import wording
from geo.coverage import coverage
from geo.gap_view import scoped_gaps
from geo.key_numbers import OAKLAND, OAKLAND_NOTE
from geo.map_view import high_need_period, place_text
from geo.rates import PER, poisson_interval
from geo.reach import reach_of
from geo.remember import remembered
from geo.scope import GapFilter
from geo.withheld import joined_ranges

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

FACTS: Final = ("deaths", "hotspots", "police", "treatment", "otp", "walk_in", "gaps")
ORDER: Final = {
    "plain": FACTS,
    "sor": ("deaths", "otp", "treatment", "hotspots", "gaps", "police", "walk_in"),
    "fr_cara": ("police", "deaths", "hotspots", "gaps", "walk_in", "treatment", "otp"),
    "rcorp": ("treatment", "otp", "deaths", "gaps", "police", "walk_in", "hotspots"),
    "cossup": ("police", "walk_in", "deaths", "gaps", "hotspots", "treatment", "otp"),
    "settlement": ("deaths", "gaps", "police", "treatment", "otp", "walk_in", "hotspots"),
}
"""Which facts come first for which reader; every order holds every fact."""


@dataclass(frozen=True)
class Needs:
    """
    A needs paragraph.

    Parameters
    ----------
    known : tuple of str
        Sentences on what the data says, in the order of the program.
    unknown : tuple of str
        Sentences on what it does not say.
    """

    known: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def text(self) -> str:
        """Both, as one paragraph each."""
        return " ".join(self.known) + "\n\n" + " ".join(self.unknown)


LISTS: Final = {
    "treatment": "treatment facilities",
    "otp": "opioid treatment programs",
    "walk_in": "walk-in stations",
}


@remembered
def needs(answers: Answers, scope: Scope, program: str) -> Needs:
    """
    Return the needs paragraph of a scope.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    program : str
        A key of `PROGRAMS`: which facts come first. The facts are the same for all.

    Returns
    -------
    Needs
        Facts that are not compiled for the counties are left out of what is known and named in
        what is not.
    """
    facts = {
        "deaths": _deaths(answers, scope),
        "hotspots": _hotspots(answers, scope),
        **_reach(answers, scope),
        "gaps": _gaps(answers, scope),
    }
    known = tuple(facts[one] for one in ORDER[program] if facts.get(one))
    return Needs(known, tuple(_unknown(answers, scope, has_reach="police" in facts)))


def _deaths(answers: Answers, scope: Scope) -> str:
    period = high_need_period(answers, scope)
    counties = list(scope.chosen_counties(answers.regions[scope.region]))
    rows = answers.need("crude_rate", *period).reindex(counties)
    rows = rows[rows["person_years"].notna()]
    if rows.empty:
        return ""
    low, high = int(rows["events_low"].sum()), int(rows["events_high"].sum())
    people = int(rows["person_years"].sum())
    place, years = place_text(answers, scope), wording.period_text(*period)
    if place != answers.edition.place:
        place = f"{place}, {answers.edition.place}"
    if low != high:
        return (
            f"In {place}, {wording.count_text(low, high)} residents died of a drug "
            f"overdose in {years}: {low / people * PER:.1f} to {high / people * PER:.1f} per "
            f"100,000 residents per year, the range that suppressed counts leave open."
        )
    interval = poisson_interval(pd.Series([low], dtype="Int64")).iloc[0] / people * PER
    return (
        f"In {place}, {low:,} residents died of a drug overdose in {years}: "
        f"{low / people * PER:.1f} per 100,000 residents per year (95 % interval "
        f"{interval['lower']:.1f} to {interval['upper']:.1f})."
    )


def _hotspots(answers: Answers, scope: Scope) -> str:
    period = high_need_period(answers, scope)
    counties = list(scope.chosen_counties(answers.regions[scope.region]))
    codes = answers.need("hotspot", *period).reindex(counties)["hotspot_code"]
    names = answers.county_names
    high = [names[str(one)] for one in codes.index[codes.isin(["high", "very_high"])]]
    years = wording.period_text(*period)
    likely = f"that the overdose death rate of {years} is above {answers.edition.place}’s"
    if high:
        county = "County" if len(high) == 1 else "Counties"
        each = "" if len(high) == 1 else "each of "
        return f"It is at least 95 % likely {likely} in {each}{wording.listing(high)} {county}."
    place = place_text(answers, scope)
    low = [names[str(one)] for one in codes.index[codes == "low"]]
    if len(counties) == 1:
        if low:
            return f"It is at least 95 % likely {likely.replace('above', 'below')} in {place}."
        return f"For {place} it is not at least 95 % likely {likely}."
    also = f"; in {wording.listing(low)} it is at least 95 % likely to be below" if low else ""
    return f"For no county of {place} is it at least 95 % likely {likely}{also}."


def _reach(answers: Answers, scope: Scope) -> dict[str, str]:
    counties = scope.chosen_counties(answers.regions[scope.region])
    people = answers.people(scope.as_of)
    people = people[people["county_geoid"].isin(counties)]
    if people.empty:
        return {}
    row = coverage(people, None, minutes=scope.minutes).iloc[0]
    total, place = int(row["residents_persons"]), place_text(answers, scope)
    day = wording.day_text(scope.as_of)
    stations = answers.walk_in_stations(scope.as_of)
    here = int(stations["county_geoid"].isin(counties).sum())

    def share(name: str) -> str:
        return wording.share_text(row[f"{name}_share"])

    def beyond(name: str) -> str:
        return wording.share_text(1 - row[f"{name}_share"])

    edition = answers.edition
    listed, word = edition.listed, reach_of(answers, scope).word_of
    facts = {
        "police": (
            f"As of {day}, dated public sources document that in {place} the primary police of "
            f"{share('police_documented')} of the {total:,} residents "
            f"({edition.population_year}) carry naloxone; for {share('police_announced')} it is "
            f"announced only, and for {share('police_unknown')} nothing is known."
        ),
        "treatment": (
            f"In {place}, {beyond('treatment')} of residents live over {scope.minutes} "
            f"{word('treatment')} minutes’ drive from any listed substance use treatment "
            f"facility ({listed})."
        ),
        "otp": (
            f"In {place}, {beyond('otp')} of residents live over {scope.minutes} {word('otp')} "
            f"minutes’ drive from a listed opioid treatment program ({listed}), the only "
            f"place that may dispense methadone."
        ),
        "walk_in": (
            f"In {place}, {here} police {wording.plural(here, 'station')} "
            f"{'is' if here == 1 else 'are'} known where anyone may walk in and ask for treatment; "
            f"{beyond('walk_in')} of residents live over {scope.minutes} {word('walk_in')} "
            f"minutes from one."
        ),
    }
    return {name: fact for name, fact in facts.items() if name not in answers.unlisted}


def _gaps(answers: Answers, scope: Scope) -> str:
    table = scoped_gaps(answers, replace(scope, gaps=GapFilter()))
    if table.empty:
        return ""
    affected = int(table["affected_persons"].sum())
    robust = int(table["is_robust"].sum())
    word = reach_of(answers, scope).word_of(scope.facilities)
    both = table[table["gap_code"].str.startswith("double_gap")]
    return (
        f"{affected:,} residents live under police not documented to carry naloxone, beyond "
        f"{scope.minutes} {word} minutes of treatment, or both; in {len(both)} of {len(table)} "
        f"{wording.plural(len(table), 'municipality')} both hold for most. {robust} of the "
        f"{len(table)} keep their gap class under every choice of thresholds that was tried."
    )


def _unknown(answers: Answers, scope: Scope, *, has_reach: bool) -> list[str]:
    period = high_need_period(answers, scope)
    counties = list(scope.chosen_counties(answers.regions[scope.region]))
    need = answers.need("crude_rate", *period).reindex(counties)
    hidden = int(need["years_suppressed"].fillna(0).sum())
    years = wording.period_text(*period)
    said = []
    if hidden:
        said.append(
            f"{hidden} county-{wording.plural(hidden, 'year')} of deaths in {years} "
            f"{'is' if hidden == 1 else 'are'} suppressed by the source "
            f"({joined_ranges(need['withheld_range'])} deaths each) and not filled in."
        )
    else:
        said.append(f"No count of deaths in {years} is suppressed.")
    if not has_reach:
        return [*said, answers.edition.why_blank("these counties")]
    compiled = set(answers.people(scope.as_of)["county_geoid"])
    absent = [answers.county_names[one] for one in counties if one not in compiled]
    if absent:
        named = wording.listing(absent) if len(absent) <= 8 else f"{len(absent)} counties"  # noqa: PLR2004
        said.append(answers.edition.why_blank(named))
    listed = answers.edition.listed
    said += [
        "A department without a public source is unknown, not without naloxone.",
        reach_of(answers, scope).sentence,
    ]
    if listed:
        said.append(f"Facilities were listed in {listed}; whether they are open is not known here.")
    missing = [LISTS[kind] for kind in answers.unlisted]
    if missing:
        said.append(
            f"No list of {wording.listing(missing)} is in these tables: how far people live from "
            "one is not known."
        )
    if OAKLAND in counties:
        said.append(OAKLAND_NOTE)
    return said
