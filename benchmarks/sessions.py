"""Simulated browsers: what a browser says over the websocket, without drawing anything."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from websockets.asyncio.client import ClientConnection

WAIT_S: Final = 180


@dataclass
class Session:
    """
    An open page.

    Parameters
    ----------
    socket : ClientConnection
    identifier : str
        As the server calls the session; empty before the first run.
    maps : set of str
        Hashes of the maps it was sent: one it has already is sent as its hash.
    """

    socket: ClientConnection
    identifier: str = ""
    maps: set[str] = field(default_factory=set)

    async def rerun(self, query: str) -> float:
        """
        Ask for a rerun and read until the script has finished.

        Parameters
        ----------
        query : str
            Of the address, "minutes=15".

        Returns
        -------
        float
            Milliseconds.

        Raises
        ------
        RuntimeError
            If no map came.
        TimeoutError
            If the script has not finished after three minutes.
        """
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.context_info.timezone = "America/Detroit"
        has_map = False
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(WAIT_S):
            while True:
                answer = ForwardMsg.FromString(await self.socket.recv())
                has_map = self._take(answer) or has_map
                if answer.WhichOneof("type") == "script_finished":
                    break
        took = 1e3 * (time.perf_counter() - start)
        if not has_map:
            msg = f"a rerun with `query` {query!r} drew no map"
            raise RuntimeError(msg)
        return took

    def _take(self, answer: ForwardMsg) -> bool:
        """Take a message; return whether it is a map."""
        if answer.HasField("new_session"):
            self.identifier = answer.new_session.initialize.session_id
        if answer.delta.new_element.HasField("component_instance"):
            self.maps.add(answer.hash)
            return True
        return answer.HasField("ref_hash") and answer.ref_hash in self.maps


@asynccontextmanager
async def open_session(
    address: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Session]:
    """
    Open a session, closed at the end.

    Parameters
    ----------
    address : str
        Of the app, "http://127.0.0.1:8501".
    headers : mapping of str to str, optional
        A browser's: Cookie, Origin.
    """
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(
        stream,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers=headers,
        max_size=None,
        open_timeout=WAIT_S,
        ping_interval=None,  # the server does that
    ) as socket:
        yield Session(socket)
