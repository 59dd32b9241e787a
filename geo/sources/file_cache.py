"""Where downloaded files lie: a folder for each address, its newest content, and what was cut."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import sys
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_KEY_LETTERS: Final = 24
_LONGEST_NAME: Final = 80
_RECORD: Final = "record.json"
_LOCK: Final = ".lock"


@dataclass(frozen=True)
class Record:
    """
    The newest file of an address, as `record.json` states it.

    Parameters
    ----------
    url : str
        What was asked for, without keys.
    file : str
        Where the content lies, relative to the record: hash, slash, name.
    sha256 : str
    size_bytes : int
    fetched_date, published_date : str
        YYYY-MM-DD; `published_date` is empty where the server states none.
    etag, last_modified : str
        What the server knows this content by; empty where it states none.
    """

    url: str
    file: str
    sha256: str
    size_bytes: int
    fetched_date: str
    published_date: str
    etag: str
    last_modified: str


@dataclass(frozen=True)
class Partial:
    """
    The beginning of a file, as far as it came.

    Parameters
    ----------
    size_bytes : int
    validator : str
        Entity tag or date that the rest must still have; empty where it cannot be resumed.
    """

    size_bytes: int
    validator: str


class Entry:
    """
    What the cache holds of one address.

    Parameters
    ----------
    cache : pathlib.Path
        Folder of all downloads.
    url : str
        Publisher's address with its parameters, without keys.
    """

    def __init__(self, cache: Path, url: str) -> None:
        self.url = url
        self.folder = cache / hashlib.sha256(url.encode()).hexdigest()[:_KEY_LETTERS]
        self._partial = self.folder / "download.partial"
        self._validator = self.folder / "download.json"

    def path(self, record: Record) -> Path:
        """Return where the content of a record lies."""
        return self.folder / record.file

    def intact(self) -> Record | None:
        """Return the record of the newest content; None where it is absent or was changed."""
        try:
            stated = json.loads((self.folder / _RECORD).read_text(encoding="utf-8"))
            record = Record(**stated)
            is_whole = sha256_of(self.path(record)) == record.sha256
        except (OSError, ValueError, TypeError):  # fetched anew, whatever is wrong with it
            return None
        return record if is_whole else None

    def partial(self) -> Partial | None:
        """Return what is left of a download that was cut; None where it cannot be resumed."""
        try:
            validator = json.loads(self._validator.read_text(encoding="utf-8"))["validator"]
            size_bytes = self._partial.stat().st_size
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return Partial(size_bytes, validator) if size_bytes and validator else None

    def begin(self, validator: str) -> IO[bytes]:
        """
        Return an empty file to download into.

        The old beginning goes before the new validator comes: the two never mix.
        """
        self.drop_partial()
        about = json.dumps({"url": self.url, "validator": validator}).encode()
        write_whole(self._validator, about)
        return self._partial.open("wb")

    def resume(self) -> IO[bytes]:
        """Return the file that was begun, to add to."""
        return self._partial.open("ab")

    def drop_partial(self) -> None:
        """Forget what was begun."""
        self._partial.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)
        with suppress(OSError):  # other contents may lie there
            self.folder.rmdir()

    def finish(
        self, name: str, *, fetched_date: str, published_date: str, etag: str, last_modified: str
    ) -> Record:
        """
        Put a whole download in place and write its record.

        Parameters
        ----------
        name : str
            Its file name.
        fetched_date, published_date, etag, last_modified : str
            As in `Record`.

        Returns
        -------
        Record
            Earlier contents of the address stay where they are.

        Raises
        ------
        InputError
            If the record cannot be written.
        """
        sha256 = sha256_of(self._partial)
        record = Record(
            self.url,
            f"{sha256[:_KEY_LETTERS]}/{name}",
            sha256,
            self._partial.stat().st_size,
            fetched_date,
            published_date,
            etag,
            last_modified,
        )
        target = self.path(record)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._partial.replace(target)
        write_whole(self.folder / _RECORD, json.dumps(asdict(record), indent=2).encode() + b"\n")
        self.drop_partial()
        return record


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_name(name: str, suffix: str) -> str:
    """Return a file name in plain ASCII, with a suffix where it has none."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[-_LONGEST_NAME:] or "file"
    return plain if re.search(r"\.[A-Za-z0-9]{1,8}$", plain) else plain + suffix


@contextmanager
def one_at_a_time(cache: Path, host: str, report: Callable[[str], None]) -> Iterator[None]:
    """
    Hold the right to ask a host, among all that share a cache; wait while another holds it.

    Parameters
    ----------
    cache : pathlib.Path
    host : str
    report : callable
        Gets a sentence where there is a wait.

    Raises
    ------
    SourceError
        If the folder cannot be written or its disk knows no locks.

    Notes
    -----
    The operating system frees the lock of a process that ends, however it ends.
    """
    path = cache / f"{plain_name(host, '')}{_LOCK}"
    while True:
        with _opened(path) as file:
            try:
                if not _is_locked(file):
                    report(f"{host}: waiting for another download from there")
                    while not _is_locked(file, waits=True):
                        pass
            except OSError as error:
                said = error.strerror or error
                msg = f"cannot lock {file.name}: {said}; choose a folder on this disk"
                raise SourceError(msg) from error
            if _is_at(file, path):
                yield
                return


@contextmanager
def nothing_left_behind(folder: Path) -> Iterator[None]:
    """
    Take a folder away in the end that was made meanwhile and holds nothing but locks.

    Parameters
    ----------
    folder : pathlib.Path
        It and the folders above it stay where they were there before, where anything else lies in
        them, or where somebody holds one of the locks.
    """
    absent = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        yield
    finally:
        for one in absent:
            with suppress(OSError):
                _drop_locks(one)
                one.rmdir()


def _drop_locks(folder: Path) -> None:
    """Take the locks away that nobody holds, if a folder holds nothing else."""
    paths = list(folder.iterdir())
    for path in paths if all(path.suffix == _LOCK for path in paths) else ():
        with path.open("ab") as file:
            is_free = _is_locked(file)
            if is_free and sys.platform != "win32":
                path.unlink()
        if is_free and sys.platform == "win32":
            path.unlink()  # an open file cannot be taken away there, so nobody waits for this one


def _opened(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
    except OSError as error:
        said = error.strerror or error
        msg = f"cannot write {path.parent}: {said}; choose another folder for downloads"
        raise SourceError(msg) from error


def _is_at(file: IO[bytes], path: Path) -> bool:
    """Return whether an open file is still the one of its path: who held it may have dropped it."""
    try:
        return sys.platform == "win32" or os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _is_locked(file: IO[bytes], *, waits: bool = False) -> bool:
    """Lock a file until it closes; return whether that worked, for a while or until it does."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        if error.errno == errno.EDEADLOCK:  # Windows, after ten seconds
            return False
        raise
    return True
