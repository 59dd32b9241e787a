"""What the browser is told on a filter: a few codes per area, never a geometry."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.breaks import class_numbers
from geo.maps import style
from geo.travel.routed import ESTIMATED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.maps.style import Look
    from geo.measures import Measure

COLOUR_BY: Final = {
    "need": "Need",
    "police": "Police naloxone",
    "gaps": "Gaps",
    "none": "Nothing",
}
CATCHMENTS: Final = "catchments"
"""The overlay that only a data folder with catchments offers."""
OVERLAYS: Final = {
    "stripes": "Police naloxone pattern",
    "walk_in": "Walk-in stations",
    "otp": "OTPs",
    "treatment": "Treatment facilities",
    "clusters": "Clusters",
    "counties": "County lines",
    "municipalities": "Municipal lines",
    "names": "Names",
    "catchments": "Reach by road",
    "tiles": "Street map (internet)",
}
MINUTES_TOLD: Final = ("treatment", "otp")
"""Kinds of site that the tooltip of a municipality tells the minutes to."""
DEFAULT_OVERLAYS: Final = (
    "stripes",
    "walk_in",
    "otp",
    "treatment",
    "clusters",
    "counties",
    "municipalities",
    "names",
)


@dataclass(frozen=True)
class Layers:
    """
    Which layers are on.

    Parameters
    ----------
    colour_by : str
        A key of `COLOUR_BY`.
    overlays : tuple of str
        Keys of `OVERLAYS`.
    """

    colour_by: str
    overlays: tuple[str, ...]

    def without(self, *names: str) -> Layers:
        """Return the layers with some overlays off."""
        return replace(self, overlays=tuple(one for one in self.overlays if one not in names))


def county_looks(
    need: pd.DataFrame, measure: Measure, limits: pd.Series, counties: Sequence[str]
) -> pd.Series:
    """
    Return the look of each county's need.

    Parameters
    ----------
    need : pandas.DataFrame
        From `geo.analysis.need_by_county`.
    measure : Measure
        What `need` measures.
    limits : pandas.Series
        Upper limits of the colour classes but the highest.
    counties : sequence of str
        County GEOIDs asked for.

    Returns
    -------
    pandas.Series of Look, indexed by GEOID
        Hatched where the value is unreliable or rests on suppressed years.
    """
    rows = need.reindex(list(counties))
    if measure.kind == "units":
        return pd.Series([style.PLAIN_LOOK] * len(rows), index=rows.index, dtype=object)
    if measure.kind == "hotspot":
        by_code = {look.code: look for look in style.HOTSPOT_LOOKS}
        plain = [by_code.get(code, style.NO_DATA_LOOK) for code in rows["hotspot_code"]]
    else:
        classes = style.need_looks(limits.to_list())
        numbers = class_numbers(rows["rate_per_100k"], limits)
        plain = [
            style.NO_DATA_LOOK if pd.isna(number) else classes[int(number) - 1]
            for number in numbers
        ]
    looks = []
    for look, row in zip(plain, rows.itertuples(), strict=True):
        if pd.isna(row.rate_per_100k):
            hidden = row.reliability_code == "suppressed"
            looks.append(style.NO_RATE_LOOK if hidden else style.NO_DATA_LOOK)
        elif row.reliability_code in ("suppressed", "unreliable"):
            looks.append(style.with_hatch(look, str(row.reliability_code)))
        else:
            looks.append(look)
    return pd.Series(looks, index=rows.index, dtype=object)


def area_looks(table: pd.DataFrame, layers: Layers) -> pd.Series:
    """
    Return the look of each municipality part.

    Parameters
    ----------
    table : pandas.DataFrame
        From `geo.analysis.municipality_coverage`.
    layers : Layers

    Returns
    -------
    pandas.Series of Look, on the index of `table`
    """
    if layers.colour_by == "gaps":
        gaps = {look.code: look for look in style.GAP_LOOKS}
        return table["gap_code"].map(gaps)
    police = {look.code: look for look in style.POLICE_LOOKS}
    looks = table["naloxone_code"].map(police)
    if layers.colour_by == "police":
        return looks
    if "stripes" in layers.overlays:
        return looks.map(style.pattern_only)
    return pd.Series(style.Look("plain", "", ""), index=table.index, dtype=object)


def map_state(
    *,
    region: str,
    bounds: Sequence[Sequence[float]],
    theme: str,
    layers: Layers,
    county_looks: Mapping[str, Look],
    county_words: Mapping[str, str],
    clusters: Mapping[str, int],
    high: Sequence[str],
    areas: pd.DataFrame,
    area_looks: Mapping[str, Look],
    position_of: Mapping[str, int],
    walk_in: Sequence[int],
    chosen: str,
    words_of_minutes: Mapping[str, str] = MappingProxyType({}),
    reach: Mapping[str, Any] = MappingProxyType({}),
    card_hint: bool = False,
    numbered: Sequence[tuple[float, float, str, str]] = (),
    has_own_minutes: bool = False,
    own: Mapping[str, Any] | None = None,
) -> str:
    """
    Return the state of the map as JSON: what `coverage.apply` takes.

    Parameters
    ----------
    region : str
        The view moves only when this changes.
    bounds : two pairs of latitude and longitude
        South-west and north-east corner of the chosen counties.
    theme : {"light", "dark"}
    layers : Layers
    county_looks, county_words, clusters : mappings by county GEOID
        Fill, tooltip words, cluster number (only counties inside one).
    high : sequence of str
        GEOIDs of counties with high need, ringed where gaps are coloured.
    areas : pandas.DataFrame
        naloxone_code, gap_code, treatment_minutes, otp_minutes, indexed by area_id.
    area_looks : mapping by area_id
    position_of : mapping by area_id
        Of each area in the layer of municipalities.
    walk_in : sequence of int
        Positions of the stations shown, in the layer of sites.
    chosen : str
        GEOID or area_id outlined, or empty.
    words_of_minutes : mapping of str to str
        By kind of site how the minutes came about; estimated where it does not say.
    reach : mapping of str to str and number
        file, colour and width of the outline of what lies within reach by road; empty for none.
    card_hint : bool
        Whether a narrow map says that the card is below it.
    numbered : sequence of (float, float, str, str)
        Latitude, longitude, mark and name of places marked on top.
    has_own_minutes : bool
        Whether minutes go along: those of a what-if, which are not those of the layer.
    own : mapping, optional
        Areas of a person's own data, and the watermark, as `geo.own_data.own_map` returns them.

    Returns
    -------
    str
        JSON; about 3 bytes per municipality.
    """
    styles: list[Look] = []
    numbers: dict[Look, int] = {}

    def number(look: Look) -> int:
        if look not in numbers:
            numbers[look] = len(styles)
            styles.append(look)
        return numbers[look]

    plain = style.Look("plain", "", "")
    counties = {
        geoid: [number(county_looks.get(geoid, plain)), words]
        for geoid, words in county_words.items()
    }
    police_codes, gap_codes = list(style.POLICE_WORDS), list(style.GAP_WORDS)
    rows: dict[str, Any] = {
        "police": "".join(str(police_codes.index(code)) for code in areas["naloxone_code"]),
        "gap": "".join(str(gap_codes.index(code)) for code in areas["gap_code"]),
        "style": "".join(np.base_repr(number(area_looks[area]), 36) for area in areas.index),
    }
    rows |= {
        kind: list(map(whole_minutes, areas[f"{kind}_minutes"]))
        for kind in (MINUTES_TOLD if has_own_minutes else ())
    }
    on = {key: key in layers.overlays for key in OVERLAYS}
    state: dict[str, Any] = {
        "region": region,
        "bounds": [[round(value, 4) for value in corner] for corner in bounds],
        "theme": theme,
        "counties": counties,
        "areas": rows,
        "clusters": dict(clusters),
        "high": dict.fromkeys(high, 1),
        "styles": [look.as_list for look in styles],
        "sites": {
            "treatment": on["treatment"],
            "otp": on["otp"],
            "walk_in": _runs(walk_in),
        },
        "lines": {"counties": on["counties"], "municipalities": on["municipalities"]},
        "names": on["names"],
        "tiles": on["tiles"],
        "chosen": chosen,
    }
    known = {kind: words_of_minutes.get(kind, ESTIMATED) for kind in MINUTES_TOLD}
    if set(known.values()) != {ESTIMATED}:
        state["minutes"] = known
    if reach:
        state["reach"] = dict(reach)
    if len(areas) != len(position_of):
        state["of"] = [position_of[area] for area in areas.index]
    if card_hint:
        state["hint"] = True
    if numbered:
        state["numbered"] = list(numbered)
    if own:
        state |= own
    return json.dumps(state, separators=(",", ":"))


def _runs(positions: Sequence[int]) -> list[list[int]]:
    """Return positions as [first, last] of each run without a hole."""
    runs: list[list[int]] = []
    for position in sorted(positions):
        if runs and position == runs[-1][1] + 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    return runs


def whole_minutes(value: Any) -> int | None:
    """Return minutes as a tooltip tells them; None where they are not known or there is no way."""
    return None if pd.isna(value) or not np.isfinite(value) else round(float(value))
