"""A plan on a line of towns that can be worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.access import TravelTimeModel
from geo.errors import InputError
from geo.site_plan import candidate_sites, plan_sites, typed_candidates
from geo.status_plan import agencies_to_ask

MODEL = TravelTimeModel(0.0, 1.0, 1.0)
"""A kilometre takes a minute."""
KM = 1 / 111.2
"""Degrees of latitude."""


def _towns(people, minutes):
    count = len(people)
    return pd.DataFrame(
        {
            "area_id": [f"town-{number}" for number in range(count)],
            "county_geoid": ["26049", *["26087"] * (count - 1)],
            "residents_persons": pd.array(people, dtype="Float64"),
            "longitude": -83.0,
            "latitude": [42.0 + 20 * KM * number for number in range(count)],
            "within_km": 0.5,
            "otp_minutes": minutes,
        }
    )


TOWNS = _towns([100.0, 50.0, 400.0, 30.0], [5.0, 5.0, 40.0, 60.0])
SITES = pd.DataFrame(
    {
        "site_id": ["a", "b", "c", "d"],
        "name": ["A", "B", "C", "D"],
        "latitude": TOWNS["latitude"],
        "longitude": -83.0,
    }
)


def _plan(**options):
    chosen = {"kind": "otp", "minutes": 10, "count": 2, "model": MODEL} | options
    return plan_sites(TOWNS, SITES, **chosen)


def test_steps_count_only_people_who_were_beyond_reach():
    plan = _plan()
    assert plan.people == 580
    assert plan.people_before == 150
    assert plan.steps["site_id"].tolist() == ["c", "d"]
    assert plan.steps["people_gained"].tolist() == [400, 30]
    assert plan.steps["people_covered_greedy"].tolist() == [550, 580]
    assert plan.steps["people_covered_exact"].tolist() == [550, 580]
    assert plan.steps["is_optimal"].all()
    assert plan.gained["people_gained"].to_dict() == {"town-2": 400, "town-3": 30}
    assert plan.exact["site_id"].tolist() == ["c", "d"]
    assert plan.exact["people_reached"].tolist() == [400, 30]
    assert plan.gained_exact.equals(plan.gained)


def test_all_people_leaves_existing_sites_aside():
    plan = _plan(demand="people")
    assert plan.people_before == 0
    assert plan.steps["people_covered_greedy"].tolist() == [400, 500]


def test_kit_cabinets_start_from_nobody():
    assert _plan(kind="kit_cabinet").people_before == 0


def test_a_high_rate_goes_before_more_people_but_people_are_reported():
    towns = TOWNS.assign(otp_minutes=99.0)
    rate = pd.Series({"26049": 90.0, "26087": 10.0})
    plan = plan_sites(
        towns,
        SITES,
        kind="otp",
        minutes=10,
        count=1,
        model=MODEL,
        demand="rate",
        rate_per_100k=rate,
    )
    assert plan.steps["site_id"].tolist() == ["a"]
    assert plan.steps["people_gained"].tolist() == [100]


def test_adding_a_candidate_never_lowers_what_the_best_set_covers():
    fewer = plan_sites(TOWNS, SITES.iloc[:3], kind="otp", minutes=10, count=2, model=MODEL)
    more = _plan()
    few, many = fewer.steps["people_covered_exact"], more.steps["people_covered_exact"]
    assert (many >= few).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kind": "clinic"}, "unknown `kind` 'clinic'; known: treatment, otp"),
        ({"demand": "area"}, "unknown `demand` 'area'"),
        ({"demand": "rate"}, "`rate_per_100k` is needed"),
        (
            {"demand": "rate", "rate_per_100k": pd.Series({"26049": 9.0})},
            "no rate for county",
        ),
        ({"count": 5}, "`k` is 5; there are 4 candidate sites"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(options, said):
    with pytest.raises(InputError, match=said):
        _plan(**options)


def test_candidates_are_inside_the_region(reader):
    for source, count in (("municipality", 28), ("station", 1)):
        sites = candidate_sites(reader, ["26087"], source)
        assert len(sites) >= count
        assert sites["site_id"].is_unique
        assert sites["latitude"].between(42.8, 43.4).all()
        assert sites["longitude"].between(-83.6, -82.8).all()
    with pytest.raises(InputError, match="unknown `source` 'church'"):
        candidate_sites(reader, ["26087"], "church")


def test_agencies_are_asked_in_order_of_the_people_they_police():
    people = pd.DataFrame(
        {
            "residents_persons": pd.array([10.0, 30.0, 50.0, 7.0, 3.0], dtype="Float64"),
            "county_geoid": ["26049", "26087", "26049", "26049", "26087"],
            "agency_id": ["a", "b", "c", "a", "b"],
            "naloxone_code": [
                "not_documented",
                "announced",
                "documented",
                "not_documented",
                "announced",
            ],
        }
    )
    stations = pd.DataFrame(
        {
            "agency_id": ["a", "a", "c"],
            "address": ["1 Side St", "2 Main St", "3 Elm St"],
            "city": ["Flint", "Flint", "Fenton"],
            "is_main_station": [False, True, True],
        }
    )
    table = agencies_to_ask(people, stations, {"26049"})
    assert table.index.tolist() == ["b", "a"]
    assert table["residents_persons"].tolist() == [33, 17]
    assert table["high_need_persons"].tolist() == [0, 17]
    assert table["gap_closed_share"].tolist() == pytest.approx([0.66, 0.34])
    assert table["gap_closed_running_share"].iloc[-1] == pytest.approx(1)
    assert table.loc["a", "address"] == "2 Main St"
    assert pd.isna(table.loc["b", "address"])


def test_a_typed_list_is_read_with_or_without_a_heading():
    text = '\ufeffname, latitude, longitude\n"Clinic, north", 43.0, -83.5\n\nHall, 42.5,-83.1\n'
    table = typed_candidates(text)
    assert table["name"].tolist() == ["Clinic, north", "Hall"]
    assert table["site_id"].tolist() == ["line-2", "line-4"]
    assert table["latitude"].tolist() == [43.0, 42.5]
    assert typed_candidates("Hall, 42.5, -83.1")["longitude"].tolist() == [-83.1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("name, latitude, longitude", "is empty"),
        ("A, 42, -83\nB, north, -83", "line 2 of the list is 'B, north, -83'; write name"),
        ("A, 42", "line 1 of the list"),
        ("A, 0, 0", "0.0, 0.0 is not in the United States$"),
        ("A, -83.1, 42.5", "latitude comes first"),
        ("A, 42.5, nan\nB, inf, -83", "line 2"),
    ],
)
def test_a_typed_list_that_cannot_be_read_is_named(text, said):
    with pytest.raises(InputError, match=said):
        typed_candidates(text)
