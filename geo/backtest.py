"""How well a ranking of the past would have found the deaths that followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.rates import PER

if TYPE_CHECKING:
    from collections.abc import Mapping

FIFTH: Final = 0.2
MIDPOINT: Final = 5
"""Deaths a plain mean gives a suppressed year: the middle of 1 to 9."""


def plain_mean_rate(years: pd.DataFrame) -> pd.Series:
    """
    Return the plain mean of a period's yearly rates: what somebody would do without a model.

    Parameters
    ----------
    years : pandas.DataFrame
        Rows of `overdose_death` of the period.

    Returns
    -------
    pandas.Series, by county_geoid, per 100,000 residents per year
        A suppressed year counts as `MIDPOINT` deaths. Only for comparison: never shown as a rate.
    """
    deaths = years["deaths"].fillna(MIDPOINT).astype("Float64")
    rate = deaths / years["population_persons"].astype("Float64") * PER
    return rate.groupby(years["county_geoid"]).mean()


def deaths_found(
    rankings: Mapping[str, pd.Series], later: pd.DataFrame, *, share: float = FIFTH
) -> pd.DataFrame:
    """
    Return the share of later deaths in the counties that each ranking put first.

    Parameters
    ----------
    rankings : mapping of str to pandas.Series
        By name, the value of each county in the earlier period; high first, ties by GEOID.
    later : pandas.DataFrame
        Rows of `overdose_death` of the later period.
    share : float
        Of the counties, rounded up.

    Returns
    -------
    pandas.DataFrame, indexed by the ranking
        counties; deaths_share_low, deaths_share_high: with suppressed years as 1 or as 9 inside
        and the other way outside; people_share: of the later person-years; lift: deaths_share_low
        over people_share.

    Raises
    ------
    InputError
        If a ranking has other counties than `later`.
    """
    low = later["deaths"].fillna(1).groupby(later["county_geoid"]).sum().astype(float)
    high = later["deaths"].fillna(9).groupby(later["county_geoid"]).sum().astype(float)
    people = later.groupby("county_geoid")["population_persons"].sum().astype(float)
    count = int(np.ceil(share * len(low)))
    rows = {}
    for name, values in rankings.items():
        if set(values.index) != set(low.index):
            msg = f"`rankings` {name!r} has other counties than `later`"
            raise InputError(msg)
        order = values.sort_index().sort_values(ascending=False, kind="stable").index[:count]
        first, rest = low.index.isin(order), ~low.index.isin(order)
        least = low[first].sum() / (low[first].sum() + high[rest].sum())
        most = high[first].sum() / (high[first].sum() + low[rest].sum())
        living = people[first].sum() / people.sum()
        rows[name] = (count, least, most, living, least / living)
    columns = ["counties", "deaths_share_low", "deaths_share_high", "people_share", "lift"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
