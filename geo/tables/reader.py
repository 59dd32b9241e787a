"""The only place where the domain's tables are read from disk."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import CRSError, InputError, TableError
from geo.tables.definitions import TABLES
from geo.tables.schema import assert_shape
from geo.travel.keeping import read_catchments, read_record, read_travel

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT / "data"
MANIFEST = "manifest.json"
INPUTS: Final = ("manual", "official")
"""Folders of inputs: rows compiled by hand, and rows a refresh made from official files."""
TRAVEL: Final = "travel"
"""The folder that `geo travel` leaves in a data folder, or in a refreshed one beside its tables."""
ROUTES: Final[dict[str, Callable[[Path], Any]]] = {
    "travel": read_travel,
    "catchments": read_catchments,
    "travel_record": read_record,
}
CURRENT: Final = "CURRENT"
"""The file of a refreshed folder that names the generation in use."""


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def input_hashes(data: Path) -> dict[str, str]:
    """Return the SHA-256 of every input of a data folder, by its path in it."""
    files = [path for folder in INPUTS for path in sorted((data / folder).glob("*"))]
    return {path.relative_to(data).as_posix(): file_hash(path) for path in files}


def current_folder(data: Path) -> Path:
    """
    Return the folder that holds the tables in use.

    Parameters
    ----------
    data : pathlib.Path
        A data folder, or one that `geo refresh` keeps: there, `CURRENT` names the generation.

    Raises
    ------
    TableError
        If the named generation is not there.
    """
    pointer = data / CURRENT
    if not pointer.exists():
        return data
    folder = data / pointer.read_text(encoding="utf-8").strip()
    if not folder.is_dir():
        raise TableError(str(pointer), f"{folder.name} is not there", "python -m geo refresh")
    return folder


class TableReader:
    """
    Read the tables of a data folder, each once, each checked against manifest and schema.

    Parameters
    ----------
    data : pathlib.Path
        The folder that holds `tables/`, `sources/` and `regions/`, or one kept by `geo refresh`.

    Notes
    -----
    `root` is the folder as given, `data` the one that holds the tables in use: of a refreshed
    folder the generation that `CURRENT` names. Frames are shared: a caller never changes one.
    """

    def __init__(self, data: Path = DATA) -> None:
        self.root = data
        self.data = current_folder(data)
        self._frames: dict[str, Any] = {}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """
        The manifest: per table its hash, rows and inputs.

        Raises
        ------
        TableError
            If it is missing or not JSON.
        """
        path = self.data / "tables" / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise TableError(self._name(path), "the file is missing") from error
        except ValueError as error:
            raise TableError(self._name(path), "the file is not readable JSON") from error
        return manifest

    def hash_of(self, name: str) -> str:
        """Return the SHA-256 the manifest records for a table."""
        return str(self._record(name)["sha256"])

    @cached_property
    def data_hash(self) -> str:
        """Twelve hex digits that stand for all tables together, and for the routed minutes."""
        text = json.dumps(self.manifest["tables"], sort_keys=True)
        if self.travel is not None:
            text += json.dumps(self.travel_record["tables"], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @cached_property
    def travel(self) -> pd.DataFrame | None:
        """
        Minutes by road, table `travel_time`; None where nothing was routed.

        Raises
        ------
        TableError
            If the file is not the one of its record or has another shape than its schema.
        """
        found: pd.DataFrame | None = self._routes("travel")
        return found

    @cached_property
    def catchments(self) -> gpd.GeoDataFrame | None:
        """Areas within so many minutes by road, None where there are none; raises as `travel`."""
        found: gpd.GeoDataFrame | None = self._routes("catchments")
        return found

    @cached_property
    def travel_record(self) -> dict[str, Any]:
        """What the routed minutes were made from; empty where there are none."""
        return self._routes("travel_record") or {}

    def read(self, name: str) -> pd.DataFrame:
        """
        Return a table.

        Parameters
        ----------
        name : str
            A name of `geo.tables.definitions.TABLES`.

        Returns
        -------
        pandas.DataFrame
            Or a GeoDataFrame in EPSG:4269 where the table has a geometry.

        Raises
        ------
        TableError
            If the file is missing, is not the one of the manifest, or has another shape than its
            schema.
        """
        if name not in self._frames:
            self._frames[name] = self._load(name)
        return self._frames[name]

    def spatial(self, name: str) -> gpd.GeoDataFrame:
        """Return a table that has a geometry; raises as `read` does."""
        frame: gpd.GeoDataFrame = self.read(name)
        return frame

    def _load(self, name: str) -> pd.DataFrame:
        path = self.data / "tables" / f"{name}.parquet"
        record = self._record(name)
        if not path.exists():
            raise TableError(self._name(path), "the file is missing")
        if file_hash(path) != record["sha256"]:
            raise TableError(self._name(path), "its bytes are not the ones of the manifest")
        table = TABLES[name]
        if table.is_spatial:
            import geopandas as gpd

            frame: pd.DataFrame = gpd.read_parquet(path)
        else:
            frame = pd.read_parquet(path)
        try:
            assert_shape(frame, table)
        except (InputError, CRSError) as error:
            raise TableError(self._name(path), str(error)) from error
        return frame

    def _routes(self, name: str) -> Any:
        return ROUTES[name](self.root / TRAVEL)

    def _record(self, name: str) -> dict[str, Any]:
        tables: dict[str, dict[str, Any]] = self.manifest["tables"]
        if name not in tables:
            path = self.data / "tables" / f"{name}.parquet"
            raise TableError(self._name(path), "the manifest does not list it")
        return tables[name]

    def _name(self, path: Path) -> str:
        return path.relative_to(self.data.parent).as_posix()


class ReaderOver(TableReader):
    """
    A reader over another one, of which a subclass changes some tables; the routes are the same.

    Parameters
    ----------
    base : TableReader
    """

    def __init__(self, base: TableReader) -> None:
        self.base, self.root, self.data = base, base.root, base.data
        self._frames = {}

    def _load(self, name: str) -> pd.DataFrame:
        return self.base.read(name)

    def _routes(self, name: str) -> Any:
        return getattr(self.base, name)
