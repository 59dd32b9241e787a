"""Fifty sessions that click at once, over the websocket, without browsers."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from itertools import cycle, islice

import numpy as np

from benchmarks.rows import Row
from benchmarks.serving import our_app, plain_app
from benchmarks.sessions import open_session

SESSIONS = {"ours": 50, "plain": 10}
"""The plain page needs minutes for fifty."""
ROUNDS = {"ours": 3, "plain": 1}
LIMIT_MS = 1_000


def measure() -> list[Row]:
    """
    Rerun all sessions at once with another threshold each round; one app after the other.

    The plain page remembers nothing, so that the first run of a session stands for a rerun.
    """
    times = {}
    for name, app in (("ours", our_app), ("plain", plain_app)):
        with app() as site:
            times[name] = asyncio.run(
                _click_at_once(
                    site.address, SESSIONS[name], ROUNDS[name], open_first=name == "ours"
                )
            )
    ours, plain = (np.percentile(times[name], [50, 95]).tolist() for name in ("ours", "plain"))
    work = f"{SESSIONS['ours']} sessions clicking at once: rerun,"
    note = (
        f"({ROUNDS['ours']} rounds; plain: {SESSIONS['plain']} sessions, {ROUNDS['plain']} round)"
    )
    return [
        Row(f"{work} median {note}", "ms", ours[0], plain[0]),
        Row(f"{work} 95th percentile {note}", "ms", ours[1], plain[1], LIMIT_MS),
    ]


async def _click_at_once(address: str, count: int, rounds: int, *, open_first: bool) -> list[float]:
    times: list[float] = []
    async with AsyncExitStack() as stack:
        sessions = []
        for number in range(count):
            session = await stack.enter_async_context(open_session(address))
            if open_first or number == 0:
                await session.rerun("")
            sessions.append(session)
        for minutes in islice(cycle((15, 20, 30)), rounds):
            clicks = (session.rerun(f"minutes={minutes}") for session in sessions)
            times += await asyncio.gather(*clicks)
    return times
