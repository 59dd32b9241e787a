"""The numbers above the map: for the chosen counties together, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.coverage import coverage
from geo.maps.units import units_sentence
from geo.rates import PER, poisson_interval
from geo.reach import reach_of
from geo.remember import remembered
from geo.withheld import joined_ranges
from geo.wording import count_text, day_text, listing, period_text, plural, rate_text, share_text

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

NO_LIST = "no list of them in these tables"
"""Of a kind of site that nobody gave a list of."""
OAKLAND = "26125"
OAKLAND_NOTE = (
    "Oakland County’s medical examiner rules many deaths drug abuse rather than overdose: its "
    "counts run low beside its neighbours’."
)


@dataclass(frozen=True)
class KeyNumber:
    """
    A number, what it is, and where it comes from.

    Parameters
    ----------
    label, value, detail : str
        As shown.
    source : str
        Publisher, vintage, and what to beware of.
    table : str
        File it was worked out from.
    low, high : float, optional
        As a number; apart where suppressed years leave a range, missing where nothing is known.
    """

    label: str
    value: str
    detail: str
    source: str
    table: str
    low: float | None = None
    high: float | None = None


@remembered
def key_numbers(answers: Answers, scope: Scope) -> list[KeyNumber]:
    """
    Return the key numbers of a scope.

    Parameters
    ----------
    answers : Answers
    scope : Scope

    Returns
    -------
    list of KeyNumber
        Residents, events, rate, police naloxone, treatment, OTP, walk-in stations. Where some of
        the chosen counties are not in our tables, the detail says how many are.
    """
    region = answers.regions[scope.region]
    counties = scope.chosen_counties(region)
    people = answers.people(scope.as_of)
    people = people[people["county_geoid"].isin(counties)]
    numbers = [_residents(answers, counties, people), *_events(answers, scope, counties)]
    if people.empty:
        return numbers
    row = coverage(people, None, minutes=scope.minutes).iloc[0]
    known = people["county_geoid"].nunique()
    of = (
        "" if known == len(counties) else f" (of the {known} of {len(counties)} counties with data)"
    )
    stations = answers.walk_in_stations(scope.as_of)
    here = int(stations["county_geoid"].isin(counties).sum())
    error = answers.travel_time.mean_absolute_error_minutes
    reach = reach_of(answers, scope)
    estimate = reach.told(
        f"Minutes estimated from straight-line distance, off by {error:.1f} on average against "
        "published drive times."
    )
    edition = answers.edition
    publishers = [answers.sources[one].publisher for one in edition.facilities]
    names = listing(list(dict.fromkeys(publishers)))
    listed = f"{names}, listed {edition.listed}: not the same as open. {estimate}"
    if not publishers:
        listed = "These tables hold no list of facilities."
    pages = f"Press and department pages, as of {day_text(scope.as_of)}."
    if not edition.evidence:
        pages = "These tables hold no evidence on police; rows are compiled by hand."
    return [
        *numbers,
        KeyNumber(
            "Live where police are documented to carry naloxone",
            share_text(row["police_documented_share"]),
            f"{share_text(row['police_announced_share'])} announced only, "
            f"{share_text(row['police_unknown_share'])} unknown" + of,
            f"{pages} Unknown means that no source is known, "
            "not that the department does not carry. All rows: Sources and methods, Police "
            "evidence.",
            "data/tables/naloxone_evidence.parquet",
            *[float(row["police_documented_share"])] * 2,
        ),
        KeyNumber(
            f"Live over {scope.minutes} min from any treatment",
            share_text(1 - row["treatment_share"]),
            f"{reach.word_of('treatment')} drive to any listed facility" + of,
            listed,
            "data/tables/facility.parquet",
            *_both(1 - row["treatment_share"]),
        ),
        KeyNumber(
            f"Live over {scope.minutes} min from an OTP",
            share_text(1 - row["otp_share"]),
            "OTP: opioid treatment program, may dispense methadone" + of,
            listed,
            "data/tables/facility.parquet",
            *_both(1 - row["otp_share"]),
        ),
        KeyNumber(
            "Walk-in stations",
            "not known" if "walk_in" in answers.unlisted else f"{here:,}",
            NO_LIST
            if "walk_in" in answers.unlisted
            else f"{share_text(1 - row['walk_in_share'])} live over {scope.minutes} min from one"
            + of,
            f"{pages} Stations outside the counties with data are not located here. {estimate}",
            "data/tables/program_participation.parquet",
            *_both(pd.NA if "walk_in" in answers.unlisted else here),
        ),
    ]


def _both(value: Any) -> tuple[float | None, float | None]:
    """Return a number as both of its limits; none where it is not known."""
    known = None if pd.isna(value) else float(value)
    return known, known


def key_number_table(answers: Answers, scope: Scope) -> pd.DataFrame:
    """Return the key numbers as a table, by their labels."""
    rows = pd.DataFrame([vars(one) for one in key_numbers(answers, scope)]).set_index("label")
    return rows[["value", "low", "high", "detail", "source", "table"]]


def _residents(answers: Answers, counties: tuple[str, ...], people: pd.DataFrame) -> KeyNumber:
    rows = answers.reader.read("county_population")
    edition = answers.edition
    behind = [answers.sources[one] for one in (*edition.estimates, *edition.population)]
    source = "; ".join(f"{one.publisher}, {one.title}" for one in behind) + "."
    file = "data/tables/county_population.parquet"
    now = rows[(rows["year"] == rows["year"].max()) & rows["county_geoid"].isin(counties)]
    counted = int(people["residents_persons"].sum())
    in_tracts = f"the {counted:,} counted in tracts in {edition.population_year}"
    weights = f"shares are weighted by {in_tracts}" if len(people) else "none known by tract"
    if now.empty:
        return KeyNumber("Residents", "not known", f"no estimate; {weights}", source, file)
    return KeyNumber(
        "Residents",
        f"{int(now['population_persons'].sum()):,}",
        f"{int(now['year'].iloc[0])} estimate; {weights}",
        source,
        file,
        *[float(now["population_persons"].sum())] * 2,
    )


def _events(answers: Answers, scope: Scope, counties: tuple[str, ...]) -> list[KeyNumber]:
    measure = answers.measures[scope.measure]
    need = answers.need(scope.measure, scope.start, scope.end)
    rows = need[need.index.isin(counties)]
    what = "ED visits" if measure.events == "visits" else "Overdose deaths"
    record = answers.sources.get(measure.source_id)
    source = f"{record.publisher}, {record.vintage}." if record else "No source in these tables."
    file = f"data/tables/{measure.table}.parquet"
    period = period_text(scope.start, scope.end)
    if rows.empty:
        why = "not in this source for every year of the period"
        return [KeyNumber(f"{what}, {period}", "not known", why, source, file)]
    low, high = int(rows["events_low"].sum()), int(rows["events_high"].sum())
    hidden = int(rows["years_suppressed"].sum())
    person_years = int(rows["person_years"].sum())
    absent = len(counties) - len(rows)
    between = joined_ranges(rows["withheld_range"])
    note = f"{hidden} county-years suppressed ({between} each)" if hidden else "every year reported"
    if measure.kind == "units":
        note = units_sentence(answers, counties).removesuffix(".")
    if measure.table == "overdose_death_provisional":
        status = answers.reader.read(measure.table)["status_code"]
        is_derived = (status == "derived_provisional").any()
        origin = "DERIVED from provisional rates, not final" if is_derived else "provisional"
        note = f"{origin}; {note}" if hidden else origin
    if OAKLAND in counties and measure.events == "deaths":
        note += "; Oakland’s run low, see its card"
    if absent:
        note += f"; {absent} {plural(absent, 'county')} without a count of every year"
    events = KeyNumber(f"{what}, {period}", count_text(low, high), note, source, file, low, high)
    if not person_years:
        why = "the residents that the deaths are of are not known"
        return [events, KeyNumber("Crude rate", "not known", why, source, file)]
    bounds = poisson_interval(pd.Series([low, high], dtype="Int64")) / person_years * PER
    rate = rate_text(low / person_years * PER, bounds["lower"].iloc[0], bounds["upper"].iloc[0])
    unit = f"{measure.unit}; 95 % interval"
    if hidden:
        rate = f"{low / person_years * PER:.1f} to {high / person_years * PER:.1f}"
        unit = f"{measure.unit}; the range that suppressed years leave open"
    value, _, interval = rate.partition(" (")
    return [
        events,
        KeyNumber(
            "Crude rate",
            value,
            (f"({interval} " if interval else "") + unit,
            source + " Crude rate: events over person-years; exact Poisson interval.",
            file,
            low / person_years * PER,
            high / person_years * PER,
        ),
    ]
