"""
What tests of publishers' modules share: a real server that plays every publisher.

    def test_tracts_are_read(publisher, client):
        publisher.script("api.census.gov/data/2020/dec/pl", Answer(b"...", etag='"1"'))
        fetched = DECENNIAL_TRACT.fetch(client, "26")   # asks https://api.census.gov/... as ever
        assert publisher.asked_for("api.census.gov/data/2020/dec/pl")[0].query["for"] == [...]

`client` is a real `Client` whose `mirrors` send each https address to the server, where the
publisher's host is the first part of the path; records keep the publisher's address. It never
waits between tries. Answers: `from tests.sources.publisher_server import Answer`.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import certifi
import pytest

from geo.sources.client import Client
from tests.sources.publisher_server import serve

RAW = Path(__file__).resolve().parents[3] / "shared" / "raw"


@pytest.fixture(scope="session", autouse=True)
def few_certificates(tmp_path_factory):
    """One trusted certificate instead of 150, which each client would load anew: 0.05 s each."""
    whole = Path(certifi.where()).read_text(encoding="utf-8")
    end = "-----END CERTIFICATE-----"
    one = tmp_path_factory.mktemp("certificates") / "one.pem"
    one.write_text(whole[whole.index("-----BEGIN") : whole.index(end) + len(end)] + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(one))
        yield


@pytest.fixture
def publisher():
    """The server: script it, ask it what was asked."""
    with serve() as server:
        yield server


@pytest.fixture
def new_client(publisher, tmp_path):
    """A maker of clients that ask the server; all share a cache, none waits or draws a bar."""
    return partial(
        Client,
        tmp_path / "cache",
        tries=3,
        timeout_s=5.0,
        wait_s=0.0,
        shows_progress=False,
        mirrors={"https://": f"{publisher.url}/"},
        today=lambda: date(2026, 11, 23),
    )


@pytest.fixture
def client(new_client):
    """A client that asks the server."""
    with new_client() as one:
        yield one


@pytest.fixture(scope="session")
def raw():
    """The folder of stored public files beside the project."""
    if not RAW.is_dir():
        pytest.skip("the stored public files are not beside the project (../shared/raw)")
    return RAW
