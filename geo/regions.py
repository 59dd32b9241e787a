"""Named sets of counties, one TOML file each in `data/regions/`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.errors import RegionError
from geo.source_records import toml_value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Region:
    """
    A set of counties with a name.

    Parameters
    ----------
    region_id : str
        The stem of its file.
    label : str
        What people call it.
    counties : tuple of str
        County GEOIDs.
    citation : str
        Where the set is written down.
    """

    region_id: str
    label: str
    counties: tuple[str, ...]
    citation: str

    @property
    def states(self) -> tuple[str, ...]:
        """State FIPS codes of its counties, sorted."""
        return tuple(sorted({geoid[:2] for geoid in self.counties}))


def list_regions(folder: Path) -> dict[str, Region]:
    """
    Read every region file of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Usually `data/regions`.

    Returns
    -------
    dict of str to Region
        By identifier, sorted.

    Raises
    ------
    RegionError
        If a file cannot be read or lacks a field; names both.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}


def find_region(folder: Path, region_id: str) -> Region:
    """
    Return one region.

    Raises
    ------
    RegionError
        If there is none of that name; lists those there are.
    """
    regions = list_regions(folder)
    if region_id not in regions:
        msg = f"unknown `region` {region_id!r}; known: {', '.join(regions)}"
        raise RegionError(msg)
    return regions[region_id]


def region_text(label: str, citation: str, counties: Iterable[str]) -> str:
    """Return a region file."""
    return (
        f"label = {toml_value(label)}\n"
        f"citation = {toml_value(citation)}\n"
        f"counties = {toml_value(sorted(counties))}\n"
    )


def _read(path: Path) -> Region:
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
        counties = fields["counties"]
        good = isinstance(counties, list) and counties
        if not good or not all(re.fullmatch(r"\d{5}", str(one)) for one in counties):
            msg = "counties must be a list of GEOIDs of five digits, as text"
            raise ValueError(msg)  # noqa: TRY301
        return Region(
            region_id=path.stem,
            label=fields["label"],
            counties=tuple(map(str, counties)),
            citation=fields["citation"],
        )
    except (KeyError, ValueError) as error:
        msg = f"region file {path.name} cannot be used: {error!r}"
        raise RegionError(msg) from error
