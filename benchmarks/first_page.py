"""First page, server warm: request to map painted."""

from __future__ import annotations

from statistics import median

from benchmarks.browsing import Visit, chromium
from benchmarks.rows import Row
from benchmarks.serving import our_app, plain_app

VISITS = 7
LIMIT_MS = 1_500


def measure() -> list[Row]:
    """Open both pages in turn, each time in a window with an empty cache."""
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    with our_app() as ours, plain_app() as plain, chromium() as browser:
        for number in range(VISITS + 1):
            for name, site in (("ours", ours), ("plain", plain)):
                with Visit(browser, site) as visit:
                    took = visit.open()
                if number > 0:
                    times[name].append(took)
    work = f"first page, five counties: request to map painted (median of {VISITS})"
    return [Row(work, "ms", median(times["ours"]), median(times["plain"]), LIMIT_MS)]
