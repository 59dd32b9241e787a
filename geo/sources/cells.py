"""Cells of publishers' files made exact: text, whole numbers and points, or missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

SOUTH, NORTH = 17.0, 72.0
WEST, EAST = -180.0, -64.0
"""Degrees around the fifty states, the District of Columbia and Puerto Rico."""

GEOID_DIGITS: Final = {"state": 2, "county": 5}


def read_csv_text(path: Path, *, encoding: str = "utf-8-sig") -> pd.DataFrame:
    """
    Read a CSV file, every cell as text.

    Parameters
    ----------
    path : pathlib.Path
    encoding : str
        UTF-8 with or without a byte-order mark by default.

    Returns
    -------
    pandas.DataFrame
        Columns of text without spaces around it, missing where blank. `NA` stays text.

    Raises
    ------
    InputError
        If the file is empty or is no CSV text in that encoding.
    """
    try:
        frame = pd.read_csv(path, dtype="str", encoding=encoding, na_filter=False)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        msg = f"{path.name} cannot be read as CSV ({error}); get it again from its publisher"
        raise InputError(msg) from error
    frame.columns = pd.Index([str(name).strip() for name in frame.columns])
    return frame.apply(known_text) if len(frame.columns) else frame


def read_json(path: Path) -> Any:
    """
    Read a JSON file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    object
        As written.

    Raises
    ------
    InputError
        If the file is no JSON, as when a download was cut or a page says that a service is down.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        msg = f"{path.name} is no whole JSON file ({error}); get it again from its publisher"
        raise InputError(msg) from error


def known_text(values: pd.Series, *, unknown: Collection[str] = ()) -> pd.Series:
    """
    Return text without spaces around it, missing where nothing is said.

    Parameters
    ----------
    values : pandas.Series, shape (n,)
        Text or missing; anything else is written out.
    unknown : collection of str
        Words that stand for a value that is not known, in capitals.

    Returns
    -------
    pandas.Series, shape (n,), str
        On the same index. Markup stays as it is.
    """
    text = values.astype("object").where(values.notna(), "").astype("str").str.strip()
    says_nothing = (text == "") | text.str.upper().isin(list(unknown))
    return text.mask(says_nothing).astype("str")


def numbers(values: pd.Series, *, what: str, source: str) -> pd.Series:
    """
    Return text as numbers.

    Parameters
    ----------
    values : pandas.Series, shape (n,), str
        Missing stays missing.
    what : str
        Name of the column for the message.
    source : str
        Title for the message.

    Returns
    -------
    pandas.Series, shape (n,), Float64
        On the same index.

    Raises
    ------
    InputError
        If a value is no number; names the first.
    """
    result = pd.to_numeric(values.astype("object"), errors="coerce").astype("Float64")
    wrong = values.notna() & result.isna()
    if wrong.any():
        first = values[wrong].iloc[0]
        msg = f"{source}: {int(wrong.sum())} values of {what} are no numbers, first {first!r}"
        raise InputError(msg)
    return result


def counts(values: pd.Series, *, what: str, source: str) -> pd.Series:
    """
    Return text as whole numbers from zero on.

    Parameters
    ----------
    values : pandas.Series, shape (n,), str
        Missing stays missing; `12.0` is 12.
    what : str
        Name of the column for the message.
    source : str
        Title for the message.

    Returns
    -------
    pandas.Series, shape (n,), Int64
        On the same index.

    Raises
    ------
    InputError
        If a value is no number, is below zero or has a fraction; names the first.
    """
    result = numbers(values, what=what, source=source)
    wrong = (result < 0) | (result % 1 != 0)
    if wrong.fillna(value=False).any():
        first = values[wrong.fillna(value=False)].iloc[0]
        msg = f"{source}: {what} holds {first!r}, which is no count"
        raise InputError(msg)
    return result.astype("Int64")


def points(latitude: pd.Series, longitude: pd.Series) -> pd.DataFrame:
    """
    Return points, missing where they cannot be in the United States.

    Parameters
    ----------
    latitude, longitude : pandas.Series, shape (n,)
        Text or numbers, degrees, on one index. 0/0, swapped, without its minus, blank, no number
        or far outside: the row keeps no point.

    Returns
    -------
    pandas.DataFrame
        `latitude`, `longitude` (Float64), both or neither, on the same index.
    """
    north = pd.to_numeric(latitude.astype("object"), errors="coerce").astype("Float64")
    east = pd.to_numeric(longitude.astype("object"), errors="coerce").astype("Float64")
    inside = (north.between(SOUTH, NORTH) & east.between(WEST, EAST)).fillna(value=False)
    return pd.DataFrame({"latitude": north.where(inside), "longitude": east.where(inside)})


def with_types(columns: Mapping[str, pd.Series | str], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """
    Put columns together in the order and with the types that are stated.

    Parameters
    ----------
    columns : mapping of str to pandas.Series or str
        One index; a text stands in every row.
    dtypes : mapping of str to str
        Every column, in order, with its pandas type.

    Returns
    -------
    pandas.DataFrame
        Rows counted from zero.
    """
    frame = pd.DataFrame(dict(columns))[list(dtypes)]
    return frame.astype(dict(dtypes)).reset_index(drop=True)


def geoids(values: pd.Series, *, level: str, source: str) -> pd.Series:
    """
    Return Census GEOIDs, with a leading zero that a spreadsheet took away.

    Parameters
    ----------
    values : pandas.Series, shape (n,), str
    level : {"state", "county"}
    source : str
        Title for the message.

    Returns
    -------
    pandas.Series, shape (n,), str
        On the same index.

    Raises
    ------
    InputError
        If one is missing or is no GEOID of that level; names the first.
    """
    digits = GEOID_DIGITS[level]
    result = values.str.zfill(digits)
    wrong = ~result.str.fullmatch(rf"\d{{{digits}}}").fillna(value=False).astype(bool)
    if wrong.any():
        first = values[wrong].iloc[0]
        msg = f"{source}: {int(wrong.sum())} rows have no GEOID of a {level}, first {first!r}"
        raise InputError(msg)
    return result
