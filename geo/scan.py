"""Kulldorff's spatial scan: where cases gather more than chance allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.spatial.distance import cdist

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Array = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.integer[Any]]]

MAX_POPULATION_SHARE: Final = 0.25
PERMUTATIONS: Final = 999
ROUNDING: Final = 1e-9  # ratios closer than this are equal, a ratio below it is none


@dataclass(frozen=True)
class Cluster:
    """
    A circle of areas with more cases than expected.

    Parameters
    ----------
    members : tuple of int
        Rows of the input, ascending.
    observed, expected : float
        Cases inside.
    log_likelihood_ratio : float
        Against no cluster.
    p_value : float
        Share of random maps whose best circle is at least as unlikely.
    """

    members: tuple[int, ...]
    observed: float
    expected: float
    log_likelihood_ratio: float
    p_value: float


@dataclass(frozen=True)
class _Circles:
    """
    Every circle over the centroids, kept as its centre and how many areas it holds.

    Parameters
    ----------
    nearest : sequence of numpy.ndarray of int
        For each centre the areas of its largest circle, the nearest first; its circles are the
        first one, two, three ... of them.
    """

    nearest: Sequence[Whole]

    @classmethod
    def over(cls, xy: Array, population: Array, max_share: float) -> _Circles:
        """Return the circles with at most a share of the population; a centroid alone counts."""
        limit = max_share * population.sum()
        nearest = []
        for centre in range(len(xy)):
            order = np.argsort(cdist(xy[centre : centre + 1], xy)[0], kind="stable")
            inside = np.cumsum(population[order]) <= limit
            inside[0] = True
            stop = int(np.argmin(inside)) if not inside.all() else len(inside)
            nearest.append(order[:stop].astype(np.int32))
        return cls(nearest)

    def sums(self, values: Array) -> Iterator[Array]:
        """Yield, centre by centre, the sum over each of its circles."""
        for areas in self.nearest:
            yield np.cumsum(values[areas])

    def places(self) -> Whole:
        """Return, one row a centre, how many areas are nearer than each area; many if outside."""
        count = len(self.nearest)
        place = np.full((count, count), count, dtype=np.int32)
        for row, areas in zip(place, self.nearest, strict=True):
            row[areas] = np.arange(len(areas))
        return place


def spatial_scan(
    xy: Array,
    cases: Array,
    population: Array,
    *,
    seed: int,
    max_share: float = MAX_POPULATION_SHARE,
    permutations: int = PERMUTATIONS,
) -> list[Cluster]:
    """
    Find the most likely cluster and non-overlapping secondary ones.

    Parameters
    ----------
    xy : numpy.ndarray, shape (n, 2), metres
        Centroids in a projected system.
    cases : numpy.ndarray, shape (n,)
        Observed or expected-given-the-data cases, not negative; need not be whole.
    population : numpy.ndarray, shape (n,), person-years
        At risk, positive.
    seed : int
        Of the Monte Carlo maps.
    max_share : float
        Largest share of the population in a circle.
    permutations : int
        Monte Carlo maps.

    Returns
    -------
    list of Cluster
        Strongest first, high rates only, disjoint; those not significant included. None where
        there is less than half a case.

    Raises
    ------
    InputError
        If shapes differ, a population is not positive, or a case count is negative.

    Notes
    -----
    With c cases and e expected inside and C in all,
    LLR = c ln(c/e) + (C - c) ln((C - c)/(C - e)) where c > e, else 0. A random map spreads
    round(C) cases over the areas in proportion to population. p = (1 + maps whose largest LLR is
    at least this one) / (1 + maps), for secondary clusters too, which is conservative.

    Areas at one distance from a centre enter one by one, in the order of the rows. Of circles
    with one LLR the one whose rows come first is taken. The circles of one centre are worked
    through at a time, for all maps, so memory grows with areas x maps, not with circles x areas.

    References
    ----------
    Kulldorff (1997), doi:10.1080/03610929708831995.
    """
    _check(xy, cases, population)
    total = float(cases.sum())
    if round(total) == 0:
        return []
    circles = _Circles.over(xy, population, max_share)
    share = population / population.sum()
    random = np.random.default_rng(seed)
    maps = random.multinomial(round(total), share, size=permutations)
    simulated = _largest_ratios(circles, maps, share)
    return [
        Cluster(
            members=members,
            observed=observed,
            expected=expected,
            log_likelihood_ratio=ratio,
            p_value=(1 + int((simulated >= ratio - ROUNDING).sum())) / (1 + permutations),
        )
        for members, observed, expected, ratio in _disjoint(circles, cases, share)
    ]


def _largest_ratios(circles: _Circles, maps: Whole, share: Array) -> Array:
    """
    Return the largest log-likelihood ratio of each map.

    Notes
    -----
    With d = c - e, LLR <= d^2 (1 / 2e + 1 / (C - e)). A count too small for this bound to reach
    the least of the maxima found so far cannot raise any of them. That leaves about one count in
    a hundred to work out.
    """
    if not len(maps):
        return np.zeros(0)
    total = float(maps[0].sum())
    by_area = np.ascontiguousarray(maps.T, dtype=np.int32)
    largest = np.zeros(len(maps))
    for areas, part in zip(circles.nearest, circles.sums(share), strict=True):
        expected = part * total
        rest = np.maximum(total - expected, np.finfo(float).tiny)
        reach = np.sqrt(largest.min() / (0.5 / expected + 1 / rest))
        least = np.minimum(np.floor(expected + reach), total).astype(np.int32)
        counts = np.cumsum(by_area[areas], axis=0, dtype=np.int32)
        circle, column = np.divmod(np.flatnonzero(counts >= least[:, None]), len(maps))
        ratio = _log_likelihood_ratio(counts[circle, column].astype(float), expected[circle], total)
        np.maximum.at(largest, column, ratio)
    return largest


def _disjoint(
    circles: _Circles, cases: Array, share: Array
) -> Iterator[tuple[tuple[int, ...], float, float, float]]:
    """Yield members, observed, expected and ratio of the strongest circle free of earlier ones."""
    total = float(cases.sum())
    observed = np.concatenate(list(circles.sums(cases)))
    expected = np.concatenate(list(circles.sums(share))) * total
    ratio = _log_likelihood_ratio(observed, expected, total)
    length = np.array([len(areas) for areas in circles.nearest])
    first = np.cumsum(length) - length
    centre = np.repeat(np.arange(len(length)), length)
    size = np.arange(len(ratio)) - first[centre] + 1

    place = circles.places()
    free = length  # areas of each centre that come before the first taken one
    queue = np.argsort(-ratio, kind="stable")
    queue = queue[ratio[queue] > ROUNDING]
    while len(queue):
        tied = queue[: np.searchsorted(-ratio[queue], ROUNDING - ratio[queue[0]], side="right")]
        members, row = min(
            (tuple(np.sort(circles.nearest[centre[row]][: size[row]]).tolist()), int(row))
            for row in tied
        )
        yield members, float(observed[row]), float(expected[row]), float(ratio[row])
        free = np.minimum(free, place[:, list(members)].min(axis=1))
        queue = queue[size[queue] <= free[centre[queue]]]


def _log_likelihood_ratio(observed: Array, expected: Array, total: float) -> Array:
    rest = total - observed
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where(observed > 0, observed * np.log(observed / expected), 0.0)
        outer = np.where(rest > 0, rest * np.log(rest / (total - expected)), 0.0)
    return np.where(observed > expected, inner + outer, 0.0)


def _check(xy: Array, cases: Array, population: Array) -> None:
    if not len(xy) == len(cases) == len(population):
        msg = f"`xy`, `cases`, `population` differ: {len(xy)}, {len(cases)}, {len(population)} rows"
        raise InputError(msg)
    if not (population > 0).all():
        msg = f"`population` has {int((~(population > 0)).sum())} values that are not positive"
        raise InputError(msg)
    if not (cases >= 0).all():
        msg = f"`cases` has {int((~(cases >= 0)).sum())} values that are negative or missing"
        raise InputError(msg)
