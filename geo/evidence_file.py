"""A file of evidence before it is taken in: every row read, every problem told."""

from __future__ import annotations

import csv
import difflib
import io
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.edition import compiled_date
from geo.errors import InputError
from geo.evidence_rules import Known, Problem, is_too_new, row_problems
from geo.source_records import read_source_records
from geo.tables.police import NALOXONE_EVIDENCE, PROGRAM_PARTICIPATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from geo.tables.reader import TableReader
    from geo.tables.schema import Table

KINDS: Final = (NALOXONE_EVIDENCE, PROGRAM_PARTICIPATION)
COMMENT: Final = "#"


@dataclass(frozen=True)
class CheckedFile:
    """
    What became of a file.

    Parameters
    ----------
    kind : str
        Name of the table its rows are for.
    rows, good_rows : int
        Rows of data, and those without a problem.
    comment_lines : int
        Lines that begin with `#`.
    problems : pandas.DataFrame
        row, column, value, problem, why, remedy: in order of rows.
    too_new_rows : int
        Good rows that no day of the data folder shows yet: see `Known.compiled`.
    """

    kind: str
    rows: int
    good_rows: int
    comment_lines: int
    problems: pd.DataFrame
    too_new_rows: int

    @property
    def summary(self) -> str:
        """One sentence on the file."""
        return (
            f"{self.kind}: {self.rows} rows, {self.good_rows} good, "
            f"{len(self.problems)} problems in {self.rows - self.good_rows} rows"
        )


def known_of(reader: TableReader, kind: str) -> Known:
    """
    Return what the data folder knows that rows of a kind may refer to.

    Parameters
    ----------
    reader : TableReader
    kind : str
        Name of the table.

    Raises
    ------
    TableError
        If a table cannot be read.
    InputError
        If a source record cannot be read, or the kind is none.
    """
    table = _table(kind)
    rows = reader.read(kind)
    keys = [tuple(key) for key in rows[list(table.key)].astype("str").to_numpy().tolist()]
    records = read_source_records(reader.data / "sources") | read_source_records(
        reader.root / "sources"
    )
    agencies = reader.read("agency")
    return Known(
        agencies=agencies.set_index("agency_id")["name"].to_dict(),
        counties=reader.read("county").set_index("geoid")["name"].to_dict(),
        sources=tuple(records),
        taken=dict(zip(keys, rows["source_url"].astype("str"), strict=True)),
        compiled=compiled_date(records) if records else None,
        homes=_homes(agencies, reader.read("agency_area"), reader.read("agency_station")),
    )


def _homes(agencies: pd.DataFrame, *policed: pd.DataFrame) -> dict[str, set[str]]:
    """Return the counties of each agency that has one: its own, and those of `policed`."""
    own = agencies.dropna(subset="county_geoid")
    homes = {
        agency: {county} for agency, county in own[["agency_id", "county_geoid"]].to_numpy(str)
    }
    for rows in policed:
        known = rows.dropna(subset="county_geoid")
        for agency, county in known[["agency_id", "county_geoid"]].to_numpy(str):
            if agency in homes:
                homes[agency].add(county)
    return homes


def kind_of(content: bytes) -> str:
    """
    Return which table the rows of a file are for, by its columns.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    str
        naloxone_evidence or program_participation.

    Raises
    ------
    InputError
        If the file is empty or its columns are neither's.
    """
    _, header, _ = _records(_text(content)[0])
    shared = set.intersection(*({column.name for column in table.columns} for table in KINDS))
    scores = {
        table.name: len(({column.name for column in table.columns} - shared) & set(header))
        for table in KINDS
    }
    best = max(scores, key=lambda name: scores[name])
    if not scores[best]:
        msg = (
            f"the columns {', '.join(header) or 'none'} are those of no template; begin with "
            "data/templates/naloxone_evidence.csv or data/templates/program_participation.csv"
        )
        raise InputError(msg)
    return best


def check_evidence(content: bytes, known: Known, *, kind: str, as_of: date) -> CheckedFile:
    """
    Check every row of a file of evidence.

    Parameters
    ----------
    content : bytes
        CSV with commas or semicolons; lines that begin with `#` and empty lines are no rows.
    known : Known
        Of `known_of`.
    kind : str
        Of `kind_of`.
    as_of : datetime.date
        Nothing can be dated later than this day.

    Returns
    -------
    CheckedFile
        Every row is counted; nothing is changed or left out.

    Raises
    ------
    InputError
        If the file is empty, or the kind is none.
    """
    table = _table(kind)
    text, encoding_problem = _text(content)
    at, header, records = _records(text)
    problems = [*encoding_problem, *_header_problems(at, header, table)]
    seen: dict[tuple[str, ...], int] = {}
    rows = comments = too_new = 0
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if cells[0].lstrip().startswith(COMMENT):
            comments += 1
            continue
        rows += 1
        row = dict(zip(header, cells, strict=False))
        found = [
            *_width_problems(number, cells, header),
            *row_problems(number, row, table, known, as_of),
            *_key_problems(number, row, table, seen, known.taken),
        ]
        problems += found
        too_new += not found and is_too_new(row, known.compiled)
    frame = pd.DataFrame(
        [asdict(problem) for problem in problems], columns=[one.name for one in fields(Problem)]
    ).sort_values("row", kind="stable", ignore_index=True)
    bad = {problem.row for problem in problems} - {0, at}
    return CheckedFile(kind, rows, rows - len(bad), comments, frame, too_new)


def _table(kind: str) -> Table:
    for table in KINDS:
        if table.name == kind:
            return table
    msg = f"`kind` is {kind!r}; known: {', '.join(table.name for table in KINDS)}"
    raise InputError(msg)


def _text(content: bytes) -> tuple[str, list[Problem]]:
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        problem = Problem(
            row=content[: error.start].count(b"\n") + 1,
            column="",
            value=content[error.start : error.start + 1].decode("cp1252", "replace"),
            problem="not UTF-8",
            why="letters with accents would come out wrong",
            remedy="save the file as CSV UTF-8",
        )
        return content.decode("cp1252", "replace"), [problem]


def _records(text: str) -> tuple[int, list[str], list[tuple[int, list[str]]]]:
    """Return number and cells of the header, and the rows below it with their numbers."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(COMMENT)]
    first = lines[0] if lines else ""
    separator = ";" if first.count(";") > first.count(",") else ","
    rows = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1))
    for place, (number, cells) in enumerate(rows):
        if any(cells) and not cells[0].lstrip().startswith(COMMENT):
            return number, [cell.strip() for cell in cells], rows[place + 1 :]
    msg = "the file has no line of column names; begin with a file of data/templates"
    raise InputError(msg)


def _header_problems(at: int, header: list[str], table: Table) -> Iterator[Problem]:
    names = [column.name for column in table.columns]
    unknown = [name for name in header if name not in names]
    for name in names:
        if name not in header:
            near = difflib.get_close_matches(name, unknown, n=1)
            remedy = f"name {near[0]} so" if near else "take it over from the template"
            yield Problem(at, name, "", "column missing", f"{table.name} needs it", remedy)
        elif header.count(name) > 1:
            why = "nobody can say which of them counts"
            yield Problem(at, name, "", "column twice", why, "keep one of them")
    for name in unknown:
        near = difflib.get_close_matches(name.lower(), names, n=1)
        remedy = f"name it {near[0]}" if near else "move what it says to note, then take it out"
        yield Problem(at, name, name, "unknown column", "it would be lost", remedy)


def _width_problems(number: int, cells: list[str], header: list[str]) -> Iterator[Problem]:
    more = [cell for cell in cells[len(header) :] if cell]
    if more:
        why = f"the file has {len(header)} columns; what stands beyond them would be lost"
        remedy = "put text that holds a comma between quotation marks"
        yield Problem(number, "", "; ".join(more), "too many cells", why, remedy)
    if len(cells) < len(header):
        why = f"{len(cells)} of {len(header)} cells are there"
        yield Problem(number, "", "", "too few cells", why, "add the commas that are missing")


def _key_problems(
    number: int,
    row: Mapping[str, str],
    table: Table,
    seen: dict[tuple[str, ...], int],
    taken: Mapping[tuple[str, ...], str],
) -> Iterator[Problem]:
    key = tuple(row.get(name, "").strip() for name in table.key)
    if not all(key):
        return
    name, value = table.key[0], " ".join(key)
    remedy = (
        "give the row an identifier of its own"
        if len(table.key) == 1
        else "keep one row for an agency and a program; tell the other source in note"
    )
    if key in seen:
        why = f"row {seen[key]} has the same {' and '.join(table.key)}"
        yield Problem(number, name, value, "twice in this file", why, remedy)
    elif key in taken and taken[key] != row.get("source_url", "").strip():
        why = f"the data folder has another row of this {' and '.join(table.key)}: {taken[key]}"
        yield Problem(number, name, value, "already in the data folder", why, remedy)
    seen.setdefault(key, number)
