"""Empirical Bayes rates for data without suppression: global and spatial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def global_rate(events: pd.Series, population: pd.Series) -> pd.Series:
    """
    Shrink each area's rate towards the rate of all areas (Marshall's estimator).

    Parameters
    ----------
    events, population : pandas.Series, shape (n,), events and persons
        On one index, none missing, populations positive.

    Returns
    -------
    pandas.Series, shape (n,), events per person

    Raises
    ------
    InputError
        If the indexes differ, a value is missing or negative, or a population is not positive.

    Notes
    -----
    With b the pooled rate and a = max(0, sum(p (r - b)^2) / sum(p) - b / mean(p)), the estimate
    is b + (r - b) a / (a + b / p).

    References
    ----------
    Marshall (1991), doi:10.2307/2347593.
    """
    _check(events, population)
    count, people = events.to_numpy(float), population.to_numpy(float)
    pooled = count.sum() / people.sum()
    spread = (people * (count / people - pooled) ** 2).sum() / people.sum()
    between = max(0.0, spread - pooled / people.mean())
    return pd.Series(_shrink(count, people, pooled, between), index=events.index)


def spatial_rate(events: pd.Series, population: pd.Series, weights: csr_array) -> pd.Series:
    """
    Shrink each area's rate towards the rate of its neighbourhood.

    Parameters
    ----------
    events, population : pandas.Series, shape (n,), events and persons
        On one index, none missing, populations positive.
    weights : scipy.sparse.csr_array, shape (n, n)
        1 for neighbours and for an area itself, in the order of the index.

    Returns
    -------
    pandas.Series, shape (n,), events per person

    Raises
    ------
    InputError
        If the indexes differ, a value is missing, a population is not positive, or `weights` has
        another shape.

    Notes
    -----
    As `global_rate`, with b and a taken over each neighbourhood.

    References
    ----------
    Marshall (1991), doi:10.2307/2347593.
    """
    _check(events, population)
    if weights.shape != (len(events), len(events)):
        msg = f"`weights` has shape {weights.shape}, needs ({len(events)}, {len(events)})"
        raise InputError(msg)
    count, people = events.to_numpy(float), population.to_numpy(float)
    near_people = weights @ people
    pooled = (weights @ count) / near_people
    rate = count / people
    squares = weights @ (people * rate**2) - 2 * pooled * (weights @ (people * rate))
    squares += pooled**2 * near_people
    size = weights @ np.ones(len(people))
    between = np.maximum(0.0, squares / near_people - pooled / (near_people / size))
    return pd.Series(_shrink(count, people, pooled, between), index=events.index)


def _shrink(
    count: np.ndarray, people: np.ndarray, pooled: np.ndarray | float, between: np.ndarray | float
) -> np.ndarray:
    noise = pooled / people
    total = between + noise
    weight = np.divide(between, total, out=np.zeros_like(people), where=total > 0)
    return np.asarray(pooled + weight * (count / people - pooled))


def _check(events: pd.Series, population: pd.Series) -> None:
    if not events.index.equals(population.index):
        msg = "`events` and `population` have different indexes; align them first"
        raise InputError(msg)
    if events.isna().any() or population.isna().any():
        msg = "`events` or `population` has missing values; use the gamma-Poisson model for those"
        raise InputError(msg)
    if (events < 0).any():
        msg = f"`events` is negative at {events.index[events < 0][0]!r}"
        raise InputError(msg)
    if not (population > 0).all():
        first = population.index[~(population > 0)][0]
        msg = f"`population` must be positive, is not at {first!r}"
        raise InputError(msg)
