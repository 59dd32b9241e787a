"""How a rate moves: year by year with what is withheld, and between two periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import beta

from geo.errors import InputError
from geo.rates import PER, poisson_interval
from geo.withheld import count_limits, is_withheld


def yearly_trend(years: pd.DataFrame, *, events: str) -> pd.DataFrame:
    """
    Return the rate of each year, or the range that a withheld year leaves open.

    Parameters
    ----------
    years : pandas.DataFrame
        One row per year of one county: year, the column named by `events` (Int64), status_code
        (reported, or a code of `geo.withheld.RANGES`), population_persons.
    events : str
        Column of the counts.

    Returns
    -------
    pandas.DataFrame, indexed by year
        events (missing where withheld), status_code, population_persons, rate_per_100k (missing
        where withheld), rate_lower_per_100k, rate_upper_per_100k: of a reported year the exact
        95 % Poisson interval, of a withheld one the rates at the ends of its range: of 1 and of 9
        events, or of 10 and of 50.

    Raises
    ------
    InputError
        If a year stands twice.
    """
    if years["year"].duplicated().any():
        msg = f"`years` holds {years.loc[years['year'].duplicated(), 'year'].iloc[0]} twice"
        raise InputError(msg)
    rows = years.set_index("year").sort_index()
    count = rows[events]
    interval = poisson_interval(count)
    hidden = is_withheld(rows["status_code"])
    limits = count_limits(count, rows["status_code"]).astype("Float64")
    per = PER / rows["population_persons"].astype("Float64")
    return pd.DataFrame(
        {
            "events": count,
            "status_code": rows["status_code"],
            "population_persons": rows["population_persons"],
            "rate_per_100k": count * per,
            "rate_lower_per_100k": interval["lower"].mask(hidden, limits["low"]) * per,
            "rate_upper_per_100k": interval["upper"].mask(hidden, limits["high"]) * per,
        }
    )


def rate_ratio(
    events: int, person_years: float, events_before: int, person_years_before: float
) -> tuple[float, float, float]:
    """
    Return the ratio of two Poisson rates with its exact 95 % interval.

    Parameters
    ----------
    events, person_years
        Of the later period.
    events_before, person_years_before
        Of the earlier one.

    Returns
    -------
    ratio, lower, upper : float
        The ratio is infinite, and so is the upper limit, where there were no events before; the
        lower limit is 0 where there are none now.

    Raises
    ------
    InputError
        If a count is negative, person-years are not positive, or there are no events at all.

    Notes
    -----
    Given the sum, the later count is binomial with p = R t / (R t + 1), R the ratio of rates and t
    that of person-years; the Clopper-Pearson interval of p is turned into one of R.

    References
    ----------
    Przyborowski and Wilenski (1940), doi:10.1093/biomet/31.3-4.313.

    Examples
    --------
    >>> [round(value, 2) for value in rate_ratio(30, 100_000, 20, 100_000)]
    [1.5, 0.82, 2.79]
    """
    if min(events, events_before) < 0 or min(person_years, person_years_before) <= 0:
        msg = (
            f"`events` {events} and {events_before} must not be negative, `person_years` "
            f"{person_years} and {person_years_before} must be positive"
        )
        raise InputError(msg)
    total = events + events_before
    if total == 0:
        msg = "`events` and `events_before` are both 0: there is no ratio"
        raise InputError(msg)
    low = 0.0 if events == 0 else float(beta.ppf(0.025, events, events_before + 1))
    high = 1.0 if events_before == 0 else float(beta.ppf(0.975, events + 1, events_before))
    scale = person_years_before / person_years

    def ratio(share: float) -> float:
        return np.inf if share == 1 else share / (1 - share) * scale

    return ratio(events / total), ratio(low), ratio(high)
