"""The command `evidence`: begin a file of evidence, and check it before it is taken in."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.option_types import day
from geo.tables.reader import TableReader

ACTIONS = ("check", "template")
TEMPLATES = ("naloxone_evidence", "program_participation")
_AHEAD = timedelta(hours=14)
"""The farthest a local day is ahead of the same moment's day in UTC."""


def add_evidence_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    command.add_argument(
        "action",
        choices=ACTIONS,
        help="check FILE; or begin a new FILE and, where there is none, sources/press.toml",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="CSV after data/templates")
    command.add_argument(
        "--kind", choices=TEMPLATES, default=TEMPLATES[0], help="what a new FILE is for"
    )
    command.add_argument(
        "--as-of",
        type=day,
        default=None,
        help="nothing can be dated later, and a new record is of this day: YYYY-MM-DD; by default "
        "the day the file was saved, for a check where on earth that was latest",
    )
    command.add_argument("--data", type=Path, default=argparse.SUPPRESS, help="data folder")


def evidence(options: argparse.Namespace) -> int:
    """Write the problems of a file as CSV, a summary to standard error; return 0 or 2."""
    if options.action == "template":
        return _begin(options)
    from geo.downloads import without_formulas
    from geo.edition import EVIDENCE
    from geo.evidence_file import check_evidence, kind_of, known_of

    content = _content(options.file)
    kind = kind_of(content)
    as_of, why = _held_against(options)
    known = known_of(TableReader(options.data), kind)
    checked = check_evidence(content, known, kind=kind, as_of=as_of)
    table = without_formulas(checked.problems)
    table.to_csv(sys.stdout, index=False, lineterminator="\n")
    sys.stderr.write(f"{checked.summary}; dates held against {as_of.isoformat()}, {why}\n")
    if checked.too_new_rows:
        sys.stderr.write(
            f"of the good rows, {checked.too_new_rows} will not be seen yet: they are or may be "
            f"dated after {known.compiled}, the day the evidence of {options.data} is for; a later "
            f"accessed_date in sources/{EVIDENCE}.toml lets them count\n"
        )
    return 2 if len(checked.problems) else 0


def _begin(options: argparse.Namespace) -> int:
    """Begin a file of evidence, print what was written, return 0."""
    from geo.evidence_template import begin_file

    written = begin_file(options.file, options.kind, options.data, read_on=options.as_of)
    for path in written:
        sys.stdout.write(f"{path}\n")
    for record in written[1:]:
        sys.stderr.write(
            f"the day the evidence is for is accessed_date in {record}: set it to the day you last "
            "read the pages\n"
        )
    return 0


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"cannot read {path}: {error.strerror}"
        raise InputError(msg) from error


def _held_against(options: argparse.Namespace) -> tuple[date, str]:
    """Return the day that no date may be later than, and why that one."""
    if options.as_of:
        return options.as_of, "the day given with --as-of"
    saved = datetime.fromtimestamp(options.file.stat().st_mtime, tz=UTC)
    why = (
        f"the latest day anywhere on earth when the file was saved ({saved:%Y-%m-%d %H:%M} UTC); "
        "--as-of YYYY-MM-DD takes another"
    )
    return (saved + _AHEAD).date(), why
