"""Data folders that are replaced whole: written aside, compared, then put in place at once."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError, TableError
from geo.tables.definitions import TABLES
from geo.tables.reader import CURRENT, TableReader, current_folder, file_hash
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = "tables-"
ASIDE: Final = ".refresh-"
MENDED: Final = "-mended"
HASH_DIGITS: Final = 12


@contextmanager
def aside(out: Path) -> Iterator[Path]:
    """
    Make a folder beside the generations, taken away in the end unless it was put in place.

    Parameters
    ----------
    out : pathlib.Path
        A refreshed data folder; made where absent. Nobody else may be writing it: what a refresh
        that was killed left beside the generations is taken away.

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
        for left in out.glob(f"{ASIDE}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=ASIDE, dir=out))
    except OSError as error:
        msg = f"cannot write {out}: {error.strerror or error}; choose another folder"
        raise InputError(msg) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def reader_in_use(out: Path) -> TableReader | None:
    """Return a reader of the generation in use, or None where there is none or it is gone."""
    folder = _in_use(out)
    return None if folder is None else TableReader(folder)


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
    The generation is named by the hash of all its files; one that takes the place of a damaged one
    of that name has `MENDED` after it. Whoever reads while this runs sees the old
    generation or the new one: `CURRENT` is replaced by renaming a file. The generation before is
    kept, older ones go.
    """
    before = _in_use(out)
    whole = hash_of_all(folder)
    generation = out / f"{PREFIX}{whole}"
    if generation == before:
        if hash_of_all(before) == whole:
            return generation
        generation = out / f"{PREFIX}{whole}{MENDED}"  # beside it: the damaged one is read still
    shutil.rmtree(generation, ignore_errors=True)  # an older one, or left by a killed refresh
    folder.rename(generation)
    write_whole(out / CURRENT, f"{generation.name}\n".encode())
    for other in out.glob(f"{PREFIX}*"):
        if other not in {generation, before}:
            shutil.rmtree(other, ignore_errors=True)
    return generation


def changes(old: TableReader | None, new: TableReader) -> pd.DataFrame:
    """
    Return what one set of tables has that another has not.

    Parameters
    ----------
    old : TableReader or None
        None where there is nothing yet. A table of it that cannot be read, as one of another
        version of the program, counts as empty.
    new : TableReader

    Returns
    -------
    pandas.DataFrame, one row per table
        table, rows_before, rows_after, added, gone, changed: rows, by key.
    """
    rows = []
    for name in TABLES:
        after = new.read(name)
        before = _readable(old, name)
        if before is None:
            before = after.iloc[:0]
        elif old is not None and old.hash_of(name) == new.hash_of(name):
            rows.append({"table": name, **_counted(before, after, both=len(after), changed=0)})
            continue
        rows.append({"table": name, **_compared(name, before, after)})
    return pd.DataFrame(rows)


def _in_use(out: Path) -> Path | None:
    try:
        return current_folder(out) if (out / CURRENT).exists() else None
    except TableError:  # what it names was taken away by hand: the next generation mends that
        return None


def hash_of_all(folder: Path) -> str:
    """Return a hash of the names and bytes of all files of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = "".join(f"{path.relative_to(folder).as_posix()} {file_hash(path)}\n" for path in files)
    return hashlib.sha256(told.encode()).hexdigest()[:HASH_DIGITS]


def _readable(reader: TableReader | None, name: str) -> pd.DataFrame | None:
    try:
        return None if reader is None else reader.read(name)
    except TableError:
        return None


def _compared(name: str, before: pd.DataFrame, after: pd.DataFrame) -> dict[str, int]:
    hashes = [_row_hashes(name, frame) for frame in (before, after)]
    both = hashes[0].index.intersection(hashes[1].index)
    changed = int((hashes[0].loc[both] != hashes[1].loc[both]).sum())
    return _counted(before, after, both=len(both), changed=changed)


def _counted(
    before: pd.DataFrame, after: pd.DataFrame, *, both: int, changed: int
) -> dict[str, int]:
    return {
        "rows_before": len(before),
        "rows_after": len(after),
        "added": len(after) - both,
        "gone": len(before) - both,
        "changed": changed,
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
