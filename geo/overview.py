"""Everything the coverage map page shows, from answers and a scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from geo import wording
from geo.gap_view import POLICE_WORDS
from geo.gaps import NO_CLASS, NOT_KNOWN, worst_first
from geo.map_view import chosen_municipalities, map_view, place_text, share_under
from geo.maps.catchments import COLOUR, WIDTH_PX, catchment_section
from geo.maps.legend import Section
from geo.maps.state import CATCHMENTS, map_state
from geo.maps.style import GAP_WORDS, NOT_LISTED_LOOK
from geo.maps.units import unit_layer, units_sentence
from geo.reach import reach_of
from geo.remember import remembered
from geo.scenario import scenario_marks

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

COUNTY_COLUMNS = {
    "name": "County",
    "residents_persons": "Residents ({year})",
    "events_low": "Deaths or visits, at least",
    "events_high": "Deaths or visits, at most",
    "years_suppressed": "Years suppressed",
    "rate_per_100k": "Rate per 100,000",
    "rate_lower_per_100k": "Rate, lower",
    "rate_upper_per_100k": "Rate, upper",
    "need": "Need",
    "compiled": "Police and travel data",
    "police_documented_share": "Police documented",
    "police_announced_share": "Police announced",
    "police_unknown_share": "Police unknown",
    "treatment_share": "Near treatment",
    "otp_share": "Near an OTP",
    "walk_in_share": "Near a walk-in station",
}
MUNICIPALITY_COLUMNS = {
    "label": "Municipality",
    "county": "County",
    "residents_persons": "Residents ({year})",
    "gap": "Gap",
    "agency_name": "Primary agency",
    "how_sure": "Jurisdiction is",
    "naloxone": "Naloxone",
    "since_date": "Known since",
    "treatment_minutes": "Min to treatment ({treatment_short})",
    "otp_minutes": "Min to an OTP ({otp_short})",
    "walk_in_minutes": "Min to a walk-in ({walk_in_short})",
    "source_url": "Evidence",
}


@dataclass(frozen=True)
class Overview:
    """
    What the page draws.

    Parameters
    ----------
    state : str
        JSON for the map.
    legend : list of Section
    sentence : str
        What the map shows, for a screen reader.
    title : str
        Place, measure and time.
    """

    state: str
    legend: list[Section]
    sentence: str
    title: str


@remembered
def overview(
    answers: Answers,
    scope: Scope,
    *,
    theme: str,
    card_hint: bool = False,
    follows_counties: bool = False,
    only: frozenset[str] | None = None,
    reach_file: str = "",
) -> Overview:
    """
    Return map state, legend and sentence of a scope.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    theme : {"light", "dark"}
    card_hint : bool
        Whether a narrow map says that the card is below it.
    follows_counties : bool
        Whether the view moves when other counties are chosen.
    only : frozenset of str, optional
        The area_ids that have a colour; all by default.
    reach_file : str
        Of `Assets.catchments`.

    Returns
    -------
    Overview
    """
    seen = map_view(answers, scope)
    need = answers.need(scope.measure, scope.start, scope.end)
    looks = seen.area_looks
    sections = list(seen.legend)
    if only is not None:
        looks = looks.where(looks.index.isin(only), NOT_LISTED_LOOK)
        if not set(seen.areas.index) <= only:
            sections.append(Section("Areas left out of the table", (NOT_LISTED_LOOK,)))
    if CATCHMENTS in scope.layers.overlays:
        sections.append(catchment_section(answers, scope))
    if scope.scenario:
        sections.append(Section("What if", note="+ added, × taken away; not the record."))
    state = map_state(
        region="+".join(seen.counties) if follows_counties else scope.region,
        bounds=bounds_of(answers, seen.counties),
        theme=theme,
        layers=seen.layers,
        county_looks=seen.county_looks.to_dict(),
        county_words=_county_words(answers, scope, need, seen.counties),
        clusters=seen.clusters,
        high=seen.high,
        areas=seen.areas,
        area_looks=looks.to_dict(),
        position_of=answers.area_positions,
        walk_in=sorted(answers.site_positions[site] for site in seen.walk_in),
        chosen=scope.area,
        words_of_minutes=reach_of(answers, scope).words,
        reach={"file": reach_file, "colour": COLOUR, "width": WIDTH_PX} if reach_file else {},
        card_hint=card_hint,
        numbered=scenario_marks(answers.reader, scope.scenario),
        has_own_minutes=bool(scope.scenario),
        own=unit_layer(answers, seen.unit_looks) if len(seen.unit_looks) else None,
    )
    return Overview(state, sections, _sentence(answers, scope, seen.areas), _title(answers, scope))


def county_columns(answers: Answers, scope: Scope) -> dict[str, str]:
    """Return the labels of the county table: a rate says whether it is crude or smoothed."""
    kind = "Smoothed" if answers.measures[scope.measure].is_modelled else "Crude"
    return answers.edition.dated(COUNTY_COLUMNS | {"rate_per_100k": f"{kind} rate per 100,000"})


def municipality_columns(answers: Answers, scope: Scope) -> dict[str, str]:
    """Return the labels of the municipality table."""
    return reach_of(answers, scope).named(answers.edition.dated(MUNICIPALITY_COLUMNS))


@remembered
def county_table(answers: Answers, scope: Scope) -> pd.DataFrame:
    """
    Return the table twin of the map, one row per chosen county, indexed by GEOID.

    Returns
    -------
    pandas.DataFrame
        The columns of `COUNTY_COLUMNS`, by their codes; shares missing where a county has no
        population points.
    """
    counties = list(scope.chosen_counties(answers.regions[scope.region]))
    need = answers.need(scope.measure, scope.start, scope.end).reindex(counties)
    coverage = answers.counties(scope.as_of, scope.minutes).reindex(counties).drop(columns="name")
    table = need.join(coverage)
    table["name"] = table.index.map(answers.county_names)
    table["compiled"] = (
        table["residents_persons"]
        .notna()
        .map({True: "compiled", False: answers.edition.blank_word})
    )
    period = (scope.measure, scope.start, scope.end)
    table["need"] = [
        _need_word(row, answers.why_no_need(*period, str(county)))
        for county, row in need.iterrows()
    ]
    return table[list(COUNTY_COLUMNS)].rename_axis("geoid")


@remembered
def municipality_table(answers: Answers, scope: Scope) -> pd.DataFrame:
    """
    Return the table twin of the map, one row per municipality part, worst gap first.

    Returns
    -------
    pandas.DataFrame, indexed by area_id
        The columns of `MUNICIPALITY_COLUMNS`, by their codes.
    """
    table = worst_first(chosen_municipalities(answers, scope), "residents_persons").copy()
    table["county"] = table["county_geoid"].map(answers.county_names)
    table["gap"] = table["gap_code"].map(GAP_WORDS)
    table["naloxone"] = [
        wording.naloxone_sentence(row, answers.today) for _, row in table.iterrows()
    ]
    table["how_sure"] = table["confidence_code"].map(wording.CONFIDENCE_WORDS)
    return table[list(MUNICIPALITY_COLUMNS)]


def table_twin(answers: Answers, scope: Scope, level: str) -> pd.DataFrame:
    """Return `county_table` or `municipality_table`."""
    make = {"county": county_table, "municipality": municipality_table}[level]
    return make(answers, scope)


@remembered
def screen_table(answers: Answers, scope: Scope, level: str) -> pa.Table:
    """
    Return a table twin for the screen: shares as percent, no index.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    level : {"county", "municipality"}

    Notes
    -----
    Without pandas' own notes an Arrow table of five rows is half as large, and it is sent again
    with every filter.
    """
    shown = table_twin(answers, scope, level).copy()
    shares = [column for column in shown.columns if column.endswith("_share")]
    shown[shares] = shown[shares] * 100
    return pa.Table.from_pandas(shown, preserve_index=False).replace_schema_metadata(None)


def bounds_of(answers: Answers, counties: tuple[str, ...]) -> list[list[float]]:
    """Return the south-west and north-east corner of counties: latitude, longitude."""
    outlines = answers.reader.spatial("county")
    west, south, east, north = outlines[outlines["geoid"].isin(counties)].total_bounds
    return [[south, west], [north, east]]


def _need_word(row: pd.Series, absent: str) -> str:
    if pd.isna(row.get("rate_per_100k")):
        if pd.isna(row.get("reliability_code")):
            return absent
        return "suppressed" if row["reliability_code"] == "suppressed" else "no rate"
    if "hotspot_code" in row.index:
        return wording.HOTSPOT_WORDS[row["hotspot_code"]]
    return wording.reliability_text(row) or "reliable"


def _county_words(
    answers: Answers, scope: Scope, need: pd.DataFrame, counties: tuple[str, ...]
) -> dict[str, str]:
    measure = answers.measures[scope.measure]
    unit = "visits" if measure.events == "visits" else "deaths"
    rows = need.reindex(list(counties))
    words = {}
    for geoid, row in rows.iterrows():
        if pd.isna(row["rate_per_100k"]):
            absent = answers.why_no_need(scope.measure, scope.start, scope.end, str(geoid))
            words[str(geoid)] = f"{unit}: {_need_word(row, absent)}"
            continue
        rate = wording.rate_text(
            row["rate_per_100k"], row["rate_lower_per_100k"], row["rate_upper_per_100k"]
        )
        note = _need_word(row, "") if measure.kind == "hotspot" else wording.reliability_text(row)
        words[str(geoid)] = f"{rate} {unit} per 100,000 a year" + (f"; {note}" if note else "")
    return words


def _title(answers: Answers, scope: Scope) -> str:
    period = wording.period_text(scope.start, scope.end)
    measure = answers.measures[scope.measure]
    label = "hotspot classes of overdose deaths" if measure.kind == "hotspot" else measure.label
    return f"{place_text(answers, scope)}: {label}, {period}"


def _sentence(answers: Answers, scope: Scope, areas: pd.DataFrame) -> str:
    counties = scope.chosen_counties(answers.regions[scope.region])
    parts = [_need_sentence(answers, scope, counties), *_gap_sentences(answers, scope, areas)]
    if scope.layers.colour_by == "gaps":
        parts = [*parts[1:], parts[0]]
    if scope.layers.colour_by == "police" and len(areas):
        parts = [_police_sentence(areas), *parts]
    missing = len(counties) - areas["county_geoid"].nunique()
    if missing:
        parts.append(answers.edition.why_blank(f"{missing} of the {len(counties)} counties"))
    return " ".join(parts)


def _police_sentence(areas: pd.DataFrame) -> str:
    """Return the shares of residents by the naloxone of their police, of `MapView.areas`."""
    shares = [
        f"{share_under(areas, code)} {words}"
        for code, words in POLICE_WORDS.items()
        if (areas["naloxone_code"] == code).any()
    ]
    return f"By the naloxone of the primary police: {wording.listing(shares)}."


def _need_sentence(answers: Answers, scope: Scope, counties: tuple[str, ...]) -> str:
    need = answers.need(scope.measure, scope.start, scope.end)
    names = answers.county_names
    rates = need.loc[need.index.isin(counties), "rate_per_100k"].dropna()
    text = f"{_title(answers, scope)}. "
    if answers.measures[scope.measure].kind == "units":
        return text + units_sentence(answers, counties)
    if rates.empty:
        return (
            text
            + "No county has a rate: counts are suppressed, or not in this source for every year."
        )
    highest, lowest = rates.idxmax(), rates.idxmin()
    unit = answers.measures[scope.measure].unit
    if answers.measures[scope.measure].is_modelled:
        unit += " (smoothed)"
    if len(rates) == 1:
        return text + f"{names[highest]} County: {rates[highest]:.1f} {unit}."
    return text + (
        f"Highest: {names[highest]} County, {rates[highest]:.1f} {unit}; "
        f"lowest: {names[lowest]} County, {rates[lowest]:.1f}."
    )


def _gap_sentences(answers: Answers, scope: Scope, areas: pd.DataFrame) -> list[str]:
    lived = worst_first(areas[~areas["gap_code"].isin(NO_CLASS)], "residents_persons")
    hidden = int(areas["residents_persons"].isna().sum())
    if lived.empty:
        has_unknown = areas["gap_code"].isin(NOT_KNOWN).any()
        return [answers.edition.why_no_gaps()] if has_unknown else []
    counts = lived["gap_code"].value_counts()
    count = (
        f"Of {len(lived)} municipalities, {counts.get('double_gap', 0)} have both gaps, "
        f"{counts.get('naloxone_gap', 0)} only have police naloxone not documented, "
        f"{counts.get('treatment_gap', 0)} only have treatment too far, "
        f"{counts.get('covered', 0)} have neither."
    )
    parts = [count]
    if hidden:
        parts.append(f"Of {hidden} more the residents are not known.")
    worst = lived.iloc[0]
    if worst["gap_code"] == "double_gap":
        minutes = wording.minutes_text(worst[f"{scope.facilities}_minutes"])
        word = reach_of(answers, scope).word_of(scope.facilities)
        parts.append(
            f"Most people with both gaps: {worst['label']}, "
            f"{int(worst['residents_persons']):,} residents, {minutes} ({word}) from treatment."
        )
    return parts
