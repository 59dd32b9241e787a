"""The folder a routing run leaves: two tables, and a record of what they were made from."""

from __future__ import annotations

import io
import json
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import CRSError, InputError, TableError
from geo.tables.schema import assert_rows, assert_shape
from geo.travel.tables import CATCHMENT, TRAVEL_TIME
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from geo.tables.schema import Table

RECORD: Final = "travel.json"
REMEDY: Final = "python -m geo travel"


def keep(
    folder: Path,
    travel: pd.DataFrame,
    catchments: gpd.GeoDataFrame | None,
    made_from: dict[str, Any],
) -> None:
    """
    Check the tables and write them, the record last.

    Parameters
    ----------
    folder : pathlib.Path
    travel : pandas.DataFrame
        Table `travel_time`.
    catchments : geopandas.GeoDataFrame or None
        Table `catchment`; None where none were made.
    made_from : dict
        What the record tells beside rows and hashes; `made_date` is the day, YYYY-MM-DD.

    Raises
    ------
    InputError
        If a row breaks its schema or the folder cannot be written.
    CRSError
        If the catchments are in another coordinate system.
    """
    tables = {}
    for table, frame in ((TRAVEL_TIME, travel), (CATCHMENT, catchments)):
        if frame is None:
            continue
        assert_rows(frame, table)
        content = io.BytesIO()
        frame.to_parquet(content, index=False)
        write_whole(folder / f"{table.name}.parquet", content.getvalue())
        tables[table.name] = {
            "rows": len(frame),
            "sha256": sha256(content.getvalue()).hexdigest(),
        }
    record = json.dumps({**made_from, "tables": tables}, indent=1, sort_keys=True) + "\n"
    write_whole(folder / RECORD, record.encode())


def read_travel(folder: Path) -> pd.DataFrame | None:
    """
    Return the routed table of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Usually `data/travel`.

    Returns
    -------
    pandas.DataFrame or None
        Table `travel_time`; None where nothing was routed.

    Raises
    ------
    TableError
        If it is not the one of the record or has another shape than its schema.
    """
    return _read(folder, TRAVEL_TIME)


def read_catchments(folder: Path) -> gpd.GeoDataFrame | None:
    """
    Return the catchments of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Usually `data/travel`.

    Returns
    -------
    geopandas.GeoDataFrame or None
        Table `catchment`; None where there are none.

    Raises
    ------
    TableError
        If it is not the one of the record or has another shape than its schema.
    """
    return _read(folder, CATCHMENT)


def read_record(folder: Path) -> dict[str, Any] | None:
    """
    Return what the tables of a folder were made from: engine, made_date, tables and more.

    Parameters
    ----------
    folder : pathlib.Path
        Usually `data/travel`.

    Returns
    -------
    dict or None
        None where nothing was routed.

    Raises
    ------
    TableError
        If it cannot be read.
    """
    path = folder / RECORD
    if not path.exists():
        return None
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        date.fromisoformat(record["made_date"])
        for table in record["tables"].values():
            str(table["sha256"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TableError(_name(path), "it is not the record of a routing run", REMEDY) from error
    return record


def _read(folder: Path, table: Table) -> Any:
    record = read_record(folder)
    if record is None or table.name not in record["tables"]:
        return None
    path = folder / f"{table.name}.parquet"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(_name(path), f"it cannot be read ({error.strerror})", REMEDY) from error
    if sha256(content).hexdigest() != record["tables"][table.name]["sha256"]:
        raise TableError(_name(path), f"its bytes are not the ones of {RECORD}", REMEDY)
    if table.is_spatial:
        import geopandas as gpd

        frame = gpd.read_parquet(io.BytesIO(content))
    else:
        frame = pd.read_parquet(io.BytesIO(content))
    try:
        assert_shape(frame, table)
    except (InputError, CRSError) as error:
        raise TableError(_name(path), str(error), REMEDY) from error
    return frame


def _name(path: Path) -> str:
    """Return a file of `data/travel` as people know it, without the folders above."""
    return "/".join(path.parts[-3:])
