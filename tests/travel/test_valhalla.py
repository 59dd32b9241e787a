"""Real Valhalla over roads whose minutes are worked out by hand: length over speed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from shapely.geometry import Point

from geo.errors import InputError
from geo.sources.routing_servers import Server, valhalla_server
from geo.travel.candidates import Question, ask_block, least_minutes, straight_km
from geo.travel.catchments import catchment_table
from geo.travel.matrix import Chunks
from geo.travel.network import local_valhalla
from tests.travel.osm_extract import place, write_grid, write_roads
from tests.travel.road_graph import RoadGraph, east_north

TURNS_MINUTES = 0.2
"""Valhalla adds some seconds for a turn, and measures on a sphere: 0.3 % of a length."""


def _minutes(engine, start, end, mode="car"):
    minutes, metres = engine.matrix(np.array([place(start)]), np.array([place(end)]), mode)
    return minutes[0, 0], metres[0, 0]


@pytest.mark.parametrize(
    ("start", "end", "minutes", "km"),
    [
        (1, 2, 5, 5),  # 5 km at 60 km/h
        (1, 3, 10, 10),
        (1, 4, 13, 15),  # and 5 km at 100
        (4, 5, 12, 10),  # with the one-way road at 50
        (5, 4, 3 + 10 + 3, 20),  # against it: all the way round
        (9, 1, 20 / 130 * 60, 20),  # signed 160, driven at 130
    ],
)
def test_minutes_by_car_are_length_over_speed(valhalla, start, end, minutes, km):
    found_minutes, found_m = _minutes(valhalla, start, end)
    assert found_minutes == pytest.approx(minutes, rel=0.004, abs=TURNS_MINUTES)
    assert found_m == pytest.approx(km * 1000, rel=0.004)


@pytest.mark.parametrize(("start", "end"), [(1, 7), (7, 1), (1, 9)])
def test_an_island_and_a_one_way_road_cannot_be_reached(valhalla, start, end):
    assert np.isnan(_minutes(valhalla, start, end)).all()


def test_a_footpath_is_walked_and_not_driven(valhalla):
    minutes, metres = _minutes(valhalla, 6, 1, "foot")
    assert metres == pytest.approx(3000, rel=0.004)
    assert minutes == pytest.approx(3 / 5.1 * 60, rel=0.02)  # Valhalla walks 5.1 km/h
    road_m = valhalla.road_distance_m(np.array([place(6)]), "car")
    assert road_m[0] == pytest.approx(3000, rel=0.004)  # the car waits at the road
    assert valhalla.road_distance_m(np.array([place(6)]), "foot")[0] == pytest.approx(0, abs=1)


def test_a_place_farther_than_five_kilometres_from_a_road_is_off_the_network(valhalla):
    places = np.array([east_north(5, 4.5), east_north(5, -4.8), east_north(5, -5.3)])
    away = valhalla.road_distance_m(places, "car")
    assert away[0] == pytest.approx(500, abs=10)
    assert away[1] == pytest.approx(4800, abs=20)
    assert np.isnan(away[2])


@pytest.fixture(scope="module")
def grid(pyvalhalla, tmp_path_factory):  # noqa: ARG001
    """A grid of 14 x 14 crossings, 3 km apart, signed 160 km/h, to try the guarantee hard."""
    folder = tmp_path_factory.mktemp("grid")
    extract = write_grid(
        folder / "grid.osm.pbf", (-83.0, 42.5), (14, 14), 3.0, (("primary", "160"),)
    )
    return local_valhalla(extract, folder, fastest_kmh=130.0)


def test_nearest_is_that_of_asking_valhalla_for_every_pair(grid):
    random = np.random.default_rng(7)
    away = random.uniform(-3, 42, (110, 2))
    places = np.array([east_north(east, north) for east, north in away])
    points, sites = places[:30], places[30:]
    kinds = {"all": np.ones(80, dtype=bool), "few": np.arange(80) < 4}
    question = Question(sites, kinds, "car", 1, 130.0, 350.0)
    site_road_m = grid.road_distance_m(sites, "car")
    found = ask_block(grid, points, question, site_road_m)
    on = np.isfinite(site_road_m)
    every = np.full((30, 80), np.nan)
    for first in range(0, 80, 40):
        some = np.flatnonzero(on[first : first + 40]) + first
        every[:, some] = grid.matrix(points, sites[some], "car")[0]
    bound = least_minutes(
        straight_km(points, sites), found.point_road_m, site_road_m, question.fastest_kmh
    )
    assert not (every < bound).any()
    for members in kinds.values():
        np.testing.assert_allclose(
            np.nanmin(found.minutes[:, members], axis=1),
            np.nanmin(every[:, members], axis=1),
            atol=TURNS_MINUTES,  # a larger request can cut another corner of the search
        )


def test_catchment_is_where_the_minutes_are(valhalla, tmp_path):
    import pandas as pd

    lon, lat = zip(place(3), east_north(0, 60), strict=True)
    sites = pd.DataFrame({"site_id": ["on", "off"], "longitude": lon, "latitude": lat})
    table = catchment_table(valhalla, sites, "car", Chunks(tmp_path))
    assert table[["site_id", "minutes"]].to_numpy().tolist() == [["on", 15], ["on", 30]]
    near, far = table.geometry
    assert table.geometry.is_valid.all()
    assert far.buffer(0.002).contains(near)
    # 10 minutes from node 1 and 13 from node 5; 19 from node 9, whence a one-way road leads here.
    assert near.buffer(0.002).contains(Point(place(1)))
    assert near.buffer(0.002).contains(Point(place(5)))
    assert not near.contains(Point(place(9)))
    assert far.buffer(0.002).contains(Point(place(9)))
    assert not far.contains(Point(place(7)))


def test_roads_are_made_once_for_an_extract(roads, tiles_folder, valhalla):
    folders = list(tiles_folder.iterdir())
    assert len(folders) == 1
    before = {path: path.stat().st_mtime_ns for path in folders[0].rglob("*")}
    again = local_valhalla(roads, tiles_folder, fastest_kmh=130.0)
    assert {path: path.stat().st_mtime_ns for path in folders[0].rglob("*")} == before
    assert again.identity() == valhalla.identity()


def test_roads_left_half_made_are_made_again(roads, tmp_path):
    local_valhalla(roads, tmp_path, fastest_kmh=130.0)
    made = next(tmp_path.iterdir())
    (made / "whole.json").unlink()
    for tile in made.rglob("*.gph"):
        tile.write_bytes(b"")
    assert _minutes(local_valhalla(roads, tmp_path, fastest_kmh=130.0), 1, 2)[0] > 0
    assert [path.name for path in tmp_path.iterdir()] == [made.name]


@pytest.mark.parametrize("name", ["text.osm.pbf", "nothing.osm.pbf"])
def test_a_file_without_roads_in_pbf_is_named_and_leaves_nothing(pyvalhalla, tmp_path, name):  # noqa: ARG001
    extract = tmp_path / name
    if name == "text.osm.pbf":
        extract.write_bytes(b"this is no map")
    else:
        write_roads(extract, ways=())
    with pytest.raises(InputError, match=rf"no roads could be read from .*{name}"):
        local_valhalla(extract, tmp_path / "tiles", fastest_kmh=130.0)
    assert list((tmp_path / "tiles").iterdir()) == []


def test_the_same_roads_as_xml_give_the_same_minutes(valhalla, tmp_path):
    xml = local_valhalla(write_roads(tmp_path / "roads.osm"), tmp_path, fastest_kmh=130.0)
    assert _minutes(xml, 1, 4) == _minutes(valhalla, 1, 4)


def test_a_motorway_nobody_may_walk_is_off_the_network_on_foot(valhalla):
    assert np.isnan(valhalla.road_distance_m(np.array([place(9)]), "foot")).all()
    minutes, _ = valhalla.matrix(np.array([place(1)]), np.array([place(9), place(5)]), "foot")
    np.testing.assert_array_equal(np.isnan(minutes), [[True, False]])


def test_an_extract_that_is_not_there_is_named(pyvalhalla, tmp_path):  # noqa: ARG001
    with pytest.raises(InputError, match=r"there is no file .*none\.osm\.pbf"):
        local_valhalla(tmp_path / "none.osm.pbf", tmp_path, fastest_kmh=130.0)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this interpreter has the tile builder")
def test_an_older_python_is_told_what_to_do_in_one_sentence(tmp_path):
    extract = tmp_path / "roads.osm.pbf"
    extract.write_bytes(b"")
    with pytest.raises(InputError, match=r"needs Python 3\.12 or newer, this is 3\.11: .*--osrm"):
        local_valhalla(extract, tmp_path, fastest_kmh=130.0)


@pytest.fixture(scope="module")
def service(valhalla, tiles_folder):  # noqa: ARG001
    """The real server of Valhalla, over the same roads."""
    from valhalla import get_config
    from valhalla._scripts import PYVALHALLA_BIN_DIR

    program = shutil.which("valhalla_service", path=str(PYVALHALLA_BIN_DIR))
    if program is None:
        pytest.skip("this pyvalhalla brings no valhalla_service")
    short = Path(tempfile.mkdtemp(prefix="v"))  # names of its sockets are short
    tiles = next(tiles_folder.iterdir())
    settings = json.loads(json.dumps(get_config(tile_extract="", tile_dir=str(tiles))))
    port = _free_port()
    settings["httpd"]["service"] |= {
        "listen": f"tcp://127.0.0.1:{port}",
        "loopback": f"ipc://{short}/loop",
        "interrupt": f"ipc://{short}/stop",
    }
    for part in ("loki", "thor", "odin"):
        settings[part]["service"]["proxy"] = f"ipc://{short}/{part}"
    (short / "valhalla.json").write_text(json.dumps(settings))
    running = subprocess.Popen(
        [program, short / "valhalla.json", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        running.kill()
        running.wait()
        shutil.rmtree(short, ignore_errors=True)


def _free_port():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _wait_for(url):
    for _ in range(200):
        try:
            httpx.get(f"{url}/status")
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("valhalla_service did not start")


def test_a_real_server_answers_as_valhalla_here(service, valhalla):
    with Server(service, pauses_s=()) as open_server:
        _compare(valhalla_server(open_server, fastest_kmh=130.0), valhalla)


def _compare(server, valhalla):
    places = np.array([place(node) for node in (1, 4, 7)])  # the last on an island
    for mode in ("car", "foot"):
        for here, there in zip(
            server.matrix(places, places, mode), valhalla.matrix(places, places, mode), strict=True
        ):
            np.testing.assert_array_equal(np.isnan(here), np.isnan(there))
            np.testing.assert_allclose(here, there, atol=TURNS_MINUTES)
    away = np.vstack([places, [east_north(5, -5.3)]])
    np.testing.assert_allclose(
        server.road_distance_m(away, "car"), valhalla.road_distance_m(away, "car")
    )
    assert "3." in server.identity()
    area = server.areas_within(np.array(place(3)), "car", (15, 30))
    assert sorted(area) == [15, 30]


def test_the_graph_of_the_tests_routes_as_valhalla_does(valhalla):
    nodes = [place(node) for node in (1, 3, 4, 5)]
    roads = [(0, 1, 60), (1, 0, 60), (1, 2, 100), (2, 1, 100), (2, 3, 50), (3, 0, 100), (0, 3, 100)]
    graph = RoadGraph(nodes, roads)
    here = np.array(nodes)
    found, expected = valhalla.matrix(here, here, "car"), graph.matrix(here, here, "car")
    np.testing.assert_allclose(found[0], expected[0], rtol=0.004, atol=TURNS_MINUTES)
    np.testing.assert_allclose(found[1], expected[1], rtol=0.004, atol=2)
