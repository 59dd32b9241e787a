"""A person's file of incidents once it is checked: what a session holds, and what may be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.own_data.hotspots import ZoneHotspots, zone_hotspots
from geo.own_data.placing import Placed, place_events, projected
from geo.own_data.synthetic import SOURCE as SYNTHETIC_SOURCE
from geo.privacy.masking import masked_points
from geo.privacy.release import THRESHOLDS, Release, release

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.own_data.checking import Incidents
    from geo.own_data.placing import Gazetteer
    from geo.privacy.books import Book

WHOLE: Final = "whole"
FATES: Final = {"fatal": "Fatal only, whole file", "not_fatal": "Not known to be fatal, whole file"}
MONTHS_A_YEAR: Final = 12
MOST_POINTS: Final = 3_000
SYNTHETIC: Final = "SYNTHETIC"
FILE_AREA: Final = "The file's area"
"""The place of events that lie in no county known here."""


@dataclass(frozen=True)
class Period:
    """
    What part of a file is looked at: one split at a time, as small counts demand.

    Parameters
    ----------
    code, label : str
    book : Book
    wanted : tuple of str
        Columns of the book.
    years : float
        Its length.
    """

    code: str
    label: str
    book: Book
    wanted: tuple[str, ...]
    years: float


@dataclass(repr=False, eq=False)
class OwnData:
    """
    A checked file in a session.

    Parameters
    ----------
    incidents : Incidents
    placed : Placed
    seed : bytes
        Of masked points, kept as long as the file is.

    Notes
    -----
    Everything worked out from the file is remembered in this object and nowhere else: when the
    session forgets it, nothing is left.
    """

    incidents: Incidents
    placed: Placed
    seed: bytes
    _known: dict[Any, Any] = field(default_factory=dict)

    @property
    def is_synthetic(self) -> bool:
        """Whether any row says that it was made up."""
        if "synthetic" not in self._known:
            sources = self.incidents.used["source"]
            self._known["synthetic"] = bool((sources == SYNTHETIC_SOURCE).any())
        return bool(self._known["synthetic"])

    @property
    def masked_is_possible(self) -> bool:
        """Whether people are known around the points, so that they can be masked."""
        return bool((self.placed.pieces["within_km"] > 0).any())

    def counties(self, chosen: Collection[str]) -> tuple[str, ...] | None:
        """Return which of the chosen counties the file has; None for a file of another place."""
        if not self.incidents.is_in_region:
            return None
        return tuple(sorted(set(self.placed.pieces["county"].dropna()) & set(chosen)))

    def told(self, threshold: int = THRESHOLDS[0]) -> Release:
        """Return what may be told at a threshold."""
        if threshold not in self._known:
            used = self.incidents.used
            events = pd.DataFrame(
                {
                    "piece": self.placed.piece,
                    "month": used["occurred_at"].dt.strftime("%Y-%m"),
                    "outcome_code": used["outcome_code"],
                    "response_code": used["response_code"],
                }
            )
            pieces = self.placed.pieces.drop(columns="within_km")
            self._known[threshold] = release(events, pieces, threshold=threshold)
        found: Release = self._known[threshold]
        return found

    def periods(self, threshold: int) -> dict[str, Period]:
        """Return what a map can show: the whole file, each year, each outcome."""
        told = self.told(threshold)
        months = told.monthly.columns
        length = len(months) / MONTHS_A_YEAR
        found = [Period(WHOLE, f"Whole file, {span_text(months)}", told.whole, ("all",), length)]
        for year in told.yearly.columns if len(told.yearly.columns) > 1 else ():
            held = sum(one[:4] in year for one in months)
            found.append(Period(year, year, told.yearly, (year,), held / MONTHS_A_YEAR))
        if len({*told.fates.block[0]}) > 1:
            found += [Period(code, label, told.fates, (code,), length)
                      for code, label in FATES.items()]  # fmt: skip
        return {period.code: period for period in found}

    def month(self, threshold: int, month: str) -> Period:
        """Return one month; "2023-01"."""
        told = self.told(threshold)
        return Period(month, month_text(month), told.monthly, (month,), 1 / MONTHS_A_YEAR)

    def hotspots(
        self, threshold: int, period: Period, touching: dict[str, frozenset[str]]
    ) -> ZoneHotspots:
        """Return the zones of a period, classed."""
        key = ("hotspots", threshold, period.code)
        if key not in self._known:
            self._known[key] = zone_hotspots(
                self.told(threshold), period.book, period.wanted, years=period.years,
                touching=touching,
            )  # fmt: skip
        found: ZoneHotspots = self._known[key]
        return found

    @property
    def bounds(self) -> list[list[float]]:
        """The south-west and north-east corner of the pieces with events: latitude, longitude."""
        pieces = self.placed.pieces.iloc[np.unique(self.placed.piece)]
        latitude, longitude = pieces["latitude"].astype(float), pieces["longitude"].astype(float)
        return [[latitude.min(), longitude.min()], [latitude.max(), longitude.max()]]

    def daily(self, county: str | None) -> pd.Series:
        """Return events by day, of a county or all: for alerts, which tell no counts."""
        used = self.incidents.used
        if county is not None:
            used = used[self.placed.pieces["county"].to_numpy()[self.placed.piece] == county]
        days = pd.date_range(
            self.incidents.used["occurred_at"].min().normalize(),
            self.incidents.used["occurred_at"].max().normalize(),
            freq="D",
        )
        return used["occurred_at"].dt.normalize().value_counts().reindex(days, fill_value=0)

    def masked(self) -> np.ndarray[Any, Any] | None:
        """Return some masked points in metres (EPSG:5070), or None where no people are known."""
        people = self.placed.pieces[self.placed.pieces["within_km"] > 0]
        used = self.incidents.used
        used = used[used["longitude"].notna()]
        if people.empty or used.empty:
            return None
        if "masked" not in self._known:
            step = max(1, -(-len(used) // MOST_POINTS))
            some = used.iloc[::step]
            xy = np.column_stack(projected(some["longitude"], some["latitude"]))
            moved = masked_points(xy, people, seed=self.seed)
            self._known["masked"] = moved[np.isfinite(moved[:, 0])]
        found: np.ndarray[Any, Any] = self._known["masked"]
        return found


def load_incidents(
    incidents: Incidents, gazetteer: Gazetteer, counties: Collection[str], *, seed: bytes
) -> OwnData:
    """
    Put a checked file into its places.

    Parameters
    ----------
    incidents : Incidents
    gazetteer : Gazetteer
    counties : collection of str
        GEOIDs of the region the file was checked for.
    seed : bytes
        Of masked points.

    Returns
    -------
    OwnData
    """
    below = counties if incidents.is_in_region else ()
    return OwnData(incidents, place_events(incidents.used, gazetteer, below), seed)


def zone_place(told: Release, book: Book, zone: int, counties: Mapping[str, str]) -> str:
    """Return the counties a zone of a book lies in, by their names; of another place, the file."""
    inside = told.pieces.loc[book.zone == zone, "county"].dropna().unique()
    return ", ".join(sorted(counties[one] for one in inside)) or FILE_AREA


def month_text(month: str) -> str:
    """
    Return a month as people write it.

    Examples
    --------
    >>> month_text("2023-01")
    'January 2023'
    """
    return f"{pd.Period(month, 'M').to_timestamp():%B %Y}"


def span_text(months: tuple[str, ...]) -> str:
    """Return first and last month."""
    if len(months) == 1:
        return month_text(months[0])
    return f"{month_text(months[0])} to {month_text(months[-1])}"
