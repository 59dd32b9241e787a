"""
The Census Data API: what it is asked, its answers as text, its pages in place of answers.

Since 12 May 2026 it answers only with a key, free at the address of `KEY_PAGE`, taken from the
environment variable `CENSUS_API_KEY`. Written from the public documentation; not run against the
live service.

Notes
-----
Rows come as JSON arrays under a header row. Geography is asked as `for=tract:*` with `in` repeated
for each level above it: `in=state:26&in=county:*`. Without a valid key the API leads to a web page,
with status 200 in the end.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError, SourceError
from geo.sources.cells import read_csv_text, read_json
from geo.sources.source import Fetched, assert_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.sources.client import Client

KEY_VARIABLE: Final = "CENSUS_API_KEY"
KEY_PAGE: Final = "https://api.census.gov/data/key_signup.html"

_BASE: Final = "https://api.census.gov/data"
_LARGEST_ANSWER: Final = 100_000_000
_PAGE_BYTES: Final = 100_000
_WIDTHS: Final = {"state": 2, "county": 3, "tract": 6, "county subdivision": 5, "place": 5}
_UNDEFINED_COUSUB: Final = "00000"
_NAMES: Final = ("NAME", "GEO_ID")
"""What an area is called: often asked for besides, never needed."""


def ask(client: Client, path: str, *, state: str, level: str, variables: Sequence[str]) -> Fetched:
    """
    Ask for variables of all areas of a level in a state.

    Parameters
    ----------
    client : Client
    path : str
        Data set, as `2020/dec/pl`.
    state : str
        FIPS code.
    level : {"tract", "county subdivision", "place"}
    variables : sequence of str

    Returns
    -------
    Fetched

    Raises
    ------
    SourceError
        If the answer cannot be had or is a page, such as one about the key.
    """
    within = [f"state:{state}", *(f"{one}:*" for one in _parts(level)[1:-1])]
    key = os.environ.get(KEY_VARIABLE, "").strip()
    fetched = client.get(
        f"{_BASE}/{path}",
        params={"get": ",".join(variables), "for": f"{level}:*", "in": within},
        secrets={"key": key} if key else None,
        max_bytes=_LARGEST_ANSWER,
    )
    said = _page_says(fetched.path)
    if said:
        msg = f"{fetched.url}: the answer {said}"
        raise SourceError(msg)
    return fetched


def read_answers(
    paths: Sequence[Path], state: str, level: str, needed: Sequence[str], title: str
) -> pd.DataFrame:
    """
    Return the rows of a state.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Answers as they came, or CSV files with the same header.
    state : str
        FIPS code.
    level : {"tract", "county subdivision", "place"}
    needed : sequence of str
        Variables that must be there.
    title : str
        What the rows are, for messages.

    Returns
    -------
    pandas.DataFrame
        Text, missing where the API gives null; with `geoid`, by `geoid`. Water outside any county
        subdivision is left out.

    Raises
    ------
    InputError
        If a file is no answer, lacks a column, has no row of the state, or a code is wrong.
    """
    parts = _parts(level)
    tables = []
    for path in paths:
        table = read_csv_text(path) if path.suffix.lower() == ".csv" else _answer(path, title)
        assert_columns(table, [*needed, *parts], title, path, known=_NAMES)
        for part in parts:  # a spreadsheet takes leading zeros away
            table[part] = table[part].str.zfill(_WIDTHS[part])
        tables.append(table[table["state"] == state])
    rows = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    if rows.empty:
        names = ", ".join(path.name for path in paths) or "no file"
        msg = f"{title}: {names} has no rows of state {state}"
        raise InputError(msg)
    rows["geoid"] = rows["state"].str.cat([rows[part] for part in parts[1:]])
    digits = sum(_WIDTHS[part] for part in parts)
    wrong = ~rows["geoid"].str.fullmatch(rf"\d{{{digits}}}") | rows["geoid"].duplicated()
    if wrong.any():
        first = rows.loc[wrong, "geoid"].iloc[0]
        msg = f"{title}: {int(wrong.sum())} rows have a wrong or repeated code, first {first!r}"
        raise InputError(msg)
    return rows[rows[level] != _UNDEFINED_COUSUB].sort_values("geoid", ignore_index=True)


def _parts(level: str) -> list[str]:
    """Return the columns that make up a GEOID, in order."""
    return ["state", "place"] if level == "place" else ["state", "county", level]


def _answer(path: Path, title: str) -> pd.DataFrame:
    """Return an answer as text under its header."""
    said = _page_says(path)
    if said:
        msg = f"{title}: {path.name} {said}"
        raise InputError(msg)
    rows: Any = read_json(path)
    is_table = isinstance(rows, list) and all(isinstance(row, list) for row in rows)
    if not is_table or len({len(row) for row in rows}) != 1:
        msg = f"{title}: {path.name} is no table of the Census Data API: rows of one length"
        raise InputError(msg)
    table = pd.DataFrame(rows[1:], columns=rows[0], dtype="object")
    return table.where(table.isna(), table.astype("str")).astype("str")


def _page_says(path: Path) -> str:
    """Return what a web page that came in place of data means; empty for data."""
    with path.open("rb") as file:
        start = file.read(_PAGE_BYTES).lstrip().lower()
    if not start.startswith(b"<"):
        return ""
    remedy = f"get a free one at {KEY_PAGE} and set {KEY_VARIABLE}"
    if b"missing key" in start:
        return f"is a page saying that the Census Data API needs a key; {remedy}"
    if b"invalid key" in start:
        return f"is a page saying that the key in {KEY_VARIABLE} is not valid; {remedy}"
    return "is a web page, not data; try again later"
