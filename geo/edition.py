"""What the tables in use are of: which states, which years, whose counts, as of which day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.measures import DEFAULT_MEASURE, MEASURES, Measure
from geo.need import yearly_rows
from geo.states import state_of
from geo.wording import listing, partial_date_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.regions import Region
    from geo.source_records import SourceRecord
    from geo.tables.reader import TableReader

FIRST_REGION: Final = "hope-not-handcuffs-2018"
"""The region a visit starts with, where the tables have it."""
YEARS_SHOWN: Final = 5
PERIOD: Final = (2018, 2022)
"""The period a visit starts with where no measure has years."""
_YEAR: Final = re.compile(r",? \(?\{year\}\)?")
EVIDENCE: Final = "press"
"""Record of the evidence compiled by hand; its day is the day the tables are of."""


@dataclass(frozen=True)
class Edition:
    """
    What the tables in use are of.

    Parameters
    ----------
    compiled : datetime.date
        Newest day that anything is known for.
    place : str
        The states, as a sentence names them.
    states : tuple of str
        Their FIPS codes.
    population_year : int
        Year of the residents that shares are weighted by; 0 where none are known.
    measures : dict of str to Measure
        Those that have rows, with the years and the source of the rows; those of deaths always.
    region : str
        Identifier of the region a visit starts with.
    period : two int
        First and last year a visit starts with.
    deaths, estimates, facilities, evidence, agencies, population, reach, line, kits : tuple of str
        Source records behind counts of deaths, residents of counties, facilities, police
        evidence, the lists of agencies, residents of tracts, minutes as shown, minutes as
        estimated, naloxone kits.
    listed : str
        Month of the lists of facilities, in words; empty where there is none.
    """

    compiled: date
    place: str
    states: tuple[str, ...]
    population_year: int
    measures: dict[str, Measure]
    region: str
    period: tuple[int, int]
    deaths: tuple[str, ...]
    estimates: tuple[str, ...]
    facilities: tuple[str, ...]
    evidence: tuple[str, ...]
    agencies: tuple[str, ...]
    population: tuple[str, ...]
    reach: tuple[str, ...]
    line: tuple[str, ...]
    kits: tuple[str, ...]
    listed: str

    @property
    def is_shipped(self) -> bool:
        """Whether the tables are those that come with the program, which its documents tell of."""
        return self.region == FIRST_REGION

    def why_blank(self, place: str = "") -> str:
        """Return why a place has no shares, minutes and gaps, as a sentence."""
        of = f" for {place}" if place else ""
        if not self.population_year:
            lists = "" if self.listed else " and no list of treatment facilities"
            return (
                f"No residents by tract{lists} are in these tables: shares, minutes and gaps are "
                f"not known{of}."
            )
        return f"Police evidence and travel times are not compiled{of or ' here so far'}."

    def why_no_gaps(self, place: str = "") -> str:
        """Return why a place has no gaps, as a sentence."""
        if self.population_year and not self.listed:
            of = f" for {place}" if place else ""
            return (
                "No list of treatment facilities is in these tables: who lives too far from one, "
                f"and so gaps, are not known{of}."
            )
        return self.why_blank(place)

    @property
    def blank_word(self) -> str:
        """Why a county has no share, minutes or gap, for the cell of a table."""
        return "not compiled" if self.population_year else "residents not known"

    def dated(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Return labels of columns with the year of the residents, if known, in place of {year}."""
        if not self.population_year:
            return {name: _YEAR.sub("", label) for name, label in labels.items()}
        year = str(self.population_year)
        return {name: label.replace("{year}", year) for name, label in labels.items()}

    @property
    def death_sources(self) -> tuple[str, ...]:
        """Source records behind a death rate."""
        return (*self.deaths, *self.estimates)

    @property
    def gap_sources(self) -> tuple[str, ...]:
        """Source records behind a gap class, but its need."""
        return (*self.evidence, *self.facilities, *self.population, *self.reach)

    @property
    def plan_sources(self) -> tuple[str, ...]:
        """Source records behind a plan of sites, whose minutes are always estimated."""
        return (*self.evidence, *self.facilities, *self.population, *self.line)

    @property
    def needs_sources(self) -> tuple[str, ...]:
        """Source records behind a paragraph on needs."""
        return (*self.death_sources, *self.gap_sources)

    @property
    def police_sources(self) -> tuple[str, ...]:
        """Source records behind shares of people by the naloxone of their police."""
        return tuple(dict.fromkeys((*self.evidence, *self.agencies, *self.population)))


def edition_of(
    reader: TableReader, regions: dict[str, Region], records: dict[str, SourceRecord]
) -> Edition:
    """
    Return what the tables of a reader are of.

    Parameters
    ----------
    reader : TableReader
    regions : dict of str to Region
        Those of the data folder.
    records : dict of str to SourceRecord
        Those of the data folder.

    Returns
    -------
    Edition
    """
    states = tuple(sorted(set(reader.read("county")["geoid"].str[:2])))
    place = listing([state_of(state).name for state in states])
    measures = _measures(reader, place)
    years = measures[DEFAULT_MEASURE]
    tracts = reader.read("tract")
    facilities = reader.read("facility")
    current = facilities[facilities["is_current"] & facilities["source_id"].notna()]
    dates = current["listed_date"].replace("", pd.NA).dropna()
    line = _sources(reader, "travel_time_model")
    return Edition(
        compiled=compiled_date(records),
        place=place,
        states=states,
        population_year=int(tracts["population_year"].fillna(0).max() if len(tracts) else 0),
        measures=measures,
        region=FIRST_REGION if FIRST_REGION in regions else next(iter(regions), ""),
        period=(max(years.first_year, years.last_year - YEARS_SHOWN + 1), years.last_year),
        deaths=_sources(reader, "overdose_death"),
        estimates=_sources(reader, "county_population"),
        facilities=tuple(current["source_id"].value_counts().index),
        evidence=_sources(reader, "naloxone_evidence"),
        agencies=_sources(reader, "agency"),
        population=_sources(reader, "tract", "population_source_id"),
        reach=line,
        line=line,
        kits=_sources(reader, "kit_saturation"),
        listed=partial_date_text(dates.max()),
    )


def compiled_date(records: dict[str, SourceRecord]) -> date:
    """Return the day the evidence was compiled, else the newest day any source was read."""
    if EVIDENCE in records:
        return date.fromisoformat(records[EVIDENCE].accessed_date)
    return max(date.fromisoformat(one.accessed_date) for one in records.values())


def _measures(reader: TableReader, place: str) -> dict[str, Measure]:
    found = {}
    for name, measure in MEASURES.items():
        rows = yearly_rows(reader, measure)
        if rows.empty and measure.table != MEASURES[DEFAULT_MEASURE].table:
            continue
        first, last = PERIOD if rows.empty else (int(rows["year"].min()), int(rows["year"].max()))
        words = {"place": place, "first": first, "last": last}
        found[name] = replace(
            measure,
            label=measure.label.format(**words),
            help_text=measure.help_text.format(**words, counties=rows["county_geoid"].nunique()),
            first_year=first,
            last_year=last,
            source_id="" if rows.empty else str(rows["source_id"].mode().iloc[0]),
        )
    return found


def _sources(reader: TableReader, table: str, column: str = "source_id") -> tuple[str, ...]:
    found: pd.Series = reader.read(table)[column].dropna().value_counts()
    return tuple(map(str, found.index))
