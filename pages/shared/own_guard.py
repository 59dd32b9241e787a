"""An error boundary around a person's own data: nothing of it reaches a message or a log."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Final

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit.runtime.scriptrunner import RerunException, StopException

from geo.errors import GeoError, InputError
from geo.own_data.files import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

ROOM_FOR_FORM: Final = 1_000_000
"""What a form needs around the file, at most."""


def guarded(draw: Callable[[], None]) -> Callable[[], None]:
    """
    Return a function that says what went wrong instead of raising.

    Notes
    -----
    Streamlit writes an uncaught error with its text to the server's log, and the text may hold a
    value of the file. Our own errors name no value of a row; of others only the kind is told.
    """

    @wraps(draw)
    def draw_guarded() -> None:
        try:
            draw()
        except (RerunException, StopException):
            raise
        except GeoError as error:
            st.error(plain(str(error)), icon="🛑")
        except Exception as error:  # noqa: BLE001
            st.error(
                f"This could not be worked out ({type(error).__name__}). Nothing of your file was "
                "written to the log. Forget the file, or try another column mapping.",
                icon="🛑",
            )

    return draw_guarded


def keep_uploads_in_memory() -> None:
    """
    Let uploaded files stay in memory, however large they may be.

    Notes
    -----
    The server's own form parser would write every upload above a megabyte to a temporary file.
    """
    MultiPartParser.spool_max_size = MOST_BYTES + ROOM_FOR_FORM


def quiet(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """
    Return what makes a file, without a word of the file in the error where it fails.

    Notes
    -----
    A download is made when it is asked for, outside the page: Streamlit logs what goes wrong.
    """

    @wraps(make)
    def make_quietly() -> bytes:
        try:
            return make()
        except Exception as error:  # noqa: BLE001
            msg = f"a download of own data could not be made ({type(error).__name__})"
            raise InputError(msg) from None

    return make_quietly


def plain(text: str) -> str:
    r"""
    Return text from a file so that Markdown shows it as it stands.

    Examples
    --------
    >>> plain("[x](http://y) $z$")
    '\\[x\\]\\(http\\://y\\) \\$z\\$'
    """
    return re.sub(r"([\\`*_{}\[\]()<>#+|~$:!])", r"\\\1", text)
