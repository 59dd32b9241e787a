"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from geo.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """
    Write a file aside and put it in place once it is whole.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is made where absent. A file that is there already is replaced.
    content : bytes

    Raises
    ------
    InputError
        If the folder cannot be written or the disk is full; nothing half-written stays, and a
        file that was there before is untouched.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.partial")  # others may write it too
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):  # what could not be made is not there to be taken away
            aside.unlink(missing_ok=True)
        msg = f"cannot write {path}: {error.strerror or error}; choose another folder"
        raise InputError(msg) from error
