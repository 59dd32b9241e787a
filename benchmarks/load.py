"""
Many simulated browsers that click filters: rerun times and memory of one replica, and of two.

    python -m benchmarks.load --sessions 50 200 --replicas 1 2 --over 0 20

Two replicas stand behind the proxy of `deploy/nginx.conf`. The table is in docs/deploy.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import signal
import sys
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.proxied import find_nginx, proxied
from benchmarks.serving import our_app
from benchmarks.sessions import Session, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTES: Final = (15, 20, 30)
COUNTIES: Final = ("26049", "26087", "26099", "26125", "26163", "26099.26125.26163")
VIEWS: Final = [
    f"minutes={minutes}&counties={counties}" for counties, minutes in product(COUNTIES, MINUTES)
]
"""What a click leads to: another view each time, and another than the neighbour's."""
ROUNDS: Final = 3
FILES_A_SESSION: Final = 4
"""Descriptors of one process, with room to spare."""
HEAD: Final = """\
| sessions | replicas | all click within | rerun, median | 95th percentile | RSS before | RSS | \
PSS | a session |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|"""


@dataclass(frozen=True)
class Deployment:
    """
    The app, served.

    Parameters
    ----------
    address : str
        What a browser opens.
    replicas : tuple of str
        Addresses of the replicas themselves.
    pids : tuple of int
        Of their processes.
    """

    address: str
    replicas: tuple[str, ...]
    pids: tuple[int, ...]


@dataclass(frozen=True)
class Memory:
    """Memory of processes in MB of 10^6 bytes: resident, and resident with shared pages split."""

    rss: float
    pss: float


def main() -> int:
    """Measure each combination that is asked for and print its row."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2], choices=(1, 2))
    parser.add_argument(
        "--over",
        type=float,
        nargs="+",
        default=[0],
        help="seconds a round of clicks takes",
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # servers stop with us
    _allow_files(max(options.sessions) * FILES_A_SESSION)
    loads = [_load()]
    print(HEAD, flush=True)
    for replicas, sessions in product(options.replicas, options.sessions):
        if replicas > 1 and find_nginx() is None:
            print(f"| {sessions} | {replicas} | skipped: nginx is not installed | | | | | | |")
            continue
        with _deployed(replicas) as deployment:
            for row in asyncio.run(_measure(deployment, sessions, options.over)):
                print(row, flush=True)
            loads.append(_load())
    print(f"\n{os.cpu_count()} CPUs; load of the machine before and after: {', '.join(loads)}.")
    return 0


def _load() -> str:
    """Return how many processes wanted a CPU in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def _allow_files(needed: int) -> None:
    """Raise the limit of open files as far as needed and allowed; servers inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, needed if hard == resource.RLIM_INFINITY else min(needed, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def _deployed(replicas: int) -> Iterator[Deployment]:
    with ExitStack() as stack:
        sites = [stack.enter_context(our_app()) for _ in range(replicas)]
        addresses = tuple(site.address for site in sites)
        address = addresses[0]
        if replicas > 1:
            first, second = (int(one.rsplit(":", 1)[1]) for one in addresses)
            address = stack.enter_context(proxied((first, second))).address
        yield Deployment(address, addresses, tuple(site.pid for site in sites))


async def _measure(deployment: Deployment, count: int, spreads: list[float]) -> list[str]:
    """Open all sessions, let them click; return a row per spread."""
    rows = []
    async with AsyncExitStack() as stack:
        for address in deployment.replicas:  # the first visitor waits for the tables
            first = await stack.enter_async_context(open_session(address))
            for view in ["", *VIEWS]:
                await first.rerun(view)
        before = _memory(deployment.pids)
        sessions = []
        for _ in range(count):
            session = await stack.enter_async_context(open_session(deployment.address))
            await session.rerun("")
            sessions.append(session)
        for spread in spreads:
            times = await _click(sessions, spread)
            after = _memory(deployment.pids)
            within = f"{spread:g} s" if spread else "at once"
            cells = [str(count), str(len(deployment.pids)), within]
            cells += [*_figures(times), *_sizes(before, after, count)]
            rows.append(f"| {' | '.join(cells)} |")
    return rows


async def _click(sessions: list[Session], spread: float) -> list[float]:
    """Let each session click once a round, at an even pace; return milliseconds."""

    async def click(number: int, turn: int) -> float:
        await asyncio.sleep(spread * number / len(sessions))
        return await sessions[number].rerun(VIEWS[(number + turn) % len(VIEWS)])

    times: list[float] = []
    for turn in range(ROUNDS):
        times += await asyncio.gather(*(click(number, turn) for number in range(len(sessions))))
    return times


def _memory(pids: tuple[int, ...]) -> Memory:
    rss, pss = 0.0, 0.0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        sizes = {line.split(":")[0]: line.split()[1] for line in lines[1:]}
        rss += int(sizes["Rss"]) * 1024 / 1e6
        pss += int(sizes["Pss"]) * 1024 / 1e6
    return Memory(rss, pss)


def _figures(times: list[float]) -> list[str]:
    return [f"{value:,.0f} ms" for value in np.percentile(times, [50, 95])]


def _sizes(before: Memory, after: Memory, count: int) -> list[str]:
    totals = [f"{value:,.0f} MB" for value in (before.rss, after.rss, after.pss)]
    return [*totals, f"{(after.rss - before.rss) / count:.1f} MB"]


if __name__ == "__main__":
    sys.exit(main())
