"""The command `region`: write a new region file, from options or from questions."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import GeoError, InputError
from geo.region_counties import resolve_counties
from geo.regions import region_text
from geo.tables.reader import TableReader, current_folder
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

ACTIONS: Final = ("new",)
TRIES: Final = 5
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def add_region_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    command.add_argument("action", choices=ACTIONS)
    command.add_argument("name", nargs="?", default="", help="small letters, digits, hyphens")
    command.add_argument("--label", default="", help="what people call it")
    command.add_argument(
        "--counties",
        default="",
        help="GEOIDs or names: 39061,39017 or Hamilton, Ohio; Butler, Ohio",
    )
    command.add_argument("--citation", default="", help="where the set of counties is written down")
    command.add_argument("--ask", action="store_true", help="ask for what is not given")
    command.add_argument("--replace", action="store_true", help="replace a region of this name")
    command.add_argument("--data", type=Path, default=argparse.SUPPRESS, help="data folder")


def region(options: argparse.Namespace) -> int:
    """Write a region file whole or not at all, print its path, return 0."""
    folder = current_folder(options.data) / "regions"
    table = _county_table(options.data)
    counties: tuple[str, ...] = ()
    notes: list[str] = []

    def good_counties(text: str) -> str:
        nonlocal counties
        counties, found = resolve_counties(text, table)
        notes[:] = found
        return text

    def good_name(text: str) -> str:
        return _free_name(text, folder, replace=options.replace)

    questions: tuple[tuple[str, str, Callable[[str], str]], ...] = (
        ("name", "Name of the file (small letters, digits, hyphens)", good_name),
        ("label", "What people call the region", _filled("--label")),
        ("counties", "Counties (GEOIDs, or names with their state)", good_counties),
        ("citation", "Where the set of counties is written down", _filled("--citation")),
    )
    asks = options.ask or sys.stdin.isatty()
    answers = {
        field: good(getattr(options, field))
        if getattr(options, field) or not asks
        else _answer(question, good)
        for field, question, good in questions
    }
    name = f"{answers['name']}.toml"
    text = region_text(answers["label"], answers["citation"], counties).encode()
    path: Path = folder / name
    write_whole(path, text)
    if folder.parent != options.data:  # a refreshed folder: the next generation takes it from here
        write_whole(options.data / "regions" / name, text)
    for note in notes:
        sys.stderr.write(f"geo: {note}\n")
    sys.stdout.write(f"{path}\n")
    return 0


def _county_table(data: Path) -> pd.DataFrame | None:
    try:
        return TableReader(data).read("county")[["geoid", "name"]]
    except GeoError:
        return None  # a data folder that is being set up has none yet; the note says so


def _answer(question: str, good: Callable[[str], str]) -> str:
    for _ in range(TRIES):
        sys.stderr.write(f"{question}: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            break
        try:
            return good(line.strip())
        except GeoError as error:
            sys.stderr.write(f"geo: {error}\n")
    msg = f"no usable answer to {question!r}; nothing was written"
    raise InputError(msg)


def _filled(flag: str) -> Callable[[str], str]:
    def good(text: str) -> str:
        if not text.strip():
            msg = f"`{flag}` is empty; say it, or let yourself be asked with --ask"
            raise InputError(msg)
        return " ".join(text.split())

    return good


def _free_name(text: str, folder: Path, *, replace: bool) -> str:
    if not _NAME.fullmatch(text):
        msg = f"`name` is {text!r}; use small letters, digits and hyphens, as in southwest-ohio"
        raise InputError(msg)
    if (folder / f"{text}.toml").exists() and not replace:
        msg = f"a region {text!r} is there already; choose another name, or add --replace"
        raise InputError(msg)
    return text
