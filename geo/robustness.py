"""Whether a gap class is a finding or a choice: the class under every declared choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.gaps import GAP_CODES, WITHOUT_HIGH_NEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

MINUTES: Final = (15, 20, 30)
ANNOUNCED_COUNTS: Final = (False, True)
FACILITIES: Final = ("treatment", "otp")
NEED_YEARS: Final = (3, 5)
EXCEEDANCE: Final = (0.90, 0.95)
CHOICES: Final = ("minutes", "announced", "facilities", "years", "exceedance")
"""Names of the grid's axes, in their order."""
GRID_SHAPE: Final = tuple(map(len, (MINUTES, ANNOUNCED_COUNTS, FACILITIES, NEED_YEARS, EXCEEDANCE)))
GRID_SIZE: Final = int(np.prod(GRID_SHAPE))

_COVERED, _TREATMENT, _NALOXONE, _HIGH, _NOBODY = 0, 1, 2, 4, 8

Grid = np.ndarray[Any, np.dtype[np.int8]]


def gap_grid(
    naloxone_code: pd.Series, minutes_to: pd.DataFrame, is_high_need: NDArray[np.bool_]
) -> Grid:
    """
    Return the gap class of each area under every choice of the grid.

    Parameters
    ----------
    naloxone_code : pandas.Series of str, shape (n,)
        Status of the primary agency.
    minutes_to : pandas.DataFrame, shape (n, 2), Float64, minutes
        treatment_minutes, otp_minutes: median estimated minutes to the nearest of each of
        `FACILITIES`, on the same index; missing where nobody lives.
    is_high_need : numpy.ndarray of bool, shape (n, 2, 2)
        By `NEED_YEARS` and `EXCEEDANCE`.

    Returns
    -------
    numpy.ndarray of int8, shape (n, 3, 2, 2, 2, 2)
        By `CHOICES`; `class_of` gives the code of a number.

    Raises
    ------
    InputError
        If the indexes or shapes differ.
    """
    count = len(naloxone_code)
    if not naloxone_code.index.equals(minutes_to.index):
        msg = "`naloxone_code` and `minutes_to` have different indexes; align them first"
        raise InputError(msg)
    if is_high_need.shape != (count, len(NEED_YEARS), len(EXCEEDANCE)):
        msg = f"`is_high_need` has shape {is_high_need.shape}, expected {(count, 2, 2)}"
        raise InputError(msg)
    minutes = minutes_to[[f"{kind}_minutes" for kind in FACILITIES]].to_numpy(
        float, na_value=np.nan
    )
    far = minutes[:, None, :] > np.array(MINUTES)[None, :, None]
    code = naloxone_code.to_numpy(dtype=object)
    documented, announced = code == "documented", code == "announced"
    lacks = ~np.stack([documented, documented | announced], axis=1)
    grid: Grid = (
        _TREATMENT * far[:, :, None, :, None, None]
        + _NALOXONE * lacks[:, None, :, None, None, None]
        + _HIGH * is_high_need[:, None, None, None, :, :]
    ).astype(np.int8)
    grid[np.isnan(minutes).any(axis=1)] = _NOBODY
    return grid


def class_of(number: int) -> str:
    """
    Return the gap class of a number of the grid.

    Examples
    --------
    >>> class_of(7), class_of(3), class_of(8)
    ('double_gap', 'double_gap_without_high_need', 'nobody_lives_here')
    """
    if number == _NOBODY:
        return "nobody_lives_here"
    without = "" if number & _HIGH else WITHOUT_HIGH_NEED
    return GAP_CODES[3 - number % _HIGH] + without


def robustness(grid: Grid, gap_code: pd.Series) -> pd.DataFrame:
    """
    Return how far each area's class depends on choices.

    Parameters
    ----------
    grid : numpy.ndarray of int8, shape (n, 3, 2, 2, 2, 2)
        From `gap_grid`.
    gap_code : pandas.Series of str, shape (n,)
        The class at the settings shown, with need.

    Returns
    -------
    pandas.DataFrame, on the index of `gap_code`
        is_robust: the class never changes. depends_on: the `CHOICES` that, all others held, change
        the class somewhere in the grid, joined by "|"; empty where robust. same_class_share: share
        of the grid's cells with the class of `gap_code`.

    Raises
    ------
    InputError
        If the lengths differ.

    Notes
    -----
    An area is robust if and only if `depends_on` is empty: two cells of the grid are joined by a
    path that changes one choice at a time.
    """
    if len(grid) != len(gap_code):
        msg = f"`grid` has {len(grid)} areas, `gap_code` {len(gap_code)}"
        raise InputError(msg)
    flips = np.column_stack(
        [
            (grid.max(axis=axis) != grid.min(axis=axis)).any(axis=tuple(range(1, grid.ndim - 1)))
            for axis in range(1, grid.ndim)
        ]
    )
    names = np.array([class_of(number) for number in range(_NOBODY + 1)], dtype=object)
    same = names[grid] == gap_code.to_numpy(dtype=object).reshape(-1, *[1] * len(GRID_SHAPE))
    return pd.DataFrame(
        {
            "is_robust": ~flips.any(axis=1),
            "depends_on": pd.Series(
                ["|".join(np.array(CHOICES)[row]) for row in flips],
                index=gap_code.index,
                dtype="str",
            ),
            "same_class_share": same.mean(axis=tuple(range(1, grid.ndim))),
        },
        index=gap_code.index,
    )
