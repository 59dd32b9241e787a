"""Many states at once give what one after another gives, also when a worker dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.errors import InputError
from geo.national.run import NATION, run_states
from geo.national.state_task import Job, partition
from geo.national.store import Store
from geo.tables.reader import TableReader
from tests.sources.small_state import counties_of, state_files, write_state_files

distributed = pytest.importorskip("distributed", reason="the extra `scale` is not installed")
STATES = ("18", "39")
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
    return Job("", str(tmp_path / "out"), str(official), "", date(2026, 11, 23), 30.0)


@pytest.fixture(scope="module")
def by_itself(official, tmp_path_factory):
    out = tmp_path_factory.mktemp("single")
    job = Job("", str(out), str(official), "", date(2026, 11, 23), 30.0)
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

    order = Order(("39",), tmp_path, official, date(2026, 11, 23))
    refresh(order, None, report=_quiet)
    reader = TableReader(tmp_path)
    people = analysis.people_and_help(reader, date(2026, 11, 23))
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
        run_states(job, STATES, scheduler="tcp://127.0.0.1:1", report=_quiet)


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
