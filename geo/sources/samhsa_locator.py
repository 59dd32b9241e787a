"""
Read treatment facilities: SAMHSA, FindTreatment.gov.

The locator's export (`/locator/exportsAsJson/v2`) is described in the publisher's developer guide,
which asks users to register first; this was not run against it. A state is asked for by the
locator's own number (`limitType=0`), not by its FIPS code. Parameters, numbers of states, fields
and types of facilities are as others who use the service have written them down. Of the list of
July 2021 a copy with points is read too (`SubstanceUseTreatment_Geocoded.csv`, Latin-1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError
from geo.sources.cells import known_text, points, read_csv_text, read_json
from geo.sources.facility_lists import facility_rows, joined, zip_codes
from geo.sources.source import Source, assert_columns
from geo.states import State, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.sources.client import Client
    from geo.sources.source import Fetched

TITLE: Final = "Treatment facilities (SAMHSA FindTreatment.gov)"
URL: Final = "https://findtreatment.gov/locator/exportsAsJson/v2"
SOURCE_ID: Final = "samhsa-locator"
PAGE_ROWS: Final = 2000
STORED_LIST: Final = "SubstanceUseTreatment_Geocoded"
STORED_LISTED: Final = "2021-07"

ADDRESS_FIELDS: Final = (
    "name1",
    "name2",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "latitude",
    "longitude",
)
LIVE_FIELDS: Final = (*ADDRESS_FIELDS, "typeFacility", "services")
OTHERS: Final = (
    *("_irow", "frid", "phone", "intake1", "intake2", "hotline1", "hotline2", "website", "miles"),
    *("zip4", "county"),
)
"""Further fields of the service, and columns of the stored list, that are known and not needed."""
TREATS: Final = ("SA", "OTP")
"""Types of facilities that treat substance use: substance use and opioid treatment programs."""
TYPE_OF_CARE: Final = "TC"
SUBSTANCE_USE: Final = "substance use treatment"
CERTIFIED: Final = "federally-certified opioid treatment program"

NUMBERED_STATES: Final = (
    "ME MI MA MT NY NC OH PA RI TN TX NV NJ UT WA WI -- MD AL AK AZ AR CA CO CT DE DC FL GA "
    "HI ID IL IN IA KS KY LA MN MS MO NE NH NM ND OK OR SC SD VT VA WV WY"
)
STATE_NUMBERS: Final = {
    postal: number for number, postal in enumerate(NUMBERED_STATES.split(), 1) if postal != "--"
}
"""Number of each state in the locator; 17 is none."""


def fetch(client: Client, state: str, *, page_rows: int = PAGE_ROWS) -> tuple[Fetched, ...]:
    """
    Fetch the facilities of a state.

    Parameters
    ----------
    client : Client
    state : str
        FIPS code.
    page_rows : int, rows
        Most rows of a page.

    Returns
    -------
    tuple of Fetched
        Pages in order.

    Raises
    ------
    InputError
        If the locator has no number for the state, nothing is listed, or other rows arrive than
        the publisher counts.
    SourceError
        If the publisher cannot be reached.
    """
    where = state_of(state)
    number = STATE_NUMBERS.get(where.postal)
    if number is None:
        msg = f"{TITLE}: no number is known for {where.name}; give an exported file instead"
        raise InputError(msg)
    pages: list[Fetched] = []
    arrived, last = 0, 1
    while len(pages) < last:
        fetched = client.get(
            URL,
            params={
                "sType": "both",
                "sAddr": "0,0",
                "limitType": "0",
                "limitValue": str(number),
                "pageSize": str(page_rows),
                "page": str(len(pages) + 1),
                "sort": "0",
            },
        )
        page = _page(read_json(fetched.path), fetched.path)
        last = _stated(page, "totalPages", fetched.path)
        arrived += len(page["rows"])
        pages.append(fetched)
    counted = _stated(page, "recordCount", pages[-1].path)
    if arrived != counted or not arrived:
        msg = (
            f"{TITLE}: {arrived} facilities of {where.name} arrived, the publisher counts {counted}"
        )
        raise InputError(msg)
    return tuple(pages)


def read(paths: Sequence[Path], state: str, *, listed_date: str | None = None) -> pd.DataFrame:
    """
    Read the facilities of a state that treat substance use.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Pages of the locator (JSON), or the stored list of July 2021 (CSV).
    state : str
        FIPS code.
    listed_date : str, optional
        YYYY-MM of the list; that of the stored one is known by its name, of others missing.

    Returns
    -------
    pandas.DataFrame
        Columns of `geo.sources.facility_lists.DTYPES`, a row per row of the list. `kind_code` is
        otp where the locator types or describes it so, else treatment. `service_codes` are the
        codes of the kinds of services that a facility tells of, missing in CSV. A point that
        cannot be in the United States is missing. Left out: other states, and facilities of another
        type (mental health) that do not name substance use treatment as their type of care.

    Raises
    ------
    InputError
        If a file cannot be read or has changed, a page is lacking or was given twice, a row has no
        name, or no row is of the state.
    """
    where = state_of(state)
    stored = [path for path in paths if path.suffix.lower() == ".csv"]
    live = [path for path in paths if path.suffix.lower() != ".csv"]
    frames = [_stored(path, where, listed_date) for path in stored]
    if live:
        frames.append(_live(live, where, listed_date))
    if not frames or not sum(len(frame) for frame in frames):
        names = ", ".join(path.name for path in paths) or "no file"
        msg = f"{TITLE}: no facility of {where.name} in {names}"
        raise InputError(msg)
    return pd.concat(frames, ignore_index=True)


def _stored(path: Path, where: State, listed_date: str | None) -> pd.DataFrame:
    frame = read_csv_text(path, encoding="latin-1")
    assert_columns(frame, ADDRESS_FIELDS, TITLE, path, known=OTHERS)
    listed = listed_date or (STORED_LISTED if path.stem.startswith(STORED_LIST) else None)
    rows = frame[frame["state"].str.upper() == where.postal].reset_index(drop=True)
    kind = pd.Series("treatment", index=rows.index)
    return _facilities(rows, kind, pd.Series(None, index=rows.index, dtype="str"), listed, path)


def _live(paths: Sequence[Path], where: State, listed_date: str | None) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    seen: set[int] = set()
    for path in paths:
        page = _page(read_json(path), path)
        if "page" in page:
            seen.add(_stated(page, "page", path))
        rows += page["rows"]
    counted = _stated(page, "recordCount", path) if "recordCount" in page else len(rows)
    if counted != len(rows) or (seen and len(seen) != len(paths)):
        msg = (
            f"{TITLE}: {len(rows)} facilities in {len(paths)} pages, the publisher counts "
            f"{counted}; give each page once"
        )
        raise InputError(msg)
    frame = pd.DataFrame(rows, dtype="object")
    assert_columns(frame, LIVE_FIELDS, TITLE, paths[0], known=OTHERS)
    services = frame["services"].map(_services)
    treats = frame["typeFacility"].isin(TREATS) | services.map(_treats_substance_use)
    is_here = known_text(frame["state"]).str.upper() == where.postal
    kept = frame[treats & is_here].reset_index(drop=True)
    told = services[treats & is_here].reset_index(drop=True)
    is_otp = (kept["typeFacility"] == "OTP") | told.map(_is_certified).astype(bool)
    kind = pd.Series("treatment", index=kept.index).mask(is_otp, "otp")
    codes = told.map(lambda each: ";".join(dict.fromkeys(code for code, _ in each)) or None)
    return _facilities(kept, kind, codes, listed_date, paths[0])


def _facilities(
    rows: pd.DataFrame, kind: pd.Series, codes: pd.Series, listed: str | None, path: Path
) -> pd.DataFrame:
    text = {name: known_text(rows[name]) for name in ADDRESS_FIELDS}
    name = joined(text["name1"], text["name2"], " - ")
    if name.isna().any():
        msg = f"{TITLE}: {path.name} has {int(name.isna().sum())} facilities without a name"
        raise InputError(msg)
    where = points(text["latitude"], text["longitude"])
    return facility_rows(
        {
            "name": name,
            "kind_code": kind,
            "address": joined(text["street1"], text["street2"], ", "),
            "city": text["city"],
            "zip_code": zip_codes(text["zip"]),
            "latitude": where["latitude"],
            "longitude": where["longitude"],
            "service_codes": codes,
            "listed_date": pd.Series(listed, index=rows.index, dtype="str"),
            "source_id": SOURCE_ID,
        }
    )


def _page(content: Any, path: Path) -> dict[str, Any]:
    page = {"rows": content} if isinstance(content, list) else content
    rows = page.get("rows") if isinstance(page, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        msg = f"{TITLE}: {path.name} has changed: it holds no list of `rows`"
        raise InputError(msg)
    return dict(page)


def _stated(page: dict[str, Any], name: str, path: Path) -> int:
    value = page.get(name)
    if isinstance(value, (int, str)) and str(value).isdigit():
        return int(value)
    msg = f"{TITLE}: {path.name} has changed: it does not say `{name}`"
    raise InputError(msg)


def _services(written: Any) -> list[tuple[str, str]]:
    if not isinstance(written, list):
        return []
    return [
        (str(each.get("f2") or ""), str(each.get("f3") or "").lower())
        for each in written
        if isinstance(each, dict) and each.get("f2")
    ]


def _treats_substance_use(services: list[tuple[str, str]]) -> bool:
    return any(code == TYPE_OF_CARE and SUBSTANCE_USE in said for code, said in services)


def _is_certified(services: list[tuple[str, str]]) -> bool:
    return any(CERTIFIED in said for _, said in services)


SOURCE: Final = Source(
    source_id=SOURCE_ID,
    title="Behavioral health treatment services locator",
    publisher="SAMHSA",
    licence="Public domain",
    url="https://findtreatment.gov/",
    note="Listed is not the same as open. Rows bear no date of their own. The publisher asks users "
    "of the service to register.",
    vintage="current",
    file_names=("findtreatment*.json", "exportsAsJson*.json", f"{STORED_LIST}*.csv"),
    fetch=fetch,
    read=read,
)
