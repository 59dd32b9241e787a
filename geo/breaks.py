"""Colour classes: limits fixed once per measure, over all years and counties."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geo.gamma_poisson import fit_gamma_poisson
from geo.rates import PER

CLASSES: Final = 6


def class_breaks(deaths: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """
    Return the upper limits of six colour classes per measure.

    Parameters
    ----------
    deaths : pandas.DataFrame
        Table `overdose_death`.
    visits : pandas.DataFrame
        Table `nonfatal_ed_visit`.

    Returns
    -------
    pandas.DataFrame
        Table `class_break`.

    Notes
    -----
    Quantiles over all counties and single years, weighted by residents so that the large counties
    do not all fall into the top class, rounded to whole numbers that can be read off a legend: of
    the smoothed rates of deaths, each year fitted by itself; of the published rates of visits.
    """
    tables = []
    if len(deaths):
        fits = [
            fit_gamma_poisson(rows, key="county_geoid", events="deaths")
            for _, rows in deaths.groupby([deaths["year"], deaths["county_geoid"].str[:2]])
        ]
        rates = pd.concat([fit.mean() * PER for fit in fits])
        people = pd.concat([pd.Series(fit.person_years, index=fit.mean().index) for fit in fits])
        of = f"smoothed rates of {_span(deaths['year'])}"
        tables.append(_limits("overdose_deaths_residents", sextiles(rates, people), of))
    single = visits[
        visits["published_rate_per_100k"].notna() & visits["population_persons"].notna()
    ]
    if len(single):
        rates, people = single["published_rate_per_100k"], single["population_persons"]
        of = f"published rates of {_span(single['first_year'])}"
        tables.append(_limits("nonfatal_overdose_ed_visits", sextiles(rates, people), of))
    return pd.concat([_limits("", np.array([]), "").iloc[:0], *tables], ignore_index=True)


def _span(years: pd.Series) -> str:
    return f"{years.min()}-{years.max()}"


def class_numbers(rates: pd.Series, limits: pd.Series) -> pd.Series:
    """
    Return the class each rate falls in, 1 being the lowest.

    Parameters
    ----------
    rates : pandas.Series, shape (n,), Float64, per 100,000 residents per year
        Missing where there is none.
    limits : pandas.Series, shape (k - 1,), Float64, the same unit
        Upper limits of all classes but the highest, ascending; a limit belongs to its class.

    Returns
    -------
    pandas.Series, shape (n,), Int64
        Missing where the rate is.
    """
    number = np.searchsorted(limits.to_numpy(float), rates.to_numpy(float, na_value=np.nan)) + 1
    return pd.Series(number, index=rates.index, dtype="Int64").where(rates.notna())


def sextiles(rates: pd.Series, people: pd.Series) -> np.ndarray:
    """Return the five values below which a sixth, two sixths ... of the people live."""
    order = np.argsort(rates.to_numpy(float), kind="stable")
    reached = np.cumsum(people.to_numpy(float)[order])
    at = np.searchsorted(reached, reached[-1] * np.arange(1, CLASSES) / CLASSES)
    limits: np.ndarray = rates.to_numpy(float)[order][at]
    return limits


def _limits(measure: str, limits: np.ndarray, of: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "measure_code": measure,
            "class_number": pd.array(range(1, len(limits) + 2), dtype="Int64"),
            "upper_per_100k": pd.array([*np.round(limits), None], dtype="Float64"),
            "method": f"a sixth of the residents each, counties and single years, {of}, rounded",
        }
    )
