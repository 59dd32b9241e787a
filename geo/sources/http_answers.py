"""What a server's answer says: whether it brings the file, whether to try again, what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from geo.sources.file_cache import plain_name

if TYPE_CHECKING:
    import httpx

    from geo.sources.file_cache import Partial, Record

_OK, _NO_CONTENT, _PART, _NO_SUCH_RANGE = 200, 204, 206, 416
_TRY_AGAIN: Final = frozenset({408, 425, 429})
_SERVER_FAILS: Final = 500
_LONGEST_REMARK: Final = 200
_SUFFIXES: Final = {
    "application/json": ".json",
    "application/geo+json": ".geojson",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}
BY_HAND: Final = "download the file in a browser and give its folder instead"


class FailedTryError(Exception):
    """
    One try that failed.

    Parameters
    ----------
    problem : str
        What happened.
    remedy : str
        What a person can do; empty where trying again may help.
    wait_s : float, seconds
        How long the server asks to wait.
    """

    def __init__(self, problem: str, *, remedy: str = "", wait_s: float = 0.0) -> None:
        self.problem = problem
        self.remedy = remedy or f"try again later, or {BY_HAND}"
        self.is_final = bool(remedy)
        self.wait_s = wait_s
        super().__init__(problem)


def conditions(known: Record | None, partial: Partial | None) -> dict[str, str]:
    """Return the headers that spare what is here already."""
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    if partial:
        headers["Range"] = f"bytes={partial.size_bytes}-"
        headers["If-Range"] = partial.validator
    return headers


def bytes_before(got: httpx.Response, partial: Partial | None) -> int:
    """
    Return how many bytes of the file lie here before those that an answer brings.

    Parameters
    ----------
    got : httpx.Response
        Its body is not read yet.
    partial : Partial or None
        What was begun, where the rest of it was asked for.

    Returns
    -------
    int, bytes
        0 where the answer brings the whole file.

    Raises
    ------
    FailedTryError
        If it brings neither the file nor the part that was asked for.
    RangeError
        If what was begun is of no use.
    """
    status = got.status_code
    if status == _OK:
        return 0
    if status in {_PART, _NO_SUCH_RANGE} and partial:
        begun = partial.size_bytes
        if got.headers.get("Content-Range", "").startswith(f"bytes {begun}-"):
            return begun
        raise RangeError
    if status == _NO_CONTENT:
        raise no_data()
    problem = f"the server answered {status} {got.reason_phrase}".rstrip() + _remark(got)
    if status in _TRY_AGAIN or status >= _SERVER_FAILS:
        raise FailedTryError(problem, wait_s=_retry_after_s(got))
    raise FailedTryError(problem, remedy=f"check state, year and address, or {BY_HAND}")


class RangeError(FailedTryError):
    """The rest that was asked for does not fit what was begun."""

    def __init__(self) -> None:
        super().__init__("the rest of the file did not fit what came before")


def no_data() -> FailedTryError:
    """Return the failure of an answer without a body."""
    remedy = f"it may have none for this state and year: check both, or {BY_HAND}"
    return FailedTryError("the server answered without any data", remedy=remedy)


def whole_bytes(got: httpx.Response) -> int | None:
    """Return how long a server says that the whole file is; None where it does not or packs it."""
    stated = got.headers.get("Content-Length", "")
    if got.status_code == _PART:
        stated = got.headers.get("Content-Range", "").rpartition("/")[2]
    return int(stated) if stated.isdecimal() and not is_packed(got) else None


def is_packed(got: httpx.Response) -> bool:
    """Return whether a body comes compressed though nobody asked for it."""
    return bool(got.headers.get("Content-Encoding", "identity") != "identity")


def validator(got: httpx.Response) -> str:
    """Return what the rest of a file can be asked for by: a strong tag or a date; or nothing."""
    tag: str = got.headers.get("ETag", "")
    if is_packed(got):
        return ""
    return tag if tag and not tag.startswith("W/") else str(got.headers.get("Last-Modified", ""))


def published_date(got: httpx.Response) -> str:
    """Return the date of a file as its server states it, YYYY-MM-DD; empty where it does not."""
    moment = _moment(got.headers.get("Last-Modified", ""))
    return moment.date().isoformat() if moment else ""


def file_name(got: httpx.Response, path: str) -> str:
    """Return the last part of an address's path, with a suffix by what the server says it is."""
    kind = got.headers.get("Content-Type", "").split(";")[0].strip().lower()
    return plain_name(PurePosixPath(path).name, _SUFFIXES.get(kind, ""))


def _remark(got: httpx.Response) -> str:
    """Return what a plain-text answer says, on one line."""
    if not got.headers.get("Content-Type", "").startswith(("text/plain", "application/json")):
        return ""
    said = b""
    for piece in got.iter_bytes():
        said += piece
        if len(said) > _LONGEST_REMARK:
            break
    text = "".join(filter(str.isprintable, " ".join(said.decode("utf-8", "replace").split())))
    text = text[:_LONGEST_REMARK]
    return f": “{text}”" if text else ""


def _retry_after_s(got: httpx.Response) -> float:
    """Return how long a server asks to wait, by its own clock; 0 where it does not say."""
    stated = got.headers.get("Retry-After", "").strip()
    if stated.isdecimal():
        return float(stated)
    until = _moment(stated)
    if until is None:
        return 0.0
    now = _moment(got.headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _moment(text: str) -> datetime | None:
    """Return the moment of an HTTP date; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
