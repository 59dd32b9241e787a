"""Server memory per further open session."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmarks.browsing import Visit, chromium
from benchmarks.rows import Row
from benchmarks.serving import our_app, plain_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from benchmarks.serving import Site

SESSIONS = 10
LIMIT_MB = 3


def measure() -> list[Row]:
    """Hold one session open that has used the filter, then ten more, and compare."""
    with our_app() as ours, plain_app() as plain, chromium() as browser:
        per_session = [_mb_per_session(browser, site) for site in (ours, plain)]
    work = f"server memory per further session (mean of {SESSIONS})"
    return [Row(work, "MB", *per_session, LIMIT_MB)]


def _mb_per_session(browser: Browser, site: Site) -> float:
    with ExitStack() as open_windows:
        for number in range(SESSIONS + 1):
            visit = open_windows.enter_context(Visit(browser, site))
            visit.open()
            visit.settle()
            if number == 0:
                for minutes in (15, 20, 30):
                    visit.choose_minutes(minutes)
                    visit.settle()
                before = site.resident_mb()
        return (site.resident_mb() - before) / SESSIONS
