"""The profile page alone: a county, a municipality, suppressed years, a region of one county."""

from __future__ import annotations

from geo.charts import PROVISIONAL, REPORTED, SUPPRESSED, trend_chart
from geo.profile import describe_trend, profile, trend_table
from geo.scope import default_scope

PAGE = "pages/area_profile.py"


def test_a_county_has_its_numbers_standing_change_and_sources(open_app):
    html = open_app(PAGE, area="26163").html
    assert "<h1>Wayne County</h1>" in html
    assert "Among Michigan" in html
    assert "2nd highest of 83 counties with a rate" in html
    assert "Among Hope Not Handcuffs counties" in html
    assert "2018 to 2022 beside 2013 to 2017" in html
    assert "95 % interval" in html
    assert "Non-fatal ED visits, 2018 to 2023" in html
    assert "CDC WONDER" in html


def test_a_municipality_has_its_countys_trend_and_its_own_police(open_app):
    app = open_app(PAGE, area="26163-2616322000")
    assert "Detroit Police Department" in app.html
    assert "Wayne County: overdose deaths of residents per 100,000" in app.html
    assert app.state["chosen"] == "26163-2616322000"
    assert list(app.state["counties"]) == ["26163"]


def test_without_a_chosen_area_the_first_county_is_shown(open_app):
    assert "<h1>Genesee County</h1>" in open_app(PAGE).html


def test_choosing_an_area_is_in_the_address(open_app):
    app = open_app(PAGE)
    app.test.selectbox(key="w_profile").set_value("26087").run()
    assert app.address()["area"] == "26087"
    assert "<h1>Lapeer County</h1>" in app.html


def test_a_region_of_one_county_is_compared_with_the_state_only(open_app):
    html = open_app(PAGE, counties="26087").html
    assert "Among Michigan" in html
    michigan = open_app(PAGE, region="michigan", area="26131").html
    assert michigan.count("Among Michigan") == 1
    assert "years are suppressed" in michigan


def _profile(answers, area, region="hope-not-handcuffs-2018"):
    from dataclasses import replace

    return profile(answers, replace(default_scope(answers.today), area=area, region=region))


def test_suppressed_years_are_ranges_and_the_provisional_year_stands_apart(answers):
    found = _profile(answers, "26131", "michigan")
    hidden = found.trend[found.trend["status_code"] == "suppressed"]
    assert len(hidden) > 0
    assert hidden["rate_per_100k"].isna().all()
    assert "suppressed: 1 to 9 deaths each" in describe_trend(found)
    wayne = _profile(answers, "26163")
    table = trend_table(wayne)
    assert table.loc[2024, "status_code"] == "derived, provisional"
    assert table.index.tolist() == [*range(2010, 2023), 2024]


def test_chart_tells_three_kinds_of_year_apart(answers):
    found = _profile(answers, "26087")
    chart = trend_chart(found.trend, found.provisional, unit="rate").to_dict()
    kinds = {row["what"] for rows in chart["datasets"].values() for row in rows}
    assert REPORTED in kinds
    assert kinds <= {REPORTED, SUPPRESSED, PROVISIONAL}
    shapes = chart["layer"][2]["encoding"]["shape"]["scale"]
    assert dict(zip(shapes["domain"], shapes["range"], strict=True)) == {
        REPORTED: "circle",
        SUPPRESSED: "square",
        PROVISIONAL: "diamond",
    }


def test_change_is_the_ratio_of_two_crude_rates(answers):
    later, earlier = (answers.need("crude_rate", *years) for years in ((2018, 2022), (2013, 2017)))
    ratio = later.loc["26163", "rate_per_100k"] / earlier.loc["26163", "rate_per_100k"]
    texts = [fact.text for fact in _profile(answers, "26163").standing]
    assert any(f"death rate {ratio:.2f} times as high" in text for text in texts)
