"""Municipality parts that tile their county without overlap, for any state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import CRSError, InputError
from geo.legal_types import cousub_type, place_type
from geo.tables.schema import STORAGE_CRS
from geo.tile_slivers import TOUCH_DEGREES, is_sliver, measured_m2, merge_slivers, only_polygons

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME_SHARE: Final = 0.98
"""A place and a subdivision are one where they share this much of the larger of the two."""
COLUMNS: Final = (
    "area_id",
    "geoid",
    "name",
    "type_code",
    "county_geoid",
    "land_m2",
    "boundary_code",
    "boundary_note",
    "is_cross_county",
    "geometry",
)
_CENSUS_NOTE: Final = "outline of the Census Bureau's file, cut at the county line"
_CUT_NOTE: Final = (
    "county subdivision without the incorporated places that have a part of their own"
)
_REST_NOTE: Final = "what no incorporated place and no county subdivision covers"
_COUNTY_WORD: Final = {"22": " Parish", "02": "", "11": "", "72": ""}
_NOT_DEFINED: Final = "00000"
"""Census code of a county subdivision where none is defined."""


def municipal_tiles(
    counties: gpd.GeoDataFrame,
    cousubs: gpd.GeoDataFrame | None,
    places: gpd.GeoDataFrame | None,
) -> gpd.GeoDataFrame:
    """
    Return disjoint municipality parts that tile each county.

    Parameters
    ----------
    counties : geopandas.GeoDataFrame
        geoid, name, land_m2 and polygons. Give every county of a state, so that a place in two
        of them is known to be.
    cousubs : geopandas.GeoDataFrame or None
        County subdivisions: geoid (10 digits), name, lsad_code, county_geoid, land_m2, polygons.
    places : geopandas.GeoDataFrame or None
        geoid (7 digits), name, lsad_code, is_incorporated, land_m2, polygons. Those that are not
        incorporated are left out: they have no government of their own.

    Returns
    -------
    geopandas.GeoDataFrame, one row per part, sorted by `area_id`, EPSG:4269
        area_id, geoid, name, type_code, county_geoid, land_m2 (Int64: the census figure of the
        whole area; the measured area of the part for a place in two counties and where the census
        gives none), boundary_code (census, remainder), boundary_note, is_cross_county, geometry.

    Raises
    ------
    CRSError
        If a frame is not in EPSG:4269.
    InputError
        If a frame lacks a column or names an area twice, or there is no county.

    Notes
    -----
    Places are cut at county lines. A part that is one with a county subdivision (98 % of the
    larger of the two) takes the subdivision's GEOID and outline, and the place's name and type;
    any other keeps its GEOID and is cut out of the subdivisions, whose rests stay. What no file
    covers is the county's remainder, with the census code 00000 of a subdivision that is not
    defined. Pieces below a hectare or 10 m of mean width go to the neighbour in the county they
    share the longest border with; the largest piece of a place always stays. Borders are made one
    by `shapely.coverage_clean`.
    """
    _assert_inputs(counties, cousubs, places)
    outlines = counties.set_index("geoid").geometry
    parts = _place_parts(counties, places)
    subdivisions = _subdivision_parts(outlines, cousubs)
    parts["cousub_geoid"] = _same_subdivision(parts, subdivisions)
    own = _own_parts(parts[parts["cousub_geoid"] == ""])
    cut = {
        str(county): shapely.union_all(rows["geometry"].to_numpy())
        for county, rows in own.groupby("county_geoid")
    }
    subdivided = _rests(subdivisions, parts[parts["cousub_geoid"] != ""], cut)
    names = counties.set_index("geoid")["name"].map(str)
    is_nameless = subdivided["geoid"].str.endswith(_NOT_DEFINED)
    subdivided.loc[is_nameless, "name"] = _remainder_names(
        subdivided.loc[is_nameless, "county_geoid"], names
    )
    rest = _county_rests(outlines, names, [own, subdivided])
    rows = [frame for frame in (own, subdivided, rest) if len(frame)]
    tiles = gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=STORAGE_CRS)
    tiles = merge_slivers(_joined(tiles))
    clean = shapely.coverage_clean(tiles.geometry.to_numpy(), snapping_distance=TOUCH_DEGREES)
    tiles = tiles.set_geometry(gpd.GeoSeries(clean, index=tiles.index, crs=STORAGE_CRS))
    return _finished(tiles[~tiles.geometry.is_empty])


def _assert_inputs(
    counties: gpd.GeoDataFrame, cousubs: gpd.GeoDataFrame | None, places: gpd.GeoDataFrame | None
) -> None:
    if not len(counties):
        msg = "`counties` is empty; give at least one county"
        raise InputError(msg)
    for title, frame, more in (
        ("counties", counties, ()),
        ("cousubs", cousubs, ("lsad_code", "county_geoid")),
        ("places", places, ("lsad_code", "is_incorporated")),
    ):
        if frame is None:
            continue
        absent = [name for name in ("geoid", "name", "land_m2", *more) if name not in frame.columns]
        if absent:
            msg = f"`{title}` lacks column {', '.join(absent)}"
            raise InputError(msg)
        if frame.crs != STORAGE_CRS:
            msg = f"`{title}` is in {frame.crs}, it must be in {STORAGE_CRS}"
            raise CRSError(msg)
        if frame["geoid"].duplicated().any():
            twice = frame.loc[frame["geoid"].duplicated(), "geoid"].iloc[0]
            msg = f"`{title}` names {twice} twice; join its parts into one row first"
            raise InputError(msg)


def _place_parts(counties: gpd.GeoDataFrame, places: gpd.GeoDataFrame | None) -> pd.DataFrame:
    columns = ["geoid", "name", "lsad_code", "land_m2", "county_geoid", "geometry", "area_m2"]
    if places is None or not places["is_incorporated"].any():
        return pd.DataFrame(columns=[*columns, "is_cross_county"])
    places = places[places["is_incorporated"].astype(bool)]
    shapes, outlines = places.geometry.to_numpy(), counties.geometry.to_numpy()
    of_place, of_county = shapely.STRtree(outlines).query(shapes, predicate="intersects")
    parts = pd.DataFrame(places).iloc[of_place].reset_index(drop=True)
    parts["county_geoid"] = counties["geoid"].to_numpy()[of_county]
    cuts = only_polygons(shapely.intersection(shapes[of_place], outlines[of_county]))
    parts["geometry"], parts["area_m2"] = cuts, measured_m2(cuts)
    largest = parts.groupby("geoid")["area_m2"].transform("max")
    is_noise = is_sliver(cuts) & (parts["area_m2"] < largest)
    parts = parts.loc[~is_noise & (parts["area_m2"] > 0), columns].reset_index(drop=True)
    return parts.assign(is_cross_county=parts["geoid"].duplicated(keep=False))


def _subdivision_parts(outlines: gpd.GeoSeries, cousubs: gpd.GeoDataFrame | None) -> pd.DataFrame:
    columns = ["geoid", "name", "lsad_code", "land_m2", "county_geoid", "geometry", "area_m2"]
    if cousubs is None or not cousubs["county_geoid"].isin(outlines.index).any():
        return pd.DataFrame(columns=columns)
    parts = pd.DataFrame(cousubs[cousubs["county_geoid"].isin(outlines.index)])
    around = outlines.loc[parts["county_geoid"]].to_numpy()
    cuts = only_polygons(shapely.intersection(parts["geometry"].to_numpy(), around))
    parts = parts.assign(geometry=cuts, area_m2=measured_m2(cuts))
    return parts.loc[parts["area_m2"] > 0, columns].reset_index(drop=True)


def _same_subdivision(parts: pd.DataFrame, subdivisions: pd.DataFrame) -> pd.Series:
    """Return the GEOID of the subdivision that each place part is one with; else empty."""
    same = pd.Series("", index=parts.index, dtype="str")
    if parts.empty or subdivisions.empty:
        return same
    shapes, others = parts["geometry"].to_numpy(), subdivisions["geometry"].to_numpy()
    one, two = shapely.STRtree(others).query(shapes, predicate="intersects")
    sizes = np.stack([parts["area_m2"].to_numpy()[one], subdivisions["area_m2"].to_numpy()[two]])
    homes = parts["county_geoid"].to_numpy()[one], subdivisions["county_geoid"].to_numpy()[two]
    larger = sizes.max(axis=0)
    likely = (sizes.min(axis=0) >= SAME_SHARE * larger) & (homes[0] == homes[1])
    one, two, larger = one[likely], two[likely], larger[likely]
    shared = measured_m2(shapely.intersection(shapes[one], others[two])) >= SAME_SHARE * larger
    same.iloc[one[shared]] = subdivisions["geoid"].to_numpy()[two[shared]]
    return same


def _own_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of places that keep their own GEOID, as tiles."""
    kinds = [place_type(*pair) for pair in parts[["lsad_code", "name"]].to_numpy(str)]
    return parts.assign(
        type_code=kinds,
        land_m2=parts["land_m2"].where(~parts["is_cross_county"].astype(bool)),
        boundary_code="census",
        boundary_note=_CENSUS_NOTE,
        is_place=True,
    )


def _rests(
    subdivisions: pd.DataFrame, same: pd.DataFrame, cut: Mapping[str, object]
) -> pd.DataFrame:
    """Return the subdivisions without the places cut out of them, as tiles."""
    place = same.set_index("cousub_geoid").reindex(subdivisions["geoid"])
    is_place = place["name"].notna().to_numpy()
    kinds = [
        cousub_type(lsad, geoid[:2])
        for lsad, geoid in subdivisions[["lsad_code", "geoid"]].to_numpy(str)
    ]
    own = [place_type(*pair) for pair in place[["lsad_code", "name"]].to_numpy(str)]
    names = subdivisions["name"] + np.where(np.array(kinds) == "remainder", ", remainder", "")
    whole = subdivisions["geometry"].to_numpy()
    empty = shapely.Polygon()
    holes = np.array([cut.get(home, empty) for home in subdivisions["county_geoid"]], dtype=object)
    left = only_polygons(shapely.difference(whole, holes)) if len(whole) else whole
    is_whole = shapely.area(left) >= shapely.area(whole) * (1 - 1e-9)
    tiles = subdivisions.assign(
        name=np.where(is_place, place["name"].to_numpy(), names.to_numpy()),
        type_code=np.where(is_place, own, kinds),
        boundary_code=np.where(is_whole, "census", "remainder"),
        boundary_note=np.where(is_whole, _CENSUS_NOTE, _CUT_NOTE),
        is_cross_county=place["is_cross_county"].eq(other=True).to_numpy(),
        is_place=is_place,
        geometry=left,
    )
    return tiles[~shapely.is_empty(left)]


def _county_rests(
    outlines: gpd.GeoSeries, names: pd.Series, tiles: list[pd.DataFrame]
) -> pd.DataFrame:
    """Return what no tile covers of each county, as tiles."""
    known = pd.concat(
        [frame[["county_geoid", "geometry"]] for frame in tiles if len(frame)] or tiles
    )
    covered = {
        str(county): shapely.union_all(rows["geometry"].to_numpy())
        for county, rows in known.groupby("county_geoid")
    }
    taken = np.array([covered.get(c, shapely.Polygon()) for c in outlines.index], dtype=object)
    left = only_polygons(shapely.difference(outlines.to_numpy(), taken))
    rest = pd.DataFrame({"county_geoid": outlines.index, "geometry": left})
    rest = rest[~shapely.is_empty(left)]
    return rest.assign(
        geoid=rest["county_geoid"] + _NOT_DEFINED,
        name=_remainder_names(rest["county_geoid"], names),
        type_code="remainder",
        land_m2=None,
        boundary_code="remainder",
        boundary_note=_REST_NOTE,
        is_cross_county=False,
        is_place=False,
    )


def _remainder_names(county_geoids: pd.Series, names: pd.Series) -> list[str]:
    return [
        f"{names[geoid]}{_COUNTY_WORD.get(geoid[:2], ' County')}, remainder"
        for geoid in county_geoids
    ]


def _joined(tiles: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per area: a county's remainder may stand in the file and be left over too."""
    if not tiles.duplicated(["county_geoid", "geoid"]).any():
        return tiles
    shapes = tiles.groupby(["county_geoid", "geoid"])["geometry"].agg(
        lambda rows: shapely.union_all(rows.to_numpy())
    )
    once = tiles.drop_duplicates(["county_geoid", "geoid"]).reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(once[["county_geoid", "geoid"]])
    return once.set_geometry(gpd.GeoSeries(shapes.loc[keys].to_numpy(), crs=STORAGE_CRS))


def _finished(tiles: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    land = pd.to_numeric(tiles["land_m2"]).astype("Float64")
    measured = pd.Series(measured_m2(tiles.geometry.to_numpy()).round(), index=tiles.index)
    tiles = tiles.assign(
        area_id=tiles["county_geoid"] + "-" + tiles["geoid"],
        land_m2=land.fillna(measured.astype("Float64")).round().astype("Int64"),
        is_cross_county=tiles["is_cross_county"].astype("boolean"),
    )
    texts = ["area_id", "geoid", "name", "type_code", "county_geoid"]
    texts += ["boundary_code", "boundary_note"]
    tiles = tiles.astype(dict.fromkeys(texts, "str"))
    return tiles[list(COLUMNS)].sort_values("area_id").reset_index(drop=True)
