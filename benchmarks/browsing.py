"""A browser, and the moment a map is painted in it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from playwright.sync_api import Browser, sync_playwright

from tools.find_chromium import chromium_on_this_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import WebSocket

    from benchmarks.serving import Site

WAIT_MS: Final = 120_000
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

# Stamps are taken in the browser, right after the frame in which the picture is drawn: what the
# automation itself costs does not count.
STAMPS: Final = """(() => {
  if (window !== top) return;
  const now = () => performance.timeOrigin + performance.now();
  const seen = new WeakMap();
  window.benchPaints = [];
  addEventListener("pointerdown", () => { window.benchClick = now(); }, true);
  const look = () => {
    for (const element of document.querySelectorAll("iframe")) {
      const frame = element.contentWindow, page = element.contentDocument;
      if (!page) continue;
      const paints = Number(PAINTED);
      if (paints > (seen.get(page) || 0)) {
        seen.set(page, paints);
        setTimeout(() => window.benchPaints.push(now()), 0);
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();"""
PAINTED: Final = "window.benchPaints && benchPaints.length > 0"
IDLE: Final = (
    "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """
    Start a browser that resolves no name but 127.0.0.1.

    Raises
    ------
    RuntimeError
        If there is none on this machine.
    """
    path = chromium_on_this_machine()
    if path is None:
        msg = "no Chromium: run `make setup-test`, which says what to install"
        raise RuntimeError(msg)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """
    One window on a page, with an empty cache; a context manager.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    site : Site

    Notes
    -----
    `frames` holds what came over the websocket since the page was opened or the filter clicked.
    """

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        self.frames: list[bytes] = []
        self._context = browser.new_context(viewport={"width": 1440, "height": 900})
        self._context.add_init_script(STAMPS.replace("PAINTED", site.painted))
        self.page = self._context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("websocket", self._listen)

    def __enter__(self) -> Self:
        """Return the window, still empty."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the window and its session."""
        self._context.close()

    def open(self) -> float:
        """Open the page; return the milliseconds from request to painted map."""
        self.page.goto(self.site.address, wait_until="commit")
        self.page.wait_for_function(PAINTED, polling=20)
        return float(self.page.evaluate("benchPaints[0] - performance.timeOrigin"))

    def choose_minutes(self, minutes: int) -> float:
        """Click the filter; return the milliseconds from click to repainted map."""
        self.page.evaluate("() => { benchPaints.length = 0; }")
        self.frames.clear()
        self.page.locator(self.site.minutes).get_by_text(str(minutes), exact=True).click()
        self.page.wait_for_function(PAINTED, polling=20)
        return float(self.page.evaluate("benchPaints[0] - benchClick"))

    def settle(self) -> None:
        """Wait until the script has run and nothing more has come for a third of a second."""
        known, idle = -1, False
        deadline = time.monotonic() + WAIT_MS / 1000
        while not (idle and known == len(self.frames)) and time.monotonic() < deadline:
            known = len(self.frames)
            self.page.wait_for_timeout(333)
            idle = bool(self.page.evaluate(IDLE))

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._keep)

    def _keep(self, payload: bytes | str) -> None:
        self.frames.append(payload.encode() if isinstance(payload, str) else payload)
