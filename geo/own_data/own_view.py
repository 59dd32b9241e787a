"""What the page of a person's own data shows on its map, from a file and a choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.map_view import place_text
from geo.maps.state import DEFAULT_OVERLAYS, Layers, map_state
from geo.overview import bounds_of
from geo.own_data.area_table import AREA_COLUMNS, LEVEL_WORDS, area_table
from geo.own_data.exporting import own_export, to_geojson
from geo.own_data.hotspots import HOTSPOT_WORDS
from geo.own_data.loaded import SYNTHETIC
from geo.own_data.own_map import (
    class_limits,
    events_text,
    own_legend,
    own_looks,
    own_outlines,
    own_state,
)

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.downloads import Export
    from geo.maps.legend import Section
    from geo.own_data.loaded import OwnData, Period
    from geo.privacy.release import Release
    from geo.scope import Scope

SCREEN_COLUMNS: Final = {
    "name": "Area",
    "residents_persons": "Residents ({year})",
    "events_words": "Events",
    "rate_per_100k": "Rate per 100,000 a year",
    "hotspot": "Hotspot",
    "cluster_id": "Cluster",
}
LAYERS: Final = Layers("none", DEFAULT_OVERLAYS).without("stripes", "clusters", "treatment")


@dataclass(frozen=True)
class Choice:
    """
    What is shown of a file.

    Parameters
    ----------
    level : str
        Of `LEVELS`.
    shown : str
        A key of `SHOWN` of `geo.own_data.own_map`.
    period : str
        A code of `OwnData.periods`; empty for a month.
    month : str
        "2023-01", or empty.
    threshold : int
        Of `THRESHOLDS`.
    """

    level: str
    shown: str
    period: str
    month: str
    threshold: int


@dataclass(frozen=True)
class OwnView:
    """
    The map of a file.

    Parameters
    ----------
    state : str
        JSON for the browser.
    legend : list of Section
    table : pandas.DataFrame
        Of `area_table`.
    sentence, title : str
    choice : Choice
    """

    state: str
    legend: list[Section]
    table: pd.DataFrame
    sentence: str
    title: str
    choice: Choice


def shown_at(told: Release, level: str) -> list[str]:
    """Return what can be shown at a level: no hotspots of counties, no rates without residents."""
    has_rates = bool(told.pieces["residents_persons"].sum() > 0)
    found = ["rate", "events"] if has_rates else ["events"]
    return found if level == "county" else ["hotspot", *found]


def chosen_period(data: OwnData, choice: Choice) -> Period:
    """Return the period of a choice."""
    if choice.month:
        return data.month(choice.threshold, choice.month)
    return data.periods(choice.threshold)[choice.period]


def own_view(
    data: OwnData,
    answers: Answers,
    scope: Scope,
    choice: Choice,
    touching: dict[str, frozenset[str]],
    *,
    theme: str,
    with_points: bool,
    tract_file: str,
) -> OwnView:
    """
    Return the map of a file.

    Parameters
    ----------
    data : OwnData
    answers : Answers
    scope : Scope
        For the stations of its day and the chosen area.
    choice : Choice
    touching : dict of str to frozenset of str
        From `tract_neighbours`.
    theme : {"light", "dark"}
    with_points : bool
        Whether masked points are drawn.
    tract_file : str
        Name of the browser's file of tract outlines.

    Returns
    -------
    OwnView
    """
    told = data.told(choice.threshold)
    period = chosen_period(data, choice)
    zones = data.hotspots(choice.threshold, period, touching)
    table = area_table(told, choice.level, period, zones, area_names(answers))
    counties = scope.chosen_counties(answers.regions[scope.region])
    if scope.counties and data.incidents.is_in_region:
        table = table[in_counties(told, choice.level, counties).reindex(table.index)]
    whole = data.hotspots(choice.threshold, data.periods(choice.threshold)["whole"], touching)
    limits = class_limits(whole, choice.shown)
    if choice.shown == "events" and period.code != "whole":
        limits = class_limits(zones, "events")
    looks = own_looks(table, choice.shown, limits, years=period.years)
    own = own_state(data, answers.reader, choice.level, table, looks,
                    tract_file=tract_file, with_points=with_points)  # fmt: skip
    state = own_map_state(data, answers, scope, own, theme=theme)
    place = f"{place_text(answers, scope)}, " if data.incidents.is_in_region else ""
    title = f"{place}{LEVEL_WORDS[choice.level].lower()}, {period.label}"
    legend = own_legend(choice.shown, period, limits, is_synthetic=data.is_synthetic,
                        is_rate=zones.is_rate)  # fmt: skip
    sentence = _sentence(data, table, choice, title)
    return OwnView(state, legend, table, sentence, title, choice)


def own_map_state(
    data: OwnData, answers: Answers, scope: Scope, own: dict[str, Any], *, theme: str
) -> str:
    """
    Return the state of a map that shows nothing published but lines, names and help.

    Parameters
    ----------
    data : OwnData
    answers : Answers
    scope : Scope
    own : dict
        The layer of own data and the watermark.
    theme : {"light", "dark"}
    """
    counties = scope.chosen_counties(answers.regions[scope.region])
    in_region = data.incidents.is_in_region
    empty = pd.DataFrame(
        columns=["naloxone_code", "gap_code", "treatment_minutes", "otp_minutes"], dtype="str"
    )
    stations = answers.walk_in_stations(scope.as_of)["site_id"]
    return map_state(
        region="own:" + (scope.region if in_region else "elsewhere"),
        bounds=bounds_of(answers, counties) if in_region else data.bounds,
        theme=theme,
        layers=LAYERS,
        county_looks={},
        county_words=dict.fromkeys(counties, "") if in_region else {},
        clusters={},
        high=(),
        areas=empty,
        area_looks={},
        position_of=answers.area_positions,
        walk_in=sorted(answers.site_positions[site] for site in stations),
        chosen="",
        own=own,
    )


def area_names(answers: Answers) -> dict[str, str]:
    """Return the names of municipalities and counties, by identifier."""
    areas = answers.reader.read("municipality")
    return answers.county_names | dict(zip(areas["area_id"], areas["label"], strict=True))


def in_counties(told: Release, level: str, counties: tuple[str, ...]) -> pd.Series:
    """Return whether each area of a level lies in some counties, wholly or in part."""
    inside = told.pieces["county"].isin(counties)
    return inside.groupby(told.pieces[level]).any()


def for_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table in words."""
    shown = table.copy()
    shown["events_words"] = [events_text(row) for row in table.itertuples()]
    shown["hotspot"] = shown["hotspot_code"].map(HOTSPOT_WORDS)
    shown["rate_per_100k"] = shown["rate_per_100k"].round(1)
    return shown[list(SCREEN_COLUMNS)]


def area_export(data: OwnData, view: OwnView, answers: Answers) -> Export:
    """Return the table of a view as it leaves the app."""
    return own_export(
        data,
        view.table,
        AREA_COLUMNS,
        view.title,
        threshold=view.choice.threshold,
        data_hash=answers.reader.data_hash,
    )


def area_geojson(data: OwnData, view: OwnView, answers: Answers) -> bytes:
    """Return the areas of a view as GeoJSON."""
    outlines = own_outlines(answers.reader, view.choice.level, view.table.index)
    return to_geojson(area_export(data, view, answers), outlines)


def _sentence(data: OwnData, table: pd.DataFrame, choice: Choice, title: str) -> str:
    hidden = int((table["events_reason_code"] == "suppressed").sum())
    parts = [f"{title}: {len(table):,} areas, {len(table) - hidden:,} with their count."]
    if hidden:
        parts.append(
            f"{hidden:,} without: it is below {choice.threshold}, or would give such a count away; "
            "a large place is among them where a part of it is told with a neighbour."
        )
    if choice.shown == "hotspot":
        count = table["hotspot_code"].value_counts()
        parts.append(
            f"Hot at 5 %: {count.get('hot', 0)}; rather hot: {count.get('hot_light', 0)}; partly "
            f"hot: {count.get('partly_hot', 0)}; in a cluster: {table['cluster_id'].notna().sum()}."
        )
        if choice.level == "municipality":
            parts.append("Census tracts show where within a municipality.")
    if data.is_synthetic:
        parts.insert(0, f"{SYNTHETIC}, not real events.")
    return " ".join(parts)
