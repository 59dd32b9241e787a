"""A real server on this machine that plays publishers, answering each path as a test says."""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came: path without query, query by name, headers in lower case."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """
    One answer.

    `etag` and `last_modified` are sent, and a request that states them gets 304; `honours_range`
    says whether a Range is obeyed (with If-Range, only while it names this etag or date);
    `cut_after` closes the connection after so many bytes of the body; `stated_length` is sent
    instead of the true length; `first_byte_s` is how long the server is silent.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    honours_range: bool = True
    cut_after: int | None = None
    stated_length: int | None = None
    first_byte_s: float = 0.0

    @property
    def validators(self):
        named = {"ETag": self.etag, "Last-Modified": self.last_modified}
        return {name: value for name, value in named.items() if value}


class PublisherServer:
    """Answers to paths as `www2.census.gov/geo/...`: host and path of the publisher's address."""

    def __init__(self, url):
        self.url = url
        self.asked = []
        self.most_at_once = 0
        self._at_once = 0
        self._scripts = {}
        self._lock = threading.Lock()

    def script(self, path, *answers):
        """
        Set what a path is answered, in turn; the last answer repeats.

        An answer is an `Answer`, bytes, or a function of `Asked` that returns one of them.
        """
        self._scripts[path.removeprefix("https://").strip("/")] = list(answers)

    def asked_for(self, path):
        """Return the requests for a path, in order."""
        path = path.removeprefix("https://").strip("/")
        return [one for one in self.asked if one.path == path]

    @contextmanager
    def answering(self, asked):
        with self._lock:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            answers = self._scripts.get(asked.path)
            answer = Answer(b"nothing is scripted here", 404) if not answers else answers[0]
            if answers and len(answers) > 1:
                answers.pop(0)
        if callable(answer):
            answer = answer(asked)
        try:
            yield Answer(answer) if isinstance(answer, bytes) else answer
        finally:
            with self._lock:
                self._at_once -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        parts = urlsplit(self.path)
        asked = Asked(
            unquote(parts.path).strip("/"),
            parse_qs(parts.query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()},
        )
        with self.server.publisher.answering(asked) as answer:
            time.sleep(answer.first_byte_s)  # counted till here: then the client may ask again
        with suppress(ConnectionError):
            self._answer(asked, answer)

    def _answer(self, asked, answer):
        if _is_unchanged(asked, answer):
            self._send(304, answer.validators, b"", answer)
            return
        status, headers, body = answer.status, answer.validators | answer.headers, answer.body
        start = _range_start(asked, answer)
        if start is not None and start >= len(body):
            status, headers, body = 416, {"Content-Range": f"bytes */{len(body)}"}, b""
        elif start is not None:
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            status, body = 206, body[start:]
        self._send(status, headers, body, answer)

    def _send(self, status, headers, body, answer):
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        length = len(body) if answer.stated_length is None else answer.stated_length
        if status not in {204, 304} and "Transfer-Encoding" not in headers:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        is_cut = answer.cut_after is not None or length > len(body)
        self.wfile.write(body[: answer.cut_after])
        self.wfile.flush()
        if is_cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_):
        """Say nothing: requests are kept in `asked`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *address):
        if not isinstance(sys.exception(), OSError):  # a client that has gone is no error here
            super().handle_error(*address)


def _is_unchanged(asked, answer):
    if "if-none-match" in asked.headers:
        return asked.headers["if-none-match"] == answer.etag
    stated = asked.headers.get("if-modified-since")
    return stated is not None and stated == answer.last_modified


def _range_start(asked, answer):
    wanted = re.fullmatch(r"bytes=(\d+)-", asked.headers.get("range", ""))
    if not wanted or not answer.honours_range or answer.status != 200:
        return None
    condition = asked.headers.get("if-range")
    if condition is not None and condition not in answer.validators.values():
        return None
    return int(wanted[1])


@contextmanager
def serve():
    """Serve on a free port until the end of the block."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.publisher = PublisherServer(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.publisher
        finally:
            server.shutdown()
            thread.join()
