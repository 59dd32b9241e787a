"""Outlines and sites as the browser gets them: once, by URL, never again on a filter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from geo.analysis import DEFAULT_MINUTES
from geo.areas import simplify_together
from geo.coverage import coverage
from geo.maps import style
from geo.maps.state import MINUTES_TOLD, whole_minutes
from geo.sites import listed_facilities, walk_in_stations

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo.tables.reader import TableReader

DRAWING_CRS = "EPSG:4326"
TRACT_TOLERANCE_M = 60.0
EVER = date(9999, 12, 31)
DECIMALS = 4
"""Of a degree: about 10 m, a tenth of a pixel where the five counties fill the screen."""
KIND_LABELS = {
    "treatment": "Substance use treatment facility",
    "otp": "Opioid treatment program (OTP, methadone)",
    "walk_in": "Walk-in station",
}


def county_layer(reader: TableReader) -> dict[str, Any]:
    """Return county outlines as GeoJSON: id, name, label and a point for the name."""
    frame = reader.spatial("county").to_crs(DRAWING_CRS)
    properties = [
        {"id": geoid, "name": name, "label": f"{name} County"}
        for geoid, name in zip(frame["geoid"], frame["name"], strict=True)
    ]
    return _collection(frame, properties)


def municipality_layer(reader: TableReader, people: pd.DataFrame) -> dict[str, Any]:
    """
    Return municipality outlines as GeoJSON.

    Parameters
    ----------
    reader : TableReader
    people : pandas.DataFrame
        Of `geo.analysis.people_and_help`, of any day.

    Returns
    -------
    dict
        Of each area county, residents, primary agency, and the minutes to each of `MINUTES_TOLD`:
        facilities are as listed, so no filter changes them.
    """
    frame = reader.spatial("municipality").to_crs(DRAWING_CRS)
    primary = reader.read("jurisdiction").set_index("area_id")["agency_id"]
    agency = reader.read("agency").set_index("agency_id")["name"]
    names = agency.reindex(primary.reindex(frame["area_id"])).to_numpy()
    reached = coverage(people, "area_id", minutes=DEFAULT_MINUTES).reindex(frame["area_id"])
    minutes = [map(whole_minutes, reached[f"{kind}_minutes"]) for kind in MINUTES_TOLD]
    properties = [
        {
            "id": row.area_id,
            "name": name,
            "label": row.label,
            "county": row.county_geoid,
            "people": None if pd.isna(row.residents_persons) else int(row.residents_persons),
            "agency": agency_name,
            **dict(zip(MINUTES_TOLD, told, strict=True)),
        }
        for row, name, agency_name, *told in zip(
            frame.drop(columns="geometry").itertuples(index=False),
            shown_names(frame),
            names,
            *minutes,
            strict=True,
        )
    ]
    return _collection(frame, properties)


def tract_layer(reader: TableReader) -> dict[str, Any]:
    """Return tract outlines, simplified for drawing, as GeoJSON: id and name."""
    frame = simplify_together(reader.spatial("tract_outline"), tolerance_m=TRACT_TOLERANCE_M)
    frame = frame.to_crs(DRAWING_CRS)
    properties = [{"id": geoid, "label": tract_name(geoid)} for geoid in frame["geoid"]]
    return _collection(frame, properties)


def unit_outlines(reader: TableReader) -> dict[str, Any]:
    """Return the outlines of tract groups as GeoJSON: id, label and county."""
    frame = reader.spatial("tract_group").to_crs(DRAWING_CRS)
    names = reader.read("county").set_index("geoid")["name"]
    properties = []
    for row in frame.drop(columns="geometry").itertuples(index=False):
        tracts = row.tracts.split("|")
        county = "" if pd.isna(row.county_geoid) else str(row.county_geoid)
        where = f", {names[county]} County" if county else ""
        label = tract_name(tracts[0]) if len(tracts) == 1 else f"Group of {len(tracts)} tracts"
        properties.append({"id": row.unit_id, "label": label + where, "county": county})
    return _collection(frame, properties)


def outline_layer(outline: BaseGeometry, crs: CRS) -> dict[str, Any]:
    """Return one outline in some reference system as GeoJSON for drawing."""
    import geopandas as gpd

    return _collection(gpd.GeoDataFrame(geometry=[outline], crs=crs).to_crs(DRAWING_CRS), [{}])


def tract_name(geoid: str) -> str:
    """
    Return a tract as people name it.

    Examples
    --------
    >>> tract_name("26049010302")
    'Tract 103.02'
    """
    whole, part = int(geoid[5:9]), geoid[9:]
    return f"Tract {whole}" + (f".{part}" if part != "00" else "")


def shown_names(municipalities: pd.DataFrame) -> pd.Series:
    """Return the names a map shows: short, but a name that two have is told apart by its kind."""
    shared = municipalities["name"].duplicated(keep=False)
    return municipalities["name"].where(~shared, municipalities["label"])


def site_layer(reader: TableReader) -> list[dict[str, Any]]:
    """
    Return every facility and every station that ever takes part in a walk-in program.

    Returns
    -------
    list of dict
        kind, lat, lon, name, what, place, when, counted, id; a state refers to stations by their
        position in this list.
    """
    facilities = listed_facilities(reader)
    stations = walk_in_stations(reader, EVER)
    return [_facility(row) for _, row in facilities.iterrows()] + [
        _station(row) for _, row in stations.iterrows()
    ]


def vocabulary() -> dict[str, Any]:
    """Return the words and symbols of the map, by the codes that a state uses."""
    return {
        "police": list(style.POLICE_WORDS.values()),
        "gap": list(style.GAP_WORDS.values()),
        "symbols": {symbol.code: symbol.as_options for symbol in style.SYMBOLS},
    }


def _facility(row: pd.Series) -> dict[str, Any]:
    return _site(row) | {
        "what": KIND_LABELS[row["kind_code"]],
        "when": f"listed {row['listed_date']}"
        + ("" if row["is_counted"] else ", not in the newest list: not counted"),
        "counted": bool(row["is_counted"]),
    }


def _station(row: pd.Series) -> dict[str, Any]:
    since = row["since_date"]
    start = f"since {since}" if isinstance(since, str) else "start not stated"
    return _site(row) | {
        "what": f"{KIND_LABELS['walk_in']}: {row['programs']}",
        "when": start + (", announced in advance" if row["is_announced_in_advance"] else ""),
        "counted": True,
    }


def _site(row: pd.Series) -> dict[str, Any]:
    return {
        "id": row["site_id"],
        "kind": row["kind_code"],
        "lat": round(float(row["latitude"]), 5),
        "lon": round(float(row["longitude"]), 5),
        "name": row["name"],
        "place": ", ".join(text for text in (row["address"], row["city"]) if isinstance(text, str)),
    }


def _collection(frame: gpd.GeoDataFrame, properties: list[dict[str, Any]]) -> dict[str, Any]:
    inside = frame.geometry.representative_point()
    features = []
    for geometry, point, own in zip(frame.geometry, inside, properties, strict=True):
        own |= {"lat": round(point.y, 4), "lon": round(point.x, 4)}
        features.append(
            {
                "type": "Feature",
                "properties": own,
                "geometry": _rounded(shapely.geometry.mapping(geometry)),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _rounded(mapping: dict[str, Any]) -> dict[str, Any]:
    return {"type": mapping["type"], "coordinates": _round(mapping["coordinates"])}


def _round(value: Any) -> Any:
    if isinstance(value[0], float):
        return [round(value[0], DECIMALS), round(value[1], DECIMALS)]
    return [_round(part) for part in value]
