"""A server, a browser, and the moment a map is painted."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Browser, sync_playwright

from tools.find_chromium import chromium_on_this_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import WebSocket

PROJECT: Final = Path(__file__).resolve().parents[1]
WAIT_MS: Final = 90_000
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
OUR_MAP: Final = "frame.coveragePainted || 0"
"""A script expression over the map's frame that grows each time our map is painted."""

# Stamps are taken in the browser, right after the frame in which the picture is drawn: what the
# automation itself costs does not count.
STAMPS: Final = """(() => {
  if (window !== top) return;
  const now = () => performance.timeOrigin + performance.now();
  const seen = new WeakMap();
  window.benchPaints = [];
  addEventListener("pointerdown", () => { window.benchClick = now(); }, true);
  const look = () => {
    for (const { contentWindow: frame, contentDocument: page } of document.querySelectorAll("iframe")) {
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
IDLE: Final = (
    "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
)


def plain_map(layers: int) -> str:
    """Return a script expression that is true once a plain folium map holds that many layers."""
    return f"!!frame.map?._layers && Object.keys(frame.map._layers).length > {layers}"


@dataclass(frozen=True)
class Site:
    """
    A page that is served.

    Parameters
    ----------
    address : str
    pid : int
        Of the server.
    painted : str
        Script expression, true once the map is painted.
    minutes : str
        Selector of the filter.
    """

    address: str
    pid: int
    painted: str
    minutes: str

    def resident_mb(self) -> float:
        """Return the server's resident memory, in MB of 10^6 bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6


@contextmanager
def served(script: Path, *, painted: str = OUR_MAP, minutes: str = "") -> Iterator[Site]:
    """Serve a script from its own folder on a free port; stop the server at the end."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script.name]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.fileWatcherType", "none", "--server.headless", "true"]
    server = subprocess.Popen(
        command,
        cwd=script.parent,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(address)
        yield Site(address, server.pid, painted, minutes)
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def our_app() -> Iterator[Site]:
    """Serve the app of this project."""
    with served(PROJECT / "dashboard.py", minutes=".st-key-w_minutes") as site:
        yield site


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser that resolves no name but 127.0.0.1."""
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
    """One window on a page, with an empty cache; a context manager."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        self.frames: list[bytes] = []
        self._context = browser.new_context(viewport={"width": 1440, "height": 900})
        self._context.add_init_script(STAMPS.replace("PAINTED", site.painted))
        self.page = self._context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("websocket", self._listen)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._keep)

    def _keep(self, payload: bytes | str) -> None:
        self.frames.append(payload.encode() if isinstance(payload, str) else payload)

    def open(self) -> float:
        """Open the page; return the milliseconds from request to painted map."""
        self.page.goto(self.site.address, wait_until="commit")
        self._wait_until_painted()
        return float(self.page.evaluate("benchPaints[0] - performance.timeOrigin"))

    def choose_minutes(self, minutes: int) -> float:
        """Click the filter; return the milliseconds from click to repainted map."""
        self.page.evaluate("() => { benchPaints.length = 0; }")
        self.frames.clear()
        self.page.locator(self.site.minutes).get_by_text(str(minutes), exact=True).click()
        self._wait_until_painted()
        return float(self.page.evaluate("benchPaints[0] - benchClick"))

    def settle(self) -> None:
        """Wait until the script has run and nothing more has come for a third of a second."""
        known, quiet = -1, False
        deadline = time.monotonic() + WAIT_MS / 1000
        while not (quiet and known == len(self.frames)) and time.monotonic() < deadline:
            known = len(self.frames)
            self.page.wait_for_timeout(333)
            quiet = bool(self.page.evaluate(IDLE))

    def _wait_until_painted(self) -> None:
        self.page.wait_for_function("window.benchPaints && benchPaints.length > 0", polling=20)


def _wait_until_healthy(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health") as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    msg = "the server did not start"
    raise RuntimeError(msg)
