"""Slivers between areas of different files: found, and given to a neighbour."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.tables.schema import STORAGE_CRS

Geometries = np.ndarray[Any, np.dtype[np.object_]]

AREA_CRS: Final = "EPSG:5070"
SLIVER_M2: Final = 10_000.0
"""A piece below a hectare is noise of drawing, unless it is all there is of a place."""
SLIVER_WIDTH_M: Final = 10.0
"""So is a piece that is on average narrower than this: twice its area over its perimeter."""
TOUCH_DEGREES: Final = 1e-8
"""About a millimetre: borders this close are one."""
_ROUNDS: Final = 5


def measured_m2(shapes: Geometries) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the areas of shapes in EPSG:4269, square metres in EPSG:5070."""
    size = gpd.GeoSeries(shapes, crs=STORAGE_CRS).to_crs(AREA_CRS).area
    return np.asarray(size, dtype=np.float64)


def is_sliver(shapes: Geometries) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """
    Return which shapes are noise: below a hectare, or narrower than 10 m on average.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometries, shape (n,), EPSG:4269

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
    """
    metric = gpd.GeoSeries(shapes, crs=STORAGE_CRS).to_crs(AREA_CRS)
    size = metric.area
    noise = (size < SLIVER_M2) | (2 * size < SLIVER_WIDTH_M * metric.length)
    return np.asarray(noise, dtype=np.bool_)


def only_polygons(shapes: Geometries) -> Geometries:
    """Return the polygons of each shape, lines and points between them left out."""
    kinds = shapely.get_type_id(shapes)
    mixed = np.flatnonzero((kinds != shapely.GeometryType.POLYGON) & (kinds != _MULTI))
    result = shapes.copy()
    for index in mixed:
        pieces = shapely.get_parts(shapes[index])
        result[index] = shapely.multipolygons(pieces[shapely.get_type_id(pieces) == _SINGLE])
    return result


def merge_slivers(tiles: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Give each sliver to the neighbour it shares the longest border with, within its county.

    Parameters
    ----------
    tiles : geopandas.GeoDataFrame
        geoid, county_geoid, is_place and polygons of any number of pieces.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows of which something is left, in their order; the pieces of a county are the same
        land as before. The largest piece of a place stays a sliver, and so does a piece that
        touches nothing of its county.
    """
    pieces = tiles.explode(index_parts=False)
    pieces["row"] = pieces.index
    pieces = pieces.reset_index(drop=True)
    shapes = pieces.geometry.to_numpy()
    size = measured_m2(shapes)
    largest = pd.Series(size).groupby(pieces["geoid"]).transform("max").to_numpy()
    loose = is_sliver(shapes) & ~(pieces["is_place"].to_numpy(bool) & (size == largest))
    owner = pieces["row"].to_numpy().copy()
    county = pieces["county_geoid"].to_numpy()
    for _ in range(_ROUNDS):
        if not loose.any():
            break
        found = _longest_neighbour(shapes, county, loose)
        if found.empty:
            break
        owner[found.index] = owner[found.to_numpy()]
        loose[found.index] = False
    joined = gpd.GeoSeries(shapes, crs=tiles.crs).groupby(owner).agg(_union)
    result = tiles.loc[joined.index.sort_values()].copy()
    return result.set_geometry(gpd.GeoSeries(joined.loc[result.index], crs=tiles.crs))


_SINGLE, _MULTI = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON


def _union(shapes: pd.Series) -> Any:
    return shapes.iloc[0] if len(shapes) == 1 else shapely.union_all(shapes.to_numpy())


def _longest_neighbour(
    shapes: Geometries, county: np.ndarray[Any, Any], loose: np.ndarray[Any, np.dtype[np.bool_]]
) -> pd.Series:
    """Return, by the position of each loose piece, the position of its firm neighbour."""
    positions, firm = np.flatnonzero(loose), np.flatnonzero(~loose)
    reach = shapely.buffer(shapes[positions], TOUCH_DEGREES)
    one, two = shapely.STRtree(shapes[firm]).query(reach, predicate="intersects")
    pairs = pd.DataFrame({"reach": one, "piece": positions[one], "other": firm[two]})
    pairs = pairs[county[pairs["piece"]] == county[pairs["other"]]]
    borders = shapely.boundary(shapes[pairs["other"]])
    pairs["length"] = shapely.length(shapely.intersection(borders, reach[pairs["reach"]]))
    pairs = pairs[pairs["length"] > 10 * TOUCH_DEGREES]  # a corner is no border
    longest = pairs.sort_values(["length", "other"], ascending=[False, True])
    return longest.drop_duplicates("piece").set_index("piece")["other"]
