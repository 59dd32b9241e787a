"""The files of a refresh: found in a folder, or fetched from their publishers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from geo.errors import InputError, SourceError
from geo.sources.registry import ACROSS_THE_LINE, NEEDED, SOURCES
from geo.sources.source import Fetched
from geo.tables.reader import file_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    import pandas as pd

    from geo.sources.client import Client
    from geo.sources.county_file import CountyFile
    from geo.sources.source import Source

FOLDER_WORDS: Final = "given as a file"
LEFT_OUT: Final = "left out as asked"
NO_FILE: Final = "no file"
NO_ROW: Final = "its file has no row of this state"


@dataclass(frozen=True)
class Collected:
    """
    Where the rows of a refresh come from.

    Parameters
    ----------
    files : dict of (str, str) to tuple of Fetched
        By source and state; a source that is not there has no entry.
    skipped : tuple of str
        Identifiers of sources that were left out as asked.
    rows : dict of (str, str) to DataFrame
        By source and state: rows that are read already.
    rowless : set of (str, str)
        Sources and states whose files turned out to have no row, as far as they were read.
    """

    files: dict[tuple[str, str], tuple[Fetched, ...]]
    skipped: tuple[str, ...] = ()
    rows: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    rowless: set[tuple[str, str]] = field(default_factory=set)

    def has(self, source: Source, state: str) -> bool:
        """Return whether there are files of a source for a state."""
        return (source.source_id, state) in self.files

    def read(self, source: Source, state: str) -> pd.DataFrame | None:
        """Return the rows of a source for a state, or None where there is no file."""
        key = (source.source_id, state)
        files = self.files.get(key)
        if not files:
            return None
        found = self.rows.get(key)
        if found is None:
            found = source.read([one.path for one in files], state)
        if found.empty:
            self.rowless.add(key)
        return found

    def lacking(self, state: str) -> dict[str, str]:
        """Return the sources there is nothing of for a state, by identifier: title and why."""
        found = {}
        for name, source in SOURCES.items():
            if name in self.skipped:
                found[name] = f"{source.title}: {LEFT_OUT}"
            elif (name, state) not in self.files:
                found[name] = f"{source.title}: {NO_FILE}"
            elif (name, state) in self.rowless:
                found[name] = f"{source.title}: {NO_ROW}"
        return found

    def of_source(self, source_id: str) -> tuple[Fetched, ...]:
        """Return the files of a source, each once, whatever the state."""
        found = {
            (one.url, one.sha256): one
            for (source, _), files in self.files.items()
            if source == source_id
            for one in files
        }
        return tuple(found.values())


def collect(
    states: Iterable[str],
    neighbours: Collection[str],
    *,
    folder: Path | None,
    client: Client | None,
    skipped: Collection[str] = (),
    counties: CountyFile | None = None,
    report: Callable[[str], None],
) -> Collected:
    """
    Find the files of some states in a folder, and fetch from publishers what it does not hold.

    Parameters
    ----------
    states : iterable of str
        FIPS codes.
    neighbours : collection of str
        FIPS codes of states whose facilities are read too.
    folder : pathlib.Path, optional
        With files under their publishers' names.
    client : Client, optional
        None to fetch nothing.
    skipped : collection of str
        Identifiers of sources that are left out.
    counties : CountyFile, optional
        Outlines of counties that are read already.
    report : callable
        Told a line per source, or more where states differ.

    Returns
    -------
    Collected

    Raises
    ------
    InputError
        If `skipped` names no source or the outlines of counties, or these are not there.
    SourceError
        If a publisher cannot be reached; names the source and how to go on without it.
    """
    check_skipped(skipped)
    files: dict[tuple[str, str], tuple[Fetched, ...]] = {}
    hashed = cache(file_hash)  # a list of the whole country serves many states
    for name, source in SOURCES.items():
        if name in skipped:
            report(f"{name}: {LEFT_OUT}")
            continue
        further = sorted(neighbours) if name in ACROSS_THE_LINE else []
        told: dict[str, list[str]] = {}
        for state in (*states, *further):
            if name == NEEDED and counties is not None:
                found = counties.files
            else:
                found = found_or_fetched(source, state, folder, client, hashed=hashed)
            if found:
                files[name, state] = found
            words = _words(found) if found else f"{NO_FILE}; looked for {_names(source, state)}"
            told.setdefault(words, []).append(state)
        for words, which in told.items():
            report(f"{name}, {'states' if which[1:] else 'state'} {', '.join(which)}: {words}")
    own = {} if counties is None else counties.own
    return Collected(files, tuple(skipped), {(NEEDED, state): rows for state, rows in own.items()})


def check_skipped(skipped: Collection[str]) -> None:
    """
    Require that each source that is left out is one, and one that can be.

    Parameters
    ----------
    skipped : collection of str
        Identifiers.

    Raises
    ------
    InputError
        If one is no source, or is that of the outlines of counties.
    """
    unknown = sorted(set(skipped) - set(SOURCES))
    if unknown:
        msg = f"{unknown[0]!r} is no source; there are {', '.join(SOURCES)}"
        raise InputError(msg)
    if NEEDED in skipped:
        msg = f"{NEEDED} cannot be left out: there would be nothing to put anything on"
        raise InputError(msg)


def found_or_fetched(
    source: Source,
    state: str,
    folder: Path | None,
    client: Client | None,
    *,
    hashed: Callable[[Path], str] = file_hash,
) -> tuple[Fetched, ...]:
    """
    Return the files of a source for a state: those of a folder, else from its publisher.

    Parameters
    ----------
    source : Source
    state : str
        FIPS code.
    folder : pathlib.Path, optional
    client : Client, optional
        None to fetch nothing.
    hashed : callable
        SHA-256 of a file.

    Returns
    -------
    tuple of Fetched
        Empty where the folder holds none and nothing is fetched.

    Raises
    ------
    InputError
        If there is no file of the one source that is needed.
    SourceError
        If the publisher cannot be reached; says how to go on.
    """
    paths = () if folder is None else source.files_in(folder, state)
    if paths:
        return tuple(Fetched(path, "", hashed(path), path.stat().st_size, "", "") for path in paths)
    if client is not None:
        return _fetched(source, state, client)
    if source.source_id == NEEDED:
        wanted = _names(source, state)
        msg = f"no file of {source.title.lower()} in {folder}; one is needed: {wanted}"
        raise InputError(msg)
    return ()


def _fetched(source: Source, state: str, client: Client) -> tuple[Fetched, ...]:
    try:
        return source.fetch(client, state)
    except (InputError, SourceError) as error:
        names = " or ".join(source.file_names[:2]).format(state=state)
        ways = (
            f"With the file ({names}) in a folder DIR of yours: --files DIR, or --offline DIR to "
            "fetch nothing at all"
        )
        if source.source_id != NEEDED:
            ways += f". To go on without it: --skip {source.source_id}"
        msg = f"{error}. {ways}"
        raise SourceError(msg) from error


def _words(files: tuple[Fetched, ...]) -> str:
    names = ", ".join(one.path.name for one in files[:2]) + (", ..." if files[2:] else "")
    day = files[0].fetched_date
    when = f"fetched {day}" if day else f"{FOLDER_WORDS}, changed {_changed(files[0].path)}"
    return f"{names}, {sum(one.size_bytes for one in files):,} bytes, {when}"


def _changed(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()


def _names(source: Source, state: str) -> str:
    return " or ".join(source.file_names[:3]).format(state=state)
