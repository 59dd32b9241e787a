"""What a refresh leaves behind that came to nothing, and how it says what to do instead."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import InputError, SourceError
from geo.sources.census_boundaries import COUNTIES
from geo.sources.client import Client
from geo.sources.collected import collect, found_or_fetched
from geo.sources.county_file import read_county_file
from geo.sources.file_cache import nothing_left_behind, one_at_a_time
from geo.sources.refresh import SAME_ROWS, UNCHANGED, Order, refresh, write_folder
from geo.sources.registry import COUNTY_DEATHS
from geo.tables.reader import CURRENT
from tests.sources.publisher_server import Answer
from tests.sources.small_state import write_state_files

TODAY = date(2026, 11, 23)
COUNTY_FILE = "cb_2023_us_county_500k.zip"
COUNTIES_AT = f"www2.census.gov/geo/tiger/GENZ2023/shp/{COUNTY_FILE}"
DEATHS_AT = "data.cdc.gov/api/views/psx4-wq38.json"


def _quiet(_):
    pass


OPENED = Counter()
"""How often a file was opened, by its name."""


class WatchedPath(type(Path())):
    """A path that remembers which files of its folder were opened to be read."""

    def open(self, *how, **more):
        OPENED[self.name] += 1
        return super().open(*how, **more)

    def read_bytes(self):
        with self.open("rb") as file:
            return file.read()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The publishers' files of the small state; never changed."""
    folder = tmp_path_factory.mktemp("published")
    write_state_files(folder, "39")
    return folder


@pytest.fixture
def watched(files):
    """The same folder, watched."""
    OPENED.clear()
    return WatchedPath(files)


def _refresh(out, client=None, folder=None, **how):
    return refresh(Order(("39",), out, folder, TODAY), client, report=_quiet, **how)


def test_folder_that_was_made_for_nothing_goes_with_those_above_it(tmp_path):
    folder = tmp_path / "a" / "b"
    with nothing_left_behind(folder), one_at_a_time(folder, "refresh", _quiet):
        assert (folder / "refresh.lock").exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", ["before", "a file", "a lock somebody holds"])
def test_folder_stays_that_was_there_holds_something_or_is_waited_for(tmp_path, kept):
    folder = tmp_path / "a"
    if kept == "before":
        folder.mkdir()
    other = one_at_a_time(folder, "other", _quiet)
    with nothing_left_behind(folder):
        with one_at_a_time(folder, "refresh", _quiet):
            if kept == "a file":
                (folder / "x.csv").write_text("1", "utf-8")
        if kept == "a lock somebody holds":
            other.__enter__()
    assert folder.is_dir()
    if kept == "a lock somebody holds":
        assert (folder / "other.lock").exists()
        other.__exit__(None, None, None)


def test_whoever_waited_for_a_lock_that_was_taken_away_holds_the_one_that_is_there(tmp_path):
    found, is_waiting = [], threading.Event()
    path = tmp_path / "refresh.lock"

    def second():
        with one_at_a_time(tmp_path, "refresh", lambda _: is_waiting.set()):
            found.append(path.exists())

    thread = threading.Thread(target=second)
    with one_at_a_time(tmp_path, "refresh", _quiet):
        thread.start()
        assert is_waiting.wait(10)
        path.unlink()
    thread.join()
    assert found == [True]


def test_refresh_that_fetched_nothing_leaves_no_folder(publisher, new_client, tmp_path):
    publisher.script(COUNTIES_AT, Answer(b"down", 500))
    out = tmp_path / "some" / "ohio"
    with (
        Client(out / "downloads", **new_client.keywords) as client,
        pytest.raises(SourceError, match="the server answered 500"),
    ):
        _refresh(out, client)
    assert not out.parent.exists()


def test_refresh_that_was_cut_keeps_what_came_to_go_on_with(publisher, new_client, tmp_path):
    publisher.script(COUNTIES_AT, Answer(b"x" * 900, etag='"1"', cut_after=400))
    options = {**new_client.keywords, "tries": 1}
    with (
        Client(tmp_path / "ohio" / "downloads", **options) as client,
        pytest.raises(SourceError, match=r"400 of 900 bytes came|connection broke"),
    ):
        _refresh(tmp_path / "ohio", client)
    (begun,) = (tmp_path / "ohio").rglob("download.partial")
    assert begun.stat().st_size == 400


@pytest.fixture
def counties(files, tmp_path):
    """A folder with the file of counties alone."""
    folder = tmp_path / "counties"
    folder.mkdir()
    shutil.copy(files / COUNTY_FILE, folder)
    return folder


def test_folder_without_a_file_and_a_dry_run_leave_no_folder(counties, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no file of county outlines"):
        _refresh(tmp_path / "ohio", folder=tmp_path / "empty")
    assert _refresh(tmp_path / "ohio", folder=counties, is_trial=True)["added"].sum() > 0
    assert not (tmp_path / "ohio").exists()


def test_same_rows_on_another_day_are_told_from_nothing_and_from_new_rows(counties, tmp_path):
    lines, made = [], []
    for day in (TODAY, TODAY, TODAY + timedelta(days=1)):
        lines.append([])
        order = Order(("39",), tmp_path / "ohio", counties, day)
        refresh(order, None, report=lines[-1].append)
        made.append((tmp_path / "ohio" / CURRENT).read_text("utf-8"))
    assert [(SAME_ROWS in said, UNCHANGED in said) for said in lines] == [
        (False, False),
        (False, True),
        (True, False),
    ]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize(("source", "at"), [(COUNTIES, COUNTIES_AT), (COUNTY_DEATHS, DEATHS_AT)])
def test_failed_download_names_the_options_that_go_on(publisher, client, source, at):
    publisher.script(at, Answer(b"down", 500))
    with pytest.raises(SourceError) as caught:
        found_or_fetched(source, "39", None, client)
    said = str(caught.value)
    assert "--files DIR" in said
    assert "--offline DIR" in said
    assert source.file_names[0] in said
    assert ("--skip" in said) == (source is COUNTY_DEATHS)  # nothing goes on without counties


def test_counties_are_asked_for_once_and_read_once_for_state_and_neighbours(
    publisher, client, files, watched, tmp_path
):
    publisher.script(COUNTIES_AT, (files / COUNTY_FILE).read_bytes())
    with pytest.raises(SourceError, match="census-cousub-boundaries"):
        _refresh(tmp_path / "ohio", client)
    assert len(publisher.asked_for(COUNTIES_AT)) == 1
    (tmp_path / "made").mkdir()
    order = Order(("39",), tmp_path / "out", watched, TODAY)
    write_folder(order, None, tmp_path / "made", report=_quiet)
    assert OPENED[COUNTY_FILE] == 2  # for its hash, and for its rows


def test_list_of_the_whole_country_is_hashed_once_for_all_states(watched):
    lines = []
    found = collect(["39"], ["18", "20"], folder=watched, client=None, report=lines.append)
    assert len(found.files["samhsa-locator", "20"]) == 1
    assert OPENED["findtreatment.json"] == 1
    assert max(OPENED.values()) == 1
    (said,) = [line for line in lines if line.startswith("samhsa-locator")]
    assert said.startswith("samhsa-locator, states 39, 18, 20: findtreatment.json")


def test_counties_read_once_are_those_of_their_source(files):
    given = found_or_fetched(COUNTIES, "39", files, None)
    found = read_county_file(given, ["39", "18"])
    for state in ("39", "18"):
        whole = COUNTIES.read([given[0].path], state)
        pd.testing.assert_frame_equal(pd.DataFrame(found.own[state]), pd.DataFrame(whole))
    assert read_county_file(given, ["39"]).neighbours == {"18"}
    assert read_county_file(given, ["20"]).neighbours == set()
