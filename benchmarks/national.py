"""
The whole United States on one machine: places of points, nearest help, coverage of counties.

`python -m benchmarks.national --growth` prints how time and memory grow with the data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from importlib import metadata
from typing import Final

from benchmarks.rows import Row, Skipped
from benchmarks.serving import OUTLINES, PROJECT, RAW_DATA

TRACTS: Final = 84_000
POINTS: Final = 1_000_000
MANY: Final = 4_000_000
LIMIT_MS, LIMIT_MB = 10_000, 1_000
GROWTH: Final = (1, 2, 4, 8, 16)
BEST_OF: Final = 5
"""Times are the best of so many: what else the machine does counts least there."""
GROWING: Final = (
    ("points placed in 3,144 counties, shapely", "place shapely", 250_000),
    ("the same, SedonaDB", "place sedona", 250_000),
    ("nearest of 14,034 facilities and how many within 30 minutes", "nearest", TRACTS),
    ("coverage of 3,144 counties", "coverage", TRACTS),
)
NAMES: Final = ("SubstanceUseTreatment", "OpioidTreatmentProgram")
FILES: Final = (
    OUTLINES,
    *(RAW_DATA / f"{name}_Geocoded.csv" for name in NAMES),
    RAW_DATA / "SUT_drive_tract.csv",
)


def measure() -> list[Row | Skipped]:
    """Measure each work and its plain way in geopandas, in turn."""
    absent = [path.name for path in FILES if not path.exists()]
    if absent:
        why = f"{absent[0]} is not in the folder that RAW_DATA names"
        return [Skipped("the whole United States", why)]
    rows: list[Row | Skipped] = [
        *_both(
            "84,000 points for tracts x 14,034 facilities: nearest, and how many within "
            "30 minutes (other: geopandas joins)",
            TRACTS,
            ("nearest", "nearest plain"),
            (LIMIT_MS, LIMIT_MB),
        ),
        *_both(
            "coverage of 3,144 counties from these points (other: pandas)",
            TRACTS,
            ("coverage", "coverage plain"),
        ),
        *_both(
            "1,000,000 points placed in 3,144 counties by shapely (other: geopandas sjoin)",
            POINTS,
            ("place shapely", "place plain"),
        ),
    ]
    work = "4,000,000 points by SedonaDB (other: geopandas sjoin)"
    if not _version("sedonadb"):
        return [*rows, Skipped(work, "sedonadb is not installed")]
    return [*rows, *_both(work, MANY, ("place sedona", "place plain"))]


def growth() -> list[str]:
    """Return the rows of the table of growth: the best time and peak memory at each size."""
    rows = []
    for words, work, count in GROWING:
        if work.endswith("sedona") and not _version("sedonadb"):
            rows.append(f"| {words} | skipped: sedonadb is not installed |")
            continue
        found = [_run(work, factor * count) for factor in GROWTH]
        for name, unit in (("best", "ms"), ("mb", "MB")):
            label = "memory of that" if name == "mb" else f"{words}, from {count:,}"
            cells = [f"{one[name]:,.0f} {unit}" for one in found]
            ratio = f"{found[-1][name] / found[0][name]:.1f}"
            rows.append(f"| {' | '.join([label, *cells, ratio])} |")
    return rows


def main() -> int:
    """Print the figures, or how they grow."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.national", description=__doc__)
    parser.add_argument("--growth", action="store_true", help="at 1, 2, 4, 8 and 16 times the data")
    if not parser.parse_args().growth:
        print("\n".join(row.as_markdown() for row in measure()))
        return 0
    heads = [f"{factor} x" for factor in GROWTH]
    print(f"| work | {' | '.join(heads)} | 16 x / 1 x |\n|---|{'---:|' * (len(heads) + 1)}")
    print("\n".join(growth()))
    names = ("geopandas", "shapely", "scipy", "sedonadb")
    versions = ", ".join(f"{name} {_version(name) or 'absent'}" for name in names)
    print(f"\n{os.cpu_count()} CPUs, {versions}; load {os.getloadavg()[0]:.1f} at the end.")
    return 0


def _both(
    work: str,
    count: int,
    ways: tuple[str, str],
    limits: tuple[float | None, float | None] = (None, None),
) -> list[Row]:
    ours, plain = (_run(way, count) for way in ways)
    return [
        Row(f"{work} (best of {BEST_OF})", "ms", ours["best"], plain["best"], limits[0]),
        Row("memory of that, inputs included", "MB", ours["mb"], plain["mb"], limits[1]),
    ]


def _run(work: str, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.national_work", work, str(count)]
    command += ["--times", str(BEST_OF)]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(answer.stdout)
    return found


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
