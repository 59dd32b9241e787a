"""County hotspots: which rates are above the state's, and where do such counties gather."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.gamma_poisson import fit_gamma_poisson
from geo.rates import PER, crude_rate_table
from geo.scan import spatial_scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.access import Array
    from geo.scan import Cluster

HIGH_PROBABILITY: Final = 0.95
VERY_HIGH_RATIO: Final = 1.25
CLUSTER_P: Final = 0.05
SEED: Final = 20180630

HOTSPOT_CODES: Final = ("very_high", "high", "not_distinguishable", "low")


def classify_exceedance(
    p_above: pd.Series, p_above_125: pd.Series, *, probability: float = HIGH_PROBABILITY
) -> pd.Series:
    """
    Return the hotspot class of each area.

    Parameters
    ----------
    p_above, p_above_125 : pandas.Series, shape (n,)
        Probability that the rate is above the state's, and above 1.25 times it.
    probability : float
        What counts as high; its complement counts as low.

    Returns
    -------
    pandas.Series of str
        very_high, high, low or not_distinguishable.
    """
    code = np.select(
        [p_above_125 >= probability, p_above >= probability, p_above <= 1 - probability],
        ["very_high", "high", "low"],
        "not_distinguishable",
    )
    return pd.Series(code, index=p_above.index, dtype="str")


def county_hotspots(
    years: pd.DataFrame, xy: Array | None, *, seed: int = SEED
) -> tuple[pd.DataFrame, float]:
    """
    Class every county of a state by the probability that its rate is above the state's.

    Parameters
    ----------
    years : pandas.DataFrame
        Rows of `overdose_death` of the chosen years, every county of the state.
    xy : numpy.ndarray, shape (n, 2), metres, or None
        Centroids of the counties in order of GEOID, projected; None leaves the scan out.
    seed : int
        Of the scan's random maps.

    Returns
    -------
    table : pandas.DataFrame, indexed by county_geoid
        events, events_low, events_high, years_suppressed, withheld_range, person_years as in
        `crude_rate_table`; rate_per_100k, rate_lower_per_100k, rate_upper_per_100k (posterior
        mean and 95 % credible interval); p_above_state, p_above_125; hotspot_code; cluster_id
        (Int64, 1 the strongest; missing outside clusters with p <= .05), cluster_p_value;
        is_high_need.
    state_rate_per_100k : float
        The rate compared with: posterior means weighted by person-years.

    Raises
    ------
    InputError
        As `fit_gamma_poisson` and `spatial_scan`.

    Notes
    -----
    The state's rate is taken as known; its own uncertainty is far below a county's.
    """
    fit = fit_gamma_poisson(years, key="county_geoid", events="deaths")
    counts = crude_rate_table(years, key="county_geoid", events="deaths")
    columns = ["events", "events_low", "events_high", "years_suppressed", "withheld_range"]
    table = counts[[*columns, "person_years"]].reindex(fit.index)
    state = fit.pooled_rate()
    for column, rate in (
        ("rate_per_100k", fit.mean()),
        ("rate_lower_per_100k", fit.quantile(0.025)),
        ("rate_upper_per_100k", fit.quantile(0.975)),
    ):
        table[column] = (rate * PER).astype("Float64")
    table["p_above_state"] = fit.exceedance(state).astype("Float64")
    table["p_above_125"] = fit.exceedance(VERY_HIGH_RATIO * state).astype("Float64")
    table["hotspot_code"] = classify_exceedance(table["p_above_state"], table["p_above_125"])
    found: Sequence[Cluster] = ()
    if xy is not None:
        cases = fit.expected_events(years, key="county_geoid", events="deaths").to_numpy()
        found = spatial_scan(xy, cases, fit.person_years, seed=seed)
    table = table.join(significant_clusters(found, fit.index))
    table["is_high_need"] = high_need(table)
    return table, state * PER


def significant_clusters(found: Sequence[Cluster], index: pd.Index) -> pd.DataFrame:
    """
    Return which significant cluster each area lies in.

    Parameters
    ----------
    found : sequence of Cluster
        From `spatial_scan`, the strongest first.
    index : pandas.Index, shape (n,)
        Of the areas that were scanned, in their order.

    Returns
    -------
    pandas.DataFrame, on `index`
        cluster_id (Int64, 1 the strongest) and cluster_p_value (Float64); missing outside clusters
        with p <= .05.
    """
    cluster = pd.Series(pd.NA, index=index, dtype="Int64")
    p_value = pd.Series(pd.NA, index=index, dtype="Float64")
    significant = [one for one in found if one.p_value <= CLUSTER_P]
    for number, one in enumerate(significant, start=1):
        cluster.iloc[list(one.members)] = number
        p_value.iloc[list(one.members)] = one.p_value
    return pd.DataFrame({"cluster_id": cluster, "cluster_p_value": p_value})


def high_need(table: pd.DataFrame, *, probability: float = HIGH_PROBABILITY) -> pd.Series:
    """
    Return whether need is high: class high or very high, or inside a significant cluster.

    Parameters
    ----------
    table : pandas.DataFrame
        p_above_state and cluster_id, as `county_hotspots` returns.
    probability : float
        What counts as high.

    Returns
    -------
    pandas.Series of bool
    """
    return (table["p_above_state"] >= probability) | table["cluster_id"].notna()
