"""The app as it is served, with its log kept and a way to ask what its process still holds."""

from __future__ import annotations

import gc
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.serving import free_port, wait_until_healthy

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_LOOK_SECONDS = 60
LONGEST_CHAIN = 25


@dataclass
class Watched:
    """A running server, its log file and the door to ask it."""

    address: str
    pid: int
    log: Path
    door: int
    started_at: float

    def holders(self, marker: str, *, thaw: bool = False) -> list[str]:
        """Return what in the process holds a word: the chain of types that leads there."""
        return self._ask({"find": marker[::-1], "thaw": thaw})

    def _ask(self, question: dict[str, Any]) -> Any:
        place = ("127.0.0.1", self.door)
        with closing(socket.create_connection(place, LONGEST_LOOK_SECONDS)) as door:
            door.sendall(json.dumps(question).encode() + b"\n")
            with door.makefile() as lines:
                return json.loads(lines.readline())


@contextmanager
def watched(project: Path, folder: Path, *, session_seconds: int = 120):
    """Serve the app of a folder; its output, debug messages included, goes to a file."""
    port = free_port()
    door = free_port()
    log = folder / f"server-{port}.log"
    command = [sys.executable, __file__, str(door), str(session_seconds), "run", "dashboard.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.fileWatcherType", "none", "--logger.level", "debug"]
    started_at = time.time()
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(project)},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_healthy(address, server)
            yield Watched(address, server.pid, log, door, started_at)
        finally:
            server.terminate()


# ---- inside the server's process ----


def _serve_door(door: int) -> None:
    with socket.create_server(("127.0.0.1", door)) as listening:
        while True:
            guest, _ = listening.accept()
            with guest, guest.makefile("rw") as lines:
                question = json.loads(lines.readline())
                gc.collect()
                answer = (
                    _look_for(question["find"], thaw=question["thaw"]) if "find" in question else []
                )
                lines.write(json.dumps(answer) + "\n")


def _look_for(backwards: str, *, thaw: bool) -> list[str]:
    """
    Walk all that lives, through the buffers of numpy, Arrow and protobuf too.

    Notes
    -----
    First what modules and running threads lead to, then what else the collector knows, so that a
    chain is told from its root where there is one. The page freezes what lives once it is warm;
    here it is thawed, so that garbage among it is collected or found.
    """
    if thaw:
        gc.unfreeze()
        gc.collect()
    wanted = backwards[::-1]
    as_bytes = wanted.encode()
    parents: dict[int, Any] = {}
    found: list[str] = []
    seen = {id(one) for one in (wanted, as_bytes, parents, found, sys._getframe())}
    everything = gc.get_objects()
    seen |= {id(seen), id(everything)}
    for roots in ([sys.modules], list(sys._current_frames().values()), everything):
        queue = deque(one for one in roots if id(one) not in seen)
        seen |= {id(queue), id(roots), *map(id, queue)}
        while queue:
            thing = queue.popleft()
            if _holds(thing, wanted, as_bytes):
                found.append(_chain(thing, parents))
            for part in _parts(thing):
                if id(part) not in seen:
                    seen.add(id(part))
                    parents[id(part)] = thing
                    queue.append(part)
    return sorted(set(found))


def _parts(thing: Any) -> list[Any]:
    if type(thing).__name__ == "ndarray":
        return list(thing.flat) if thing.dtype == object else []
    return gc.get_referents(thing)


def _holds(thing: Any, wanted: str, as_bytes: bytes) -> bool:  # noqa: PLR0911  a kind a line
    kind, home = type(thing), type(thing).__module__
    try:
        if kind is str:
            return wanted in thing
        if kind in {bytes, bytearray}:
            return as_bytes in thing
        if kind.__name__ == "ndarray" and thing.dtype != object:
            return as_bytes in thing.tobytes()
        if kind.__name__ == "BytesIO" or "UploadedFile" in kind.__name__:
            return hasattr(thing, "getbuffer") and as_bytes in bytes(thing.getbuffer())
        if home.startswith("pyarrow"):
            return _in_arrow(thing, as_bytes)
        if hasattr(kind, "SerializeToString"):
            return as_bytes in thing.SerializeToString()
    except (ValueError, TypeError, RuntimeError, AttributeError):
        return False
    return False


def _in_arrow(thing: Any, as_bytes: bytes) -> bool:
    if type(thing).__name__ == "Buffer":
        return as_bytes in thing.to_pybytes()
    columns = getattr(thing, "columns", [thing])
    for column in columns:
        for chunk in getattr(column, "chunks", [column]):
            if hasattr(chunk, "buffers") and any(
                buffer is not None and as_bytes in buffer.to_pybytes() for buffer in chunk.buffers()
            ):
                return True
    return False


def _chain(thing: Any, parents: dict[int, Any]) -> str:
    names = []
    while thing is not None and len(names) < LONGEST_CHAIN:
        kind = type(thing)
        names.append(f"{kind.__module__}.{kind.__qualname__}")
        thing = parents.get(id(thing))
    return " < ".join(names)


def _main() -> None:
    from streamlit.runtime.memory_session_storage import MemorySessionStorage
    from streamlit.web import cli

    door, seconds = int(sys.argv[1]), int(sys.argv[2])
    MemorySessionStorage.__init__.__defaults__ = (128, seconds)
    threading.Thread(target=_serve_door, args=(door,), daemon=True).start()
    sys.argv = ["streamlit", *sys.argv[3:]]
    cli.main()


if __name__ == "__main__":
    _main()
