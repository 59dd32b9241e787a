"""Laws of the analyses on the shipped tables, and an independent reckoning of one of them."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

from geo.analysis import people_and_help, travel_time_model
from geo.answers import Answers
from geo.sites import listed_facilities, walk_in_stations

TODAY = date(2026, 11, 23)
ARTICLE = date(2018, 6, 30)


@pytest.fixture(scope="module")
def people(reader):
    return people_and_help(reader, TODAY)


def test_an_otp_is_treatment_too(people):
    assert (people["treatment_minutes"] <= people["otp_minutes"]).all()
    assert (people["treatment_minutes"] < people["otp_minutes"]).any()


def test_minutes_agree_with_sjoin_nearest_in_utm(reader, people):
    points = reader.spatial("population_point").to_crs("EPSG:26917")
    rows = listed_facilities(reader)
    rows = rows[(rows["kind_code"] == "otp") & rows["is_counted"]]
    sites = gpd.GeoDataFrame(
        rows, geometry=gpd.points_from_xy(rows["longitude"], rows["latitude"]), crs="EPSG:4269"
    ).to_crs("EPSG:26917")
    near = gpd.sjoin_nearest(points, sites[["geometry"]], distance_col="metres")
    km = near.groupby(level=0)["metres"].first() / 1000
    km = pd.concat([km, points["within_km"].astype(float)], axis=1).max(axis=1)
    expected = travel_time_model(reader).minutes(km.to_numpy())
    assert people["otp_minutes"].to_numpy() == pytest.approx(expected, rel=2e-3)


def test_stations_of_june_2018_are_among_those_of_today(reader):
    then, now = walk_in_stations(reader, ARTICLE), walk_in_stations(reader, TODAY)
    assert len(then) == 52
    assert len(now) == 69
    assert set(then["site_id"]) <= set(now["site_id"])


def test_every_state_police_post_with_a_station_is_a_walk_in_station_after_the_angel_program(
    reader,
):
    stations = walk_in_stations(reader, TODAY)
    posts = stations["agency_id"].str.startswith("michigan-state-police-post")
    assert posts.sum() == 7


def test_state_rate_is_the_mean_of_smoothed_rates_weighted_by_person_years(reader):
    answers = Answers(reader)
    need = answers.need("hotspot", 2018, 2022)
    mean = (need["rate_per_100k"] * need["person_years"]).sum() / need["person_years"].sum()
    assert need["state_rate_per_100k"].to_numpy() == pytest.approx(float(mean), rel=1e-9)


def test_smoothed_rates_lie_between_what_suppressed_years_leave_open(reader):
    need = Answers(reader).need("hotspot", 2018, 2022)
    large = need[need["events_low"] >= 100]
    low = large["events_low"] / large["person_years"] * 1e5
    high = large["events_high"] / large["person_years"] * 1e5
    assert ((large["rate_per_100k"] > 0.97 * low) & (large["rate_per_100k"] < 1.03 * high)).all()
