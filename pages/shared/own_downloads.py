"""Download buttons for tables of a loaded file; SYNTHETIC stands in the names of made-up ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from geo import downloads
from geo.own_data.loaded import SYNTHETIC
from pages.shared.download_row import draw_downloads, written
from pages.shared.own_session import own_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.downloads import Export


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
    data = own_session().data
    mark = f"{SYNTHETIC}-" if data is not None and data.is_synthetic else ""
    files: dict[str, tuple[str, Callable[[], bytes]]] = {}
    for stem, (label, make) in tables.items():
        for kind, ending, write in (
            ("CSV", "csv", downloads.to_csv), ("Excel", "xlsx", downloads.to_excel)
        ):  # fmt: skip
            name = f"{mark}own-{stem}.{ending}"
            files[f"{label}, {kind}"] = (name, partial(written, write, make))
    if outlines is not None:
        files["Areas, GeoJSON"] = (f"{mark}own-areas.geojson", outlines)
    draw_downloads(files)
