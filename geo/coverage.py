"""Whom help reaches: people and shares, weighted by residents."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo.access import weighted_median
from geo.errors import InputError

SITE_KINDS: Final = ("treatment", "otp", "walk_in")
"""Kinds of site a travel time is given to: any listed facility, an OTP, a walk-in station."""


def coverage(people: pd.DataFrame, by: str | None, *, minutes: float) -> pd.DataFrame:
    """
    Return coverage by police naloxone, treatment, OTP and walk-in stations.

    Parameters
    ----------
    people : pandas.DataFrame
        One row per population point: `residents_persons`, `naloxone_code` of its primary agency,
        `treatment_minutes`, `otp_minutes`, `walk_in_minutes` (infinite where there is no site,
        missing where no list of the kind is known), and the column named by `by`.
    by : str or None
        Column to group by; None for one row over all.
    minutes : float, minutes
        Threshold, included.

    Returns
    -------
    pandas.DataFrame, one row per group, indexed by it
        residents_persons (Int64); police_documented_share, police_announced_share,
        police_does_not_carry_share, police_unknown_share (they add up to 1); treatment_share,
        otp_share, walk_in_share: residents within `minutes`; treatment_minutes, otp_minutes,
        walk_in_minutes: weighted medians, infinite where there is no site. Float64; missing where
        nobody lives, or the minutes of any point are.

    Raises
    ------
    InputError
        If `minutes` is not positive, or a point has no naloxone status.

    Notes
    -----
    share = sum of residents for whom it holds / sum of residents.
    """
    if not minutes > 0:
        msg = f"`minutes` is {minutes}; it must be positive"
        raise InputError(msg)
    unknown = people["naloxone_code"].isna()
    if unknown.any():
        msg = f"`people` has {int(unknown.sum())} points without naloxone_code"
        raise InputError(msg)
    residents = people["residents_persons"].astype(float)
    marks = pd.DataFrame(
        {
            "police_documented_share": people["naloxone_code"] == "documented",
            "police_announced_share": people["naloxone_code"] == "announced",
            "police_does_not_carry_share": people["naloxone_code"] == "does_not_carry",
            "police_unknown_share": people["naloxone_code"] == "not_documented",
        }
        | {f"{kind}_share": people[f"{kind}_minutes"] <= minutes for kind in SITE_KINDS}
    )
    group = people[by] if by else pd.Series("all", index=people.index)
    total = residents.groupby(group).sum()
    shares = marks.mul(residents, axis=0).groupby(group).sum().div(total.where(total > 0), axis=0)
    result = shares.astype("Float64")
    result.insert(0, "residents_persons", total.round().astype("Int64"))
    for kind in SITE_KINDS:
        result[f"{kind}_minutes"] = _group_medians(people[f"{kind}_minutes"], residents, group)
        unknown = people[f"{kind}_minutes"].isna()
        if unknown.any():
            known = ~unknown.groupby(group).any()
            for column in (f"{kind}_share", f"{kind}_minutes"):
                result[column] = result[column].where(known)
    return result


def _group_medians(values: pd.Series, weights: pd.Series, group: pd.Series) -> pd.Series:
    medians = {
        key: weighted_median(values.to_numpy(float)[rows], weights.to_numpy(float)[rows])
        for key, rows in group.groupby(group).indices.items()
    }
    return pd.Series(medians, dtype="float64").astype("Float64")
