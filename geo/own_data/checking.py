"""Check a file of incidents row by row: good rows are used, the others set aside with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError
from geo.own_data.area_codes import read_area_codes
from geo.own_data.columns import INCIDENT_FIELDS, check_mapping, said
from geo.own_data.points import FEWEST, points_of, zone_of
from geo.own_data.times import wall_times
from geo.own_data.verdict import Verdict
from geo.own_data.wordings import dose_codes, giver_codes, outcome_codes, response_codes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from geo.own_data.placing import Gazetteer
    from geo.own_data.raw_rows import RawRows

EARLIEST: Final = pd.Timestamp("1999-01-01")
FAR_DAYS: Final = 366
"""A date farther than this outside nearly all others is taken for a slip."""
REASONS: Final = {
    "too_many_cells": "the row has more cells than the heading",
    "no_date": "no date",
    "unreadable_date": "a date that cannot be read",
    "impossible_date": "a date before 1999 or in the future",
    "date_outside_span": "a date more than a year outside nearly all others",
    "no_place": "neither a point nor an area code",
    "zero_point": "the point 0, 0",
    "projected_point": "coordinates in metres or feet: save the file with degrees (EPSG:4326)",
    "unreadable_point": "latitude or longitude is no number or no place on Earth",
    "outside_region": "a point outside the chosen region",
    "far_from_rest": "a point more than 200 km from the middle of the file",
    "zip_without_table": "a ZIP code, and no table says which area it is",
    "unknown_area_code": "an area code that is not known here",
    "ambiguous_area": "an area code that means several areas",
    "not_your_county": "in a county your account may not load",
    "duplicate_event": "the same event again",
}
"""Why a row is set aside, in the order in which rows are looked at."""
MENDED: Final = {
    "swapped_point": "latitude and longitude were swapped: turned round",
    "longitude_without_minus": "longitude lacked its minus: added",
    "web_mercator_point": "coordinates in metres of web maps (EPSG:3857): turned into degrees",
}
"""What was wrong and could be put right without doubt."""
OFTEN_REPEATED: Final = 0.2
"""Share of rows that repeat an event number, from which on the column itself is in doubt."""
_SAYS_NONE: Final = ("naloxone", "given_by")
"""Fields in which "none" is an answer."""


@dataclass(frozen=True, repr=False, eq=False)
class Incidents:
    """
    A checked file.

    Parameters
    ----------
    used : pandas.DataFrame
        event_id (str), occurred_at (datetime64), longitude, latitude (Float64, missing where only
        a code is given), area_level, area_code, county_geoid (str, missing where not known),
        outcome_code, doses_code, giver_code, response_code, agency, source (str); index
        row_number.
    aside : pandas.DataFrame
        Every row that is not used, as it was, and why: reason_code, reason.
    mended : dict of str to int
        Rows put right, by the codes of `MENDED`.
    is_in_region : bool
        Whether the file lies in the region; else it is of another place.
    notes : tuple of str
        What was decided about the file as a whole.
    """

    used: pd.DataFrame
    aside: pd.DataFrame
    mended: dict[str, int]
    is_in_region: bool
    notes: tuple[str, ...]

    @property
    def summary(self) -> dict[str, Any]:
        """Rows read, used, set aside by reason, and the first and last day."""
        reasons = self.aside["reason_code"].value_counts()
        days = self.used["occurred_at"].dt.strftime("%Y-%m-%d")
        return {
            "rows_read": len(self.used) + len(self.aside),
            "rows_used": len(self.used),
            "rows_set_aside": len(self.aside),
            "reasons": {code: int(reasons[code]) for code in REASONS if code in reasons},
            "mended": dict(self.mended),
            "first_date": days.min() if len(days) else None,
            "last_date": days.max() if len(days) else None,
        }


def check_incidents(
    raw: RawRows,
    mapping: Mapping[str, str],
    gazetteer: Gazetteer,
    counties: Collection[str],
    *,
    today: date,
    zone: str = "",
    own_counties: Collection[str] | None = None,
    zip_table: Mapping[str, str] | None = None,
    is_region_named: bool = False,
) -> Incidents:
    """
    Check every row of a file of incidents.

    Parameters
    ----------
    raw : RawRows
        Of `read_rows`.
    mapping : mapping of str to str
        Column by field of `INCIDENT_FIELDS`.
    gazetteer : Gazetteer
    counties : collection of str
        GEOIDs of the chosen region.
    today : datetime.date
        No event is later.
    zone : str
        Time zone of the place, "America/Detroit"; that of the middle of its points by default.
    own_counties : collection of str, optional
        The only ones this person may load.
    zip_table : mapping of str to str, optional
        Area code by ZIP code.
    is_region_named : bool
        Whether the file is known to be of the region; else its points decide.

    Returns
    -------
    Incidents
        rows of `raw` = used + aside, always.

    Raises
    ------
    InputError
        If `mapping` names no date or no place, or a column that is not there.

    Notes
    -----
    A file with most of its points outside the region is one of another place: no point is then
    outside, but those far from the rest are. A row gets the first reason that applies.
    """
    rows = raw.rows
    check_mapping(mapping, list(rows.columns), INCIDENT_FIELDS)
    _require_fields(mapping)
    cells = {
        field: rows[column] if field in _SAYS_NONE else said(rows[column])
        for field, column in mapping.items()
    }
    empty = pd.Series(pd.NA, index=rows.index, dtype="str")
    verdict = Verdict(rows.index)
    verdict.mark(rows.index.isin(raw.ragged), "too_many_cells")

    points = points_of(
        cells.get("latitude", empty),
        cells.get("longitude", empty),
        gazetteer,
        counties,
        is_region_named=is_region_named,
    )
    zone = zone or zone_of(points)
    occurred_at, notes = _dates(cells["date_time"], cells.get("time"), zone, today, verdict)
    notes += points.notes
    codes = read_area_codes(cells.get("area_code", empty), gazetteer, counties, zip_table)
    has_code = cells.get("area_code", empty).notna() & ~points.is_given
    verdict.mark(~points.is_given & ~has_code, "no_place")
    for code, where in points.problems.items():
        verdict.mark(where, code)
    for code, where in codes.problems.items():
        verdict.mark(where & has_code, code)
    county = points.county.where(~has_code, codes.county)
    if own_counties is not None:
        verdict.mark(~county.isin(list(own_counties)), "not_your_county")

    used = pd.DataFrame(
        {
            "event_id": cells.get("event_id", empty),
            "occurred_at": occurred_at,
            "longitude": points.longitude,
            "latitude": points.latitude,
            "area_level": codes.level.where(has_code),
            "area_code": codes.code.where(has_code),
            "county_geoid": county,
            **_codes(cells, mapping, empty),
            "agency": cells.get("agency", empty),
            "source": cells.get("source", empty),
        },
        index=rows.index,
    )
    is_again, by_number = _again(used, verdict.is_good)
    if by_number > OFTEN_REPEATED * len(rows):
        notes.append(
            "Many rows repeat an event number. If each row is an event of its own, choose another "
            "column for “Event number”, or none."
        )
    verdict.mark(is_again, "duplicate_event")
    good = verdict.is_good
    mended = {code: int((where & good).sum()) for code, where in points.mended.items()}
    return Incidents(
        used if good.all() else used[good],
        verdict.set_aside(rows, REASONS),
        {code: count for code, count in mended.items() if count},
        points.is_in_region,
        (*raw.notes, *notes),
    )


def _require_fields(mapping: Mapping[str, str]) -> None:
    if "date_time" not in mapping:
        msg = "no column is named for the date; choose one for “Date (and time)”"
        raise InputError(msg)
    if not ({"latitude", "longitude"} <= set(mapping) or "area_code" in mapping):
        msg = "no column is named for the place; choose latitude and longitude, or an area code"
        raise InputError(msg)


def _dates(
    text: pd.Series, time: pd.Series | None, zone: str, today: date, verdict: Verdict
) -> tuple[pd.Series, list[str]]:
    times, notes = wall_times(text, zone, time)
    verdict.mark(text.isna(), "no_date")
    verdict.mark(times.isna(), "unreadable_date")
    end = pd.Timestamp(today) + pd.Timedelta(days=1)
    verdict.mark((times < EARLIEST) | (times >= end), "impossible_date")
    fine = times[verdict.is_good]
    if len(fine) >= FEWEST:
        low, high = fine.quantile([0.005, 0.995])
        reach = pd.Timedelta(days=FAR_DAYS)
        verdict.mark((times < low - reach) | (times > high + reach), "date_outside_span")
    return times, notes


def _codes(
    cells: Mapping[str, pd.Series], mapping: Mapping[str, str], empty: pd.Series
) -> dict[str, pd.Series]:
    doses = dose_codes(cells.get("naloxone", empty))
    giver = giver_codes(cells.get("given_by", empty))
    return {
        "outcome_code": outcome_codes(cells.get("outcome", empty), mapping.get("outcome", "")),
        "doses_code": doses,
        "giver_code": giver,
        "response_code": response_codes(doses, giver),
    }


def _again(used: pd.DataFrame, is_good: pd.Series) -> tuple[pd.Series, int]:
    """
    Return which good rows repeat an earlier good one, and how many do so by their number.

    Notes
    -----
    By number; without one, by all that is known, where the time of day is known.
    """
    number = used.loc[is_good, "event_id"].dropna()
    by_number = number.index[number.duplicated()]
    rest = is_good & used["event_id"].isna()
    rest &= used["occurred_at"] != used["occurred_at"].dt.normalize()
    columns = ["occurred_at", "longitude", "latitude", "area_code", "outcome_code", "agency"]
    same = used.loc[rest, columns].duplicated()
    again = used.index.isin(by_number.append(same.index[same]))
    return pd.Series(again, index=used.index), len(by_number)
