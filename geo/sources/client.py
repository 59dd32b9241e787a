"""One polite way to ask publishers' servers: cached, resumed, retried, bounded, keys kept back."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Final, Self
from urllib.parse import quote, quote_plus

import httpx

import geo
from geo.errors import InputError, SourceError
from geo.sources.file_cache import Entry, Record, nothing_left_behind, one_at_a_time
from geo.sources.http_answers import (
    BY_HAND,
    FailedTryError,
    RangeError,
    bytes_before,
    conditions,
    file_name,
    no_data,
    published_date,
    validator,
    whole_bytes,
)
from geo.sources.source import Fetched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

USER_AGENT: Final = f"overdose-response-coverage-dashboard/{geo.__version__}"
_UNCHANGED: Final = 304


class Client:
    """
    Ask publishers' servers for files: one request at a time per host.

    Parameters
    ----------
    cache : pathlib.Path
        Folder for downloads; several processes may share it.
    tries : int
        Attempts per file.
    timeout_s : float, seconds
        Longest silence of a server.
    wait_s : float, seconds
        Wait after the first failed try; doubles each time.
    max_wait_s : float, seconds
        Longest wait. A server that asks for more is left alone.
    max_bytes : int, bytes
        Largest file.
    report : callable, optional
        Gets a sentence about each wait and each resumed download.
    shows_progress : bool
        Whether a bar on standard error shows how far a download is.
    mirrors : mapping of str to str, optional
        Beginnings of addresses, and what to ask instead, as {"https://www2.census.gov/":
        "https://mirror.example/census/"}. Names and records keep the publisher's address.
    today : callable
        Gives the date of a download.
    pause : callable
        Waits for so many seconds.

    Raises
    ------
    InputError
        If `tries` is below one, or a waiting time or a limit below zero.
    """

    def __init__(
        self,
        cache: Path,
        *,
        tries: int = 5,
        timeout_s: float = 30.0,
        wait_s: float = 1.0,
        max_wait_s: float = 60.0,
        max_bytes: int = 2_000_000_000,
        report: Callable[[str], None] | None = None,
        shows_progress: bool = True,
        mirrors: Mapping[str, str] | None = None,
        today: Callable[[], date] = date.today,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        if tries < 1 or min(wait_s, max_wait_s, max_bytes) < 0:
            msg = "`tries` must be at least 1; `wait_s`, `max_wait_s`, `max_bytes` not below 0"
            raise InputError(msg)
        self._cache = cache
        self._tries = tries
        self._timeout_s = timeout_s
        self._wait_s = wait_s
        self._max_wait_s = max_wait_s
        self._max_bytes = max_bytes
        self._report = report or (lambda _: None)
        self._shows_progress = shows_progress
        self._mirrors = sorted((mirrors or {}).items(), key=lambda pair: -len(pair[0]))
        self._today = today
        self._pause = pause
        self._http = httpx.Client(
            timeout=timeout_s,
            follow_redirects=True,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | Sequence[str]] | None = None,
        secrets: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Fetched:
        """
        Return a file of a publisher, from the cache where the server says it has not changed.

        Parameters
        ----------
        url : str
            Starts with http:// or https://.
        params : mapping of str to str or sequence of str, optional
            Query; a sequence repeats its name.
        secrets : mapping of str to str, optional
            Keys, sent in the query and named nowhere.
        max_bytes : int, optional, bytes
            Largest file, where it is less than the client's.

        Returns
        -------
        Fetched

        Raises
        ------
        SourceError
            If the file cannot be had; names the address, what happened, the tries, the remedy.
        """
        try:
            public = httpx.URL(url).copy_merge_params(dict(params or {}))
            sent = self._sent(str(public), secrets or {})
        except httpx.InvalidURL:
            public = sent = httpx.URL("")
        if sent.scheme not in {"http", "https"} or not sent.host:
            msg = f"{url}: this is no web address; begin it with https://"
            raise SourceError(msg)
        question = _Question(
            public=public,
            sent=sent,
            secrets=tuple((secrets or {}).values()),
            max_bytes=self._max_bytes if max_bytes is None else min(max_bytes, self._max_bytes),
        )
        with (
            nothing_left_behind(self._cache),
            one_at_a_time(self._cache, public.host, self._report),
            _keys_unlogged(question),
        ):
            entry = Entry(self._cache, str(public))
            record = self._tried(question, entry)
        return Fetched(
            path=entry.path(record),
            url=record.url,
            sha256=record.sha256,
            size_bytes=record.size_bytes,
            fetched_date=record.fetched_date,
            published_date=record.published_date,
        )

    def _sent(self, address: str, secrets: Mapping[str, str]) -> httpx.URL:
        """Return the address that is really asked: at the mirror, with the keys."""
        for start, instead in self._mirrors:
            if address.startswith(start):
                address = instead + address.removeprefix(start)
                break
        sent = httpx.URL(address)
        return sent.copy_merge_params(dict(secrets)) if secrets else sent

    def _tried(self, question: _Question, entry: Entry) -> Record:
        """Try, wait, try again."""
        known = entry.intact()
        for number in range(1, self._tries + 1):
            try:
                return self._attempt(question, entry, known)
            except FailedTryError as error:
                failure = error
            if failure.wait_s > self._max_wait_s:
                problem = f"{failure.problem} and asks to wait {failure.wait_s:,.0f} seconds"
                failure = FailedTryError(problem, remedy=f"try again after that, or {BY_HAND}")
            if failure.is_final or number == self._tries:
                break
            back_off_s = min(self._wait_s * 2 ** (number - 1), self._max_wait_s)
            wait_s = max(back_off_s, failure.wait_s)
            again = f"try {number + 1} of {self._tries} in {wait_s:g} seconds"
            self._report(question.without_keys(f"{question.public}: {failure.problem}; {again}"))
            self._pause(wait_s)
        tries = "1 try" if number == 1 else f"{number} tries"
        msg = f"{question.public}: {failure.problem} ({tries}); {failure.remedy}"
        raise SourceError(question.without_keys(msg))  # no cause: httpx's own errors hold the keys

    def _attempt(self, question: _Question, entry: Entry, known: Record | None) -> Record:
        """Ask once, for the rest of what was begun or for all of it."""
        headers = conditions(known, entry.partial())
        remedy = ""
        try:
            with self._http.stream("GET", question.sent, headers=headers) as got:
                if got.status_code == _UNCHANGED and known:
                    entry.drop_partial()
                    return known
                return self._downloaded(got, question, entry)
        except httpx.TooManyRedirects:
            problem, remedy = "the server leads round in circles", BY_HAND
        except httpx.TimeoutException:
            problem = f"the server was silent for {self._timeout_s:g} seconds"
        except httpx.ConnectError as error:
            problem = f"the server cannot be reached ({error})"
            if "CERTIFICATE" in problem:
                remedy = "if your network inspects traffic, name its certificate in SSL_CERT_FILE"
        except httpx.HTTPError as error:
            problem = f"the connection broke ({error})"
        except (OSError, InputError) as error:
            entry.drop_partial()
            problem = f"the download cannot be written ({error})"
            remedy = "free disk space or choose another folder for downloads"
        raise FailedTryError(problem, remedy=remedy)

    def _downloaded(self, got: httpx.Response, question: _Question, entry: Entry) -> Record:
        """Take the body of an answer into the cache."""
        try:
            begun = bytes_before(got, entry.partial())
        except RangeError:
            entry.drop_partial()
            raise
        total = whole_bytes(got)
        limit = question.max_bytes
        size = total or 0
        if size <= limit:
            if begun:
                self._report(f"{question.public}: going on after {begun:,} bytes")
            with entry.resume() if begun else entry.begin(validator(got)) as file:
                size = self._poured(got, file, begun, total, limit)
        if size > limit:
            entry.drop_partial()
            problem = f"the file is larger than the limit of {limit:,} bytes"
            raise FailedTryError(problem, remedy="give a higher limit")
        if total is not None and size != total:
            problem = f"{size:,} of {total:,} bytes came"
            raise FailedTryError(problem)
        if not size:
            entry.drop_partial()
            raise no_data()
        return entry.finish(
            file_name(got, question.public.path),
            fetched_date=self._today().isoformat(),
            published_date=published_date(got),
            etag=got.headers.get("ETag", ""),
            last_modified=got.headers.get("Last-Modified", ""),
        )

    def _poured(
        self, got: httpx.Response, file: IO[bytes], begun: int, total: int | None, limit: int
    ) -> int:
        """Write a body as it comes, up to one piece over the limit; return the bytes there are."""
        from tqdm import tqdm

        size = begun
        with tqdm(
            total=total,
            initial=begun,
            desc=PurePosixPath(got.url.path).name,
            unit="B",
            unit_scale=True,
            leave=False,
            file=sys.stderr,
            disable=not self._shows_progress,
        ) as bar:
            for piece in got.iter_bytes():
                size += len(piece)
                if size > limit:
                    break
                file.write(piece)
                bar.update(len(piece))
        return size


@dataclass(frozen=True)
class _Question:
    """What is asked: `public` may be named, `sent` holds the keys."""

    public: httpx.URL
    sent: httpx.URL
    secrets: tuple[str, ...]
    max_bytes: int

    def without_keys(self, text: str) -> str:
        """Return a text with each key blotted out, as it is and as addresses write it."""
        for secret in filter(None, self.secrets):
            for form in (secret, quote(secret, safe=""), quote_plus(secret)):
                text = text.replace(form, "[key]")
        return text


@contextmanager
def _keys_unlogged(question: _Question) -> Iterator[None]:
    """Keep keys out of the log that httpx writes of each address."""

    def blot(record: logging.LogRecord) -> bool:
        record.msg, record.args = question.without_keys(record.getMessage()), ()
        return True

    logger = logging.getLogger("httpx")
    logger.addFilter(blot)
    try:
        yield
    finally:
        logger.removeFilter(blot)
