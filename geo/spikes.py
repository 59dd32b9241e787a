"""Spike alerts: days on which a series of counts is above what its own past explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from scipy.stats import nbinom

from geo.errors import InputError

if TYPE_CHECKING:
    from geo.access import Array

Method = Literal["c2", "poisson"]

C2_BASELINE, C2_GUARD = 7, 2
C2_THRESHOLD: Final = 3.0
C2_SMALLEST_SD: Final = 1.0
WINDOW, BASELINE, GUARD = 7, 56, 7
ALPHA: Final = 0.01
JEFFREYS: Final = 0.5  # events that the prior of a Poisson rate adds to those counted
SMALLEST_DIVISOR: Final = 0.01
ROUNDING: Final = 1e-9
STEPS: Final = (np.timedelta64(1, "D"), np.timedelta64(7, "D"))


def ears_c2(
    counts: pd.Series,
    *,
    baseline: int = C2_BASELINE,
    guard: int = C2_GUARD,
    threshold: float = C2_THRESHOLD,
    smallest_sd: float = C2_SMALLEST_SD,
) -> pd.DataFrame:
    """
    Compare each day with the mean and spread of the week before, two days left out (EARS C2).

    Parameters
    ----------
    counts : pandas.Series, shape (n,), whole numbers, events per day (or per week)
        None missing; a day without an event is 0. The index is a DatetimeIndex without time zone
        and without gaps, a step of one day (or of seven).
    baseline, guard : int
        Steps of the index in the baseline, and left out between it and the day.
    threshold : float
        Standard deviations above the mean that make an alarm.
    smallest_sd : float, events
        Divisor where the baseline's standard deviation is smaller.

    Returns
    -------
    pandas.DataFrame, on the index of `counts`
        count (Int64), baseline_mean, baseline_sd (as measured, n - 1), statistic (Float64),
        is_alarm (boolean); all but count missing where there is no full baseline.

    Raises
    ------
    InputError
        If a day is missing or stands twice, a count is missing, negative or not whole, or a length
        or `smallest_sd` is too small.

    Notes
    -----
    statistic = (y_t - mean) / max(sd, smallest_sd) over y_(t-9) ... y_(t-3); alarm where above 3.
    With a sparse series sd is often 0, and one event would be an alarm without end. The
    literature's floors are 0.2 (BioSense at its start), 0.5 or 1 (Burkom, in R's surveillance,
    whose own default is none). We take 1.0: at one alert rate it found more of the added
    outbreaks than 0.2. So four events after a week of none are an alarm, three are not.

    False alarms on flat Poisson series, measured over 200,000 days (`false_alarm_share("c2", mean,
    days=200_000, seed=1)`): 0.03 % of days at 0.3 events a day, 1.9 % at 2, 2.1 % at 10. The
    threshold of 3 is no p-value: seven days say little about a spread.

    References
    ----------
    Hutwagner, Thompson, Seeman, Treadwell (2003), doi:10.1007/PL00022319. Hutwagner, Browne,
    Seeman, Fleischauer (2005), doi:10.3201/eid1102.040587. Floors: Tokars et al. (2009),
    doi:10.3201/eid1504.080616; Salmon, Schumacher, Hoehle (2016), doi:10.18637/jss.v070.i10.
    """
    _check_at_least(2, baseline=baseline)
    _check_at_least(0, guard=guard)
    _check_at_least(SMALLEST_DIVISOR, smallest_sd=smallest_sd)
    values = _checked(counts)
    past = _trailing(values, baseline, behind=guard + 1)
    mean, sd = past.mean(axis=1), past.std(axis=1, ddof=1)
    statistic = (values - mean) / np.maximum(sd, smallest_sd)
    return _frame(
        counts.index,
        {"count": values, "baseline_mean": mean, "baseline_sd": sd, "statistic": statistic},
        alarm=statistic > threshold + ROUNDING,
        is_known=np.isfinite(mean),
    )


def poisson_threshold(
    counts: pd.Series,
    *,
    window: int = WINDOW,
    baseline: int = BASELINE,
    guard: int = GUARD,
    alpha: float = ALPHA,
) -> pd.DataFrame:
    """
    Compare the count of the last week with eight weeks before, a week left out between.

    Parameters
    ----------
    counts : pandas.Series, shape (n,), whole numbers, events per day (or per week)
        As in `ears_c2`; of a weekly series take `window=1, baseline=8, guard=1`.
    window, baseline, guard : int
        Steps of the index: in the trailing window, which ends with the row's own day; in the
        baseline; left out between the two.
    alpha : float
        A smaller p-value is an alarm.

    Returns
    -------
    pandas.DataFrame, on the index of `counts`
        window_count (Int64), expected_count (baseline mean x window), p_value (Float64), is_alarm
        (boolean); missing where the window, or for all but window_count the baseline, is not full.

    Raises
    ------
    InputError
        As `ears_c2`, or if `alpha` is not between 0 and 1.

    Notes
    -----
    With s events in b days and Jeffreys' prior, the daily rate is gamma(s + 1/2, b), and the count
    of w days is negative binomial: r = s + 1/2, success probability b / (b + w). p is the
    probability of at least the window's count. A plain Poisson tail at the rate s / b takes that
    rate as known: its false alarms exceed `alpha` (1.1 %, 1.1 %, 1.2 % of the days below), and any
    event after an empty baseline is one.

    False alarms on flat Poisson series, measured over 200,000 days
    (`false_alarm_share("poisson", mean, days=200_000, seed=1)`): 0.6 % of days at 0.3 events a
    day, 0.7 % at 2, 0.8 % at 10. Windows of neighbouring days overlap, so alarms come in runs. A
    season, a weekday or a spread above Poisson's raises the share.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., sections 2.6 and 2.8.
    """
    _check_at_least(1, window=window, baseline=baseline)
    _check_at_least(0, guard=guard)
    if not 0 < alpha < 1:
        msg = f"`alpha` is {alpha}; it must lie between 0 and 1"
        raise InputError(msg)
    values = _checked(counts)
    recent = _trailing(values, window, behind=0).sum(axis=1)
    events = _trailing(values, baseline, behind=window + guard).sum(axis=1)
    p_value = nbinom.sf(recent - 1, events + JEFFREYS, baseline / (baseline + window))
    expected = events / baseline * window
    return _frame(
        counts.index,
        {"window_count": recent, "expected_count": expected, "p_value": p_value},
        alarm=p_value < alpha,
        is_known=np.isfinite(events),
    )


def false_alarm_share(method: Method, mean: float, *, days: int, seed: int) -> float:
    """
    Return the share of days with an alarm in a flat Poisson series, where every alarm is false.

    Parameters
    ----------
    method : {"c2", "poisson"}
        `ears_c2` or `poisson_threshold`, with their defaults.
    mean : float, events per day
        Of the series.
    days : int
        Its length.
    seed : int
        Of the series.

    Returns
    -------
    float
        Of the days that have a full baseline.

    Raises
    ------
    InputError
        If no day has a full baseline.
    """
    index = pd.date_range("2000-01-01", periods=days, unit="s")
    counts = pd.Series(np.random.default_rng(seed).poisson(mean, days), index=index)
    alarms = (ears_c2 if method == "c2" else poisson_threshold)(counts)["is_alarm"].dropna()
    if not len(alarms):
        msg = f"`days` is {days}; no day has a full baseline"
        raise InputError(msg)
    return float(alarms.mean())


def _trailing(values: Array, length: int, *, behind: int) -> Array:
    """Return the `length` values that end `behind` steps before each one; NaN where not full."""
    window = np.full((len(values), length), np.nan)
    first = length - 1 + behind
    if len(values) > first:
        window[first:] = sliding_window_view(values, length)[: len(values) - first]
    return window


def _frame(
    index: pd.Index, columns: dict[str, Array], *, alarm: np.ndarray[Any, Any], is_known: Any
) -> pd.DataFrame:
    frame = pd.DataFrame(columns, index=index).astype("Float64")
    whole = frame.columns[0]
    frame[whole] = frame[whole].astype("Int64")
    frame["is_alarm"] = pd.Series(alarm, index=index, dtype="boolean").where(is_known)
    return frame


def _checked(counts: pd.Series) -> Array:
    index = counts.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is not None:
        msg = "`counts` needs a DatetimeIndex without time zone, one row a day or a week"
        raise InputError(msg)
    steps = np.diff(index.to_numpy())
    if len(steps) and not ((steps == STEPS[0]).all() or (steps == STEPS[1]).all()):
        row = int(np.argmax(steps != min(STEPS, key=lambda step: (steps != step).sum())))
        msg = (
            f"`counts` has a gap or a day out of order after {index[row]:%Y-%m-%d}; "
            "give every day a row, 0 where there was no event"
        )
        raise InputError(msg)
    if not pd.api.types.is_numeric_dtype(counts.dtype):
        msg = f"`counts` is {counts.dtype}, not numbers"
        raise InputError(msg)
    values: Array = counts.to_numpy(float, na_value=np.nan)
    bad = ~((values >= 0) & (values == np.floor(values)) & np.isfinite(values))
    if bad.any():
        msg = (
            f"`counts` has {int(bad.sum())} values that are missing, negative or not whole, "
            f"the first on {index[int(np.argmax(bad))]:%Y-%m-%d}"
        )
        raise InputError(msg)
    return values


def _check_at_least(least: float, **values: float) -> None:
    for name, value in values.items():
        if not value >= least:
            msg = f"`{name}` is {value}; it must be at least {least}"
            raise InputError(msg)
