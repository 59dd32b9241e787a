"""
Read provisional overdose deaths of counties over 12 months: CDC, Vital Statistics Rapid Release.

Data set gb4e-yj24 of data.cdc.gov, from January 2020 on, one row per county and month in which the
12 months end. Not run against the live service; the fields are those of published copies of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.sources.cells import counts, geoids, numbers, with_types
from geo.sources.socrata import Resource, assert_no_repeats, fetch_rows, read_rows
from geo.sources.source import Source
from geo.states import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.sources.client import Client
    from geo.sources.source import Fetched

RESOURCE: Final = Resource(
    "gb4e-yj24",
    "Provisional overdose deaths of counties (CDC gb4e-yj24)",
    ("fips", "st_abbrev", "monthendingdate"),
    ("provisional_drug_overdose", "footnote", "percentage_of_records_pending"),
    (
        "data_as_of",
        "year",
        "month",
        "state_name",
        "countyname",
        "statefips",
        "countyfips",
        "code2013",
        "historicaldatacompletenessnote",
        "start_date",
        "end_date",
    ),
    {
        "provisional_drug_overdose_deaths": "provisional_drug_overdose",
        "percentage_of_records_pending_investigation": "percentage_of_records_pending",
    },
)
MEASURE_CODE: Final = "overdose_deaths_provisional_12_months"
PERIOD_MONTHS: Final = 12
WITHHELD_WORDS: Final = r"suppress|confidential|1\s*[-–]\s*9|less than 10|fewer than 10"
DTYPES: Final = {
    "county_geoid": "str",
    "period_end_date": "str",
    "period_months": "Int64",
    "deaths": "Int64",
    "status_code": "str",
    "measure_code": "str",
    "pending_share": "Float64",
    "note": "str",
}


def fetch(client: Client, state: str) -> tuple[Fetched, ...]:
    """
    Fetch every period of a state's counties.

    Parameters
    ----------
    client : Client
    state : str
        FIPS code.

    Returns
    -------
    tuple of Fetched
        The data set's description, then its pages.

    Raises
    ------
    InputError
        If the state is none, the data set has changed or rows are lacking.
    SourceError
        If the publisher cannot be reached.
    """
    return fetch_rows(
        client,
        RESOURCE,
        where=f"st_abbrev='{state_of(state).postal}'",
        order="fips,monthendingdate",
    )


def read(paths: Sequence[Path], state: str) -> pd.DataFrame:
    """
    Read provisional deaths of a state's counties, the newest period last.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        JSON pages or CSV exports of the data set.
    state : str
        FIPS code.

    Returns
    -------
    pandas.DataFrame
        `county_geoid`, `period_end_date` (YYYY-MM), `period_months` (12), `deaths` (missing where
        not given; 0 is 0), `status_code`, `measure_code`, `pending_share` (of records under
        investigation, as published) and `note` (the publisher's footnote). Status:
        reported_provisional; suppressed where no count is given and the footnote is blank or tells
        of it; not_reported where the footnote gives another reason. Other states are left out.

    Raises
    ------
    InputError
        If a file cannot be read or has changed, a row stands twice, a count or a date cannot be
        understood, or no row is of the state.
    """
    where = state_of(state)
    rows = read_rows(paths, RESOURCE)
    rows = rows.assign(fips=geoids(rows["fips"], level="county", source=RESOURCE.title))
    rows = rows[rows["fips"].str[:2] == where.fips].reset_index(drop=True)
    if rows.empty:
        msg = f"{RESOURCE.title}: no county of {where.name} in {', '.join(p.name for p in paths)}"
        raise InputError(msg)
    deaths = counts(
        rows["provisional_drug_overdose"], what="provisional_drug_overdose", source=RESOURCE.title
    )
    pending = rows["percentage_of_records_pending"]
    result = with_types(
        {
            "county_geoid": rows["fips"],
            "period_end_date": _months(rows["monthendingdate"]),
            "period_months": pd.Series(PERIOD_MONTHS, index=rows.index),
            "deaths": deaths,
            "status_code": _status(deaths, rows["footnote"]),
            "measure_code": MEASURE_CODE,
            "pending_share": numbers(
                pending, what="percentage_of_records_pending", source=RESOURCE.title
            ),
            "note": rows["footnote"],
        },
        DTYPES,
    )
    assert_no_repeats(result, ["county_geoid", "period_end_date"], RESOURCE.title)
    return result.sort_values(["period_end_date", "county_geoid"], ignore_index=True)


def _status(deaths: pd.Series, footnote: pd.Series) -> pd.Series:
    tells = footnote.isna() | footnote.fillna("").str.contains(WITHHELD_WORDS, case=False)
    status = pd.Series("reported_provisional", index=deaths.index)
    status = status.mask(deaths.isna() & tells, "suppressed")
    return status.mask(deaths.isna() & ~tells, "not_reported")


def _months(written: pd.Series) -> pd.Series:
    iso = written.str.extract(r"^(\d{4})-(\d{2})-\d{2}")
    american = written.str.extract(r"^(\d{1,2})/\d{1,2}/(\d{4})")
    year = iso[0].fillna(american[1])
    month = iso[1].fillna(american[0].str.zfill(2))
    result = year + "-" + month
    wrong = ~result.str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])").fillna(value=False).astype(bool)
    if wrong.any():
        msg = f"{RESOURCE.title}: monthendingdate {written[wrong].iloc[0]!r} is no date"
        raise InputError(msg)
    return result


SOURCE: Final = Source(
    source_id="cdc-provisional",
    title="VSRR provisional county-level drug overdose death counts",
    publisher="CDC, National Center for Health Statistics",
    licence="Public domain",
    url="https://data.cdc.gov/d/gb4e-yj24",
    note="Provisional: counts rise as investigations close. Each is over the 12 months that end in "
    "its month. Counts 1 to 9 are withheld.",
    vintage="current",
    file_names=RESOURCE.file_names,
    fetch=fetch,
    read=read,
)
