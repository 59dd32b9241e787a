"""A row of download buttons; a file is made when its button is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from pages.shared.sidebar import current_scope

if TYPE_CHECKING:
    from collections.abc import Callable

MIME: Final = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def draw_downloads(files: dict[str, tuple[str, Callable[[], bytes]]]) -> None:
    """
    Draw a button per file.

    Parameters
    ----------
    files : dict of str to (str, callable)
        By the button's label: the file's name, whose ending tells its kind, and what makes it.
        Under a scenario the name says so.
    """
    supposed = "WHAT-IF-" if current_scope().scenario else ""
    with st.container(horizontal=True):
        for label, (name, make) in files.items():
            kind = MIME[name.rpartition(".")[2]]
            st.download_button(label, make, supposed + name, kind, on_click="ignore")
