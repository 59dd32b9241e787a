"""Area codes in place of points: tracts, municipalities by code or name, ZIP codes by a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.own_data.placing import Gazetteer

_ZIP: Final = r"^\d{5}(?:-\d{4})?$"
_FULL_GEOID: Final = r"^\d{7}us(\d+)$"
"""What data.census.gov puts before a GEOID."""
_KINDS: Final = ("city", "village", "township")


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
    codes, given = pd.factorize(text)
    words = pd.Series(given, dtype="str").str.strip().str.removesuffix(".0")
    is_zip = words.str.contains(_ZIP, regex=True) & ~words.isin(gazetteer.counties.names[:-1])
    if zip_table is not None:
        by_table = words.str[:5].map(dict(zip_table)).astype("str").str.removesuffix(".0")
        words = words.mask(is_zip, by_table)
    known = _meanings(gazetteer, counties)
    key = _plain(words)
    number = key.map(known.groupby("key").size()).fillna(0)
    one = known.drop_duplicates("key").set_index("key")

    def by_row(values: pd.Series, otherwise: object) -> pd.Series:
        found = pd.concat([values, pd.Series([otherwise], dtype=values.dtype)])
        return found.take(codes).set_axis(text.index)

    unknown = number == 0
    level, code, county = (
        by_row(key.map(one[name]).where(number == 1).astype("str"), None)
        for name in ("level", "code", "county")
    )
    return AreaCodes(
        level,
        code,
        county,
        {
            "zip_without_table": by_row(is_zip & unknown & (zip_table is None), otherwise=False),
            "unknown_area_code": by_row(unknown, otherwise=True),
            "ambiguous_area": by_row(number > 1, otherwise=False),
        },
    )


def _meanings(gazetteer: Gazetteer, counties: Collection[str]) -> pd.DataFrame:
    """Return every code and name that means an area, in lower case; one row per meaning."""
    tracts = gazetteer.county_of_tract[gazetteer.county_of_tract.isin(list(counties))]
    areas = gazetteer.areas[gazetteer.areas["county_geoid"].isin(list(counties))]
    tract, area = tracts.index.to_series(), areas["area_id"]
    with_kind = areas["name"] + " " + areas["type_code"].str.removeprefix("charter_")
    keys = (area, areas["geoid"], areas["name"], areas["label"], with_kind)
    county = areas["county_geoid"]
    parts = [{"key": tract, "level": "tract", "code": tract, "county": tracts}]
    parts += [{"key": key, "level": "municipality", "code": area, "county": county} for key in keys]
    known = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    known["key"] = _plain(known["key"].astype("str"))
    return known.drop_duplicates(["key", "code"])


def _plain(words: pd.Series) -> pd.Series:
    """
    Return names and codes as they are compared.

    Examples
    --------
    >>> _plain(pd.Series(["Clinton Chtr. Twp.", "City of St. Clair Shores, MI"])).tolist()
    ['clinton township', 'saint clair shores city']
    """
    key = words.str.lower().str.replace(_FULL_GEOID, r"\1", regex=True)
    key = key.str.replace(r",?\s+(?:mi|mich|michigan)\.?(?:\s+usa?)?$", "", regex=True)
    key = key.str.replace(r"[.,']", "", regex=True)
    key = key.str.replace(r"\btwp\b", "township", regex=True)
    key = key.str.replace(r"\b(?:charter|chtr|chart)\s+township\b", "township", regex=True)
    for kind in _KINDS:
        key = key.str.replace(rf"^{kind} of (.*)$", rf"\1 {kind}", regex=True)
    for short, full in (("st", "saint"), ("mt", "mount")):
        key = key.str.replace(rf"^{short}\s", f"{full} ", regex=True)
    return key.str.replace(r"\s+", " ", regex=True).str.strip()
