"""Dates and times as people write them, to the wall time of the place."""

from __future__ import annotations

from typing import Final

import pandas as pd

SAMPLE_ROWS: Final = 100
ISO: Final = "ISO8601"
MONTH_FIRST: Final = (
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%m/%d/%y %H:%M",
    "%m/%d/%y",
    "%m-%d-%Y %H:%M:%S",
    "%m-%d-%Y %H:%M",
    "%m-%d-%Y",
)
OTHER: Final = ("%Y%m%d", "%d-%b-%Y %H:%M:%S", "%d-%b-%Y", "%b %d %Y %I:%M%p", "%B %d %Y")
"""Tried in turn on what is not yet read, after ISO and month-first; day-first only on its own."""
_OFFSET: Final = r"(?:Z|[+-]\d{2}(?::?\d{2})?)$"


def wall_times(
    text: pd.Series, zone: str, time_text: pd.Series | None = None
) -> tuple[pd.Series, list[str]]:
    """
    Read dates and times.

    Parameters
    ----------
    text : pandas.Series of str
        A date, or a date and time; missing where empty.
    zone : str
        Time zone of the place, "America/Detroit": a time with an offset is brought to it.
    time_text : pandas.Series of str, optional
        Times of day in a column of their own.

    Returns
    -------
    times : pandas.Series of datetime64
        Wall time without a zone; missing where nothing could be read.
    notes : list of str
        What was decided, in sentences.

    Notes
    -----
    Month before day, as in the United States; day before month only where some date has no other
    reading and every date can be read so. An offset of a file whose times are all midnight is
    that of a program which stored days as times: the day is kept.
    """
    joined = text.str.strip().str.replace("T", " ", n=1, regex=False)
    if time_text is not None:
        joined = joined + (" " + time_text.str.strip()).fillna("")
    words = pd.Series(joined.dropna().unique(), dtype="str")
    read, notes = _read(words, zone)
    times = joined.map(pd.Series(read.to_numpy(), index=words))
    return times.astype("datetime64[s]"), notes


def _read(words: pd.Series, zone: str) -> tuple[pd.Series, list[str]]:
    notes: list[str] = []
    slashes = words.str.replace(r"^(\d{4})/(\d{2})/(\d{2})", r"\1-\2-\3", regex=True)
    has_offset = slashes.str.contains(r"\d:\d{2}.*" + _OFFSET, regex=True)
    times = pd.Series(pd.NaT, index=words.index, dtype="datetime64[s]")
    if has_offset.any():
        local, note = _with_offset(slashes[has_offset], zone)
        times[has_offset] = local
        notes.append(note)
    rest = slashes[~has_offset]
    times[~has_offset] = _first_that_reads(rest, (ISO, *MONTH_FIRST, *OTHER))
    unread = words[times.isna()]
    day_first = tuple(one.replace("%m/%d", "%d/%m").replace("%m-%d", "%d-%m")
                      for one in MONTH_FIRST)  # fmt: skip
    if len(unread) and unread.str.match(r"\d{1,2}[/-]\d{1,2}[/-]").any():
        shape = words.str.match(r"\d{1,2}[/-]\d{1,2}[/-]")
        other = _first_that_reads(words[shape], day_first)
        if other.notna().sum() > times[shape].notna().sum() and other.notna().all():
            times[shape] = other
            notes.append("Dates are read as day/month/year: no other reading fits them all.")
    return times, notes


def _with_offset(words: pd.Series, zone: str) -> tuple[pd.Series, str]:
    utc = pd.to_datetime(words, format=ISO, utc=True, errors="coerce")
    wall = words.str.replace(r"\s*" + _OFFSET, "", regex=True)
    as_written = pd.to_datetime(wall, format=ISO, errors="coerce")
    if (as_written.dropna() == as_written.dropna().dt.normalize()).all():
        note = "Every time is midnight with an offset: days are kept as they are written."
        return as_written.astype("datetime64[s]"), note
    local = utc.dt.tz_convert(zone).dt.tz_localize(None).astype("datetime64[s]")
    return local, f"Times with an offset are brought to the time zone {zone}."


def _first_that_reads(words: pd.Series, formats: tuple[str, ...]) -> pd.Series:
    times = pd.Series(pd.NaT, index=words.index, dtype="datetime64[s]")
    some = words.head(SAMPLE_ROWS)
    fitting = {one: pd.to_datetime(some, format=one, errors="coerce").notna().sum()
               for one in formats}  # fmt: skip
    for form in sorted(formats, key=lambda one: -fitting[one]):
        unread = words[times.isna()]
        if unread.empty:
            break
        found = pd.to_datetime(unread, format=form, errors="coerce")
        times[unread.index] = found.astype("datetime64[s]")
    return times
