"""A file of outlines by the US Census Bureau: read within bounds, checked, its outlines mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import shapely

from geo.errors import InputError
from geo.own_data.guards import (
    MOST_UNPACKED_BYTES,
    SHAPEFILE_PARTS,
    checked_members,
    repacked,
    whole,
)
from geo.sources.source import assert_columns
from geo.tables.schema import STORAGE_CRS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

_WGS84: Final = "EPSG:4326"
_SHAPEFILE_FILES: Final = (*SHAPEFILE_PARTS, ".prj", ".cpg")
_KNOWN: Final = (
    *("GEOID", "GEOIDFQ", "AFFGEOID", "NAME", "NAMELSAD", "NAMELSADCO", "STUSPS", "STATE_NAME"),
    *("STATEFP", "COUNTYFP", "COUNTYNS", "COUSUBFP", "COUSUBNS", "PLACEFP", "PLACENS", "TRACTCE"),
    *("ZCTA5CE", "LSAD", "CLASSFP", "MTFCC", "FUNCSTAT", "CSAFP", "CBSAFP", "METDIVFP"),
    *("PCICBSA", "PCINECTA", "NECTAFP", "CNECTAFP", "NCTADVFP", "ALAND", "AWATER"),
    *("INTPTLAT", "INTPTLON", "geometry"),
)
"""Columns of cartographic and TIGER/Line files of any kind of area."""


def boundary_rows(
    paths: Sequence[Path], state: str | None, title: str, needed: Sequence[str], digits: int
) -> gpd.GeoDataFrame:
    """
    Return the rows of a state from a file of outlines.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        One zipped shapefile or GeoJSON file.
    state : str or None
        FIPS code; None for every row.
    title : str
        What the rows are, for messages.
    needed : sequence of str
        Columns besides GEOID, ALAND and STATEFP.
    digits : int
        Length of a GEOID.

    Returns
    -------
    geopandas.GeoDataFrame, EPSG:4269
        The publisher's columns; by GEOID, outlines valid, ALAND as Int64.

    Raises
    ------
    InputError
        If there is not one file, it is damaged, lacks a column, has no row of the state, or a
        GEOID, land area or outline cannot be used.
    """
    if len(paths) != 1:
        names = ", ".join(path.name for path in paths) or "none"
        msg = f"{title}: one file is needed, there are {len(paths)} ({names}); keep the newest"
        raise InputError(msg)
    path = paths[0]
    rows = _read(path, title)
    if "GEOID" not in rows.columns:  # ZCTA files bear the census year on each name
        rows = rows.rename(columns=lambda name: name.removesuffix("10").removesuffix("20"))
    columns = ("GEOID", "ALAND", *needed, *(() if state is None else ("STATEFP",)))
    assert_columns(rows, columns, title, path, known=_KNOWN)
    if state is not None:
        rows = rows[rows["STATEFP"] == state]
    if rows.empty:
        msg = f"{title}: {path.name} has no rows{f' for state {state}' if state else ''}"
        raise InputError(msg)
    rows = rows.sort_values("GEOID", ignore_index=True)
    _check_geoids(rows["GEOID"], digits, title, path)
    rows["ALAND"] = _land_m2(rows["ALAND"], title, path)
    return rows.set_geometry(_mended(rows, title, path))


def _read(path: Path, title: str) -> gpd.GeoDataFrame:
    """Return all rows of a zipped shapefile or a GeoJSON file in EPSG:4269."""
    import pyogrio

    if path.stat().st_size > MOST_UNPACKED_BYTES:
        msg = f"{title}: {path.name} is larger than {MOST_UNPACKED_BYTES:,} bytes; take one state"
        raise InputError(msg)
    content = path.read_bytes()
    try:
        with whole("file"):
            rows = pyogrio.read_dataframe(
                _shapefile(content) if path.suffix.lower() == ".zip" else content
            )
    except InputError as error:
        msg = f"{title}: {path.name}: {error} Download it again."
        raise InputError(msg) from error
    crs = getattr(rows, "crs", None)
    if crs is None:
        msg = f"{title}: {path.name} has no outlines in a stated coordinate system"
        raise InputError(msg)
    if crs == _WGS84:  # GeoJSON cannot state NAD83; its numbers are the published ones
        return rows.set_crs(STORAGE_CRS, allow_override=True)
    return rows.to_crs(STORAGE_CRS)


def _shapefile(content: bytes) -> bytes:
    """Return a zip archive in memory with the parts of the one shapefile of an archive."""
    members = checked_members(content, keep=lambda name: name.lower().endswith(_SHAPEFILE_FILES))
    ends = sorted(name.lower()[-4:] for name in members)
    if any(ends.count(end) != 1 for end in SHAPEFILE_PARTS):
        msg = "it must hold one shapefile: .shp, .shx and .dbf."
        raise InputError(msg)
    return repacked({f"layer{name.lower()[-4:]}": part for name, part in members.items()})


def _check_geoids(geoids: pd.Series, digits: int, title: str, path: Path) -> None:
    wrong = geoids[~geoids.astype("str").str.fullmatch(rf"\d{{{digits}}}").fillna(value=False)]
    if len(wrong):
        msg = (
            f"{title}: {path.name} has {len(wrong)} rows whose GEOID has not {digits} digits, "
            f"first {wrong.iloc[0]!r}; it is another file"
        )
        raise InputError(msg)
    if geoids.duplicated().any():
        first = geoids[geoids.duplicated()].iloc[0]
        msg = f"{title}: {path.name} has GEOID {first} twice; download it again"
        raise InputError(msg)


def _land_m2(values: pd.Series, title: str, path: Path) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce")
    bad = numbers.isna() | (numbers < 0)
    if bad.any():
        msg = (
            f"{title}: {path.name}: column ALAND has {int(bad.sum())} values that are no land "
            f"area in square metres, first {values[bad].iloc[0]!r}; download the file again"
        )
        raise InputError(msg)
    return numbers.round().astype("Int64")


def _mended(rows: gpd.GeoDataFrame, title: str, path: Path) -> gpd.GeoSeries:
    """Return valid outlines: of a broken one the polygons that it makes."""
    outlines = rows.geometry.copy()
    broken = ~outlines.is_valid & outlines.notna()
    if broken.any():
        outlines[broken] = [_polygons(one) for one in shapely.make_valid(outlines[broken])]
    lost = outlines.is_empty | ~outlines.geom_type.isin(["Polygon", "MultiPolygon"])
    if lost.any():
        first = rows.loc[lost, "GEOID"].iloc[0]
        msg = f"{title}: {path.name} has {int(lost.sum())} rows without an outline, first {first}"
        raise InputError(msg)
    return outlines


def _polygons(outline: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(outline)
    return shapely.union_all(parts[[one.geom_type in {"Polygon", "MultiPolygon"} for one in parts]])
