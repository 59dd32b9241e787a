"""The command `evidence`: check a file of evidence before it is taken in."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.option_types import day
from geo.tables.reader import TableReader

ACTIONS = ("check",)
_AHEAD = timedelta(hours=14)
"""The farthest a local day is ahead of the same moment's day in UTC."""


def add_evidence_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    command.add_argument("action", choices=ACTIONS)
    command.add_argument("file", type=Path, metavar="FILE", help="CSV after data/templates")
    command.add_argument(
        "--as-of",
        type=day,
        default=None,
        help="nothing can be dated later: YYYY-MM-DD; by default the day the file was saved, where "
        "on earth that was latest",
    )
    command.add_argument("--data", type=Path, default=argparse.SUPPRESS, help="data folder")


def evidence(options: argparse.Namespace) -> int:
    """Write the problems of a file as CSV, a summary to standard error; return 0 or 2."""
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
