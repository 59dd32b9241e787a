"""What every publisher's module offers: how its files are fetched, recognised and read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import pandas as pd

    from geo.sources.client import Client


@dataclass(frozen=True)
class Fetched:
    """
    A file as it came from a publisher, or as somebody gave it.

    Parameters
    ----------
    path : pathlib.Path
        Where it lies.
    url : str
        What was asked for, without keys; empty for a file that was given.
    sha256 : str
    size_bytes : int
    fetched_date : str
        YYYY-MM-DD; empty where not known.
    published_date : str
        YYYY-MM-DD as the server stated it (Last-Modified); empty where not stated.
    """

    path: Path
    url: str
    sha256: str
    size_bytes: int
    fetched_date: str
    published_date: str


@dataclass(frozen=True)
class Source:
    """
    One data set of one publisher.

    Parameters
    ----------
    source_id : str
        Stem of its record in `sources/` of a data folder.
    title, publisher, licence, url, note : str
        As in a record: what it is, who made it, on what terms, its page, what to beware of.
    vintage : str
        Release that `fetch` asks for.
    file_names : tuple of str
        Glob patterns of the files that hold it, most exact first; `{state}` stands for the state's
        FIPS code. The first pattern that matches a file of a folder counts, with all its matches.
    fetch : callable
        Client and state FIPS code to the files, in order of their pages.
    read : callable
        Files and state FIPS code to rows of the state.
    """

    source_id: str
    title: str
    publisher: str
    licence: str
    url: str
    note: str
    vintage: str
    file_names: tuple[str, ...]
    fetch: Callable[[Client, str], tuple[Fetched, ...]]
    read: Callable[[Sequence[Path], str], pd.DataFrame]

    def files_in(self, folder: Path, state: str) -> tuple[Path, ...]:
        """Return the files of a folder that hold this source for a state; none where absent."""
        for pattern in self.file_names:
            found = tuple(sorted(folder.glob(pattern.format(state=state))))
            if found:
                return found
        return ()


def assert_columns(
    frame: pd.DataFrame,
    needed: Sequence[str],
    source: str,
    path: Path | str,
    *,
    known: Collection[str] = (),
) -> None:
    """
    Require columns of a publisher's file.

    Parameters
    ----------
    frame : pandas.DataFrame
        As read.
    needed : sequence of str
        Names that must be there.
    source : str
        Title for the message.
    path : pathlib.Path or str
        File for the message.
    known : collection of str
        Further names the publisher has used, in any of its forms: not needed, and no news.

    Raises
    ------
    InputError
        If one is absent; names each, and the columns that were not known before.
    """
    absent = [name for name in needed if name not in frame.columns]
    if absent:
        name = path.name if isinstance(path, Path) else path
        other = [column for column in map(str, frame.columns) if column not in {*needed, *known}]
        msg = (
            f"{source}: {name} has changed: column {', '.join(absent)} is not there; "
            f"not known before: {', '.join(other) or 'none'}"
        )
        raise InputError(msg)
