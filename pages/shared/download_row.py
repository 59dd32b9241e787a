"""A row of download buttons; a file is made when its button is pressed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import downloads
from geo.exports import export_of
from pages.shared.sidebar import current_scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from geo.answers import Answers
    from geo.downloads import Export
    from geo.scope import Scope

    Files = dict[str, tuple[str, Callable[[], bytes]]]

MIME: Final = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def draw_downloads(files: Files) -> None:
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


def draw_exports(
    answers: Answers, scope: Scope, tables: dict[str, str], *, outlines: str = ""
) -> None:
    """
    Draw buttons for tables of the app, as CSV and as Excel.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    tables : dict of str to str
        What the buttons call a table, by the keys of `EXPORTS`.
    outlines : {"county", "municipality"}, optional
        Adds the areas of the first table as GeoJSON.
    """
    page = page_address()
    place = place_stem(answers, scope)
    files: Files = {}
    for name, label in tables.items():
        stem = f"{name}-{place}-as-of-{scope.as_of}"
        make = partial(export_of, answers, scope, name, page)
        files |= table_files(label, stem, make)
        if outlines and "Areas, GeoJSON" not in files:
            outlined = partial(downloads.to_geojson, answers.reader, layer=outlines)
            files["Areas, GeoJSON"] = (f"{stem}.geojson", partial(_written, outlined, make))
    draw_downloads(files)


def table_files(label: str, stem: str, make: Callable[[], Export]) -> Files:
    """Return a table as CSV and as Excel, for `draw_downloads`."""
    return {
        f"{label}, CSV": (f"{stem}.csv", partial(_written, downloads.to_csv, make)),
        f"{label}, Excel": (f"{stem}.xlsx", partial(_written, downloads.to_excel, make)),
    }


def _written(write: Callable[[Export], bytes], make: Callable[[], Export]) -> bytes:
    """Return a table as a file; made only when it is asked for."""
    return write(make())


def place_stem(answers: Answers, scope: Scope) -> str:
    """Return the part of a file's name that says which counties it is about."""
    return "-".join(answers.county_names[one] for one in scope.counties) or scope.region


def page_address() -> str:
    """Return the address of the page without its query; empty where there is no browser."""
    return (st.context.url or "").partition("?")[0]


def made_today() -> date:
    """Return the day a file is made: the access date of a citation."""
    return datetime.now(tz=UTC).date()
