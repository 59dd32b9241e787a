"""
Read police stations: US Department of Homeland Security, "Local Law Enforcement Locations".

HIFLD Open was closed in 2025, so there is nothing to fetch: the file is given. Two forms are known
from stored copies, as CSV or GeoJSON: the full one, and a short one without ZIP code, type, status
and county code, whose point stands in `X` and `Y`. -999 and `NOT AVAILABLE` mean not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

import pandas as pd

from geo.errors import InputError
from geo.sources.cells import known_text, points, read_csv_text, read_json, with_types
from geo.sources.facility_lists import zip_codes
from geo.sources.source import Source, assert_columns
from geo.states import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.sources.client import Client

TITLE: Final = "Police stations (HIFLD)"
UNKNOWN: Final = ("NOT AVAILABLE", "NOT APPLICABLE", "-999", "-999.0")
CLOSED: Final = "CLOSED"
SHORT: Final = ("ID", "NAME", "ADDRESS", "CITY", "STATE", "X", "Y")
FULL: Final = (
    "ID",
    "NAME",
    "ADDRESS",
    "CITY",
    "STATE",
    "ZIP",
    "TYPE",
    "STATUS",
    "COUNTYFIPS",
    "LATITUDE",
    "LONGITUDE",
)
OTHERS: Final = (
    *("X", "Y", "FID", "OBJECTID", "ZIP4", "TELEPHONE", "POPULATION", "COUNTY", "COUNTRY"),
    *("NAICS_CODE", "NAICS_DESC", "SOURCE", "SOURCEDATE", "VAL_METHOD", "VAL_DATE", "WEBSITE"),
    *("CI_ID", "CSLLEA08ID", "SUBTYPE1", "SUBTYPE2", "TRIBAL", "NUMPRE", "NUMFIXSUB", "NUMMOBILE"),
    *("FTSWORN", "FTCIV", "PTSWORN", "PTCIV"),
)
"""Further columns of either form that are known and not needed."""
DTYPES: Final = {
    "station_id": "str",
    "name": "str",
    "address": "str",
    "city": "str",
    "zip_code": "str",
    "county_geoid": "str",
    "type_text": "str",
    "status_text": "str",
    "latitude": "Float64",
    "longitude": "Float64",
}


def fetch(client: Client, state: str) -> NoReturn:
    """
    Say that the file has to be given.

    Parameters
    ----------
    client : Client
    state : str

    Raises
    ------
    InputError
        Always: the publisher closed the service in 2025.
    """
    del client, state
    msg = (
        f"{TITLE}: the publisher closed this service in 2025; give a stored copy "
        "(Local_Law_Enforcement_Locations.csv or .geojson) instead"
    )
    raise InputError(msg)


def read(paths: Sequence[Path], state: str) -> pd.DataFrame:
    """
    Read the police stations of a state that are not closed.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        CSV or GeoJSON, full or short form.
    state : str
        FIPS code.

    Returns
    -------
    pandas.DataFrame
        `station_id` (hifld- and the publisher's number), `name`, `address`, `city`, `zip_code`,
        `county_geoid`, `type_text`, `status_text`, `latitude`, `longitude`; missing where not
        known, a point also where it cannot be in the United States, a county where it is none of
        the state. Stations of other states and
        closed ones are left out; how many are closed stands in `attrs["closed_stations"]`.

    Raises
    ------
    InputError
        If a file cannot be read or has changed, a station has no number or name or stands twice,
        or none is of the state.
    """
    where = state_of(state)
    rows = pd.concat([_stations(path) for path in paths], ignore_index=True) if paths else None
    if rows is None or not (here := rows["STATE"].str.upper() == where.postal).any():
        names = ", ".join(path.name for path in paths) or "no file"
        msg = f"{TITLE}: no station of {where.name} in {names}"
        raise InputError(msg)
    stations = rows[here].reset_index(drop=True)
    _assert_known(stations)
    is_closed = (stations["STATUS"].str.upper() == CLOSED).fillna(value=False).astype(bool)
    stations = stations[~is_closed].reset_index(drop=True)
    county = stations["COUNTYFIPS"].str.zfill(5)
    in_state = county.str.fullmatch(rf"{where.fips}\d{{3}}").fillna(value=False).astype(bool)
    point = points(stations["LATITUDE"], stations["LONGITUDE"])
    result = with_types(
        {
            "station_id": "hifld-" + stations["ID"],
            "name": stations["NAME"],
            "address": stations["ADDRESS"],
            "city": stations["CITY"],
            "zip_code": zip_codes(stations["ZIP"]),
            "county_geoid": county.where(in_state),
            "type_text": stations["TYPE"],
            "status_text": stations["STATUS"],
            "latitude": point["latitude"],
            "longitude": point["longitude"],
        },
        DTYPES,
    )
    result.attrs["closed_stations"] = int(is_closed.sum())
    return result


def _stations(path: Path) -> pd.DataFrame:
    frame = read_csv_text(path) if path.suffix.lower() == ".csv" else _features(path)
    is_short = "LATITUDE" not in frame.columns and {"X", "Y"} <= set(frame.columns)
    assert_columns(frame, SHORT if is_short else FULL, TITLE, path, known=(*FULL, *OTHERS))
    if is_short:
        frame = frame.rename(columns={"X": "LONGITUDE", "Y": "LATITUDE"})
    return frame.reindex(columns=list(FULL)).apply(known_text, unknown=UNKNOWN)


def _features(path: Path) -> pd.DataFrame:
    content: Any = read_json(path)
    features = content.get("features") if isinstance(content, dict) else None
    records = [each.get("properties") for each in features or [] if isinstance(each, dict)]
    if not records or not all(isinstance(record, dict) for record in records):
        msg = f"{TITLE}: {path.name} is no GeoJSON with features"
        raise InputError(msg)
    return pd.DataFrame(records, dtype="object")


def _assert_known(stations: pd.DataFrame) -> None:
    for column, what in (("ID", "number"), ("NAME", "name")):
        absent = int(stations[column].isna().sum())
        if absent:
            msg = f"{TITLE}: {absent} stations have no {what} ({column})"
            raise InputError(msg)
    again = stations["ID"].duplicated()
    if again.any():
        msg = f"{TITLE}: station {stations.loc[again, 'ID'].iloc[0]} stands twice"
        raise InputError(msg)


SOURCE: Final = Source(
    source_id="hifld-police",
    title="Local law enforcement locations",
    publisher="US Department of Homeland Security, HIFLD Open",
    licence="Public domain",
    url="https://hifld-geoplatform.opendata.arcgis.com/",
    note="HIFLD Open was closed in 2025; stored copies are older. A listed department is no proof "
    "of officers on duty.",
    vintage="stored copy",
    file_names=(
        "Local_Law_Enforcement_Locations*.csv",
        "Local_Law_Enforcement_Locations*.geojson",
        "local-law-enforcement-locations*.csv",
        "local-law-enforcement-locations*.geojson",
    ),
    fetch=fetch,
    read=read,
)
