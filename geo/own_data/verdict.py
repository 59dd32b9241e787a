"""What is against the rows of a file: the first reason counts, and sets a row aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_COLUMNS: Final = ("reason_code", "reason")


class Verdict:
    """
    The first reason against each row.

    Parameters
    ----------
    index : pandas.Index
        Of the rows.
    """

    def __init__(self, index: pd.Index) -> None:
        self._index, self._codes = index, [""]
        self._first = np.zeros(len(index), dtype=np.int8)

    @property
    def is_good(self) -> pd.Series:
        """Whether nothing is against a row."""
        return pd.Series(self._first == 0, index=self._index)

    def mark(self, where: pd.Series | np.ndarray[Any, Any], code: str) -> None:
        """Hold a reason against the rows of `where` that have none yet."""
        self._codes.append(code)
        self._first[np.asarray(where, bool) & (self._first == 0)] = len(self._codes) - 1

    def set_aside(self, rows: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
        """
        Return the rows that have a reason against them, as they were, with its code and its words.

        Parameters
        ----------
        rows : pandas.DataFrame of str
        words : mapping of str to str
            By code.

        Returns
        -------
        pandas.DataFrame of str
            Columns of the file first; those named like ours get "(in the file)" behind their names.
        """
        bad = self._first > 0
        code = pd.Series(self._codes, dtype="str").take(self._first[bad]).set_axis(rows.index[bad])
        renamed = {name: f"{name} (in the file)" for name in OWN_COLUMNS if name in rows.columns}
        aside = rows[bad].rename(columns=renamed).assign(reason_code=code)
        return aside.assign(reason=code.map(words).astype("str"))
