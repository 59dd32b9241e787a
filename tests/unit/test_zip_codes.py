"""ZIP codes shared out to areas by where people live."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from geo.errors import CRSError, InputError
from geo.own_data.files import read_rows
from geo.own_data.zip_table import read_zip_table
from geo.zip_codes import zip_shares


@pytest.fixture
def points():
    return gpd.GeoDataFrame(
        {
            "tract_geoid": ["39001000100", "39001000200", "39001000300", "39001000400"],
            "area_id": ["39001-3900001", "39001-3900001", "39001-3900002", "39001-3900002"],
            "residents_persons": pd.array([300, 100, 600, 0], dtype="Int64"),
        },
        geometry=[Point(0.5, 0.5), Point(1.5, 0.5), Point(1.6, 0.5), Point(2.5, 0.5)],
        crs="EPSG:4269",
    )


@pytest.fixture
def zctas():
    squares = [box(x, 0, x + 1, 1) for x in range(4)]
    names = ["45001", "45002", "45003", "45004"]
    return gpd.GeoDataFrame({"zip_code": names}, geometry=squares, crs="EPSG:4269")


def test_people_of_a_zip_code_are_shared_out_by_where_they_live(points, zctas):
    found = zip_shares(points, zctas, by="municipality")
    assert found.to_dict("records") == [
        {"zip": "45001", "area": "39001-3900001", "share": 1.0},
        {"zip": "45002", "area": "39001-3900002", "share": pytest.approx(6 / 7)},
        {"zip": "45002", "area": "39001-3900001", "share": pytest.approx(1 / 7)},
    ]
    tracts = zip_shares(points, zctas, by="tract")
    assert tracts["area"].tolist() == ["39001000100", "39001000300", "39001000200"]


def test_the_page_of_own_data_reads_the_table(points, zctas):
    content = zip_shares(points, zctas, by="municipality").to_csv(index=False).encode()
    assert read_zip_table(read_rows(content)) == {
        "45001": "39001-3900001",
        "45002": "39001-3900002",
    }


def test_another_coordinate_system_or_level_is_refused(points, zctas):
    with pytest.raises(CRSError):
        zip_shares(points, zctas.to_crs("EPSG:5070"), by="tract")
    with pytest.raises(InputError, match="`by` is 'county'; choose municipality or tract"):
        zip_shares(points, zctas, by="county")


def test_the_command_makes_a_table_of_the_shipped_people(project, tmp_path):
    squares = [box(-83.3, 42.2, -83.0, 42.5), box(-83.0, 42.2, -82.7, 42.8)]
    frame = gpd.GeoDataFrame(
        {"GEOID20": ["48201", "48202"], "ALAND20": [1, 1]}, geometry=squares, crs="EPSG:4269"
    )
    (tmp_path / "parts").mkdir()
    frame.to_file(tmp_path / "parts" / "cb_2020_us_zcta520_500k.shp")
    outlines = shutil.make_archive(
        str(tmp_path / "cb_2020_us_zcta520_500k"), "zip", tmp_path / "parts"
    )
    made = subprocess.run(
        [sys.executable, "-m", "geo", "zip-table", outlines],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    rows = pd.read_csv(io.StringIO(made.stdout), dtype={"zip": "str"})
    assert rows.groupby("zip")["share"].sum().to_dict() == pytest.approx(
        {"48201": 1.0, "48202": 1.0}, abs=1e-3
    )
    assert rows.loc[0, "area"] == "26163-2616322000"
