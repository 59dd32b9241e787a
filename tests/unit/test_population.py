"""The people of a tract, split over little squares drawn by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo.errors import CRSError, InputError
from geo.population import population_points

CRS = "EPSG:5070"
KM = 1_000.0


def _square(west, south, east, north):
    return box(west * KM, south * KM, east * KM, north * KM)


def _tracts(*rows):
    """Rows of geoid, persons, polygon; the tract's own point is a tenth in from its south-west."""
    shapes = [row[2] for row in rows]
    corners = [shape.bounds for shape in shapes]
    return gpd.GeoDataFrame(
        {
            "geoid": [row[0] for row in rows],
            "county_geoid": "26099",
            "population_persons": pd.array([row[1] for row in rows], dtype="Int64"),
            "land_m2": [shape.area for shape in shapes],
            "longitude": [0.9 * west + 0.1 * east for west, _, east, _ in corners],
            "latitude": [0.9 * south + 0.1 * north for _, south, _, north in corners],
        },
        geometry=shapes,
        crs=CRS,
    )


def _areas(*rows, county="26099"):
    """Rows of area_id, type, Census 2010 count or None, polygon."""
    return gpd.GeoDataFrame(
        {
            "area_id": [row[0] for row in rows],
            "county_geoid": county,
            "type_code": [row[1] for row in rows],
            "census_2010_persons": pd.array([row[2] for row in rows], dtype="Int64"),
            "census_2020_persons": pd.array([None] * len(rows), dtype="Int64"),
        },
        geometry=[row[3] for row in rows],
        crs=CRS,
    )


def _split(tracts, areas):
    points = population_points(tracts, areas)
    return points.set_index(["tract_geoid", "area_id"])["residents_persons"].to_dict()


WEST, EAST = _square(0, 0, 10, 10), _square(10, 0, 20, 10)
ONE_TRACT = _tracts(("A", 100, WEST))


def test_a_tract_inside_one_area_keeps_all_its_people():
    assert _split(ONE_TRACT, _areas(("town", "township", None, WEST))) == {("A", "town"): 100}


def test_a_city_reaches_its_census_count_and_the_township_takes_the_rest():
    areas = _areas(
        ("city", "city", 30, _square(0, 0, 5, 10)), ("town", "township", 999, _square(5, 0, 10, 10))
    )
    assert _split(ONE_TRACT, areas) == {("A", "city"): 30, ("A", "town"): 70}


def test_the_count_of_2020_stands_in_where_that_of_2010_is_missing():
    areas = _areas(
        ("village", "village", None, _square(0, 0, 5, 10)),
        ("town", "township", None, _square(5, 0, 10, 10)),
    )
    areas.loc[0, "census_2020_persons"] = 12
    assert _split(ONE_TRACT, areas) == {("A", "village"): 12, ("A", "town"): 88}


def test_without_any_count_people_follow_land_area_as_an_overlay_gives_it():
    cut = gpd.GeoSeries([_square(0, 0, 3, 10), _square(3, 0, 10, 4), _square(3, 4, 10, 10)])
    areas = _areas(*((f"part{row}", "township", None, shape) for row, shape in cut.items()))
    split = _split(_tracts(("A", 1_000, WEST)), areas)
    assert list(split.values()) == list((cut.area / WEST.area * 1_000).round())


def test_a_city_over_two_tracts_reaches_its_count_and_both_tracts_theirs():
    areas = _areas(
        ("city", "city", 60, _square(5, 0, 12, 10)),
        ("east", "township", None, _square(12, 0, 20, 10)),
        ("west", "township", None, _square(0, 0, 5, 10)),
    )
    split = _split(_tracts(("A", 100, WEST), ("B", 100, EAST)), areas)
    assert split["A", "city"] + split["B", "city"] == 60
    assert split["A", "city"] + split["A", "west"] == 100
    assert split["B", "city"] + split["B", "east"] == 100
    assert split["A", "city"] > split["B", "city"]


def test_two_cities_that_fill_a_tract_reach_their_counts_after_some_rounds():
    areas = _areas(
        ("town", "township", None, _square(0, 0, 5, 10)),
        ("large", "city", 550, _square(5, 0, 11, 10)),
        ("small", "city", 20, _square(11, 0, 20, 10)),
    )
    assert _split(_tracts(("A", 1_000, WEST), ("B", 100, EAST)), areas) == {
        ("A", "large"): 470,
        ("A", "town"): 530,
        ("B", "large"): 80,
        ("B", "small"): 20,
    }


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 3_000), min_size=3, max_size=3),
    st.lists(st.integers(1, 800), min_size=2, max_size=2),
)
def test_residents_of_every_tract_add_up_exactly(persons, counts):
    tracts = _tracts(
        *(
            (name, n, _square(0, 4 * row, 12, 4 * row + 4))
            for row, (name, n) in enumerate(zip("ABC", persons, strict=True))
        )
    )
    areas = _areas(
        ("city", "city", counts[0], _square(1, 1, 5, 11)),
        ("village", "village", counts[1], _square(7, 2, 9, 7)),
    )
    rest = _square(0, 0, 12, 12).difference(areas.union_all())
    areas = pd.concat([areas, _areas(("town", "township", None, rest))], ignore_index=True)
    points = population_points(tracts, areas)
    total = points.groupby("tract_geoid")["residents_persons"].sum()
    assert total.tolist() == persons
    assert (points["residents_persons"] >= 0).all()


def test_a_sliver_is_dropped_and_its_people_stay_in_the_tract():
    areas = _areas(
        ("city", "city", 50, _square(10, 0, 20, 10)),
        ("town", "township", None, _square(0.01, 0, 10, 10)),
        ("next", "township", None, _square(-10, 0, 0.01, 10)),
    )
    tracts = _tracts(("A", 100, WEST), ("B", 50, EAST), ("C", 7, _square(-10, 0, 0, 10)))
    assert _split(tracts, areas) == {("A", "town"): 100, ("B", "city"): 50, ("C", "next"): 7}


def test_a_small_area_that_would_vanish_with_its_sliver_is_kept():
    small = _square(0, 0, 0.4, 0.4)
    areas = _areas(
        ("village", "village", 8, small), ("town", "township", None, WEST.difference(small))
    )
    assert _split(ONE_TRACT, areas) == {("A", "village"): 8, ("A", "town"): 92}


def test_an_area_of_another_county_gets_nobody():
    home = _areas(("town", "township", None, _square(0, 0, 6, 10)))
    abroad = _areas(("other", "township", None, _square(6, 0, 10, 10)), county="26087")
    areas = pd.concat([home, abroad], ignore_index=True)
    assert _split(ONE_TRACT, areas) == {("A", "town"): 100}


def test_the_piece_with_the_tracts_own_point_keeps_it_and_others_lie_inside_theirs():
    areas = _areas(
        ("city", "city", 30, _square(0, 0, 5, 10)),
        ("town", "township", None, _square(5, 0, 10, 10)),
    )
    points = population_points(ONE_TRACT, areas).set_index("area_id").geometry
    assert points["city"] == Point(1_000, 1_000)
    assert areas.geometry[1].contains(points["town"])


def test_within_km_is_half_the_radius_of_a_disc_of_the_tracts_land():
    points = population_points(ONE_TRACT, _areas(("town", "township", None, WEST)))
    assert points["within_km"].tolist() == pytest.approx([0.5 * np.sqrt(100 / np.pi)])


def test_points_have_the_columns_types_order_and_crs_of_their_table():
    tracts = _tracts(("B", 5, EAST), ("A", 5, WEST))
    areas = _areas(("west", "township", None, WEST), ("east", "township", None, EAST))
    points = population_points(tracts, areas)
    assert list(points.columns) == [
        "tract_geoid",
        "area_id",
        "county_geoid",
        "residents_persons",
        "within_km",
        "geometry",
    ]
    assert str(points["residents_persons"].dtype) == "Int64"
    assert points["tract_geoid"].tolist() == ["A", "B"]
    assert points.crs == CRS


def test_order_of_tracts_and_areas_does_not_change_the_split():
    tracts = _tracts(("A", 100, WEST), ("B", 80, EAST))
    areas = _areas(
        ("city", "city", 60, _square(5, 0, 12, 10)),
        ("east", "township", None, _square(12, 0, 20, 10)),
        ("west", "township", None, _square(0, 0, 5, 10)),
    )
    assert _split(tracts, areas) == _split(tracts.iloc[::-1], areas.iloc[[2, 0, 1]])


def test_different_crs_are_an_error():
    with pytest.raises(CRSError, match="bring both into one"):
        population_points(ONE_TRACT, _areas(("town", "township", None, WEST)).to_crs(4269))


def test_a_tract_with_people_outside_every_area_is_an_error_and_an_empty_one_is_not():
    areas = _areas(("town", "township", None, WEST))
    outside = _square(50, 0, 60, 10)
    with pytest.raises(InputError, match="1 tracts meet no area of their county, first Z"):
        population_points(_tracts(("A", 1, WEST), ("Z", 1, outside)), areas)
    assert _split(_tracts(("A", 1, WEST), ("Z", 0, outside)), areas) == {("A", "town"): 1}


def test_people_of_a_tract_whose_only_city_counts_nobody_are_kept():
    split = _split(_tracts(("a", 100, WEST)), _areas(("x", "city", 0, WEST)))
    assert split == {("a", "x"): 100}


def test_a_township_crowded_out_in_one_round_recovers_in_the_next():
    areas = _areas(
        ("town", "township", None, _square(0, 0, 5, 10)),
        ("p", "city", 130, _square(5, 0, 11, 10)),
        ("q", "city", 20, _square(11, 0, 20, 10)),
    )
    points = population_points(_tracts(("a", 100, WEST), ("b", 100, EAST)), areas)
    by_area = points.groupby("area_id")["residents_persons"].sum()
    assert by_area["p"] == pytest.approx(130, abs=2)
    assert by_area["q"] == pytest.approx(20, abs=2)
    assert by_area["town"] == pytest.approx(50, abs=2)
