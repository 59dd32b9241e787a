"""Read an uploaded file in a child process, with bounds on its time and memory."""

from __future__ import annotations

import json
import logging
import math
import os
import queue
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from geo.errors import InputError
from geo.own_data.files import ROW_NUMBER, RawRows, check_bytes, ignore, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHILDREN: Final = 2
"""Children at work at the same time; others wait."""
_PLACES: Final = threading.BoundedSemaphore(MOST_CHILDREN)
_ABOUT: Final = b"own_data"
_PROGRESS: Final = b"progress: "
_LONGEST_WORD: Final = 200
_TICK_SECONDS: Final = 0.05
_OUT_OF_MEMORY: Final = 77
_CPU_SIGNAL: Final = -24
_NICENESS: Final = 5
_PROJECT: Final = Path(__file__).resolve().parents[2]
_CHILD_SETTINGS: Final = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def never() -> bool:
    """Return that nobody cancelled."""
    return False


def read_in_child(
    content: bytes,
    *,
    seconds: float = 120,
    memory_bytes: int = 3_000_000_000,
    report: Callable[[str], None] = ignore,
    is_cancelled: Callable[[], bool] = never,
) -> RawRows:
    """
    Return the rows of a file, read by a child process that cannot harm this one.

    Parameters
    ----------
    content : bytes
        The file.
    seconds : float, default 120
        Time the child may take.
    memory_bytes : int, default 3,000,000,000
        Address space the child may take, where the system can bound it.
    report : callable
        Takes a word on progress; called in this thread.
    is_cancelled : callable
        Asked many times a second; once it is true the child is stopped.

    Returns
    -------
    RawRows
        The same as `read_rows`.

    Raises
    ------
    InputError
        If the file cannot be read, takes too long or too much memory, or loading was cancelled.

    Notes
    -----
    The file goes to the child through a pipe and its rows come back through another; nothing is
    written to disk or logged.
    """
    check_bytes(content)
    _wait_for_place(is_cancelled, report)
    try:
        return _Conversation(content, seconds, memory_bytes).rows(report, is_cancelled)
    finally:
        _PLACES.release()


def _wait_for_place(is_cancelled: Callable[[], bool], report: Callable[[str], None]) -> None:
    if _PLACES.acquire(blocking=False):
        return
    report("Waiting for other files to be read")
    while not _PLACES.acquire(timeout=_TICK_SECONDS):
        if is_cancelled():
            raise _cancelled()


def _cancelled() -> InputError:
    return InputError("Loading was cancelled.")


class _Conversation:
    """One child: fed and listened to by threads, so that no pipe runs full."""

    def __init__(self, content: bytes, seconds: float, memory_bytes: int) -> None:
        self.seconds = seconds
        self.memory_bytes = memory_bytes
        self.deadline = time.monotonic() + seconds
        self.words: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.answer: list[bytes] = []
        limits = [str(math.ceil(seconds) + 1), str(memory_bytes)]
        self.process = subprocess.Popen(  # noqa: S603  our own program, nothing of the file in it
            [sys.executable, "-B", "-m", "geo.own_data.child", *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=_PROJECT,
            env={**os.environ, **_CHILD_SETTINGS},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.threads = [
            threading.Thread(target=_feed, args=(self.process.stdin, content), daemon=True),
            threading.Thread(target=_collect, args=(self.process.stdout, self.answer), daemon=True),
            threading.Thread(target=_listen, args=(self.process.stderr, self.words), daemon=True),
        ]

    def rows(self, report: Callable[[str], None], is_cancelled: Callable[[], bool]) -> RawRows:
        """Wait for the child and return its rows; whatever happens, no child is left behind."""
        try:
            for thread in self.threads:
                thread.start()
            while any(thread.is_alive() for thread in self.threads):
                self._attend(report, is_cancelled)
            self.process.wait(timeout=max(self.deadline - time.monotonic(), 1))
        except subprocess.TimeoutExpired:
            raise self._too_slow() from None
        finally:
            self.process.kill()
            self.process.wait()
            for thread in self.threads:
                if thread.ident is not None:
                    thread.join()
            for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
                _close(pipe)
        while not self.words.empty():
            report(self.words.get())
        return self._understood()

    def _attend(self, report: Callable[[str], None], is_cancelled: Callable[[], bool]) -> None:
        if is_cancelled():
            raise _cancelled()
        if time.monotonic() > self.deadline:
            raise self._too_slow()
        try:
            report(self.words.get(timeout=_TICK_SECONDS))
        except queue.Empty:
            return

    def _understood(self) -> RawRows:
        """Return what the child answered, or raise what it or its end tells."""
        code = self.process.returncode
        if code == _CPU_SIGNAL:
            raise self._too_slow()
        megabytes = f"{self.memory_bytes / 1_000_000:,.0f} MB"
        msg = f"Reading the file needs more memory than {megabytes}; load a part of it."
        if code == _OUT_OF_MEMORY:
            raise InputError(msg)
        if code == 0:
            try:
                return _unpacked(b"".join(self.answer))
            except pa.ArrowInvalid:
                pass
        msg = f"Reading the file broke down: it is damaged or needs more memory than {megabytes}."
        raise InputError(msg)

    def _too_slow(self) -> InputError:
        return InputError(
            f"Reading the file took longer than {self.seconds:g} s; load a part of it."
        )


def _feed(pipe: IO[bytes], content: bytes) -> None:
    try:
        pipe.write(content)
    except (OSError, ValueError):
        pass  # the child has ended; how is told by its exit code
    finally:
        _close(pipe)


def _collect(pipe: IO[bytes], answer: list[bytes]) -> None:
    while piece := pipe.read(1_000_000):
        answer.append(piece)


def _listen(pipe: IO[bytes], words: queue.SimpleQueue[str]) -> None:
    """Pass on lines of progress; other lines are not ours and are dropped."""
    while line := pipe.readline(_LONGEST_WORD):
        if line.startswith(_PROGRESS):
            words.put(line.removeprefix(_PROGRESS).decode("utf-8", "replace").strip())


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        try:
            pipe.close()
        except OSError:
            return  # the other end is gone


def _packed(rows: RawRows) -> pa.Table:
    about = {"kind": rows.kind, "notes": rows.notes, "ragged": rows.ragged}
    numbers = pa.array(rows.rows.index.to_numpy(), pa.int64())
    arrays = [pa.array(rows.rows.iloc[:, k], pa.large_string()) for k in range(rows.rows.shape[1])]
    names = [ROW_NUMBER, *rows.rows.columns]
    table = pa.table([pa.chunked_array([numbers]), *arrays], names=names)
    return table.replace_schema_metadata({_ABOUT: json.dumps(about)})


def _unpacked(answer: bytes) -> RawRows:
    table = pa.ipc.open_stream(answer).read_all()
    about: dict[str, Any] = json.loads(table.schema.metadata[_ABOUT])
    if "error" in about:
        raise InputError(about["error"])
    rows = table.select(range(1, table.num_columns))
    frame = rows.replace_schema_metadata(None).to_pandas().astype("str")
    frame.index = pd.Index(table.column(0).to_numpy(), name=ROW_NUMBER)
    return RawRows(frame, about["kind"], tuple(about["notes"]), tuple(about["ragged"]))


def _bound(cpu_seconds: int, memory_bytes: int) -> None:
    """Bound this process where the system can: no more memory, no file, no core dump."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        import resource
    except ImportError:
        return  # Windows: the parent's deadline holds
    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (most, hard))


def _silence() -> tuple[IO[bytes], IO[bytes]]:
    """Return private pipes for the answer and for progress; whatever else writes is silenced."""
    answer, words = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(2), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    return answer, words


def _main(cpu_seconds: int, memory_bytes: int) -> int:
    answer, words = _silence()

    def report(word: str) -> None:
        words.write(_PROGRESS + word.encode()[: _LONGEST_WORD // 2] + b"\n")

    try:
        _bound(cpu_seconds, memory_bytes)
        try:
            table = _packed(read_rows(sys.stdin.buffer.read(), report=report))
        except InputError as error:
            if isinstance(error.__cause__, MemoryError):
                return _OUT_OF_MEMORY
            about = json.dumps({"error": str(error)})
            table = pa.table({ROW_NUMBER: []}).replace_schema_metadata({_ABOUT: about})
        with pa.ipc.new_stream(answer, table.schema) as stream:
            stream.write_table(table)
        answer.close()
    except (MemoryError, ImportError):
        return _OUT_OF_MEMORY
    except Exception:  # noqa: BLE001  a traceback could show a cell
        return 1
    return 0


if __name__ == "__main__":
    os._exit(_main(int(sys.argv[1]), int(sys.argv[2])))
