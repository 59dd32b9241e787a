"""The travel table comes in blocks that are kept: a broken run goes on, a changed starts anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.errors import InputError
from geo.tables.schema import assert_rows
from geo.travel.candidates import Question
from geo.travel.matrix import POINTS_AT_ONCE, Chunks, blocks, travel_table
from geo.travel.tables import TRAVEL_TIME
from tests.travel.road_graph import RoadGraph, east_north, random_graph, random_places

POINTS = 4 * POINTS_AT_ONCE - 10


class Counted:
    """An engine that counts, and stops after so many requests."""

    def __init__(self, graph, stop_after=10**9, name="roads of May"):
        self.graph, self.code, self.name = graph, graph.code, name
        self.requests, self.stop_after = 0, stop_after

    def identity(self):
        return self.name

    def road_distance_m(self, places, mode):
        return self.graph.road_distance_m(places, mode)

    def matrix(self, origins, destinations, mode):
        self.requests += 1
        if self.requests > self.stop_after:
            raise KeyboardInterrupt
        return self.graph.matrix(origins, destinations, mode)


def _inputs():
    places, there = random_places(1, POINTS), random_places(2, 20)
    points = pd.DataFrame(
        {
            "tract_geoid": [f"26049{row:06d}" for row in range(POINTS)],
            "area_id": "26049-2604929000",
            "longitude": places[:, 0],
            "latitude": places[:, 1],
        }
    )
    sites = pd.DataFrame({"site_id": [f"site-{row}" for row in range(len(there))]})
    kinds = {"any": np.ones(len(there), dtype=bool)}
    return points, sites, Question(there, kinds, "car", 3, 130.0, 350.0)


@pytest.fixture(scope="module")
def graph():
    return random_graph(8)


@pytest.fixture
def run(graph, tmp_path):
    def make(engine=None, **changes):
        points, sites, question = _inputs()
        question = replace(question, **changes)
        return travel_table(engine or Counted(graph), points, sites, question, Chunks(tmp_path))

    return make


def test_table_obeys_its_schema_and_holds_the_minutes_of_the_engine(run, graph):
    table = run()
    assert_rows(table, TRAVEL_TIME)
    points, sites, question = _inputs()
    row = table[table["status_code"] == "reached"].iloc[77]
    place = points.set_index("tract_geoid").loc[row["tract_geoid"], ["longitude", "latitude"]]
    there = question.sites[sites["site_id"].tolist().index(row["site_id"])]
    minutes, metres = graph.matrix(place.to_numpy(float)[np.newaxis], there[np.newaxis], "car")
    assert row["minutes"] == pytest.approx(minutes[0, 0], abs=6e-4)
    assert row["metres"] == pytest.approx(metres[0, 0], abs=0.06)


def test_a_second_run_asks_nothing_and_gives_the_same(run, graph):
    first = run()
    again = Counted(graph)
    pd.testing.assert_frame_equal(run(again), first)
    assert again.requests == 0


def test_a_run_stopped_in_the_middle_goes_on_where_it_was(run, graph, tmp_path):
    whole = Counted(graph)
    points, sites, question = _inputs()
    expected = travel_table(whole, points, sites, question, Chunks(tmp_path / "other"))
    stopped = Counted(graph, stop_after=whole.requests // 2)
    with pytest.raises(KeyboardInterrupt):
        run(stopped)
    done = len(list(tmp_path.glob("*.parquet")))
    assert 1 < done < 5
    rest = Counted(graph)
    pd.testing.assert_frame_equal(run(rest), expected)
    assert 0 < rest.requests < whole.requests


KILLED = """
import os, signal
from pathlib import Path
from geo.travel.matrix import Chunks, travel_table
from tests.travel.test_matrix import Counted, _inputs
from tests.travel.road_graph import random_graph

class Killed(Counted):
    def matrix(self, *question):
        answer = super().matrix(*question)
        if self.requests == self.stop_after:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

travel_table(Killed(random_graph(8), stop_after={requests}), *_inputs(), Chunks(Path({folder!r})))
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of Unix")
def test_a_killed_process_leaves_whole_blocks_only_and_the_next_goes_on(run, graph, tmp_path):
    whole = Counted(graph)
    points, sites, question = _inputs()
    expected = travel_table(whole, points, sites, question, Chunks(tmp_path / "other"))
    program = KILLED.format(requests=whole.requests - 1, folder=str(tmp_path))
    killed = subprocess.run([sys.executable, "-c", program], check=False)
    assert killed.returncode == -signal.SIGKILL
    rest = Counted(graph)
    pd.testing.assert_frame_equal(run(rest), expected)
    assert 0 < rest.requests < whole.requests / 2


@pytest.mark.parametrize("damage", [b"", b"PAR1 and then nothing"])
def test_a_damaged_block_is_made_again(run, tmp_path, damage):
    first = run()
    sorted(tmp_path.glob("*.parquet"))[2].write_bytes(damage)
    pd.testing.assert_frame_equal(run(), first)


@pytest.mark.parametrize(
    "changes",
    [
        {"nearest": 5},
        {"fastest_kmh": 140.0},
        {"farthest_km": 100.0},
        {"mode": "foot"},
        {"kinds": {"any": np.arange(20) > 3}},
        {"sites": random_places(3, 20)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_changed_question_is_asked_anew(run, graph, changes):
    run()
    again = Counted(graph)
    run(again, **changes)
    assert again.requests > 3


def test_other_roads_are_asked_anew(run, graph):
    run()
    again = Counted(graph, name="roads of June")
    run(again)
    assert again.requests > 3


def test_status_says_why_minutes_are_missing(tmp_path):
    nodes = [east_north(east, 0) for east in (0, 10, 40, 50)]
    graph = RoadGraph(nodes, [(0, 1, 60), (1, 0, 60), (2, 3, 60), (3, 2, 60)])
    places = np.array([nodes[0], nodes[2], east_north(0, 30)])
    points = pd.DataFrame(
        {
            "tract_geoid": ["26049000001", "26049000002", "26049000003"],
            "area_id": "26049-2604929000",
            "longitude": places[:, 0],
            "latitude": places[:, 1],
        }
    )
    there = np.array([nodes[1], east_north(10, 20)])
    sites = pd.DataFrame({"site_id": ["on", "off"]})
    question = Question(there, {"any": np.ones(2, dtype=bool)}, "car", 2, 130.0, 350.0)
    table = travel_table(graph, points, sites, question, Chunks(tmp_path))
    found = table.set_index(["tract_geoid", "site_id"])["status_code"].to_dict()
    assert found == {
        ("26049000001", "on"): "reached",
        ("26049000001", "off"): "site_off_network",
        ("26049000002", "on"): "unreachable",
        ("26049000002", "off"): "site_off_network",
        ("26049000003", "on"): "point_off_network",
        ("26049000003", "off"): "point_off_network",
    }
    assert table["minutes"].notna().tolist() == (table["status_code"] == "reached").tolist()


def test_points_given_twice_are_refused(graph, tmp_path):
    points, sites, question = _inputs()
    twice = pd.concat([points, points.head(1)])
    with pytest.raises(InputError, match="`points` has 1 rows twice, first 26049000000"):
        travel_table(graph, twice, sites, question, Chunks(tmp_path))


def test_no_points_give_an_empty_table_of_the_right_shape(graph, tmp_path):
    points, sites, question = _inputs()
    table = travel_table(graph, points.head(0), sites, question, Chunks(tmp_path))
    assert_rows(table, TRAVEL_TIME)
    assert table.empty


def test_blocks_hold_every_row_once_and_near_ones_together():
    places = random_places(9, 333)
    rows = blocks(places)
    assert sorted(np.concatenate(rows)) == list(range(333))
    spread = np.mean([np.ptp(places[some], axis=0).prod() for some in rows])
    assert spread < np.ptp(places, axis=0).prod() / 3
