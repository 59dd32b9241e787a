"""The proxy of `deploy/nginx.conf`, before replicas on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.serving import PROJECT
from tools.serving import free_port, wait_until_healthy

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE: Final = PROJECT / "deploy" / "nginx.conf"


@dataclass(frozen=True)
class Proxy:
    """
    A running proxy.

    Parameters
    ----------
    address : str
        http://127.0.0.1:port
    pid : int
        Of its main process.
    access_log, error_log : pathlib.Path
        The second with warnings, too.
    """

    address: str
    pid: int
    access_log: Path
    error_log: Path


def find_nginx() -> str | None:
    """Return the program nginx, or None where it is not installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def proxy_settings(ports: tuple[int, int], listen: int, folder: Path) -> str:
    """
    Return the shipped settings of the proxy, with the places of this machine.

    Parameters
    ----------
    ports : tuple of int
        Of the two replicas, on 127.0.0.1.
    listen : int
        Port of the proxy.
    folder : pathlib.Path
        For its files and logs.

    Raises
    ------
    ValueError
        If the settings no longer name a place that must be replaced.
    """
    text = TEMPLATE.read_text(encoding="utf-8")
    places = {
        " /tmp/": f" {folder}/",
        "server app-a:8501": f"server 127.0.0.1:{ports[0]}",
        "server app-b:8502": f"server 127.0.0.1:{ports[1]}",
        "~:8501$": f"~:{ports[0]}$",
        "~:8502$": f"~:{ports[1]}$",
        "listen 8080": f"listen 127.0.0.1:{listen}",
        "error_log stderr crit": f"error_log {folder}/error.log warn",
        "/dev/stdout": f"{folder}/access.log",
    }
    for old, new in places.items():
        if old not in text:
            msg = f"{TEMPLATE} no longer says {old!r}"
            raise ValueError(msg)
        text = text.replace(old, new)
    return text


@contextmanager
def proxied(ports: tuple[int, int]) -> Iterator[Proxy]:
    """
    Put nginx before two replicas; stop it at the end.

    Parameters
    ----------
    ports : tuple of int
        Of the replicas, on 127.0.0.1; one at least must answer.

    Yields
    ------
    Proxy

    Raises
    ------
    FileNotFoundError
        If nginx is not installed.
    RuntimeError
        If it does not answer.
    """
    program = find_nginx()
    if program is None:
        msg = "nginx is not installed: apt-get install nginx"
        raise FileNotFoundError(msg)
    with tempfile.TemporaryDirectory() as name:
        folder, listen = Path(name), free_port()
        settings = folder / "nginx.conf"
        settings.write_text(proxy_settings(ports, listen, folder), encoding="utf-8")
        as_whom = " user root;" if os.geteuid() == 0 else ""
        command = [program, "-c", str(settings), "-e", str(folder / "error.log")]
        with subprocess.Popen([*command, "-g", f"daemon off;{as_whom}"]) as server:
            try:
                address = f"http://127.0.0.1:{listen}"
                wait_until_healthy(address, server)
                yield Proxy(address, server.pid, folder / "access.log", folder / "error.log")
            finally:
                server.terminate()
