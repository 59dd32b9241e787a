"""Kits on a published curve, and the back-test by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.backtest import deaths_found, plain_mean_rate
from geo.errors import InputError
from geo.kits import kits_by_county, kits_needed


def test_published_541_kits_per_100000_for_80_percent(reader):
    kits, lower, upper = kits_needed(reader.read("kit_saturation"))
    assert kits == pytest.approx(541, abs=0.5)
    assert 400 < lower < kits
    assert upper == float("inf")


def test_published_points_are_on_the_curve(reader):
    curve = reader.read("kit_saturation")
    for _, row in curve.iterrows():
        assert kits_needed(curve, target=row["use_share"])[0] == row["kits_per_100k"]
    with pytest.raises(InputError, match=r"`target` is 0\.99; the curve spans 0\.2655 to 0\.9543"):
        kits_needed(curve, target=0.99)


def test_kits_by_people_and_by_deaths_add_up_to_the_same():
    people = pd.Series([100_000, 300_000], index=["a", "b"], dtype="Int64")
    deaths = pd.Series([30.0, 10.0], index=["a", "b"], dtype="Float64")
    table = kits_by_county(people, deaths, (500.0, 400.0, float("inf")))
    assert table["kits_by_people"].tolist() == [500, 1500]
    assert table["kits_by_deaths"].tolist() == [1500, 500]
    assert table["kits_by_deaths_lower"].sum() == table["kits_by_people_lower"].sum() == 1600
    with pytest.raises(InputError, match="different indexes"):
        kits_by_county(people, deaths.iloc[::-1], (1.0, 1.0, 1.0))


def _years(rows):
    frame = pd.DataFrame(rows, columns=["county_geoid", "deaths", "population_persons"])
    frame["status_code"] = frame["deaths"].isna().map({True: "suppressed", False: "reported"})
    return frame.astype({"deaths": "Int64", "population_persons": "Int64"})


LATER = _years([["a", 60, 1000], ["b", 30, 2000], ["c", None, 1000], ["d", 6, 1000]])


def test_top_county_of_a_ranking_holds_its_share_of_later_deaths():
    values = pd.Series([9.0, 5.0, 1.0, 0.0], index=["a", "b", "c", "d"])
    found = deaths_found({"model": values, "reverse": -values}, LATER, share=0.25)
    row = found.loc["model"]
    assert row["counties"] == 1
    assert row["deaths_share_low"] == pytest.approx(60 / 105)
    assert row["deaths_share_high"] == pytest.approx(60 / 97)
    assert row["people_share"] == pytest.approx(0.2)
    assert row["lift"] == pytest.approx(60 / 105 / 0.2)
    assert found.loc["reverse", "deaths_share_low"] == pytest.approx(6 / 105)


def test_a_suppressed_county_in_front_is_between_1_and_9():
    values = pd.Series([0.0, 0.0, 9.0, 0.0], index=["a", "b", "c", "d"])
    row = deaths_found({"m": values}, LATER, share=0.25).loc["m"]
    assert row["deaths_share_low"] == pytest.approx(1 / 97)
    assert row["deaths_share_high"] == pytest.approx(9 / 105)


def test_order_of_counties_does_not_matter():
    values = pd.Series([3.0, 3.0, 3.0, 1.0], index=["a", "b", "c", "d"])
    one = deaths_found({"m": values}, LATER, share=0.5)
    other = deaths_found({"m": values.iloc[::-1]}, LATER.iloc[::-1], share=0.5)
    pd.testing.assert_frame_equal(one, other)


def test_a_ranking_of_other_counties_is_refused():
    with pytest.raises(InputError, match="'m' has other counties"):
        deaths_found({"m": pd.Series([1.0], index=["a"])}, LATER)


def test_plain_mean_counts_a_suppressed_year_as_the_middle_of_its_range():
    years = _years([["a", 10, 1000], ["a", None, 1000]])
    assert plain_mean_rate(years)["a"] == pytest.approx(750)
    wide = years.assign(status_code=["reported", "suppressed_10_to_50"])
    assert plain_mean_rate(wide)["a"] == pytest.approx(2000)
    first = {"first": pd.Series([2.0, 1.0], index=["a", "b"])}
    later = _years([["a", None, 1000], ["b", 10, 1000]])
    found = deaths_found(first, later.assign(status_code=["suppressed_10_to_50", "reported"]))
    assert found.loc["first", "deaths_share_low"] == pytest.approx(10 / 20)
    assert found.loc["first", "deaths_share_high"] == pytest.approx(50 / 60)
