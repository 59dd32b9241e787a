"""The map of a loaded file: looks, legend and what the browser is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.breaks import class_numbers, sextiles
from geo.maps.legend import Section
from geo.maps.style import HATCH_COLOUR, SIGNIFICANCE_COLOURS, Look, need_looks, with_hatch
from geo.own_data.hexagons import GRID_CRS, hexagon_outlines
from geo.own_data.hotspots import HOTSPOT_WORDS
from geo.own_data.loaded import SYNTHETIC
from geo.own_data.placing import geographic
from geo.rates import PER

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.own_data.hotspots import ZoneHotspots
    from geo.own_data.loaded import OwnData, Period
    from geo.tables.reader import TableReader

SHOWN: Final = {"hotspot": "Hotspots", "rate": "Rate", "events": "Count"}
OUTLINES: Final = {"tract": "tract_outline", "municipality": "municipality", "county": "county"}
HIDDEN_LOOK: Final = Look(
    "hidden",
    "Hidden: a small count, or one that would give a small one away",
    "#ffffff",
    "cross",
    HATCH_COLOUR,
)
NONE_LOOK: Final = Look("none", "No event", "#f4f4f4")
NO_RESIDENTS_LOOK: Final = Look("no_residents", "No residents known", "#d0d0d0")
HOTSPOT_LOOKS: Final = {
    code: Look(code, HOTSPOT_WORDS[code], colour) for code, colour in SIGNIFICANCE_COLOURS.items()
}
JOINED_LOOK: Final = Look(
    "joined",
    "Hatched: joined with neighbours, or a range, to protect people",
    "#ffffff",
    "hatch",
    HATCH_COLOUR,
)
EVEN_LIMITS: Final = (20.0, 30.0, 40.0, 50.0, 60.0)
"""Colour classes where no count may be told."""
CLUSTER_LABEL: Final = "Striped: at least half of its residents in a cluster (p ≤ .05)"


def _in_cluster(look: Look) -> Look:
    return Look(f"{look.code}_cluster", look.label, look.colour, "stripes", "#111111")


def class_limits(zones: ZoneHotspots, shown: str) -> list[float]:
    """Return the upper limits of the colour classes of rates or counts, fixed for a file."""
    table = zones.table
    if shown == "rate" and zones.is_rate:
        known = table[table["rate_per_100k"].notna() & (table["residents_persons"] > 0)]
        limits = sextiles(known["rate_per_100k"], known["residents_persons"])
    else:
        known = table[table["events"].fillna(0) > 0]
        if known.empty:
            return list(EVEN_LIMITS)
        limits = np.quantile(known["events"].astype(float), np.arange(1, 6) / 6)
    rounded = np.round(limits).astype(float)
    for place in range(1, len(rounded)):
        rounded[place] = max(rounded[place], rounded[place - 1] + 1)
    return [float(limit) for limit in rounded]


def own_looks(
    table: pd.DataFrame, shown: str, limits: list[float], *, years: float = 1.0
) -> pd.Series:
    """
    Return the look of each area.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `area_table`.
    shown : str
        A key of `SHOWN`.
    limits : list of float
        Of `class_limits`.
    years : float
        Length of the period.

    Returns
    -------
    pandas.Series of Look
        Where a count or rate is hidden, that of the joined areas, or the middle of what is
        possible, hatched; where that is not known either, hidden.
    """
    if shown == "hotspot":
        in_cluster = table["cluster_id"].notna()
        return pd.Series(
            [_in_cluster(HOTSPOT_LOOKS[code]) if inside else HOTSPOT_LOOKS[code]
             for code, inside in zip(table["hotspot_code"], in_cluster, strict=True)],
            index=table.index, dtype=object,
        )  # fmt: skip
    value = table["rate_per_100k"] if shown == "rate" else table["events"].astype("Float64")
    joined = table["zone_rate_per_100k"] if shown == "rate" else table["zone_events"]
    middle = (table["events_low"] + table["events_high"]).astype("Float64") / 2
    middle = middle.where(table["events_low"] > 0)
    if shown == "rate":
        people = table["residents_persons"].astype("Float64") * years
        middle = middle / people.where(people > 0) * PER
    joined = joined.astype("Float64").fillna(middle).where(table["events"].isna())
    classes = need_looks(limits)
    number = class_numbers(value.fillna(joined), pd.Series(limits))
    looks = []
    for row, kind, is_joined in zip(table.itertuples(), number, joined.notna(), strict=True):
        if pd.notna(row.events) and row.events == 0:
            looks.append(NONE_LOOK)
        elif pd.isna(kind):
            known = shown == "events" or row.residents_persons > 0 or pd.isna(row.events)
            looks.append(HIDDEN_LOOK if known else NO_RESIDENTS_LOOK)
        else:
            look = classes[int(kind) - 1]
            looks.append(with_hatch(look, "joined") if is_joined else look)
    return pd.Series(looks, index=table.index, dtype=object)


def synthetic_section() -> Section:
    """Return what the legend of made-up data begins with."""
    return Section(SYNTHETIC, note="Made-up demonstration data: not real events.")


def own_legend(shown: str, period: Period, limits: list[float], *, is_synthetic: bool,
               is_rate: bool) -> list[Section]:  # fmt: skip
    """Return the legend of the map of a loaded file."""
    first = [synthetic_section()]
    if shown == "hotspot":
        what = "smoothed rates" if is_rate else "events per hexagon"
        striped = Look("cluster", CLUSTER_LABEL, "#ffffff", "stripes", "#111111")
        section = Section(f"Hotspots of {what}, {period.label}",
                          (*HOTSPOT_LOOKS.values(), striped))  # fmt: skip
    else:
        unit = "events per 100,000 residents a year" if shown == "rate" else "events"
        extra = [NONE_LOOK, JOINED_LOOK, HIDDEN_LOOK]
        extra += [NO_RESIDENTS_LOOK] if shown == "rate" else []
        section = Section(f"{SHOWN[shown]}, {period.label}; {unit}", (*need_looks(limits), *extra))
    return [*(first if is_synthetic else []), section]


def own_state(
    own: OwnData, reader: TableReader, level: str, table: pd.DataFrame, looks: pd.Series,
    *, tract_file: str, with_points: bool,
) -> dict[str, Any]:  # fmt: skip
    """
    Return what the browser is told of a loaded file: one look and a few words per area.

    Parameters
    ----------
    own : OwnData
    reader : TableReader
    level : str
    table, looks
        Of `area_table` and `own_looks`.
    tract_file : str
        Name of the file of tract outlines.
    with_points : bool
        Whether masked points are drawn.

    Returns
    -------
    dict
        own (layer, styles, style, words, and hexagons or of), watermark.
    """
    styles: list[Look] = list(dict.fromkeys(looks))
    layer: dict[str, Any] = {
        "layer": level,
        "styles": [look.as_list for look in styles],
        "style": [styles.index(look) for look in looks],
        "words": [area_words(row) for row in table.itertuples()],
    }
    if level == "hexagon":
        layer["hexagons"] = _rings(table.index)
        layer["words"] = [f"{name}\n{words}" for name, words in
                          zip(table["name"], layer["words"], strict=True)]  # fmt: skip
    else:
        frame = reader.spatial(OUTLINES[level])
        place = pd.Series(range(len(frame)), index=frame[frame.columns[0]])
        layer["of"] = [int(one) for one in place[table.index]]
        layer["file"] = tract_file
    if with_points and (points := own.masked()) is not None:
        longitude, latitude = geographic(*points.T)
        layer["points"] = np.column_stack([latitude, longitude]).round(4).tolist()
    return {"own": layer, "watermark": SYNTHETIC if own.is_synthetic else ""}


def area_words(row: Any) -> str:
    """Return the lines of an area's tooltip, below its name."""
    lines = [events_text(row)]
    rate = row.rate_per_100k if pd.notna(row.events) else row.zone_rate_per_100k
    if pd.notna(rate) and rate > 0 and row.residents_persons > 0:
        lines.append(f"{rate:,.0f} events per 100,000 residents a year")
    if row.hotspot_code != "undefined":
        lines.append(HOTSPOT_WORDS[row.hotspot_code])
    if pd.notna(row.cluster_id):
        lines.append(f"in cluster {row.cluster_id} of the scan (p = {row.cluster_p_value:.3f})")
    return "\n".join(lines)


def events_text(row: Any) -> str:
    """Return the events of an area in words: a number, none, joined or hidden."""
    if pd.notna(row.events):
        return "no event" if row.events == 0 else f"{row.events:,} events"
    if pd.notna(row.zone_events):
        return f"count hidden; {row.zone_events:,} events in {row.zone_areas} joined areas"
    if pd.notna(row.events_high) and row.events_low > 0:
        return f"{row.events_low:,} to {row.events_high:,} events; a part is told with neighbours"
    return "count hidden"


def own_outlines(reader: TableReader, level: str, index: pd.Index) -> gpd.GeoDataFrame:
    """Return the outlines of areas, in the order of `index`."""
    import geopandas as gpd

    if level == "hexagon":
        return gpd.GeoDataFrame(geometry=hexagon_outlines(index), index=index, crs=GRID_CRS)
    from geo.analysis import boundaries

    return boundaries(reader, OUTLINES[level], index)


def _rings(names: pd.Index) -> list[list[list[float]]]:
    outlines = hexagon_outlines(names)
    corners = np.array([shapely.get_coordinates(one)[:6] for one in outlines]).reshape(-1, 2)
    longitude, latitude = geographic(*corners.T)
    rings: list[list[list[float]]] = (
        np.column_stack([longitude, latitude]).round(4).reshape(len(names), 6, 2).tolist()
    )
    return rings
