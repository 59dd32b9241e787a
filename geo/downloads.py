"""Tables as files that other programs open: CSV, Excel, GeoJSON."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd

from geo.analysis import boundaries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.tables.reader import TableReader

FORMULA: str = r"^[=+\-@\t\r]"
"""Text that a spreadsheet would take for a formula."""


def without_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """Return a copy in which no text can be taken for a formula: an apostrophe stands before it."""
    safe = table.copy()
    for column in safe.columns[safe.dtypes == "str"]:
        risky = safe[column].str.match(FORMULA, na=False)
        safe[column] = safe[column].where(~risky, "'" + safe[column])
    return safe


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8, its index as the first column; formulas neutralised."""
    text: str = without_formulas(table).to_csv(float_format="%.6g", lineterminator="\n")
    return text.encode("utf-8")


def to_excel(table: pd.DataFrame, columns: Mapping[str, str], about: Mapping[str, str]) -> bytes:
    """
    Return a table as an Excel workbook: the rows, what each column means, where they come from.

    Parameters
    ----------
    table : pandas.DataFrame
        Its index becomes the first column.
    columns : mapping of str to str
        What the columns mean, by their codes.
    about : mapping of str to str
        Title, scope, source and the like.

    Returns
    -------
    bytes
        Three sheets: Rows, Columns, About. Formulas neutralised; numbers stay numbers.
    """
    meaning = pd.DataFrame(
        {"column": list(columns), "meaning": list(columns.values())}, dtype="str"
    )
    origin = pd.DataFrame({"what": list(about), "value": list(about.values())}, dtype="str")
    sheets = {"Rows": table.reset_index(), "Columns": meaning, "About": origin}
    target = io.BytesIO()
    with pd.ExcelWriter(target, engine="openpyxl") as book:
        for name, sheet in sheets.items():
            without_formulas(sheet).to_excel(book, sheet_name=name, index=False)
            book.sheets[name].freeze_panes = "A2"
    return target.getvalue()


def to_geojson(reader: TableReader, table: pd.DataFrame, layer: str) -> bytes:
    """
    Return a table with its outlines as GeoJSON in UTF-8, EPSG:4326.

    Parameters
    ----------
    reader : TableReader
    table : pandas.DataFrame
        Indexed by the key of `layer`.
    layer : {"county", "municipality"}
    """
    outlines = boundaries(reader, layer, table.index)
    text: str = outlines.join(table).to_crs("EPSG:4326").to_json()
    return text.encode("utf-8")
