"""Events fall into the pieces that an overlay by geopandas says."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.own_data.hexagons import EDGE_M, WIDE_EDGE_M, hexagon_names
from geo.own_data.placing import Gazetteer, geographic, place_events, projected

FIVE = ("26049", "26087", "26099", "26125", "26163")


@pytest.fixture(scope="module")
def gazetteer(reader):
    return Gazetteer(reader)


def _events(longitude=(), latitude=(), *, county=None, level=None, code=None):
    count = max(len(longitude), len(code or ()))
    return pd.DataFrame(
        {
            "longitude": pd.array(longitude if len(longitude) else [None] * count, "Float64"),
            "latitude": pd.array(latitude if len(latitude) else [None] * count, "Float64"),
            "area_level": pd.Series(level or [None] * count, dtype="str"),
            "area_code": pd.Series(code or [None] * count, dtype="str"),
            "county_geoid": pd.Series(county or [None] * count, dtype="str"),
        }
    )


@pytest.fixture(scope="module")
def points(reader):
    """Random points of the five counties, with what geopandas says of them."""
    counties = reader.spatial("county")
    five = counties[counties["geoid"].isin(FIVE)]
    west, south, east, north = five.total_bounds
    random = np.random.default_rng(7)
    xy = gpd.points_from_xy(
        random.uniform(west, east, 40_000), random.uniform(south, north, 40_000)
    )
    found = gpd.GeoDataFrame(geometry=xy, crs=five.crs)
    layers = (
        ("county", five, "geoid"),
        ("tract", reader.spatial("tract_outline"), "geoid"),
        ("municipality", reader.spatial("municipality"), "area_id"),
    )
    for name, layer, key in layers:
        joined = found[["geometry"]].sjoin(layer[[key, "geometry"]], predicate="intersects")
        found[name] = joined.groupby(level=0)[key].first().reindex(found.index)
    found = found[found["county"].notna()].reset_index(drop=True)
    assert len(found) > 20_000
    return found


@pytest.fixture(scope="module")
def placed(points, gazetteer):
    events = _events(points.geometry.x, points.geometry.y, county=points["county"].tolist())
    return place_events(events, gazetteer, FIVE)


def test_layers_say_what_geopandas_says(points, gazetteer):
    x, y = points.geometry.x, points.geometry.y
    for name, layer in (
        ("county", gazetteer.counties),
        ("tract", gazetteer.tracts),
        ("municipality", gazetteer.municipalities),
    ):
        found = pd.Series(layer.names_at(x, y), dtype="str")
        pd.testing.assert_series_equal(found, points[name].astype("str"), check_names=False)


def test_points_outside_all_and_missing_points_have_no_name(gazetteer):
    assert gazetteer.county_at([-84.5, np.nan, 0], [39.1, np.nan, 0]).tolist() == [None] * 3
    assert gazetteer.county_at([], []).tolist() == []


def test_every_event_gets_a_piece(points, placed):
    assert len(placed.piece) == len(points)
    assert ((placed.piece >= 0) & (placed.piece < len(placed.pieces))).all()


def test_an_event_is_counted_in_its_municipality_and_nearly_always_its_tract(points, placed):
    pieces = placed.pieces.iloc[placed.piece].reset_index(drop=True)
    known = points["municipality"].notna() & pieces["municipality"].notna()
    assert known.mean() > 0.9
    assert (pieces["municipality"] == points["municipality"])[known].all()
    same = (pieces["tract"] == points["tract"])[known & points["tract"].notna()]
    assert same.mean() > 0.97
    both = pd.MultiIndex.from_frame(placed.pieces[["tract", "municipality"]].dropna())
    where = pd.MultiIndex.from_frame(points[["tract", "municipality"]])
    assert (same | ~where[same.index].isin(both)).all()


def test_where_no_people_fit_the_nearest_of_the_municipality_are_taken(points, placed, gazetteer):
    pieces = placed.pieces.iloc[placed.piece].reset_index(drop=True)
    odd = points[(pieces["municipality"] == points["municipality"])
                 & (pieces["tract"] != points["tract"])]  # fmt: skip
    assert len(odd) >= 3
    for row, place in odd.head(40).iterrows():
        own = gazetteer.people[gazetteer.people["municipality"] == place["municipality"]]
        x, y = projected([place.geometry.x], [place.geometry.y])
        gap = np.hypot(own["x_m"] - x[0], own["y_m"] - y[0])
        assert gap.min() == pytest.approx(
            np.hypot(pieces.loc[row, "x_m"] - x[0], pieces.loc[row, "y_m"] - y[0])
        )


def test_people_add_up(placed, gazetteer, reader):
    total = reader.read("population_point")["residents_persons"].sum()
    assert placed.pieces["residents_persons"].sum() == total
    one = place_events(_events(), gazetteer, ["26087"]).pieces
    assert set(one["county"]) == {"26087"}
    of_county = gazetteer.people["county"] == "26087"
    assert one["residents_persons"].sum() == gazetteer.people[of_county]["residents_persons"].sum()


def test_pieces_lie_where_they_say(placed):
    x, y = projected(placed.pieces["longitude"], placed.pieces["latitude"])
    np.testing.assert_allclose(x, placed.pieces["x_m"].to_numpy(float), atol=0.01)
    np.testing.assert_allclose(y, placed.pieces["y_m"].to_numpy(float), atol=0.01)


def test_degrees_and_metres_round_trip():
    longitude, latitude = geographic(*projected([-83.05, -111.9], [42.33, 33.4]))
    np.testing.assert_allclose(longitude, [-83.05, -111.9], atol=1e-9)
    np.testing.assert_allclose(latitude, [42.33, 33.4], atol=1e-9)


def test_a_code_of_one_piece_is_that_piece(gazetteer):
    single = gazetteer.people.drop_duplicates("tract", keep=False)["tract"].iloc[0]
    placed = place_events(_events(level=["tract"], code=[single]), gazetteer, FIVE)
    assert placed.pieces["tract"].tolist()[placed.piece[0]] == single
    assert len(placed.pieces) == len(gazetteer.people)


def test_a_code_of_several_pieces_makes_a_piece_of_its_own(gazetteer):
    people = gazetteer.people
    tract = people.loc[people.duplicated("tract"), "tract"].iloc[0]
    area = people.loc[people.duplicated("municipality"), "municipality"].iloc[0]
    events = _events(level=["tract", "municipality", "tract"], code=[tract, area, tract])
    placed = place_events(events, gazetteer, FIVE)
    assert len(placed.pieces) == len(people) + 2
    made = placed.pieces.iloc[placed.piece]
    assert placed.piece[0] == placed.piece[2] != placed.piece[1]
    assert made["tract"].tolist()[0] == tract
    assert made["municipality"].tolist()[1] == area
    assert made["municipality"].isna().tolist() == [True, False, True]
    assert (made["residents_persons"] == 0).all()
    assert made["county"].tolist() == [tract[:5], area[:5], tract[:5]]
    own = people[people["tract"] == tract]
    assert made["x_m"].iloc[0] == pytest.approx(own["x_m"].mean())


def test_codes_have_a_place_where_no_people_are_laid_below(gazetteer):
    tract = gazetteer.people["tract"].iloc[0]
    events = _events([-84.5, None], [39.1, None], level=[None, "tract"], code=[None, tract])
    placed = place_events(events, gazetteer, ())
    piece = placed.pieces.iloc[placed.piece[1]]
    assert piece["tract"] == tract
    assert np.isfinite(piece[["longitude", "latitude", "x_m", "y_m"]].to_numpy(float)).all()


def test_a_point_in_a_county_without_tracts_goes_to_a_wide_hexagon_of_that_county(gazetteer):
    longitude, latitude = [-84.55], [42.73]  # Lansing, Ingham County
    placed = place_events(_events(longitude, latitude, county=["26065"]), gazetteer,
                          [*FIVE, "26065"])  # fmt: skip
    piece = placed.pieces.iloc[placed.piece[0]]
    expected = hexagon_names(*projected(longitude, latitude), edge_m=WIDE_EDGE_M)[0]
    assert (piece["hexagon"], piece["county"]) == (expected, "26065")
    assert pd.isna(piece["tract"])
    assert len(placed.pieces) == len(gazetteer.people) + 7


def test_a_place_elsewhere_is_seen_by_small_hexagons(gazetteer):
    random = np.random.default_rng(3)
    longitude, latitude = random.uniform(-84.6, -84.4, 300), random.uniform(39.05, 39.2, 300)
    placed = place_events(_events(longitude, latitude), gazetteer, ())
    names = hexagon_names(*projected(longitude, latitude), edge_m=EDGE_M)
    assert placed.pieces["hexagon"].to_numpy()[placed.piece].tolist() == names.tolist()
    assert placed.pieces["hexagon"].is_unique
    assert len(placed.pieces) > len(set(names))
    assert (placed.pieces["residents_persons"] == 0).all()
    assert placed.pieces["county"].isna().all()


def test_one_hexagon_in_two_counties_is_two_pieces(gazetteer):
    placed = place_events(
        _events([-84.5, -84.5], [39.1, 39.1], county=["26065", None]), gazetteer, ()
    )
    assert placed.piece[0] != placed.piece[1]
    assert placed.pieces["hexagon"].nunique() == 7


@pytest.mark.parametrize("counties", [FIVE, ()])
def test_no_events_no_pieces_but_people(gazetteer, counties):
    placed = place_events(_events(), gazetteer, counties)
    assert placed.piece.tolist() == []
    assert len(placed.pieces) == (len(gazetteer.people) if counties else 0)


def test_order_of_events_does_not_matter(points, placed, gazetteer):
    back = points.iloc[::-1]
    events = _events(back.geometry.x, back.geometry.y, county=back["county"].tolist())
    again = place_events(events, gazetteer, FIVE)
    columns = ["tract", "municipality", "hexagon"]
    one = placed.pieces[columns].iloc[placed.piece].reset_index(drop=True)
    two = again.pieces[columns].iloc[again.piece[::-1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, two)
