"""
Read police agencies: FBI, Crime Data API, agencies by state.

`/agency/byStateAbbr/` of the publisher's interface answers a list of agencies for each county; an
agency that serves several counties stands in each. A key of api.data.gov is needed. Not run
against the live service; the fields are those of published copies. Older lists (JSON or CSV) name
the county in `county_name` instead of `counties`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError
from geo.sources.cells import known_text, points, read_csv_text, read_json, with_types
from geo.sources.source import Source, assert_columns
from geo.states import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.sources.client import Client
    from geo.sources.source import Fetched

TITLE: Final = "Police agencies (FBI Crime Data API)"
URL: Final = "https://api.usa.gov/crime/fbi/cde/agency/byStateAbbr"
KEY_VARIABLE: Final = "DATA_GOV_API_KEY"
NEEDED: Final = (
    "ori",
    "agency_name",
    "agency_type_name",
    "counties",
    "state_abbr",
    "latitude",
    "longitude",
)
OTHERS: Final = (
    *("state_name", "is_nibrs", "nibrs", "nibrs_start_date", "county_name"),
    *("division_name", "region_name", "region_desc"),
)
"""Further fields of the interface and of older lists that are known and not needed."""
ORI: Final = r"[A-Z0-9]{9}"
DTYPES: Final = {
    "ori": "str",
    "name": "str",
    "type_text": "str",
    "counties_text": "str",
    "latitude": "Float64",
    "longitude": "Float64",
}


def fetch(client: Client, state: str) -> tuple[Fetched, ...]:
    """
    Fetch the agencies of a state.

    Parameters
    ----------
    client : Client
    state : str
        FIPS code.

    Returns
    -------
    tuple of Fetched
        One file.

    Raises
    ------
    InputError
        If the state is none, no key is set, or what arrives lists no agencies.
    SourceError
        If the publisher cannot be reached or refuses the key.
    """
    where = state_of(state)
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key:
        msg = (
            f"{TITLE}: set {KEY_VARIABLE} to a key of https://api.data.gov/signup/ (free), or give "
            "a stored list instead"
        )
        raise InputError(msg)
    fetched = client.get(f"{URL}/{where.postal}", secrets={"API_KEY": key})
    _agencies(fetched.path)
    return (fetched,)


def read(paths: Sequence[Path], state: str) -> pd.DataFrame:
    """
    Read the police agencies of a state.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        The interface's answer (JSON), or an older list (JSON or CSV).
    state : str
        FIPS code.

    Returns
    -------
    pandas.DataFrame
        `ori` (nine letters and digits), `name`, `type_text`, `counties_text` (as published, in
        capitals, with commas between), `latitude`, `longitude` (missing where not given or not in
        the United States), by `ori`. An agency that stands in several counties' lists is one row;
        agencies of other states are left out.

    Raises
    ------
    InputError
        If a file cannot be read or has changed, an identifier is malformed or means two agencies,
        an agency has no name, or none is of the state.
    """
    where = state_of(state)
    listed = [_agencies(path) for path in paths]
    rows = pd.concat(listed, ignore_index=True) if listed else pd.DataFrame(columns=list(NEEDED))
    rows = rows[(rows["state_abbr"].str.upper() == where.postal).astype(bool)]
    if rows.empty:
        names = ", ".join(path.name for path in paths) or "no file"
        msg = f"{TITLE}: no agency of {where.name} in {names}"
        raise InputError(msg)
    rows = rows.drop_duplicates(ignore_index=True)
    _assert_identified(rows)
    point = points(rows["latitude"], rows["longitude"])
    result = with_types(
        {
            "ori": rows["ori"],
            "name": rows["agency_name"],
            "type_text": rows["agency_type_name"],
            "counties_text": rows["counties"],
            "latitude": point["latitude"],
            "longitude": point["longitude"],
        },
        DTYPES,
    )
    return result.sort_values("ori", ignore_index=True)


def _agencies(path: Path) -> pd.DataFrame:
    is_csv = path.suffix.lower() == ".csv"
    frame = read_csv_text(path) if is_csv else pd.DataFrame(_listed(path), dtype="object")
    frame.columns = frame.columns.str.lower()
    if "counties" not in frame.columns:
        frame = frame.rename(columns={"county_name": "counties"})
    assert_columns(frame, NEEDED, TITLE, path, known=OTHERS)
    return frame.reindex(columns=list(NEEDED)).apply(known_text)


def _listed(path: Path) -> list[dict[str, Any]]:
    content = read_json(path)
    if isinstance(content, dict) and isinstance(content.get("results"), list):
        content = content["results"]
    groups = list(content.values()) if isinstance(content, dict) else [content]
    if not groups or not all(isinstance(group, list) for group in groups):
        said = content.get("error") or content.get("message") if isinstance(content, dict) else None
        says = f"; it says {said}" if said else ""
        msg = f"{TITLE}: {path.name} holds no lists of agencies{says}"
        raise InputError(msg)
    agencies = [agency for group in groups for agency in group]
    if not all(isinstance(agency, dict) for agency in agencies):
        msg = f"{TITLE}: {path.name} has changed: an agency is no record of fields"
        raise InputError(msg)
    return agencies


def _assert_identified(rows: pd.DataFrame) -> None:
    malformed = ~rows["ori"].str.fullmatch(ORI).fillna(value=False).astype(bool)
    if malformed.any():
        first = rows[malformed].iloc[0]
        msg = f"{TITLE}: {first['agency_name']} has the identifier {first['ori']!r}, not nine signs"
        raise InputError(msg)
    if rows["agency_name"].isna().any():
        msg = f"{TITLE}: {rows.loc[rows['agency_name'].isna(), 'ori'].iloc[0]} has no name"
        raise InputError(msg)
    again = rows["ori"].duplicated()
    if again.any():
        msg = f"{TITLE}: {rows.loc[again, 'ori'].iloc[0]} stands twice and not alike"
        raise InputError(msg)


SOURCE: Final = Source(
    source_id="fbi-agencies",
    title="Agencies of the Crime Data API",
    publisher="FBI",
    licence="CC0",
    url="https://cde.ucr.cjis.gov/",
    note="Agencies that report crime; one may be dormant.",
    vintage="current",
    file_names=("fbi-agencies-{state}*.json", "fbi-agencies*.json", "fbi-agencies*.csv"),
    fetch=fetch,
    read=read,
)
