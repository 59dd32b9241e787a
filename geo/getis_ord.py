"""Getis-Ord G and G*: small areas whose neighbourhood is high or low."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from geo.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Array = np.ndarray[Any, np.dtype[np.float64]]

PERMUTATIONS: Final = 9_999
SMALLEST_MAP: Final = 3
FDR_LEVEL, LIGHT_FDR_LEVEL = 0.05, 0.10


def local_g(values: Array, weights: csr_array, *, star: bool = True) -> Array:
    """
    Return the standardised local G or G* statistic.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
        One value per area, none missing.
    weights : scipy.sparse.csr_array, shape (n, n)
        Neighbours, binary or not; the diagonal is ignored and set to 1 for G*, to 0 for G.
    star : bool
        G*, which counts the area itself, or G, which does not.

    Returns
    -------
    numpy.ndarray, shape (n,)
        z-values; not a number where undefined: an area without neighbours, a constant field, a map
        of fewer than three areas.

    Raises
    ------
    InputError
        If shapes differ or a value is missing.

    Notes
    -----
    G*_i = (sum_j w_ij x_j - W_i m) / (s sqrt((n S_i - W_i^2) / (n - 1))) with m and s over all
    values; for G the area is left out of m, s and n.

    References
    ----------
    Ord, Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x.
    """
    _check(values, weights)
    near = _neighbours(weights)
    values = values - values.mean()
    if len(values) < SMALLEST_MAP:
        return np.full(len(values), np.nan)
    has_neighbours = np.diff(near.indptr) > 0
    n = len(values)
    if star:
        near = near + _identity(n)
        mean, size = np.full(n, values.mean()), n
        spread = np.full(n, values.std())
    else:
        size = n - 1
        mean = (values.sum() - values) / size
        spread = np.sqrt(np.maximum(((values**2).sum() - values**2) / size - mean**2, 0))
    total = near @ np.ones(n)
    squares = near.power(2) @ np.ones(n)
    variance = (size * squares - total**2) / (size - 1)
    z = np.full(n, np.nan)
    fine = has_neighbours & (spread > 1e-12 * max(1.0, np.abs(values).max())) & (variance > 0)
    z[fine] = (near @ values - total * mean)[fine] / (spread * np.sqrt(variance))[fine]
    return z


def hotspots(
    values: pd.Series, weights: csr_array, *, seed: int, permutations: int = PERMUTATIONS
) -> pd.DataFrame:
    """
    Class small areas by G* with permutation p-values and false-discovery control.

    Parameters
    ----------
    values : pandas.Series, shape (n,), Float64
        Smoothed rates, none missing.
    weights : scipy.sparse.csr_array, shape (n, n)
        Neighbours in the order of `values`, by contiguity or distance.
    seed : int
        Of the permutations.
    permutations : int
        Random neighbourhoods per area.

    Returns
    -------
    pandas.DataFrame, on the index of `values`
        g_star_z, p_value (two-sided), q_value (Benjamini-Hochberg), hotspot_code: hot or cold at
        5 %, hot_light or cold_light at 10 %, not_distinguishable, undefined.

    Raises
    ------
    InputError
        If shapes differ, a value is missing, or `permutations` is not positive.

    Notes
    -----
    Conditional permutation: the area keeps its value, its neighbours are drawn from the others
    without replacement. Where the neighbours are unusually low but the area itself lifts G* above
    zero, or the other way round, the class is not_distinguishable.
    p = min(1, 2 (1 + the rarer tail) / (1 + permutations)).

    References
    ----------
    Ord, Getis (1995); Benjamini, Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    if permutations < 1:
        msg = f"`permutations` is {permutations}; it must be positive"
        raise InputError(msg)
    field = values.to_numpy(float)
    z = local_g(field, weights)
    p = np.full(len(field), np.nan)
    defined = np.isfinite(z)
    is_high = np.zeros(len(field), dtype=bool)
    p[defined], is_high[defined] = _permutation_p(
        field, _neighbours(weights), defined, seed, permutations
    )
    q = np.full(len(field), np.nan)
    if defined.any():
        q[defined] = false_discovery_control(p[defined])
    q_of_class = np.where(is_high == (z > 0), q, 1.0)
    code = np.select(
        [~defined, q_of_class <= FDR_LEVEL, q_of_class <= LIGHT_FDR_LEVEL],
        ["undefined", "strong", "light"],
        "not_distinguishable",
    ).astype(object)
    side = np.where(z > 0, "hot", "cold")
    code[code == "strong"] = side[code == "strong"]
    code[code == "light"] = np.char.add(side.astype(str), "_light")[code == "light"]
    frame = pd.DataFrame({"g_star_z": z, "p_value": p, "q_value": q}, index=values.index)
    return frame.astype("Float64").assign(
        hotspot_code=pd.Series(code, index=values.index, dtype="str")
    )


def _permutation_p(
    field: Array, near: csr_array, defined: np.ndarray, seed: int, permutations: int
) -> tuple[Array, np.ndarray]:
    random = np.random.default_rng(seed)
    n = len(field)
    most = int(np.diff(near.indptr).max())
    draws = np.stack([random.choice(n - 1, most, replace=False) for _ in range(permutations)])
    p, high = [], []
    for area in np.flatnonzero(defined):
        start, stop = near.indptr[area], near.indptr[area + 1]
        weight, neighbours = near.data[start:stop], near.indices[start:stop]
        observed = weight @ field[neighbours]
        chosen = draws[:, : stop - start]
        chosen = chosen + (chosen >= area)
        simulated = field[chosen] @ weight
        above = int((simulated >= observed - 1e-12).sum())
        below = int((simulated <= observed + 1e-12).sum())
        high.append(above < below)
        p.append(min(1.0, 2 * (1 + min(above, below)) / (1 + permutations)))
    return np.array(p), np.array(high, dtype=bool)


def _identity(n: int) -> csr_array:
    from scipy.sparse import csr_array, eye_array

    return csr_array(eye_array(n))


def _neighbours(weights: csr_array) -> csr_array:
    """Return the weights without their diagonal, as compressed rows."""
    from scipy.sparse import csr_array, diags_array

    full = csr_array(weights).astype(float)
    near = full - diags_array(full.diagonal())
    near = csr_array(near)
    near.eliminate_zeros()
    return near


def _check(values: Array, weights: csr_array) -> None:
    if weights.shape != (len(values), len(values)):
        msg = f"`weights` has shape {weights.shape}, needs ({len(values)}, {len(values)})"
        raise InputError(msg)
    if not np.isfinite(values).all():
        msg = f"`values` has {int((~np.isfinite(values)).sum())} missing values"
        raise InputError(msg)
