"""Tiles of a county, drawn by hand: a grid of squares a tenth of a degree wide."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import CRSError, InputError
from geo.legal_types import cousub_type, place_type
from geo.municipal_tiles import COLUMNS, municipal_tiles
from geo.tile_slivers import measured_m2

WEST, SOUTH = -84.0, 42.0
STEP = 0.1
METRE = 1 / 111_000


def _box(left, bottom, right, top):
    return shapely.box(
        WEST + left * STEP, SOUTH + bottom * STEP, WEST + right * STEP, SOUTH + top * STEP
    )


def _frame(rows, columns):
    frame = pd.DataFrame([row[:-1] for row in rows], columns=columns)
    return gpd.GeoDataFrame(frame, geometry=[row[-1] for row in rows], crs="EPSG:4269")


def _counties(*rows):
    rows = rows or (("26001", "Alder", _box(0, 0, 4, 4)),)
    return _frame([(g, n, 1, shape) for g, n, shape in rows], ["geoid", "name", "land_m2"])


def _cousubs(*rows, county="26001"):
    return _frame(
        [(county + g, n, lsad, county, 500 + i, s) for i, (g, n, lsad, s) in enumerate(rows)],
        ["geoid", "name", "lsad_code", "county_geoid", "land_m2"],
    )


def _places(*rows):
    return _frame(
        [(g, n, lsad, lsad != "57", 70 + i, s) for i, (g, n, lsad, s) in enumerate(rows)],
        ["geoid", "name", "lsad_code", "is_incorporated", "land_m2"],
    )


TOWNSHIPS = (
    ("10000", "West", "44", _box(0, 0, 2, 4)),
    ("20000", "East", "49", _box(2, 0, 4, 4)),
)


def _by_name(tiles):
    assert tiles["name"].is_unique
    return tiles.set_index("name")


def _assert_tiling(tiles, counties):
    """Nothing of a county is left out, nothing beside it, nothing twice."""
    assert list(tiles.columns) == list(COLUMNS)
    assert tiles["area_id"].is_unique
    assert tiles.geometry.is_valid.all()
    assert (shapely.area(tiles.geometry.to_numpy()) > 0).all()
    for county in counties.itertuples():
        parts = tiles.loc[tiles["county_geoid"] == county.geoid].geometry.to_numpy()
        union = shapely.union_all(parts)
        off = shapely.symmetric_difference(union, county.geometry)
        assert shapely.area(off) < 1e-12
        assert shapely.area(parts).sum() == pytest.approx(union.area, abs=1e-12)
    assert shapely.coverage_is_valid(tiles.geometry.to_numpy())


def _tile(counties, cousubs, places):
    tiles = municipal_tiles(counties, cousubs, places)
    _assert_tiling(tiles, counties)
    return tiles


def test_subdivisions_alone_stay_as_they_are():
    tiles = _tile(_counties(), _cousubs(*TOWNSHIPS), None)
    assert tiles["area_id"].tolist() == ["26001-2600110000", "26001-2600120000"]
    assert tiles["type_code"].tolist() == ["township", "charter_township"]
    assert tiles["land_m2"].tolist() == [500, 501]
    assert tiles["boundary_code"].tolist() == ["census", "census"]
    assert not tiles["is_cross_county"].any()


def test_a_place_that_is_its_own_subdivision_takes_its_geoid_and_outline():
    city = _box(1, 1, 2, 2)
    subs = _cousubs(
        ("10000", "Alder Rest", "44", _box(0, 0, 4, 4).difference(city)),
        ("30000", "Birch", "25", city),
    )
    drawn_a_little_off = _box(1.001, 1.0, 2.001, 2.0)
    tiles = _by_name(
        _tile(_counties(), subs, _places(("2630000", "Birch", "25", drawn_a_little_off)))
    )
    assert tiles.loc["Birch", "geoid"] == "2600130000"
    assert tiles.loc["Birch", "type_code"] == "city"
    assert tiles.loc["Birch", "land_m2"] == 501
    assert tiles.loc["Birch", "geometry"].equals(city)
    assert len(tiles) == 2


def test_a_place_much_smaller_than_its_subdivision_is_not_one_with_it():
    subs = _cousubs(("10000", "Birch", "44", _box(0, 0, 4, 4)))
    tiles = _tile(_counties(), subs, _places(("2630000", "Birch", "47", _box(0, 0, 4, 3.9))))
    assert tiles["geoid"].tolist() == ["2600110000", "2630000"]
    assert tiles["type_code"].tolist() == ["township", "village"]


def test_a_village_across_two_townships_is_cut_out_of_both():
    village = _places(("2611111", "Cedar", "47", _box(1, 1, 3, 2)))
    tiles = _by_name(_tile(_counties(), _cousubs(*TOWNSHIPS), village))
    assert tiles.loc["Cedar", "area_id"] == "26001-2611111"
    assert tiles.loc["Cedar", "land_m2"] == 70
    assert tiles.loc["West", "boundary_code"] == "remainder"
    assert tiles.loc["West", "land_m2"] == 500, "the census figure of the whole township"
    assert tiles.loc["West", "geometry"].area == pytest.approx(7 * STEP**2)
    assert tiles.loc["East", "geometry"].area == pytest.approx(7 * STEP**2)


def test_a_city_in_two_counties_is_a_part_in_each():
    counties = _counties(("26001", "Alder", _box(0, 0, 4, 4)), ("26003", "Ash", _box(4, 0, 8, 4)))
    city = _places(("2622222", "Dogwood", "25", _box(3, 1, 6, 2)))
    tiles = _tile(counties, None, city)
    parts = tiles[tiles["geoid"] == "2622222"]
    assert parts["county_geoid"].tolist() == ["26001", "26003"]
    assert parts["is_cross_county"].all()
    assert parts["land_m2"].tolist() == pytest.approx(
        measured_m2(parts.geometry.to_numpy()), abs=1
    ), "the census figure is that of both parts together"
    assert not tiles.loc[tiles["type_code"] == "remainder", "is_cross_county"].any()


def test_a_city_that_is_a_subdivision_in_each_of_two_counties_takes_both_geoids():
    counties = _counties(("26001", "Alder", _box(0, 0, 4, 4)), ("26003", "Ash", _box(4, 0, 8, 4)))
    west, east = _box(3, 1, 4, 2), _box(4, 1, 6, 2)
    subs = pd.concat(
        [
            _cousubs(
                ("10000", "West", "44", _box(0, 0, 4, 4).difference(west)),
                ("22222", "Dogwood", "25", west),
            ),
            _cousubs(
                ("10000", "Far", "44", _box(4, 0, 8, 4).difference(east)),
                ("22222", "Dogwood", "25", east),
                county="26003",
            ),
        ]
    )
    tiles = _tile(counties, subs, _places(("2622222", "Dogwood", "25", _box(3, 1, 6, 2))))
    parts = tiles[tiles["name"] == "Dogwood"]
    assert parts["geoid"].tolist() == ["2600122222", "2600322222"]
    assert parts["is_cross_county"].all()
    assert parts["land_m2"].tolist() == [501, 501]


def test_without_subdivisions_the_rest_of_a_county_is_one_part():
    tiles = _by_name(
        _tile(_counties(), None, _places(("2630000", "Birch", "25", _box(1, 1, 2, 2))))
    )
    rest = tiles.loc["Alder County, remainder"]
    assert rest["area_id"] == "26001-2600100000"
    assert (rest["type_code"], rest["boundary_code"]) == ("remainder", "remainder")
    assert rest["land_m2"] == pytest.approx(measured_m2(np.array([rest["geometry"]]))[0], abs=1)


@pytest.mark.parametrize(
    ("geoid", "name"),
    [("22001", "Alder Parish, remainder"), ("02001", "Alder, remainder")],
)
def test_the_remainder_is_named_as_counties_are_there(geoid, name):
    tiles = _tile(_counties((geoid, "Alder", _box(0, 0, 4, 4))), None, None)
    assert tiles["name"].tolist() == [name]


def test_no_places_and_no_subdivisions_is_one_part():
    empty = _places(("2630000", "Birch", "57", _box(1, 1, 2, 2)))
    for places in (None, empty, empty.iloc[:0]):
        tiles = _tile(_counties(), None, places)
        assert tiles["area_id"].tolist() == ["26001-2600100000"]


def test_what_subdivisions_leave_open_is_the_countys_remainder():
    tiles = _tile(_counties(), _cousubs(TOWNSHIPS[0]), None)
    assert tiles["geoid"].tolist() == ["2600100000", "2600110000"]


def test_a_remainder_in_the_file_and_one_left_over_are_one_part():
    subs = _cousubs(("00000", "not defined", "00", _box(0, 0, 1, 4)), TOWNSHIPS[1])
    tiles = _tile(_counties(), subs, None)
    assert tiles["name"].tolist() == ["Alder County, remainder", "East"]
    assert tiles.loc[0, "geometry"].area == pytest.approx(8 * STEP**2)


def test_census_divisions_are_remainders_by_name_and_type():
    subs = _cousubs(("10000", "West", "22", _box(0, 0, 2, 4)), TOWNSHIPS[1])
    tiles = _tile(_counties(), subs, None)
    assert tiles["name"].tolist() == ["West, remainder", "East"]
    assert tiles["type_code"].tolist() == ["remainder", "charter_township"]


def test_a_sliver_goes_to_the_neighbour_with_the_longest_border():
    gap = 5 * METRE
    subs = _cousubs(
        ("10000", "West", "44", _box(0, 0, 2, 4)),
        (
            "20000",
            "East",
            "44",
            shapely.box(WEST + 2 * STEP + gap, SOUTH, WEST + 4 * STEP, SOUTH + 4 * STEP),
        ),
    )
    city = _places(("2630000", "Birch", "25", _box(0, 0, 2, 3)))
    tiles = _by_name(_tile(_counties(), subs, city))
    assert set(tiles.index) == {"West", "East", "Birch"}, "5 m of nobody's land are no area"
    east = tiles.loc["East", "geometry"]
    assert east.bounds[0] == pytest.approx(WEST + 2 * STEP, abs=1e-7), (
        "its border with the gap is longest"
    )


def test_a_crumb_of_a_city_in_the_next_county_is_no_part():
    counties = _counties(("26001", "Alder", _box(0, 0, 4, 4)), ("26003", "Ash", _box(4, 0, 8, 4)))
    over = shapely.box(WEST + 3 * STEP, SOUTH, WEST + 4 * STEP + 4 * METRE, SOUTH + STEP)
    tiles = _tile(counties, None, _places(("2622222", "Dogwood", "25", over)))
    assert tiles["geoid"].tolist() == ["2600100000", "2622222", "2600300000"]
    assert not tiles["is_cross_county"].any()


def test_the_smallest_place_is_never_lost():
    hamlet = shapely.box(-83.9, 42.1, -83.9 + 50 * METRE, 42.1 + 50 * METRE)
    tiles = _tile(_counties(), _cousubs(*TOWNSHIPS), _places(("2640000", "Elm", "47", hamlet)))
    assert "26001-2640000" in tiles["area_id"].tolist()


def test_a_township_wholly_inside_a_city_is_gone():
    subs = _cousubs(
        ("10000", "West", "44", _box(0, 0, 2, 4)),
        ("20000", "East", "44", _box(2, 0, 3, 4)),
        ("30000", "Last", "44", _box(3, 0, 4, 4)),
    )
    tiles = _tile(_counties(), subs, _places(("2630000", "Birch", "25", _box(1, 0, 3, 4))))
    assert tiles["name"].tolist() == ["West", "Last", "Birch"]


def test_places_that_are_not_incorporated_are_left_in_their_township():
    tiles = _tile(
        _counties(), _cousubs(*TOWNSHIPS), _places(("2650000", "Fir", "57", _box(0, 0, 1, 1)))
    )
    assert tiles["name"].tolist() == ["West", "East"]
    assert tiles["boundary_code"].tolist() == ["census", "census"]


def test_order_of_rows_changes_nothing():
    places = _places(
        ("2611111", "Cedar", "47", _box(1, 1, 3, 2)), ("2630000", "Birch", "25", _box(0, 3, 1, 4))
    )
    subs = _cousubs(*TOWNSHIPS)
    one = _tile(_counties(), subs, places)
    two = _tile(_counties(), subs[::-1], places[::-1])
    pd.testing.assert_frame_equal(one.drop(columns="geometry"), two.drop(columns="geometry"))
    assert one.geometry.geom_equals(two.geometry).all()


_CUTS = st.lists(
    st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 5)] * 2), min_size=0, max_size=6
)


@settings(max_examples=20, deadline=None)
@given(cuts=_CUTS, has_cousubs=st.booleans())
def test_any_places_tile_two_counties(cuts, has_cousubs):
    counties = _counties(("26001", "Alder", _box(0, 0, 4, 4)), ("26003", "Ash", _box(4, 0, 8, 4)))
    shapes, taken = [], shapely.Polygon()
    for left, bottom, width, height in cuts:
        shape = _box(left / 2, bottom / 3, (left + width) / 2, (bottom + height) / 3)
        shapes.append(shapely.difference(shape, taken))
        taken = shapely.union(taken, shape)
    rows = [(f"26{i:05d}", f"P{i}", "25", s) for i, s in enumerate(shapes) if s.area > 1e-9]
    subs = _cousubs(*TOWNSHIPS) if has_cousubs else None
    _tile(counties, subs, _places(*rows) if rows else None)


def test_other_coordinates_missing_columns_and_doubles_are_errors():
    with pytest.raises(CRSError, match="`counties` is in EPSG:4326"):
        municipal_tiles(_counties().to_crs(4326), None, None)
    with pytest.raises(InputError, match="`cousubs` lacks column lsad_code"):
        municipal_tiles(_counties(), _cousubs(*TOWNSHIPS).drop(columns="lsad_code"), None)
    place = ("2630000", "Birch", "25", _box(1, 1, 2, 2))
    with pytest.raises(InputError, match="`places` names 2630000 twice"):
        municipal_tiles(_counties(), None, _places(place, place))
    with pytest.raises(InputError, match="`counties` is empty"):
        municipal_tiles(_counties().iloc[:0], None, None)


@pytest.mark.parametrize(
    ("lsad", "name", "kind"),
    [
        ("25", "Warren", "city"),
        ("43", "Fairfax", "town"),
        ("21", "Verona", "borough"),
        ("UG", "Athens-Clarke County", "consolidated"),
        ("00", "Indianapolis city (balance)", "consolidated"),
        ("00", "Princeton", "city"),
        ("37", "Anchorage", "consolidated"),
    ],
)
def test_lsad_codes_of_places(lsad, name, kind):
    assert place_type(lsad, name) == kind


@pytest.mark.parametrize(
    ("lsad", "state", "kind"),
    [
        ("44", "26", "township"),
        ("44", "19", "remainder"),
        ("43", "50", "town"),
        ("39", "23", "town"),
        ("28", "24", "remainder"),
        ("46", "27", "remainder"),
        ("25", "51", "city"),
    ],
)
def test_lsad_codes_of_subdivisions(lsad, state, kind):
    assert cousub_type(lsad, state) == kind
