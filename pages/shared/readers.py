"""What all sessions share: the tables, the answers, the browser's files."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.answers import Answers
from geo.maps.assets import Assets, copy_file, install_assets
from geo.tables.definitions import TABLES
from geo.tables.reader import DATA, TableReader

if TYPE_CHECKING:
    from geo.scope import Scope

FOLDER: Final = "COVERAGE_DATA"
"""Variable of the environment that names another data folder than the shipped one."""
STATIC: Final = Path(__file__).resolve().parents[2] / "static"


@st.cache_resource(show_spinner=False)
def shared_answers() -> Answers:
    """
    Return the answers of the tables in use, one object per process.

    Raises
    ------
    TableError
        If a table is missing or altered; every table is read here, and the minutes by road, so
        none can fail later.
    """
    reader = TableReader(Path(os.environ.get(FOLDER) or DATA))
    for name in TABLES:
        reader.read(name)
    answers = Answers(reader)
    # What lives as long as the process need not be looked at by every garbage collection.
    gc.collect()
    gc.freeze()
    return answers


def answers_for(scope: Scope) -> Answers:
    """Return the answers of a scope: those of its scenario, if it supposes anything."""
    return shared_answers().under(scope.scenario)


@st.cache_resource(show_spinner=False)
def shared_assets() -> Assets:
    """Return the browser's files, put in place once per process."""
    answers = shared_answers()
    return install_assets(STATIC, answers.reader, answers.people(answers.today))


@st.cache_resource(show_spinner=False)
def shared_stylesheet() -> str:
    """Return the address of the app's style, relative to the page."""
    return "app/static/" + copy_file(STATIC, Path(__file__).parent / "app.css")
