"""The area within 15 and 30 minutes of each place of help, for the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

import geo
from geo.tables.schema import STORAGE_CRS
from geo.travel.tables import CATCHMENT, CATCHMENT_MINUTES, SOURCE_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapely.geometry.base import BaseGeometry

    from geo.access import Array
    from geo.travel.candidates import Rows
    from geo.travel.engines import Valhalla
    from geo.travel.matrix import Chunks

SITES_AT_ONCE: Final = 10


def catchment_table(
    engine: Valhalla,
    sites: pd.DataFrame,
    mode: str,
    chunks: Chunks,
    *,
    progress: Callable[[list[Rows]], Iterable[Rows]] = iter,
) -> gpd.GeoDataFrame:
    """
    Return the areas from which each site is reached within 15 and within 30 minutes.

    Parameters
    ----------
    engine : Valhalla
        OSRM makes no such areas.
    sites : pandas.DataFrame
        site_id, longitude, latitude (EPSG:4326).
    mode : {"car", "foot"}
    chunks : Chunks
        What is there already is not asked again.
    progress : callable
        Goes through the blocks and shows how far it is.

    Returns
    -------
    geopandas.GeoDataFrame
        Table `catchment`; no row for a site off the network, or where the area is no more than a
        line.

    Raises
    ------
    InputError
        If the engine fails; the blocks done so far are kept.
    """
    places = sites[["longitude", "latitude"]].to_numpy(float)
    ids = sites["site_id"].to_numpy(object)
    asked = f"catchments {geo.__version__} {mode} {CATCHMENT_MINUTES} {engine.identity()}".encode()
    blocks = np.split(np.arange(len(ids)), range(SITES_AT_ONCE, len(ids), SITES_AT_ONCE))
    done = [
        chunks.get(
            [asked, "\n".join(ids[rows]).encode(), places[rows].tobytes()],
            lambda rows=rows: _areas(engine, ids[rows], places[rows], mode),  # type: ignore[misc]
        )
        for rows in progress(blocks)
    ]
    found = pd.concat(done, ignore_index=True)
    outlines = gpd.GeoSeries.from_wkb(found["outline"], crs=STORAGE_CRS)
    table = gpd.GeoDataFrame(
        {
            "site_id": found["site_id"],
            "mode_code": mode,
            "minutes": found["minutes"],
            "engine_code": engine.code,
            "source_id": SOURCE_ID,
        },
        geometry=outlines,
    ).astype(CATCHMENT.dtypes)
    return table.sort_values(list(CATCHMENT.key), ignore_index=True)


def _areas(engine: Valhalla, ids: Any, places: Array, mode: str) -> pd.DataFrame:
    road_m = engine.road_distance_m(places, mode)
    outlines = [
        (site_id, limit, _polygons(area))
        for site_id, place, off_m in zip(ids, places, road_m, strict=True)
        if np.isfinite(off_m)  # else Valhalla draws a small square around the place
        for limit, area in engine.areas_within(place, mode, CATCHMENT_MINUTES).items()
    ]
    rows = [(*name, area.wkb) for *name, area in outlines if not area.is_empty]
    frame = pd.DataFrame(rows, columns=["site_id", "minutes", "outline"])
    return frame.astype({"site_id": "str", "minutes": "Int64"})


def _polygons(area: BaseGeometry) -> BaseGeometry:
    """Return the polygons of an outline that crosses itself, as generalised ones do."""
    from shapely import get_parts, make_valid, union_all

    parts = get_parts(make_valid(area))
    return union_all([part for part in parts if part.geom_type in ("Polygon", "MultiPolygon")])
