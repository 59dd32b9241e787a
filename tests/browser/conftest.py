"""A real server and a real browser; every request that leaves the machine is refused and listed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from tools.find_chromium import chromium_on_this_machine
from tools.serving import free_port, wait_until_healthy

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAINTED = "window.coveragePainted > 0"
WAIT_MS = 30_000


@contextmanager
def served(folder):
    """The app of a folder, served as the README's command does."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_healthy(address, server)
            yield address
        finally:
            server.terminate()


class Visit:
    """One browser window on the app."""

    def __init__(self, page, address):
        self.page, self.address, self.outside, self.errors = page, address, [], []
        page.context.route("**/*", self._guard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _guard(self, route):
        url = route.request.url
        if url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(url)
            route.abort()

    def open(self, query=""):
        """Open an address and wait until the map is painted."""
        self.page.goto(f"{self.address}/{query}")
        self.page.wait_for_selector("iframe[title*=folium]", state="attached", timeout=WAIT_MS)
        self.frame.wait_for_function(PAINTED, timeout=WAIT_MS)
        self.settle()
        return self

    @property
    def frame(self):
        """The frame of the map."""
        for _ in range(WAIT_MS // 20):
            for frame in self.page.frames:
                if "st_folium" in frame.url:
                    return frame
            self.page.wait_for_timeout(20)
        pytest.fail("the frame of the map did not open")
        return None

    def settle(self):
        """Wait until the script has run."""
        self.page.wait_for_function(
            "!document.querySelector('[data-testid=stApp]')"
            ".matches('[data-test-script-state=running]')"
        )
        self.page.wait_for_selector(
            "[data-testid=stExpander], [data-testid=stDownloadButton]", timeout=WAIT_MS
        )

    def repaint(self, act):
        """Do something and wait for the repainted map."""
        before = self.frame.evaluate("window.coveragePainted")
        act()
        self.frame.wait_for_function(f"window.coveragePainted > {before}", timeout=WAIT_MS)

    def state(self):
        """The state the map shows."""
        return self.frame.evaluate("window.coverage.view.state")

    def view(self):
        """Centre and zoom of the map."""
        return self.frame.evaluate(
            "[window.map.getCenter().lat, window.map.getCenter().lng, window.map.getZoom()]"
        )

    def click_map(self, latitude, longitude):
        """Click the map at a place."""
        self.page.mouse.click(*self._on_page(latitude, longitude))

    def hover_map(self, latitude, longitude):
        """Move the mouse to a place of the map; return the lines of the tooltip."""
        self.page.mouse.move(*self._on_page(latitude, longitude))
        tip = self.frame.locator(".map-tip")
        tip.wait_for()
        return tip.inner_text().splitlines()

    def _on_page(self, latitude, longitude):
        x, y = self.frame.evaluate(
            f"(() => {{ const p = window.map.latLngToContainerPoint([{latitude}, {longitude}]);"
            " return [p.x, p.y]; })()"
        )
        box = self.page.locator("iframe[title*=folium]").bounding_box()
        return box["x"] + x, box["y"] + y


@pytest.fixture(scope="session")
def address(project):
    with served(project) as at:
        yield at


@pytest.fixture(scope="session")
def browser():
    path = chromium_on_this_machine()
    if path is None:
        pytest.fail("no Chromium: run `make setup-test`, which says what to install")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address):
    contexts = []

    def open_window(*, width=1440, height=900, colours="light", at=address):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=colours,
            accept_downloads=True,
        )
        contexts.append(context)
        return Visit(context.new_page(), at)

    yield open_window
    for context in contexts:
        context.close()
