"""One record per upstream release, a TOML file each in `data/sources/`."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class SourceFile:
    """
    A file of an upstream release, as it was read.

    Parameters
    ----------
    name : str
    url : str
        What was asked for; empty for a file that was given.
    sha256 : str
    size_bytes : int
    fetched_date, published_date : str
        YYYY-MM-DD; empty where not known.
    """

    name: str
    url: str
    sha256: str
    size_bytes: int
    fetched_date: str
    published_date: str


@dataclass(frozen=True)
class SourceRecord:
    """
    An upstream release as it was read.

    Parameters
    ----------
    source_id : str
        The stem of its file.
    title, publisher, vintage, licence, url, note : str
        What it is, who made it, of when, on what terms, where, and what to beware of.
    accessed_date : str
        Day it was read, YYYY-MM-DD.
    stored_copies : tuple of str
        Addresses of the copies that were read.
    files : tuple of SourceFile
        The files that were read; empty where the rows were compiled by hand.
    """

    source_id: str
    title: str
    publisher: str
    vintage: str
    licence: str
    url: str
    note: str
    accessed_date: str
    stored_copies: tuple[str, ...] = ()
    files: tuple[SourceFile, ...] = ()


def read_source_records(folder: Path) -> dict[str, SourceRecord]:
    """
    Read every source record of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Usually `data/sources`.

    Returns
    -------
    dict of str to SourceRecord
        By identifier, sorted.

    Raises
    ------
    InputError
        If a record cannot be read or has other fields; names the file.
    """
    records = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            fields = tomllib.loads(path.read_text(encoding="utf-8"))
            copies = tuple(fields.pop("stored_copies"))
            files = tuple(SourceFile(**one) for one in fields.pop("files", []))
            records[path.stem] = SourceRecord(
                path.stem, stored_copies=copies, files=files, **fields
            )
        except (KeyError, TypeError, ValueError) as error:
            msg = f"source record {path.name} cannot be used: {error!r}"
            raise InputError(msg) from error
    return records


def record_text(record: SourceRecord) -> str:
    """
    Return a source record as TOML, readable by `read_source_records`.

    Parameters
    ----------
    record : SourceRecord

    Returns
    -------
    str
    """
    fields = asdict(record)
    files = fields.pop("files")
    del fields["source_id"]
    lines = [f"{name} = {toml_value(value)}" for name, value in fields.items()]
    for one in files:
        lines += [
            "",
            "[[files]]",
            *(f"{name} = {toml_value(value)}" for name, value in one.items()),
        ]
    return "\n".join(lines) + "\n"


def toml_value(value: str | int | Sequence[str]) -> str:
    """
    Return a value as TOML writes it: text, a whole number or a list of text.

    Examples
    --------
    >>> toml_value("Michigan"), toml_value(83), toml_value(["a", "b"])
    ('"Michigan"', '83', '["a", "b"]')
    """
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):  # JSON escapes all that TOML must have escaped, but for delete
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "[" + ", ".join(map(toml_value, value)) + "]"
