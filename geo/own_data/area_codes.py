"""Area codes in place of points: tracts, municipalities by code or name, ZIP codes by a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.own_data.placing import Gazetteer

_ZIP = r"^\d{5}(?:-\d{4})?$"


@dataclass(frozen=True)
class AreaCodes:
    """
    What the codes of a file mean, row by row.

    Parameters
    ----------
    level : pandas.Series of str
        tract or municipality; missing where the code is not known.
    code : pandas.Series of str
        GEOID of a tract, area_id of a municipality.
    county : pandas.Series of str
        GEOID.
    problems : dict of str to pandas.Series of bool
    """

    level: pd.Series
    code: pd.Series
    county: pd.Series
    problems: dict[str, pd.Series]


def read_area_codes(
    text: pd.Series,
    gazetteer: Gazetteer,
    counties: Collection[str],
    zip_table: Mapping[str, str] | None,
) -> AreaCodes:
    """
    Return what area codes mean.

    Parameters
    ----------
    text : pandas.Series of str
        A tract GEOID, a municipality's area_id, GEOID or name, or a ZIP code.
    gazetteer : Gazetteer
    counties : collection of str
        GEOIDs of the chosen region; a name counts within it.
    zip_table : mapping of str to str, optional
        Tract or municipality by ZIP code.

    Returns
    -------
    AreaCodes
    """
    words = text.str.removesuffix(".0")
    is_zip = words.str.match(_ZIP).fillna(value=False).astype(bool)
    if zip_table is not None:
        words = words.mask(is_zip, words.str[:5].map(dict(zip_table)))
    known = _meanings(gazetteer, counties)
    key = words.str.lower().str.strip()
    number = key.map(known.groupby("key").size()).fillna(0)
    one = known.drop_duplicates("key").set_index("key")
    is_one = number == 1
    unknown = number == 0
    return AreaCodes(
        key.map(one["level"]).where(is_one).astype("str"),
        key.map(one["code"]).where(is_one).astype("str"),
        key.map(one["county"]).where(is_one).astype("str"),
        {
            "zip_without_table": is_zip & unknown & (zip_table is None),
            "unknown_area_code": unknown,
            "ambiguous_area": number > 1,
        },
    )


def _meanings(gazetteer: Gazetteer, counties: Collection[str]) -> pd.DataFrame:
    """Return every code and name that means an area, in lower case; one row per meaning."""
    tracts = gazetteer.county_of_tract[gazetteer.county_of_tract.isin(list(counties))]
    areas = gazetteer.areas[gazetteer.areas["county_geoid"].isin(list(counties))]
    parts = [_meaning(tracts.index, "tract", tracts.index, tracts)]
    parts += [
        _meaning(areas[name], "municipality", areas["area_id"], areas["county_geoid"])
        for name in ("area_id", "geoid", "name", "label")
    ]
    known = pd.concat(parts, ignore_index=True)
    known["key"] = known["key"].astype("str").str.lower()
    for word in (" township", " charter"):
        short = known[known["key"].str.endswith(word)].copy()
        short["key"] = short["key"].str.removesuffix(word) + " twp"
        known = pd.concat([known, short], ignore_index=True)
    return known.drop_duplicates(["key", "code"])


def _meaning(key: pd.Index | pd.Series, level: str, code: Any, county: pd.Series) -> pd.DataFrame:
    columns = {"key": key, "level": level, "code": code, "county": county.to_numpy()}
    return pd.DataFrame({name: pd.Series(value).to_numpy() if name != "level" else value
                         for name, value in columns.items()})  # fmt: skip
