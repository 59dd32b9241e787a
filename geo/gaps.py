"""Where need, police naloxone and treatment fail to meet."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

GAP_CODES: Final = ("double_gap", "naloxone_gap", "treatment_gap", "covered", "nobody_lives_here")


def gap_class(
    naloxone_code: pd.Series, treatment_minutes: pd.Series, *, minutes: float
) -> pd.Series:
    """
    Return what an area lacks, need left aside.

    Parameters
    ----------
    naloxone_code : pandas.Series of str, shape (n,)
        Status of the primary agency.
    treatment_minutes : pandas.Series, shape (n,), Float64, minutes
        Median estimated minutes of its residents to the nearest facility of the chosen kind;
        missing where nobody lives, infinite where there is no facility.
    minutes : float
        Threshold, included.

    Returns
    -------
    pandas.Series of str
        double_gap, naloxone_gap, treatment_gap, covered; nobody_lives_here where there is no
        travel time because there are no residents.

    Notes
    -----
    Naloxone gap: the primary agency is not *documented* to carry; *announced* is not enough.
    Treatment gap: more than half of the residents live beyond the threshold.
    """
    no_naloxone = naloxone_code != "documented"
    empty = treatment_minutes.isna()
    far = (treatment_minutes > minutes).fillna(value=False)
    code = np.select(
        [empty, no_naloxone & far, no_naloxone, far],
        ["nobody_lives_here", "double_gap", "naloxone_gap", "treatment_gap"],
        "covered",
    )
    return pd.Series(code, index=naloxone_code.index, dtype="str")
