"""Rates per 100,000 with exact Poisson intervals and their reliability."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import chi2

from geo.errors import InputError
from geo.withheld import count_limits, is_withheld, ranges_by

PER: Final = 100_000
UNRELIABLE_BELOW: Final = 20
"""Fewer events than this and a rate is called unreliable."""


def crude_rate(events: pd.Series, population: pd.Series) -> pd.Series:
    """
    Return the crude event rate per 100,000 residents.

    Parameters
    ----------
    events : pandas.Series, shape (n,), Int64, events per period
        Missing where the source suppresses the count.
    population : pandas.Series, shape (n,), Int64, person-years
        Mid-period population, summed over the years of the period, on the index of `events`.

    Returns
    -------
    pandas.Series, shape (n,), Float64, events per 100,000 residents per year
        Missing where either input is missing or the population is zero.

    Raises
    ------
    InputError
        If the indexes differ, or a count or a population is negative.

    Notes
    -----
    rate = events / person-years x 100,000.

    Examples
    --------
    >>> crude_rate(pd.Series([12], dtype="Int64"), pd.Series([60000], dtype="Int64")).tolist()
    [20.0]
    """
    _check(events, population)
    people = population.astype("Float64")
    return events.astype("Float64") / people.where(people > 0) * PER


def poisson_interval(events: pd.Series, *, level: float = 0.95) -> pd.DataFrame:
    """
    Return the exact (Garwood) interval of a Poisson mean.

    Parameters
    ----------
    events : pandas.Series, shape (n,), Int64, events
        Missing where suppressed.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame, shape (n, 2), Float64, events
        `lower` and `upper`, on the same index; missing where `events` is.

    Raises
    ------
    InputError
        If a count is negative or `level` is not between 0 and 1.

    Notes
    -----
    lower = chi2(alpha/2, 2x)/2, upper = chi2(1 - alpha/2, 2x + 2)/2; lower is 0 where x is 0.

    References
    ----------
    Garwood (1936), doi:10.1093/biomet/28.3-4.437.
    """
    if not 0 < level < 1:
        msg = f"`level` is {level}; it must lie between 0 and 1"
        raise InputError(msg)
    _check_not_negative(events, "events")
    alpha = 1 - level
    count = events.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    lower = np.where(count > 0, chi2.ppf(alpha / 2, 2 * count) / 2, np.where(count == 0, 0, np.nan))
    upper = chi2.ppf(1 - alpha / 2, 2 * count + 2) / 2
    frame = pd.DataFrame({"lower": lower, "upper": upper}, index=events.index)
    return frame.astype("Float64")


def reliability(events: pd.Series, years_suppressed: pd.Series) -> pd.Series:
    """
    Return how far a rate can be trusted.

    Parameters
    ----------
    events : pandas.Series, shape (n,), Int64, events
        Reported events of the period; missing where none is reported.
    years_suppressed : pandas.Series, shape (n,), Int64, years
        Years of the period whose count the source withholds, on the same index.

    Returns
    -------
    pandas.Series of str
        `suppressed` where a year is withheld, else `missing` where there is no count, else
        `unreliable` below 20 events, else `reliable`.
    """
    code = np.select(
        [years_suppressed > 0, events.isna(), (events < UNRELIABLE_BELOW).fillna(value=False)],
        ["suppressed", "missing", "unreliable"],
        "reliable",
    )
    return pd.Series(code, index=events.index, dtype="str")


def crude_rate_table(years: pd.DataFrame, *, key: str, events: str) -> pd.DataFrame:
    """
    Sum years to one crude rate per area, with interval and reliability.

    Parameters
    ----------
    years : pandas.DataFrame
        One row per area and year: `key`, `events` (missing where withheld), `status_code`,
        `population_persons`.
    key, events : str
        Names of the area column and of the count column.

    Returns
    -------
    pandas.DataFrame, indexed by `key`
        events (Int64, missing where a year is withheld), events_low, events_high (withheld years
        at the ends of their ranges: 1 and 9, or 10 and 50), years_suppressed (withheld years),
        withheld_range (str, their ranges in words; empty where no year is withheld),
        person_years, rate_per_100k, rate_lower_per_100k, rate_upper_per_100k (missing with the
        count), reliability_code. A count or a population that is missing without being withheld
        leaves the area without count or rate.
    """
    group = years[key]
    hidden = is_withheld(years["status_code"])
    withheld = hidden.groupby(group).sum().astype("Int64")
    absent = (years[events].isna() & ~hidden).groupby(group).any()
    limits = count_limits(years[events], years["status_code"]).groupby(group).sum()
    limits = limits.astype("Int64").mask(absent)
    people = years["population_persons"].astype("Int64")
    person_years = people.groupby(group).sum().mask(people.isna().groupby(group).any())
    table = pd.DataFrame(
        {
            "events": limits["low"].where(withheld == 0),
            "events_low": limits["low"],
            "events_high": limits["high"],
            "years_suppressed": withheld,
            "withheld_range": ranges_by(years["status_code"], group),
            "person_years": person_years.astype("Int64"),
        }
    )
    table["rate_per_100k"] = crude_rate(table["events"], table["person_years"])
    interval = poisson_interval(table["events"])
    people = table["person_years"].astype("Float64")
    people = people.where(people > 0)
    table["rate_lower_per_100k"] = interval["lower"] / people * PER
    table["rate_upper_per_100k"] = interval["upper"] / people * PER
    table["reliability_code"] = reliability(table["events"], table["years_suppressed"])
    return table


def _check(events: pd.Series, population: pd.Series) -> None:
    if not events.index.equals(population.index):
        msg = "`events` and `population` have different indexes; align them first"
        raise InputError(msg)
    _check_not_negative(events, "events")
    _check_not_negative(population, "population")


def _check_not_negative(values: pd.Series, name: str) -> None:
    bad = values[(values < 0).fillna(value=False)]
    if len(bad):
        msg = f"`{name}` has {len(bad)} negative values, first {bad.iloc[0]} at {bad.index[0]!r}"
        raise InputError(msg)
