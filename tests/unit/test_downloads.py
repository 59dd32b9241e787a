"""Files that other programs open, opened by those programs."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd

from geo.downloads import to_csv, to_excel

TABLE = pd.DataFrame(
    {
        "name": pd.array(["=1+1", "@home", "Flint", None], dtype="str"),
        "people": pd.array([1, 20, None, 4], dtype="Int64"),
        "share": pd.array([0.5, None, 1.0, 0.25], dtype="Float64"),
    },
    index=pd.Index(["26049", "26087", "26099", "26125"], name="geoid"),
)


def test_csv_keeps_codes_numbers_and_missing_and_disarms_formulas():
    again = pd.read_csv(io.BytesIO(to_csv(TABLE)), dtype={"geoid": "str"})
    assert again["geoid"].tolist() == TABLE.index.tolist()
    assert again["name"].tolist()[:3] == ["'=1+1", "'@home", "Flint"]
    assert again["people"].isna().tolist() == [False, False, True, False]


def test_excel_has_rows_columns_and_origin_with_numbers_as_numbers():
    file = to_excel(TABLE, {"people": "Residents"}, {"title": "=Gaps"})
    book = openpyxl.load_workbook(io.BytesIO(file))
    assert book.sheetnames == ["Rows", "Columns", "About"]
    rows = list(book["Rows"].values)
    assert rows[0] == ("geoid", "name", "people", "share")
    assert rows[1] == ("26049", "'=1+1", 1, 0.5)
    assert rows[3][2] is None
    assert all(cell.data_type != "f" for row in book["Rows"].rows for cell in row)
    assert list(book["About"].values)[1] == ("title", "'=Gaps")
