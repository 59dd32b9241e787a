"""The gaps of the region with need by the events a person loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.gaps import MAJORITY, gap_class, with_need, without_need, worst_first
from geo.maps.legend import Ring, Section
from geo.maps.style import GAP_LOOKS, GAP_WORDS, HIGH_NEED_COLOUR
from geo.own_data.loaded import SYNTHETIC
from geo.own_data.own_map import synthetic_section

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    import pandas as pd

    from geo.answers import Answers
    from geo.own_data.hotspots import ZoneHotspots
    from geo.own_data.loaded import Period
    from geo.privacy.release import Release

SCREEN_COLUMNS: Final = {
    "name": "Municipality",
    "county": "County",
    "residents_persons": "Residents ({year})",
    "gap": "Gap with need by these events",
    "published": "Gap with need by the county’s deaths",
    "high_need_percent": "Residents in hot zones or clusters, %",
}
GAP_COLUMNS: Final = {
    "municipality": "Our identifier of a municipality: county and Census GEOID",
    "name": "Municipality",
    "county": "County",
    "residents_persons": "Residents, by census tract",
    "gap_code": "Gap class with need by the loaded events",
    "published_gap_code": "Gap class with need by the county's deaths",
    "high_need_share": "Share of residents in hot zones (5 %) or in a cluster of the scan; missing "
    "where nobody lives",
    "is_high_need": "At least half of the residents; no where nobody lives",
    "police_code": "Naloxone status of the primary agency",
    "treatment_minutes": "Median {treatment} minutes to the nearest listed facility",
    "otp_minutes": "Median {otp} minutes to the nearest listed OTP",
}


def own_gap_table(
    answers: Answers,
    told: Release,
    period: Period,
    zones: ZoneHotspots,
    counties: Collection[str],
    *,
    as_of: date,
    minutes: float,
    facilities: str,
    published: pd.Series,
) -> pd.DataFrame:
    """
    Return the municipalities of some counties, worst gap first.

    Parameters
    ----------
    answers : Answers
    told : Release
    period : Period
    zones : ZoneHotspots
        Of the period's book.
    counties : collection of str
        GEOIDs.
    as_of : datetime.date
    minutes : float
        Threshold.
    facilities : {"treatment", "otp"}
    published : pandas.Series of str
        Gap class by the published deaths, by area_id.

    Returns
    -------
    pandas.DataFrame, indexed by municipality
        The columns of `GAP_COLUMNS`.

    Notes
    -----
    Need is high where at least half of a municipality's residents live in zones that are hot at
    5 % or in a significant cluster. A zone may reach over the municipality's border.
    """
    share = high_need_share(told, period, zones)
    table = answers.municipalities(as_of, minutes, facilities)
    table = table[table["county_geoid"].isin(list(counties))]
    table = table.rename(columns={"label": "name", "naloxone_code": "police_code"})
    table["county"] = table["county_geoid"].map(answers.county_names)
    table["high_need_share"] = share.reindex(table.index)
    table["is_high_need"] = table["high_need_share"] >= MAJORITY
    bare = gap_class(
        table["police_code"],
        table[f"{facilities}_minutes"],
        table["residents_persons"],
        minutes=minutes,
    )
    table["gap_code"] = with_need(bare, table["is_high_need"])
    table["published_gap_code"] = published.reindex(table.index)
    table = worst_first(table, "residents_persons")
    return table[list(GAP_COLUMNS)[1:]].rename_axis("municipality")


def for_screen(table: pd.DataFrame, class_words: Mapping[str, str]) -> pd.DataFrame:
    """Return the table in words."""
    shown = table.assign(
        gap=table["gap_code"].map(class_words),
        published=table["published_gap_code"].map(class_words),
        high_need_percent=(100 * table["high_need_share"]).round(),
    )
    return shown[list(SCREEN_COLUMNS)]


def gap_layer(table: pd.DataFrame, answers: Answers, *, is_synthetic: bool) -> dict[str, Any]:
    """Return what the browser is told of the gaps: a look per municipality, high need ringed."""
    looks = {look.code: look for look in GAP_LOOKS}
    bare = without_need(table["gap_code"])
    codes = list(looks)
    words = [
        f"{GAP_WORDS[code]}\n{'High need' if high else 'No high need'} by the loaded events"
        for code, high in zip(bare, table["is_high_need"], strict=True)
    ]
    layer = {
        "layer": "municipality",
        "of": [answers.area_positions[area] for area in table.index],
        "styles": [looks[code].as_list for code in codes],
        "style": [codes.index(code) for code in bare],
        "words": words,
        "high": {place: 1 for place, high in enumerate(table["is_high_need"]) if high},
    }
    return {"own": layer, "watermark": SYNTHETIC if is_synthetic else ""}


def gap_legend(*, is_synthetic: bool) -> list[Section]:
    """Return the legend of that map."""
    ring = Ring("High need by the loaded events", HIGH_NEED_COLOUR, 3)
    marked = [synthetic_section()] if is_synthetic else []
    return [*marked, Section("Gaps, need by the loaded events", GAP_LOOKS, rings=(ring,))]


def high_need_share(told: Release, period: Period, zones: ZoneHotspots) -> pd.Series:
    """Return the share of residents in hot zones or clusters, by municipality with any."""
    found = zones.table
    is_high = (found["hotspot_code"] == "hot") | found["cluster_id"].notna()
    residents = told.pieces["residents_persons"].astype(float)
    high = residents.where(is_high.to_numpy()[period.book.zone], 0.0)
    area = told.pieces["municipality"]
    total = residents.groupby(area).sum()
    return (high.groupby(area).sum() / total.where(total > 0)).dropna()
