"""Many states at once give what one after another gives, also when a worker dies."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo import national_commands
from geo.errors import InputError
from geo.national.run import NATION, run_states
from geo.national.state_task import Job, partition
from geo.national.store import Store
from geo.sources.registry import SOURCES
from geo.tables.reader import TableReader
from tests.sources.small_state import counties_of, state_files, write_state_files

distributed = pytest.importorskip("distributed", reason="the extra `scale` is not installed")
STATES = ("18", "39")
TODAY = date(2026, 11, 23)
SKIPPED = ("hifld-police",)
LISTED = ["facilities_listed", "otps_listed"]
PATIENCE_S = 60


def _quiet(_):
    pass


def _files(store):
    names = store.names("**/*.parquet") + store.names("done/*.json")
    return {name: store.read(name) for name in names}


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    folder = tmp_path_factory.mktemp("official")
    write_state_files(folder, STATES[0])
    for name, content in state_files(STATES[1]).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def job(official, tmp_path):
    return Job("", str(tmp_path / "out"), str(official), "", TODAY, 30.0, SKIPPED)


@pytest.fixture(scope="module")
def by_itself(official, tmp_path_factory):
    out = tmp_path_factory.mktemp("single")
    job = Job("", str(out), str(official), "", TODAY, 30.0, SKIPPED)
    made = run_states(job, STATES, scheduler=None, report=_quiet)
    assert made["is_new"].all()
    return Store(str(out))


def test_every_county_of_every_state_is_in_the_nation(by_itself):
    nation = by_itself.read_table(NATION)
    assert nation["geoid"].tolist() == sorted(counties_of("18") + counties_of("39"))
    people = nation.set_index("geoid")["residents_persons"]
    tracts = by_itself.read_table(partition("tables/tract", "39"))
    assert people.loc[counties_of("39")].sum() == tracts["population_persons"].sum()
    assert nation.crs == "EPSG:4269"


def test_shares_of_a_partition_are_those_of_a_refreshed_folder(by_itself, official, tmp_path):
    from geo import analysis
    from geo.sources.refresh import Order, refresh

    order = Order(("39",), tmp_path, official, TODAY)
    refresh(order, None, report=_quiet)
    reader = TableReader(tmp_path)
    people = analysis.people_and_help(reader, TODAY)
    expected = analysis.county_coverage(people, reader.read("county"), minutes=30.0)
    found = by_itself.read_table(partition("coverage/county", "39")).set_index("geoid")
    assert found["treatment_share"].tolist() == expected["treatment_share"].tolist()


def test_a_state_that_is_done_is_not_made_again_but_a_lost_partition_is(by_itself, job):
    for name, content in _files(by_itself).items():
        Store(job.out).write(name, content)
    again = run_states(job, STATES, scheduler=None, report=_quiet)
    assert not again["is_new"].any()
    store = Store(job.out)
    lost = partition("coverage/county", "18")
    Path(store.path(lost)).unlink()
    made = run_states(job, STATES, scheduler=None, report=_quiet).set_index("state")
    assert made["is_new"].to_dict() == {"18": True, "39": False}
    assert _files(store) == _files(by_itself)


def test_a_state_without_files_is_named_and_the_others_stay_done(job):
    with pytest.raises(InputError, match=r"state 26: .*Michigan"):
        run_states(job, ("18", "26"), scheduler=None, report=_quiet)
    assert Store(job.out).has("done/state=18.json")


def test_no_scheduler_is_said(job):
    with pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        run_states(job, STATES, scheduler="tcp://127.0.0.1:1", report=_quiet, patience_s=0.1)


def _given(official, folder, *names):
    """A folder with some of the official files, and a list of programs in Ohio alone."""
    folder.mkdir()
    for name in names:
        shutil.copy(official / name, folder)
    lines = (official / "otp-directory.csv").read_text().splitlines(keepends=True)
    kept = [line for line in lines if ",IN," not in line]
    (folder / "otp-directory.csv").write_text("".join(kept))
    return folder


def test_sources_and_numbers_a_state_lacks_are_told_and_an_empty_part_too(official, tmp_path):
    names = ("cb_2023_us_county_500k.zip", "cb_2023_39_place_500k.zip")
    folder = _given(official, tmp_path / "given", *names)
    lines = []
    job = Job("", str(tmp_path / "out"), str(folder), "", TODAY, 30.0, SKIPPED)
    made = run_states(job, STATES, scheduler=None, report=lines.append).set_index("state")
    store = Store(job.out)
    lacking = {state: store.read_json(f"done/state={state}.json")["missing"] for state in STATES}
    assert set(lacking["18"]) - set(lacking["39"]) == {"census-place-boundaries", "samhsa-otp"}
    assert set(lacking["39"]) | {"census-county-boundaries", "samhsa-otp"} == (
        set(SOURCES) - {"census-place-boundaries"}
    )
    assert made["empty"].to_dict() == {"18": "coverage/municipality", "39": ""}
    for state, line in zip(STATES, lines, strict=True):
        for source_id, words in lacking[state].items():
            assert SOURCES[source_id].title in words
            assert words in line
            assert words in made.loc[state, "missing"]
    assert lacking["18"]["hifld-police"].endswith(": left out as asked")
    assert lacking["18"]["samhsa-locator"].endswith(": no file")
    assert lacking["18"]["samhsa-otp"].endswith(": its file has no row of this state")
    assert "empty: coverage/municipality" in lines[0]
    listed = store.read_table(NATION)[LISTED]
    assert listed.isna().all(axis=None)  # no list of facilities: their number is not known
    assert set(listed.dtypes.astype("str")) == {"Int64"}
    again = run_states(job, STATES, scheduler=None, report=_quiet).set_index("state")
    assert again.drop(columns="is_new").equals(made.drop(columns="is_new"))


def test_facilities_are_counted_where_a_list_is_given(official, tmp_path):
    names = ("cb_2023_us_county_500k.zip", "findtreatment.json")
    folder = _given(official, tmp_path / "given", *names)
    job = Job("", str(tmp_path / "out"), str(folder), "", TODAY, 30.0)
    run_states(job, ("39",), scheduler=None, report=_quiet)
    listed = Store(job.out).read_table(NATION).set_index("geoid")[LISTED]
    one = {"39001": 1, "39003": 1}
    assert listed["facilities_listed"].to_dict() == dict.fromkeys(counties_of("39"), 0) | one
    assert listed.loc["39003", "otps_listed"] == 1


@pytest.mark.parametrize(("option", "fetches"), [("--offline", False), ("--files", True)])
def test_folder_of_files_is_all_there_is_or_all_that_is_not_fetched(tmp_path, option, fetches):
    parser = argparse.ArgumentParser()
    national_commands.add_national_options(parser)
    job = national_commands._job(parser.parse_args(["--out", "x", option, str(tmp_path)]))
    assert (job.files, job.fetches) == (str(tmp_path), fetches)


def test_complete_folder_of_files_leaves_nothing_to_be_fetched(by_itself, job):
    for name, content in _files(by_itself).items():
        Store(job.out).write(name, content)
    cache = Path(job.out) / "cache"
    fetching = replace(job, fetches=True, cache=str(cache))
    made = run_states(fetching, ("39",), scheduler=None, report=_quiet)
    assert made["is_new"].tolist() == [False]  # the same inputs as without
    assert not cache.exists()


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(job, by_itself):
    killed = []

    def kill_a_busy_worker(cluster):
        for _ in range(PATIENCE_S * 20):
            for worker in list(cluster.scheduler.workers.values()):
                if worker.processing and not killed:
                    nanny = next(one for one in cluster.workers.values()
                                 if one.worker_address == worker.address)  # fmt: skip
                    os.kill(nanny.process.pid, signal.SIGKILL)
                    killed.append(worker.address)
                    return
            time.sleep(0.05)

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        thread = threading.Thread(target=kill_a_busy_worker, args=(cluster,))
        thread.start()
        made = run_states(job, STATES, scheduler=cluster.scheduler_address, report=_quiet)
        thread.join()
    assert killed
    assert made["is_new"].all()
    assert _files(Store(job.out)) == _files(by_itself)


def test_a_state_of_other_inputs_is_made_again(by_itself, job):
    for name, content in _files(by_itself).items():
        Store(job.out).write(name, content)
    made = run_states(replace(job, minutes=15.0), ("18",), scheduler=None, report=_quiet)
    assert made["is_new"].tolist() == [True]
    before, after = (
        store.read_table(partition("coverage/county", "18"))["treatment_share"]
        for store in (by_itself, Store(job.out))
    )
    assert (after <= before).all()
    assert (after < before).any()
