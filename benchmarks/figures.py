"""A figure, a pack, and the fact sheets of all counties of a state; the memory they take."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen
from typing import TYPE_CHECKING

from benchmarks.rows import Row
from benchmarks.serving import PROJECT
from geo.answers import Answers
from geo.figures.formats import to_png
from geo.figures.kinds import figure_content
from geo.figures.pack import pack_parts, to_zip
from geo.figures.sizes import SIZES
from geo.scope import default_scope
from geo.tables.reader import TableReader

if TYPE_CHECKING:
    from geo.figures.content import Content
    from geo.scope import Scope

ROUNDS = 5
FIGURE_LIMIT_MS, PACK_LIMIT_MS = 2_000, 6_000
SHEETS_LIMIT_MS, MEMORY_LIMIT_MB = 180_000, 1_000
PAGE, MADE_ON = "https://county.example/figures", date(2026, 11, 23)


def measure() -> list[Row]:
    """Make them; nothing is remembered of the scope but what other pages would have worked out."""
    answers = Answers(TableReader())
    figures, packs = [], []
    for number in range(ROUNDS + 1):
        scope = replace(default_scope(answers.today), start=2018 - number)
        started = time.perf_counter()
        content = _content(answers, scope)
        to_png(content, SIZES["half"])
        drawn = time.perf_counter()
        to_zip(pack_parts(answers, scope, content, SIZES["half"], program="plain"))
        if number > 0:
            figures.append((drawn - started) * 1000)
            packs.append((time.perf_counter() - drawn) * 1000)
    took, memory = _all_fact_sheets()
    return [
        Row("a figure of a fresh view, PNG", "ms", median(figures), None, FIGURE_LIMIT_MS),
        Row("the pack of that view, all nine parts", "ms", median(packs), None, PACK_LIMIT_MS),
        Row("fact sheets of 83 counties, from the command", "ms", took, None, SHEETS_LIMIT_MS),
        Row("memory of that, all its processes", "MB", memory, None, MEMORY_LIMIT_MB),
    ]


def _content(answers: Answers, scope: Scope) -> Content:
    return figure_content(answers, scope, "gap", page=PAGE, made_on=MADE_ON)


def _all_fact_sheets() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as out:
        call = [sys.executable, "-m", "geo", "fact-sheets", "--region", "michigan", "--out", out]
        started = time.perf_counter()
        with Popen(call, cwd=PROJECT, stdout=DEVNULL, stderr=DEVNULL) as running:
            most = 0.0
            while running.poll() is None:
                most = max(most, _proportional_mb(running.pid))
                time.sleep(0.1)
        if running.returncode:
            msg = f"fact-sheets ended with {running.returncode}"
            raise RuntimeError(msg)
        return (time.perf_counter() - started) * 1000, most


def _proportional_mb(pid: int) -> float:
    """Return the memory of a process and its children; shared pages are counted once."""
    total = 0.0
    family = [pid]
    for one in family:
        try:
            children = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii")
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        family += [int(child) for child in children.split()]
        pss = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
        total += int(pss.split()[1]) * 1024 / 1e6
    return total
