"""Kulldorff's spatial scan: where cases gather more than chance allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.spatial.distance import cdist

from geo.errors import InputError

Array = np.ndarray[Any, np.dtype[np.float64]]

MAX_POPULATION_SHARE: Final = 0.25
PERMUTATIONS: Final = 999


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


def circular_windows(xy: Array, population: Array, *, max_share: float) -> Array:
    """
    Return every circle over the centroids that holds at most a share of the population.

    Parameters
    ----------
    xy : numpy.ndarray, shape (n, 2), metres
        Centroids in a projected system.
    population : numpy.ndarray, shape (n,)
        At risk.
    max_share : float
        Largest share of the population in a circle.

    Returns
    -------
    numpy.ndarray of bool, shape (w, n)
        Distinct circles; a centroid alone counts, whatever its population.
    """
    order = np.argsort(cdist(xy, xy), axis=1, kind="stable")
    limit = max_share * population.sum()
    windows = set()
    for neighbours in order:
        inside = np.cumsum(population[neighbours]) <= limit
        inside[0] = True
        stop = int(np.argmin(inside)) if not inside.all() else len(inside)
        for size in range(1, stop + 1):
            windows.add(tuple(sorted(neighbours[:size].tolist())))
    matrix = np.zeros((len(windows), len(xy)), dtype=bool)
    for row, members in enumerate(sorted(windows)):
        matrix[row, list(members)] = True
    return matrix


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

    References
    ----------
    Kulldorff (1997), doi:10.1080/03610929708831995.
    """
    _check(xy, cases, population)
    total = float(cases.sum())
    if round(total) == 0:
        return []
    windows = circular_windows(xy, population, max_share=max_share)
    inside = windows.astype(float)
    share = population / population.sum()
    expected = inside @ share * total
    observed = inside @ cases
    ratio = _log_likelihood_ratio(observed, expected, total)

    random = np.random.default_rng(seed)
    maps = random.multinomial(round(total), share, size=permutations).astype(float)
    simulated_total = float(round(total))
    simulated = _log_likelihood_ratio(
        maps @ inside.T, inside @ share * simulated_total, simulated_total
    ).max(axis=1)

    clusters: list[Cluster] = []
    taken = np.zeros(len(population), dtype=bool)
    for row in np.argsort(-ratio, kind="stable"):
        if ratio[row] <= 0:
            break
        if (windows[row] & taken).any():
            continue
        taken |= windows[row]
        rank = 1 + int((simulated >= ratio[row]).sum())
        clusters.append(
            Cluster(
                members=tuple(np.flatnonzero(windows[row]).tolist()),
                observed=float(observed[row]),
                expected=float(expected[row]),
                log_likelihood_ratio=float(ratio[row]),
                p_value=rank / (1 + permutations),
            )
        )
    return clusters


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
