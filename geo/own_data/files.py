"""Read the files people upload, by their content, in memory, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import InputError
from geo.own_data.guards import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_MEMBERS,
    MOST_RATIO,
    MOST_ROWS,
    MOST_UNPACKED_BYTES,
)
from geo.own_data.raw_csv import read_csv
from geo.own_data.raw_excel import read_excel
from geo.own_data.raw_geojson import read_geojson
from geo.own_data.raw_kinds import sniff
from geo.own_data.raw_layers import read_geopackage, read_parquet, read_shapefile
from geo.own_data.raw_rows import LATITUDE, LONGITUDE, ROW_NUMBER, RawRows

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "LATITUDE",
    "LONGITUDE",
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_MEMBERS",
    "MOST_RATIO",
    "MOST_ROWS",
    "MOST_UNPACKED_BYTES",
    "ROW_NUMBER",
    "RawRows",
    "check_bytes",
    "ignore",
    "read_rows",
    "sniff",
]

_READERS: Final = {
    "csv": read_csv,
    "excel": read_excel,
    "geojson": read_geojson,
    "geopackage": read_geopackage,
    "shapefile": read_shapefile,
    "parquet": read_parquet,
}


def ignore(_: str) -> None:
    """Take a word on progress and do nothing with it."""


def check_bytes(content: bytes) -> None:
    """
    Raise if a file is too large.

    Raises
    ------
    InputError
        If it has more than `MOST_BYTES`.
    """
    if len(content) > MOST_BYTES:
        msg = f"The file is larger than {MOST_BYTES // 1_000_000:,} MB; load a part of it."
        raise InputError(msg)


def read_rows(content: bytes, *, report: Callable[[str], None] = ignore) -> RawRows:
    r"""
    Return the rows of a file as text, as they stand in it.

    Parameters
    ----------
    content : bytes
        The file. Its name does not matter, nothing is written to disk.
    report : callable
        Takes a word on progress.

    Returns
    -------
    RawRows

    Raises
    ------
    InputError
        If the file is of another kind, damaged, unsafe or too large. The message holds nothing
        of any cell.

    Examples
    --------
    >>> read_rows(b"date,place\n2024-01-31,NA\n").rows.loc[2].tolist()
    ['2024-01-31', 'NA']
    """
    check_bytes(content)
    try:
        kind = sniff(content)
        return _READERS[kind](content, report)
    except MemoryError as error:
        msg = "Reading the file needs more memory than there is; load a part of it."
        raise InputError(msg) from error
