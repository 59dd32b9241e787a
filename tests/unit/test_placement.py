"""Points go to the polygon that brute force finds, whichever engine places them."""

import sys
from importlib.util import find_spec

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from geo.errors import CRSError, InputError
from geo.placement import Positions, engine_for, place_points

CRS = "EPSG:5070"
HAS_SEDONA = find_spec("sedonadb") is not None
NEEDS_SEDONA = pytest.mark.skipif(not HAS_SEDONA, reason="SedonaDB is not installed")
ENGINES = ["shapely", pytest.param("sedona", marks=NEEDS_SEDONA)]
GRID = st.integers(0, 6)
CORNERS = st.lists(st.tuples(GRID, GRID), min_size=3, max_size=3, unique=True)


def _layer(shapes, labels=None, crs=CRS):
    return gpd.GeoDataFrame(geometry=list(shapes), index=labels, crs=crs)


def _by_brute_force(xy, polygons):
    """First polygon that covers each point, every pair tried."""
    points = shapely.points(np.asarray(xy, float))
    covers = shapely.covers(polygons.geometry.to_numpy()[:, None], points[None, :])
    labels = np.array([*polygons.index, None], dtype=object)
    return labels[np.where(covers.any(axis=0), covers.argmax(axis=0), -1)].tolist()


def _placed(xy, polygons, engine, **options):
    x, y = np.asarray(xy, float).reshape(-1, 2).T
    found = place_points(Positions(x, y, polygons.crs), polygons, engine=engine, **options)
    assert found.attrs["engine"] == engine
    return found.astype(object).where(found.notna(), None).tolist()


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture
def ring():
    """West and east squares side by side, a square ring above them, an island in its hole."""
    hole = [(1, 3), (3, 3), (3, 5), (1, 5)]
    ring = Polygon([(0, 2), (4, 2), (4, 6), (0, 6)], [hole])
    islands = MultiPolygon([box(1.5, 3.5, 2.5, 4.5), box(7, 7, 8, 8)])
    return _layer([box(0, 0, 2, 2), box(2, 0, 4, 2), ring, islands],
                  ["west", "east", "ring", "islands"])  # fmt: skip


@pytest.mark.parametrize(
    ("point", "label"),
    [
        ((1, 1), "west"),
        ((3, 1), "east"),
        ((2, 1), "west"),  # on the border of both
        ((2, 2), "west"),  # the corner of three
        ((3, 2), "east"),
        ((0, 0), "west"),
        ((4, 0), "east"),
        ((0.5, 4), "ring"),
        ((1, 4), "ring"),  # on the border of the hole
        ((1, 3), "ring"),
        ((1.2, 4), None),  # in the hole
        ((2, 4), "islands"),
        ((7.5, 7.5), "islands"),
        ((5, 1), None),
        ((9, 9), None),
    ],
)
def test_place_points_borders_corners_holes_and_islands_go_where_the_rule_says(
    ring, engine, point, label
):
    assert _placed([point], ring, engine) == [label]


def test_place_points_shared_border_goes_to_the_first_in_the_order_of_polygons(ring, engine):
    assert _placed([(2, 1), (2, 2)], ring.iloc[::-1], engine) == ["east", "ring"]


def test_place_points_overlap_goes_to_the_first(engine):
    polygons = _layer([box(0, 0, 3, 3), box(1, 1, 9, 9), box(0, 0, 9, 9)], ["a", "b", "c"])
    xy = [(2, 2), (5, 5), (0.5, 8)]
    assert _placed(xy, polygons, engine) == ["a", "b", "c"]
    assert _placed(xy, polygons.iloc[::-1], engine) == ["c"] * 3


@pytest.mark.parametrize("engine", ENGINES)
@given(st.lists(CORNERS, min_size=1, max_size=5), st.lists(st.tuples(GRID, GRID), max_size=12))
@settings(max_examples=60, deadline=None)
def test_place_points_agrees_with_brute_force_on_triangles_of_a_grid(engine, triangles, xy):
    shapes = [Polygon(corners) for corners in triangles]
    polygons = _layer([shape for shape in shapes if shape.is_valid and shape.area > 0])
    polygons.index = [f"t{number}" for number in range(len(polygons))]
    assert _placed(xy, polygons, engine) == (_by_brute_force(xy, polygons) if xy else [])


def test_place_points_agrees_with_brute_force_on_real_outlines_and_their_borders(reader, engine):
    tracts = reader.spatial("tract_outline").set_index("geoid")
    tracts = tracts[tracts.index.str.startswith("26087")]
    corners = shapely.get_coordinates(tracts.geometry.to_numpy())
    west, south, east, north = tracts.total_bounds
    random = np.random.default_rng(5)
    inside = random.uniform((west, south), (east, north), (500, 2))
    xy = np.concatenate([inside, corners, (corners[1:] + corners[:-1]) / 2])
    expected = _by_brute_force(xy, tracts)
    assert 0.02 < np.mean([label is None for label in expected]) < 0.5
    assert _placed(xy, tracts, engine) == expected


def test_place_points_order_of_points_and_size_of_chunks_change_nothing(ring, engine):
    xy = np.random.default_rng(2).integers(0, 9, (60, 2))
    expected = _by_brute_force(xy, ring)
    assert len(set(expected)) == 5
    assert _placed(xy, ring, engine, chunk=7) == expected
    assert _placed(xy[::-1], ring, engine, chunk=60) == expected[::-1]


def test_place_points_missing_and_empty_points_stay_missing(ring, engine):
    points = gpd.GeoSeries([Point(1, 1), None, Point(), Point(3, 1)], index=list("dcba"), crs=CRS)
    found = place_points(points, ring, engine=engine)
    expected = pd.Series(["west", None, None, "east"], index=list("dcba"), dtype="str")
    pd.testing.assert_series_equal(found, expected)
    arrays = Positions([1, np.nan, 3, np.inf, -np.inf], [1, 1, np.nan, 1, 1], CRS)
    assert (
        place_points(arrays, ring, engine=engine, chunk=2).notna().tolist() == [True] + [False] * 4
    )


def test_place_points_missing_and_empty_polygons_hold_nothing(engine):
    polygons = _layer([None, Polygon(), box(0, 0, 1, 1)], ["none", "empty", "square"])
    assert _placed([(0, 0), (5, 5)], polygons, engine) == ["square", None]
    assert _placed([(0, 0)], polygons.iloc[:2], engine) == [None]
    assert _placed([(0, 0)], polygons.iloc[:0], engine) == [None]
    assert _placed([], polygons, engine) == []


def test_place_points_height_is_ignored(engine):
    high = Polygon([(0, 0, 5), (2, 0, 5), (0, 2, 5)])
    points = gpd.GeoDataFrame(geometry=[Point(1, 1, 9)], crs=CRS)
    assert place_points(points, _layer([high], ["high"]), engine=engine).tolist() == ["high"]


@pytest.mark.parametrize(
    ("labels", "dtype", "name"),
    [
        (pd.Index(["26001", "26003"], name="geoid"), "str", "geoid"),
        (pd.RangeIndex(2), "Int64", None),
        (pd.Index([7, 9], name="row"), "Int64", "row"),
        (pd.Index([("a", 1), 2.5], dtype=object, tupleize_cols=False), "object", None),
    ],
)
def test_place_points_labels_keep_type_and_name(engine, labels, dtype, name):
    polygons = _layer([box(0, 0, 1, 1), box(5, 5, 6, 6)], labels)
    found = place_points(Positions([5, 9, 0], [5, 9, 0], CRS), polygons, engine=engine)
    assert (found.dtype, found.name) == (dtype, name)
    assert found.isna().tolist() == [False, True, False]
    assert found.iloc[[0, 2]].tolist() == [labels[1], labels[0]]


def test_place_points_takes_series_of_geometries_and_leaves_them_as_they_were(ring, engine):
    points = gpd.GeoDataFrame({"id": [1]}, geometry=[Point(3, 1)], index=["only"], crs=CRS)
    found = place_points(points, ring.geometry, engine=engine)
    assert found.to_dict() == {"only": "east"}
    assert not shapely.is_prepared(ring.geometry.to_numpy()).any()


def test_place_points_takes_a_crs_without_a_number(engine):
    crs = "+proj=aea +lat_1=42 +lat_2=46 +lat_0=40 +lon_0=-84 +datum=NAD83 +units=m"
    polygons = _layer([box(0, 0, 1, 1)], ["here"], crs)
    assert _placed([(0.5, 0.5)], polygons, engine) == ["here"]


@pytest.mark.parametrize(
    ("points_crs", "polygons_crs", "words"),
    [
        ("EPSG:4326", CRS, "`points` is in EPSG:4326, `polygons` in EPSG:5070"),
        (None, CRS, "`points` has no coordinate system"),
        (CRS, None, "`polygons` has no coordinate system"),
    ],
)
def test_place_points_other_or_no_crs_raises(engine, points_crs, polygons_crs, words):
    polygons = _layer([box(0, 0, 1, 1)], crs=polygons_crs)
    with pytest.raises(CRSError, match=words):
        place_points(Positions([1], [1], points_crs), polygons, engine=engine)


def test_place_points_other_geometries_raise(ring, engine):
    lines = gpd.GeoSeries([Point(1, 1), ring.geometry.iloc[0].exterior], crs=CRS)
    with pytest.raises(InputError, match=r"`points` has 1 geometries .* first a LinearRing at 1"):
        place_points(lines, ring, engine=engine)
    with pytest.raises(InputError, match=r"`polygons` has 2 geometries .* first a Point at 0"):
        place_points(lines.iloc[:1], lines, engine=engine)


@pytest.mark.parametrize(("x", "y"), [([1, 2], [1]), ([[1]], [[1]])])
def test_place_points_arrays_of_other_shape_raise(ring, engine, x, y):
    with pytest.raises(InputError, match="they must be alike"):
        place_points(Positions(x, y, CRS), ring, engine=engine)


def test_engine_for_goes_by_number_only_where_asked_to(engine):
    big = "sedona" if HAS_SEDONA else "shapely"
    assert engine_for(1_000_000) == "shapely"
    assert engine_for(1_000_001) == big
    assert engine_for(3, switch_at=2) == big
    assert engine_for(10**9, engine=engine) == engine
    with pytest.raises(InputError, match="'postgis'; known are auto, shapely, sedona"):
        engine_for(1, engine="postgis")


def test_place_points_over_the_switch_is_placed_by_what_is_there(ring, monkeypatch):
    two = Positions([1, 3], [1, 1], CRS)
    found = place_points(two, ring, switch_at=1)
    assert found.attrs["engine"] == ("sedona" if HAS_SEDONA else "shapely")
    monkeypatch.setitem(sys.modules, "sedonadb", None)  # as if it were not installed
    without = place_points(two, ring, switch_at=1)
    assert without.attrs["engine"] == "shapely"
    assert without.tolist() == found.tolist() == ["west", "east"]
    with pytest.raises(InputError, match="pip install sedonadb"):
        place_points(two, ring, engine="sedona")
