"""Where a site would reach most people: maximal covering, exact and greedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.spatial.distance import cdist

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from geo.access import Array, TravelTimeModel

SOLVER_SECONDS: Final = 10.0
"""After this time the best selection found so far is returned, with its bound."""


@dataclass(frozen=True)
class Cover:
    """
    A selection of candidates.

    Parameters
    ----------
    chosen : tuple of int
        Rows of the candidates, ascending.
    covered : float
        Demand within reach of at least one of them.
    bound : float
        No selection of as many candidates covers more.
    is_optimal : bool
        Whether the solver proved that none covers more.
    """

    chosen: tuple[int, ...]
    covered: float
    bound: float
    is_optimal: bool


def reach_matrix(
    points: Array,
    candidates: Array,
    *,
    within_km: ArrayLike,
    model: TravelTimeModel,
    minutes: float,
) -> NDArray[np.bool_]:
    """
    Return which candidate would be within reach of which point.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, 3), metres, EPSG:4978
        Where people live, from `geo.access.earth_positions_m`.
    candidates : numpy.ndarray, shape (m, 3), metres, EPSG:4978
    within_km : array_like, shape (n,) or scalar, km
        Least distance a point can have, as for `geo.access.nearest_site`.
    model : TravelTimeModel
        Kilometres to estimated minutes.
    minutes : float
        Threshold, included.

    Returns
    -------
    numpy.ndarray of bool, shape (n, m)
    """
    km = cdist(points, candidates) / 1000
    floor = np.broadcast_to(np.asarray(within_km, dtype=float), len(points))
    near: NDArray[np.bool_] = model.minutes(np.maximum(km, floor[:, None])) <= minutes
    return near


def greedy_cover(reach: NDArray[np.bool_], demand: ArrayLike, count: int) -> list[int]:
    """
    Return candidates in the order that each adds most; the first of equals.

    Parameters
    ----------
    reach : numpy.ndarray of bool, shape (n, m)
        Point by candidate.
    demand : array_like, shape (n,)
        Weight of each point, not negative.
    count : int
        Candidates to choose.

    Returns
    -------
    list of int, length `count`
        Rows of the candidates.

    Raises
    ------
    InputError
        If there is no candidate, `count` is below 1 or above the number of candidates, a demand is
        negative or missing, or the shapes differ.

    References
    ----------
    Church and ReVelle (1974), The maximal covering location problem, Papers in Regional Science
    32(1), 101-118.
    """
    weight = _checked(reach, demand, count)
    left = weight.copy()
    order: list[int] = []
    for _ in range(count):
        gain = left @ reach
        gain[order] = -1.0
        best = int(gain.argmax())
        order.append(best)
        left[reach[:, best]] = 0.0
    return order


def exact_cover(
    reach: NDArray[np.bool_], demand: ArrayLike, count: int, *, seconds: float = SOLVER_SECONDS
) -> Cover:
    """
    Return the candidates that together reach most demand.

    Parameters
    ----------
    reach, demand, count
        As for `greedy_cover`.
    seconds : float
        Time for the solver.

    Returns
    -------
    Cover
        Proven optimal, or after `seconds` the best found (never worse than greedy) with its bound.

    Raises
    ------
    InputError
        As `greedy_cover`.

    Notes
    -----
    Maximise sum(w_i y_i) with y_i <= sum of x_j over the candidates j that reach i, sum(x_j) =
    `count`, x binary, 0 <= y <= 1 (Church and ReVelle 1974), solved by HiGHS. Points that the same
    candidates reach are one row; points that nothing reaches are left out. Both change nothing.
    """
    weight = _checked(reach, demand, count)
    fallback = greedy_cover(reach, weight, count)
    if count == 1:
        covered = covered_demand(reach, weight, fallback)
        return Cover(tuple(fallback), covered, covered, is_optimal=True)
    rows, member = np.unique(np.packbits(reach, axis=1), axis=0, return_inverse=True)
    kept = np.unpackbits(rows, axis=1, count=reach.shape[1]).astype(bool)
    total = np.bincount(member.ravel(), weights=weight, minlength=len(kept))
    useful = kept.any(axis=1) & (total > 0)
    kept, total = kept[useful], total[useful]
    if not len(kept):
        return Cover(tuple(sorted(fallback)), 0.0, 0.0, is_optimal=True)
    groups, sites = kept.shape
    covers = sparse.hstack([-sparse.csr_array(kept.astype(float)), sparse.eye_array(groups)])
    number = np.concatenate([np.ones(sites), np.zeros(groups)])
    answer = milp(
        np.concatenate([np.zeros(sites), -total]),
        constraints=[
            LinearConstraint(covers.tocsr(), -np.inf, 0.0),
            LinearConstraint(number[None, :], count, count),
        ],
        integrality=number,
        bounds=Bounds(0.0, 1.0),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    best = fallback
    if answer.x is not None:
        found = np.argsort(-answer.x[:sites], kind="stable")[:count].tolist()
        best = max((found, fallback), key=lambda chosen: covered_demand(reach, weight, chosen))
    covered = covered_demand(reach, weight, best)
    is_optimal = answer.status == 0
    dual = answer.get("mip_dual_bound")
    bound = covered if is_optimal else float(total.sum() if dual is None else -dual)
    return Cover(tuple(sorted(best)), covered, bound, is_optimal)


def covered_demand(reach: NDArray[np.bool_], demand: ArrayLike, chosen: Sequence[int]) -> float:
    """Return the demand within reach of at least one chosen candidate."""
    weight = np.asarray(demand, dtype=float)
    return float(weight[reach[:, list(chosen)].any(axis=1)].sum())


def _checked(reach: NDArray[np.bool_], demand: ArrayLike, count: int) -> Array:
    weight = np.asarray(demand, dtype=float)
    if reach.ndim != 2 or weight.shape != reach.shape[:1]:  # noqa: PLR2004
        msg = f"`demand` has shape {weight.shape}, `reach` {reach.shape}; expected (n,) and (n, m)"
        raise InputError(msg)
    if reach.shape[1] == 0:
        msg = "there is no candidate site"
        raise InputError(msg)
    if not 1 <= count <= reach.shape[1]:
        msg = f"`k` is {count}; there are {reach.shape[1]} candidate sites, choose 1 to that many"
        raise InputError(msg)
    wrong = ~(weight >= 0)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        msg = f"`demand` is negative or missing at {int(wrong.sum())} points; first: row {first}"
        raise InputError(msg)
    return weight
