"""The scope and its address: round trip, and a sentence for each wrong value."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.address import from_query, to_query
from geo.gaps import CLASS_CODES
from geo.maps.state import COLOUR_BY, OVERLAYS, Layers
from geo.measures import MEASURES
from geo.regions import Region
from geo.scope import (
    DEFAULT_REGION,
    EARLIEST_AS_OF,
    FACILITIES,
    LEVELS,
    MOST_SITES,
    PLAN_CANDIDATES,
    PLAN_PARTS,
    PLAN_SHOWN,
    GapFilter,
    PlanChoice,
    default_scope,
    fit_period,
)
from geo.site_plan import DEMANDS, KINDS

TODAY = date(2026, 11, 23)
COUNTIES = ("26049", "26087", "26099", "26125", "26163")
REGIONS = {
    DEFAULT_REGION: Region(DEFAULT_REGION, "Five counties", COUNTIES, "a page"),
    "thumb": Region("thumb", "The Thumb", ("26087", "26063"), "a page"),
}
AREAS = ["26099-2680700", "26163-2622000"]


def _read(**query):
    return from_query(
        query, default=default_scope(TODAY), measures=MEASURES, regions=REGIONS, areas=AREAS
    )


def _pick(choices):
    return st.lists(st.sampled_from(choices), unique=True).map(
        lambda chosen: tuple(one for one in choices if one in chosen)
    )


@st.composite
def scopes(draw):
    measure = draw(st.sampled_from(list(MEASURES)))
    years = st.integers(MEASURES[measure].first_year, MEASURES[measure].last_year)
    start, end = sorted((draw(years), draw(years)))
    region = draw(st.sampled_from(list(REGIONS)))
    return replace(
        default_scope(TODAY),
        region=region,
        counties=draw(_pick(REGIONS[region].counties)),
        measure=measure,
        start=start,
        end=end,
        as_of=draw(st.dates(EARLIEST_AS_OF, TODAY)),
        minutes=draw(st.sampled_from([15, 20, 30])),
        facilities=draw(st.sampled_from(list(FACILITIES))),
        layers=Layers(draw(st.sampled_from(list(COLOUR_BY))), draw(_pick(list(OVERLAYS)))),
        area=draw(st.sampled_from(["", *REGIONS[region].counties, *AREAS])),
        plan=PlanChoice(
            draw(st.sampled_from(list(PLAN_PARTS))),
            draw(st.sampled_from(list(KINDS))),
            draw(st.sampled_from(list(PLAN_CANDIDATES))),
            draw(st.sampled_from(list(DEMANDS))),
            draw(st.integers(1, MOST_SITES)),
            draw(st.sampled_from(list(PLAN_SHOWN))),
        ),
        gaps=GapFilter(
            draw(st.sampled_from(list(LEVELS))), draw(_pick(list(CLASS_CODES))), draw(st.booleans())
        ),
    )


@given(scopes())
def test_an_address_restores_the_scope_it_was_made_from(scope):
    assert _read(**to_query(scope, default_scope(TODAY))) == (scope, [])


def test_the_first_visit_has_an_empty_address_and_no_problem():
    scope, problems = _read()
    assert scope == default_scope(TODAY)
    assert problems == []
    assert to_query(scope, default_scope(TODAY)) == {}


def test_an_address_leaves_out_what_is_the_default():
    scope = replace(default_scope(TODAY), minutes=15, counties=("26099", "26163"))
    assert to_query(scope, default_scope(TODAY)) == {
        "minutes": "15",
        "counties": "26099.26163",
        "as_of": TODAY.isoformat(),
    }
    assert to_query(default_scope(TODAY), default_scope(TODAY)) == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("region", "atlantis"),
        ("counties", "26001"),
        ("counties", "26099.26001"),
        ("counties", "26099,26163"),
        ("measure", "murders"),
        ("start", "1850"),
        ("end", "2050"),
        ("end", "last year"),
        ("as_of", "2014-12-31"),
        ("as_of", "2026-11-24"),
        ("as_of", "30 June 2018"),
        ("minutes", "25"),
        ("minutes", "soon"),
        ("facilities", "bars"),
        ("colour", "red"),
        ("layers", "otp.aliens"),
        ("area", "99999-9999999"),
    ],
)
def test_a_wrong_value_is_named_and_replaced_by_the_default(name, text):
    scope, problems = _read(**{name: text})
    assert scope == default_scope(TODAY)
    assert len(problems) == 1
    assert f"{name} = “{text}”" in problems[0]
    assert "default is shown instead" in problems[0]


def test_one_wrong_value_leaves_the_others_as_they_are():
    scope, problems = _read(minutes="15", facilities="bars", counties="26087")
    assert (scope.minutes, scope.counties, scope.facilities) == (15, ("26087",), "treatment")
    assert len(problems) == 1


def test_a_long_wrong_value_is_cut_short():
    _, problems = _read(measure="x" * 5_000)
    assert len(problems[0]) < 200


def test_an_unknown_part_is_named_and_left_out():
    scope, problems = _read(colur="police")
    assert scope == default_scope(TODAY)
    assert problems == ["The address has an unknown part: colur. It is left out."]


def test_a_period_that_ends_before_it_starts_is_named_and_replaced():
    scope, problems = _read(start="2020", end="2015")
    assert (scope.start, scope.end) == (2018, 2022)
    assert "starts the period in 2020, after its end 2015" in problems[0]


def test_a_measure_with_other_years_gets_a_period_it_has():
    scope, problems = _read(measure="provisional_2024")
    assert (scope.start, scope.end, problems) == (2024, 2024, [])
    _, problems = _read(measure="provisional_2024", start="2018")
    assert "start = “2018”, which is not a year from 2024 to 2024" in problems[0]


def test_the_first_and_the_last_day_that_can_be_asked_for_are_taken():
    for day in (EARLIEST_AS_OF, TODAY):
        scope, problems = _read(as_of=day.isoformat())
        assert (scope.as_of, problems) == (day, [])


def test_counties_are_looked_up_in_the_region_of_the_same_address():
    scope, problems = _read(region="thumb", counties="26063")
    assert (scope.counties, problems) == (("26063",), [])
    _, problems = _read(counties="26063")
    assert "a list of counties of Five counties" in problems[0]


def test_a_view_may_have_no_layers_and_layers_come_in_one_order():
    assert _read(layers="")[0].layers.overlays == ()
    assert _read(layers="tiles.otp.stripes")[0].layers.overlays == ("stripes", "otp", "tiles")


def test_a_county_or_a_municipality_can_be_the_area():
    for area in ("26163", "26163-2622000"):
        scope, problems = _read(area=area)
        assert (scope.area, problems) == (area, [])


def test_no_county_chosen_means_all_of_the_region():
    scope = default_scope(TODAY)
    assert scope.chosen_counties(REGIONS[DEFAULT_REGION]) == COUNTIES
    one = replace(scope, counties=("26099",))
    assert one.chosen_counties(REGIONS[DEFAULT_REGION]) == ("26099",)


@pytest.mark.parametrize(
    ("measure", "asked", "fitted"),
    [
        ("hotspot", (2018, 2022), (2018, 2022)),
        ("hotspot", (2000, 2015), (2010, 2015)),
        ("ed_visits", (2016, 2020), (2018, 2020)),
        ("ed_visits", (2010, 2015), (2018, 2023)),
        ("provisional_2024", (2018, 2022), (2024, 2024)),
    ],
)
def test_a_period_is_cut_to_the_years_of_the_measure(measure, asked, fitted):
    assert fit_period(MEASURES[measure], *asked) == fitted
