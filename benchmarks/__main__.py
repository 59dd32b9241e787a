"""Run benchmarks and print, or write, their figures."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import signal
import subprocess
import sys
from importlib import import_module, metadata
from typing import Final

from benchmarks.rows import HEAD
from benchmarks.serving import PROJECT

NAMES: Final = (
    "first_page",
    "filter_change",
    "national_counties",
    "session_memory",
    "many_sessions",
    "analysis",
    "siting",
    "figures",
    "incidents",
    "national",
)
PACKAGES: Final = ("streamlit", "folium", "streamlit-folium", "matplotlib", "typst")
PAGE: Final = PROJECT / "docs" / "performance.md"
TEXT: Final = """\
# Performance

Each figure stands beside its budget and beside what a plain page needs for the same: folium and \
streamlit-folium with the same layers, tables and filter, everything rebuilt on each rerun \
(`benchmarks/plain_page.py`). Both are served on one machine and measured in turn in one run, so \
the ratio says more than the milliseconds.

{table}

{machine}

Times in the browser run to the frame in which the map is drawn. Kilobytes and megabytes are \
decimal. The websocket is counted before compression.

Code of {day}. To make this page again:

```shell
.venv/bin/python -m benchmarks --write
```
"""


def main() -> int:
    """Run the benchmarks named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name}; runs all")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(NAMES))
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]!r}; known: {', '.join(NAMES)}")
    if options.write and options.names:
        parser.error("--write takes no names: the page holds every figure")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # servers stop with us
    table = _measure(options.names or NAMES)
    if options.write:
        text = TEXT.format(table=table, machine=_machine(), day=_day_of_newest_commit())
        PAGE.write_text(text, encoding="utf-8")
    print(f"\n{_machine()}")
    return 0


def _measure(names: tuple[str, ...] | list[str]) -> str:
    lines = [HEAD]
    print(HEAD, flush=True)
    for name in names:
        rows = [row.as_markdown() for row in import_module(f"benchmarks.{name}").measure()]
        print("\n".join(rows), flush=True)
        lines += rows
    return "\n".join(lines)


def _machine() -> str:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {versions}."
    )


def _day_of_newest_commit() -> str:
    git = shutil.which("git") or "git"
    command = [git, "log", "-1", "--format=%cs"]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
