"""A filter change: click to repainted map, and what comes over the websocket for it."""

from __future__ import annotations

from itertools import cycle, islice
from statistics import median

from benchmarks.browsing import Visit, chromium
from benchmarks.rows import Row
from benchmarks.serving import our_app, plain_app

CHANGES = 12
WARM_UP = 2
LIMIT_MS = 220
LIMIT_KB = 15


def measure() -> list[Row]:
    """Switch between 15 and 30 minutes in an open page of each kind, in turn."""
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    sizes: dict[str, list[float]] = {"ours": [], "plain": []}
    first: dict[str, float] = {}
    with (
        our_app() as ours,
        plain_app() as plain,
        chromium() as browser,
        Visit(browser, ours) as our_visit,
        Visit(browser, plain) as plain_visit,
    ):
        visits = {"ours": our_visit, "plain": plain_visit}
        for visit in visits.values():
            visit.open()
            visit.settle()
        for number, minutes in enumerate(islice(cycle((15, 30)), WARM_UP + CHANGES)):
            for name, visit in visits.items():
                took = visit.choose_minutes(minutes)
                visit.settle()
                sent = sum(map(len, visit.frames)) / 1e3
                if number == 0:
                    first[name] = sent
                if number >= WARM_UP:
                    times[name].append(took)
                    sizes[name].append(sent)
    note = f"(median of {CHANGES})"
    return [
        Row(
            f"filter change: click to repainted map {note}",
            "ms",
            median(times["ours"]),
            median(times["plain"]),
            LIMIT_MS,
        ),
        Row(
            f"filter change: bytes over the websocket {note}",
            "kB",
            median(sizes["ours"]),
            median(sizes["plain"]),
            LIMIT_KB,
        ),
        Row(
            "the same, to a view this session has not seen yet (1)",
            "kB",
            first["ours"],
            first["plain"],
            LIMIT_KB,
        ),
    ]
