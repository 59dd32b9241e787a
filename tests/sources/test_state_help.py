"""Which county a facility lies in, near and beyond the outlines."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from geo.laws import NEAR_COUNTY_M
from geo.sources.registry import AGENCY_LIST, LOCATOR, OTP_DIRECTORY, STATION_LIST
from geo.sources.state_help import SHORE_M, _county_of, _tell_lost

SIDE_M = 10_000.0


def _counties():
    squares = [box(0, 0, SIDE_M, SIDE_M), box(SIDE_M, 0, 2 * SIDE_M, SIDE_M)]
    return gpd.GeoDataFrame({"geoid": ["39001", "39003"]}, geometry=squares, crs="EPSG:5070")


def _found(*points):
    return _county_of(gpd.GeoSeries([Point(*one) for one in points], crs="EPSG:5070"), _counties())


def test_a_point_lies_in_the_county_around_it():
    assert _found((1, 1), (SIDE_M + 1, 5)).tolist() == ["39001", "39003"]


def test_a_point_on_a_pier_belongs_to_the_nearest_county_and_one_far_out_to_none():
    found = _found((5, -SHORE_M + 1), (2 * SIDE_M + SHORE_M - 1, 5), (5, -SHORE_M - 1))
    assert found.iloc[:2].tolist() == ["39001", "39003"]
    assert pd.isna(found.iloc[2])


def test_no_point_is_placed_that_the_laws_of_the_tables_refuse():
    assert SHORE_M < NEAR_COUNTY_M


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "Clinic 1 in Elm"),
        (3, "Clinic 1 in Elm; Clinic 2; Clinic 3 in Elm"),
        (5, "Clinic 1 in Elm; Clinic 2; Clinic 3 in Elm and 2 more"),
        (0, None),
    ],
)
def test_facilities_that_are_left_out_are_told_up_to_three_by_name(count, named):
    lost = pd.DataFrame(
        {
            "name": [f"Clinic {at + 1}" for at in range(count)],
            "city": [None if at == 1 else "Elm" for at in range(count)],
        },
        dtype="str",
    )
    lines = []
    _tell_lost(lost, 9, lines.append)
    told = f"facilities: {count} of 9 have no point in a county, left out: {named}"
    assert lines == ([told] if named else [])


@pytest.mark.parametrize(
    "source", [AGENCY_LIST, LOCATOR, OTP_DIRECTORY, STATION_LIST], ids=lambda one: one.source_id
)
def test_every_name_that_a_file_is_found_by_is_documented(project, source):
    page = (project / "docs" / "data-folder.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{source.source_id}`"))
    for name in source.file_names:
        stem, _, ending = name.format(state="39").rpartition(".")
        assert f"`{stem}." in row, name
        assert f".{ending}`" in row, name
