"""A port of our own, and the moment a served app answers: for tests and benchmarks."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

STARTS_WITHIN_SECONDS: Final = 30
HEALTHY: Final = 200


def free_port() -> int:
    """Return a port of 127.0.0.1 nobody listens on, chosen by the system."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_until_healthy(address: str, server: subprocess.Popen[bytes]) -> None:
    """
    Wait until an app answers.

    Parameters
    ----------
    address : str
        Of the app, "http://127.0.0.1:8501".
    server : subprocess.Popen
        Its process.

    Raises
    ------
    RuntimeError
        If it ends, or does not answer within half a minute.
    """
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:  # noqa: S310  our own server
                if answer.status == HEALTHY:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    msg = "the server did not start"
    raise RuntimeError(msg)
