"""The rows of uploaded GeoPackages, zipped shapefiles and Parquet files, through Arrow."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import warnings
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from geo.errors import InputError
from geo.own_data.guards import (
    MOST_ROWS,
    SHAPEFILE_PARTS,
    checked_members,
    repacked,
    whole,
)
from geo.own_data.raw_arrow import as_text, is_binary, is_plain, storage_of, value_type
from geo.own_data.raw_points import POINT_COLUMNS, degree_columns, wkb_points
from geo.own_data.raw_rows import Gathering, RawRows, check_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_BATCH_ROWS: Final = 16_384
_SHAPE_SIDE_FILES: Final = (*SHAPEFILE_PARTS, ".prj", ".cpg")
_LONGEST_NAME: Final = 60
_JOURNAL_BYTES: Final = slice(18, 20)


def read_geopackage(content: bytes, report: Callable[[str], None]) -> RawRows:
    """
    Return the features of a GeoPackage's first layer with points.

    Raises
    ------
    InputError
        If it is damaged, has no layer, or a layer is computed by the file itself.
    """
    notes: tuple[str, ...] = ()
    if content[_JOURNAL_BYTES] == b"\x02\x02":
        content = content[:18] + b"\x01\x01" + content[20:]
        notes = ("The GeoPackage was saved while open: its last changes may not be in it.",)
    with whole("GeoPackage"), contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        _check_tables(database)
        layer, chosen = _chosen_layer(content, "GeoPackage")
        raw = _read_layer(content, layer, "geopackage", notes + chosen, report)
        quoted = layer.replace('"', '""')
        count = database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]  # noqa: S608  a name
        if count != len(raw.rows):
            msg = "The GeoPackage cannot be read: it is damaged, rows are missing."
            raise InputError(msg)
    return raw


def read_shapefile(content: bytes, report: Callable[[str], None]) -> RawRows:
    """
    Return the features of a zipped shapefile.

    Raises
    ------
    InputError
        If the archive is unsafe or damaged, or a part of the shapefile is not there.

    Notes
    -----
    GDAL gets a new archive with the parts of a shapefile and nothing else.
    """
    report("Checking the archive")
    members = checked_members(content, keep=_is_part)
    stems = sorted({name[: -len(".shp")] for name in members if name.lower().endswith(".shp")})
    parts = {name.lower(): part for name, part in members.items()}
    complete = [
        stem for stem in stems if all(f"{stem}{end}".lower() in parts for end in SHAPEFILE_PARTS)
    ]
    if not complete:
        msg = "The shapefile is not complete: .shp, .shx and .dbf of one name belong in the zip."
        raise InputError(msg)
    layers = {
        f"layer{number}{end}": parts[f"{stem}{end}".lower()]
        for number, stem in enumerate(complete)
        for end in _SHAPE_SIDE_FILES
        if f"{stem}{end}".lower() in parts
    }
    del members, parts
    with whole("shapefile"):
        archive = repacked(layers)
        del layers
        layer, notes = _chosen_layer(archive, "shapefile")
        return _read_layer(archive, layer, "shapefile", notes, report)


def read_parquet(content: bytes, report: Callable[[str], None]) -> RawRows:
    """
    Return the rows of a Parquet or GeoParquet file.

    Raises
    ------
    InputError
        If it is damaged or too large, or its points are not well-known binary.
    """
    import pyarrow.parquet

    with whole("Parquet file"):
        source = pa.BufferReader(content)
        schema = pyarrow.parquet.read_schema(source)
        texts = [one.name for one in schema if pa.types.is_string(value_type(one.type))]
        source.seek(0)
        file = pyarrow.parquet.ParquetFile(source, read_dictionary=texts)
        if file.metadata.num_rows > MOST_ROWS:
            msg = f"The file has more than {MOST_ROWS:,} rows; load a part of it."
            raise InputError(msg)
        geometry, crs = _geometry_of(schema)
        wanted = [one.name for one in schema if one.name == geometry or is_plain(one.type)]
        if len(set(schema.names)) == len(schema.names):
            batches = file.iter_batches(batch_size=_BATCH_ROWS, columns=wanted)
        else:  # columns of one name can only be read together
            batches = file.iter_batches(batch_size=_BATCH_ROWS)
        report(f"Reading {file.metadata.num_rows:,} rows")
        return _gathered(schema, batches, geometry, crs, kind="parquet", notes=())


def _is_part(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = path.name.startswith("._") or "__MACOSX" in path.parts
    return path.suffix.lower() in _SHAPE_SIDE_FILES and not hidden


def _check_tables(database: sqlite3.Connection) -> None:
    """Raise if a layer of a GeoPackage is a view or a virtual table: the file would run queries."""
    database.execute("PRAGMA trusted_schema = OFF")
    computed = database.execute(
        "SELECT count(*) FROM sqlite_master WHERE "
        "(type = 'view' AND (lower(name) LIKE 'gpkg%' OR lower(name) IN "
        "(SELECT lower(table_name) FROM gpkg_contents))) OR "
        "(type = 'table' AND sql LIKE '%VIRTUAL%TABLE%' AND sql NOT LIKE '%USING%rtree%')"
    ).fetchone()
    if computed[0]:
        msg = "The GeoPackage is refused: a layer is a query; save it as a plain layer."
        raise InputError(msg)


def _chosen_layer(content: bytes, what: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of the first layer with points, or the first, and a note on others."""
    import pyogrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layers = [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(content)]
    if not layers:
        msg = f"The {what} has no layer that can be read."
        raise InputError(msg)
    name = _first_with_points(layers)
    if len(layers) == 1:
        return name, ()
    return name, (f"Only one of {len(layers)} layers was read: {name[:_LONGEST_NAME]!r}.",)


def _read_layer(
    content: bytes,
    layer: str,
    kind: str,
    notes: tuple[str, ...],
    report: Callable[[str], None],
) -> RawRows:
    """Read a layer with GDAL from memory."""
    from pyogrio.raw import open_arrow

    report("Reading the layer")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with open_arrow(
            content,
            layer=layer,
            use_pyarrow=True,
            datetime_as_string=True,
            batch_size=_BATCH_ROWS,
        ) as (about, reader):
            name = about["geometry_name"] or "wkb_geometry"
            geometry = name if about["geometry_type"] else None
            return _gathered(reader.schema, reader, geometry, about["crs"], kind=kind, notes=notes)


def _first_with_points(layers: Sequence[tuple[str, str]]) -> str:
    for wanted in ("Point", "Unknown", "MultiPoint"):
        for name, what in layers:
            if what.removeprefix("2.5D ").startswith(wanted):
                return name
    return next((name for name, what in layers if what), layers[0][0])


def _gathered(
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    geometry: str | None,
    crs: Any,
    *,
    kind: str,
    notes: tuple[str, ...],
) -> RawRows:
    """Gather the plain columns as text, and the points."""
    plain = [one for one in schema if one.name != geometry and is_plain(one.type)]
    left_out = [one for one in schema if one.name != geometry and not is_plain(one.type)]
    check_columns(len(plain))
    gathering, xs, ys = Gathering(), [np.empty(0)], [np.empty(0)]
    for batch in batches:
        columns = [
            as_text(column, position)
            for position, (one, column) in enumerate(
                zip(batch.schema, batch.columns, strict=True), start=1
            )
            if one.name != geometry and is_plain(one.type)
        ]
        first = gathering.count + 1
        if geometry is not None:
            x, y = wkb_points(storage_of(batch.column(geometry)).to_pylist())
            xs.append(x)
            ys.append(y)
        gathering.add(columns, np.arange(first, first + batch.num_rows))
    if left_out:
        notes += (f"{len(left_out)} of the columns hold lists or bytes and were left out.",)
    if not gathering.count:
        notes += ("The file has no rows.",)
    names = [one.name for one in plain]
    if geometry is None:
        return RawRows(rows=gathering.frame(names), kind=kind, notes=notes)
    points, about_points = degree_columns(np.concatenate(xs), np.concatenate(ys), crs)
    start = 0
    for part, numbers in zip(gathering.parts, gathering.numbers, strict=True):
        part += [column.slice(start, len(numbers)) for column in points]
        start += len(numbers)
    return RawRows(
        rows=gathering.frame(names, POINT_COLUMNS), kind=kind, notes=notes + about_points
    )


def _geometry_of(schema: pa.Schema) -> tuple[str | None, Any]:
    """Return the name and the CRS of a GeoParquet's points; None, None for plain Parquet."""
    stated = (schema.metadata or {}).get(b"geo")
    if stated is None:
        binary = "geometry" in schema.names and is_binary(schema.field("geometry").type)
        return ("geometry", None) if binary else (None, None)
    about = json.loads(stated)
    name = about["primary_column"]
    column = about["columns"][name]
    if column["encoding"] != "WKB" or not is_binary(schema.field(name).type):
        msg = "The GeoParquet's points are not well-known binary (WKB); save them so."
        raise InputError(msg)
    crs = column.get("crs", "OGC:CRS84")
    return name, json.dumps(crs) if isinstance(crs, dict) else crs
