"""One record per upstream release, a TOML file each in `data/sources/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


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
    """

    source_id: str
    title: str
    publisher: str
    vintage: str
    licence: str
    url: str
    note: str
    accessed_date: str
    stored_copies: tuple[str, ...]


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
            records[path.stem] = SourceRecord(path.stem, stored_copies=copies, **fields)
        except (KeyError, TypeError, ValueError) as error:
            msg = f"source record {path.name} cannot be used: {error!r}"
            raise InputError(msg) from error
    return records
