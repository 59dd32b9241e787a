"""Villages taken out of townships, and outlines simplified together, on little squares."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from geo.areas import AREA_CRS, simplify_together, take_out_villages
from geo.errors import CRSError, InputError

KM = 1_000.0
ORIGIN = (1_000_000.0, 2_200_000.0)
"""Somewhere in Michigan, in EPSG:5070."""


def _frame(*rows, crs=AREA_CRS):
    return gpd.GeoDataFrame(
        {"area_id": [row[0] for row in rows], "type_code": [row[1] for row in rows]},
        geometry=[row[2] for row in rows],
        crs=crs,
    )


def _wiggly_areas(gap_m=0.0):
    """Two areas side by side, `gap_m` apart, and one north of both, with winding borders."""
    x, y = ORIGIN
    along = np.linspace(0, 20 * KM, 161)
    across = 700 * np.sin(along / (4 * KM) * 2 * np.pi)
    border = np.column_stack([x + 10 * KM + across, y + along])
    roof = np.column_stack([x + along, y + 20 * KM + across])
    middle = len(roof) // 2
    west = Polygon([(x, y), *border, *roof[:middle][::-1]])
    east = Polygon([*(border + np.array([gap_m, 0]))[::-1], (x + 20 * KM, y), *roof[:middle:-1]])
    north = Polygon([*roof, (x + 20 * KM, y + 30 * KM), (x, y + 30 * KM)])
    return _frame(
        ("west", "township", west), ("east", "township", east), ("north", "township", north)
    )


def test_a_village_is_cut_out_of_its_township():
    township, village = box(0, 0, 10, 10), box(2, 2, 4, 4)
    cut = take_out_villages(_frame(("t", "township", township), ("v", "village", village)))
    assert cut.area.tolist() == [96.0, 4.0]
    assert cut.geometry[0].intersection(cut.geometry[1]).area == 0


def test_a_village_over_two_townships_is_cut_out_of_both():
    cut = take_out_villages(
        _frame(
            ("a", "township", box(0, 0, 10, 10)),
            ("v", "village", box(9, 4, 12, 6)),
            ("b", "charter_township", box(10, 0, 20, 10)),
        )
    )
    assert cut["area_id"].tolist() == ["a", "v", "b"]
    assert cut.area.tolist() == [98.0, 6.0, 96.0]
    assert cut.union_all().area == 200.0


def test_without_villages_nothing_changes():
    areas = _frame(("a", "township", box(0, 0, 1, 1)), ("c", "city", box(1, 0, 2, 1)))
    cut = take_out_villages(areas)
    assert cut.geometry.geom_equals(areas.geometry).all()
    assert cut.crs == areas.crs


def test_taking_out_villages_leaves_the_input_alone_and_keeps_a_renamed_index():
    areas = _frame(("t", "township", box(0, 0, 10, 10)), ("v", "village", box(2, 2, 4, 4)))
    areas.index = ["x", "y"]
    cut = take_out_villages(areas)
    assert areas.area.tolist() == [100.0, 4.0]
    assert cut.area.to_dict() == {"x": 96.0, "y": 4.0}


def test_an_area_wholly_inside_a_village_is_an_error_that_names_it():
    areas = _frame(("lost", "city", box(2, 2, 3, 3)), ("v", "village", box(2, 2, 4, 4)))
    with pytest.raises(InputError, match="1 areas lie wholly inside a village, first lost"):
        take_out_villages(areas)


@pytest.mark.parametrize("gap_m", [0.0, 0.9], ids=["touching", "less than a metre apart"])
def test_simplified_outlines_share_their_borders_without_gap_or_overlap(gap_m):
    simple = simplify_together(_wiggly_areas(gap_m), tolerance_m=200.0)
    whole = simple.union_all()
    assert shapely.coverage_is_valid(simple.geometry.to_numpy())
    assert (whole.geom_type, len(whole.interiors)) == ("Polygon", 0)


def test_simplified_outlines_have_fewer_points_and_almost_the_same_area():
    areas = _wiggly_areas()
    simple = simplify_together(areas, tolerance_m=200.0)
    assert (simple.count_coordinates() < areas.count_coordinates() / 4).all()
    change = simple.to_crs(AREA_CRS).area / areas.area - 1
    assert (change.abs() < 0.002).all()


def test_a_village_stays_inside_its_township_after_both_are_simplified():
    x, y = ORIGIN
    township, village = box(x, y, x + 9 * KM, y + 9 * KM), box(x + KM, y + KM, x + 3 * KM, y + 2e3)
    cut = take_out_villages(_frame(("t", "township", township), ("v", "village", village)))
    simple = simplify_together(cut, tolerance_m=100.0)
    assert simple.geometry[0].intersection(simple.geometry[1]).area == 0
    assert len(simple.geometry[0].interiors) == 1
    assert len(simple.union_all().interiors) == 0


def test_outlines_are_valid_in_storage_crs_and_rounded_to_five_decimals():
    simple = simplify_together(_wiggly_areas(), tolerance_m=100.0)
    assert simple.crs == "EPSG:4269"
    assert simple.is_valid.all()
    degrees = simple.get_coordinates().to_numpy()
    np.testing.assert_allclose(degrees, degrees.round(5), atol=1e-12)


def test_simplifying_keeps_order_columns_and_a_renamed_index():
    areas = _wiggly_areas()
    areas.index = ["b", "a", "c"]
    simple = simplify_together(areas, tolerance_m=100.0)
    assert simple["area_id"].to_dict() == {"b": "west", "a": "east", "c": "north"}
    assert simple.geometry["b"].centroid.x < simple.geometry["a"].centroid.x


def test_outlines_given_in_degrees_come_out_the_same():
    metres = simplify_together(_wiggly_areas(), tolerance_m=200.0)
    degrees = simplify_together(_wiggly_areas().to_crs(4326), tolerance_m=200.0)
    assert metres.to_crs(AREA_CRS).area.to_numpy() == pytest.approx(
        degrees.to_crs(AREA_CRS).area.to_numpy(), rel=1e-5
    )


def test_outlines_without_crs_are_an_error():
    with pytest.raises(CRSError, match="`areas` has no CRS"):
        simplify_together(_frame(("a", "city", box(0, 0, 1, 1)), crs=None), tolerance_m=10.0)
