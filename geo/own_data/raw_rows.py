"""The rows of an uploaded file as text, gathered within bounds."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import InputError
from geo.own_data.guards import (
    MOST_CELL_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED_BYTES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEXT: Final = pa.large_string()
ROW_NUMBER: Final = "row_number"
LATITUDE: Final = "latitude (point)"
LONGITUDE: Final = "longitude (point)"
_EXACT_WHOLE: Final = 1e15


@dataclass(frozen=True, repr=False, eq=False)
class RawRows:
    """
    The rows of a file, all text, as they stand in it.

    Parameters
    ----------
    rows : pandas.DataFrame of str
        Truly empty cells are missing; words such as NA stay. Index `row_number`: the row a
        spreadsheet shows, or the feature's number from 1.
    kind : {"csv", "excel", "geojson", "geopackage", "shapefile", "parquet"}
    notes : tuple of str
        What was done while reading, in plain sentences.
    ragged : tuple of int
        Numbers of the rows with more cells than the header; what is beyond it was left out.
    """

    rows: pd.DataFrame
    kind: str
    notes: tuple[str, ...] = ()
    ragged: tuple[int, ...] = ()


@dataclass
class Gathering:
    """
    Columns of text gathered in parts; a part over a bound is an error.

    Parameters
    ----------
    parts : list of list of pyarrow.Array
        Each part one array of text per column, all of one length.
    numbers : list of numpy.ndarray
        For each part the number of each row.
    """

    parts: list[list[pa.Array]] = field(default_factory=list)
    numbers: list[np.ndarray] = field(default_factory=list)
    size: int = 0
    count: int = 0

    def add(self, columns: list[pa.Array], numbers: Sequence[int] | np.ndarray) -> None:
        """
        Add rows.

        Raises
        ------
        InputError
            If there are too many rows, columns or characters.
        """
        check_columns(len(columns))
        self.count += len(numbers)
        self.size += sum(column.nbytes for column in columns)
        if self.count > MOST_ROWS:
            msg = f"The file has more than {MOST_ROWS:,} rows; load a part of it."
            raise InputError(msg)
        if self.size > MOST_UNPACKED_BYTES:
            msg = f"The cells hold more than {MOST_UNPACKED_BYTES:,} bytes; load a part of them."
            raise InputError(msg)
        rows = np.asarray(numbers, dtype=np.int64)
        for position, column in enumerate(columns):
            _check_cells(column, rows, position + 1)
        self.parts.append(columns)
        self.numbers.append(rows)

    def frame(self, header: Sequence[str], reserved: Sequence[str] = ()) -> pd.DataFrame:
        """
        Return all rows as one frame.

        Parameters
        ----------
        header : sequence of str
            Names as they stand in the file.
        reserved : sequence of str
            Names of further columns at the end, which no column of the file can take.
        """
        width = max([len(header) + len(reserved), *map(len, self.parts)])
        check_columns(width - len(reserved))
        names = [*header, *[""] * (width - len(header) - len(reserved))]
        table = pa.table(
            [self._column(position) for position in range(width)],
            names=[*unique_names(names, reserved), *reserved],
        )
        rows = table.to_pandas().astype("str")
        numbers = np.concatenate([np.array([], dtype=np.int64), *self.numbers])
        rows.index = pd.Index(numbers, name=ROW_NUMBER)
        return rows

    def _column(self, position: int) -> pa.ChunkedArray:
        chunks: list[pa.Array] = []
        for part, numbers in zip(self.parts, self.numbers, strict=True):
            column = part[position] if position < len(part) else pa.nulls(len(numbers), TEXT)
            chunks.extend(column.chunks if isinstance(column, pa.ChunkedArray) else [column])
        return pa.chunked_array(chunks, TEXT)


def without_empty(
    rows: pd.DataFrame, header: Sequence[str], header_row: int
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """
    Return a spreadsheet's rows without empty rows and empty nameless columns, and notes on it.

    Parameters
    ----------
    rows : pandas.DataFrame
    header : sequence of str
        Names as they stand in the file, as many as `rows` has columns or fewer.
    header_row : int
        The row the header stands in.

    Notes
    -----
    What is empty below the last row is formatting and not worth a note.
    """
    notes = []
    if header_row > 1:
        notes.append(f"The header stands in row {header_row}.")
    full = rows.notna().any(axis=1).to_numpy()
    rows = rows if full.all() else rows[full]
    gaps = int(rows.index[-1]) - header_row - len(rows) if len(rows) else 0
    if gaps:
        notes.append(f"{gaps:,} empty {'row was' if gaps == 1 else 'rows were'} left out.")
    nameless = [
        position
        for position in range(rows.shape[1])
        if (position >= len(header) or not bare(header[position]))
        and rows.iloc[:, position].isna().all()
    ]
    if nameless:
        rows = rows.drop(columns=rows.columns[nameless])
    if rows.empty:
        notes.append("The file has a header but no rows.")
    return rows, tuple(notes)


def bare(name: str) -> str:
    """Return a column's name without byte-order mark and surrounding blanks."""
    return name.strip().strip("\ufeff").strip()


def unique_names(header: Iterable[str], taken: Sequence[str] = ()) -> list[str]:
    """
    Return names without surrounding blanks, each once.

    Examples
    --------
    >>> unique_names(["a", " a ", ""])
    ['a', 'a (2)', '(column 3)']
    """
    seen, names = set(taken), []
    for position, given in enumerate(header, start=1):
        if len(given) > MOST_CELL_CHARACTERS:
            refuse_long_cell("the header", position)
        plain = bare(given) or f"(column {position})"
        name, number = plain, 1
        while name in seen:
            number += 1
            name = f"{plain} ({number})"
        seen.add(name)
        names.append(name)
    return names


def check_columns(count: int) -> None:
    """
    Raise if there are too many columns.

    Raises
    ------
    InputError
        If there are more than `MOST_COLUMNS`.
    """
    if count > MOST_COLUMNS:
        msg = f"The file has more than {MOST_COLUMNS} columns; leave out those not needed."
        raise InputError(msg)


def refuse_long_cell(row: str, column: int) -> NoReturn:
    """
    Raise because a cell is too long; the message holds nothing of the cell.

    Raises
    ------
    InputError
        Always.
    """
    msg = (
        f"The cell in {row}, column {column} is longer than {MOST_CELL_CHARACTERS:,} characters; "
        "perhaps a quotation mark is not closed."
    )
    raise InputError(msg)


def cell_text(value: Any) -> str | None:
    """
    Return the value of a cell as text: dates ISO, whole numbers without `.0`.

    Examples
    --------
    >>> cell_text(3.0), cell_text(True), cell_text("")
    ('3', 'true', None)
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT_WHOLE else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return str(value)


def text_array(values: Iterable[str | None]) -> pa.Array:
    """Return text as an array; empty text is missing."""
    return pa.array([value or None for value in values], TEXT)


def _check_cells(column: pa.Array, numbers: np.ndarray, position: int) -> None:
    lengths = pc.utf8_length(column)
    if (pc.max(lengths).as_py() or 0) > MOST_CELL_CHARACTERS:
        first = pc.index(pc.greater(lengths, MOST_CELL_CHARACTERS), value=True).as_py()
        refuse_long_cell(f"row {numbers[first]}", position)
