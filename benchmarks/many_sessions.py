"""Fifty sessions that click at once, over the websocket, without browsers."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from itertools import cycle, islice
from typing import TYPE_CHECKING

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from benchmarks.rows import Row
from benchmarks.serving import our_app, plain_app

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

SESSIONS = {"ours": 50, "plain": 10}
"""The plain page needs minutes for fifty."""
ROUNDS = {"ours": 3, "plain": 1}
LIMIT_MS = 1_000
WAIT_S = 180


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
    stream = address.replace("http", "ws") + "/_stcore/stream"
    times: list[float] = []
    async with AsyncExitStack() as stack:
        sessions = []
        for number in range(count):
            session = await stack.enter_async_context(
                connect(stream, subprotocols=["streamlit"], max_size=None)
            )
            if open_first or number == 0:
                await _rerun(session, "")
            sessions.append(session)
        for minutes in islice(cycle((15, 20, 30)), rounds):
            clicks = (_rerun(session, f"minutes={minutes}") for session in sessions)
            times += await asyncio.gather(*clicks)
    return times


async def _rerun(session: ClientConnection, query: str) -> float:
    """Ask for a rerun and read until the script has finished; return milliseconds."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.context_info.timezone = "America/Detroit"
    has_map = False
    start = time.perf_counter()
    await session.send(message.SerializeToString())
    async with asyncio.timeout(WAIT_S):
        while True:
            answer = ForwardMsg.FromString(await session.recv())
            has_map = has_map or answer.delta.new_element.HasField("component_instance")
            if answer.WhichOneof("type") == "script_finished":
                break
    took = 1e3 * (time.perf_counter() - start)
    if not has_map:
        msg = f"a rerun with `query` {query!r} drew no map"
        raise RuntimeError(msg)
    return took
