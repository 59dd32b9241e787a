"""Counts of a file of events, joined into books: each book a partition without small counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.privacy.joining import Counts, Labels, common_zones, join_columns, join_zones

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

OUTCOMES: Final = ("fatal", "non_fatal", "unknown")
FATES: Final = ("fatal", "not_fatal")
RESPONSES: Final = (
    "police",
    "ems",
    "fire",
    "bystander",
    "other",
    "giver_unknown",
    "nobody",
    "unknown",
)
"""Who gave naloxone; nobody where none was given, unknown where it is not known whether any was."""
SHORT_YEAR_MONTHS: Final = 6
"""A first or last year with fewer months in the file is told with its neighbour."""


@dataclass(frozen=True)
class Book:
    """
    Counts by zone and block of columns: a partition of all events.

    Parameters
    ----------
    zone : numpy.ndarray of int, shape (pieces,)
        Zone of each piece.
    columns : tuple of str
        What is told apart at best: months, years, outcomes.
    block : numpy.ndarray of int, shape (zones, columns)
        Columns of a zone with the same number are told together only.
    events : numpy.ndarray of int, shape (zones, columns)
        Events of the block, in its first column; zero in its others.
    """

    zone: Labels
    columns: tuple[str, ...]
    block: Labels
    events: Counts

    def tell(self, piece_mask: np.ndarray[Any, Any], wanted: Collection[str]) -> int | None:
        """
        Return the events of some pieces in some columns, or None where that would show too much.

        Parameters
        ----------
        piece_mask : numpy.ndarray of bool, shape (pieces,)
        wanted : collection of str
            Of `columns`.
        """
        sums = self.zone_sums(wanted)
        members = np.bincount(self.zone, minlength=len(sums))
        inside = np.bincount(self.zone, piece_mask, minlength=len(sums))
        touched = (inside > 0) & (sums != 0)
        if (touched & ((inside < members) | (sums < 0))).any():
            return None
        return int(sums[touched].sum())

    def zone_sums(self, wanted: Collection[str]) -> Counts:
        """Return the events of each zone in some columns; -1 where part of a block is wanted."""
        zones, width = self.block.shape
        flat = (np.arange(zones)[:, None] * width + self.block).ravel()
        is_wanted = np.tile(np.isin(self.columns, list(wanted)), zones)
        inside = np.bincount(flat, is_wanted, zones * width)
        size = np.bincount(flat, minlength=zones * width)
        events = np.bincount(flat, self.events.ravel(), zones * width)
        part = (inside > 0) & (inside < size) & (events > 0)
        sums = np.where(inside > 0, events, 0).reshape(zones, width).sum(axis=1)
        return np.where(part.reshape(zones, width).any(axis=1), -1, sums).astype(np.int64)


TIMED: Final = ("yearly", "monthly")
"""Books whose columns follow each other: only neighbours are joined."""


@dataclass(frozen=True)
class Tally:
    """
    Events counted by piece: the one pass over the events.

    Parameters
    ----------
    by_month, by_outcome, by_response : numpy.ndarray of int, shape (pieces, columns)
    months : tuple of str
        "2023-01", without gaps.
    years : tuple of str
        What each month is told with: its year, or two.
    """

    by_month: Counts
    by_outcome: Counts
    by_response: Counts
    months: tuple[str, ...]
    years: tuple[str, ...]

    @property
    def periods(self) -> tuple[str, ...]:
        """The years told apart, in their order."""
        return tuple(dict.fromkeys(self.years))


def tally(events: pd.DataFrame, pieces: int) -> Tally:
    """
    Count events.

    Parameters
    ----------
    events : pandas.DataFrame
        piece, month, outcome_code, response_code.
    pieces : int
        How many pieces there are.
    """
    piece = events["piece"].to_numpy(np.intp)
    months = _months(events["month"])

    def count(column: str, codes: Sequence[str]) -> Counts:
        place = pd.Categorical(events[column], categories=list(codes)).codes
        flat = np.bincount(piece * len(codes) + place, minlength=pieces * len(codes))
        return flat.astype(np.int64).reshape(pieces, len(codes))

    return Tally(
        count("month", months),
        count("outcome_code", OUTCOMES),
        count("response_code", RESPONSES),
        months,
        _years(months),
    )


class Shelf:
    """
    The books of a tally at one threshold, each coarser than the same book at the one before.

    Parameters
    ----------
    counted : Tally
    nests : sequence of numpy.ndarray of int, shape (pieces,)
        Larger areas, smallest first; negative for none. The last is what large zones begin with.
    xy : numpy.ndarray, shape (pieces, 2), metres
    threshold : int
    before : Shelf, optional
    """

    def __init__(
        self,
        counted: Tally,
        nests: Sequence[Labels],
        xy: np.ndarray[Any, np.dtype[np.float64]],
        threshold: int,
        before: Shelf | None,
    ) -> None:
        self._nests, self._xy, self._threshold = nests, xy, threshold
        self._before = before.books if before else {}
        self.books: dict[str, Book] = {}
        periods = counted.periods
        month_year = [periods.index(year) for year in counted.years]
        by_year = _merged(counted.by_month, month_year, len(periods))
        by_fate = _merged(counted.by_outcome, [0, 1, 1], len(FATES))
        total = by_year.sum(axis=1, keepdims=True)
        year_block = self._joined(by_year, is_ordered=True)
        fate_block = self._joined(by_fate, is_ordered=False)
        whole = self._zones("whole", total, None)
        yearly = self._zones("yearly", _merged(by_year, year_block, len(periods)), whole)
        fates = self._zones("fates", _merged(by_fate, fate_block, len(FATES)), yearly)
        large = self._zones("monthly", total, common_zones(fates, _large(nests[-1])))
        month_group = [int(year_block[year]) for year in month_year]
        outcome_group = [int(fate_block[fate]) for fate in (0, 1, 1)]
        months, same = counted.months, [0] * len(RESPONSES)
        self._add("whole", whole, total, ("all",), [0])
        self._add("yearly", yearly, by_year, periods, year_block.tolist())
        self._add("fates", fates, by_fate, FATES, fate_block.tolist())
        self._add("monthly", large, counted.by_month, months, month_group)
        self._add("outcomes", large, counted.by_outcome, OUTCOMES, outcome_group)
        self._add("responses", large, counted.by_response, RESPONSES, same)

    def _zones(self, name: str, counts: Counts, finer: Labels | None) -> Labels:
        parts = [] if finer is None else [finer]
        if name in self._before:
            parts.append(self._before[name].zone)
        start = common_zones(*parts) if parts else None
        return join_zones(counts, self._xy, self._nests, threshold=self._threshold, start=start)

    def _joined(self, counts: Counts, *, is_ordered: bool) -> Labels:
        """Return blocks of columns for all zones: joined where the whole file has too few."""
        total = counts.sum(axis=0)
        return join_columns(
            total,
            [0] * len(total),
            threshold=self._threshold,
            is_ordered=is_ordered,
            start=np.arange(len(total)),
        )

    def _add(
        self, name: str, zone: Labels, counts: Counts, columns: tuple[str, ...], groups: list[int]
    ) -> None:
        number = int(zone.max(initial=-1)) + 1
        sums = np.zeros((number, len(columns)), dtype=np.int64)
        np.add.at(sums, zone, counts)
        block = np.zeros((number, len(columns)), dtype=np.intp)
        told = np.zeros_like(sums)
        for one in range(number):
            block[one] = join_columns(
                sums[one],
                groups,
                threshold=self._threshold,
                is_ordered=name in TIMED,
                start=self._start(name, zone == one, len(columns)),
            )
            _, first, label = np.unique(block[one], return_index=True, return_inverse=True)
            told[one, first] = np.bincount(label, sums[one])
        self.books[name] = Book(zone, columns, block, told)

    def _start(self, name: str, members: np.ndarray[Any, Any], width: int) -> Labels:
        """Return the finest blocks a zone may have: those before."""
        parts = [np.arange(width)]
        if name in self._before:
            older = self._before[name]
            parts += [older.block[zone] for zone in np.unique(older.zone[members])]
        return common_zones(*parts) if len(parts) > 1 else parts[0]


def _merged(counts: Counts, label: Sequence[int] | Labels, width: int) -> Counts:
    merged = np.zeros((len(counts), width), dtype=np.int64)
    for column, target in enumerate(label):
        merged[:, target] += counts[:, column]
    return merged


def _large(county: Labels) -> Labels:
    """Return the counties as zones; pieces of no known county are one zone together."""
    return np.where(county >= 0, county, county.max(initial=-1) + 1)


def _months(column: pd.Series) -> tuple[str, ...]:
    if len(column) == 0:
        return ()
    span = pd.period_range(column.min(), column.max(), freq="M")
    return tuple(map(str, span))


def _years(months: tuple[str, ...]) -> tuple[str, ...]:
    """Return the year each month is told with: a short first or last one with its neighbour."""
    years = [month[:4] for month in months]
    names = list(dict.fromkeys(years))
    held = {year: years.count(year) for year in names}
    label = {year: year for year in names}
    if len(names) > 1 and held[names[0]] < SHORT_YEAR_MONTHS:
        label[names[0]] = label[names[1]] = f"{names[0]}–{names[1]}"
    if len(names) > 2 and held[names[-1]] < SHORT_YEAR_MONTHS:  # noqa: PLR2004
        joined = f"{label[names[-2]].partition('–')[0]}–{names[-1]}"
        old = label[names[-2]]
        label = {year: joined if name == old else name for year, name in label.items()}
        label[names[-1]] = joined
    return tuple(label[year] for year in years)
