"""Where need, police naloxone and treatment fail to meet."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

RESIDENTS_UNKNOWN: Final = "residents_unknown"
TREATMENT_UNKNOWN: Final = "treatment_unknown"
NOT_KNOWN: Final = (TREATMENT_UNKNOWN, RESIDENTS_UNKNOWN)
"""Codes of areas whose class is not known: no list of facilities, no count of residents."""
NO_CLASS: Final = ("nobody_lives_here", *NOT_KNOWN)
GAP_CODES: Final = ("double_gap", "naloxone_gap", "treatment_gap", "covered", *NO_CLASS)
WITHOUT_HIGH_NEED: Final = "_without_high_need"
NEED_UNKNOWN: Final = "_need_unknown"
CLASS_CODES: Final = (
    "double_gap",
    "double_gap_without_high_need",
    "double_gap_need_unknown",
    "naloxone_gap",
    "treatment_gap",
    "naloxone_gap_without_high_need",
    "naloxone_gap_need_unknown",
    "treatment_gap_without_high_need",
    "treatment_gap_need_unknown",
    "covered",
    "covered_without_high_need",
    "covered_need_unknown",
    *NO_CLASS,
)
"""The gap classes with their need, in the order an area is listed, worst first."""
MAJORITY: Final = 0.5


def gap_class(
    naloxone_code: pd.Series,
    treatment_minutes: pd.Series,
    residents: pd.Series,
    *,
    minutes: float,
) -> pd.Series:
    """
    Return what an area lacks, need left aside.

    Parameters
    ----------
    naloxone_code : pandas.Series of str, shape (n,)
        Status of the primary agency.
    treatment_minutes : pandas.Series, shape (n,), Float64, minutes
        Median estimated minutes of its residents to the nearest facility of the chosen kind;
        missing where nobody lives or no list of facilities is known, infinite where there is no
        facility.
    residents : pandas.Series, shape (n,), Int64
        Missing where they are not known.
    minutes : float
        Threshold, included.

    Returns
    -------
    pandas.Series of str
        double_gap, naloxone_gap, treatment_gap, covered; where there is no travel time, why:
        nobody_lives_here, residents_unknown, treatment_unknown.

    Notes
    -----
    Naloxone gap: the primary agency is not *documented* to carry; *announced* is not enough.
    Treatment gap: more than half of the residents live beyond the threshold.
    """
    no_naloxone = naloxone_code != "documented"
    empty = treatment_minutes.isna()
    far = (treatment_minutes > minutes).fillna(value=False)
    code = np.select(
        [
            empty & residents.isna(),
            empty & (residents == 0).fillna(value=False),
            empty,
            no_naloxone & far,
            no_naloxone,
            far,
        ],
        [
            RESIDENTS_UNKNOWN,
            "nobody_lives_here",
            TREATMENT_UNKNOWN,
            "double_gap",
            "naloxone_gap",
            "treatment_gap",
        ],
        "covered",
    )
    return pd.Series(code, index=naloxone_code.index, dtype="str")


def with_need(gap_code: pd.Series, is_high_need: pd.Series) -> pd.Series:
    """
    Return the gap class with its need.

    Parameters
    ----------
    gap_code : pandas.Series of str, shape (n,)
        From `gap_class`.
    is_high_need : pandas.Series of bool or boolean, shape (n,)
        On the same index; missing where need is not known.

    Returns
    -------
    pandas.Series of str
        One of `CLASS_CODES`: the code itself where need is high, else the code and
        `WITHOUT_HIGH_NEED`, or `NEED_UNKNOWN`; the codes of `NO_CLASS` have no need.
    """
    ends = {"high": "", "not_high": WITHOUT_HIGH_NEED, "unknown": NEED_UNKNOWN}
    end = is_high_need.map(lambda high: ends[need_code(high)], na_action=None).astype("str")
    return gap_code.where(gap_code.isin(NO_CLASS), gap_code + end)


def without_need(gap_code: pd.Series) -> pd.Series:
    """Return what the classes lack, need left aside."""
    return gap_code.str.removesuffix(WITHOUT_HIGH_NEED).str.removesuffix(NEED_UNKNOWN)


def need_code(is_high_need: Any) -> str:
    """
    Return high, not_high, or unknown where it is missing.

    Examples
    --------
    >>> need_code(True), need_code(False), need_code(None)
    ('high', 'not_high', 'unknown')
    """
    if pd.isna(is_high_need):
        return "unknown"
    return "high" if is_high_need else "not_high"


def worst_first(table: pd.DataFrame, people: str) -> pd.DataFrame:
    """
    Return areas by their gap, worst first, and of the same gap the one with most people first.

    Parameters
    ----------
    table : pandas.DataFrame
        gap_code of `CLASS_CODES`, and the column of `people`.
    people : str
        Column with the people that count; where it is missing, last of the class.

    Returns
    -------
    pandas.DataFrame
        The same rows, sorted.
    """
    rank = table["gap_code"].map({code: place for place, code in enumerate(CLASS_CODES)})
    order = pd.DataFrame({"rank": rank, "people": -table[people].fillna(-1).astype(int)})
    return table.loc[order.sort_values(["rank", "people"], kind="stable").index]


def majority_naloxone_code(documented_share: pd.Series, announced_share: pd.Series) -> pd.Series:
    """
    Return the naloxone status that at least half of an area's residents live under.

    Parameters
    ----------
    documented_share, announced_share : pandas.Series, shape (n,), Float64
        Shares of residents; a municipality, with one agency, has shares of 0 or 1.

    Returns
    -------
    pandas.Series of str
        documented; announced where only documented and announced together reach half; else
        not_documented.
    """
    code = np.select(
        [
            (documented_share >= MAJORITY).fillna(value=False),
            (documented_share + announced_share >= MAJORITY).fillna(value=False),
        ],
        ["documented", "announced"],
        "not_documented",
    )
    return pd.Series(code, index=documented_share.index, dtype="str")
