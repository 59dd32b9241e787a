from __future__ import annotations

import json

import pytest

from geo.errors import InputError, SourceError
from geo.sources.socrata import Resource, assert_no_repeats, fetch_rows, read_rows
from tests.sources.publisher_server import Answer
from tests.sources.socrata_site import as_json, publish, rows_of

BIRDS = Resource(
    "aaaa-bbbb", "Birds", ("id", "place"), ("seen",), ("remark",), {"birds_seen": "seen"}
)
FIELDS = ["id", "place", "seen", "remark"]
ROWS = [{"id": f"{n:02}", "place": "here", "seen": None if n % 3 else str(n)} for n in range(7)]
ASK = {"where": "place='here'", "order": "id"}


def _fetch(client, **more):
    return fetch_rows(client, BIRDS, **(ASK | more))


def _write(folder, name, content):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


@pytest.mark.parametrize("page_rows", [3, 7, 50_000])
def test_fetch_brings_every_row_once_whatever_the_page(publisher, client, page_rows):
    publish(publisher, "aaaa-bbbb", ROWS[::-1], fields=FIELDS)
    fetched = _fetch(client, page_rows=page_rows)
    rows = read_rows([one.path for one in fetched], BIRDS)
    assert rows["id"].tolist() == [row["id"] for row in ROWS]
    assert rows["seen"].isna().sum() == 4
    pages = [one for one in publisher.asked_for(rows_of("aaaa-bbbb")) if "$limit" in one.query]
    assert {one.query["$order"][0] for one in pages} == {"id"}
    assert [int(one.query["$offset"][0]) for one in pages] == list(range(0, 8, page_rows))


def test_fetch_whose_rows_are_fewer_than_counted_is_refused(publisher, client):
    publish(publisher, "aaaa-bbbb", ROWS, fields=FIELDS, counted=8)
    with pytest.raises(InputError, match="7 rows arrived, the publisher counts 8"):
        _fetch(client)


def test_fetch_of_endless_pages_stops(publisher, client):
    publish(publisher, "aaaa-bbbb", ROWS * 9, fields=FIELDS, counted=5)
    with pytest.raises(InputError, match="counts 5"):
        _fetch(client, page_rows=2)
    assert len(publisher.asked_for(rows_of("aaaa-bbbb"))) == 4


def test_fetch_of_nothing_names_the_condition(publisher, client):
    publish(publisher, "aaaa-bbbb", [], fields=FIELDS)
    with pytest.raises(InputError, match="no row where place='here'"):
        _fetch(client)


def test_fetch_names_fields_that_are_gone_before_it_asks_for_rows(publisher, client):
    publish(publisher, "aaaa-bbbb", ROWS, fields=["id", "spot", "sighted", "remark"])
    with pytest.raises(InputError, match=r"column place, seen is not there.*: spot, sighted"):
        _fetch(client)
    assert publisher.asked_for(rows_of("aaaa-bbbb")) == []


def test_fetch_tries_again_after_429_500_and_a_cut(publisher, client):
    publish(publisher, "aaaa-bbbb", ROWS, fields=FIELDS)
    described = as_json({"columns": [{"fieldName": name} for name in FIELDS]})
    cut = Answer(described.body, headers=described.headers, cut_after=9)
    views = "data.cdc.gov/api/views/aaaa-bbbb.json"
    publisher.script(views, Answer(b"", 429), cut, described)
    assert len(_fetch(client)) == 2
    assert len(publisher.asked_for(views)) == 3


def test_fetch_from_a_broken_server_says_so(publisher, client):
    publisher.script("data.cdc.gov/api/views/aaaa-bbbb.json", Answer(b"", 500))
    with pytest.raises(SourceError, match="500"):
        _fetch(client)


def test_token_is_sent_and_told_nobody(publisher, client, monkeypatch):
    monkeypatch.setenv("SOCRATA_APP_TOKEN", "quite-secret")
    publish(publisher, "aaaa-bbbb", ROWS, fields=FIELDS)
    fetched = _fetch(client)
    assert all(one.query["$$app_token"] == ["quite-secret"] for one in publisher.asked)
    assert "quite-secret" not in "".join(one.url for one in fetched)


def test_no_token_is_sent_where_none_is_set(publisher, client, monkeypatch):
    monkeypatch.delenv("SOCRATA_APP_TOKEN", raising=False)
    publish(publisher, "aaaa-bbbb", ROWS, fields=FIELDS)
    _fetch(client)
    assert all("$$app_token" not in one.query for one in publisher.asked)


def test_error_of_the_service_is_passed_on(tmp_path):
    path = _write(tmp_path, "a.json", {"error": True, "message": "no such column"})
    with pytest.raises(InputError, match=r"a\.json holds no rows but says: no such column"):
        read_rows([path], BIRDS)


def test_field_empty_in_all_rows_is_missing_not_changed(tmp_path):
    rows = read_rows([_write(tmp_path, "a.json", [{"id": "1", "place": "x"}])], BIRDS)
    assert rows["seen"].isna().all()
    assert str(rows["seen"].dtype) == "str"


def test_field_absent_beside_an_unknown_one_is_changed_unless_described(tmp_path):
    page = _write(tmp_path, "a.json", [{"id": "1", "place": "x", "sighted": "4"}])
    with pytest.raises(InputError, match=r"column seen is not there.*sighted"):
        read_rows([page], BIRDS)
    names = [{"fieldName": name} for name in [*FIELDS, "sighted", ":id"]]
    about = _write(tmp_path, "b.json", {"columns": names})
    assert read_rows([about, page], BIRDS)["seen"].isna().all()


def test_needed_field_absent_from_one_row_is_refused(tmp_path):
    page = _write(tmp_path, "a.json", [{"id": "1", "place": "x"}, {"id": "2"}])
    with pytest.raises(InputError, match="1 rows without place"):
        read_rows([page], BIRDS)


@pytest.mark.parametrize("heading", ["id,place,seen", "ID,Place,Birds Seen", "\ufeffId,PLACE,SEEN"])
def test_csv_of_either_kind_reads_like_json(tmp_path, heading):
    path = _write(tmp_path, "a.csv", f"{heading}\n01,x,3\n02,y,\n")
    rows = read_rows([path], BIRDS)
    assert rows["id"].tolist() == ["01", "02"]
    assert rows["seen"].fillna("none").tolist() == ["3", "none"]


@pytest.mark.parametrize("gone", ["id", "place", "seen"])
def test_csv_names_each_heading_that_is_gone(tmp_path, gone):
    heading = "id,place,seen".replace(gone, f"my_{gone}")
    with pytest.raises(InputError, match=f"column {gone} is not there.*my_{gone}"):
        read_rows([_write(tmp_path, "a.csv", f"{heading}\n1,x,3\n")], BIRDS)


@pytest.mark.parametrize("content", ["", "[", "<html>down</html>"])
def test_json_that_was_cut_or_is_a_page_names_the_file(tmp_path, content):
    with pytest.raises(InputError, match=r"a\.json is no whole JSON"):
        read_rows([_write(tmp_path, "a.json", content)], BIRDS)


def test_files_without_rows_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"no rows in a\.json"):
        read_rows([_write(tmp_path, "a.json", [])], BIRDS)
    with pytest.raises(InputError, match="no file"):
        read_rows([], BIRDS)


def test_file_given_twice_is_refused(tmp_path):
    path = _write(tmp_path, "a.json", [{"id": "1", "place": "x"}])
    with pytest.raises(InputError, match="1 rows stand twice, first 1"):
        assert_no_repeats(read_rows([path, path], BIRDS), ["id"], "Birds")


def test_markup_in_a_cell_stays_text(tmp_path):
    rows = read_rows([_write(tmp_path, "a.json", [{"id": "1", "place": "<b>x</b> "}])], BIRDS)
    assert rows["place"].tolist() == ["<b>x</b>"]
