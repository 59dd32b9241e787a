"""Download buttons for tables of a loaded file; SYNTHETIC stands in the names of made-up ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.own_data.exporting import aside_csv
from geo.own_data.loaded import SYNTHETIC
from pages.shared.download_row import draw_downloads, table_files
from pages.shared.own_guard import quiet
from pages.shared.own_session import own_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.downloads import Export
    from geo.own_data.checking import Incidents
    from geo.own_data.own_help import OwnRows
    from pages.shared.download_row import Files


def draw_own_downloads(
    tables: dict[str, tuple[str, Callable[[], Export]]],
    *,
    outlines: Callable[[], bytes] | None = None,
) -> None:
    """
    Draw buttons for tables as CSV and Excel, and areas as GeoJSON.

    Parameters
    ----------
    tables : dict of str to (str, callable)
        By the stem of the file: what the button calls it, and what makes the table.
    outlines : callable, optional
        Makes the GeoJSON of the first table.
    """
    mark = f"{SYNTHETIC}-" if _is_synthetic() else ""
    files: Files = {}
    for stem, (label, make) in tables.items():
        files |= table_files(label, f"{mark}own-{stem}", make)
    if outlines is not None:
        files["Areas, GeoJSON"] = (f"{mark}own-areas.geojson", outlines)
    draw_downloads({label: (name, quiet(make)) for label, (name, make) in files.items()})


def draw_rows_set_aside(label: str, stem: str, checked: Incidents | OwnRows) -> None:
    """Draw a button for rows that were not used, as they were loaded, for whoever loaded them."""
    mark = f"{SYNTHETIC}-" if _is_synthetic() else ""
    make = quiet(partial(aside_csv, checked.aside))
    draw_downloads({label: (f"{mark}{stem}.csv", make)})
    st.caption("This file holds rows as you loaded them: it is for you, not for publication.")


def _is_synthetic() -> bool:
    data = own_session().data
    return data is not None and data.is_synthetic
