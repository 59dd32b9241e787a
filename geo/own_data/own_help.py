"""A county's own evidence on departments and its own facilities, beside the published record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.own_data.columns import DEPARTMENT_FIELDS, FACILITY_FIELDS, check_mapping, said
from geo.own_data.points import points_of
from geo.own_data.times import wall_times
from geo.own_data.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from geo.own_data.placing import Gazetteer
    from geo.own_data.raw_rows import RawRows

_REFUSES: Final = (
    r"(?:not|n't|doesnt|dont|never|no longer|stopped|ceased|discontinued?)\b"
    r".*(?:carr|equip|administ|have|has)"
)
_NOT_YET: Final = r"not yet.*(?:plan|announc|pend|will)|(?:plan|announc|pend|will).*not yet"
STATUS_WORDS: Final = (
    (r"not documented|undocumented|unknown|not announced|unclear", ""),
    (_NOT_YET, "announced"),
    (_REFUSES + r"|no longer|no plan|^without\b|^no$|^n$|^false$|^f$|^0$|^none$", "does_not_carry"),
    (r"announc|\bplan|pending|\bwill\b", "announced"),
    (r"carr|document|administ|equipped|^yes$|^y$|^true$|^t$|^1$", "documented"),
)
"""The first that fits counts; no status where it is empty."""
KIND_WORDS: Final = ((r"otp|opioid treatment|methadone", "otp"), (r".", "treatment"))
_SHORT_NAMES: Final = (
    (r"\bp d\b|\bpd\b|\bpolice dept\b|\bpolice$", "police department"),
    (r"\bdept\b", "department"),
    (r"\bd p s\b|\bdps\b", "department of public safety"),
    (r"\btwp\b", "township"),
    (r"\bcharter township\b", "township"),
    (r"^(?:the )?(city|township|village|charter township) of ", ""),
    (r"\bsheriff(?:s)?(?: (?:office|department))?$", "sheriff"),
    (r"^mt\b", "mount"),
    (r"^st\b", "saint"),
)
PROBLEMS: Final = {
    "no_name": "no name",
    "unknown_department": "a department that is not known here by this name",
    "unreadable_status": "a status that is none of: carries, announced, does not carry",
    "no_date": "no date, or one without a day that can be read",
    "future_date": "a date in the future",
    "no_source": "no source: who says so?",
    "no_point": "no point that can be used",
    "outside_region": "a point outside the chosen region",
    "not_your_county": "in a county your account may not load",
    "repeated": "the same again: the newest counts",
}


@dataclass(frozen=True, repr=False, eq=False)
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
    cells = {field: said(raw.rows[column]) for field, column in mapping.items()}
    by_name = agencies.set_index(agencies["name"].map(_plain))["agency_id"]
    by_name = by_name[~by_name.index.duplicated(keep=False)]
    by_identifier = agencies.set_index("agency_id", drop=False)["agency_id"]
    agency = cells["agency"].map(_plain, na_action="ignore").map(by_name).astype("str")
    agency = agency.fillna(cells["agency"].map(by_identifier).astype("str"))
    status = _coded(raw.rows[mapping["status"]], STATUS_WORDS)
    times, _ = wall_times(cells["date"], "America/Detroit")
    home = agencies.set_index("agency_id")["county_geoid"]
    verdict = Verdict(raw.rows.index)
    verdict.mark(cells["agency"].isna(), "no_name")
    verdict.mark(agency.isna(), "unknown_department")
    verdict.mark(_is_foreign(agency.map(home), own_counties), "not_your_county")
    verdict.mark(status.isna(), "unreadable_status")
    verdict.mark(times.isna(), "no_date")
    verdict.mark(times >= pd.Timestamp(today) + pd.Timedelta(days=1), "future_date")
    verdict.mark(cells["source"].isna(), "no_source")
    used = pd.DataFrame(
        {
            "agency_id": agency,
            "name": agency.map(agencies.set_index("agency_id")["name"]),
            "naloxone_code": status,
            "date": times.dt.strftime("%Y-%m-%d"),
            "source": cells["source"],
        }
    )
    return _newest(raw, used, ["agency_id"], verdict)


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
    cells = {field: said(raw.rows[column]) for field, column in mapping.items()}
    empty = pd.Series(pd.NA, index=raw.rows.index, dtype="str")
    points = points_of(cells["latitude"], cells["longitude"], gazetteer, counties)
    times, _ = wall_times(cells["date"], "America/Detroit")
    used = pd.DataFrame(
        {
            "name": cells["name"],
            "kind_code": _coded(cells.get("kind", empty), KIND_WORDS).fillna("treatment"),
            "latitude": points.latitude,
            "longitude": points.longitude,
            "address": cells.get("address", empty),
            "city": cells.get("city", empty),
            "date": times.dt.strftime("%Y-%m-%d"),
            "source": cells["source"],
            "county_geoid": points.county,
        }
    )
    verdict = Verdict(raw.rows.index)
    verdict.mark(cells["name"].isna(), "no_name")
    verdict.mark(points.latitude.isna(), "no_point")
    verdict.mark(~points.county.isin(list(counties)), "outside_region")
    verdict.mark(_is_foreign(points.county, own_counties), "not_your_county")
    verdict.mark(times.isna(), "no_date")
    verdict.mark(times >= pd.Timestamp(today) + pd.Timedelta(days=1), "future_date")
    verdict.mark(cells["source"].isna(), "no_source")
    return _newest(raw, used, ["name", "latitude", "longitude", "kind_code"], verdict)


def _require(mapping: Mapping[str, str], fields: Collection[str]) -> None:
    absent = [field for field in fields if field not in mapping]
    if absent:
        msg = f"no column is named for {', '.join(absent)}; each is needed"
        raise InputError(msg)


def _plain(name: str) -> str:
    """Return a department's name as it is compared."""
    plain = name.lower().replace("’", "'").replace("'", "").replace("&", " and ")
    plain = " ".join(re.findall(r"[a-z0-9]+", plain))
    for pattern, word in _SHORT_NAMES:
        plain = re.sub(pattern, word, plain)
    return plain


def _coded(text: pd.Series, rules: tuple[tuple[str, str], ...]) -> pd.Series:
    code = pd.Series(pd.NA, index=text.index, dtype="str")
    plain = text.str.strip().str.lower().str.replace("_", " ").str.replace("’", "'")
    for pattern, meaning in reversed(rules):
        code = code.mask(plain.str.contains(pattern, regex=True, na=False), meaning)
    return code.mask(code == "")


def _is_foreign(county: pd.Series, own: Collection[str] | None) -> pd.Series:
    if own is None:
        return pd.Series(data=False, index=county.index)
    return ~county.isin(list(own))


def _newest(raw: RawRows, used: pd.DataFrame, key: list[str], verdict: Verdict) -> OwnRows:
    """Return the rows that nothing is against; of those with the same key, the newest."""
    good = used[verdict.is_good].sort_values("date", kind="stable")
    older = good.index[good.duplicated(key, keep="last")]
    verdict.mark(used.index.isin(older), "repeated")
    return OwnRows(used[verdict.is_good], verdict.set_aside(raw.rows, PROBLEMS))
