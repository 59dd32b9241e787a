"""The rows of an uploaded Excel workbook: values only, first sheet."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from typing import TYPE_CHECKING, Any, Final

from geo.errors import InputError
from geo.own_data.guards import (
    MOST_CELL_CHARACTERS,
    MOST_ROWS,
    checked_members,
    whole,
)
from geo.own_data.raw_rows import (
    Gathering,
    RawRows,
    cell_text,
    check_columns,
    refuse_long_cell,
    text_array,
    without_empty,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WHAT: Final = "Excel workbook"
_MOST_CELLS: Final = 50_000_000
_BATCH_CELLS: Final = 100_000
_BATCH_CHARACTERS: Final = 20_000_000
_REPORT_EVERY: Final = 20_000
_MIDNIGHT: Final = dt.time()


def read_excel(content: bytes, report: Callable[[str], None]) -> RawRows:
    """
    Return the rows of the first visible sheet.

    Raises
    ------
    InputError
        If the workbook is unsafe to unpack, damaged or too large.

    Notes
    -----
    Formulas give the value the workbook last saved. Macros, links and pictures are not looked at.
    A day without a time of day stays a day where the cell's format shows no time.
    """
    import openpyxl  # type: ignore[import-untyped]

    report("Checking the workbook")
    checked_members(content)
    with whole(WHAT), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        try:
            return _first_sheet(book, report)
        finally:
            book.close()


def _first_sheet(book: Any, report: Callable[[str], None]) -> RawRows:
    sheets = book.worksheets
    if not sheets:
        msg = "The Excel workbook has no sheet with rows."
        raise InputError(msg)
    sheet = next((one for one in sheets if one.sheet_state == "visible"), sheets[0])
    notes: tuple[str, ...] = ()
    if len(sheets) > 1:
        notes = (f"Only the first of {len(sheets)} sheets was read: {sheet.title[:60]!r}.",)
    rows = _rows(sheet, report)
    header_row, header = next(rows, (0, []))
    if not header:
        msg = f"The sheet {sheet.title[:60]!r} is empty: its first row should name the columns."
        raise InputError(msg)
    gathering = Gathering()
    _gather(rows, gathering)
    names = [name or "" for name in header]
    frame, done = without_empty(gathering.frame(names), names, header_row)
    return RawRows(rows=frame, kind="excel", notes=notes + done)


def _rows(sheet: Any, report: Callable[[str], None]) -> Iterator[tuple[int, list[str | None]]]:
    """Yield row number and cells as text of each row that holds something."""
    sheet.reset_dimensions()  # what a file says of its size is not trusted
    looked_at = 0
    for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1), start=1):
        looked_at += len(cells)
        if looked_at > _MOST_CELLS:
            msg = f"The sheet has more than {_MOST_CELLS:,} cells; load a part of it."
            raise InputError(msg)
        if number % _REPORT_EVERY == 0:
            report(f"Read {number:,} rows")
        texts = [_text(cell) for cell in cells]
        while texts and texts[-1] is None:
            texts.pop()
        if texts:
            check_columns(len(texts))
            _check_lengths(texts, number)
            yield number, texts


def _check_lengths(texts: list[str | None], number: int) -> None:
    for position, text in enumerate(texts, start=1):
        if text is not None and len(text) > MOST_CELL_CHARACTERS:
            refuse_long_cell(f"row {number}", position)


def _text(cell: Any) -> str | None:
    from openpyxl.styles.numbers import is_datetime  # type: ignore[import-untyped]

    value = cell.value
    if (
        isinstance(value, dt.datetime)
        and value.time() == _MIDNIGHT
        and is_datetime(cell.number_format) == "date"
    ):
        return value.date().isoformat()
    return cell_text(value)


def _gather(rows: Iterator[tuple[int, list[str | None]]], gathering: Gathering) -> None:
    """Gather rows in batches bounded by cells and characters: cells can share one long text."""
    numbers: list[int] = []
    batch: list[list[str | None]] = []
    cells = characters = 0
    for number, texts in rows:
        numbers.append(number)
        batch.append(texts)
        cells += len(texts)
        characters += sum(map(len, filter(None, texts)))
        if cells > _BATCH_CELLS or characters > _BATCH_CHARACTERS:
            _flush(batch, numbers, gathering)
            numbers, batch, cells, characters = [], [], 0, 0
    if batch:
        _flush(batch, numbers, gathering)


def _flush(batch: list[list[str | None]], numbers: list[int], gathering: Gathering) -> None:
    width = max(map(len, batch))
    filled = [[*row, *[None] * (width - len(row))] for row in batch]
    gathering.add([text_array(column) for column in zip(*filled, strict=True)], numbers)
