"""The questions a page asks, each worked out once per process and then remembered."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Final

from geo import analysis
from geo.edition import edition_of
from geo.maps.layers import site_layer
from geo.maps.state import CATCHMENTS, OVERLAYS
from geo.need import need_by_county, yearly_rows, years_lacking
from geo.reach import engine_and_day, routed_shares, routing_source
from geo.regions import list_regions
from geo.remember import remembered
from geo.scenario import Scenario, WhatIfReader
from geo.scope import Scope, default_scope
from geo.sites import listed_facilities, sites_as_of, walk_in_stations
from geo.source_records import read_source_records
from geo.tract_groups import area_need, unit_hotspots
from geo.wording import listing

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from geo.tables.reader import TableReader


SCENARIOS: Final = 16
"""Scenarios whose answers are kept."""


class Answers:
    """
    Analyses of one data folder, remembered by their scalar arguments.

    Parameters
    ----------
    reader : TableReader
        The tables.

    Notes
    -----
    `edition` says what the tables are of; `measures` are its measures.
    `county_names` is by GEOID, `scenario_identifiers` per field of a `Scenario`.
    `overlays` are the layers a map can lay over its colours.
    `area_positions` and `site_positions` say where the browser's layers hold an area or a site.
    `routed_by` says what made the minutes by road, and when; empty where all are estimated.
    Safe to share between threads: an answer is worked out once, however many ask. Frames are
    shared too, so a caller never changes one. A few MB per process, nothing per session.
    """

    def __init__(self, reader: TableReader) -> None:
        self.reader = reader
        self.regions = list_regions(reader.data / "regions")
        self.sources = read_source_records(reader.data / "sources")
        self.edition = edition_of(reader, self.regions, self.sources)
        self.measures = self.edition.measures
        self.unlisted = analysis.unlisted_kinds(reader)
        self.overlays = OVERLAYS.copy()
        if reader.catchments is None:
            del self.overlays[CATCHMENTS]
        self.today = self.edition.compiled
        self.travel_time = analysis.travel_time_model(reader)
        self.routed_by = engine_and_day(reader)
        self.county_names: dict[str, str] = (
            reader.read("county").set_index("geoid")["name"].to_dict()
        )
        self.area_positions = {
            area: place for place, area in enumerate(reader.read("municipality")["area_id"])
        }
        self.site_positions = {site["id"]: place for place, site in enumerate(site_layer(reader))}
        remember = partial(remembered, lock=RLock())
        self.scenario_identifiers = {
            "documented": tuple(sorted(reader.read("agency")["agency_id"])),
            "without": tuple(sorted(listed_facilities(reader)["site_id"])),
            "otp_at": tuple(self.area_positions),
            "treatment_at": tuple(self.area_positions),
        }
        self._under = remembered(self._supposed, most=SCENARIOS)
        self.people = remember(self._people)
        self.estimated_people = remember(self._estimated_people)
        self.municipalities = remember(self._municipalities)
        self.counties = remember(self._counties)
        self.need = remember(self._need)
        self.years_lacking = remember(self._years_lacking)
        self.agency_status = remember(self._agency_status)
        self.walk_in_stations = remember(self._walk_in_stations)
        self.site_names = remember(self._site_names)
        self.breaks = remember(self._breaks)
        self.unit_classes = remember(self._unit_classes)
        self.area_need = remember(self._area_need)
        self._name_the_routes()

    def first_scope(self) -> Scope:
        """Return the scope of a first visit."""
        return default_scope(self.today, region=self.edition.region, period=self.edition.period)

    def under(self, scenario: Scenario) -> Answers:
        """Return the answers as they would be under a scenario; these where it is empty."""
        return self._under(scenario) if scenario else self

    def _supposed(self, scenario: Scenario) -> Answers:
        other = Answers(WhatIfReader(self.reader, scenario))
        other.site_positions = self.site_positions  # the browser's layers do not change
        return other

    def _people(self, as_of: date) -> pd.DataFrame:
        """Return `people_and_help` as of a date."""
        return analysis.people_and_help(self.reader, as_of)

    def _estimated_people(self, as_of: date) -> pd.DataFrame:
        """Return `people_and_help` as of a date, every minute estimated from the straight line."""
        if not self.routed_by:
            return self.people(as_of)
        return analysis.people_and_help(self.reader, as_of, prefers_roads=False)

    def _name_the_routes(self) -> None:
        """Put the routed minutes among the sources, in place of the estimate where it is unused."""
        record = routing_source(self.reader)
        if record is None:
            return
        self.sources = self.sources | {record.source_id: record}
        shares = routed_shares(self.people(self.today)).values()
        guessed = self.edition.line if any(share < 1 for share in shares) else ()
        self.edition = replace(self.edition, reach=(record.source_id, *guessed))

    def _agency_status(self, as_of: date) -> pd.DataFrame:
        """Return the naloxone status of every agency, by agency_id."""
        return analysis.agency_status(self.reader, as_of)

    def _municipalities(self, as_of: date, minutes: float, facilities: str) -> pd.DataFrame:
        """Return `municipality_coverage` of every municipality there is."""
        return analysis.municipality_coverage(
            self.reader, self.people(as_of), as_of=as_of, minutes=minutes, gap_kind=facilities
        )

    def _counties(self, as_of: date, minutes: float) -> pd.DataFrame:
        """Return `county_coverage` of every county with population points."""
        return analysis.county_coverage(
            self.people(as_of),
            self.reader.read("county"),
            minutes=minutes,
        )

    def _need(self, measure_id: str, first_year: int, last_year: int) -> pd.DataFrame:
        """Return `need_by_county` of every county of the state."""
        return need_by_county(
            self.reader, self.measures[measure_id], first_year=first_year, last_year=last_year
        )

    def why_no_need(self, measure_id: str, first_year: int, last_year: int, county: str) -> str:
        """Return why a county has no row in `need`, for a table's cell."""
        lacking = self.years_lacking(measure_id, first_year, last_year).get(county)
        if not lacking:
            return "not in this source"
        return f"no count of {listing(list(map(str, lacking)))} in this source"

    def _years_lacking(
        self, measure_id: str, first_year: int, last_year: int
    ) -> dict[str, list[int]]:
        """Return `years_lacking` of a measure by year; empty for one that has no years."""
        measure = self.measures[measure_id]
        if measure.kind == "units":
            return {}
        return years_lacking(yearly_rows(self.reader, measure), first_year, last_year)

    def _walk_in_stations(self, as_of: date) -> pd.DataFrame:
        """Return the walk-in stations as of a date."""
        return walk_in_stations(self.reader, as_of)

    def _site_names(self, as_of: date) -> dict[str, str]:
        """Return the names of all sites that count on a date, by identifier."""
        rows = sites_as_of(self.reader, as_of).rows
        return dict(zip(rows["site_id"], rows["name"], strict=True))

    def _unit_classes(self) -> pd.DataFrame:
        """Return `unit_hotspots` of every tract group there is."""
        return unit_hotspots(self.reader.spatial("tract_group"))

    def _area_need(self) -> pd.DataFrame:
        """Return `area_need` of every municipality; no rows where there are no tract groups."""
        points, units = self.reader.read("population_point"), self.reader.read("tract_group")
        return area_need(points if len(units) else points.iloc[:0], units, self.unit_classes())

    def _breaks(self, measure_id: str) -> pd.Series:
        """Return the upper limits of a measure's colour classes but the highest."""
        rows = self.reader.read("class_break")
        own = rows[rows["measure_code"] == self.measures[measure_id].breaks]
        return own.sort_values("class_number")["upper_per_100k"].dropna()
