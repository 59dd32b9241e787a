"""What a fresh scope costs to work out, nothing remembered."""

from __future__ import annotations

import time
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import plain_analysis
from benchmarks.rows import Row
from geo.answers import Answers
from geo.gap_table import gap_table
from geo.robustness import GRID_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = [date(year, 6, 30) for year in range(2018, 2026)]
FIVE = ("26049", "26087", "26099", "26125", "26163")
LIMIT_MS = 2_000


def measure() -> list[Row]:
    """Time each question on days and periods not asked for before, after one of each kind."""
    reader = plain_analysis.tables()
    answers = Answers(reader)

    def ours(day: date) -> object:
        return answers.municipalities(day, 30, "treatment")

    def plain(day: date) -> object:
        people = plain_analysis.people_and_help(reader, day)
        return plain_analysis.municipality_coverage(people, minutes=30)

    def need(day: date) -> object:
        return answers.need("hotspot", day.year - 7, day.year - 3)

    def grid(day: date) -> object:
        return gap_table(
            Answers(reader),
            FIVE,
            by="municipality",
            as_of=day,
            minutes=30,
            facilities="treatment",
            period=(2018, 2022),
        )

    return [
        Row("travel times and coverage of a fresh scope", "ms", _ms(ours), _ms(plain)),
        Row("hotspots of a fresh period, 83 counties", "ms", _ms(need)),
        Row(
            f"gaps of the region with the robustness grid of {GRID_SIZE} combinations",
            "ms",
            _ms(grid),
            limit=LIMIT_MS,
        ),
    ]


def _ms(work: Callable[[date], object]) -> float:
    times = []
    for day in DAYS:
        start = time.perf_counter()
        work(day)
        times.append(1e3 * (time.perf_counter() - start))
    return median(times[1:])
