"""Counts that a publisher withholds: the range each lies in, as numbers and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

RANGES: Final = {"suppressed": (1, 9), "suppressed_10_to_50": (10, 50)}
"""By status code, the least and the most that the count can be."""
RANGE_WORDS: Final = {code: f"{low} to {high}" for code, (low, high) in RANGES.items()}
_OR: Final = " or "


def is_withheld(status: pd.Series) -> pd.Series:
    """Return whether each status says that a count is withheld, in whichever range."""
    return status.isin(list(RANGES))


def count_limits(counts: pd.Series, status: pd.Series) -> pd.DataFrame:
    """
    Return the least and the most that each count can be.

    Parameters
    ----------
    counts : pandas.Series, shape (n,), Int64
        Missing where withheld.
    status : pandas.Series of str, shape (n,)
        Status codes, on the same index.

    Returns
    -------
    pandas.DataFrame, shape (n, 2), Int64
        `low` and `high`: both the count where there is one, the ends of its range where it is
        withheld, missing where it is missing for another reason.

    Examples
    --------
    >>> counts = pd.Series([12, None, None], dtype="Int64")
    >>> found = count_limits(counts, pd.Series(["reported", "suppressed", "suppressed_10_to_50"]))
    >>> found["low"].tolist(), found["high"].tolist()
    ([12, 1, 10], [12, 9, 50])
    """
    return pd.DataFrame(
        {
            name: counts.fillna(
                status.map({code: ends[at] for code, ends in RANGES.items()}).astype("Int64")
            )
            for at, name in enumerate(("low", "high"))
        }
    )


def withheld_range(status: Iterable[object]) -> str:
    """
    Return the ranges that withheld counts lie in, in words; empty where none is withheld.

    Parameters
    ----------
    status : iterable of str
        Status codes; others than those of `RANGES` do not count.

    Examples
    --------
    >>> withheld_range(["reported", "suppressed_10_to_50", "suppressed"])
    '1 to 9 or 10 to 50'
    """
    found = set(status)
    return _OR.join(words for code, words in RANGE_WORDS.items() if code in found)


def joined_ranges(ranges: Iterable[object]) -> str:
    """
    Return the ranges of several areas as one, each named once.

    Parameters
    ----------
    ranges : iterable of str
        From `withheld_range` or `ranges_by`; a missing one counts as none.

    Examples
    --------
    >>> joined_ranges(["10 to 50", "", float("nan"), "1 to 9 or 10 to 50"])
    '1 to 9 or 10 to 50'
    """
    found = {part for one in ranges if isinstance(one, str) for part in one.split(_OR)}
    return _OR.join(words for words in RANGE_WORDS.values() if words in found)


def ranges_by(status: pd.Series, group: pd.Series) -> pd.Series:
    """
    Return `withheld_range` of each group.

    Parameters
    ----------
    status, group : pandas.Series, shape (n,)
        Status codes and what they are grouped by, on one index.

    Returns
    -------
    pandas.Series of str, indexed by group in sorted order
    """
    has = {words: (status == code).groupby(group).any() for code, words in RANGE_WORDS.items()}
    found = pd.Series("", index=pd.DataFrame(has).index, dtype="str")
    for words, is_there in has.items():
        found = found.mask(is_there, found.mask(found != "", found + _OR) + words)
    return found
