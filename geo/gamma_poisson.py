"""Smoothed rates where small counts are suppressed: a gamma-Poisson model on a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import gammaln

from geo.errors import InputError
from geo.withheld import RANGES, is_withheld

Array = np.ndarray[Any, np.dtype[np.float64]]

FEWEST_AREAS: Final = 3
"""A prior is fitted to no fewer."""
GRID_POINTS: Final = 1601
GRID_LOG_SPAN: Final = (-6.0, 4.0)
"""Grid of log rates around the pooled rate: e^-6 to e^4 times it, steps of 0.6 % or finer."""
FAR: Final = 1e8
"""Of more expected events only the highest power counts; the 41st of this is still finite."""


@dataclass(frozen=True)
class GammaPoissonFit:
    """
    The posterior of every area's rate on one grid.

    Parameters
    ----------
    index : pandas.Index
        The areas.
    rate_grid : numpy.ndarray, shape (g,), events per person-year
        Increasing, evenly spaced in the logarithm.
    posterior : numpy.ndarray, shape (n, g)
        Probability of each grid point; rows add up to 1.
    prior_shape, prior_rate : float
        The gamma prior: mean prior_shape / prior_rate events per person-year.
    person_years : numpy.ndarray, shape (n,)
        Exposure of each area.
    """

    index: pd.Index
    rate_grid: Array
    posterior: Array
    prior_shape: float
    prior_rate: float
    person_years: Array

    def mean(self) -> pd.Series:
        """Return the posterior mean of each area, events per person-year."""
        return pd.Series(self.posterior @ self.rate_grid, index=self.index)

    def pooled_rate(self) -> float:
        """Return the rate of all areas together: posterior means weighted by person-years."""
        return float(np.average(self.mean(), weights=self.person_years))

    def quantile(self, probability: float) -> pd.Series:
        """Return a posterior quantile of each area, events per person-year."""
        cumulative = np.cumsum(self.posterior, axis=1) - self.posterior / 2
        log_rate = np.log(self.rate_grid)
        found = [np.interp(probability, row, log_rate) for row in cumulative]
        return pd.Series(np.exp(found), index=self.index)

    def exceedance(self, rate: float) -> pd.Series:
        """Return the probability that each area's rate is above `rate`, events per person-year."""
        cumulative = np.cumsum(self.posterior, axis=1) - self.posterior / 2
        log_rate = np.log(self.rate_grid)
        below = [np.interp(np.log(rate), log_rate, row) for row in cumulative]
        return pd.Series(1 - np.clip(below, 0, 1), index=self.index)

    def expected_events(self, years: pd.DataFrame, *, key: str, events: str) -> pd.Series:
        """
        Return the events of each area: reported ones as they are, withheld ones as expected.

        Parameters
        ----------
        years : pandas.DataFrame
            The rows the model was fitted to.
        key, events : str
            Names of the area column and of the count column.

        Returns
        -------
        pandas.Series, shape (n,), on `index`
            For the scan only: never shown or exported as a count.

        Notes
        -----
        For a withheld year E(deaths | low <= deaths <= high), averaged over the posterior, where
        low and high are the ends of its range: 1 and 9, or 10 and 50.
        """
        reported = years.loc[~is_withheld(years["status_code"])]
        known = reported.groupby(key)[events].sum().reindex(self.index, fill_value=0)
        extra = np.zeros(len(self.index))
        for code, ends in RANGES.items():
            hidden = years.loc[years["status_code"] == code]
            rows = self.index.get_indexer(hidden[key])
            expected = hidden["population_persons"].to_numpy(float)[:, None] * self.rate_grid
            filled = (self.posterior[rows] * _mean_in_range(expected, *ends)).sum(axis=1)
            extra += np.bincount(rows, filled, minlength=len(self.index))
        return known.astype(float) + extra


def fit_gamma_poisson(years: pd.DataFrame, *, key: str, events: str) -> GammaPoissonFit:
    """
    Fit one rate per area when of some yearly counts only a range is known: 1 to 9, or 10 to 50.

    Parameters
    ----------
    years : pandas.DataFrame
        One row per area and year: `key`, `events` (missing where withheld), `status_code`
        (reported, or a code of `geo.withheld.RANGES`), `population_persons` above zero.
    key, events : str
        Names of the area column and of the count column.

    Returns
    -------
    GammaPoissonFit
        Areas in sorted order.

    Raises
    ------
    InputError
        If there are fewer than three areas (no prior can be set), a population is missing or not
        positive, a status is neither reported nor that of a withheld count, a count is negative,
        or a reported count is missing.

    Notes
    -----
    rate_i ~ Gamma(shape, rate); deaths_it ~ Poisson(rate_i x population_it). A reported year
    contributes its Poisson likelihood; a withheld year contributes P(low <= deaths <= high), the
    ends being those of its range. The prior maximises the marginal likelihood, the product over
    areas of the integral over rate_i, done on the grid. Nothing is filled in.

    References
    ----------
    Clayton, Kaldor (1987), doi:10.2307/2532003, for the gamma prior and its marginal likelihood.
    """
    _check(years, key, events)
    names, row_area = np.unique(years[key].to_numpy(str), return_inverse=True)
    population = years["population_persons"].to_numpy(float)
    of_range = {code: (years["status_code"] == code).to_numpy() for code in RANGES}
    count = years[events].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    middles = [sum(ends) / 2 for ends in RANGES.values()]
    guess = np.select(list(of_range.values()), middles, count)
    pooled = max(guess.sum(), 0.5) / population.sum()
    largest = np.bincount(row_area, guess).max()
    log_rate = np.log(pooled) + np.linspace(*GRID_LOG_SPAN, _grid_points(largest))
    rate = np.exp(log_rate)

    size = len(names)
    told = ~np.any(list(of_range.values()), axis=0)
    known = np.bincount(row_area[told], count[told], minlength=size)
    exposed = np.bincount(row_area[told], population[told], minlength=size)
    likelihood = known[:, None] * log_rate - exposed[:, None] * rate
    for code, hidden in of_range.items():
        log_chance = _log_probability_of_range(population[hidden, None] * rate, *RANGES[code])
        np.add.at(likelihood, row_area[hidden], log_chance)
    likelihood -= likelihood.max(axis=1, keepdims=True)
    shape, prior_rate = _fit_prior(likelihood, log_rate, rate, pooled)
    posterior = np.exp(likelihood + _log_prior(shape, prior_rate, log_rate, rate))
    posterior /= posterior.sum(axis=1, keepdims=True)
    person_years = np.bincount(row_area, population, minlength=size).astype(float)
    index = pd.Index(names, name=key)
    return GammaPoissonFit(index, rate, posterior, shape, prior_rate, person_years)


def _grid_points(largest: float) -> int:
    """Return enough points that a step is a third of the narrowest posterior's deviation."""
    span = GRID_LOG_SPAN[1] - GRID_LOG_SPAN[0]
    return max(GRID_POINTS, int(np.ceil(3 * span * np.sqrt(largest + 1))) + 1)


def _log_probability_of_range(expected: Array, low: int, high: int) -> Array:
    """Return log P(low <= events <= high) of a Poisson variable: sums of positive terms only."""
    near = np.minimum(expected, FAR)
    total = np.zeros_like(expected)
    for count in range(high, low - 1, -1):  # in the end over near^(low - 1) / (low - 1)!
        total = (total + 1.0) * near / count
    log_total = np.log(total) - expected
    if low > 1:
        log_total += (low - 1) * np.log(near) - gammaln(low)
    beyond = expected > FAR
    log_total[beyond] += high * np.log(expected[beyond] / FAR)
    return log_total


def _mean_in_range(expected: Array, low: int, high: int) -> Array:
    """Return E(events | low <= events <= high) of a Poisson variable."""
    near = np.minimum(expected, FAR)
    weight = np.ones_like(expected)
    total, first = np.zeros_like(expected), np.zeros_like(expected)
    for count in range(low, high + 1):
        weight = weight * near / count
        total += weight
        first += count * weight
    mean: Array = first / total
    return mean


def _log_prior(shape: float, rate: float, log_grid: Array, grid: Array) -> Array:
    density: Array = shape * np.log(rate) - gammaln(shape) + shape * log_grid - rate * grid
    return density


def _fit_prior(
    likelihood: Array, log_grid: Array, grid: Array, pooled: float
) -> tuple[float, float]:
    scaled = np.exp(likelihood)

    def loss(parameters: Array) -> float:
        shape, mean = np.exp(parameters)
        marginal = scaled @ np.exp(_log_prior(shape, shape / mean, log_grid, grid))
        return -float(np.log(np.maximum(marginal, 1e-300)).sum())

    start = np.log([5.0, pooled])
    bounds = [(np.log(0.05), np.log(2000.0)), (start[1] - 4, start[1] + 3)]
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    shape, mean = np.exp(found.x)
    return float(shape), float(shape / mean)


def _check(years: pd.DataFrame, key: str, events: str) -> None:
    if years[key].nunique() < FEWEST_AREAS:
        msg = f"`years` has {years[key].nunique()} areas; a prior needs three or more"
        raise InputError(msg)
    strange = years[~years["status_code"].isin(["reported", *RANGES])]
    if len(strange):
        msg = f"`years` has {len(strange)} rows of unknown status, first {strange[key].iloc[0]}"
        raise InputError(msg)
    empty = years[~(years["population_persons"] > 0).fillna(value=False).astype(bool)]
    if len(empty):
        msg = f"`years` has {len(empty)} rows without population, first {empty[key].iloc[0]}"
        raise InputError(msg)
    reported = years["status_code"] == "reported"
    bad = years[reported & (years[events].isna() | (years[events] < 0))]
    if len(bad):
        msg = (
            f"`years` has {len(bad)} reported counts missing or negative, first {bad[key].iloc[0]}"
        )
        raise InputError(msg)
