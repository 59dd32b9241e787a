"""Tables as files that other programs open: CSV, Excel, GeoJSON, GeoPackage."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.analysis import boundaries

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from geo.tables.reader import TableReader

FORMULA: Final = r"^(?![+-]?\d+(?:\.\d+)?$)[=+\-@\t\r]"
"""Text that a spreadsheet would take for a formula; a plain number, as text, is none."""
REASON: Final = "_reason_code"
"""Ending of the column that says why the one before it has no number."""
REASON_WORDS: Final = "why it is not there: reported, suppressed, missing, unknown, not_applicable"
SUPPRESSED: Final = "suppressed"
NO_LIMIT: Final = "no limit"
WIDEST_COLUMN: Final = 60


@dataclass(frozen=True)
class Export:
    """
    A table that leaves the app.

    Parameters
    ----------
    table : pandas.DataFrame
        Its index, if it has a name, is the first column. A column that ends in `_reason_code`
        tells why the column before it has no number.
    columns : mapping of str to str
        What each column means.
    block : mapping of str to str
        Title, scope, source, date, hash and the like.
    """

    table: pd.DataFrame
    columns: Mapping[str, str]
    block: Mapping[str, str]

    @property
    def rows(self) -> pd.DataFrame:
        """The rows as they are written: what is hidden said in words, formulas disarmed."""
        named = self.table.index.name is not None
        rows = self.table.reset_index() if named else self.table.reset_index(drop=True)
        return without_formulas(_said(rows))

    def meaning(self, column: str) -> str:
        """Return what a column means."""
        if column.endswith(REASON):
            return f"{column.removesuffix(REASON)}: {REASON_WORDS}"
        return self.columns[column]


def without_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """Return a copy in which no text can be taken for a formula: an apostrophe stands before it."""
    safe = table.copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(one) for one in safe.dtypes]]:
        texts = safe[column].map(lambda value: value if isinstance(value, str) else None)
        risky = texts.astype("str").str.match(FORMULA, na=False)
        safe[column] = safe[column].where(~risky, "'" + texts.astype("str"))
    return safe


def to_csv(export: Export) -> bytes:
    """
    Return a table as CSV in UTF-8 with a header block of lines that begin with `#`.

    Notes
    -----
    Spreadsheets show the block as single cells: no line of it holds a comma or a quote. Text is
    quoted, so that `pandas.read_csv(file, comment="#")` skips the block and nothing else. The
    byte-order mark makes Excel read UTF-8.
    """
    block = "".join(
        f"# {_one_cell(name)}: {_one_cell(text)}\n" for name, text in export.block.items()
    )
    rows: str = export.rows.to_csv(
        index=False, float_format="%.6g", lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC
    )
    return (block + rows).encode("utf-8-sig")


def to_excel(export: Export) -> bytes:
    """
    Return a table as an Excel workbook: rows, what each column means, where they come from.

    Returns
    -------
    bytes
        Three sheets: Rows, which spreadsheets filter and `pandas.read_excel(file)` reads as it
        is; Definitions; About, with the header block. Numbers stay numbers.
    """
    rows = export.rows
    meaning = {column: export.meaning(column) for column in rows.columns}
    sheets = {
        "Rows": rows,
        "Definitions": pd.DataFrame(meaning.items(), columns=["column", "meaning"], dtype="str"),
        "About": pd.DataFrame(export.block.items(), columns=["what", "value"], dtype="str"),
    }
    target = io.BytesIO()
    with pd.ExcelWriter(target, engine="openpyxl") as book:
        for name, sheet in sheets.items():
            without_formulas(sheet).to_excel(book, sheet_name=name, index=False)
            page = book.sheets[name]
            page.freeze_panes = "A2"
            for number, column in enumerate(sheet.columns):
                widest = max([len(str(column)), *sheet[column].astype("str").str.len()])
                letter = page.cell(1, number + 1).column_letter
                page.column_dimensions[letter].width = min(widest, WIDEST_COLUMN) + 2
        book.sheets["Rows"].auto_filter.ref = book.sheets["Rows"].dimensions
        book.sheets["Rows"].oddHeader.center.text = str(export.block["title"]).replace("&", "&&")
        book.book.properties.title = export.block["title"]
    return target.getvalue()


def to_geojson(reader: TableReader, export: Export, layer: str) -> bytes:
    """
    Return a table with its outlines as GeoJSON in UTF-8, EPSG:4326; the block as `metadata`.

    Parameters
    ----------
    reader : TableReader
    export : Export
        Its table is indexed by the key of `layer`.
    layer : {"county", "municipality"}
    """
    frame = _outlined(reader, export, layer)
    frame.insert(0, str(frame.index.name), frame.index)
    return as_geojson(frame, export.block)


def as_geojson(frame: gpd.GeoDataFrame, block: Mapping[str, str]) -> bytes:
    """Return outlined rows as GeoJSON in UTF-8, EPSG:4326; the block as `metadata`."""
    content = json.loads(frame.to_crs("EPSG:4326").to_json())
    content = {"type": content.pop("type"), "metadata": dict(block), **content}
    return json.dumps(content, ensure_ascii=False).encode("utf-8")


def to_geopackage(reader: TableReader, export: Export, layer: str) -> bytes:
    """Return a table with its outlines as GeoPackage, EPSG:4269; the block as its metadata."""
    import pyogrio

    target = io.BytesIO()
    frame = _outlined(reader, export, layer).reset_index()
    pyogrio.write_dataframe(
        frame,
        target,
        layer=layer,
        driver="GPKG",
        layer_metadata={name.replace(" ", "_"): text for name, text in export.block.items()},
    )
    return target.getvalue()


def _outlined(reader: TableReader, export: Export, layer: str) -> gpd.GeoDataFrame:
    outlines = boundaries(reader, layer, export.table.index)
    return outlines.join(_said(export.table))


def _said(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which a suppressed value reads so, and an endless one has no limit."""
    said = rows.copy()
    for column in rows.columns:
        reasons = rows.get(f"{column}{REASON}")
        if reasons is not None and (reasons == SUPPRESSED).any():
            said[column] = said[column].astype(object).mask(reasons == SUPPRESSED, SUPPRESSED)
        elif pd.api.types.is_float_dtype(rows[column]):
            endless = np.isinf(rows[column].to_numpy(float, na_value=np.nan))
            if endless.any():
                said[column] = said[column].astype(object).mask(endless, NO_LIMIT)
    return said


def _one_cell(text: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d)", " ", text)
    return text.replace(",", ";").replace('"', "’").replace("\n", " ")
