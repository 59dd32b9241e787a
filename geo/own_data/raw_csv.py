"""The rows of an uploaded CSV file: delimiter sniffed, ragged rows kept."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv

from geo.errors import InputError
from geo.own_data.guards import MOST_CELL_CHARACTERS
from geo.own_data.raw_kinds import decoded
from geo.own_data.raw_rows import (
    TEXT,
    Gathering,
    RawRows,
    check_columns,
    refuse_long_cell,
    text_array,
    without_empty,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DELIMITERS: Final = ",;\t|"
_SAMPLE_CHARACTERS: Final = 1_000_000
_SAMPLE_ROWS: Final = 200
_BLOCK_BYTES: Final = 8_000_000
_BATCH_ROWS: Final = 20_000
_STATED: Final = re.compile(r'"?sep=([,;\t|])"?\r?\n', re.IGNORECASE)


def read_csv(content: bytes, report: Callable[[str], None]) -> RawRows:
    """
    Return the rows of a CSV file.

    Raises
    ------
    InputError
        If it holds NUL bytes, too many rows or columns, or too long a cell.

    Notes
    -----
    A well-formed file is read by Arrow. One with ragged rows or empty lines is read again by the
    csv module, which keeps every row.
    """
    text, notes = decoded(content)
    stated = _STATED.match(text)
    text = text[stated.end() :] if stated else text
    text = text.rstrip("\r\n\x1a")
    delimiter = stated[1] if stated else _delimiter(text)
    header_row, header = _header(text, delimiter)
    check_columns(len(header))
    gathering = Gathering()
    data = text.encode("utf-8", "replace")
    del text
    ragged: tuple[int, ...] = ()
    if header_row > 1 or not _read_regular(data, delimiter, len(header), gathering):
        report("Some rows have more or fewer cells than the header: reading row by row")
        ragged = _read_ragged(data, delimiter, (header_row, len(header)), gathering, report)
    rows, done = without_empty(gathering.frame(header), header, header_row)
    notes += done
    if ragged:
        count = f"{len(ragged):,} {'row has' if len(ragged) == 1 else 'rows have'}"
        notes += (f"{count} more cells than the header; what is beyond it was left out.",)
    return RawRows(rows=rows, kind="csv", notes=notes, ragged=ragged)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _delimiter(text: str) -> str:
    """Return the delimiter with which most rows are as wide as the header, then the widest."""
    sample = text[:_SAMPLE_CHARACTERS].lstrip("\r\n")
    best, best_score = DELIMITERS[0], (0.0, 1)
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in islice(_records(sample, delimiter), _SAMPLE_ROWS) if row]
        except csv.Error:
            continue
        if not widths or widths[0] == 1:
            continue
        rows = widths[1:] or widths
        score = (round(rows.count(widths[0]) / len(rows), 1), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _header(text: str, delimiter: str) -> tuple[int, list[str]]:
    """Return the row the header stands in and its cells."""
    sample = text[:_SAMPLE_CHARACTERS]
    try:
        first = [
            (number, row)
            for number, row in enumerate(islice(_records(sample, delimiter), _SAMPLE_ROWS), 1)
            if any(row)
        ][:2]
    except csv.Error:
        refuse_long_cell("one of the first rows", 1)
    cut = len(sample) < len(text)
    if not first or (cut and len(first) == 1):
        msg = "The file has no header: its first row should name the columns."
        raise InputError(msg)
    return first[0]


def _read_regular(data: bytes, delimiter: str, width: int, gathering: Gathering) -> bool:
    """Gather all rows at once; return whether all are as wide as the header."""
    try:
        table = _arrow_table(data, delimiter, width)
    except pa.ArrowInvalid:
        return False
    gathering.add(table.columns, np.arange(2, table.num_rows + 2))
    return True


def _arrow_table(data: bytes, delimiter: str, width: int) -> pa.Table:
    names = [str(position) for position in range(width)]
    return pyarrow.csv.read_csv(
        pa.BufferReader(data),
        read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, TEXT),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    ).slice(1)


def _read_ragged(
    data: bytes,
    delimiter: str,
    header: tuple[int, int],
    gathering: Gathering,
    report: Callable[[str], None],
) -> tuple[int, ...]:
    header_row, width = header
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    records = csv.reader(lines, delimiter=delimiter)
    ragged: list[int] = []
    number = header_row
    try:
        for _ in range(header_row):
            next(records)
        while batch := list(islice(records, _BATCH_ROWS)):
            numbers = range(number + 1, number + 1 + len(batch))
            ragged += [n for n, row in zip(numbers, batch, strict=True) if any(row[width:])]
            filled = ([*row[:width], *[""] * (width - len(row))] for row in batch)
            columns = [text_array(column) for column in zip(*filled, strict=True)]
            gathering.add(columns, np.asarray(numbers))
            number += len(batch)
            report(f"Read {number:,} rows")
    except csv.Error:
        msg = (
            f"A cell after row {number} is longer than {MOST_CELL_CHARACTERS:,} characters; "
            "perhaps a quotation mark is not closed."
        )
        raise InputError(msg) from None
    return tuple(ragged)
