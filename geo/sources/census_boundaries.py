"""
Outlines by the US Census Bureau: counties, county subdivisions, places, tracts, ZCTAs.

Cartographic boundary files, 1:500,000, cut at the shore. Files of other years and scales, as
GeoJSON, and TIGER/Line files are read as well. Written from the public documentation; `fetch` was
not run against the live service.

Notes
-----
Whether a place is incorporated stands in TIGER/Line files (class code C...). Cartographic files
only have the legal/statistical area description (LSAD): 25 city, 43 town, 47 village, 21 borough
and others are incorporated; 57 census designated place, and in Puerto Rico 55 comunidad and
62 zona urbana, are not.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.sources.boundary_files import boundary_rows
from geo.sources.source import Fetched, Source
from geo.tables.schema import STORAGE_CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from geo.sources.client import Client

VINTAGE: Final = "2023"
ZCTA_VINTAGE: Final = "2020"

_BASE: Final = "https://www2.census.gov/geo/tiger"
_PAGE: Final = (
    "https://www.census.gov/geographies/mapping-files/time-series/geo/cartographic-boundary.html"
)
_NOT_INCORPORATED_LSAD: Final = ("55", "57", "62")
_UNDEFINED_COUSUB: Final = "00000"
_POINT_DECIMALS: Final = 5


def read_counties(paths: Sequence[Path], state: str) -> gpd.GeoDataFrame:
    """
    Return the counties of a state.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        One file.
    state : str
        FIPS code.

    Returns
    -------
    geopandas.GeoDataFrame, EPSG:4269
        `geoid`, `name` (without the word County), `land_m2`, `geometry`; by `geoid`.

    Raises
    ------
    InputError
        If the file is not one, is damaged, lacks a column or has no row of the state.
    """
    return county_rows(boundary_rows(paths, state, "County outlines", ("NAME",), 5))


def county_rows(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows of a file of counties in the columns of `read_counties`."""
    return _frame(rows, geoid=rows["GEOID"], name=rows["NAME"])


def read_cousubs(paths: Sequence[Path], state: str) -> gpd.GeoDataFrame:
    """
    Return the county subdivisions of a state: in Michigan townships and cities.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        One file.
    state : str
        FIPS code.

    Returns
    -------
    geopandas.GeoDataFrame, EPSG:4269
        `geoid` (10 digits), `name`, `lsad_code`, `county_geoid`, `land_m2`, `geometry`; by
        `geoid`. Water outside any subdivision (code 00000) is left out.

    Raises
    ------
    InputError
        As in `read_counties`.
    """
    needed = ("NAME", "LSAD", "COUSUBFP")
    rows = boundary_rows(paths, state, "County subdivision outlines", needed, 10)
    rows = rows[rows["COUSUBFP"] != _UNDEFINED_COUSUB]
    return _frame(
        rows,
        geoid=rows["GEOID"],
        name=rows["NAME"],
        lsad_code=rows["LSAD"],
        county_geoid=rows["GEOID"].str[:5],
    )


def read_places(paths: Sequence[Path], state: str) -> gpd.GeoDataFrame:
    """
    Return the places of a state: cities, villages and census designated places.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        One file.
    state : str
        FIPS code.

    Returns
    -------
    geopandas.GeoDataFrame, EPSG:4269
        `geoid` (7 digits), `name`, `lsad_code`, `is_incorporated`, `land_m2`, `geometry`; by
        `geoid`.

    Raises
    ------
    InputError
        As in `read_counties`.
    """
    rows = boundary_rows(paths, state, "Place outlines", ("NAME", "LSAD"), 7)
    is_incorporated = ~rows["LSAD"].isin(_NOT_INCORPORATED_LSAD)
    if "CLASSFP" in rows:
        is_incorporated = rows["CLASSFP"].str.startswith("C")
    return _frame(
        rows,
        geoid=rows["GEOID"],
        name=rows["NAME"],
        lsad_code=rows["LSAD"],
        is_incorporated=is_incorporated.astype("boolean"),
    )


def read_tracts(paths: Sequence[Path], state: str) -> gpd.GeoDataFrame:
    """
    Return the census tracts of a state, each with a point inside.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        One file.
    state : str
        FIPS code.

    Returns
    -------
    geopandas.GeoDataFrame, EPSG:4269
        `geoid` (11 digits), `county_geoid`, `land_m2`, `latitude`, `longitude`, `geometry`; by
        `geoid`. The point is rounded to 5 decimals where it then still lies inside.

    Raises
    ------
    InputError
        As in `read_counties`.
    """
    rows = boundary_rows(paths, state, "Census tract outlines", (), 11)
    points = rows.geometry.representative_point()
    x, y = points.x.round(_POINT_DECIMALS), points.y.round(_POINT_DECIMALS)
    stays = shapely.contains_xy(rows.geometry.to_numpy(), x, y)
    frame = _frame(rows, geoid=rows["GEOID"], county_geoid=rows["GEOID"].str[:5])
    frame.insert(3, "latitude", y.where(stays, points.y).astype("Float64").array)
    frame.insert(4, "longitude", x.where(stays, points.x).astype("Float64").array)
    return frame


def read_zctas(paths: Sequence[Path], state: str) -> gpd.GeoDataFrame:
    """
    Return all ZIP code tabulation areas; the file does not say which state they lie in.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        One file.
    state : str
        Not used: ZIP codes cross state lines.

    Returns
    -------
    geopandas.GeoDataFrame, EPSG:4269
        `zip_code`, `land_m2`, `geometry`; by `zip_code`.

    Raises
    ------
    InputError
        As in `read_counties`.
    """
    del state
    rows = boundary_rows(paths, None, "ZIP code tabulation area outlines", (), 5)
    return _frame(rows, zip_code=rows["GEOID"])


def _frame(rows: gpd.GeoDataFrame, **columns: pd.Series) -> gpd.GeoDataFrame:
    """Return named columns, land area and mended outlines, sorted by the first column."""
    frame = pd.DataFrame(
        {
            name: values.astype("str") if values.dtype != "boolean" else values
            for name, values in columns.items()
        }
    )
    frame["land_m2"] = rows["ALAND"].astype("Int64")
    result = gpd.GeoDataFrame(frame, geometry=rows.geometry, crs=STORAGE_CRS)
    return result.reset_index(drop=True)


def _fetch(client: Client, state: str, *, kind: str, vintage: str) -> tuple[Fetched, ...]:
    """Download the file of a state, or of the country where `kind` has no state in it."""
    stem = f"cb_{vintage}_{kind.format(state=state)}_500k"
    return (client.get(f"{_BASE}/GENZ{vintage}/shp/{stem}.zip"),)


def _names(kind: str) -> tuple[str, ...]:
    """Return the file names of a kind: the state's own before the country's, finest first."""
    areas = [f"us_{kind}"]
    if kind in {"cousub", "place", "tract"}:
        areas.insert(0, f"{{state}}_{kind}")
    cartographic = [
        f"cb_*_{area}_{scale}.{suffix}"
        for area in areas
        for scale in ("500k", "5m", "20m")
        for suffix in ("zip", "*json")
    ]
    full = [f"tl_*_{area.removesuffix('*')}*.zip" for area in areas]
    return (*cartographic, *full)


def _source(
    kind: str, title: str, read: Callable[[Sequence[Path], str], pd.DataFrame], note: str
) -> Source:
    """Return the source of one kind of area."""
    vintage = ZCTA_VINTAGE if kind.startswith("zcta") else VINTAGE
    area = "{state}" if kind in {"cousub", "place", "tract"} else "us"
    return Source(
        source_id=f"census-{kind}-boundaries",
        title=title,
        publisher="US Census Bureau",
        licence="Public domain",
        url=_PAGE,
        note=note,
        vintage=vintage,
        file_names=_names("zcta5*" if kind.startswith("zcta") else kind),
        fetch=partial(_fetch, kind=f"{area}_{kind}", vintage=vintage),
        read=read,
    )


COUNTIES: Final = _source(
    "county",
    "County outlines",
    read_counties,
    "Generalised to 1:500,000 and cut at the shore.",
)
COUSUBS: Final = _source(
    "cousub",
    "County subdivision outlines",
    read_cousubs,
    "Townships and cities; water outside any of them is left out.",
)
PLACES: Final = _source(
    "place",
    "Place outlines",
    read_places,
    "Cities, villages and census designated places; the last are not incorporated.",
)
TRACTS: Final = _source(
    "tract",
    "Census tract outlines",
    read_tracts,
    "Tracts are redrawn with each decennial census.",
)
ZCTAS: Final = _source(
    "zcta520",
    "ZIP code tabulation area outlines",
    read_zctas,
    "Near to ZIP codes, not the same: drawn from the blocks of the 2020 census.",
)
