"""
Read opioid treatment programs: SAMHSA, OTP directory.

The directory's page offers its whole list as CSV. That address, and the headings, are as others
who read it have written them down; the publisher documents neither, and this was not run against
it. Headings of its older spreadsheet are read too, and a copy of the list of July 2021 with points
(`OpioidTreatmentProgram_Geocoded.csv`, Latin-1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.sources.cells import known_text, points, read_csv_text
from geo.sources.facility_lists import facility_rows, joined, zip_codes
from geo.sources.source import Source, assert_columns
from geo.states import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.sources.client import Client
    from geo.sources.source import Fetched

TITLE: Final = "Opioid treatment programs (SAMHSA OTP directory)"
URL: Final = "https://www.samhsa.gov/find-help/locators/opioid-treatment-program-directory/export"
SOURCE_ID: Final = "samhsa-otp"
STORED_LIST: Final = "OpioidTreatmentProgram_Geocoded"
STORED_LISTED: Final = "2021-07"
MAX_BYTES: Final = 50_000_000

STORED_NAMES: Final = {
    "ID": "name",
    "ADDRESS": "address",
    "CITY": "city",
    "STATE": "state",
    "POSTAL": "zip",
    "Latitude": "latitude",
    "Longitude": "longitude",
}
DIRECTORY_NAMES: Final = {
    "Program Name": "name",
    "Street": "address",
    "City": "city",
    "State": "state",
    "Zip Code": "zip",
}
ZIP_HEADINGS: Final = ("Zipcode", "Zip")
"""The same heading in other years."""
OTHERS: Final = (
    *(*STORED_NAMES, *DIRECTORY_NAMES, *ZIP_HEADINGS, "DBA", "Phone", "Certification"),
    *("Full Certification", "First Full Certification Date/CMS Use"),
)
"""Headings of any of its forms: known where they are not needed."""
SPREADSHEET: Final = b"PK"
OLD_SPREADSHEET: Final = b"\xd0\xcf\x11\xe0"


def fetch(client: Client, state: str) -> tuple[Fetched, ...]:
    """
    Fetch the whole directory; it is one list for all states.

    Parameters
    ----------
    client : Client
    state : str
        FIPS code; must be a state.

    Returns
    -------
    tuple of Fetched
        One file.

    Raises
    ------
    InputError
        If the state is none, or what arrives is no list of programs.
    SourceError
        If the publisher cannot be reached.
    """
    state_of(state)
    fetched = client.get(URL, params={"page": "", "_format": "csv"}, max_bytes=MAX_BYTES)
    _programs(fetched.path)
    return (fetched,)


def read(paths: Sequence[Path], state: str, *, listed_date: str | None = None) -> pd.DataFrame:
    """
    Read the opioid treatment programs of a state.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        The directory as CSV or XLSX, or the stored list of July 2021 with points.
    state : str
        FIPS code.
    listed_date : str, optional
        YYYY-MM of the list; that of the stored one is known by its name, of others missing.

    Returns
    -------
    pandas.DataFrame
        Columns of `geo.sources.facility_lists.DTYPES`, a row per row of the list, `kind_code` otp.
        A program without a point, or with one that cannot be in the United States, keeps its row.
        Programs are in whether certified or provisionally so; other states are left out. No rows
        where the state has no program, as Wyoming had none in 2021.

    Raises
    ------
    InputError
        If a file cannot be read or has changed, lists no program at all, or a program has no name.
    """
    where = state_of(state)
    frames = []
    for path in paths:
        rows = _programs(path)
        is_here = rows["state"].str.upper().isin([where.postal, where.name.upper()])
        stored = STORED_LISTED if path.stem.startswith(STORED_LIST) else None
        frames.append(_facilities(rows[is_here], listed_date or stored))
    if not frames:
        msg = f"{TITLE}: no file is given"
        raise InputError(msg)
    return pd.concat(frames, ignore_index=True)


def _programs(path: Path) -> pd.DataFrame:
    frame = _table(path)
    is_stored = path.stem.startswith(STORED_LIST) or "POSTAL" in frame.columns
    names = STORED_NAMES if is_stored else DIRECTORY_NAMES
    frame = frame.rename(
        columns={old: "Zip Code" for old in ZIP_HEADINGS if "Zip Code" not in frame.columns}
    )
    assert_columns(frame, list(names), TITLE, path, known=OTHERS)
    if frame.empty:
        msg = f"{TITLE}: {path.name} lists no program"
        raise InputError(msg)
    rows = frame.rename(columns=names)
    if "DBA" in rows.columns:
        rows["name"] = joined(rows["name"], rows["DBA"], " - ")
    if rows["name"].isna().any():
        msg = f"{TITLE}: {path.name} has {int(rows['name'].isna().sum())} programs without a name"
        raise InputError(msg)
    return rows.reindex(columns=list(STORED_NAMES.values()))


def _table(path: Path) -> pd.DataFrame:
    beginning = path.read_bytes()[:4]
    if beginning == OLD_SPREADSHEET:
        msg = f"{TITLE}: {path.name} is an old spreadsheet (.xls); save it as CSV or XLSX first"
        raise InputError(msg)
    if beginning.startswith(SPREADSHEET):
        sheet = pd.read_excel(path, dtype="str", na_filter=False)
        return sheet.apply(known_text)
    is_stored = path.stem.startswith(STORED_LIST)
    return read_csv_text(path, encoding="latin-1" if is_stored else "utf-8-sig")


def _facilities(rows: pd.DataFrame, listed: str | None) -> pd.DataFrame:
    where = points(rows["latitude"], rows["longitude"])
    return facility_rows(
        {
            "name": rows["name"],
            "kind_code": "otp",
            "address": rows["address"],
            "city": rows["city"],
            "zip_code": zip_codes(rows["zip"]),
            "latitude": where["latitude"],
            "longitude": where["longitude"],
            "service_codes": pd.Series(None, index=rows.index, dtype="str"),
            "listed_date": pd.Series(listed, index=rows.index, dtype="str"),
            "source_id": SOURCE_ID,
        }
    )


SOURCE: Final = Source(
    source_id=SOURCE_ID,
    title="Opioid treatment program directory",
    publisher="SAMHSA",
    licence="Public domain",
    url="https://www.samhsa.gov/find-help/locators/opioid-treatment-program-directory",
    note="Listed is not the same as open. The directory gives addresses, no points.",
    vintage="current",
    file_names=(
        "otp-directory*.csv",
        "otp-directory*.xlsx",
        "opioid-treatment-program-directory*.csv",
        f"{STORED_LIST}*.csv",
    ),
    fetch=fetch,
    read=read,
)
