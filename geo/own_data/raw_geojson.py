"""The features of an uploaded GeoJSON file, parsed as JSON alone."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.errors import InputError
from geo.own_data.guards import whole
from geo.own_data.raw_kinds import decoded
from geo.own_data.raw_points import POINT_COLUMNS, degree_columns
from geo.own_data.raw_rows import Gathering, RawRows, cell_text, check_columns, text_array

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_EPSG: Final = re.compile(r"(?:urn:ogc:def:crs:EPSG:[\w.]*:|EPSG:)(\d{4,6})", re.IGNORECASE)
_WGS84: Final = re.compile(r"CRS84|EPSG:+4326", re.IGNORECASE)
_MOST_DIGITS: Final = 18
_BATCH_ROWS: Final = 20_000
_NUMBERS_OF_A_POINT: Final = 2


def read_geojson(content: bytes, report: Callable[[str], None]) -> RawRows:
    """
    Return the features of a FeatureCollection, or one Feature.

    Raises
    ------
    InputError
        If it is no GeoJSON, is nested too deeply, or holds a number that is not finite.
    """
    with whole("GeoJSON"):
        return _collection(content, report)


def _collection(content: bytes, report: Callable[[str], None]) -> RawRows:
    text, notes = decoded(content)
    features, crs = _features(_parsed(text))
    del text
    report(f"Read {len(features):,} features")
    header: dict[str, None] = {}
    for feature in features:
        header.update(dict.fromkeys(feature["properties"] or ()))
        check_columns(len(header))
    x, y = _points(features)
    points, about_points = degree_columns(x, y, crs, is_degrees=True)
    gathering = Gathering()
    for start in range(0, len(features), _BATCH_ROWS):
        batch = features[start : start + _BATCH_ROWS]
        columns = [
            text_array(_text((one["properties"] or {}).get(name)) for one in batch)
            for name in header
        ]
        columns += [column.slice(start, len(batch)) for column in points]
        gathering.add(columns, np.arange(start + 1, start + 1 + len(batch)))
    if not features:
        notes += ("The file has no features.",)
    return RawRows(
        rows=gathering.frame(list(header), POINT_COLUMNS),
        kind="geojson",
        notes=notes + about_points,
    )


def _parsed(text: str) -> Any:
    problem = ""
    try:
        return json.loads(text, parse_float=_finite, parse_int=_whole, parse_constant=_finite)
    except RecursionError:
        problem = "it is nested too deeply"
    except json.JSONDecodeError as error:
        problem = "it is damaged"
        if error.msg == "Extra data":
            problem = "it holds more than one object; one FeatureCollection is read"
    msg = f"The GeoJSON cannot be read: {problem}."
    raise InputError(msg)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        msg = "The GeoJSON cannot be read: it holds a number that is not finite."
        raise InputError(msg)
    return number


def _whole(text: str) -> float:
    return int(text) if len(text) <= _MOST_DIGITS else _finite(text)


def _features(parsed: Any) -> tuple[list[dict[str, Any]], str | None]:
    """Return the features, each with properties and geometry, and the CRS if one is named."""
    if isinstance(parsed, dict) and parsed.get("type") == "Feature":
        parsed = {**parsed, "type": "FeatureCollection", "features": [parsed]}
    if not isinstance(parsed, dict) or parsed.get("type") != "FeatureCollection":
        msg = "The JSON is no GeoJSON FeatureCollection."
        raise InputError(msg)
    features = parsed.get("features")
    if not isinstance(features, list):
        msg = "The GeoJSON cannot be read: its features are no list."
        raise InputError(msg)
    for number, feature in enumerate(features, start=1):
        plain = isinstance(feature, dict) and feature.get("type") == "Feature"
        if not plain or not isinstance(feature.setdefault("properties", None), dict | None):
            msg = f"The GeoJSON cannot be read: feature {number} is no Feature."
            raise InputError(msg)
    return features, _crs(parsed.get("crs"))


def _crs(stated: Any) -> str | None:
    """Return the CRS an older GeoJSON names, or None for the standard's own."""
    if stated is None:
        return None
    properties = stated.get("properties") if isinstance(stated, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else ""
    if _WGS84.search(name):
        return None
    found = _EPSG.fullmatch(name)
    if found is None:
        msg = "The GeoJSON names a coordinate system that is not known; save it in EPSG:4326."
        raise InputError(msg)
    return f"EPSG:{found[1]}"


def _points(features: Sequence[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    pairs = np.array([_point(one.get("geometry")) for one in features], dtype=float)
    pairs = pairs.reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _point(geometry: Any) -> tuple[float, float]:
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        pair = geometry.get("coordinates")
        if isinstance(pair, list) and len(pair) >= _NUMBERS_OF_A_POINT:
            x, y = pair[:2]
            if all(type(number) in {int, float} for number in (x, y)):
                return float(x), float(y)
    return math.nan, math.nan


def _text(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)
