"""The pages that are compared, each served by a Streamlit of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.serving import free_port, wait_until_healthy

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT: Final = Path(__file__).resolve().parents[1]
RAW_DATA: Final = Path(os.environ.get("RAW_DATA") or PROJECT.parent / "shared" / "raw")
OUTLINES: Final = RAW_DATA / "cb_2023_us_county_20m.geojson"
"""All counties of the United States, of the Census Bureau; not shipped with the project."""
OUR_MAP: Final = "frame.coveragePainted || 0"
"""A script expression over the map's frame that grows each time our map is painted."""
PLAIN_LAYERS: Final = 700
"""The plain page's map holds more Leaflet layers than these once it is complete."""

PLAIN_SETTINGS: Final = """\
[server]
enableStaticServing = true
[browser]
gatherUsageStats = false
"""


@dataclass(frozen=True)
class Site:
    """
    A page that is served.

    Parameters
    ----------
    address : str
        http://127.0.0.1:port
    pid : int
        Of the server.
    painted : str
        Script expression over `frame`, the map's window; grows when the map is painted.
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


def our_settings() -> str:
    """Return the Streamlit settings of this project, as TOML."""
    return (PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8")


@contextmanager
def our_app() -> Iterator[Site]:
    """Serve the app of this project."""
    with served(PROJECT / "dashboard.py", minutes=".st-key-w_minutes") as site:
        yield site


@contextmanager
def plain_app() -> Iterator[Site]:
    """Serve the plain page."""
    with (
        page_folder("benchmarks.plain_page.draw") as script,
        served(script, painted=plain_map(PLAIN_LAYERS), minutes=".st-key-minutes") as site,
    ):
        yield site


def plain_map(layers: int) -> str:
    """Return a script expression that is true once a folium map holds more than `layers`."""
    return f"!!frame.map?._layers && Object.keys(frame.map._layers).length > {layers}"


@contextmanager
def page_folder(call: str, *, settings: str = PLAIN_SETTINGS) -> Iterator[Path]:
    """
    Make a working folder for a page, removed at the end.

    Parameters
    ----------
    call : str
        `package.module.function` that draws the page.
    settings : str
        Streamlit's, as TOML.

    Yields
    ------
    pathlib.Path
        The script, beside its settings and a static folder with Leaflet.
    """
    module, function = call.rsplit(".", 1)
    leaflet = metadata.distribution("XStatic-Leaflet").locate_file("xstatic/pkg/leaflet/data")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "static").mkdir()
        for file in ("leaflet.js", "leaflet.css"):
            shutil.copy(Path(str(leaflet)) / file, folder / "static" / file)
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "config.toml").write_text(settings, encoding="utf-8")
        script = folder / "page.py"
        script.write_text(f"from {module} import {function}\n\n{function}()\n", encoding="utf-8")
        yield script


@contextmanager
def served(script: Path, *, painted: str = OUR_MAP, minutes: str = "") -> Iterator[Site]:
    """
    Serve a script from its own folder on a free port of 127.0.0.1; stop the server at the end.

    Raises
    ------
    RuntimeError
        If the server does not start within half a minute.
    """
    port = free_port()
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
        wait_until_healthy(address, server)
        yield Site(address, server.pid, painted, minutes)
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
