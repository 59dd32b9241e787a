"""The client against a real server that answers as servers do on a bad day."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import traceback
from datetime import date
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import unquote

import pytest

from geo.errors import InputError, SourceError
from geo.sources.client import Client
from geo.sources.file_cache import one_at_a_time
from tests.sources.publisher_server import Answer

URL = "https://example.org/files/data.csv"
BODY = bytes(range(256)) * 400  # 102,400 bytes
KEY = "MARKER/KEY+0a1b2c"


def _headers(publisher, number):
    return publisher.asked_for(URL)[number].headers


def _files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def test_get_returns_the_file_with_what_is_known_of_it(publisher, client):
    modified = "Tue, 02 Jan 2024 23:59:59 GMT"
    publisher.script(URL, Answer(BODY, last_modified=modified))
    got = client.get(URL, params={"b": "2 3"})
    assert got.path.name == "data.csv"
    assert got.path.read_bytes() == BODY
    assert got.url == "https://example.org/files/data.csv?b=2+3"
    assert (got.size_bytes, got.sha256) == (len(BODY), sha256(BODY).hexdigest())
    assert (got.fetched_date, got.published_date) == ("2026-11-23", "2024-01-02")
    record = json.loads((got.path.parents[1] / "record.json").read_text())
    assert record == {
        "url": got.url,
        "file": f"{got.path.parent.name}/data.csv",
        "sha256": got.sha256,
        "size_bytes": len(BODY),
        "fetched_date": "2026-11-23",
        "published_date": "2024-01-02",
        "etag": "",
        "last_modified": modified,
    }


def test_get_names_the_project_to_the_server(publisher, client):
    publisher.script(URL, b"x")
    client.get(URL)
    agent = _headers(publisher, 0)["user-agent"]
    assert agent.startswith("overdose-response-coverage-dashboard/")


def test_get_repeats_a_parameter_that_has_several_values(publisher, client):
    publisher.script(URL, b"x")
    client.get(URL, params={"for": "tract:*", "in": ["state:26", "county:*"]})
    query = publisher.asked_for(URL)[0].query
    assert query == {"for": ["tract:*"], "in": ["state:26", "county:*"]}


def test_get_keeps_answers_to_other_parameters_apart(publisher, client):
    publisher.script(URL, lambda asked: Answer(asked.query["page"][0].encode()))
    one, two = (client.get(URL, params={"page": page}) for page in "12")
    assert (one.path.read_bytes(), two.path.read_bytes()) == (b"1", b"2")


@pytest.mark.parametrize(
    ("validator", "condition"),
    [
        ({"etag": '"1"'}, "if-none-match"),
        ({"last_modified": "Tue, 02 Jan 2024 10:00:00 GMT"}, "if-modified-since"),
    ],
)
def test_get_again_takes_the_cached_file_when_it_is_unchanged(
    publisher, new_client, validator, condition
):
    publisher.script(URL, Answer(BODY, **validator), Answer(b"never sent", **validator))
    with new_client() as client:
        first = client.get(URL)
    with new_client(today=lambda: date(2027, 1, 1)) as client:
        assert client.get(URL) == first
    assert condition not in _headers(publisher, 0)
    assert condition in _headers(publisher, 1)
    assert first.path.read_bytes() == BODY


def test_get_again_takes_a_changed_file_and_keeps_the_earlier_one(publisher, client):
    publisher.script(URL, Answer(b"old", etag='"1"'), Answer(b"new", etag='"2"'))
    first, second = client.get(URL), client.get(URL)
    assert second.path.read_bytes() == b"new"
    assert first.path.read_bytes() == b"old"


def test_get_fetches_a_cached_file_anew_whose_bytes_were_changed(publisher, client):
    publisher.script(URL, Answer(BODY, etag='"1"'))
    client.get(URL).path.write_bytes(b"changed by hand")
    assert client.get(URL).path.read_bytes() == BODY
    assert "if-none-match" not in _headers(publisher, 1)


@pytest.mark.parametrize("record", [b"{", b"[]", b'{"url": "x"}', b"\xff"])
def test_get_fetches_anew_when_the_record_is_damaged(publisher, client, record):
    publisher.script(URL, Answer(BODY, etag='"1"'))
    (client.get(URL).path.parents[1] / "record.json").write_bytes(record)
    assert client.get(URL).path.read_bytes() == BODY


def test_get_goes_on_where_the_connection_was_cut(publisher, client, cache):
    whole = Answer(BODY, etag='"1"')
    publisher.script(URL, Answer(BODY, etag='"1"', cut_after=60_000), whole)
    got = client.get(URL)
    assert got.path.read_bytes() == BODY
    assert got.sha256 == sha256(BODY).hexdigest()
    headers = _headers(publisher, 1)
    assert headers["if-range"] == '"1"'
    begun = int(headers["range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < begun <= 60_000
    assert _files(cache) == ["data.csv", "example.org.lock", "record.json"]


def test_get_in_a_later_run_goes_on_where_an_earlier_one_gave_up(publisher, new_client):
    cut = Answer(BODY, last_modified="Tue, 02 Jan 2024 10:00:00 GMT", cut_after=60_000)
    publisher.script(URL, cut)
    with new_client(tries=1) as client, pytest.raises(SourceError, match="connection broke"):
        client.get(URL)
    publisher.script(URL, Answer(BODY, last_modified=cut.last_modified))
    with new_client() as client:
        assert client.get(URL).path.read_bytes() == BODY
    assert _headers(publisher, 1)["if-range"] == cut.last_modified


def test_get_starts_anew_when_the_server_ignores_the_range(publisher, client):
    cut = Answer(BODY, etag='"1"', cut_after=60_000)
    publisher.script(URL, cut, Answer(BODY, etag='"1"', honours_range=False))
    assert client.get(URL).path.read_bytes() == BODY
    assert "range" in _headers(publisher, 1)


def test_get_starts_anew_when_the_file_changed_after_the_cut(publisher, client):
    changed = BODY[::-1]
    publisher.script(URL, Answer(BODY, etag='"1"', cut_after=60_000), Answer(changed, etag='"2"'))
    assert client.get(URL).path.read_bytes() == changed


@pytest.mark.parametrize("tag", ["", 'W/"1"'])
def test_get_asks_for_no_rest_when_nothing_strong_names_the_content(publisher, client, tag):
    publisher.script(URL, Answer(BODY, etag=tag, cut_after=60_000), Answer(BODY, etag=tag))
    assert client.get(URL).path.read_bytes() == BODY
    assert "range" not in _headers(publisher, 1)


def test_get_starts_anew_when_another_part_comes_than_was_asked_for(publisher, client):
    wrong = Answer(b"xyz", 206, {"Content-Range": "bytes 5-7/8"})
    publisher.script(URL, Answer(BODY, etag='"1"', cut_after=60_000), wrong, BODY)
    assert client.get(URL).path.read_bytes() == BODY
    assert "range" not in _headers(publisher, 2)


def test_get_starts_anew_when_the_file_is_shorter_than_what_was_begun(publisher, client):
    publisher.script(URL, Answer(BODY, etag='"1"', cut_after=60_000), Answer(b"abc", etag='"1"'))
    assert client.get(URL).path.read_bytes() == b"abc"


def test_get_asks_for_the_rest_of_a_part_that_ends_early(publisher, client):
    def part(asked):
        start = int(asked.headers["range"].removeprefix("bytes=").removesuffix("-"))
        span = f"bytes {start}-{start + 99}/{len(BODY)}"
        return Answer(BODY[start : start + 100], 206, {"Content-Range": span})

    whole = Answer(BODY, etag='"1"')
    publisher.script(URL, Answer(BODY, etag='"1"', cut_after=60_000), part, whole)
    assert client.get(URL).path.read_bytes() == BODY


def test_get_does_not_take_a_body_shorter_than_its_content_length(publisher, client, cache):
    publisher.script(URL, Answer(b"short", stated_length=500))
    with pytest.raises(SourceError, match=r"connection broke .*\(3 tries\)"):
        client.get(URL)
    assert "data.csv" not in _files(cache)


def test_get_tries_again_with_doubled_waits(publisher, new_client):
    waits, told = [], []
    publisher.script(URL, *[Answer(b"", 500)] * 4, BODY)
    with new_client(
        tries=5, wait_s=1.0, max_wait_s=5.0, pause=waits.append, report=told.append
    ) as client:
        assert client.get(URL).path.read_bytes() == BODY
    assert waits == [1.0, 2.0, 4.0, 5.0]
    assert told[1] == (
        f"{URL}: the server answered 500 Internal Server Error; try 3 of 5 in 2 seconds"
    )


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_get_tries_again_after_a_passing_trouble(publisher, client, status):
    publisher.script(URL, Answer(b"", status), BODY)
    assert client.get(URL).path.read_bytes() == BODY


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "17"},
        {
            "Retry-After": "Tue, 02 Jan 2024 10:00:17 GMT",
            "Date": "Tue, 02 Jan 2024 10:00:00 GMT",
        },
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_get_waits_as_long_as_the_server_asks(publisher, new_client, status, headers):
    waits = []
    publisher.script(URL, Answer(b"", status, headers), BODY)
    with new_client(wait_s=1.0, pause=waits.append) as client:
        client.get(URL)
    assert waits == [17.0]


@pytest.mark.parametrize("stated", ["soon", "-5", "Tue, 02 Jan 2001 10:00:00 GMT", "²"])
def test_get_waits_its_own_time_when_the_server_asks_for_none(publisher, new_client, stated):
    waits = []
    publisher.script(URL, Answer(b"", 429, {"Retry-After": stated}), BODY)
    with new_client(wait_s=1.0, pause=waits.append) as client:
        client.get(URL)
    assert waits == [1.0]


def test_get_leaves_a_server_alone_that_asks_for_too_long_a_wait(publisher, client):
    publisher.script(URL, Answer(b"", 429, {"Retry-After": "3600"}))
    with pytest.raises(SourceError, match=r"asks to wait 3,600 seconds \(1 try\); try again after"):
        client.get(URL)
    assert len(publisher.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_get_gives_up_at_once_when_the_request_is_wrong(publisher, client, status):
    text = Answer(b"error:\n  unknown \x1bvariable 'P9'", status, {"Content-Type": "text/plain"})
    publisher.script(URL, text)
    with pytest.raises(SourceError) as caught:
        client.get(URL)
    phrase = HTTPStatus(status).phrase
    assert str(caught.value) == (
        f"{URL}: the server answered {status} {phrase}: “error: unknown variable 'P9'” (1 try); "
        "check state, year and address, or download the file in a browser and give its folder "
        "instead"
    )
    assert len(publisher.asked) == 1


def test_get_gives_up_after_the_last_try_and_says_how_many(publisher, client, cache):
    publisher.script(URL, Answer(b"<html>down for repair</html>", 503))
    with pytest.raises(SourceError) as caught:
        client.get(URL)
    assert str(caught.value) == (
        f"{URL}: the server answered 503 Service Unavailable (3 tries); try again later, or "
        "download the file in a browser and give its folder instead"
    )
    assert len(publisher.asked) == 3
    assert not cache.exists()


@pytest.mark.parametrize("how", ["stated", "not stated", "packed"])
def test_get_refuses_a_file_over_the_limit_and_leaves_nothing(publisher, client, cache, how):
    answer = Answer(BODY, etag='"1"')
    if how == "not stated":
        chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
        answer = Answer(chunked, headers={"Transfer-Encoding": "chunked"}, etag='"1"')
    elif how == "packed":
        answer = Answer(gzip.compress(bytes(200_000)), headers={"Content-Encoding": "gzip"})
    publisher.script(URL, answer)
    message = r"larger than the limit of 50,000 bytes \(1 try\); give a higher limit"
    with pytest.raises(SourceError, match=message):
        client.get(URL, max_bytes=50_000)
    assert not cache.exists()
    assert len(publisher.asked) == 1


def test_get_never_takes_more_than_the_client_may(publisher, new_client):
    publisher.script(URL, BODY)
    with new_client(max_bytes=1000) as client, pytest.raises(SourceError, match="1,000 bytes"):
        client.get(URL, max_bytes=10_000_000)


def test_get_takes_a_file_as_large_as_the_limit(publisher, client):
    publisher.script(URL, BODY)
    assert client.get(URL, max_bytes=len(BODY)).size_bytes == len(BODY)


def test_get_unpacks_a_body_that_comes_packed_unasked(publisher, client):
    packed = Answer(gzip.compress(BODY), headers={"Content-Encoding": "gzip"}, etag='"1"')
    cut = Answer(packed.body, headers=packed.headers, etag='"1"', cut_after=100)
    publisher.script(URL, cut, packed)
    got = client.get(URL)
    assert got.path.read_bytes() == BODY
    assert got.size_bytes == len(BODY)
    assert "range" not in _headers(publisher, 1)


@pytest.mark.parametrize("status", [200, 204])
def test_get_says_so_when_the_answer_is_empty(publisher, client, cache, status):
    publisher.script(URL, Answer(b"", status))
    with pytest.raises(SourceError, match=r"without any data \(1 try\); it may have none for this"):
        client.get(URL)
    assert not cache.exists()


def test_get_follows_a_redirect_and_keeps_the_address_that_was_asked(publisher, client):
    publisher.script(URL, Answer(b"", 302, {"Location": "/elsewhere/new.csv"}))
    publisher.script("elsewhere/new.csv", BODY)
    got = client.get(URL)
    assert (got.url, got.path.name, got.size_bytes) == (URL, "data.csv", len(BODY))


def test_get_gives_up_on_a_redirect_without_end(publisher, client):
    publisher.script(URL, Answer(b"", 302, {"Location": "/example.org/files/data.csv"}))
    with pytest.raises(SourceError, match=r"leads round in circles \(1 try\)"):
        client.get(URL)


def test_get_says_so_when_the_server_is_silent(publisher, new_client):
    publisher.script(URL, Answer(BODY, first_byte_s=0.3))
    with (
        new_client(tries=2, timeout_s=0.03) as client,
        pytest.raises(SourceError, match=r"was silent for 0.03 seconds \(2 tries\)"),
    ):
        client.get(URL)


def test_get_says_so_when_the_server_cannot_be_reached(new_client):
    mirrors = {"https://": "http://127.0.0.1:1/"}  # nobody listens on port 1
    with (
        new_client(mirrors=mirrors) as client,
        pytest.raises(SourceError, match=r"^https://example.org/.* cannot be reached .*3 tries"),
    ):
        client.get(URL)


@pytest.mark.parametrize(
    "url", ["", "example.org/a", "ftp://example.org/a", "https://", "http://a:port"]
)
def test_get_refuses_what_is_no_web_address(client, url):
    with pytest.raises(SourceError, match="no web address; begin it with https://"):
        client.get(url)


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("data/2020/dec/pl", "application/json;charset=utf-8", "pl.json"),
        ("resource/abcd-1234.csv", "application/octet-stream", "abcd-1234.csv"),
        ("a/%2e%2e%2fx y", "text/csv", "x-y.csv"),
        ("", "text/html", "file.html"),
        ("export", "", "export"),
    ],
)
def test_get_names_the_file_by_address_and_kind(publisher, client, path, kind, name):
    answer = Answer(b"x", headers={"Content-Type": kind})
    publisher.script(unquote(f"example.org/{path}"), answer)
    assert client.get(f"https://example.org/{path}").path.name == name


def test_keys_are_sent_and_stand_nowhere(publisher, new_client, cache, caplog):
    caplog.set_level(logging.DEBUG)
    told = []
    echo = Answer(f"no such key: {KEY}".encode(), 400, {"Content-Type": "text/plain"})
    wrong = f"{URL}/wrong"
    publisher.script(URL, Answer(b"", 500), Answer(BODY, etag='"1"'))
    publisher.script(wrong, echo)
    with new_client(report=told.append) as client:
        got = client.get(URL, params={"year": "2020"}, secrets={"key": KEY})
        with pytest.raises(SourceError, match=r"no such key: \[key\]") as caught:
            client.get(wrong, secrets={"key": KEY})
    assert [one.query.get("key") for one in publisher.asked] == [[KEY]] * 3
    error = caught.value
    assert error.__context__ is None
    written = [path.read_bytes().decode("latin-1") for path in cache.rglob("*") if path.is_file()]
    said = [
        *written,
        *map(str, cache.rglob("*")),
        *told,
        *(record.getMessage() for record in caplog.records),
        caplog.text,
        repr(got),
        repr(error),
        *traceback.format_exception(error),
    ]
    assert any("HTTP Request: GET" in line for line in said)
    for line in said:
        assert "MARKER" not in line


def test_another_key_finds_the_same_cached_file(publisher, client):
    publisher.script(URL, Answer(BODY, etag='"1"'))
    first = client.get(URL, secrets={"key": "one"})
    assert client.get(URL, secrets={"key": "two"}) == first
    assert "if-none-match" in _headers(publisher, 1)


def test_one_host_is_asked_one_thing_at_a_time_by_all_that_share_a_cache(publisher, new_client):
    urls = [f"https://example.org/{number}" for number in range(4)]
    for url in urls:
        publisher.script(url, Answer(url.encode(), first_byte_s=0.02))
    found = []

    def ask():
        with new_client() as client:
            found.extend(client.get(url).path.read_bytes().decode() for url in urls)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(urls * 3)
    assert publisher.most_at_once == 1


def test_a_wait_for_another_download_is_told(publisher, new_client, cache):
    publisher.script(URL, BODY)
    told, is_told = [], threading.Event()

    def ask():
        with new_client(report=lambda text: (told.append(text), is_told.set())) as client:
            told.append(client.get(URL).size_bytes)

    thread = threading.Thread(target=ask)
    with one_at_a_time(cache, "example.org", report=told.append):
        thread.start()
        assert is_told.wait(10)
        assert publisher.asked == []
    thread.join()
    assert told == ["example.org: waiting for another download from there", len(BODY)]


def test_a_mirror_is_asked_in_place_of_the_beginning_that_fits_best(publisher, new_client):
    mirrors = {
        "https://": "http://127.0.0.1:1/",
        "https://example.org/files/": f"{publisher.url}/mirror/",
    }
    publisher.script("mirror/data.csv", BODY)
    with new_client(mirrors=mirrors) as client:
        assert client.get(URL).url == URL


@pytest.mark.parametrize("shows", [True, False])
def test_a_bar_is_drawn_only_where_it_is_wanted(publisher, new_client, capfd, shows):
    publisher.script(URL, BODY)
    with new_client(shows_progress=shows) as client:
        client.get(URL)
    assert ("data.csv" in capfd.readouterr().err) is shows


def test_get_says_so_when_the_folder_cannot_be_written(new_client, publisher, cache):
    publisher.script(URL, BODY)
    cache.write_text("a file stands where the folder should be")
    with new_client() as client, pytest.raises(SourceError, match="choose another folder"):
        client.get(URL)


@pytest.mark.parametrize("wrong", [{"tries": 0}, {"wait_s": -1}, {"max_wait_s": -1}])
def test_a_client_refuses_numbers_that_make_no_sense(tmp_path, wrong):
    with pytest.raises(InputError, match="`tries`"):
        Client(tmp_path, **wrong)
