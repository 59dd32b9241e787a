"""Dates as exact as their source: a day, a month or a year, as text."""

from __future__ import annotations

import calendar
import re
from datetime import date

from geo.errors import InputError

MONTH_LENGTH, YEAR_LENGTH = 7, 4


def last_day(partial: str) -> date:
    """
    Return the last day a partial date can mean, so that nothing counts before it is certain.

    Parameters
    ----------
    partial : str
        "2016", "2016-05" or "2016-05-26".

    Returns
    -------
    datetime.date
        For the examples: 2016-12-31, 2016-05-31, 2016-05-26.

    Raises
    ------
    InputError
        If the text is none of the three.

    Examples
    --------
    >>> last_day("2016-02")
    datetime.date(2016, 2, 29)
    """
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", partial):
        msg = f"`partial` is {partial!r}; use YYYY, YYYY-MM or YYYY-MM-DD"
        raise InputError(msg)
    try:
        if len(partial) == YEAR_LENGTH:
            return date(int(partial), 12, 31)
        if len(partial) == MONTH_LENGTH:
            year, month = int(partial[:4]), int(partial[5:])
            return date(year, month, calendar.monthrange(year, month)[1])
        return date.fromisoformat(partial)
    except ValueError as error:
        msg = f"`partial` is {partial!r}; use YYYY, YYYY-MM or YYYY-MM-DD"
        raise InputError(msg) from error
