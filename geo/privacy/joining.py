"""Join areas, periods and categories until no count is small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

Counts = np.ndarray[Any, np.dtype[np.int64]]
Labels = np.ndarray[Any, np.dtype[np.intp]]

MIXED: Final = -1
"""Nest of a zone whose members lie in several, or in none."""


def is_small(counts: Counts, threshold: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return where a count is above zero and below the threshold."""
    return (counts > 0) & (counts < threshold)


def join_zones(
    counts: Counts,
    xy: np.ndarray[Any, np.dtype[np.float64]],
    nests: Sequence[Labels],
    *,
    threshold: int,
    start: Labels | None = None,
) -> Labels:
    """
    Join areas with near ones until every column of every zone is zero or at the threshold.

    Parameters
    ----------
    counts : numpy.ndarray of int, shape (n, c)
        Events per area and column (a year, an outcome).
    xy : numpy.ndarray, shape (n, 2), metres
        A point in each area, projected.
    nests : sequence of numpy.ndarray of int, shape (n,)
        Larger areas, smallest first; negative for none. A zone is joined within the smallest one
        that it lies in, as long as that has a partner.
    threshold : int
        Smallest count that may be told.
    start : numpy.ndarray of int, shape (n,), optional
        Zones to begin with; each area alone by default.

    Returns
    -------
    numpy.ndarray of int, shape (n,)
        Zone of each area, numbered from 0 in the order of their first areas. Where the events
        altogether stay below the threshold, small counts remain.

    Raises
    ------
    InputError
        If shapes differ.

    Notes
    -----
    The zone with fewest events goes first; its partner is the nearest zone with events.
    """
    count = len(counts)
    if len(xy) != count or any(len(nest) != count for nest in nests):
        msg = f"`counts`, `xy` and `nests` differ in length: {count}, {len(xy)}"
        raise InputError(msg)
    label = np.arange(count) if start is None else _numbered(start)
    number = int(label.max(initial=-1)) + 1
    sums = np.zeros((number, counts.shape[1]), dtype=np.int64)
    np.add.at(sums, label, counts)
    size = np.bincount(label, minlength=number).astype(float)
    sides = [np.bincount(label, xy[:, axis], number) / np.maximum(size, 1) for axis in (0, 1)]
    centre = np.column_stack(sides).astype(np.float64)
    inside = [_nest_of_zones(label, nest, number) for nest in nests]
    heir = np.arange(number)
    alive = sums.sum(axis=1) > 0
    while True:
        deficient = np.flatnonzero(alive & is_small(sums, threshold).any(axis=1))
        if len(deficient) == 0:
            break
        zone = deficient[np.argmin(sums[deficient].sum(axis=1))]
        partner = _partner(int(zone), alive, centre, inside)
        if partner is None:
            break
        sums[partner] += sums[zone]
        centre[partner] = (centre[partner] * size[partner] + centre[zone] * size[zone]) / (
            size[partner] + size[zone]
        )
        size[partner] += size[zone]
        for nest in inside:
            if nest[zone] != nest[partner]:
                nest[partner] = MIXED
        alive[zone] = False
        heir[zone] = partner
    while (heir[heir] != heir).any():
        heir = heir[heir]
    return _numbered(heir[label])


def common_zones(*labels: Labels) -> Labels:
    """
    Return the smallest zones that are whole in each of several zonings.

    Examples
    --------
    >>> common_zones(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])).tolist()
    [0, 0, 0, 1]
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    count = len(labels[0])
    rows, columns, offset = [], [], count
    for one in labels:
        rows.append(np.arange(count))
        columns.append(_numbered(one) + offset)
        offset += count
    edges = (np.concatenate(rows), np.concatenate(columns))
    graph = csr_array((np.ones(len(edges[0])), edges), shape=(offset, offset))
    return _numbered(connected_components(graph, directed=False)[1][:count])


def join_columns(
    counts: Counts, groups: Sequence[int], *, threshold: int, is_ordered: bool, start: Labels
) -> Labels:
    """
    Join columns of one zone until every block is zero or at the threshold.

    Parameters
    ----------
    counts : numpy.ndarray of int, shape (c,)
    groups : sequence of int, shape (c,)
        Columns of different groups are never joined.
    threshold : int
    is_ordered : bool
        Join only neighbours (months), else the smallest (categories).
    start : numpy.ndarray of int, shape (c,)
        Blocks to begin with.

    Returns
    -------
    numpy.ndarray of int, shape (c,)
        Block of each column. A small block remains where its whole group is small.

    Examples
    --------
    >>> months = np.array([4, 7, 0, 12, 3])
    >>> join_columns(months, [0] * 5, threshold=10, is_ordered=True, start=np.arange(5)).tolist()
    [0, 0, 1, 2, 2]
    """
    label = _numbered(start)
    group = np.asarray(groups)
    while True:
        sums = np.bincount(label, counts).astype(np.int64)
        blocks = np.arange(len(sums))
        small = blocks[is_small(sums, threshold)]
        merged = False
        for block in small[np.argsort(sums[small], kind="stable")]:
            same = np.isin(blocks, label[group == group[label == block][0]])
            others = blocks[same & (blocks != block) & (is_ordered | (sums > 0))]
            if is_ordered:
                others = others[np.abs(others - block) == 1]
            if len(others) == 0:
                continue
            label[label == block] = others[np.argmin(sums[others])]
            label = _numbered(label)
            merged = True
            break
        if not merged:
            return label


def _partner(
    zone: int,
    alive: np.ndarray[Any, np.dtype[np.bool_]],
    centre: np.ndarray[Any, np.dtype[np.float64]],
    inside: Sequence[Labels],
) -> int | None:
    others = alive.copy()
    others[zone] = False
    if not others.any():
        return None
    for nest in inside:
        near = others & (nest == nest[zone])
        if nest[zone] != MIXED and near.any():
            others = near
            break
    rows = np.flatnonzero(others)
    distance = ((centre[rows] - centre[zone]) ** 2).sum(axis=1)
    return int(rows[np.argmin(distance)])


def _nest_of_zones(label: Labels, nest: Labels, number: int) -> Labels:
    highest = np.full(number, np.iinfo(np.int64).min)
    lowest = np.full(number, np.iinfo(np.int64).max)
    np.maximum.at(highest, label, nest)
    np.minimum.at(lowest, label, nest)
    return np.where((highest == lowest) & (lowest >= 0), lowest, MIXED)


def _numbered(label: Labels) -> Labels:
    """Return labels numbered from 0 in the order in which they first occur."""
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]
