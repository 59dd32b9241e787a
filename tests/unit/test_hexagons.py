"""Hexagons tile the plane; a point lies in the one with the nearest centre."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.own_data.hexagons import (
    EDGE_M,
    WIDE_EDGE_M,
    hexagon_centres,
    hexagon_names,
    hexagon_outlines,
    with_neighbours,
)

AREA = 1.5 * 3**0.5
"""Of a hexagon whose side is 1."""


def _block(edge_m, reach=6):
    return [f"{edge_m:.0f}:{q}:{r}" for q in range(-reach, reach + 1)
            for r in range(-reach, reach + 1)]  # fmt: skip


@pytest.mark.parametrize("edge_m", [EDGE_M, WIDE_EDGE_M])
def test_the_nearest_centre_is_the_own_hexagon(edge_m):
    random = np.random.default_rng(1)
    x, y = random.uniform(-5 * edge_m, 5 * edge_m, (2, 5_000))
    names = np.array(_block(edge_m))
    centres = hexagon_centres(names)
    gap = np.hypot(x[:, None] - centres[:, 0], y[:, None] - centres[:, 1])
    assert hexagon_names(x, y, edge_m=edge_m).tolist() == names[gap.argmin(axis=1)].tolist()


def test_a_point_lies_in_the_outline_of_its_hexagon():
    random = np.random.default_rng(2)
    x, y = random.uniform(600_000, 1_200_000, (2, 2_000))
    shapes = hexagon_outlines(hexagon_names(x, y))
    assert shapely.intersects_xy(shapely.buffer(shapes, 1e-6), x, y).all()


@pytest.mark.parametrize("edge_m", [EDGE_M, WIDE_EDGE_M])
def test_outlines_tile(edge_m):
    shapes = hexagon_outlines(_block(edge_m))
    np.testing.assert_allclose(shapely.area(shapes), AREA * edge_m**2)
    together = shapely.union_all(shapely.set_precision(shapes, 0.001))
    assert together.geom_type == "Polygon"
    assert len(together.interiors) == 0
    assert together.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-6)


def test_the_side_is_the_side():
    (shape,) = hexagon_outlines(["3000:4:-9"])
    assert shape.length == pytest.approx(6 * 3_000)
    centre = hexagon_centres(["3000:4:-9"])[0]
    assert (shape.centroid.x, shape.centroid.y) == pytest.approx(tuple(centre))


def test_neighbours_are_those_that_touch():
    names = _block(EDGE_M)
    shapes = dict(zip(names, hexagon_outlines(names), strict=True))
    around = shapes["1000:0:0"].buffer(1)
    touching = [name for name, shape in shapes.items() if shape.intersects(around)]
    assert with_neighbours(["1000:0:0"]) == sorted(touching)
    assert with_neighbours(["1000:0:0", "1000:1:0"]) == sorted(
        {*with_neighbours(["1000:0:0"]), *with_neighbours(["1000:1:0"])}
    )


@given(
    st.integers(-5_000, 5_000),
    st.integers(-5_000, 5_000),
    st.sampled_from([EDGE_M, WIDE_EDGE_M]),
)
def test_names_round_trip(q, r, edge_m):
    name = f"{edge_m:.0f}:{q}:{r}"
    centre = hexagon_centres([name])
    assert hexagon_names(centre[:, 0], centre[:, 1], edge_m=edge_m).tolist() == [name]


def test_no_points_no_hexagons():
    assert hexagon_names(np.array([]), np.array([])).tolist() == []
    assert hexagon_centres([]).shape == (0, 2)
    assert len(hexagon_outlines([])) == 0
    assert with_neighbours([]) == []
