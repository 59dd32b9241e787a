"""Dates and times as people write them, to the wall time of the place."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

ISO: Final = "ISO8601"
NEARLY_ALL: Final = 0.95
MANY_MIDNIGHTS: Final = 0.2
"""Share of times at midnight: of real times with an offset, few are."""
DAY_S: Final = 86_400
YEAR_FIRST: Final = ("%Y/%m/%d",)
MONTH_FIRST: Final = ("%m/%d/%Y", "%m/%d/%y")
DAY_FIRST: Final = ("%d/%m/%Y", "%d/%m/%y")
NAMED_MONTH: Final = ("%b %d %Y", "%d %b %Y", "%b %d %y", "%d %b %y")
SERIAL_OF_1970: Final = 25_569
"""A spreadsheet's number of 1970-01-01."""
SECONDS_MEANT: Final = (915_148_800, 4_102_444_799)
"""1999 to 2099, since 1970: other numbers are no dates."""

_KEPT: Final = " time is midnight with an offset"
_YEARS_WITH_ZONES: Final = (1900, 2200)
_PLAIN: Final = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?"
_ISO_SHAPE: Final = r"^(?:\d{4}-\d{1,2}-\d{1,2}|\d{8}(?:\D|$))"
_SLASHES: Final = r"^\d{1,2}/\d{1,2}/\d{2,4}$"
_OFFSET: Final = r"(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"
_LOCAL_ZONE: Final = r"\s*\b[ECMPecmp][SDsd]?[Tt]$"
_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[AaPp]\.?(?:[Mm]\.?)?)?"
_DAY_AND_CLOCK: Final = rf"^(.*?)(?:,?\s+|[Tt])({_CLOCK}|\d{{1,2}}\s*[AaPp]\.?[Mm]\.?)$"
_COMPACT: Final = r"^(\d{8})(\d{2})(\d{2})(\d{2})?$"
_CLOCKS: Final = (
    r"^(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?:(?P<half>[ap])\.?(?:m\.?)?)?$",
    r"^(?P<h>\d{1,2})(?P<m>\d{2})(?P<s>\d{2})?(?P<half>)$",
    r"^(?P<h>\d{1,2})(?P<m>)(?P<s>)\s*(?P<half>[ap])\.?m\.?$",
)
"""13:05, 13:05:20, 1:05 PM; 1305, 130520; 1 PM."""


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
        Times of day in a column of their own; a date with a time other than midnight keeps that.

    Returns
    -------
    times : pandas.Series of datetime64
        Wall time without a zone; missing where nothing could be read, or no day is named.
    notes : list of str
        What was decided, in sentences.

    Notes
    -----
    Month before day, as in the United States; day before month only where some date has no other
    reading and nearly every date can be read so. Where many of the times with
    an offset are midnight, a program stored local days and times as if there were no offset: they
    are kept as written. Numbers are read as the days
    of a spreadsheet, or as milliseconds since 1970, only where nearly all dates are such numbers.

    Examples
    --------
    >>> times, _ = wall_times(pd.Series(["1/5/2023 0:00"]), "UTC", pd.Series(["1:05 PM"]))
    >>> str(times[0])
    '2023-01-05 13:05:00'
    """
    codes, words = pd.factorize(text.str.strip())
    read, notes = _read(pd.Series(words, dtype="str"), zone)
    times = pd.Series(_taken(read, codes), index=text.index)
    if time_text is not None:
        times, more = _with_time_of_day(times, time_text)
        notes += more
    return times, notes


def seconds_of_day(words: pd.Series) -> pd.Series:
    """
    Return the seconds since midnight that words name; missing where they cannot be read.

    Parameters
    ----------
    words : pandas.Series of str

    Examples
    --------
    >>> seconds_of_day(pd.Series(["1:05 PM", "1305", "0.5", "13:05 hrs", "noonish"])).tolist()
    [47100.0, 47100.0, 43200.0, 47100.0, nan]
    """
    plain = words.str.strip().str.lower()
    plain = plain.str.replace(r"\s*(?:hrs?|hours)\.?$|" + _LOCAL_ZONE, "", regex=True)
    plain = plain.str.replace(r"^[\d/.\-]+[ t]+(\d{1,2}:\d{2})", r"\1", regex=True)
    is_share = plain.str.fullmatch(r"0|0?\.\d+").fillna(value=False).astype(bool)
    share = pd.to_numeric(plain.where(is_share), errors="coerce").astype("float64")
    seconds = (share * DAY_S).round()
    for pattern in _CLOCKS:
        parts = plain.where(seconds.isna()).str.extract(pattern)
        number = {name: _number(parts[name]) for name in "hms"}
        hour, half = number["h"], parts["half"]
        hour = hour.mask((half == "a") & (hour == 12), 0)  # noqa: PLR2004
        hour = hour.mask((half == "p") & (hour < 12), hour + 12)  # noqa: PLR2004
        minute, second = (number[name].fillna(0) for name in "ms")
        found = hour * 3600 + minute * 60 + second
        fine = (minute < 60) & (second < 60) & (found <= DAY_S)  # noqa: PLR2004
        fine &= ~((half == "a") & (hour > 12))  # noqa: PLR2004
        seconds = seconds.fillna(found.where(fine))
    return seconds


def _number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text, errors="coerce").astype("float64")


def _taken(read: pd.Series, codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the times of words at the places of their rows; a code of -1 is missing."""
    known = read.to_numpy("datetime64[s]")
    return np.asarray(np.append(known, np.datetime64("NaT", "s"))[codes])


def _with_time_of_day(times: pd.Series, time_text: pd.Series) -> tuple[pd.Series, list[str]]:
    codes, words = pd.factorize(time_text)
    known = seconds_of_day(pd.Series(words, dtype="str")).to_numpy(float)
    seconds = pd.Series(np.append(known, np.nan)[codes], index=times.index)
    only_day = times == times.dt.normalize()
    added = pd.to_timedelta(seconds.where(only_day).fillna(0), unit="s").astype("timedelta64[s]")
    lost = int((only_day & time_text.notna() & seconds.isna()).sum())
    notes = [f"Times of day that cannot be read: {lost:,}; of these rows only the day is used."]
    return (times + added).astype("datetime64[s]"), notes if lost else []


def _read(words: pd.Series, zone: str) -> tuple[pd.Series, list[str]]:
    numbered = _numbered(words, zone)
    if numbered is not None:
        return numbered
    is_plain = words.str.fullmatch(_PLAIN)
    times = _parsed(words.where(is_plain), ISO)
    unread = times.isna()
    times[unread], notes = _read_other(words[unread], zone)
    return times, notes


def _read_other(words: pd.Series, zone: str) -> tuple[pd.Series, list[str]]:
    """Return the times of words that are not all plain ISO."""
    notes: list[str] = []
    plain = _replaced(words, r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", r"\1-\2-\3")
    plain = _replaced(plain, r"\s*(?:UTC|GMT)$", "Z")
    plain = _replaced(plain, _LOCAL_ZONE, "")
    has_offset = plain.str.contains(r"\d:\d{2}.*" + _OFFSET, regex=True)
    wall = plain.mask(has_offset, _replaced(plain, r"\s*" + _OFFSET, ""))
    times, is_day_first = _as_written(wall)
    if is_day_first:
        notes.append("Dates are read as day/month/year: no other reading fits them.")
    if times[has_offset].notna().any():
        local, note = _to_zone(times[has_offset], _offset_s(plain[has_offset]), zone)
        times[has_offset] = local
        notes.append(note)
    return times, notes


def _numbered(words: pd.Series, zone: str) -> tuple[pd.Series, list[str]] | None:
    """Return the times of words that nearly all are numbers of days or of milliseconds."""
    for shape, of_1970, a_day in (
        (r"\d{5}(?:\.\d+)?", SERIAL_OF_1970, 1.0),
        (r"\d{13}", 0.0, DAY_S * 1_000.0),
    ):
        has_shape = words.str.fullmatch(shape)
        if words.empty or has_shape.mean() < NEARLY_ALL:
            continue
        seconds = ((_number(words.where(has_shape)) / a_day - of_1970) * DAY_S).round()
        is_number = seconds.between(*SECONDS_MEANT)
        if is_number.mean() < NEARLY_ALL:
            continue
        times = pd.Series(pd.NaT, index=words.index, dtype="datetime64[s]")
        times[is_number] = seconds[is_number].astype("int64").astype("datetime64[s]")
        note = "Dates are numbers: they are read as a spreadsheet counts days, from 1900."
        if not of_1970:
            nothing = pd.Series(0.0, index=words.index)
            times, note = _to_zone(times, nothing, zone)
            note = f"Dates are numbers: they are read as milliseconds since 1970. {note}"
        times[~is_number], more = _read_other(words[~is_number], zone)
        return times, [note, *more]
    return None


def _offset_s(words: pd.Series) -> pd.Series:
    parts = words.str.extract(r"([+-])(\d{2}):?(\d{2})?$")
    size = _number(parts[1]) * 3600 + _number(parts[2]).fillna(0) * 60
    return size.mask(parts[0] == "-", -size).fillna(0.0)


def _to_zone(as_written: pd.Series, offset_s: pd.Series, zone: str) -> tuple[pd.Series, str]:
    known = as_written[as_written.dt.year.between(*_YEARS_WITH_ZONES)]
    midnights = (known == known.dt.normalize()).mean()
    if known.empty or midnights == 1:
        return as_written, f"Every{_KEPT}: days are kept as they are written."
    if midnights >= MANY_MIDNIGHTS:
        return as_written, f"Many a{_KEPT}, which then says nothing: times are kept as written."
    utc = known - pd.to_timedelta(offset_s[known.index], unit="s").astype("timedelta64[s]")
    local = utc.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    note = f"Times with an offset are brought to the time zone {zone}."
    return local.astype("datetime64[s]").reindex(as_written.index).fillna(as_written), note


def _as_written(words: pd.Series) -> tuple[pd.Series, bool]:
    """Return times without a zone, and whether the day was read before the month."""
    times = pd.Series(pd.NaT, index=words.index, dtype="datetime64[s]")
    is_iso = words.str.contains(_ISO_SHAPE, regex=True)
    times[is_iso] = _parsed(words[is_iso], ISO)
    rest = words[times.isna()]
    if rest.empty:
        return times, False
    rest = _replaced(rest, r"^(\S+\d{4}\s+\d{2})(\d{2})$", r"\1:\2")
    rest = _replaced(rest, _COMPACT, r"\1 \2:\3:\4").str.removesuffix(":")
    parts = rest.str.extract(_DAY_AND_CLOCK)
    seconds = _by_word(parts[1], seconds_of_day).astype("float64")
    has_clock = parts[1].notna()
    day, is_day_first = _days(parts[0].where(has_clock, rest))
    seconds = seconds.where(has_clock, 0)
    found = day + pd.to_timedelta(seconds, unit="s").astype("timedelta64[s]")
    times[rest.index] = found.astype("datetime64[s]")
    return times, is_day_first


def _replaced(words: pd.Series, pattern: str, by: str) -> pd.Series:
    """Return words with a pattern replaced, by looking only at those that have it."""
    has = words.str.count(pattern) > 0  # `contains` warns of groups
    if not has.any():
        return words
    return words.mask(has, words[has].str.replace(pattern, by, regex=True))


def _by_word(text: pd.Series, function: Any) -> pd.Series:
    """Return what a function makes of each word, asked once per word."""
    codes, words = pd.factorize(text)
    made = function(pd.Series(words, dtype="str"))
    return made.reindex(codes).set_axis(text.index)


def _days(text: pd.Series) -> tuple[pd.Series, bool]:
    codes, given = pd.factorize(text)
    words = pd.Series(given, dtype="str").str.lower()
    words = words.str.replace(r"^[a-z]+day,?\s+|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", "",
                              regex=True)  # fmt: skip
    words = words.str.replace(r"(\d)(?:st|nd|rd|th)\b", r"\1", regex=True)
    words = words.str.replace(
        r"[\s\-,.]*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s\-,.]*", r" \1 ",
        regex=True,
    )  # fmt: skip
    words = words.str.replace(r"[,\s]+", " ", regex=True).str.strip()
    words = words.str.replace(r"^(\d{1,4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,4})$", r"\1/\2/\3",
                              regex=True)  # fmt: skip
    words = words.str.replace(r"^(\d{4})(\d{2})(\d{2})$", r"\1/\2/\3", regex=True)
    times = _first_that_reads(words, (*YEAR_FIRST, *MONTH_FIRST, *NAMED_MONTH))
    slashes = words.str.contains(_SLASHES, regex=True)
    other = _first_that_reads(words[slashes], DAY_FIRST)
    more = other.notna().sum() > times[slashes].notna().sum()
    is_day_first = bool(more and other.notna().mean() >= NEARLY_ALL)
    if is_day_first:
        times[slashes] = other
    return pd.Series(_taken(times, codes), index=text.index), is_day_first


def _first_that_reads(words: pd.Series, formats: tuple[str, ...]) -> pd.Series:
    times = pd.Series(pd.NaT, index=words.index, dtype="datetime64[s]")
    for form in formats:
        unread = words[times.isna() & words.str.contains(r"\d", regex=True)]  # not "today"
        if len(unread):
            times[unread.index] = _parsed(unread, form)
    return times


def _parsed(words: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(words, format=form, errors="coerce").astype("datetime64[s]")
