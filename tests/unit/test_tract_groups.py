"""Need below the county: groups of tracts drawn by hand, and what municipalities take from them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from geo.errors import InputError
from geo.getis_ord import local_g
from geo.tract_groups import _touching, area_need, tract_groups, unit_hotspots

SIDE = 12
"""Tracts along each side of a square: groups are two tracts wide."""


def _tract(x, y):
    return f"39001{x:03}{y:03}"


@pytest.fixture(scope="module")
def tracts():
    places = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    return gpd.GeoDataFrame(
        {
            "geoid": [_tract(x, y) for x, y in places],
            "population_persons": pd.array([1_000] * len(places), dtype="Int64"),
        },
        geometry=[
            box(-83 + x / 50, 40 + y / 50, -83 + (x + 1) / 50, 40 + (y + 1) / 50) for x, y in places
        ],
        crs="EPSG:4269",
    )


def _rows(rate_of):
    groups = [(x, y) for x in range(0, SIDE, 2) for y in range(SIDE)]
    return pd.DataFrame(
        {
            "unit_id": [f"u{x:02}{y:02}" for x, y in groups],
            "rate_per_100k": pd.array([rate_of(x, y) for x, y in groups], dtype="Float64"),
            "tracts": [f"{_tract(x, y)}|{_tract(x + 1, y)}" for x, y in groups],
            "status_code": "reported",
        }
    )


def _noise(x, y):
    return 30.0 + ((7 * x + 13 * y) % 10) / 10


def _with_corner(x, y):
    return 120.0 if x < 4 and y < 4 else _noise(x, y)


@pytest.fixture(scope="module")
def units(tracts):
    return tract_groups(_rows(_with_corner), tracts)


def test_a_group_is_the_union_of_its_tracts_with_their_residents(units, tracts):
    assert (units["residents_persons"] == 2_000).all()
    both = tracts[tracts["geoid"].isin(units["tracts"].iloc[0].split("|"))].union_all()
    assert units.geometry.iloc[0].symmetric_difference(both).area < 1e-6 * both.area
    assert units.crs == "EPSG:4269"


def test_residents_are_missing_where_one_tract_has_none_known(tracts):
    some = tracts.copy()
    some.loc[some["geoid"] == _tract(0, 0), "population_persons"] = pd.NA
    found = tract_groups(_rows(_noise), some).set_index("unit_id")["residents_persons"]
    assert pd.isna(found["u0000"])
    assert found.drop("u0000").eq(2_000).all()


def test_a_group_of_another_census_is_named(tracts):
    with pytest.raises(InputError, match=r"1 tracts .* first 39001000000 of u0000: .*censuses"):
        tract_groups(_rows(_noise), tracts[tracts["geoid"] != _tract(0, 0)])


def test_a_high_corner_is_hot_and_clustered_and_the_rest_is_not(units):
    found = unit_hotspots(units)
    corner = [f"u{x:02}{y:02}" for x in (0, 2) for y in range(4)]
    inner = [f"u{x:02}{y:02}" for x in (0, 2) for y in range(3)]
    assert found.loc[inner, "hotspot_code"].isin(["hot", "hot_light"]).all()
    assert (found.loc[inner, "hotspot_code"] == "hot").sum() >= len(inner) - 1
    assert found.loc[corner, "cluster_id"].eq(1).all()
    far = found.loc[[f"u{x:02}{y:02}" for x in range(6, SIDE, 2) for y in range(6, SIDE)]]
    assert not far["hotspot_code"].isin(["hot", "hot_light"]).any()
    assert far["cluster_id"].isna().all()


def test_classes_are_by_the_statistic_of_an_independent_library(units):
    from esda import G_Local
    from libpysal.weights import W

    near = _touching(units.geometry.to_crs("EPSG:5070"))
    weights = W(
        {i: list(near.indices[near.indptr[i] : near.indptr[i + 1]]) for i in range(len(units))}
    )
    expected = G_Local(
        units["rate_per_100k"].to_numpy(float), weights, transform="B", star=True, permutations=0
    )
    found = local_g(units["rate_per_100k"].to_numpy(float), near)
    assert found == pytest.approx(expected.Zs, abs=1e-9)


def test_a_group_without_rate_or_residents_is_undefined_never_cold(tracts):
    rows = _rows(_with_corner)
    rows.loc[0, "rate_per_100k"] = pd.NA
    found = unit_hotspots(tract_groups(rows, tracts))
    assert found.iloc[0]["hotspot_code"] == "undefined"
    assert found.iloc[0][["q_value", "cluster_p_value"]].isna().all()


def test_few_groups_and_an_even_map_have_no_hotspot(tracts):
    few = tract_groups(_rows(_with_corner).iloc[:3], tracts)
    assert (unit_hotspots(few)["hotspot_code"] == "undefined").all()
    even = unit_hotspots(tract_groups(_rows(lambda *_: 30.0), tracts))
    assert even["cluster_id"].isna().all()
    assert not even["hotspot_code"].isin(["hot", "cold"]).any()


def test_no_group_at_all_is_an_empty_table(tracts):
    assert tract_groups(_rows(_noise).iloc[:0], tracts).empty


def test_share_of_an_area_is_by_residents_and_says_how_many_are_known(units):
    classes = pd.DataFrame(
        {
            "hotspot_code": ["hot", "hot_light", "not_distinguishable", "undefined"],
            "cluster_id": pd.array([None, None, 1, None], dtype="Int64"),
        },
        index=["u0000", "u0001", "u0002", "u0003"],
    )
    points = pd.DataFrame(
        {
            "tract_geoid": [_tract(0, 0), _tract(0, 1), _tract(1, 2), _tract(0, 3), "39001999999"],
            "area_id": ["a", "a", "b", "b", "c"],
            "residents_persons": [300, 100, 50, 150, 10],
        }
    )
    found = area_need(points, units, classes)
    assert found.loc["a"].tolist() == [1.0, 0.75, 1.0]
    assert found.loc["b"].tolist() == [0.25, 0.25, 0.25]
    assert found.loc["c"].tolist() == [0.0, 0.0, 0.0]


def test_order_of_groups_does_not_change_their_class(units):
    order = np.random.default_rng(5).permutation(len(units))
    found = unit_hotspots(units.iloc[order])["cluster_id"]
    assert found.sort_index().equals(unit_hotspots(units)["cluster_id"].sort_index())
