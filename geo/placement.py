"""Which polygon holds each point: one function, whatever their number."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import CRSError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    from numpy.typing import ArrayLike

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Places = np.ndarray[Any, np.dtype[np.intp]]
    Shapes = np.ndarray[Any, Any]
    Engine = Callable[[Array, Array], Places]

NOWHERE: Final = -1
SWITCH_AT: Final = 1_000_000
CHUNK: Final = 2_000_000
ENGINES: Final = ("shapely", "sedona")
POINT, POLYGONS, ABSENT = 0, (3, 6), -1  # as shapely numbers the types of geometries
JOIN: Final = """
SELECT points.row AS row, polygons.place AS place
FROM points JOIN polygons
ON ST_Intersects(ST_GeomFromWKB(polygons.wkb), ST_Point(points.x, points.y))
"""
EXACT: Final = "SET sedona.spatial_join.spatial_library = 'geo'"
"""SedonaDB's default library rounds: it loses points that lie on a slanting border."""


@dataclass(frozen=True, eq=False)
class Positions:
    """
    Points as two arrays, without an object for each.

    Parameters
    ----------
    x, y : array_like of float, shape (n,), units of `crs`
        East and north; a point without either is missing.
    crs : any
        What `pyproj.CRS` takes, such as "EPSG:4269".
    """

    x: ArrayLike
    y: ArrayLike
    crs: Any


def engine_for(count: int, *, engine: str = "auto", switch_at: int = SWITCH_AT) -> str:
    """
    Return the engine that places a number of points.

    Parameters
    ----------
    count : int
        Points.
    engine : {"auto", "shapely", "sedona"}
        By name, or by their number.
    switch_at : int
        More points than these go to SedonaDB, where it is installed.

    Returns
    -------
    str, one of `ENGINES`

    Raises
    ------
    InputError
        If `engine` is not known, or is "sedona" and SedonaDB is not installed.
    """
    if engine not in ("auto", *ENGINES):
        msg = f"`engine` is {engine!r}; known are auto, {', '.join(ENGINES)}"
        raise InputError(msg)
    is_there = find_spec("sedonadb") is not None
    if engine == "sedona" and not is_there:
        msg = (
            "`engine` is 'sedona', but SedonaDB is not installed; install it with "
            "`pip install sedonadb`, or leave `engine` out"
        )
        raise InputError(msg)
    if engine == "auto":
        return "sedona" if is_there and count > switch_at else "shapely"
    return engine


def place_points(
    points: gpd.GeoDataFrame | gpd.GeoSeries | Positions,
    polygons: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    engine: str = "auto",
    switch_at: int = SWITCH_AT,
    chunk: int = CHUNK,
) -> pd.Series:
    """
    Return the label of the polygon that holds each point.

    Parameters
    ----------
    points : geopandas.GeoDataFrame, geopandas.GeoSeries or Positions, n points
        Missing and empty ones stay missing.
    polygons : geopandas.GeoDataFrame or geopandas.GeoSeries
        Valid polygons and multipolygons, labelled by their index, in the CRS of `points`; missing
        and empty ones hold nothing.
    engine : {"auto", "shapely", "sedona"}
        As for `engine_for`. Both give the same labels.
    switch_at : int
        As for `engine_for`.
    chunk : int
        Points worked on at once, so that memory stays bounded.

    Returns
    -------
    pandas.Series, shape (n,), of the type of the labels (whole numbers: Int64)
        On the index of `points` (`Positions`: 0 to n - 1); missing where no polygon holds the
        point. `attrs["engine"]` names the engine that was used.

    Raises
    ------
    CRSError
        If either has no coordinate system, or theirs differ.
    InputError
        If a geometry is of another type, x and y differ in length, or the engine cannot be had.

    Notes
    -----
    A border belongs to its polygon. Where several hold a point, because they share a border or
    overlap, it goes to the first in the order of `polygons`. Coordinates are compared as they
    are, on a plane. SedonaDB works on all cores and may move intermediate results to temporary
    files where memory is short: what must not touch a disk is placed by shapely.

    Examples
    --------
    >>> import geopandas as gpd
    >>> squares = gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
    ...                         index=["west", "east"], crs=5070)
    >>> place_points(Positions([0.5, 1.0, 1.5, 9.0], [0.5] * 4, 5070), squares).tolist()
    ['west', 'west', 'east', nan]
    """
    _assert_one_crs(points, polygons)
    x, y, index = _coordinates(points)
    shapes = _assert_types(polygons, "polygons", POLYGONS)
    chosen = engine_for(len(x), engine=engine, switch_at=switch_at)
    kept = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    at = {"shapely": _shapely, "sedona": _sedona}[chosen](shapes[kept])
    place = np.full(len(x), NOWHERE, dtype=np.intp)
    for start in range(0, len(x), chunk):
        part = slice(start, start + chunk)
        usable = np.flatnonzero(np.isfinite(x[part]) & np.isfinite(y[part]))
        place[start + usable] = np.append(kept, NOWHERE)[at(x[part][usable], y[part][usable])]
    labels = polygons.index
    if pd.api.types.is_integer_dtype(labels.dtype):
        labels = labels.astype("Int64")
    found = pd.api.extensions.take(labels.array, place, allow_fill=True)
    result = pd.Series(found, index=index, name=polygons.index.name)
    result.attrs["engine"] = chosen
    return result


def _assert_one_crs(points: Any, polygons: Any) -> None:
    from pyproj import CRS

    for name, layer in (("points", points), ("polygons", polygons)):
        if layer.crs is None:
            msg = f"`{name}` has no coordinate system; name it with set_crs"
            raise CRSError(msg)
    if CRS.from_user_input(points.crs) != CRS.from_user_input(polygons.crs):
        msg = f"`points` is in {points.crs}, `polygons` in {polygons.crs}; bring both into one"
        raise CRSError(msg)


def _assert_types(layer: Any, name: str, allowed: tuple[int, ...]) -> Shapes:
    shapes = np.asarray(layer.geometry.array)
    kinds = shapely.get_type_id(shapes)
    wrong = np.flatnonzero(~np.isin(kinds, (*allowed, ABSENT)))
    if len(wrong):
        first = wrong[0]
        msg = (
            f"`{name}` has {len(wrong)} geometries of another type, first a "
            f"{shapes[first].geom_type} at {layer.index[first]!r}"
        )
        raise InputError(msg)
    return shapes


def _coordinates(points: Any) -> tuple[Array, Array, pd.Index]:
    if not isinstance(points, Positions):
        shapes = _assert_types(points, "points", (POINT,))
        shapes = np.array(shapes)  # a copy: an empty point has no x to ask for
        shapes[shapely.is_empty(shapes)] = None
        return shapely.get_x(shapes), shapely.get_y(shapes), points.index
    x, y = np.asarray(points.x, dtype=float), np.asarray(points.y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape:
        msg = f"`points` has x of shape {x.shape} and y of shape {y.shape}; they must be alike"
        raise InputError(msg)
    return x, y, pd.RangeIndex(len(x))


def _shapely(shapes: Shapes) -> Engine:
    """
    Return what places points by shapely, in this thread.

    Notes
    -----
    Points are sorted from west to east, so that a polygon is asked only for those within its own
    width, and no index of points is built. Polygons are copied before they are prepared: prepared
    shapes are not to be shared between threads.
    """
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    copies = shapely.to_wkb(shapes)

    def places(x: Array, y: Array) -> Places:
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
        starts, ends = np.searchsorted(x, west, "left"), np.searchsorted(x, east, "right")
        place = np.full(len(x), NOWHERE, dtype=np.intp)
        for one in np.flatnonzero(ends > starts)[::-1]:  # of two that hold a point, the first
            near = slice(starts[one], ends[one])
            at = starts[one] + np.flatnonzero((y[near] >= south[one]) & (y[near] <= north[one]))
            if len(at):
                shape = shapely.from_wkb(copies[one])
                shapely.prepare(shape)
                place[order[at[shapely.intersects_xy(shape, x[at], y[at])]]] = one
        return place

    return places


def _sedona(shapes: Shapes) -> Engine:
    """
    Return what places points by SedonaDB, on all cores.

    Notes
    -----
    Neither side carries a coordinate system there: that they share one is known by then, and any
    can be had, not only those with a number.
    """
    import pyarrow as pa

    context = import_module("sedonadb").connect()
    context.sql(EXACT).execute()
    wkb = pa.array(shapely.to_wkb(shapes, output_dimension=2), pa.binary())
    polygons = pa.table({"place": np.arange(len(shapes)), "wkb": wkb})
    context.create_data_frame(polygons).to_view("polygons")

    def places(x: Array, y: Array) -> Places:
        points = pa.table({"row": np.arange(len(x)), "x": x, "y": y})
        context.create_data_frame(points).to_view("points", overwrite=True)
        pairs = pa.table(context.sql(JOIN))
        first = np.full(len(x), len(shapes), dtype=np.intp)
        np.minimum.at(first, pairs["row"].to_numpy(), pairs["place"].to_numpy())
        first[first == len(shapes)] = NOWHERE
        return first

    return places
