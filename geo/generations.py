"""Data folders that are replaced whole: written aside, compared, then put in place at once."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError
from geo.tables.definitions import TABLES
from geo.tables.reader import CURRENT, TableReader, current_folder
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = "tables-"
ASIDE: Final = ".refresh-"
KEPT: Final = 2
"""Generations that stay: the one in use and the one before."""


@contextmanager
def aside(out: Path) -> Iterator[Path]:
    """
    Make a folder beside the generations, taken away in the end unless it was put in place.

    Parameters
    ----------
    out : pathlib.Path
        A refreshed data folder; made where absent.

    Yields
    ------
    pathlib.Path
        Empty, on the same disk as `out`.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=ASIDE, dir=out))
    except OSError as error:
        msg = f"cannot write {out}: {error.strerror or error}; choose another folder"
        raise InputError(msg) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def reader_in_use(out: Path) -> TableReader | None:
    """Return a reader of the generation in use, or None where there is none yet."""
    return TableReader(out) if (out / CURRENT).exists() else None


def put_in_place(out: Path, folder: Path) -> Path:
    """
    Make a finished folder the one in use, in one step that cannot be half done.

    Parameters
    ----------
    out : pathlib.Path
        The refreshed data folder.
    folder : pathlib.Path
        With tables, sources, regions and inputs; moved.

    Returns
    -------
    pathlib.Path
        The generation in use now.

    Notes
    -----
    The generation is named by the hash of its tables. Whoever reads while this runs sees the old
    generation or the new one: `CURRENT` is replaced by renaming a file. The generation before is
    kept, older ones go.
    """
    before = current_folder(out) if (out / CURRENT).exists() else None
    generation = out / f"{PREFIX}{TableReader(folder).data_hash}"
    if generation != before:
        shutil.rmtree(generation, ignore_errors=True)  # an older one, or left by a cut refresh
        folder.rename(generation)
        write_whole(out / CURRENT, f"{generation.name}\n".encode())
    kept = {generation, before}
    for other in out.glob(f"{PREFIX}*"):
        if other not in kept:
            shutil.rmtree(other, ignore_errors=True)
    return generation


def changes(old: TableReader | None, new: TableReader) -> pd.DataFrame:
    """
    Return what one set of tables has that another has not.

    Parameters
    ----------
    old : TableReader or None
        None where there is nothing yet.
    new : TableReader

    Returns
    -------
    pandas.DataFrame, one row per table
        table, rows_before, rows_after, added, gone, changed: rows, by key.
    """
    rows = []
    for name in TABLES:
        after = new.read(name)
        before = after.iloc[:0] if old is None else old.read(name)
        rows.append({"table": name, **_compared(name, before, after)})
    return pd.DataFrame(rows)


def _compared(name: str, before: pd.DataFrame, after: pd.DataFrame) -> dict[str, int]:
    hashes = [_row_hashes(name, frame) for frame in (before, after)]
    both = hashes[0].index.intersection(hashes[1].index)
    return {
        "rows_before": len(before),
        "rows_after": len(after),
        "added": len(after) - len(both),
        "gone": len(before) - len(both),
        "changed": int((hashes[0].loc[both] != hashes[1].loc[both]).sum()),
    }


def _row_hashes(name: str, frame: pd.DataFrame) -> pd.Series:
    table = TABLES[name]
    plain: Any = pd.DataFrame(frame)
    if table.is_spatial:
        plain = plain.assign(geometry=frame.geometry.to_wkb())
    texts = plain.astype("object").where(plain.notna(), None)
    keys = pd.MultiIndex.from_frame(texts[list(table.key)].astype("str"))
    hashes = [hash(tuple(row)) for row in texts.itertuples(index=False)]
    return pd.Series(hashes, index=keys, dtype="int64")
