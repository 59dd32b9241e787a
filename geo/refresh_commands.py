"""The command `refresh`: the tables of any state from its official publishers."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.states import state_of

if TYPE_CHECKING:
    import argparse

CACHE: Final = "downloads"


def refresh(options: argparse.Namespace) -> int:
    """Make the tables of the states, print what changes as CSV, put them in place; return 0."""
    from geo.sources import refresh as making

    states = tuple(dict.fromkeys(state_of(one).fips for one in options.state))
    order = making.Order(
        states,
        options.out,
        options.offline or options.files,
        datetime.now(tz=UTC).date(),
        tuple(options.skip),
    )
    if options.offline:
        found = making.refresh(order, None, report=_note, is_trial=options.dry_run)
    else:
        from geo.sources.client import Client

        with Client(options.cache or options.out / CACHE, report=_note) as client:
            found = making.refresh(order, client, report=_note, is_trial=options.dry_run)
    found.to_csv(sys.stdout, index=False, lineterminator="\n")
    if options.dry_run:
        _note("nothing is put in place: this was a dry run")
    return 0


def add_refresh_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    command.add_argument(
        "--state",
        action="append",
        required=True,
        help="two digits, two letters or the name; may be given again",
    )
    command.add_argument("--out", type=Path, required=True, help="data folder to make or renew")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--offline", type=Path, help="folder of files; nothing is fetched")
    where.add_argument("--files", type=Path, help="folder of files; what it lacks is fetched")
    command.add_argument("--cache", type=Path, help=f"kept downloads; else OUT/{CACHE}")
    command.add_argument("--skip", action="append", default=[], help="source to leave out")
    command.add_argument("--dry-run", action="store_true", help="show what would change, and stop")


def _note(text: str) -> None:
    sys.stderr.write(text + "\n")
