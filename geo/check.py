"""Verify what is in the data folder: hashes, schemas, links, laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.errors import CRSError, InputError, TableError
from geo.laws import LAWS
from geo.tables.definitions import TABLES
from geo.tables.reader import ROUTES, input_hashes
from geo.tables.schema import assert_rows

if TYPE_CHECKING:
    from geo.tables.reader import TableReader


def check(reader: TableReader) -> list[str]:
    """
    Return every problem of the tables, as sentences; empty where all is well.

    Parameters
    ----------
    reader : TableReader

    Returns
    -------
    list of str
        Inputs changed since the last build, tables that are missing, altered or off their schema;
        only where all of those are well, also broken links and laws.
    """
    try:
        problems = _changed_inputs(reader)
        problems += [problem for name in TABLES for problem in _problems_of(reader, name)]
        for routes in ROUTES:
            getattr(reader, routes)
    except TableError as error:
        return [str(error)]
    if not problems:
        problems = [problem for law in LAWS for problem in law(reader)]
    return problems


def _changed_inputs(reader: TableReader) -> list[str]:
    recorded: dict[str, str] = reader.manifest["inputs"]
    found = input_hashes(reader.data)
    return [
        f"{reader.data.name}/{name}: not the file the tables were built from; "
        "run `python -m geo build`"
        for name in sorted(recorded.keys() | found.keys())
        if recorded.get(name) != found.get(name)
    ]


def _problems_of(reader: TableReader, name: str) -> list[str]:
    try:
        assert_rows(reader.read(name), TABLES[name])
    except (TableError, InputError, CRSError) as error:
        return [str(error)]
    return []
