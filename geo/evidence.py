"""From what sources say to one naloxone status per agency as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.partial_dates import last_day

if TYPE_CHECKING:
    from datetime import date

STATUS_CODES: Final = ("documented", "announced", "does_not_carry", "not_documented")
"""Strongest first; `not_documented` is drawn as unknown, never as no."""

_CARRIES: Final = ("carries", "administered")
_COLUMNS: Final = (
    "agency_id",
    "naloxone_code",
    "since_date",
    "as_of_date",
    "source_name",
    "source_url",
    "since_source_url",
    "evidence_note",
    "search_code",
    "searched_date",
)


def effective_days(rows: pd.DataFrame, compiled: date) -> pd.Series:
    """
    Return the first day on which each row counts.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `since_date` and `as_of_date`, partial dates or missing.
    compiled : datetime.date
        Day the rows were compiled: the only date an undated page can be given.

    Returns
    -------
    pandas.Series of datetime.date, on the index of `rows`
        The last day `since_date` can mean; without it the last day of `as_of_date`; without
        both `compiled`. A row never counts earlier than it is certain.
    """
    since, as_of = rows["since_date"], rows["as_of_date"]
    text = since.where(since.notna(), as_of)
    return text.map(lambda value: compiled if pd.isna(value) else last_day(value)).astype(object)


def _stated_days(rows: pd.DataFrame, compiled: date) -> pd.Series:
    """Return the day each source speaks, whatever day it speaks of."""
    return effective_days(rows.assign(since_date=rows["as_of_date"]), compiled)


def naloxone_status(
    agency_ids: pd.Series,
    evidence: pd.DataFrame,
    searches: pd.DataFrame,
    *,
    as_of: date,
    compiled: date,
) -> pd.DataFrame:
    """
    Return one naloxone status per agency as of a date.

    Parameters
    ----------
    agency_ids : pandas.Series of str
        The agencies asked about, unique.
    evidence : pandas.DataFrame
        Table `naloxone_evidence`.
    searches : pandas.DataFrame
        Table `naloxone_search`.
    as_of : datetime.date
        The moment the status is for.
    compiled : datetime.date
        Day the evidence was compiled; undated pages count from here.

    Returns
    -------
    pandas.DataFrame, one row per agency, in the order of `agency_ids`
        agency_id, naloxone_code (documented, announced, does_not_carry, not_documented),
        as_of_date, source_name, source_url, evidence_note of the deciding row, since_date and
        since_source_url of the row that counts first (all missing where not documented),
        search_code (not_searched where there is neither evidence nor a search; missing where
        there is evidence of another day), searched_date.

    Raises
    ------
    InputError
        If an agency is asked for twice.

    Notes
    -----
    Only rows that count on `as_of` are looked at. *Carries* and *administered* make an agency
    documented; *announced* only announced. *Does not carry* sets aside every earlier
    source and holds until a later source says otherwise. *Ambiguous* and group statements decide
    nothing. Within the strongest status the newest dated row is cited.
    """
    if agency_ids.duplicated().any():
        msg = f"`agency_ids` names {agency_ids[agency_ids.duplicated()].iloc[0]!r} twice"
        raise InputError(msg)
    rows = evidence[evidence["agency_id"].isin(agency_ids)]
    rows = rows.assign(
        effective=effective_days(rows, compiled), stated=_stated_days(rows, compiled)
    )
    rows = rows[rows["effective"] <= as_of]
    decided = {
        str(agency): _decide(group) for agency, group in rows.groupby("agency_id", sort=False)
    }
    search = searches.set_index("agency_id")
    known = set(evidence["agency_id"].dropna())
    undecided = dict.fromkeys(
        (
            "since_date",
            "as_of_date",
            "source_name",
            "source_url",
            "since_source_url",
            "evidence_note",
        )
    )
    records = []
    for agency in agency_ids:
        record = decided.get(agency) or {"naloxone_code": "not_documented", **undecided}
        searched = search.loc[agency] if agency in search.index else None
        records.append(
            {
                "agency_id": agency,
                **record,
                "search_code": _search_code(searched, has_evidence=agency in known),
                "searched_date": None if searched is None else searched["searched_date"],
            }
        )
    return pd.DataFrame.from_records(records, columns=list(_COLUMNS)).astype("str")


def _search_code(searched: pd.Series | None, *, has_evidence: bool) -> str | None:
    if searched is not None:
        return str(searched["result_code"])
    return None if has_evidence else "not_searched"


def _decide(rows: pd.DataFrame) -> dict[str, object] | None:
    refusals = rows[rows["evidence_code"] == "does_not_carry"]
    if len(refusals):
        last_refusal = refusals["effective"].max()
        later = rows[rows["stated"] > last_refusal]
        rows = pd.concat([refusals[refusals["effective"] == last_refusal], later])
    for status, codes in (
        ("documented", _CARRIES),
        ("announced", ("announced",)),
        ("does_not_carry", ("does_not_carry",)),
    ):
        matching = rows[rows["evidence_code"].isin(codes)]
        if len(matching):
            return _cite(matching, status)
    return None


def _cite(rows: pd.DataFrame, status: str) -> dict[str, object]:
    dated = rows["as_of_date"].fillna("")
    newest = rows.loc[dated.sort_values(kind="stable").index[-1]]
    first = rows.loc[rows["effective"].sort_values(kind="stable").index[0]]
    since = first["since_date"] if pd.notna(first["since_date"]) else first["as_of_date"]
    return {
        "naloxone_code": status,
        "since_date": since,
        "as_of_date": newest["as_of_date"],
        "source_name": newest["source_name"],
        "source_url": newest["source_url"],
        "since_source_url": first["source_url"],
        "evidence_note": newest["note"],
    }
