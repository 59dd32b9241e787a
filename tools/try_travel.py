"""
Time `python -m geo travel` on made-up roads: a grid over the five counties, as no map ships here.

Needs Python 3.12 or newer with pyvalhalla and osmium: `python -m tools.try_travel FOLDER`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from geo.tables.reader import TableReader
from geo.travel.candidates import Question, ask_block
from geo.travel.matrix import blocks
from geo.travel.network import local_valhalla
from geo.travel.travel_command import FARTHEST_KM, help_sites, people_points
from tests.travel.osm_extract import MIXED, write_grid

SOUTH_WEST = (-84.2, 41.9)
EAST_KM, NORTH_KM = 165, 170


def main() -> int:
    """Build roads, ask for some blocks, draw some catchments; print seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--step-km", type=float, default=0.5, help="between crossings")
    parser.add_argument("--blocks", type=int, default=5, help="blocks of 50 points to ask for")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    counts = (int(EAST_KM / options.step_km), int(NORTH_KM / options.step_km))
    extract = options.folder / f"mixed-{options.step_km:g}.osm.pbf"
    if not extract.exists():
        write_grid(extract, SOUTH_WEST, counts, options.step_km, MIXED)
    start = time.perf_counter()
    engine = local_valhalla(extract, options.folder, fastest_kmh=130.0)
    _say(f"roads with {counts[0] * counts[1]:,} crossings ready", start)

    reader = TableReader()
    points, (sites, kinds) = people_points(reader), help_sites(reader)
    there = sites[["longitude", "latitude"]].to_numpy(float)
    here = points[["longitude", "latitude"]].to_numpy(float)
    question = Question(there, kinds, "car", 12, 130.0, FARTHEST_KM["car"])
    start = time.perf_counter()
    road_m = engine.road_distance_m(there, "car")
    _say(f"{len(there)} sites put on their roads", start)
    every = blocks(here)
    start, pairs, asked_points = time.perf_counter(), 0, 0
    for rows in every[:: max(1, len(every) // options.blocks)]:
        found = ask_block(engine, here[rows], question, road_m)
        pairs, asked_points = pairs + int(found.wanted.sum()), asked_points + len(rows)
    seconds = _say(f"{asked_points} points asked, {pairs:,} pairs", start)
    sys.stdout.write(
        f"  {seconds / pairs * 1000:.2f} s per 1,000 pairs, {pairs / asked_points:.0f} of "
        f"{len(there)} sites a point; {seconds / asked_points * len(here):.0f} s for all points\n"
    )
    start = time.perf_counter()
    on = np.flatnonzero(np.isfinite(road_m))[:10]
    for site in on:
        engine.areas_within(there[site], "car", (15, 30))
    _say(f"catchments of {len(on)} sites", start)
    return 0


def _say(text: str, start: float) -> float:
    seconds = time.perf_counter() - start
    sys.stdout.write(f"{seconds:7.1f} s  {text}\n")
    sys.stdout.flush()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
