"""What a session holds of a person's own data, and the way to forget it."""

from __future__ import annotations

import gc
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.own_data.hotspots import tract_neighbours
from geo.own_data.own_reader import OwnAnswers, OwnReader
from geo.own_data.placing import Gazetteer
from pages.shared.readers import shared_answers

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.own_data.loaded import OwnData
    from geo.own_data.own_help import OwnRows
    from geo.own_data.raw_rows import RawRows

KEY: Final = "own data"
SEED_BYTES: Final = 32
MOMENT_SECONDS: Final = 1.0


@dataclass(repr=False, eq=False)
class OwnSession:
    """
    A session's own data.

    Parameters
    ----------
    seed : bytes
        Of masked points: the same until the file is forgotten.
    raw : dict of str to RawRows
        Files that are read and not yet used: incidents, zips, departments, facilities.
    problems : dict of str to str
        Why a file could not be read, by the same names.
    data : OwnData or None
        A checked file of incidents.
    departments, facilities : OwnRows or None
    mappings : dict
        Column mappings by the headings they were made for.
    round : int
        Part of the uploaders' keys: a new one empties them.
    answers : Answers or None
        With the own departments and facilities in place.
    is_new : bool
        Whether what was held before was dropped a moment ago.
    """

    seed: bytes = field(default_factory=lambda: secrets.token_bytes(SEED_BYTES))
    raw: dict[str, RawRows] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    data: OwnData | None = None
    departments: OwnRows | None = None
    facilities: OwnRows | None = None
    mappings: dict[Any, dict[str, str]] = field(default_factory=dict)
    round: int = 0
    answers: Answers | None = None
    is_new: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing of a person's own is held."""
        return not self.raw and all(
            one is None for one in (self.data, self.departments, self.facilities)
        )

    def empty(self) -> None:
        """Drop all that is held; Streamlit keeps the object itself until the next click."""
        vars(self).update(vars(OwnSession(round=self.round + 1, is_new=True)))


def own_session() -> OwnSession:
    """Return what this session holds."""
    if KEY not in st.session_state:
        st.session_state[KEY] = OwnSession()
    found: OwnSession = st.session_state[KEY]
    return found


def forget() -> None:
    """Drop everything a person loaded: files, column mappings, masks, downloads on offer."""
    own_session().empty()
    for key in [str(key) for key in st.session_state]:
        if key.startswith("w_own"):
            del st.session_state[key]
    drop_uploads()
    gc.collect()


def end_with_window() -> None:
    """
    See to it that what this session holds goes when its window is closed.

    Notes
    -----
    Streamlit keeps a session whose window is gone for somebody who comes back, and drops it when
    another session ends, be that days later. A session with own data is not kept.
    """
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        runtime.get_instance().mark_session_nonresumable(context.session_id)
        _last_will(context.session_id, own_session())


class LastWill:
    """
    Empties what a session holds once its window is gone.

    Parameters
    ----------
    session_id : str
    own : OwnSession

    Notes
    -----
    Objects of Streamlit may outlive their session: the garbage collector does not look at those
    that were there when the tables were read.
    """

    def __init__(self, session_id: str, own: OwnSession) -> None:
        self.session_id, self.own = session_id, own

    def release(self) -> None:
        """Look in a moment whether the window is gone, or Streamlit was told to clear caches."""
        timer = threading.Timer(MOMENT_SECONDS, self._empty_if_gone)
        timer.daemon = True
        timer.start()

    def _empty_if_gone(self) -> None:
        is_there = runtime.exists() and runtime.get_instance().is_active_session(self.session_id)
        if not is_there:
            self.own.empty()


@st.cache_resource(scope="session", show_spinner=False, on_release=LastWill.release)
def _last_will(session_id: str, _own: OwnSession) -> LastWill:
    return LastWill(session_id, _own)


def drop_uploads() -> None:
    """
    Drop the bytes of this session's uploaded files: once their rows are read nobody needs them.

    Notes
    -----
    Streamlit would keep them as long as the session.
    """
    context = get_script_run_ctx()
    if context is not None:
        context.uploaded_file_mgr.remove_session_files(context.session_id)


def own_answers() -> Answers:
    """Return the answers with the county's own departments and facilities, if any are loaded."""
    session = own_session()
    if session.departments is None and session.facilities is None:
        return shared_answers()
    if session.answers is None:
        reader = OwnReader(shared_answers().reader, session.departments, session.facilities)
        session.answers = OwnAnswers(reader)
    return session.answers


@st.cache_resource(show_spinner=False)
def shared_gazetteer() -> Gazetteer:
    """Return the places of the published tables: one per process, no own data in it."""
    return Gazetteer(shared_answers().reader)


@st.cache_resource(show_spinner=False)
def shared_neighbours() -> dict[str, frozenset[str]]:
    """Return which tracts touch."""
    return tract_neighbours(shared_answers().reader)
