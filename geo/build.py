"""Make every table of a data folder from its inputs: the same bytes each time."""

from __future__ import annotations

import json
import shutil
import tempfile
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo import areas as area_geometry
from geo.breaks import class_breaks
from geo.errors import InputError
from geo.jurisdictions import assign_primary_agency
from geo.population import population_points
from geo.tables.definitions import TABLES
from geo.tables.reader import INPUTS, MANIFEST, file_hash, input_hashes
from geo.tables.schema import STORAGE_CRS, Table, assert_rows
from geo.tract_groups import tract_groups

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTY_TOLERANCE_M = 100.0
MUNICIPALITY_TOLERANCE_M = 30.0
OUTLINE_ENDS: Final = (".geojson", ".parquet")
OUTLINE_EXTRAS: Final = ("latitude", "longitude")

_AS_THEY_ARE = (
    "agency",
    "agency_area",
    "naloxone_evidence",
    "naloxone_search",
    "program_participation",
    "facility",
    "overdose_death",
    "overdose_death_provisional",
    "nonfatal_ed_visit",
    "county_population",
    "travel_time_model",
    "kit_saturation",
)


def read_rows(path: Path, table: Table) -> pd.DataFrame:
    """
    Read an input CSV with the types of its table.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8, comma-separated; an empty cell is missing; first lines that start with # are
        skipped.
    table : Table
        Its columns but the geometry; `latitude` and `longitude` may stand in for that.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    InputError
        If a value is not of its column's type; names the file.
    """
    dtypes: dict[str, Any] = {"latitude": "Float64", "longitude": "Float64", **table.dtypes}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head = sum(1 for _ in takewhile(lambda line: line.startswith("#"), lines))
        return pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""], skiprows=head)
    except ValueError as error:
        msg = f"{path.name} cannot be read as table `{table.name}`: {error}"
        raise InputError(msg) from error


def make_tables(data: Path) -> dict[str, pd.DataFrame]:
    """
    Make every table from the inputs, none written.

    Parameters
    ----------
    data : pathlib.Path
        Folder whose `INPUTS` hold the inputs: compiled by hand, or written by a refresh. A table
        with rows in both has both; one with no file at all is empty: nothing is known.

    Returns
    -------
    dict of str to DataFrame
        By table name, rows sorted by key.

    Raises
    ------
    InputError
        If an input cannot be read.
    """
    tables = {name: _rows(data, TABLES[name]) for name in _AS_THEY_ARE}
    tables["agency_station"] = _as_points(_rows(data, TABLES["agency_station"]))
    tables["county"] = area_geometry.simplify_together(
        _outlines(data, "county"), tolerance_m=COUNTY_TOLERANCE_M
    )
    tracts = _outlines(data, "tract")
    outlines = area_geometry.take_out_villages(_outlines(data, "municipality"))
    points = population_points(tracts[tracts["population_persons"].notna()], outlines)
    tables["population_point"] = points
    tables["municipality"] = _municipalities(outlines, points)
    tables["tract"] = _as_points(tracts)
    tables["tract_outline"] = tracts
    tables["tract_group"] = tract_groups(_rows(data, TABLES["tract_group"]), tracts)
    tables["jurisdiction"] = assign_primary_agency(
        tables["municipality"], tables["agency_area"], tables["agency"]
    )
    tables["class_break"] = class_breaks(tables["overdose_death"], tables["nonfatal_ed_visit"])
    return {name: _in_order(tables[name], table) for name, table in TABLES.items()}


def build(data: Path, *, report: Callable[[str], None]) -> None:
    """
    Make, check and write all tables and the manifest; the old ones stay until all are good.

    Parameters
    ----------
    data : pathlib.Path
        Folder with inputs; gets `tables/`.
    report : callable
        Told a line per table.

    Raises
    ------
    InputError, CRSError
        If a table breaks its schema; nothing is replaced then.
    """
    tables = make_tables(data)
    for name, frame in tables.items():
        assert_rows(frame, TABLES[name])
    with tempfile.TemporaryDirectory(dir=data) as folder:
        aside = Path(folder) / "tables"
        aside.mkdir()
        records = {}
        for name, frame in tables.items():
            path = aside / f"{name}.parquet"
            frame.to_parquet(path, index=False, compression="zstd")
            records[name] = {"rows": len(frame), "sha256": file_hash(path)}
            report(f"{name}: {len(frame)} rows, {path.stat().st_size:,} bytes")
        manifest = {"tables": records, "inputs": input_hashes(data)}
        text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
        (aside / MANIFEST).write_text(text, encoding="utf-8")
        target = data / "tables"
        if target.exists():
            shutil.rmtree(target)
        aside.rename(target)


def _rows(data: Path, table: Table) -> pd.DataFrame:
    files = [data / folder / f"{table.name}.csv" for folder in INPUTS]
    found = [read_rows(path, table) for path in files if path.exists()]
    if found:
        return pd.concat(found, ignore_index=True) if len(found) > 1 else found[0]
    empty = pd.DataFrame(columns=list(table.dtypes)).astype(table.dtypes)
    if table.is_spatial:
        empty = empty.assign(latitude=0.0, longitude=0.0)
    return empty


def _outlines(data: Path, name: str) -> gpd.GeoDataFrame:
    files = [data / folder / f"{name}{end}" for folder in INPUTS for end in OUTLINE_ENDS]
    found = [_read_outlines(path) for path in files if path.exists()]
    if not found:
        columns = [*TABLES[name].dtypes, *OUTLINE_EXTRAS]
        return gpd.GeoDataFrame(columns=columns, geometry=[], crs=STORAGE_CRS)
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=STORAGE_CRS)


def _read_outlines(path: Path) -> gpd.GeoDataFrame:
    frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
    return frame.to_crs(STORAGE_CRS)


def _municipalities(outlines: gpd.GeoDataFrame, points: pd.DataFrame) -> gpd.GeoDataFrame:
    frame = area_geometry.simplify_together(outlines, tolerance_m=MUNICIPALITY_TOLERANCE_M)
    residents = points.groupby("area_id")["residents_persons"].sum()
    # No point: no counted tract meets the area. Nobody knows how many live there, if anybody does.
    frame["residents_persons"] = frame["area_id"].map(residents)
    frame["label"] = _labels(frame)
    return frame


def _labels(frame: pd.DataFrame) -> pd.Series:
    word = (
        frame["type_code"]
        .map({"city": "city", "village": "village", "township": "Township"})
        .fillna("Charter Township")
    )
    township = frame["type_code"].isin(["township", "charter_township"])
    shared = frame.groupby(["county_geoid", "name"])["area_id"].transform("count") > 1
    plain = frame["name"].where(~township, frame["name"] + " " + word)
    return plain.where(township | ~shared, frame["name"] + " " + word)


def _as_points(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(rows["longitude"], rows["latitude"], crs=STORAGE_CRS)
    return gpd.GeoDataFrame(rows, geometry=points)


def _in_order(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    columns = [column.name for column in table.columns]
    ordered = frame[columns].sort_values(list(table.key), kind="stable").reset_index(drop=True)
    return ordered.astype(table.dtypes)
