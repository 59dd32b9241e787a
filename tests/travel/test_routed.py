"""Minutes by road are preferred where they are known; elsewhere the estimate, and it says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access import TravelTimeModel, earth_positions_m, nearest_site
from geo.analysis import compiled_date, travel_time_model
from geo.errors import InputError
from geo.sites import sites_as_of
from geo.travel.routed import routed_minutes
from geo.travel.travel_command import people_points
from tests.travel.road_graph import east_north

MODEL = TravelTimeModel(4.0, 1.0, 3.0)


def _people(*east):
    places = [east_north(km, 0) for km in east]
    return pd.DataFrame(
        {
            "tract_geoid": [f"{row}" for row in range(len(east))],
            "area_id": "a",
            "longitude": [place[0] for place in places],
            "latitude": [place[1] for place in places],
            "within_km": 0.5,
        },
        index=[f"p{row}" for row in range(len(east))],
    )


def _sites(**east):
    places = {name: east_north(km, 0) for name, km in east.items()}
    return pd.DataFrame(
        {
            "site_id": list(places),
            "longitude": [place[0] for place in places.values()],
            "latitude": [place[1] for place in places.values()],
        }
    )


def _travel(*rows):
    table = pd.DataFrame(rows, columns=["tract_geoid", "site_id", "minutes"])
    table["status_code"] = np.where(table["minutes"].isna(), "unreachable", "reached")
    table["minutes"] = table["minutes"].astype("Float64")
    return table.assign(area_id="a", mode_code="car")


def _told(people, sites, travel):
    told = routed_minutes(people, sites, travel, MODEL)
    return [
        (round(minutes, 2), None if pd.isna(site) else site, method)
        for minutes, site, method in told.to_numpy(object).tolist()
    ]


@pytest.mark.parametrize("kind", ["treatment", "otp", "walk_in"])
def test_without_a_routed_table_the_minutes_are_the_estimate_of_the_nearest(reader, kind):
    people = people_points(reader)
    sites = sites_as_of(reader, compiled_date(reader)).of_kind(kind)
    model = travel_time_model(reader)
    told = routed_minutes(people, sites, None, model)
    km, site = nearest_site(
        earth_positions_m(people["longitude"], people["latitude"]),
        earth_positions_m(sites["longitude"], sites["latitude"]),
        within_km=people["within_km"].to_numpy(float),
    )
    np.testing.assert_array_equal(told["minutes"], model.minutes(km))
    assert told["site_id"].tolist() == sites["site_id"].to_numpy()[site].tolist()
    assert set(told["method_code"]) == {"estimated"}


def test_minutes_by_road_come_before_the_estimate_even_where_they_are_longer():
    people, sites = _people(0), _sites(near=2, far=10)
    travel = _travel(("0", "near", 25.0), ("0", "far", 12.0))
    assert _told(people, sites, travel) == [(12.0, "far", "routed")]


def test_a_point_that_was_not_routed_is_estimated_and_says_so():
    people, sites = _people(0, 1), _sites(near=3)
    travel = _travel(("0", "near", 9.0))
    assert _told(people, sites, travel) == [(9.0, "near", "routed"), (6.0, "near", "estimated")]


def test_a_point_off_the_network_is_estimated():
    people, sites = _people(0), _sites(near=3)
    travel = _travel(("0", "near", None)).assign(status_code="point_off_network")
    assert _told(people, sites, travel) == [(7.0, "near", "estimated")]


def test_a_site_added_later_competes_by_its_estimate():
    people, sites = _people(0), _sites(near=3, added=1)
    assert _told(people, sites, _travel(("0", "near", 9.0))) == [(5.0, "added", "estimated")]
    assert _told(people, sites, _travel(("0", "near", 4.5))) == [(4.5, "near", "routed")]


def test_a_site_taken_away_leaves_the_next_by_road():
    travel = _travel(("0", "near", 5.0), ("0", "far", 12.0))
    assert _told(_people(0), _sites(far=10), travel) == [(12.0, "far", "routed")]


def test_where_no_way_was_found_there_are_no_minutes():
    travel = _travel(("0", "near", None))
    assert _told(_people(0), _sites(near=1), travel) == [(np.inf, None, "unreachable")]


def test_without_any_site_there_are_no_minutes():
    assert _told(_people(0), _sites(), None) == [(np.inf, None, "no_site")]


def test_walking_minutes_are_never_taken_for_driving():
    travel = _travel(("0", "near", 3.0)).assign(mode_code="foot")
    assert _told(_people(0), _sites(near=3), travel) == [(7.0, "near", "estimated")]


def test_result_stands_on_the_index_of_people():
    assert routed_minutes(_people(0, 5), _sites(near=3), None, MODEL).index.tolist() == ["p0", "p1"]


def test_a_site_twice_is_refused():
    sites = pd.concat([_sites(near=1)] * 2)
    with pytest.raises(InputError, match="`sites` has near twice"):
        routed_minutes(_people(0), sites, None, MODEL)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-40, 40), min_size=2, max_size=6, unique=True), st.data())
def test_one_more_site_never_lengthens_a_time(east, data):
    people = _people(0, 7, -20)
    sites = _sites(**{f"s{row}": km for row, km in enumerate(east)})
    pairs = [(point, site) for point in "012" for site in sites["site_id"]]
    asked = data.draw(st.lists(st.sampled_from(pairs), unique=True))
    travel = _travel(
        *((*pair, data.draw(st.one_of(st.none(), st.floats(1, 60)))) for pair in asked)
    )
    before = routed_minutes(people, sites.iloc[:-1], travel, MODEL)["minutes"]
    after = routed_minutes(people, sites, travel, MODEL)["minutes"]
    assert (after <= before).all()
