"""A county's own evidence on departments and its own facilities, beside the published record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.own_data.columns import DEPARTMENT_FIELDS, FACILITY_FIELDS, NOTHING_SAID, check_mapping
from geo.own_data.points import points_of
from geo.own_data.times import wall_times

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from geo.own_data.placing import Gazetteer
    from geo.own_data.raw_rows import RawRows

OWN: Final = "the county's own"
STATUS_WORDS: Final = (
    (r"not carry|doesn.?t carry|no longer|^no$|^n$|^false$|^0$", "does_not_carry"),
    (r"announc|plan|pending|will", "announced"),
    (r"carr|document|administ|equipped|^yes$|^y$|^true$|^1$", "documented"),
)
KIND_WORDS: Final = ((r"otp|opioid treatment|methadone", "otp"), (r".", "treatment"))
PROBLEMS: Final = {
    "no_name": "no name",
    "unknown_department": "a department that is not known here by this name",
    "unreadable_status": "a status that is none of: carries, announced, does not carry",
    "no_date": "no date, or one that cannot be read",
    "future_date": "a date in the future",
    "no_source": "no source: who says so?",
    "no_point": "no point that can be used",
    "outside_region": "a point outside the chosen region",
    "not_your_county": "in a county your account may not load",
    "repeated": "the same again: the newest counts",
}


@dataclass(frozen=True, repr=False)
class OwnRows:
    """
    Rows of a county's own table.

    Parameters
    ----------
    used : pandas.DataFrame
        Departments: agency_id, name, naloxone_code, date ("2024-05-01"), source.
        Facilities: name, kind_code (treatment, otp), latitude, longitude, address, city, date,
        source, county_geoid.
    aside : pandas.DataFrame
        The other rows as they were, with reason_code and reason.
    """

    used: pd.DataFrame
    aside: pd.DataFrame


def check_departments(
    raw: RawRows,
    mapping: Mapping[str, str],
    agencies: pd.DataFrame,
    *,
    today: date,
    own_counties: Collection[str] | None = None,
) -> OwnRows:
    """
    Check a county's own table of departments.

    Parameters
    ----------
    raw : RawRows
    mapping : mapping of str to str
        Column by field of `DEPARTMENT_FIELDS`; all four are needed.
    agencies : pandas.DataFrame
        Table `agency`.
    today : datetime.date
        No evidence is newer.
    own_counties : collection of str, optional
        The only ones this person may load.

    Returns
    -------
    OwnRows
        One row per department, the newest.

    Raises
    ------
    InputError
        If a field has no column.

    Notes
    -----
    A department is known by its name, whatever its capitals and dots, or by our identifier.
    """
    check_mapping(mapping, list(raw.rows.columns), DEPARTMENT_FIELDS)
    _require(mapping, DEPARTMENT_FIELDS)
    said = {field: _said(raw.rows[column]) for field, column in mapping.items()}
    known = pd.concat(
        [agencies.set_index(agencies["name"].map(_plain))["agency_id"],
         agencies.set_index("agency_id")["agency_id"].set_axis(agencies["agency_id"])]
    )  # fmt: skip
    known = known[~known.index.duplicated(keep=False) | known.index.isin(agencies["agency_id"])]
    known = known[~known.index.duplicated()]
    agency = said["agency"].map(lambda name: known.get(_plain(name)), na_action="ignore")
    agency = agency.fillna(said["agency"].map(known)).astype("str")
    status = _coded(said["status"], STATUS_WORDS)
    times, _ = wall_times(said["date"], "America/Detroit")
    home = agencies.set_index("agency_id")["county_geoid"]
    reason = _first_reason(
        raw.rows.index,
        {
            "no_name": said["agency"].isna(),
            "unknown_department": agency.isna(),
            "not_your_county": _is_foreign(agency.map(home), own_counties),
            "unreadable_status": status.isna(),
            "no_date": times.isna(),
            "future_date": times >= pd.Timestamp(today) + pd.Timedelta(days=1),
            "no_source": said["source"].isna(),
        },
    )
    used = pd.DataFrame(
        {
            "agency_id": agency,
            "name": agency.map(agencies.set_index("agency_id")["name"]),
            "naloxone_code": status,
            "date": times.dt.strftime("%Y-%m-%d"),
            "source": said["source"],
        }
    )
    newest = used[reason == ""].sort_values("date", kind="stable")
    older = newest.index[newest.duplicated("agency_id", keep="last")]
    reason[older] = "repeated"
    return _split(raw, used, reason)


def check_facilities(
    raw: RawRows,
    mapping: Mapping[str, str],
    gazetteer: Gazetteer,
    counties: Collection[str],
    *,
    today: date,
    own_counties: Collection[str] | None = None,
) -> OwnRows:
    """
    Check a county's own table of facilities.

    Parameters
    ----------
    raw : RawRows
    mapping : mapping of str to str
        Column by field of `FACILITY_FIELDS`; name, latitude, longitude, date, source are needed.
    gazetteer : Gazetteer
    counties : collection of str
        GEOIDs of the chosen region.
    today : datetime.date
    own_counties : collection of str, optional

    Returns
    -------
    OwnRows

    Raises
    ------
    InputError
        If a needed field has no column.
    """
    check_mapping(mapping, list(raw.rows.columns), FACILITY_FIELDS)
    _require(mapping, ("name", "latitude", "longitude", "date", "source"))
    said = {field: _said(raw.rows[column]) for field, column in mapping.items()}
    empty = pd.Series(pd.NA, index=raw.rows.index, dtype="str")
    points = points_of(said["latitude"], said["longitude"], gazetteer, counties)
    times, _ = wall_times(said["date"], "America/Detroit")
    used = pd.DataFrame(
        {
            "name": said["name"],
            "kind_code": _coded(said.get("kind", empty), KIND_WORDS).fillna("treatment"),
            "latitude": points.latitude,
            "longitude": points.longitude,
            "address": said.get("address", empty),
            "city": said.get("city", empty),
            "date": times.dt.strftime("%Y-%m-%d"),
            "source": said["source"],
            "county_geoid": points.county,
        }
    )
    reason = _first_reason(
        raw.rows.index,
        {
            "no_name": said["name"].isna(),
            "no_point": points.latitude.isna(),
            "outside_region": ~points.county.isin(list(counties)),
            "not_your_county": _is_foreign(points.county, own_counties),
            "no_date": times.isna(),
            "future_date": times >= pd.Timestamp(today) + pd.Timedelta(days=1),
            "no_source": said["source"].isna(),
        },
    )
    again = used[reason == ""].duplicated(["name", "latitude", "longitude", "kind_code"])
    reason[again.index[again]] = "repeated"
    return _split(raw, used, reason)


def _require(mapping: Mapping[str, str], fields: Collection[str]) -> None:
    absent = [field for field in fields if field not in mapping]
    if absent:
        msg = f"no column is named for {', '.join(absent)}; each is needed"
        raise InputError(msg)


def _plain(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", name.lower())
    return " ".join("police department" if word in ("pd", "p d") else word for word in words)


def _said(column: pd.Series) -> pd.Series:
    text = column.str.strip()
    return text.mask(text.str.upper().isin(NOTHING_SAID))


def _coded(text: pd.Series, rules: tuple[tuple[str, str], ...]) -> pd.Series:
    code = pd.Series(pd.NA, index=text.index, dtype="str")
    plain = text.str.lower()
    for pattern, meaning in reversed(rules):
        code = code.mask(plain.str.contains(pattern, regex=True, na=False), meaning)
    return code


def _is_foreign(county: pd.Series, own: Collection[str] | None) -> pd.Series:
    if own is None:
        return pd.Series(data=False, index=county.index)
    return ~county.isin(list(own))


def _first_reason(index: pd.Index, marks: Mapping[str, pd.Series]) -> pd.Series:
    reason = pd.Series("", index=index, dtype="str")
    for code, where in marks.items():
        reason = reason.mask(where.to_numpy(bool) & (reason == "").to_numpy(), code)
    return reason


def _split(raw: RawRows, used: pd.DataFrame, reason: pd.Series) -> OwnRows:
    good = reason == ""
    aside = raw.rows[~good].assign(reason_code=reason[~good])
    aside["reason"] = aside["reason_code"].map(PROBLEMS)
    return OwnRows(used[good], aside)
