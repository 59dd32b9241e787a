"""Files that other programs open, opened by those programs."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

from geo.downloads import Export, to_csv, to_excel, to_geojson, to_geopackage
from geo.exports import EXPORTS, export_of
from geo.scope import default_scope

TABLE = pd.DataFrame(
    {
        "name": pd.array(["=1+1", "@home", "Suite #2, Flint", None], dtype="str"),
        "people": pd.array([1, 20, None, 4], dtype="Int64"),
        "people_reason_code": ["reported", "suppressed", "missing", "reported"],
        "share": [0.5, np.nan, np.inf, 0.25],
    },
    index=pd.Index(["26049", "26087", "26099", "26125"], name="geoid"),
)
EXPORT = Export(
    TABLE,
    {"geoid": "County", "name": "Name", "people": "Residents", "share": "Share"},
    {"title": '=Gaps, "all"', "data hash": "abc"},
)
PAGE = "http://localhost:8501/gaps"


def read_csv(content):
    return pd.read_csv(io.BytesIO(content), comment="#", dtype={"geoid": "str"})


def test_csv_says_what_is_suppressed_disarms_formulas_and_keeps_codes():
    again = read_csv(to_csv(EXPORT))
    assert list(again.columns) == ["geoid", *TABLE.columns]
    assert again["geoid"].tolist() == TABLE.index.tolist()
    assert again["name"].tolist()[:3] == ["'=1+1", "'@home", "Suite #2, Flint"]
    assert again["people"].fillna("").tolist() == ["1", "suppressed", "", "4"]
    assert again["people_reason_code"].tolist() == TABLE["people_reason_code"].tolist()
    assert again["share"].fillna("").tolist() == ["0.5", "", "no limit", "0.25"]


def test_csv_block_is_one_cell_a_line_in_a_spreadsheet():
    lines = to_csv(EXPORT).decode("utf-8-sig").splitlines()
    assert lines[:2] == ["# title: =Gaps; ’all’", "# data hash: abc"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(start):
    table = pd.DataFrame(
        {"text": [f"{start}1+1"], "mixed": pd.Series([f"{start}2x"], dtype=object)}
    )
    export = Export(table, {"text": "", "mixed": ""}, {"title": "x"})
    assert export.rows.iloc[0].tolist() == [f"'{start}1+1", f"'{start}2x"]


def test_excel_has_rows_definitions_and_origin_with_numbers_as_numbers():
    file = to_excel(EXPORT)
    book = openpyxl.load_workbook(io.BytesIO(file))
    assert book.sheetnames == ["Rows", "Definitions", "About"]
    rows = list(book["Rows"].values)
    assert rows[0] == ("geoid", *TABLE.columns)
    assert rows[1] == ("26049", "'=1+1", 1, "reported", 0.5)
    assert rows[2][2] == "suppressed"
    assert rows[3][2] is None
    assert all(cell.data_type != "f" for sheet in book for row in sheet.rows for cell in row)
    assert list(book["About"].values)[1] == ("title", '\'=Gaps, "all"')
    assert ("people", "Residents") in list(book["Definitions"].values)
    again = pd.read_excel(io.BytesIO(file), dtype={"geoid": "str"})
    assert again["geoid"].tolist() == TABLE.index.tolist()


def test_geojson_and_geopackage_carry_rows_outlines_and_block(answers, tmp_path):
    table = TABLE.iloc[:2]
    export = replace(EXPORT, table=table)
    content = json.loads(to_geojson(answers.reader, export, "county"))
    assert content["metadata"] == dict(EXPORT.block)
    assert [one["properties"]["people"] for one in content["features"]] == [1, "suppressed"]
    path = tmp_path / "areas.gpkg"
    path.write_bytes(to_geopackage(answers.reader, export, "county"))
    again = gpd.read_file(path)
    assert again["geoid"].tolist() == table.index.tolist()
    assert again.geometry.is_valid.all()
    assert again.crs.to_epsg() == 4269


@pytest.mark.parametrize("name", EXPORTS)
def test_every_table_of_the_app_leaves_with_its_block_and_its_definitions(answers, name):
    scope = default_scope(answers.today)
    export = export_of(answers, scope, name, PAGE)
    assert {"title", "scope", "source", "date", "data hash"} <= set(export.block)
    assert export.block["data hash"] == answers.reader.data_hash
    for column in export.rows.columns:
        assert export.meaning(column)
    again = read_csv(to_csv(export))
    assert len(again) == len(export.table)
    book = openpyxl.load_workbook(io.BytesIO(to_excel(export)))
    assert book["Rows"].max_row == len(export.table) + 1


def test_a_county_with_suppressed_years_says_so_beside_its_empty_rate(answers):
    scope = replace(
        default_scope(answers.today), region="michigan", measure="crude_rate", counties=("26001",)
    )
    row = read_csv(to_csv(export_of(answers, scope, "counties", PAGE))).iloc[0]
    assert row["rate_per_100k"] == "suppressed"
    assert row["rate_per_100k_reason_code"] == "suppressed"
    trend = read_csv(to_csv(export_of(answers, replace(scope, area="26001"), "trend", PAGE)))
    hidden = trend["status_code"] == "suppressed"
    assert hidden.any()
    assert (trend.loc[hidden, "events"] == "suppressed").all()
    assert (trend.loc[hidden, "events_reason_code"] == "suppressed").all()
    assert (trend.loc[~hidden, "events"] != "suppressed").all()


def test_the_address_in_a_block_restores_the_view(answers):
    scope = replace(default_scope(answers.today), counties=("26087",), minutes=15)
    address = export_of(answers, scope, "gaps", PAGE).block["address"]
    assert address.startswith(f"{PAGE}?")
    assert "counties=26087" in address
    assert "minutes=15" in address


def test_a_negative_number_that_is_text_stays_as_it_is():
    table = pd.DataFrame({"longitude": ["-83.1", "+5", "-83.1+1", "-"]}, dtype="str")
    export = Export(table, {"longitude": ""}, {"title": "x"})
    assert export.rows["longitude"].tolist() == ["-83.1", "+5", "'-83.1+1", "'-"]
