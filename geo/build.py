"""Make every table of `data/tables/` from `data/manual/`: the same bytes each time."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from geo import areas as area_geometry
from geo.breaks import class_breaks
from geo.jurisdictions import assign_primary_agency
from geo.population import population_points
from geo.tables.definitions import TABLES
from geo.tables.reader import MANIFEST, file_hash
from geo.tables.schema import STORAGE_CRS, Table, assert_rows

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTY_TOLERANCE_M = 100.0
MUNICIPALITY_TOLERANCE_M = 30.0

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
    Read a hand-kept CSV with the types of its table.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8, comma-separated; an empty cell is missing.
    table : Table
        Its columns but the geometry; `latitude` and `longitude` may stand in for that.

    Returns
    -------
    pandas.DataFrame
    """
    dtypes: dict[str, Any] = {"latitude": "Float64", "longitude": "Float64", **table.dtypes}
    return pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""])


def make_tables(manual: Path) -> dict[str, pd.DataFrame]:
    """
    Make every table from the inputs, none written.

    Parameters
    ----------
    manual : pathlib.Path
        Folder of inputs.

    Returns
    -------
    dict of str to DataFrame
        By table name, rows sorted by key.
    """
    tables = {name: read_rows(manual / f"{name}.csv", TABLES[name]) for name in _AS_THEY_ARE}
    tables["agency_station"] = _stations(manual)
    tables["county"] = _counties(manual)
    tracts = gpd.read_file(manual / "tract.geojson").to_crs(STORAGE_CRS)
    outlines = gpd.read_file(manual / "municipality.geojson").to_crs(STORAGE_CRS)
    outlines = area_geometry.take_out_villages(outlines)
    points = population_points(tracts, outlines)
    tables["population_point"] = points
    tables["municipality"] = _municipalities(outlines, points)
    tables["tract"] = _tracts(tracts)
    tables["tract_outline"] = tracts.assign(source_id="census-tract-2018")
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
        Folder with `manual/`; gets `tables/`.
    report : callable
        Told a line per table.

    Raises
    ------
    InputError, CRSError
        If a table breaks its schema; nothing is replaced then.
    """
    tables = make_tables(data / "manual")
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
        inputs = {path.name: file_hash(path) for path in sorted((data / "manual").iterdir())}
        manifest = {"tables": records, "inputs": inputs}
        text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
        (aside / MANIFEST).write_text(text, encoding="utf-8")
        target = data / "tables"
        if target.exists():
            shutil.rmtree(target)
        aside.rename(target)


def _counties(manual: Path) -> gpd.GeoDataFrame:
    frame = gpd.read_file(manual / "county.geojson").to_crs(STORAGE_CRS)
    frame = area_geometry.simplify_together(frame, tolerance_m=COUNTY_TOLERANCE_M)
    return frame.assign(source_id="census-county-2018")


def _municipalities(outlines: gpd.GeoDataFrame, points: pd.DataFrame) -> gpd.GeoDataFrame:
    frame = area_geometry.simplify_together(outlines, tolerance_m=MUNICIPALITY_TOLERANCE_M)
    residents = points.groupby("area_id")["residents_persons"].sum()
    frame["residents_persons"] = frame["area_id"].map(residents).fillna(0)
    frame["label"] = _labels(frame)
    frame["source_id"] = "census-place-2019"
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


def _tracts(tracts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(tracts["longitude"], tracts["latitude"], crs=STORAGE_CRS)
    return tracts.set_geometry(points).assign(source_id="census-tract-2018")


def _stations(manual: Path) -> gpd.GeoDataFrame:
    frame = read_rows(manual / "agency_station.csv", TABLES["agency_station"])
    points = gpd.points_from_xy(frame["longitude"], frame["latitude"], crs=STORAGE_CRS)
    return gpd.GeoDataFrame(frame, geometry=points)


def _in_order(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    columns = [column.name for column in table.columns]
    ordered = frame[columns].sort_values(list(table.key), kind="stable").reset_index(drop=True)
    return ordered.astype(table.dtypes)
