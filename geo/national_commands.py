"""The command `national`: many states to coverage, on this machine or on a Dask cluster."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo import option_types
from geo.analysis import DEFAULT_MINUTES
from geo.states import STATES, state_of

if TYPE_CHECKING:
    import argparse

    from geo.national.state_task import Job

ALL: Final = "all"


def national(options: argparse.Namespace) -> int:
    """Make the states, print a row for each as CSV; return 0."""
    from geo.national.run import run_states

    if options.states == ALL:
        states = [state.fips for state in STATES]
    else:
        states = list(dict.fromkeys(state_of(one).fips for one in options.states.split(",")))
    made = run_states(_job(options), states, scheduler=options.scheduler, report=_note)
    made.to_csv(sys.stdout, index=False, lineterminator="\n")
    return 0


def add_national_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    command.add_argument("--states", default=ALL, help="joined by commas: 26,OH; all by default")
    command.add_argument("--out", required=True, help="folder or address such as s3://bucket/x")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--offline", type=Path, help="folder of files; nothing is fetched")
    where.add_argument("--files", type=Path, help="folder of files; what it lacks is fetched")
    command.add_argument("--cache", type=Path, default=Path("downloads"), help="kept downloads")
    command.add_argument("--scheduler", help="Dask scheduler, tcp://host:8786; else this process")
    command.add_argument("--minutes", type=option_types.minutes, default=float(DEFAULT_MINUTES))
    command.add_argument("--skip", action="append", default=[], help="source to leave out")
    command.add_argument("--day", type=option_types.day, help="YYYY-MM-DD of the run; today")


def _job(options: argparse.Namespace) -> Job:
    from geo.national.state_task import Job

    files = options.offline or options.files
    return Job(
        state="",
        out=options.out,
        files=str(files.resolve()) if files else "",
        cache=str(options.cache.resolve()),
        today=options.day or datetime.now(tz=UTC).date(),
        minutes=options.minutes,
        skipped=tuple(options.skip),
        fetches=options.offline is None,
    )


def _note(text: str) -> None:
    sys.stderr.write(text + "\n")
