"""The files of a refresh: found in a folder, or fetched from their publishers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
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
    from geo.sources.source import Source

FOLDER_WORDS: Final = "given as a file"


@dataclass(frozen=True)
class Collected:
    """
    Where the rows of a refresh come from.

    Parameters
    ----------
    files : dict of (str, str) to tuple of Fetched
        By source and state; a source that is not there has no entry.
    """

    files: dict[tuple[str, str], tuple[Fetched, ...]]

    def has(self, source: Source, state: str) -> bool:
        """Return whether there are files of a source for a state."""
        return (source.source_id, state) in self.files

    def read(self, source: Source, state: str) -> pd.DataFrame | None:
        """Return the rows of a source for a state, or None where there is no file."""
        files = self.files.get((source.source_id, state))
        return source.read([one.path for one in files], state) if files else None

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
    report : callable
        Told a line per source.

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
    unknown = sorted(set(skipped) - set(SOURCES))
    if unknown:
        msg = f"{unknown[0]!r} is no source; there are {', '.join(SOURCES)}"
        raise InputError(msg)
    if NEEDED in skipped:
        msg = f"{NEEDED} cannot be left out: there would be nothing to put anything on"
        raise InputError(msg)
    files: dict[tuple[str, str], tuple[Fetched, ...]] = {}
    for name, source in SOURCES.items():
        if name in skipped:
            report(f"{name}: left out as asked")
            continue
        further = sorted(neighbours) if name in ACROSS_THE_LINE else []
        for state in (*states, *further):
            found = _found(source, state, folder) or _fetched(source, state, client)
            if found:
                files[name, state] = found
                report(f"{name}, state {state}: {_words(found)}")
            elif name == NEEDED:
                wanted = _names(source, state)
                msg = f"no file of {source.title.lower()} in {folder}; one is needed: {wanted}"
                raise InputError(msg)
            else:
                report(f"{name}, state {state}: no file; looked for {_names(source, state)}")
    return Collected(files)


def _found(source: Source, state: str, folder: Path | None) -> tuple[Fetched, ...]:
    if folder is None:
        return ()
    return tuple(
        Fetched(path, "", file_hash(path), path.stat().st_size, "", "")
        for path in source.files_in(folder, state)
    )


def _fetched(source: Source, state: str, client: Client | None) -> tuple[Fetched, ...]:
    if client is None:
        return ()
    try:
        return source.fetch(client, state)
    except (InputError, SourceError) as error:
        msg = f"{error}. To go on without it: --skip {source.source_id}"
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
