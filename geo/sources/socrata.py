"""
Read a data set of data.cdc.gov page by page through its open-data interface (Socrata SODA 2).

Written after the publisher's documentation at dev.socrata.com and not run against the live
service: rows are asked for in a stable order, 50,000 at a time (the most an older endpoint gives),
until a page is short, and their number is compared with what the service itself counts.

A row leaves out a field that is empty. Whether a field is gone or only empty is told by the data
set's own description (`/api/views/`), which is fetched with the rows; where it is not at hand, a
field may be absent from all rows only if it may be empty and no unknown field stands there instead.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError
from geo.sources.cells import known_text, read_csv_text, read_json
from geo.sources.source import assert_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo.sources.client import Client
    from geo.sources.source import Fetched

SITE: Final = "https://data.cdc.gov"
TOKEN_VARIABLE: Final = "SOCRATA_APP_TOKEN"  # noqa: S105, the name of a variable
PAGE_ROWS: Final = 50_000


@dataclass(frozen=True)
class Resource:
    """
    A data set and what its rows must hold.

    Parameters
    ----------
    resource_id : str
        Four letters or digits, a dash, four more.
    title : str
        For messages.
    needed : tuple of str
        Fields that every row has.
    may_be_empty : tuple of str
        Fields that must exist and may be empty in any row.
    others : tuple of str
        Further fields that are known and not needed.
    other_names : mapping of str to str
        Heading of an export, in small letters with `_` for spaces, to the field it holds.
    """

    resource_id: str
    title: str
    needed: tuple[str, ...]
    may_be_empty: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    other_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that must exist."""
        return (*self.needed, *self.may_be_empty)

    @property
    def file_names(self) -> tuple[str, ...]:
        """Patterns of the files that hold it, as exports of the site are named."""
        return (f"{self.resource_id}*.json", f"{self.resource_id}*.csv")


def fetch_rows(
    client: Client,
    resource: Resource,
    *,
    where: str,
    order: str,
    page_rows: int = PAGE_ROWS,
) -> tuple[Fetched, ...]:
    """
    Fetch a data set's description and the pages of its rows.

    Parameters
    ----------
    client : Client
    resource : Resource
    where : str
        Which rows, in the service's query language.
    order : str
        Fields that together name a row, with commas between them: pages then do not overlap.
    page_rows : int, rows
        Most rows of a page.

    Returns
    -------
    tuple of Fetched
        The description, then the pages in order.

    Raises
    ------
    InputError
        If a field is not there any more, nothing is there for `where`, or other rows arrived
        than the service counts.
    SourceError
        If the publisher cannot be reached.
    """
    about = client.get(f"{SITE}/api/views/{resource.resource_id}.json", secrets=_token())
    _assert_described(read_json(about.path), resource, about.path)
    rows_url = f"{SITE}/resource/{resource.resource_id}.json"
    total = _counted(client, resource, rows_url, where)
    pages: list[Fetched] = []
    arrived, page = 0, page_rows
    while page == page_rows and arrived <= total:
        fetched = client.get(
            rows_url,
            params={
                "$where": where,
                "$order": order,
                "$limit": str(page_rows),
                "$offset": str(arrived),
            },
            secrets=_token(),
        )
        page = len(_rows(read_json(fetched.path), resource, fetched.path))
        arrived += page
        pages.append(fetched)
    if arrived != total:
        msg = (
            f"{resource.title}: {arrived} rows arrived, the publisher counts {total}; it may have "
            "been changing meanwhile: refresh again"
        )
        raise InputError(msg)
    return (about, *pages)


def read_rows(paths: Sequence[Path], resource: Resource) -> pd.DataFrame:
    """
    Read fetched pages or exports of a data set.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        JSON pages with or without the data set's description, or CSV exports of either kind
        (headed by field names or by headings).
    resource : Resource

    Returns
    -------
    pandas.DataFrame
        `resource.fields`, all text, missing where empty, rows in the order of the files.

    Raises
    ------
    InputError
        If a file cannot be read, a field is not there any more, a needed field is empty in a row,
        or there is no row at all; names the file, the field and how many.
    """
    described = False
    frames: list[tuple[Path, pd.DataFrame]] = []
    for path in paths:
        if path.suffix.lower() == ".csv":
            frames.append((path, _from_csv(path, resource)))
            continue
        content = read_json(path)
        if isinstance(content, dict) and "columns" in content:
            _assert_described(content, resource, path)
            described = True
        else:
            frames.append((path, _from_json(_rows(content, resource, path))))
    frames = [(path, frame) for path, frame in frames if len(frame)]
    if not frames:
        msg = f"{resource.title}: no rows in {', '.join(path.name for path in paths) or 'no file'}"
        raise InputError(msg)
    whole = [_whole(frame, resource, path, described=described) for path, frame in frames]
    return pd.concat(whole, ignore_index=True).astype("str")


def assert_no_repeats(frame: pd.DataFrame, key: Sequence[str], title: str) -> None:
    """
    Require that no row stands twice.

    Parameters
    ----------
    frame : pandas.DataFrame
    key : sequence of str
        Columns that together name a row.
    title : str
        For the message.

    Raises
    ------
    InputError
        If rows repeat, as when pages overlap or a file was given twice; names the first.
    """
    again = frame.duplicated(list(key))
    if again.any():
        first = ", ".join(str(value) for value in frame.loc[again, list(key)].iloc[0])
        msg = f"{title}: {int(again.sum())} rows stand twice, first {first}; give each file once"
        raise InputError(msg)


def _token() -> dict[str, str] | None:
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    return {"$$app_token": token} if token else None


def _counted(client: Client, resource: Resource, url: str, where: str) -> int:
    fetched = client.get(
        url, params={"$select": "count(*) as row_count", "$where": where}, secrets=_token()
    )
    rows = _rows(read_json(fetched.path), resource, fetched.path)
    try:
        total = int(rows[0]["row_count"])
    except (IndexError, KeyError, TypeError, ValueError) as error:
        msg = f"{resource.title}: the publisher does not say how many rows there are"
        raise InputError(msg) from error
    if total == 0:
        msg = f"{resource.title}: the publisher has no row where {where}"
        raise InputError(msg)
    return total


def _rows(content: Any, resource: Resource, path: Path) -> list[dict[str, Any]]:
    if isinstance(content, list) and all(isinstance(row, dict) for row in content):
        return content
    said = content.get("message") if isinstance(content, dict) else None
    msg = f"{resource.title}: {path.name} holds no rows" + (f" but says: {said}" if said else "")
    raise InputError(msg)


def _assert_described(content: Any, resource: Resource, path: Path) -> None:
    columns = content.get("columns") if isinstance(content, dict) else None
    if not isinstance(columns, list):
        msg = f"{resource.title}: {path.name} does not describe the columns"
        raise InputError(msg)
    names = [
        str(column.get("fieldName", "")).lower() for column in columns if isinstance(column, dict)
    ]
    # fields of the service itself begin with a colon
    shown = _field_names([name for name in names if not name.startswith(":")], resource)
    _assert_fields(pd.DataFrame(columns=shown), resource.fields, resource, path)


def _assert_fields(
    frame: pd.DataFrame, needed: Sequence[str], resource: Resource, path: Path
) -> None:
    known = (*resource.fields, *resource.others)
    assert_columns(frame, needed, resource.title, path, known=known)


def _field_names(names: list[str], resource: Resource) -> list[str]:
    other = resource.other_names
    return [name if other.get(name, name) in names else other.get(name, name) for name in names]


def _from_json(rows: list[dict[str, Any]]) -> pd.DataFrame:
    texts = [
        {
            name: value if isinstance(value, str) or value is None else json.dumps(value)
            for name, value in row.items()
            if not name.startswith(":")
        }
        for row in rows
    ]
    return pd.DataFrame(texts, dtype="object")


def _from_csv(path: Path, resource: Resource) -> pd.DataFrame:
    frame = read_csv_text(path)
    headings = [name.lower().replace(" ", "_") for name in frame.columns]
    frame.columns = pd.Index(_field_names(headings, resource))
    _assert_fields(frame, resource.fields, resource, path)
    return frame


def _whole(frame: pd.DataFrame, resource: Resource, path: Path, *, described: bool) -> pd.DataFrame:
    renamed = frame.set_axis(_field_names(list(frame.columns), resource), axis="columns")
    _assert_fields(renamed, resource.needed, resource, path)
    if not described and set(renamed.columns) - {*resource.fields, *resource.others}:
        _assert_fields(renamed, resource.fields, resource, path)  # it may be called otherwise
    result = renamed.reindex(columns=list(resource.fields)).apply(known_text)
    for name in resource.needed:
        blank = int(result[name].isna().sum())
        if blank:
            msg = f"{resource.title}: {path.name} has {blank} rows without {name}"
            raise InputError(msg)
    return result
