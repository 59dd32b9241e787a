"""
Residents by the US Census Bureau: counts of 2020, American Community Survey, county estimates.

Counts and survey come from the Census Data API, which asks for a key; county estimates are plain
files without one. Written from the public documentation; `fetch` was not run against the live
services.

Notes
-----
In the survey a negative value such as -666666666 says why an estimate is not there: it is missing
here, as is a margin of error that the Bureau does not state.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.sources.cells import counts, read_csv_text, with_types
from geo.sources.census_api import ask, read_answers
from geo.sources.source import Fetched, Source, assert_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.sources.client import Client

CENSUS_YEAR: Final = "2020"
SURVEY_YEAR: Final = "2023"
"""Last of its five years; its tracts are those of the boundary files of that year."""

_ESTIMATES: Final = "https://www2.census.gov/programs-surveys/popest/datasets"
_YEAR: Final = re.compile(r"_?\d{4}$")
_LARGEST_TABLE: Final = 100_000_000
_COUNTED, _ESTIMATED, _MARGIN = "P1_001N", "B01003_001E", "B01003_001M"
_COUNTY_LEVEL: Final = "050"
_BYTE_ORDER_MARK: Final = "\ufeff".encode().decode("latin-1")
_KNOWN_ESTIMATES: Final = frozenset(
    (
        *("REGION", "DIVISION", "STNAME", "CTYNAME", "CENSUS2010POP", "ESTIMATESBASE"),
        *("POPESTIMATE", "NPOPCHG", "BIRTHS", "DEATHS", "NATURALINC", "NATURALCHG"),
        *("INTERNATIONALMIG", "DOMESTICMIG", "NETMIG", "RESIDUAL", "GQESTIMATES"),
        *("GQESTIMATESBASE", "RBIRTH", "RDEATH", "RNATURALINC", "RNATURALCHG"),
        *("RINTERNATIONALMIG", "RDOMESTICMIG", "RNETMIG"),
    )
)
"""Columns of county estimates, without their year."""
_COUNTED_DTYPES: Final = {"geoid": "str", "population_persons": "Int64", "population_year": "Int64"}
_YEARLY_DTYPES: Final = {
    "county_geoid": "str",
    "year": "Int64",
    "population_persons": "Int64",
    "vintage_code": "str",
}


def read_counted(paths: Sequence[Path], state: str, *, level: str) -> pd.DataFrame:
    """
    Return the residents that the census of 2020 counted.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Answers of the API, or CSV files with the same header.
    state : str
        FIPS code.
    level : {"tract", "county subdivision", "place"}

    Returns
    -------
    pandas.DataFrame
        `geoid`, `population_persons`, `population_year`; by `geoid`.

    Raises
    ------
    InputError
        If a file is no answer of the API, lacks a column or has no row of the state, or a count
        cannot be used.
    """
    title = f"Census 2020 by {level}"
    rows = read_answers(paths, state, level, (_COUNTED,), title)
    people = _people(rows[_COUNTED], _COUNTED, title)
    year = pd.Series(int(CENSUS_YEAR), index=rows.index)
    columns = {"geoid": rows["geoid"], "population_persons": people, "population_year": year}
    return with_types(columns, _COUNTED_DTYPES)


def read_survey(paths: Sequence[Path], state: str) -> pd.DataFrame:
    """
    Return the residents of census tracts by the American Community Survey, five years.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Answers of the API, or CSV files with the same header. A name as `acs5_2022_26_tract.json`
        says the last year; any other name means `SURVEY_YEAR`.
    state : str
        FIPS code.

    Returns
    -------
    pandas.DataFrame
        `geoid`, `population_persons`, `population_year` (the last of the five) and `moe_persons`,
        the 90 % margin of error; by `geoid`. Both numbers are missing where the Bureau gives none.

    Raises
    ------
    InputError
        As in `read_counted`.
    """
    title = "American Community Survey by tract"
    rows = read_answers(paths, state, "tract", (_ESTIMATED, _MARGIN), title)
    people, margin = (
        counts(rows[name].mask(rows[name].str.startswith("-")), what=name, source=title)
        for name in (_ESTIMATED, _MARGIN)
    )
    stated = re.search(r"acs5_(\d{4})_", paths[0].name)
    columns = {
        "geoid": rows["geoid"],
        "population_persons": people,
        "population_year": pd.Series(int(stated[1] if stated else SURVEY_YEAR), index=rows.index),
        "moe_persons": margin,
    }
    return with_types(columns, _COUNTED_DTYPES | {"moe_persons": "Int64"})


def read_estimates(
    paths: Sequence[Path], state: str, *, first_year: int, last_year: int | None
) -> pd.DataFrame:
    """
    Return the residents of counties on 1 July of each year.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        One file `co-est...-alldata.csv`, latin-1.
    state : str
        FIPS code.
    first_year : int
    last_year : int or None
        None for the last year of the file.

    Returns
    -------
    pandas.DataFrame
        `county_geoid`, `year`, `population_persons`, `vintage_code`, the last year of the file; by
        county and year.

    Raises
    ------
    InputError
        If there is not one file, it lacks a column or has no county of the state, or an estimate
        cannot be used.
    """
    title = "County population estimates"
    if len(paths) != 1:
        found = ", ".join(path.name for path in paths) or "none"
        msg = f"{title}: one file is needed, there are {len(paths)} ({found}); keep the newest"
        raise InputError(msg)
    rows = read_csv_text(paths[0], encoding="latin-1")
    rows = rows.rename(columns=lambda name: name.removeprefix(_BYTE_ORDER_MARK))
    vintage = _vintage(paths[0], rows, first_year)
    years = range(first_year, (last_year or vintage) + 1)
    names = [f"POPESTIMATE{year}" for year in years]
    known = [name for name in rows.columns if _YEAR.sub("", name) in _KNOWN_ESTIMATES]
    assert_columns(rows, ["SUMLEV", "STATE", "COUNTY", *names], title, paths[0], known=known)
    level, own = rows["SUMLEV"].str.zfill(3), rows["STATE"].str.zfill(2)
    rows = rows[(level == _COUNTY_LEVEL) & (own == state)]
    if rows.empty:
        msg = f"{title}: {paths[0].name} has no counties of state {state}"
        raise InputError(msg)
    by_year = [
        pd.DataFrame(
            {
                "county_geoid": state + rows["COUNTY"].str.zfill(3),
                "year": year,
                "population_persons": _people(rows[name], name, title),
                "vintage_code": str(vintage),
            }
        )
        for year, name in zip(years, names, strict=True)
    ]
    long = pd.concat(by_year).sort_values(["county_geoid", "year"], ignore_index=True)
    return with_types(dict(long), _YEARLY_DTYPES)


def _people(values: pd.Series, name: str, title: str) -> pd.Series:
    """Return whole numbers of people, none of them missing."""
    people = counts(values, what=name, source=title)
    if people.isna().any():
        msg = f"{title}: {int(people.isna().sum())} rows have no {name}; download the file again"
        raise InputError(msg)
    return people


def _vintage(path: Path, rows: pd.DataFrame, first_year: int) -> int:
    """Return the last year of a file of estimates: as its name says, or by its columns."""
    named = re.search(r"co-est(\d{4})", path.name)
    years = rows.columns.str.extract(r"^POPESTIMATE(\d{4})$")[0].dropna()
    return int(named[1]) if named else max(map(int, years), default=first_year)


def _ask(
    client: Client, state: str, *, path: str, level: str, variables: tuple[str, ...]
) -> tuple[Fetched, ...]:
    return (ask(client, path, state=state, level=level, variables=variables),)


def _download(client: Client, state: str, *, path: str) -> tuple[Fetched, ...]:
    """Download the estimates of all counties of the country."""
    del state
    return (client.get(f"{_ESTIMATES}/{path}", max_bytes=_LARGEST_TABLE),)


def _counted_source(level: str, word: str) -> Source:
    """Return the source of the counts of 2020 at a level."""
    return Source(
        source_id=f"census-{CENSUS_YEAR}-{word}",
        title=f"Census {CENSUS_YEAR} residents by {level}",
        publisher="US Census Bureau",
        licence="Public domain",
        url="https://www.census.gov/data/developers/data-sets/decennial-census.html",
        note="Redistricting data (P.L. 94-171), table P1: blurred a little to protect privacy.",
        vintage=CENSUS_YEAR,
        file_names=(
            f"dec{CENSUS_YEAR}_pl_{{state}}_{word}.json",
            f"dec{CENSUS_YEAR}_pl_{{state}}_{word}.csv",
        ),
        fetch=partial(
            _ask, path=f"{CENSUS_YEAR}/dec/pl", level=level, variables=("NAME", _COUNTED)
        ),
        read=partial(read_counted, level=level),
    )


def _estimates_source(
    decade: str, path: str, file_names: tuple[str, ...], last_year: int | None, note: str
) -> Source:
    """Return the source of the county estimates of a decade."""
    first_year = int(decade)
    return Source(
        source_id=f"census-estimates-{decade}s",
        title=f"County population estimates from {decade}",
        publisher="US Census Bureau",
        licence="Public domain",
        url="https://www.census.gov/programs-surveys/popest.html",
        note=note,
        vintage=path[path.index("co-est") + 6 :][:4],
        file_names=file_names,
        fetch=partial(_download, path=path),
        read=partial(read_estimates, first_year=first_year, last_year=last_year),
    )


DECENNIAL_TRACT: Final = _counted_source("tract", "tract")
DECENNIAL_COUSUB: Final = _counted_source("county subdivision", "cousub")
DECENNIAL_PLACE: Final = _counted_source("place", "place")
ACS_TRACT: Final = Source(
    source_id="census-acs5-tract",
    title="American Community Survey residents by tract",
    publisher="US Census Bureau",
    licence="Public domain",
    url="https://www.census.gov/data/developers/data-sets/acs-5year.html",
    note="Table B01003 over five years, with its 90 % margin of error.",
    vintage=SURVEY_YEAR,
    file_names=("acs5_*_{state}_tract.json", "acs5_*_{state}_tract.csv"),
    fetch=partial(
        _ask,
        path=f"{SURVEY_YEAR}/acs/acs5",
        level="tract",
        variables=("NAME", _ESTIMATED, _MARGIN),
    ),
    read=read_survey,
)
COUNTY_ESTIMATES: Final = _estimates_source(
    "2020",
    "2020-2024/counties/totals/co-est2024-alldata.csv",
    ("co-est2024-alldata.csv", "co-est202[1-9]-alldata.csv"),
    None,
    "Vintage 2024; does not join smoothly to the years before 2020.",
)
COUNTY_ESTIMATES_2010S: Final = _estimates_source(
    "2010",
    "2010-2020/counties/totals/co-est2020-alldata.csv",
    ("co-est2020-alldata.csv",),
    2019,
    "Vintage 2020, made before the census of 2020 was counted; 2010 to 2019 are kept.",
)
