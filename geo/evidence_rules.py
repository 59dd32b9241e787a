"""What can be wrong with one row of evidence, each with its reason and its remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geo.errors import InputError
from geo.evidence_remedies import (
    agency_remedy,
    announced_remedy,
    county_remedy,
    fill_remedy,
    home_remedy,
    nearest,
    pattern_remedy,
    source_remedy,
)
from geo.partial_dates import last_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date

    from geo.tables.schema import Column, Table

_PRECISION: Final = {4: "year", 7: "month", 10: "day"}
_DATE_REMEDY: Final = "write 2018-06-30, 2018-06 or 2018, as exact as the source is"


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong.

    Parameters
    ----------
    row : int
        As a spreadsheet counts: the first line of the file is 1.
    column, value : str
        Where, and what stands there.
    problem, why, remedy : str
        What is wrong, why it matters, what to do.
    """

    row: int
    column: str
    value: str
    problem: str
    why: str
    remedy: str


@dataclass(frozen=True)
class Known:
    """
    What the data folder knows.

    Parameters
    ----------
    agencies : mapping of str to str
        Name of each agency by `agency_id`.
    counties : mapping of str to str
        Name of each county by GEOID.
    sources : tuple of str
        Identifiers of the source records.
    taken : mapping of tuple to str
        `source_url` of each row that is in the data folder, by its key.
    compiled : datetime.date, optional
        Day the evidence of the data folder is for: no later one can be chosen in the app.
    homes : mapping of str to set of str
        GEOIDs of the counties each agency belongs to or polices a part of; an agency without one,
        as a State Police, is absent.
    """

    agencies: Mapping[str, str]
    counties: Mapping[str, str]
    sources: tuple[str, ...]
    taken: Mapping[tuple[str, ...], str]
    compiled: date | None = None
    homes: Mapping[str, AbstractSet[str]] = field(default_factory=dict)


def row_problems(
    number: int, row: Mapping[str, str], table: Table, known: Known, as_of: date
) -> Iterator[Problem]:
    """
    Yield what is wrong with one row, column by column, then across columns.

    Parameters
    ----------
    number : int
        Of the row, as a spreadsheet counts.
    row : mapping of str to str
        Cell by column; columns that the file lacks are absent.
    table : Table
        What the row is of.
    known : Known
    as_of : datetime.date
        Nothing can be dated later than this day.
    """
    for column in table.columns:
        if column.name not in row:
            continue
        value = row[column.name]
        for problem, why, remedy in _cell(column, value, known):
            yield Problem(number, column.name, value, problem, why, remedy)
    for name, problem, why, remedy in (
        *_dates(row, as_of, table),
        *_across(row, table),
        *_home(row, known),
    ):
        yield Problem(number, name, row.get(name, ""), problem, why, remedy)


def is_too_new(row: Mapping[str, str], compiled: date | None) -> bool:
    """
    Return whether a good row counts on no day up to the one that a data folder is for.

    Parameters
    ----------
    row : mapping of str to str
        Without a problem.
    compiled : datetime.date, optional
        Of `Known`.

    Notes
    -----
    As `geo.evidence.effective_days`, by the last day that its date can mean. An announced start
    lies ahead on purpose and is none.
    """
    since, as_of = row.get("since_date", "").strip(), row.get("as_of_date", "").strip()
    if compiled is None or not (since or as_of) or (since and _is_announced(row)):
        return False
    return last_day(since or as_of) > compiled


def _cell(column: Column, text: str, known: Known) -> Iterator[tuple[str, str, str]]:
    value = text.strip()
    if value != text:
        yield "blanks before or after the text", "it would match nothing", "take the blanks away"
    if not value:
        if not column.nullable:
            yield "missing", f"every row needs it: {column.description}", fill_remedy(column)
        return
    if "\n" in value:
        yield (
            "a line break in a cell",
            "a quotation mark that is not closed swallows the rows below it",
            "close the quotation mark, or take the line break away",
        )
    codes = [code for code, _ in column.codes]
    if codes and value not in codes:
        yield (
            "unknown code",
            f"{column.name} has a closed list of codes",
            f"write one of {', '.join(codes)}{nearest(value, codes)}",
        )
    elif column.name.endswith("_date") and not _is_date(value):
        yield "not a date", "only dates can be put in order", _DATE_REMEDY
    elif column.name == "source_url" and not re.fullmatch(column.pattern, value):
        yield (
            "not an address",
            "a reader must be able to open the source",
            "write the whole address, with http:// or https:// and no blanks",
        )
    elif column.dtype == "boolean" and value.lower() not in {"true", "false"}:
        yield "neither true nor false", "it is a yes or no", "write true or false"
    elif column.pattern and not re.fullmatch(column.pattern, value):
        yield "written otherwise than it must be", column.description, pattern_remedy(column)
    else:
        yield from _link(column.name, value, known)


def _link(name: str, value: str, known: Known) -> Iterator[tuple[str, str, str]]:
    if name == "agency_id" and value not in known.agencies:
        yield (
            "unknown agency",
            "evidence counts only for an agency of the table `agency`",
            agency_remedy(value, known.agencies),
        )
    if name == "county_geoid" and value not in known.counties:
        yield (
            "unknown county",
            "the table `county` has none of this code",
            county_remedy(value, known.counties),
        )
    if name == "source_id" and value not in known.sources:
        yield (
            "unknown source record",
            f"the folder sources/ of the data folder has no file {value}.toml",
            source_remedy(value, known.sources),
        )


def _dates(
    row: Mapping[str, str], as_of: date, table: Table
) -> Iterator[tuple[str, str, str, str]]:
    for name in ("since_date", "as_of_date"):
        value, precision = row.get(name, "").strip(), row.get(_precision_of(name), "").strip()
        if value and not _is_date(value):
            continue
        exact = _PRECISION.get(len(value), "")
        if value and _first(value) > as_of.isoformat() and not _may_lie_ahead(name, row):
            yield (
                name,
                "in the future",
                f"it is later than {as_of.isoformat()}, the day that dates are held against",
                f"correct the date{announced_remedy(table) if name == 'since_date' else ''}",
            )
        if precision != exact and _precision_of(name) in row:
            yield (
                _precision_of(name),
                f"does not fit {name}",
                f"{name} is {value or 'empty'}",
                f"write {exact}" if exact else "leave it empty",
            )


def _across(row: Mapping[str, str], table: Table) -> Iterator[tuple[str, str, str, str]]:
    since, as_of = row.get("since_date", "").strip(), row.get("as_of_date", "").strip()
    if since and as_of and _is_date(since) and _is_date(as_of):
        is_older = last_day(as_of).isoformat() < _first(since)
        is_announced = _is_announced(row)
        if is_older and not is_announced:
            yield (
                "as_of_date",
                "the source is older than the start it tells",
                f"{as_of} is before {since}",
                f"correct a date{announced_remedy(table)}",
            )
        if not is_older and row.get("is_announced_in_advance", "").strip().lower() == "true":
            yield (
                "is_announced_in_advance",
                "true, but the source is not older than the start",
                f"{as_of} is not before {since}",
                "write false, or correct a date",
            )
    scope = row.get("scope_code", "").strip()
    if scope in {"agency", "statewide"} and not row.get("agency_id", "").strip():
        yield (
            "agency_id",
            "missing",
            f"a row with scope_code {scope} speaks of one agency",
            "write the agency, or scope_code group",
        )


def _home(row: Mapping[str, str], known: Known) -> Iterator[tuple[str, str, str, str]]:
    """Yield that the county is none of the agency's; of a group it is the group's own."""
    agency, county = row.get("agency_id", "").strip(), row.get("county_geoid", "").strip()
    homes = known.homes.get(agency, ())
    is_group = row.get("scope_code", "").strip() == "group"
    if homes and county in known.counties and county not in homes and not is_group:
        told = " and ".join(f"{one} ({known.counties.get(one, one)})" for one in sorted(homes))
        its_name = known.counties[county]
        yield (
            "county_geoid",
            "not the agency's county",
            f"{known.agencies.get(agency, agency)} is in {told}; {county} is {its_name}",
            home_remedy(homes),
        )


def _is_announced(row: Mapping[str, str]) -> bool:
    if row.get("is_announced_in_advance", "").strip().lower() == "true":
        return True
    return row.get("evidence_code", "").strip() in {"announced", "supplied_group"}


def _may_lie_ahead(name: str, row: Mapping[str, str]) -> bool:
    return name == "since_date" and _is_announced(row)


def _precision_of(name: str) -> str:
    return name.replace("_date", "_precision_code")


def _is_date(value: str) -> bool:
    try:
        last_day(value)
    except InputError:
        return False
    return True


def _first(value: str) -> str:
    return (value + "-01-01")[:10]
