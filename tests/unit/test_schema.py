"""Tables against their schema: every rule broken once."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon

from geo.errors import CRSError, InputError
from geo.tables.schema import PARTIAL_DATE, Column, Table, assert_rows, assert_shape

DEATHS = Table(
    "death",
    "A county and year.",
    ("county_geoid", "year"),
    (
        Column("county_geoid", "str", "County", pattern=r"^\d{5}$"),
        Column("year", "Int64", "Year"),
        Column("deaths", "Int64", "Deaths", unit="persons", nullable=True),
        Column("status_code", "str", "Why", codes=(("reported", "r"), ("suppressed", "s"))),
        Column("as_of_date", "str", "Date", nullable=True, pattern=PARTIAL_DATE),
        Column("longitude", "Float64", "East", unit="degrees"),
        Column("is_final", "boolean", "Whether final"),
    ),
)
PLACES = Table(
    "place",
    "A place.",
    ("geoid",),
    (Column("geoid", "str", "Place"), Column("geometry", "geometry", "Where")),
)


def _deaths(**changes):
    frame = pd.DataFrame(
        {
            "county_geoid": pd.Series(["26099", "26163"], dtype="str"),
            "year": pd.array([2018, 2018], dtype="Int64"),
            "deaths": pd.array([300, None], dtype="Int64"),
            "status_code": pd.Series(["reported", "suppressed"], dtype="str"),
            "as_of_date": pd.Series(["2018-05", None], dtype="str"),
            "longitude": pd.array([-83.0, -83.1], dtype="Float64"),
            "is_final": pd.array([True, False], dtype="boolean"),
        }
    )
    return frame.assign(
        **{name: pd.Series(values, dtype=frame[name].dtype) for name, values in changes.items()}
    )


def _places(*shapes, crs="EPSG:4269", geoids=("2600001", "2600002")):
    return gpd.GeoDataFrame(
        {"geoid": pd.Series(geoids[: len(shapes)], dtype="str")}, geometry=list(shapes), crs=crs
    )


def test_good_tables_pass():
    assert_rows(_deaths(), DEATHS)
    assert_rows(_deaths().iloc[:0], DEATHS)
    assert_rows(_places(Point(-83, 42), Point(-84, 43)), PLACES)


def test_a_table_knows_its_geometry_and_types():
    assert PLACES.is_spatial
    assert not DEATHS.is_spatial
    assert PLACES.dtypes == {"geoid": "str"}
    assert DEATHS.dtypes["deaths"] == "Int64"


@pytest.mark.parametrize("check", [assert_shape, assert_rows])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="deaths"), r"missing \['deaths'\], unknown none"),
        (lambda frame: frame.assign(more=1), r"missing none, unknown \['more'\]"),
        (lambda frame: frame[frame.columns[::-1]], "order differs"),
        (lambda frame: frame.astype({"year": "Float64"}), "`death.year` is Float64, .* says Int64"),
        (lambda frame: frame.astype({"year": "int64"}), "`death.year` is int64"),
        (lambda frame: frame.astype({"status_code": object}), "`death.status_code` is object"),
    ],
)
def test_other_columns_order_or_types_are_named(check, change, message):
    with pytest.raises(InputError, match=message):
        check(change(_deaths()), DEATHS)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"status_code": ["reported", "unknown"]}, "status_code"),
        ({"status_code": ["reported", None]}, "status_code"),
        ({"county_geoid": ["26099", "2616"]}, "county_geoid"),
        ({"as_of_date": ["2018-05", "May 2018"]}, "as_of_date"),
        ({"deaths": [300, -1]}, "deaths"),
        ({"year": [2018, None]}, "year"),
        ({"is_final": [True, None]}, "is_final"),
    ],
)
def test_a_value_that_breaks_its_column_is_an_error_that_names_it(change, column):
    with pytest.raises(InputError, match=rf"table `death`: 1 values break .*column `{column}`"):
        assert_rows(_deaths(**change), DEATHS)


def test_a_negative_degree_is_no_error_and_a_suppressed_count_may_be_missing():
    assert_rows(_deaths(longitude=[-83.0, -0.5], deaths=[None, None]), DEATHS)


def test_two_rows_with_one_key_are_an_error():
    with pytest.raises(InputError, match=r"table `death`: .* break the schema"):
        assert_rows(_deaths(county_geoid=["26099", "26099"]), DEATHS)


def test_shape_alone_does_not_look_at_values():
    assert_shape(_deaths(status_code=["reported", "unknown"]), DEATHS)


@pytest.mark.parametrize("check", [assert_shape, assert_rows])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:5070", None])
def test_another_crs_is_an_error_that_names_it(check, crs):
    with pytest.raises(CRSError, match=f"table `place` is in {crs}, it must be in EPSG:4269"):
        check(_places(Point(-83, 42), crs=crs), PLACES)


@pytest.mark.parametrize(
    "bad",
    [None, Point(), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])],
    ids=["missing", "empty", "crossing itself"],
)
def test_a_geometry_that_cannot_be_used_is_an_error_that_names_its_row(bad):
    with pytest.raises(InputError, match="1 geometries missing or invalid, first 2600002"):
        assert_rows(_places(Point(-83, 42), bad), PLACES)


def test_checking_leaves_the_rows_as_they_are():
    frame = _deaths()
    assert_rows(frame, DEATHS)
    pd.testing.assert_frame_equal(frame, _deaths())
    assert np.isnan(frame["deaths"].to_numpy(float, na_value=np.nan)[1])
