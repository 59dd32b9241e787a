"""
A million synthetic incidents: read, checked, placed in tracts, released, hotspots.

The other way is geopandas doing the same by hand: read the CSV, parse the dates, join points to
tracts and to municipalities, count, G* by esda.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.rows import Row

ROWS = 1_000_000
LIMIT_MS, LIMIT_MB = 15_000, 2_000


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.csv"
        _write(path)
        ours, plain = (_run(program, path) for program in (OURS, PLAIN))
    return [
        Row(
            "1,000,000 incidents: read, checked, placed, released, hotspots (other: geopandas)",
            "ms",
            ours["ms"],
            plain["ms"],
            LIMIT_MS,
        ),
        Row("memory of that", "MB", ours["mb"], plain["mb"], LIMIT_MB),
    ]


def _write(path: Path) -> None:
    from geo.own_data.synthetic import synthetic_incidents
    from geo.tables.reader import TableReader

    synthetic_incidents(TableReader().read("population_point"), rows=ROWS).to_csv(path, index=False)


def _run(program: str, path: Path) -> dict[str, float]:
    answer = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


_HEAD = """
import json, resource, sys, time
from datetime import date
from benchmarks.memory import peak_mb
from geo.tables.reader import TableReader
reader = TableReader()
path = sys.argv[1]
"""
_TAIL = """
print(json.dumps({"ms": 1000 * (time.perf_counter() - start), "mb": max(peak_mb(), both)}))
"""
# While the child reads, its memory comes on top of what this process holds by then.
OURS = (
    _HEAD
    + """
from geo.own_data.child import read_in_child
from geo.own_data.checking import check_incidents
from geo.own_data.columns import INCIDENT_FIELDS, guess_columns
from geo.own_data.hotspots import tract_neighbours
from geo.own_data.loaded import load_incidents
from geo.own_data.placing import Gazetteer
from geo.regions import find_region
gazetteer = Gazetteer(reader)
touching = tract_neighbours(reader)
counties = find_region(reader.data / "regions", "hope-not-handcuffs-2018").counties
start = time.perf_counter()
raw = read_in_child(open(path, "rb").read())
both = peak_mb() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
mapping = guess_columns(raw.rows, INCIDENT_FIELDS)
checked = check_incidents(raw, mapping, gazetteer, counties, today=date(2026, 1, 1))
del raw
own = load_incidents(checked, gazetteer, counties, seed=b"1")
own.told(10)
own.hotspots(10, own.periods(10)["whole"], touching)
"""
    + _TAIL
)
PLAIN = (
    _HEAD
    + """
import geopandas as gpd, pandas as pd
from esda.getisord import G_Local
from libpysal.weights import Queen
start, both = time.perf_counter(), 0
rows = pd.read_csv(path)
rows["date_time"] = pd.to_datetime(rows["date_time"])
rows = rows.drop_duplicates("event_id")
points = gpd.GeoDataFrame(
    rows, geometry=gpd.points_from_xy(rows["longitude"], rows["latitude"]), crs=4326
).to_crs(4269)
tracts = reader.spatial("tract_outline")
areas = reader.spatial("municipality")
joined = points.sjoin(tracts[["geoid", "geometry"]]).drop(columns="index_right")
joined = joined.sjoin(areas[["area_id", "geometry"]])
count = joined.groupby("geoid").size().reindex(tracts["geoid"], fill_value=0)
people = reader.read("tract").set_index("geoid")["population_persons"].reindex(tracts["geoid"])
rate = (count / people.where(people > 0)).fillna(0).astype(float)
weights = Queen.from_dataframe(tracts, use_index=False)
G_Local(rate.to_numpy(), weights, star=True, permutations=9999, seed=1)
"""
    + _TAIL
)
