"""First page, server warm: request to map painted, on a first visit and on a later one."""

from __future__ import annotations

from statistics import median

from benchmarks.browsing import Visit, chromium
from benchmarks.rows import Row
from benchmarks.serving import our_app, plain_app

VISITS = 7
LIMIT_MS = 1_500


def measure() -> list[Row]:
    """Open both pages in turn: with an empty cache, then again in the same window."""
    first: dict[str, list[float]] = {"ours": [], "plain": []}
    again: dict[str, list[float]] = {"ours": [], "plain": []}
    with our_app() as ours, plain_app() as plain, chromium() as browser:
        for number in range(VISITS + 1):
            for name, site in (("ours", ours), ("plain", plain)):
                with Visit(browser, site) as visit:
                    took = visit.open()
                    visit.settle()
                    took_again = visit.open()
                if number > 0:
                    first[name].append(took)
                    again[name].append(took_again)
    work = f"first page, five counties: request to map painted (median of {VISITS})"
    return [
        Row(f"{work}, {what}", "ms", median(times["ours"]), median(times["plain"]), LIMIT_MS)
        for what, times in (
            ("in a browser that has nothing yet", first),
            ("in one that was here before", again),
        )
    ]
