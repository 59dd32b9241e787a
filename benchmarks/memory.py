"""The most memory a process has held."""

from __future__ import annotations

import re
from pathlib import Path


def peak_mb() -> float:
    """
    Return the most memory this process has held since its program started, in decimal megabytes.

    Notes
    -----
    Read from Linux' `/proc`: `getrusage` also counts what the process that started this one held.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if kilobytes is None:
        msg = "this system does not tell the most memory a process has held"
        raise OSError(msg)
    return int(kilobytes[1]) * 1024 / 1e6
