"""How well a ranking of the past would have found the deaths that followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.rates import PER
from geo.withheld import count_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

FIFTH: Final = 0.2


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
        A suppressed year counts as the middle of its range, 5 deaths of 1 to 9. Only for
        comparison: never shown as a rate.
    """
    deaths = count_limits(years["deaths"], years["status_code"]).astype("Float64").mean(axis=1)
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
        counties; deaths_share_low, deaths_share_high: with suppressed years at the least or at the
        most of their range inside and the other way outside; people_share: of the later
        person-years; lift: deaths_share_low over people_share.

    Raises
    ------
    InputError
        If a ranking has other counties than `later`.
    """
    limits = count_limits(later["deaths"], later["status_code"])
    ends = limits.groupby(later["county_geoid"]).sum().astype(float)
    low, high = ends["low"], ends["high"]
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
