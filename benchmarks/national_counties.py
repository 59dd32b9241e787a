"""All counties of the United States as a choropleth: first paint."""

from __future__ import annotations

from statistics import median

from benchmarks.browsing import Visit, chromium
from benchmarks.rows import Row, Skipped
from benchmarks.serving import OUTLINES, our_settings, page_folder, plain_map, served

VISITS = {"ours": 5, "plain": 2}
LIMIT_MS = 2_500
COUNTIES = 3_144


def measure() -> list[Row | Skipped]:
    """Open both pages with an empty cache, the servers warm."""
    work = f"all {COUNTIES:,} US counties as a choropleth: request to first paint"
    if not OUTLINES.exists():
        return [Skipped(work, f"{OUTLINES.name} is not in the folder that RAW_DATA names")]
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    with (
        page_folder("benchmarks.national_pages.draw_ours", settings=our_settings()) as our_script,
        page_folder("benchmarks.national_pages.draw_plain") as plain_script,
        served(our_script) as ours,
        served(plain_script, painted=plain_map(COUNTIES)) as plain,
        chromium() as browser,
    ):
        for number in range(max(VISITS.values()) + 1):
            for name, site in (("ours", ours), ("plain", plain)):
                if number > VISITS[name]:
                    continue
                with Visit(browser, site) as visit:
                    took = visit.open()
                if number > 0:
                    times[name].append(took)
    work += f" (median of {VISITS['ours']}; plain: {VISITS['plain']})"
    return [Row(work, "ms", median(times["ours"]), median(times["plain"]), LIMIT_MS)]
