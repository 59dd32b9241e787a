"""What can be mapped as need: each measure by itself, never mixed with another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["hotspot", "smoothed", "crude", "units"]


@dataclass(frozen=True)
class Measure:
    """
    One way of looking at need.

    Parameters
    ----------
    measure_id : str
        As in the URL.
    label : str
        For a person; {place}, {first}, {last} stand for what the tables are of.
    help_text : str
        One or two plain sentences; also {counties}, how many have a row.
    kind : {"hotspot", "smoothed", "crude", "units"}
        How it is worked out: by the model and its exceedance probability, by the model, as events
        over person-years, or below the county, by the publisher's rate and G*.
    table, events : str
        The table and its count column.
    unit : str
        Of the rate.
    breaks : str
        `measure_code` of the table `class_break` whose colours it uses.
    first_year, last_year : int
        The years that can be chosen; those of the shipped tables until `geo.edition` says others.
    source_id : str
        Record in `data/sources/`, likewise.
    """

    measure_id: str
    label: str
    help_text: str
    kind: Kind
    table: str
    events: str
    unit: str
    breaks: str
    first_year: int
    last_year: int
    source_id: str

    @property
    def is_modelled(self) -> bool:
        """Whether the county rate is a model's, not a count over residents."""
        return self.kind in ("hotspot", "smoothed")


_DEATHS: Final = "deaths per 100,000 residents per year"

MEASURES: Final[dict[str, Measure]] = {
    measure.measure_id: measure
    for measure in (
        Measure(
            "hotspot",
            "Overdose hotspots",
            "How likely it is that the county's overdose death rate is above {place}'s. High: "
            "95 in 100 or more. Very high: 95 in 100 or more even for 1.25 times the state's rate.",
            "hotspot",
            "overdose_death",
            "deaths",
            _DEATHS,
            "overdose_deaths_residents",
            2010,
            2022,
            "cdc-wonder",
        ),
        Measure(
            "smoothed_rate",
            "Overdose deaths, smoothed",
            "Deaths per 100,000 residents per year, estimated by a model that uses what is known "
            "of suppressed years (a range of deaths) and pulls small counties towards the state.",
            "smoothed",
            "overdose_death",
            "deaths",
            _DEATHS,
            "overdose_deaths_residents",
            2010,
            2022,
            "cdc-wonder",
        ),
        Measure(
            "crude_rate",
            "Overdose deaths, crude",
            "Deaths per 100,000 residents per year as counted. No rate where a year of the period "
            "is suppressed.",
            "crude",
            "overdose_death",
            "deaths",
            _DEATHS,
            "overdose_deaths_residents",
            2010,
            2022,
            "cdc-wonder",
        ),
        Measure(
            "tract_groups",
            "Hotspots by tract group",
            "Groups of census tracts whose published death rate, and that of the groups around, is "
            "higher or lower than chance allows (G*). The rates are modelled by the publisher.",
            "units",
            "tract_group",
            "deaths",
            _DEATHS,
            "overdose_deaths_residents",
            2023,
            2023,
            "cdc-tract-groups",
        ),
        Measure(
            "provisional_2024",
            "Overdose deaths, provisional",
            "The newest 12 months that are out ({last}), provisional. Known for {counties} "
            "counties. Not comparable with final counts.",
            "crude",
            "overdose_death_provisional",
            "deaths",
            _DEATHS,
            "overdose_deaths_residents",
            2024,
            2024,
            "cdc-vsrr-2024",
        ),
        Measure(
            "ed_visits",
            "Non-fatal ED visits",
            "Emergency-department visits for a non-fatal overdose of any drug, per 100,000 "
            "residents per year.",
            "crude",
            "nonfatal_ed_visit",
            "visits",
            "visits per 100,000 residents per year",
            "nonfatal_overdose_ed_visits",
            2018,
            2023,
            "cdc-dose",
        ),
    )
}
DEFAULT_MEASURE: Final = "hotspot"
