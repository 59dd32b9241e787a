"""
Read overdose deaths of counties by year: CDC, "Mapping Injury, Overdose, and Violence - County".

Data set psx4-wq38 of data.cdc.gov, from 2019 on. Not run against the live service; the fields are
those of published copies of it (see `geo.sources.cdc_mapping`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

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

    import pandas as pd


RESOURCE: Final = Resource(
    "psx4-wq38",
    "Overdose deaths of counties (CDC psx4-wq38)",
    NEEDED,
    MAY_BE_EMPTY,
    OTHERS,
    OTHER_NAMES,
)
MEASURE_CODE: Final = "overdose_deaths_residents"
DTYPES: Final = {
    "county_geoid": "str",
    "year": "Int64",
    "deaths": "Int64",
    "status_code": "str",
    "measure_code": "str",
    "modelled_rate_per_100k": "Float64",
    "modelled_lower_per_100k": "Float64",
    "modelled_upper_per_100k": "Float64",
}


fetch: Final = partial(fetch_overdoses, resource=RESOURCE)


def read(paths: Sequence[Path], state: str) -> pd.DataFrame:
    """
    Read overdose deaths of a state's counties by calendar year.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        JSON pages or CSV exports of the data set.
    state : str
        FIPS code.

    Returns
    -------
    pandas.DataFrame
        `county_geoid`, `year`, `deaths` (missing where withheld; 0 is 0), `status_code` (reported,
        suppressed, suppressed_10_to_50), `measure_code`, and the modelled rate with its interval
        where the publisher marks the rate as modelled. A county-year that is not in the files has
        no row. Other states, other causes and the trailing twelve months are left out.

    Raises
    ------
    InputError
        If a file cannot be read or has changed, a row stands twice, a count or a rate cannot be
        understood, or no row is of the state.
    """
    where = state_of(state)
    rows = overdose_years(read_rows(paths, RESOURCE), RESOURCE.title)
    rows = rows.assign(geoid=geoids(rows["geoid"], level="county", source=RESOURCE.title))
    rows = rows[rows["geoid"].str[:2] == where.fips].reset_index(drop=True)
    if rows.empty:
        msg = f"{RESOURCE.title}: no county of {where.name} in {', '.join(p.name for p in paths)}"
        raise InputError(msg)
    assert_no_repeats(rows, ["geoid", "period"], RESOURCE.title)
    deaths = deaths_and_status(rows["count_sup"], RESOURCE)
    result = with_types(
        {
            "county_geoid": rows["geoid"],
            "year": rows["period"].astype("int64"),
            "deaths": deaths["deaths"],
            "status_code": deaths["status_code"],
            "measure_code": MEASURE_CODE,
            **modelled_rates(rows, RESOURCE),
        },
        DTYPES,
    )
    return result.sort_values(["county_geoid", "year"], ignore_index=True)


SOURCE: Final = Source(
    source_id="cdc-county-deaths",
    title="Mapping Injury, Overdose, and Violence - County",
    publisher=PUBLISHER,
    licence=LICENCE,
    url="https://data.cdc.gov/d/psx4-wq38",
    note="Counts 1 to 9 are withheld, and a few of 10 to 50 to protect another one. Rates of such "
    "counties are modelled. The newest years are provisional.",
    vintage="current",
    file_names=RESOURCE.file_names,
    fetch=fetch,
    read=read,
)
