"""What to do about a wrong cell of a row of evidence, in words."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from geo.edition import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.tables.schema import Column, Table

NEAREST: Final = 3


def fill_remedy(column: Column) -> str:
    """Return what to write in a cell that must not be empty."""
    if column.codes:
        return f"write one of {', '.join(code for code, _ in column.codes)}"
    if column.dtype == "boolean":
        return "write true or false"
    return "fill it in, or leave the row out until it is known"


def pattern_remedy(column: Column) -> str:
    """Return how a cell must be written."""
    if column.name == "county_geoid":
        return "write the five digits of the county"
    return "use small letters, digits and hyphens only"


def nearest(value: str, choices: Sequence[str]) -> str:
    """Return the choice most like a value, to end a sentence with; empty where none is."""
    near = difflib.get_close_matches(value.lower(), choices, n=1)
    return f"; nearest: {near[0]}" if near else ""


def announced_remedy(table: Table) -> str:
    """Return how rows of a table say that a start is announced, to end a sentence with."""
    names = {column.name for column in table.columns}
    said = "is_announced_in_advance true"
    if "is_announced_in_advance" not in names:
        said = "evidence_code announced"
    return f"; if the source announces a start, write {said}"


def county_remedy(value: str, counties: Mapping[str, str]) -> str:
    """Return which county may be meant; `counties` has their names by GEOID."""
    named = [code for code, label in counties.items() if label.lower() == value.lower()]
    meant = f"write {named[0]}" if named else nearest(value, list(counties)).lstrip("; ")
    return meant or "write the five digits of the county"


def home_remedy(homes: Iterable[str]) -> str:
    """Return what to write for the county of an agency whose counties are known."""
    return f"write {' or '.join(sorted(homes))}, or correct agency_id"


def source_remedy(value: str, sources: Sequence[str]) -> str:
    """Return how a row comes by a source record, of those whose identifiers are given."""
    if value == EVIDENCE:
        return (
            f"add a file sources/{EVIDENCE}.toml to the data folder: python -m geo --data FOLDER "
            "evidence template NEW.csv writes one; docs/data-folder.md shows it"
        )
    by_hand = f"write {EVIDENCE} for a page read by hand{nearest(value, sources)}"
    return (
        f"{by_hand}; for another source add a file sources/{value}.toml to the data folder, as "
        "docs/data-folder.md shows"
    )


def agency_remedy(value: str, agencies: Mapping[str, str]) -> str:
    """Return which agency may be meant; `agencies` has their names by identifier."""
    by_name = {name.lower(): code for code, name in agencies.items()}
    wanted = value.lower()
    if wanted in by_name:
        return f"write its identifier, {by_name[wanted]}"
    near = difflib.get_close_matches(wanted, [*by_name, *agencies], n=2 * NEAREST, cutoff=0.5)
    codes = list(dict.fromkeys(by_name.get(one, one) for one in near))[:NEAREST]
    if not codes:
        return "see the column agency_id of the table agency; no name there is like it"
    told = ", ".join(f"{code} ({agencies[code]})" for code in codes)
    return f"write an identifier of the table agency; nearest: {told}"
