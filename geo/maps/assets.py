"""The files a browser needs, put beside the app so that no request leaves it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.errors import TableError
from geo.maps.catchments import catchment_content
from geo.maps.layers import (
    county_layer,
    municipality_layer,
    site_layer,
    tract_layer,
    unit_outlines,
    vocabulary,
)
from geo.maps.state import CATCHMENTS
from geo.whole_files import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from geo.answers import Answers
    from geo.scope import Scope
    from geo.tables.reader import TableReader

LEAFLET_PACKAGE: Final = "XStatic-Leaflet"
LEAFLET_DATA: Final = "xstatic/pkg/leaflet/data"
BROWSER_SOURCES: Final = Path(__file__).parent / "browser"
STATIC_URL: Final = "../../app/static/"
"""From the component's frame, whatever path the app is served under."""


@dataclass(frozen=True)
class Assets:
    """
    Where the browser finds its files.

    Parameters
    ----------
    scripts : tuple of str
        Addresses relative to the component's frame, in the order they are loaded. The first
        fetches everything else at once.
    static : pathlib.Path
        Where the files are.
    """

    scripts: tuple[str, ...]
    static: Path

    def tracts(self, reader: TableReader) -> str:
        """Return the file of tract outlines, made when a map first asks for it."""
        return _write(self.static, "tract", ".json", _compact(tract_layer(reader)))

    def catchments(self, answers: Answers, scope: Scope) -> str:
        """Return the file of what lies within reach by road; empty where nothing is drawn."""
        if CATCHMENTS not in scope.layers.overlays:
            return ""
        content = catchment_content(answers, scope.as_of, scope.facilities, scope.minutes)
        return _write(self.static, "catchment", ".json", content) if content else ""


def install_assets(static: Path, reader: TableReader, people: pd.DataFrame) -> Assets:
    """
    Write the map library, our own scripts and the layers into the app's static folder.

    Parameters
    ----------
    static : pathlib.Path
        Folder that the app serves; made where absent. Files that are there already are kept.
    reader : TableReader
        For the layers.
    people : pandas.DataFrame
        Of `geo.analysis.people_and_help`: for the minutes that go with the municipalities.

    Returns
    -------
    Assets

    Raises
    ------
    TableError
        If the package that carries Leaflet is not installed.

    Notes
    -----
    Names carry a hash of the content: a browser may keep a file for good, and never shows an old
    one.
    """
    static.mkdir(parents=True, exist_ok=True)
    leaflet = _leaflet_folder()
    layers = {
        "county": county_layer(reader),
        "municipality": municipality_layer(reader, people),
        "sites": site_layer(reader),
        "words": vocabulary(),
        "unit": unit_outlines(reader),
    }
    files = [_write(static, role, ".json", _compact(layer)) for role, layer in layers.items()]
    styles = [
        copy_file(static, leaflet / "leaflet.css"),
        copy_file(static, BROWSER_SOURCES / "coverage.css"),
    ]
    later = (
        copy_file(static, leaflet / "leaflet.js"),
        copy_file(static, BROWSER_SOURCES / "coverage.js"),
    )
    early = {"styles": styles, "scripts": later, "layers": files}
    guard = copy_file(static, BROWSER_SOURCES / "guard.js")
    guard += "?" + "&".join(f"{role}={','.join(names)}" for role, names in early.items())
    scripts = (guard, *later)
    return Assets(tuple(STATIC_URL + script for script in scripts), static)


def _leaflet_folder() -> Path:
    try:
        package = metadata.distribution(LEAFLET_PACKAGE)
    except metadata.PackageNotFoundError as error:
        problem, file = f"the package {LEAFLET_PACKAGE} is not installed", "requirements.txt"
        raise TableError(file, problem, "make setup") from error
    return Path(str(package.locate_file(LEAFLET_DATA)))


def copy_file(static: Path, source: Path) -> str:
    """Copy a file into the static folder under a name with its content's hash; return the name."""
    return _write(static, source.stem, source.suffix, source.read_bytes())


def _compact(layer: object) -> bytes:
    return json.dumps(layer, separators=(",", ":")).encode()


def _write(static: Path, stem: str, suffix: str, content: bytes) -> str:
    name = f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    path = static / name
    if not path.exists():
        write_whole(path, content)
    return name
