"""The numbers that may be told about a file of events: counted once, joined until none is small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.privacy.books import OUTCOMES, RESPONSES, Book, Shelf, tally

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.privacy.joining import Counts, Labels

THRESHOLDS: Final = (10, 15, 20, 30, 50)
"""Each is built on the one before, so that knowing two of them tells no more than the lowest."""
LEVELS: Final = ("tract", "municipality", "hexagon", "county")
"""Area levels, by their columns of the pieces."""


@dataclass(frozen=True)
class Release:
    """
    All that may be told about a file of events, whatever is asked, in whatever order.

    Parameters
    ----------
    pieces : pandas.DataFrame
        The smallest places: tract, municipality, hexagon, county (identifiers, missing where not
        known), residents_persons, longitude, latitude. No counts.
    threshold : int
        No smaller count can be worked out from what is told, but for zero.
    whole, yearly, fates, monthly, outcomes, responses : Book
        By place over the whole file; by place and year; by place and whether fatal; and by large
        zones: by month, by outcome, by who gave naloxone.

    Notes
    -----
    The zones of the books are nested: those by year hold those of the whole file whole, those by
    outcome hold those by year, and the large ones hold all. Months are joined within a year,
    outcomes within fatal or not. Whatever sum of told numbers counts a set of events that place,
    month, outcome and response define is then a sum of whole blocks, each of which is zero or at
    the threshold; docs/decisions/0012 has the proof, tests/unit/test_release.py the attacks.
    """

    pieces: pd.DataFrame
    threshold: int
    whole: Book
    yearly: Book
    fates: Book
    monthly: Book
    outcomes: Book
    responses: Book

    def areas(self, level: str, book: Book, wanted: Collection[str]) -> pd.DataFrame:
        """
        Return the count of every area of a level.

        Parameters
        ----------
        level : str
            Of `LEVELS`.
        book : Book
            One of this release.
        wanted : collection of str
            Columns of the book.

        Returns
        -------
        pandas.DataFrame, indexed by the level's identifier
            residents_persons (Int64); events (Int64, missing where hidden); events_reason_code
            (reported, suppressed); events_low, events_high: what the zones inside and around an
            area leave possible; zone, zone_events (Int64) and zone_areas (count) of the zone an
            area is told together with, for areas inside one zone, else missing.
        """
        code = self.pieces[level]
        known = code.notna().to_numpy()
        areas = pd.Index(sorted(code.dropna().unique()), name=level)
        position = pd.Series(np.arange(len(areas)), index=areas)
        place = np.full(len(code), -1)
        place[known] = position[code[known]].to_numpy()
        found = _by_area(book, place, len(areas), book.zone_sums(wanted))
        residents = self.pieces["residents_persons"].to_numpy(float)
        table = pd.DataFrame(index=areas)
        table["residents_persons"] = np.bincount(place[known], residents[known], len(areas))
        table["residents_persons"] = table["residents_persons"].round().astype("Int64")
        table["events"] = _known(found.low, found.is_told)
        table["events_reason_code"] = np.where(found.is_told, "reported", "suppressed")
        table["events_low"] = _known(found.low, np.ones(len(areas), dtype=bool))
        table["events_high"] = _known(found.high, found.high >= 0)
        for name, values in (
            ("zone", found.zone),
            ("zone_events", found.zone_events),
            ("zone_areas", found.zone_areas),
        ):
            table[name] = _known(values, ~found.is_told & (found.zone_events >= 0))
        return table

    def zones(self, book: Book, wanted: Collection[str]) -> pd.DataFrame:
        """
        Return the count of every zone of a book.

        Returns
        -------
        pandas.DataFrame, indexed by zone
            events (Int64, missing where the wanted columns are part of a block only),
            residents_persons, longitude and latitude (mean of the pieces, by residents where there
            are any), pieces (count).
        """
        sums = book.zone_sums(wanted)
        residents = self.pieces["residents_persons"].to_numpy(float)
        count = np.bincount(book.zone, minlength=len(sums)).astype(float)
        people = np.bincount(book.zone, residents, minlength=len(sums))
        weight = np.where(people[book.zone] > 0, residents, 1.0)
        mass = np.bincount(book.zone, weight, minlength=len(sums))
        table = pd.DataFrame({"events": pd.array(np.maximum(sums, 0), dtype="Int64")})
        table.loc[sums < 0, "events"] = pd.NA
        table["residents_persons"] = people
        for axis in ("longitude", "latitude"):
            value = self.pieces[axis].to_numpy(float)
            table[axis] = np.bincount(book.zone, weight * value, minlength=len(sums)) / mass
        table["pieces"] = count.astype(int)
        return table.rename_axis("zone")

    def blocks(self, book: Book, counties: Collection[str] | None) -> pd.DataFrame:
        """
        Return every block of the zones that lie in some counties; of all zones with None.

        Returns
        -------
        pandas.DataFrame
            zone; columns (tuple of str); events (int); is_whole: the zone lies wholly inside.
        """
        inside = np.ones(len(self.pieces), dtype=bool)
        if counties is not None:
            inside = self.pieces["county"].isin(counties).to_numpy()
        share = np.bincount(book.zone, inside) / np.bincount(book.zone)
        rows = []
        for zone in np.flatnonzero(share > 0):
            for block in np.unique(book.block[zone]):
                here = book.block[zone] == block
                names = tuple(np.array(book.columns)[here])
                events = int(book.events[zone][here].sum())
                rows.append((int(zone), names, events, bool(share[zone] == 1)))
        return pd.DataFrame(rows, columns=["zone", "columns", "events", "is_whole"])


def release(
    events: pd.DataFrame, pieces: pd.DataFrame, *, threshold: int = THRESHOLDS[0]
) -> Release:
    """
    Count the events of a file once, so that nothing small can be worked out.

    Parameters
    ----------
    events : pandas.DataFrame, one row per event
        piece (row of `pieces`), month ("2023-01"), outcome_code (of `OUTCOMES`), response_code
        (of `RESPONSES`).
    pieces : pandas.DataFrame
        tract, municipality, hexagon, county, residents_persons, longitude, latitude, x_m, y_m.
    threshold : int
        Of `THRESHOLDS`.

    Returns
    -------
    Release

    Raises
    ------
    InputError
        If `threshold` is none of those, an event names no piece or an unknown code, or there are
        fewer events than the threshold: then nothing can be told.
    """
    if threshold not in THRESHOLDS:
        msg = f"`threshold` is {threshold}; use one of {', '.join(map(str, THRESHOLDS))}"
        raise InputError(msg)
    _check(events, pieces)
    if len(events) < threshold:
        msg = (
            f"the file has {len(events) or 'no'} usable events; {threshold} are needed to show any"
        )
        raise InputError(msg)
    counted = tally(events, len(pieces))
    nests = [
        pd.Categorical(pieces[level]).codes.astype(np.intp) for level in ("municipality", "county")
    ]
    xy = pieces[["x_m", "y_m"]].to_numpy(float)
    shelf: Shelf | None = None
    for step in THRESHOLDS[: THRESHOLDS.index(threshold) + 1]:
        shelf = Shelf(counted, nests, xy, step, shelf)
    assert shelf is not None
    return Release(pieces.drop(columns=["x_m", "y_m"]), threshold, **shelf.books)


@dataclass(frozen=True)
class _ByArea:
    """
    What the zones of a book tell of each area; -1 where it is not told.

    Parameters
    ----------
    is_told : numpy.ndarray of bool
        Every zone with events that touches the area lies inside it and is told.
    low, high : numpy.ndarray of int
        Events of the told zones inside the area, and of the zones that touch it.
    zone, zone_events, zone_areas : numpy.ndarray of int
        The only zone with events that touches the area, its events, the areas it touches.
    """

    is_told: np.ndarray[Any, Any]
    low: Counts
    high: Counts
    zone: Counts
    zone_events: Counts
    zone_areas: Counts


def _by_area(book: Book, place: Labels, areas: int, zone_sums: Counts) -> _ByArea:
    """Return what zones tell of areas: `place` is the area of each piece, -1 for none."""
    touching = np.unique(np.column_stack([book.zone, place]), axis=0)
    parts = np.bincount(touching[:, 0], minlength=len(zone_sums))
    touching = touching[touching[:, 1] >= 0]
    zone, area = touching.T
    sums, is_inside = zone_sums[zone], parts[zone] == 1
    matters = sums != 0
    is_told = np.ones(areas, dtype=bool)
    is_told[area[matters & (~is_inside | (sums < 0))]] = False
    low, high = np.zeros(areas, dtype=np.int64), np.zeros(areas, dtype=np.int64)
    np.add.at(low, area, np.where(is_inside, np.maximum(sums, 0), 0))
    np.add.at(high, area, np.maximum(sums, 0))
    high[area[sums < 0]] = -1
    only = np.full(areas, -1, dtype=np.int64)
    is_only = matters & (np.bincount(area[matters], minlength=areas)[area] == 1)
    only[area[is_only]] = zone[is_only]
    has_one = only >= 0
    per_zone = np.bincount(zone, minlength=len(zone_sums))
    return _ByArea(
        is_told,
        low,
        high,
        only,
        np.where(has_one, zone_sums[only], -1),
        np.where(has_one, per_zone[only], -1),
    )


def _known(values: Counts, is_known: np.ndarray[Any, Any]) -> pd.arrays.IntegerArray:
    """Return whole numbers, missing where they are not known."""
    return pd.arrays.IntegerArray(values.astype("int64"), ~is_known)


def _check(events: pd.DataFrame, pieces: pd.DataFrame) -> None:
    place = events["piece"]
    if len(place) and not (place.notna().all() and place.between(0, len(pieces) - 1).all()):
        msg = "`events.piece` names pieces that are not there"
        raise InputError(msg)
    for column, codes in (("outcome_code", OUTCOMES), ("response_code", RESPONSES)):
        unknown = ~events[column].isin(codes)
        if unknown.any():
            msg = f"`events.{column}` has {int(unknown.sum())} unknown codes"
            raise InputError(msg)
