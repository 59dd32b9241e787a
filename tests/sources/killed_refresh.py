"""
Refresh a folder, killed by the system at each stage.

    python killed_refresh.py FILES OUT STATE

At each line of `STAGES`, at the line of each table, and before OUT is touched once the tables are
put in place, the process forks: the parent kills itself (SIGKILL) as if it had been killed from
outside, and the child waits for a line on standard input, then goes on as the refresh that was not
killed. What it is about to do stands on standard output before the kill.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from pathlib import Path

from geo.sources.refresh import Order, refresh
from geo.tables.definitions import TABLES

PLACING = "putting tables in place"
STAGES = (
    "collecting files",
    "reading files",
    "writing inputs",
    "building tables",
    *TABLES,
    "checking tables",
    "comparing tables",
    PLACING,
)
TOUCHED = {"os.rename": 1, "shutil.rmtree": 0, "open": 0}
"""Events of the interpreter, and where the path stands in their details."""


def main(files, out, state):
    done = []

    def killed_at(stage):
        if stage in done:
            return
        done.append(stage)
        if os.fork():
            sys.stdout.write(f"{stage}\n")
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        if not sys.stdin.readline():  # whoever looks at the folder is gone
            os._exit(1)

    def reported(line):
        stage = line.partition(": ")[0]
        if stage in STAGES:
            killed_at(stage)

    def touched(event, details):
        if PLACING not in done or event not in TOUCHED:
            return
        path = Path(str(details[TOUCHED[event]]))
        if path.is_relative_to(out) and (event != "open" or "w" in str(details[1])):
            name = path.relative_to(out).parts[0]
            killed_at(f"{event} {name.replace(str(os.getpid()), '')}")

    sys.addaudithook(touched)
    refresh(Order((state,), out, files, date(2026, 11, 23)), None, report=reported)
    sys.stdout.write("end\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
