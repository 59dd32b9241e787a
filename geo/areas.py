"""Municipalities that tile their county, and outlines fit for drawing."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import shapely

from geo.errors import CRSError, InputError
from geo.tables.schema import STORAGE_CRS

AREA_CRS: Final = "EPSG:5070"
SNAP_M: Final = 1.0
DECIMALS: Final = 5
"""Of a degree: about a metre."""


def take_out_villages(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Cut villages out of the townships around them, so that areas no longer overlap.

    Parameters
    ----------
    areas : geopandas.GeoDataFrame
        `area_id`, `type_code` and polygons, in any projected or geographic CRS.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows in the same order and CRS.

    Raises
    ------
    InputError
        If nothing of an area is left; names the first.
    """
    is_village = areas["type_code"] == "village"
    villages = areas.geometry[is_village].union_all()
    result = areas.copy()
    result.loc[~is_village, "geometry"] = areas.geometry[~is_village].difference(villages)
    gone = result.loc[result.geometry.is_empty, "area_id"]
    if len(gone):
        msg = f"{len(gone)} areas lie wholly inside a village, first {gone.iloc[0]}"
        raise InputError(msg)
    return result


def simplify_together(areas: gpd.GeoDataFrame, *, tolerance_m: float) -> gpd.GeoDataFrame:
    """
    Simplify outlines for drawing; a border that two areas share stays one line.

    Parameters
    ----------
    areas : geopandas.GeoDataFrame
        Polygons that do not overlap, with a CRS.
    tolerance_m : float, metres
        Roughly the side of the largest triangle taken away.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows in EPSG:4269, rounded to five decimals, valid.

    Raises
    ------
    CRSError
        If `areas` has no CRS.

    Notes
    -----
    The coverage is cleaned first (borders within a metre are snapped, slivers merged), then
    simplified as one coverage. Measure areas and distances before this, not after.
    """
    if areas.crs is None:
        msg = "`areas` has no CRS; set it first"
        raise CRSError(msg)
    projected = areas.geometry.to_crs(AREA_CRS).to_numpy()
    clean = shapely.coverage_clean(projected, snapping_distance=SNAP_M)
    simple = gpd.GeoSeries(
        shapely.coverage_simplify(clean, tolerance_m), index=areas.index, crs=AREA_CRS
    ).to_crs(STORAGE_CRS)
    rounded = shapely.set_precision(simple.to_numpy(), 10.0**-DECIMALS, mode="valid_output")
    return areas.set_geometry(gpd.GeoSeries(rounded, index=areas.index, crs=STORAGE_CRS))
