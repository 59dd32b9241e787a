"""What a map of a scope shows, whoever draws it: the browser or a figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.gaps import MAJORITY, NOT_KNOWN
from geo.maps.legend import Section, legend
from geo.maps.state import Layers, area_looks, county_looks
from geo.maps.style import NO_DATA_LOOK, PLAIN_LOOK
from geo.maps.units import unit_looks
from geo.reach import reach_of
from geo.remember import remembered
from geo.sites import listed_facilities
from geo.wording import listing, period_text, plural, share_text

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

PLAIN: Final = PLAIN_LOOK


@dataclass(frozen=True)
class MapView:
    """
    What a map shows.

    Parameters
    ----------
    counties : tuple of str
        GEOIDs of the chosen counties.
    layers : Layers
    county_looks : pandas.Series of Look, by GEOID
        Plain where need is not what colours the map.
    areas : pandas.DataFrame
        `municipality_coverage` of the chosen counties.
    area_looks : pandas.Series of Look, by area_id
    clusters : dict of str to int
        Number of the cluster a county lies in; empty where clusters are not drawn.
    high : tuple of str
        GEOIDs of counties of high need, where they are ringed.
    walk_in : tuple of str
        Identifiers of the walk-in stations that count; empty where they are not drawn.
    legend : tuple of Section
    unit_looks : pandas.Series of Look, by unit_id
        Of the tract groups in the chosen counties; empty where they are not what colours the map.
    """

    counties: tuple[str, ...]
    layers: Layers
    county_looks: pd.Series
    areas: pd.DataFrame
    area_looks: pd.Series
    clusters: dict[str, int]
    high: tuple[str, ...]
    walk_in: tuple[str, ...]
    legend: tuple[Section, ...]
    unit_looks: pd.Series = field(default_factory=lambda: pd.Series(dtype=object))


@remembered
def map_view(answers: Answers, scope: Scope) -> MapView:
    """
    Return what the map of a scope shows.

    Parameters
    ----------
    answers : Answers
    scope : Scope

    Returns
    -------
    MapView
    """
    counties = scope.chosen_counties(answers.regions[scope.region])
    measure = answers.measures[scope.measure]
    need = answers.need(scope.measure, scope.start, scope.end)
    limits = answers.breaks(scope.measure)
    # Where only OTPs count as treatment, other facilities on the map would say otherwise.
    layers = scope.layers.without("treatment") if scope.facilities == "otp" else scope.layers
    areas = chosen_municipalities(answers, scope)
    looks = county_looks(need, measure, limits, counties)
    if layers.colour_by != "need":
        looks = pd.Series([PLAIN] * len(looks), index=looks.index, dtype=object)
    ringed = layers.colour_by == "gaps"
    clusters = {} if ringed or "clusters" not in layers.overlays else _clusters(need, counties)
    what = {"treatment": "any listed facility", "otp": "OTPs only"}[scope.facilities]
    word = reach_of(answers, scope).word_of(scope.facilities)
    sections = legend(
        layers,
        measure,
        limits,
        start=scope.start,
        end=scope.end,
        gap_words=f"most residents over {scope.minutes} min ({word}) from treatment ({what})",
        high_need_of=high_need_of(answers, scope),
        has_clusters=bool(clusters),
        site_kinds=site_kinds(answers, scope),
        has_missing=NO_DATA_LOOK in set(looks),
        not_known=set(NOT_KNOWN) & set(areas["gap_code"]),
    )
    stations = answers.walk_in_stations(scope.as_of)["site_id"]
    return MapView(
        counties,
        layers,
        looks,
        areas,
        area_looks(areas, layers),
        clusters,
        _high_need(answers, scope, counties) if ringed else (),
        tuple(stations) if "walk_in" in layers.overlays else (),
        tuple(sections),
        unit_looks(answers, counties)
        if layers.colour_by == "need" and measure.kind == "units"
        else pd.Series(dtype=object),
    )


def site_kinds(answers: Answers, scope: Scope) -> set[str]:
    """Return the codes of symbols that stand for a site of the tables, on the scope's day."""
    listed = listed_facilities(answers.reader)
    kinds = set(listed.loc[listed["is_counted"], "kind_code"])
    if not listed["is_counted"].all():
        kinds.add("older")
    return kinds | ({"walk_in"} if len(answers.walk_in_stations(scope.as_of)) else set())


def chosen_municipalities(answers: Answers, scope: Scope) -> pd.DataFrame:
    """Return `municipality_coverage` of the chosen counties."""
    table = answers.municipalities(scope.as_of, scope.minutes, scope.facilities)
    counties = scope.chosen_counties(answers.regions[scope.region])
    return table[table["county_geoid"].isin(counties)]


def share_under(areas: pd.DataFrame, code: str) -> str:
    """Return the share of residents under police of a status; of areas where none are known."""
    has_status = areas["naloxone_code"] == code
    people = areas["residents_persons"]
    if people.sum() > 0:
        share = int(people[has_status].sum()) / int(people.sum())
        return f"{share_text(share)} of residents"
    return f"{int(has_status.sum())} of {len(areas)} {plural(len(areas), 'municipality')}"


def place_text(answers: Answers, scope: Scope) -> str:
    """Return what the scope is about: the region, or the chosen counties."""
    if not scope.counties:
        return answers.regions[scope.region].label
    names = listing([answers.county_names[geoid] for geoid in scope.counties])
    return names + (" County" if len(scope.counties) == 1 else " Counties")


def high_need_period(answers: Answers, scope: Scope) -> tuple[int, int]:
    """Return the years high need is judged on: the scope's for deaths, else the default ones."""
    if answers.measures[scope.measure].table == "overdose_death":
        return scope.start, scope.end
    return answers.edition.period


def _clusters(need: pd.DataFrame, counties: tuple[str, ...]) -> dict[str, int]:
    if "cluster_id" not in need.columns:
        return {}
    inside = need.loc[need.index.isin(counties), "cluster_id"].dropna()
    return {str(geoid): int(number) for geoid, number in inside.items()}


def _high_need(answers: Answers, scope: Scope, counties: tuple[str, ...]) -> tuple[str, ...]:
    need = answers.need("hotspot", *high_need_period(answers, scope))
    areas = answers.municipalities(scope.as_of, scope.minutes, scope.facilities)
    own = own_need(answers).reindex(areas.index[areas["county_geoid"].isin(counties)])
    judged = set(areas.loc[own.index[own.notna()], "county_geoid"])
    by_county = [
        geoid
        for geoid in counties
        if geoid not in judged and need["is_high_need"].get(geoid, default=False)
    ]
    return (*by_county, *map(str, own.index[own.fillna(value=False)]))


def own_need(answers: Answers, *, share: str = "high_share") -> pd.Series:
    """
    Return whether an area's own need is high, by area_id; missing where only its county's is known.

    Parameters
    ----------
    answers : Answers
    share : {"high_share", "high_share_at_10_percent"}
        Residents in hot tract groups or clusters, at 5 or at 10 %.

    Returns
    -------
    pandas.Series of boolean
        At least half of the residents; of areas where half live in a group with a class.
    """
    table = answers.area_need()
    known = table["known_share"] >= MAJORITY
    return (table[share] >= MAJORITY).astype("boolean").where(known)


def high_need_of(answers: Answers, scope: Scope) -> str:
    """Return whose need is high, by what, and when, for a legend."""
    county = f"county: hotspot or cluster, {period_text(*high_need_period(answers, scope))}"
    areas = answers.reader.read("municipality").set_index("area_id")["county_geoid"]
    chosen = scope.chosen_counties(answers.regions[scope.region])
    if own_need(answers).reindex(areas.index[areas.isin(chosen)]).isna().all():
        return county
    year = answers.measures["tract_groups"].last_year
    return f"municipality: hot tract groups, {year}; where unknown {county}"
