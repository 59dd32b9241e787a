"""Ten sites among the municipality centres: our exact cover beside spopt's own call."""

from __future__ import annotations

import time
import warnings
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.rows import Row
from geo.access import earth_positions_m
from geo.analysis import compiled_date, people_and_help, travel_time_model
from geo.site_plan import candidate_sites
from geo.siting import exact_cover, reach_matrix
from geo.tables.reader import TableReader

if TYPE_CHECKING:
    from collections.abc import Callable

FIVE = ("26049", "26087", "26099", "26125", "26163")
SITES = 10
MINUTES = 30
RUNS = 3
LIMIT_MS = 2_000


def measure() -> list[Row]:
    """
    Cover the residents of the five counties from nothing, with both.

    Raises
    ------
    RuntimeError
        If the two do not cover as many people.
    """
    import pulp
    from spopt.locate import MCLP

    reader = TableReader()
    people = people_and_help(reader, compiled_date(reader))
    sites = candidate_sites(reader, FIVE, "municipality")
    reach = reach_matrix(
        earth_positions_m(people["longitude"], people["latitude"]),
        earth_positions_m(sites["longitude"], sites["latitude"]),
        within_km=people["within_km"].to_numpy(float),
        model=travel_time_model(reader),
        minutes=MINUTES,
    )
    demand = people["residents_persons"].to_numpy(float)

    def ours() -> float:
        return exact_cover(reach, demand, SITES).covered

    def spopt() -> float:
        model = MCLP.from_cost_matrix((~reach).astype(float), demand, 0.5, p_facilities=SITES)
        solved = model.solve(pulp.PULP_CBC_CMD(msg=False))
        return float(solved.problem.objective.value())

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (own_ms, own), (their_ms, theirs) = _timed(ours), _timed(spopt)
    if abs(own - theirs) > 1:
        msg = f"we cover {own:,.0f} people, spopt {theirs:,.0f}"
        raise RuntimeError(msg)
    work = f"{SITES} sites of {len(sites)} candidates for {len(people):,} points, exact"
    return [Row(f"{work} (other: spopt)", "ms", own_ms, their_ms, LIMIT_MS)]


def _timed(work: Callable[[], float]) -> tuple[float, float]:
    times, value = [], 0.0
    for _ in range(RUNS):
        start = time.perf_counter()
        value = work()
        times.append(1e3 * (time.perf_counter() - start))
    return median(times), value
