"""The areas of a loaded file with what may be told of them, for maps and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.gaps import MAJORITY
from geo.maps.layers import tract_name
from geo.own_data.hexagons import hexagon_centres
from geo.own_data.hotspots import HOTSPOT_WORDS
from geo.own_data.placing import geographic
from geo.rates import PER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.own_data.hotspots import ZoneHotspots
    from geo.own_data.loaded import Period
    from geo.privacy.release import Release

AREA_COLUMNS: Final = {
    "tract": "Census GEOID of the tract",
    "municipality": "Our identifier of a municipality: county and Census GEOID",
    "hexagon": "Hexagon: side in metres, position along two axes of EPSG:5070",
    "county": "Census GEOID of the county",
    "name": "Area",
    "residents_persons": "Residents, by census tract; 0 where none are known",
    "events": "Events, hidden where the count is small or would give a small one away",
    "rate_per_100k": "Events per 100,000 residents a year",
    "events_low": "Events it has at least: of the joined areas that lie wholly in it",
    "events_high": "Events it has at most: of the joined areas that touch it",
    "zone": "Where events are hidden: number of the joined areas it lies in",
    "zone_events": "Events of those joined areas; the same for each of them",
    "zone_areas": "How many areas are joined there",
    "zone_rate_per_100k": "Events per 100,000 residents a year of the zone, joined or not",
    "hotspot_code": "G* with permutations and false-discovery control: hot or cold where at least "
    "half of the residents live in zones that are at 5 %, hot_light and cold_light at 10 %, "
    "partly_hot where some do, undefined where nothing can be judged",
    "hot_residents_share": "Share of residents in zones that are hot at 5 %, 0 to 1",
    "cluster_id": "Cluster of the scan with at least half of the residents, 1 the strongest",
    "cluster_p_value": "Its Monte Carlo p-value",
}
LEVEL_WORDS: Final = {
    "municipality": "Municipalities",
    "tract": "Census tracts",
    "hexagon": "Hexagons",
    "county": "Counties",
}


def area_table(
    told: Release, level: str, period: Period, zones: ZoneHotspots, names: Mapping[str, str]
) -> pd.DataFrame:
    """
    Return every area of a level, for a period.

    Parameters
    ----------
    told : Release
    level : str
        Of `LEVELS`.
    period : Period
    zones : ZoneHotspots
        Of the period's book.
    names : mapping of str to str
        Of municipalities and counties, by identifier.

    Returns
    -------
    pandas.DataFrame, indexed by the level's identifier
        The columns of `AREA_COLUMNS`, and events_reason_code.
    """
    table = told.areas(level, period.book, period.wanted)
    table.insert(0, "name", _names(table.index, level, names))
    per_year = table["residents_persons"].astype("Float64") * period.years
    rate = table["events"].astype("Float64") / per_year.where(per_year > 0) * PER
    table.insert(4, "rate_per_100k", rate)
    return table.join(_of_zones(told, level, period, zones))


def levels_of(told: Release) -> list[str]:
    """Return the area levels a file has, finest last but for hexagons."""
    order = ("municipality", "tract", "hexagon", "county")
    return [level for level in order if told.pieces[level].notna().any()]


def _names(index: pd.Index, level: str, names: Mapping[str, str]) -> list[str]:
    if level == "tract":
        return [tract_name(geoid) for geoid in index]
    if level == "hexagon":
        if len(index) == 0:
            return []
        longitude, latitude = geographic(*hexagon_centres(index).T)
        return [f"Hexagon at {y:.3f}, {x:.3f}" for x, y in zip(longitude, latitude, strict=True)]
    suffix = " County" if level == "county" else ""
    return [names[one] + suffix for one in index]


def _of_zones(told: Release, level: str, period: Period, zones: ZoneHotspots) -> pd.DataFrame:
    """Return the class of each area by its residents' zones, and the rate of its only zone."""
    pieces = told.pieces
    found = zones.table.loc[period.book.zone].reset_index()
    frame = found[["zone", "hotspot_code", "cluster_id", "cluster_p_value", "rate_per_100k"]]
    frame = frame.assign(area=pieces[level].to_numpy())
    frame["weight"] = pieces["residents_persons"].to_numpy(float) + 1e-6
    frame = frame[frame["area"].notna()]
    total = frame.groupby("area")["weight"].sum()
    share = frame.pivot_table(
        index="area", columns="hotspot_code", values="weight", aggfunc="sum", fill_value=0.0
    ).div(total, axis=0)
    share = share.reindex(columns=list(HOTSPOT_WORDS), fill_value=0.0)
    result = pd.DataFrame(index=share.index)
    result["hotspot_code"] = _class_of(share)
    result["hot_residents_share"] = share["hot"].round(3)
    inside = frame[frame["cluster_id"].notna()]
    part = inside.groupby(["area", "cluster_id", "cluster_p_value"])["weight"].sum().reset_index()
    part = part[part["weight"] >= MAJORITY * total.reindex(part["area"]).to_numpy()]
    part = part.drop_duplicates("area").set_index("area")
    result["cluster_id"] = part["cluster_id"].reindex(result.index).astype("Int64")
    result["cluster_p_value"] = part["cluster_p_value"].reindex(result.index)
    only = frame.groupby("area")["zone"].transform("nunique") == 1
    rate = frame[only].drop_duplicates("area").set_index("area")["rate_per_100k"]
    result.insert(0, "zone_rate_per_100k", rate.reindex(result.index))
    return result.rename_axis(level)


def _class_of(share: pd.DataFrame) -> pd.Series:
    """Return the class at least half of the residents live in, or what comes nearest to it."""
    hot, cold = share["hot"], share["cold"]
    code = np.select(
        [
            share["undefined"] > MAJORITY,
            hot >= MAJORITY,
            hot + share["hot_light"] >= MAJORITY,
            hot > 0,
            cold >= MAJORITY,
            cold + share["cold_light"] >= MAJORITY,
        ],
        ["undefined", "hot", "hot_light", "partly_hot", "cold", "cold_light"],
        "not_distinguishable",
    )
    return pd.Series(code, index=share.index, dtype="str")
