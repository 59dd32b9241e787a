"""Partitions on any file system fsspec knows: a local folder, an object store."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pandas as pd

from geo.errors import InputError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


@dataclass(frozen=True)
class Store:
    """
    A folder of partitions.

    Parameters
    ----------
    url : str
        A path, or an address such as s3://bucket/folder; every worker must reach it.
    """

    url: str

    @cached_property
    def _opened(self) -> tuple[AbstractFileSystem, str]:
        try:
            import fsspec
        except ImportError as error:
            msg = "this needs the extra packages `scale`: pip install '.[scale]'"
            raise InputError(msg) from error
        system, root = fsspec.core.url_to_fs(self.url)
        return system, root

    def path(self, name: str) -> str:
        """Return the whole path of a file of the folder."""
        return f"{self._opened[1]}/{name}"

    def has(self, name: str) -> bool:
        """Return whether a file is there."""
        return bool(self._opened[0].exists(self.path(name)))

    def names(self, pattern: str) -> list[str]:
        """Return the names of files that match, sorted."""
        system, root = self._opened
        return sorted(path[len(root) + 1 :] for path in system.glob(self.path(pattern)))

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        content: bytes = self._opened[0].cat_file(self.path(name))
        return content

    def write(self, name: str, content: bytes) -> str:
        """
        Write a file whole or not at all; return its SHA-256.

        Parameters
        ----------
        name : str
        content : bytes

        Returns
        -------
        str

        Notes
        -----
        Written beside its place and moved there. Two workers that write the same file write the
        same bytes: the last move wins, and nothing is lost.
        """
        system, _ = self._opened
        target = self.path(name)
        system.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
        aside = f"{target}.{uuid4().hex}.partial"
        system.pipe_file(aside, content)
        system.mv(aside, target)
        return hashlib.sha256(content).hexdigest()

    def read_json(self, name: str) -> dict[str, Any] | None:
        """Return a JSON file, or None where it is not there or is not readable."""
        if not self.has(name):
            return None
        try:
            found: dict[str, Any] = json.loads(self.read(name))
        except ValueError:
            return None
        return found

    def read_table(self, name: str) -> pd.DataFrame:
        """Return a partition; a GeoDataFrame where it has a geometry."""
        import geopandas as gpd

        content = io.BytesIO(self.read(name))
        try:
            frame: pd.DataFrame = gpd.read_parquet(content)
        except ValueError:  # no geometry
            content.seek(0)
            frame = pd.read_parquet(content)
        return frame


def as_parquet(frame: pd.DataFrame) -> bytes:
    """Return a frame as (Geo)Parquet: the same bytes for the same rows."""
    content = io.BytesIO()
    frame.to_parquet(content, index=False, compression="zstd")
    return content.getvalue()
