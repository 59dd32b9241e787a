"""
Read overdose deaths of groups of census tracts: CDC, "Mapping Injury, Overdose, and Violence".

Data set 4day-mt2f of data.cdc.gov ("Census Tract"), from 2022 on. A row is a unit of one or more
2020 census tracts; its `name` lists them with commas between. Not run against the live service; the
fields are those of published copies of it (see `geo.sources.cdc_mapping`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.sources.cdc_mapping import (
    LICENCE,
    MAY_BE_EMPTY,
    NEEDED,
    OTHER_NAMES,
    OTHERS,
    PUBLISHER,
    deaths_and_status,
    fetch_overdoses,
    modelled_rates,
    overdose_years,
)
from geo.sources.cells import geoids, with_types
from geo.sources.socrata import Resource, assert_no_repeats, read_rows
from geo.sources.source import Source
from geo.states import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


RESOURCE: Final = Resource(
    "4day-mt2f",
    "Overdose deaths of tract groups (CDC 4day-mt2f)",
    NEEDED,
    MAY_BE_EMPTY,
    OTHERS,
    OTHER_NAMES,
)
DTYPES: Final = {
    "unit_id": "str",
    "county_geoid": "str",
    "period": "str",
    "deaths": "Int64",
    "status_code": "str",
    "published_rate_per_100k": "Float64",
    "modelled_rate_per_100k": "Float64",
    "modelled_lower_per_100k": "Float64",
    "modelled_upper_per_100k": "Float64",
    "tracts": "str",
}


fetch: Final = partial(fetch_overdoses, resource=RESOURCE)


def read(paths: Sequence[Path], state: str, *, year: str | None = None) -> pd.DataFrame:
    """
    Read overdose deaths of a state's units in one calendar year.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        JSON pages or CSV exports of the data set.
    state : str
        FIPS code.
    year : str, optional
        The newest in the files by default.

    Returns
    -------
    pandas.DataFrame
        `unit_id`, `county_geoid` (of its tracts; missing where they lie in several), `period`,
        `deaths` (missing where withheld; 0 is 0), `status_code` (reported, suppressed,
        suppressed_10_to_50), `published_rate_per_100k`, the modelled rate with its interval where
        the publisher marks the rate as modelled, and `tracts`: GEOIDs in order with | between.
        Other states, other causes, other years and the trailing twelve months are left out.

    Raises
    ------
    InputError
        If a file cannot be read or has changed, a row stands twice, a tract is malformed, of
        another state or in two units, a value cannot be understood, or no row is of the state or
        of `year`.
    """
    where = state_of(state)
    rows = overdose_years(read_rows(paths, RESOURCE), RESOURCE.title)
    is_here = geoids(rows["st_geoid"], level="state", source=RESOURCE.title) == where.fips
    rows = rows[is_here].reset_index(drop=True)
    if rows.empty:
        msg = f"{RESOURCE.title}: no unit of {where.name} in {', '.join(p.name for p in paths)}"
        raise InputError(msg)
    rows = _of_year(rows, year)
    assert_no_repeats(rows, ["geoid"], RESOURCE.title)
    members = _members(rows, where.fips)
    deaths = deaths_and_status(rows["count_sup"], RESOURCE)
    result = with_types(
        {
            "unit_id": rows["geoid"],
            "county_geoid": members.map(_county_of),
            "period": rows["period"],
            "deaths": deaths["deaths"],
            "status_code": deaths["status_code"],
            "tracts": members.map("|".join),
            **modelled_rates(rows, RESOURCE),
        },
        DTYPES,
    )
    return result.sort_values("unit_id", ignore_index=True)


def _of_year(rows: pd.DataFrame, year: str | None) -> pd.DataFrame:
    years = sorted(set(rows["period"]))
    wanted = years[-1] if year is None else year
    if wanted not in years:
        msg = f"{RESOURCE.title}: `year` {wanted} is not there; it has {', '.join(years)}"
        raise InputError(msg)
    return rows[rows["period"] == wanted].reset_index(drop=True)


def _members(rows: pd.DataFrame, fips: str) -> pd.Series:
    listed = rows["name"].str.split(",").map(lambda parts: [part.strip() for part in parts])
    flat = pd.Series(listed.to_list(), index=pd.Index(rows["geoid"])).explode()
    wrong = ~flat.str.fullmatch(rf"{fips}\d{{9}}").astype(bool)
    if wrong.any():
        unit, tract = flat.index[wrong][0], flat[wrong].iloc[0]
        msg = f"{RESOURCE.title}: unit {unit} lists {tract!r}, which is no tract of its state"
        raise InputError(msg)
    again = flat.duplicated()
    if again.any():
        msg = f"{RESOURCE.title}: tract {flat[again].iloc[0]} is listed twice"
        raise InputError(msg)
    return listed.map(sorted)


def _county_of(tracts: list[str]) -> str | None:
    counties = {tract[:5] for tract in tracts}
    return counties.pop() if len(counties) == 1 else None


SOURCE: Final = Source(
    source_id="cdc-tract-groups",
    title="Mapping Injury, Overdose, and Violence - Census Tract",
    publisher=PUBLISHER,
    licence=LICENCE,
    url="https://data.cdc.gov/d/4day-mt2f",
    note="Units of one or more 2020 census tracts. Counts 1 to 9 are withheld, and a few of 10 to "
    "50 to protect another one; rates are modelled. The newest years are provisional.",
    vintage="current",
    file_names=RESOURCE.file_names,
    fetch=fetch,
    read=read,
)
