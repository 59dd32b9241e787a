"""Two engines, many points: the same labels, on borders too."""

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.placement import Positions, place_points

pytest.importorskip("sedonadb", reason="SedonaDB is not installed")


def test_engines_give_the_same_labels_on_a_state_of_outlines_and_all_their_borders(reader):
    areas = reader.spatial("municipality").set_index("area_id")
    corners = shapely.get_coordinates(areas.geometry.to_numpy())
    west, south, east, north = areas.total_bounds
    random = np.random.default_rng(11)
    inside = random.uniform((west, south), (east, north), (60_000, 2))
    part = random.random((len(corners) - 1, 1))
    between = corners[:-1] + part * (corners[1:] - corners[:-1])
    halfway = (corners[1:] + corners[:-1]) / 2
    x, y = np.concatenate([inside, corners, between, halfway]).T
    points = Positions(x, y, areas.crs)
    one, other = (place_points(points, areas, engine=name) for name in ("shapely", "sedona"))
    pd.testing.assert_series_equal(one, other)
    assert one[60_000 : 60_000 + len(corners)].notna().all()
    assert 0.3 < one[:60_000].notna().mean() < 0.9


def test_sedona_counts_as_geopandas_does(reader):
    areas = reader.spatial("county").set_index("geoid")
    west, south, east, north = areas.total_bounds
    random = np.random.default_rng(12)
    x, y = random.uniform((west, south), (east, north), (20_000, 2)).T
    found = place_points(Positions(x, y, areas.crs), areas, engine="sedona")
    points = areas.iloc[:0].geometry.from_xy(x, y, crs=areas.crs).to_frame("geometry")
    joined = points.sjoin(areas[["geometry"]], predicate="intersects")
    expected = joined.groupby("geoid").size()
    assert found.value_counts().sort_index().to_dict() == expected.to_dict()
