"""The areas of a loaded file with what may be told of them, for maps and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.maps.layers import tract_name
from geo.own_data.hexagons import hexagon_centres
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
    "residents_persons": "Residents, Census 2010 by tract; 0 where none are known",
    "events": "Events, hidden where the count is small or would give a small one away",
    "rate_per_100k": "Events per 100,000 residents a year",
    "zone_events": "Where events are hidden: events of the joined areas it lies in",
    "zone_areas": "How many areas are joined there",
    "zone_rate_per_100k": "Events per 100,000 residents a year of the zone, joined or not",
    "hotspot_code": "G* of the zone that most residents live in",
    "cluster_id": "Cluster of the scan that most residents live in, 1 the strongest",
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
    """Return rate and class of the zone that most residents, or pieces, of each area are in."""
    pieces = told.pieces
    weight = pieces["residents_persons"].astype(float) + 1e-6
    frame = pd.DataFrame({"area": pieces[level], "zone": period.book.zone, "weight": weight})
    total = frame.dropna(subset="area").groupby(["area", "zone"])["weight"].sum().reset_index()
    total = total.sort_values(["area", "weight", "zone"], ascending=[True, False, True])
    main = total.drop_duplicates("area").set_index("area")["zone"]
    found = zones.table.loc[
        main, ["rate_per_100k", "hotspot_code", "cluster_id", "cluster_p_value"]
    ].set_index(main.index)
    found = found.rename(columns={"rate_per_100k": "zone_rate_per_100k"})
    inside = ~total["area"].duplicated(keep=False).groupby(total["area"]).first()
    found["zone_rate_per_100k"] = found["zone_rate_per_100k"].where(inside, np.nan)
    return found.rename_axis(level)
