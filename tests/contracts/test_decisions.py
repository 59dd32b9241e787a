"""The figures that the decision records state, worked out anew."""

from __future__ import annotations

import pytest

from geo.access import earth_positions_m, nearest_site
from geo.analysis import travel_time_model
from geo.sites import listed_facilities


def test_split_moves_58342_people_to_another_agency_than_the_tract_point(reader):
    points = reader.read("population_point")
    tracts = reader.read("tract").set_index("geoid")["municipality_geoid"]
    agency = reader.read("jurisdiction").set_index("area_id")["agency_id"]
    by_point = points["county_geoid"] + "-" + points["tract_geoid"].map(tracts)
    moved = points["area_id"].map(agency) != by_point.map(agency)
    assert points.loc[moved, "residents_persons"].sum() == 58342


def test_34_parts_hold_no_tract_point(reader):
    tracts = reader.read("tract")
    with_point = set(tracts["county_geoid"] + "-" + tracts["municipality_geoid"])
    parts = set(reader.read("municipality")["area_id"])
    assert len(parts - with_point) == 34


def test_programs_listed_in_2017_only_would_raise_waynes_share_from_97_to_100_percent(reader):
    points = reader.spatial("population_point")
    points = points[points["county_geoid"] == "26163"]
    here = earth_positions_m(points.geometry.x, points.geometry.y)
    facilities = listed_facilities(reader)
    programs = facilities[facilities["kind_code"] == "otp"]

    def share(sites):
        there = earth_positions_m(sites["longitude"], sites["latitude"])
        km, _ = nearest_site(here, there, within_km=points["within_km"].to_numpy(float))
        near = travel_time_model(reader).minutes(km) <= 30
        return float(
            points.loc[near, "residents_persons"].sum() / points["residents_persons"].sum()
        )

    assert share(programs[programs["is_counted"]]) == pytest.approx(0.970, abs=0.001)
    assert share(programs) == pytest.approx(1.0, abs=0.001)
