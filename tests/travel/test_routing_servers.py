"""Valhalla and OSRM servers by address: answers, refusals, failures, over real HTTP."""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import InputError
from geo.sources.routing_servers import Osrm, Server, valhalla_server
from geo.travel.candidates import Question, ask_block
from geo.travel.engines import RefusedError
from tests.travel.road_graph import RoadGraph, east_north, random_graph, random_places
from tests.travel.routing_server import RoutingServer, serving

BUSY = (503, b"busy")
NODES = [east_north(east, 0) for east in (0, 10, 40, 50)]


@pytest.fixture
def island_server():
    """A road of 10 km, and another 30 km away that no road leads to."""
    roads = [(0, 1, 60), (1, 0, 30), (2, 3, 60), (3, 2, 60)]
    server = RoutingServer(RoadGraph(NODES, roads))
    with serving(server) as url, Server(url, pauses_s=(0.0, 0.0)) as client:
        server.client = client
        yield server


def _osrm(server):
    return Osrm(server.client)


def _valhalla(server):
    return valhalla_server(server.client, fastest_kmh=130.0)


@pytest.fixture(params=[_osrm, _valhalla], ids=["osrm", "valhalla"])
def engine(request, island_server):
    return request.param(island_server)


def test_minutes_and_metres_are_those_of_the_roads(engine):
    minutes, metres = engine.matrix(np.array(NODES[:2]), np.array(NODES[:2]), "car")
    np.testing.assert_allclose(minutes, [[0, 10], [20, 0]], rtol=1e-6)
    np.testing.assert_allclose(metres, [[0, 10_000], [10_000, 0]], rtol=1e-6)


def test_a_pair_without_a_way_has_no_minutes(engine):
    minutes, metres = engine.matrix(np.array(NODES[:1]), np.array(NODES[1:3]), "car")
    np.testing.assert_array_equal(np.isnan(minutes), [[False, True]])
    np.testing.assert_array_equal(np.isnan(metres), [[False, True]])


def test_places_are_told_how_far_their_road_is(engine):
    places = np.array([NODES[0], east_north(0, 3), east_north(0, 8), east_north(0, 60)])
    away = engine.road_distance_m(places, "car")
    np.testing.assert_allclose(away, [0, 3000, np.nan, np.nan], atol=0.5)


def test_a_single_place_is_told_how_far_its_road_is(engine):
    np.testing.assert_allclose(
        engine.road_distance_m(np.array([east_north(0, 3)]), "car"), [3000], atol=0.5
    )


def test_a_busy_server_is_asked_again(engine, island_server):
    island_server.failures = [BUSY, BUSY]
    minutes, _ = engine.matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")
    assert minutes[0, 0] == pytest.approx(10)


def test_a_server_that_stays_busy_is_named_and_what_was_done_is_kept(engine, island_server):
    island_server.failures = [BUSY] * 3
    with pytest.raises(InputError, match=r"127\.0\.0\.1.*answers 503.*kept.*again to go on"):
        engine.matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")


def test_a_server_that_is_not_there_is_named():
    with serving(RoutingServer(None)) as url:
        pass
    with (
        Server(url, pauses_s=()) as client,
        pytest.raises(InputError, match=f"{url} does not answer"),
    ):
        Osrm(client).matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")


def test_a_web_page_is_no_answer(engine, island_server):
    island_server.failures = [(200, b"<html>hello</html>")]
    with pytest.raises(InputError, match="no JSON; is it the address of a routing server"):
        engine.matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")


@pytest.mark.parametrize("answer", [{"hello": 1}, {"durations": [[1, 2], [3]]}, [1], "text"])
def test_json_of_another_kind_of_server_is_named(engine, island_server, answer):
    island_server.failures = [(200, answer)]
    with pytest.raises(InputError, match="the answer is not one of"):
        engine.matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")


def test_a_page_not_found_is_no_server(engine, island_server):
    island_server.failures = [(404, {"detail": "Not Found"})]
    with pytest.raises(InputError, match="answers 404; is it the address of"):
        engine.matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")


def test_a_refusal_for_another_reason_is_told(engine, island_server):
    island_server.failures = [
        (400, {"code": "InvalidOptions", "message": "no such thing"})
        if isinstance(engine, Osrm)
        else (400, {"error_code": 125, "error": "no such thing"})
    ]
    with pytest.raises(RefusedError, match="no such thing"):
        engine.matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")


def test_osrm_that_allows_fewer_places_is_asked_in_halves():
    server = RoutingServer(random_graph(5))
    server.most = 7
    places, there = random_places(1, 9), random_places(2, 8)
    with serving(server) as url, Server(url) as client:
        minutes, metres = Osrm(client).matrix(places, there, "car")
    expected = server.graph.matrix(places, there, "car")
    np.testing.assert_allclose(minutes, expected[0], rtol=1e-6)
    np.testing.assert_allclose(metres, expected[1], rtol=1e-6)


def test_osrm_without_distances_gives_minutes_only(island_server):
    island_server.has_distances = False
    minutes, metres = _osrm(island_server).matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")
    assert minutes[0, 0] == pytest.approx(10)
    assert np.isnan(metres).all()


@pytest.mark.parametrize(("mode", "profile"), [("car", "driving"), ("foot", "foot")])
def test_osrm_is_asked_with_the_profile_of_the_mode(island_server, mode, profile):
    _osrm(island_server).matrix(np.array(NODES[:1]), np.array(NODES[1:2]), mode)
    assert island_server.requests[-1][0] == profile


def test_valhalla_that_refuses_all_for_one_island_still_gives_the_others(island_server):
    island_server.refuse_islands = True
    minutes, _ = _valhalla(island_server).matrix(np.array(NODES), np.array(NODES), "car")
    expected = island_server.graph.minutes
    np.testing.assert_allclose(minutes, np.where(np.isinf(expected), np.nan, expected), rtol=1e-6)


def test_valhalla_too_far_apart_names_the_option(island_server):
    island_server.failures = [(400, {"error_code": 154, "error": "Path distance exceeds"})]
    with pytest.raises(InputError, match="places so far apart"):
        _valhalla(island_server).matrix(np.array(NODES[:1]), np.array(NODES[1:2]), "car")


def test_identity_tells_servers_apart(island_server):
    assert island_server.client.name in _osrm(island_server).identity()
    assert "3.9.1" in _valhalla(island_server).identity()
    assert "130" in _valhalla(island_server).identity()


@pytest.mark.parametrize("url", ["", "localhost:5000", "ftp://host", "http://", "file:///etc"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(InputError, match="is not the address of a server"):
        Server(url)


def test_a_password_in_an_address_is_told_nobody():
    with Server("https://me:secret@example.org/osrm/?key=hidden") as server:
        assert server.name == "https://example.org/osrm/"
        assert "secret" not in Osrm(server).identity()


def test_nearest_over_http_is_that_of_asking_the_graph_for_every_pair():
    server = RoutingServer(random_graph(11))
    points, sites = random_places(21, 12), random_places(22, 60)
    question = Question(sites, {"any": np.ones(60, dtype=bool)}, "car", 2, 130.0, 350.0)
    expected = np.nanmin(server.graph.matrix(points, sites, "car")[0], axis=1)
    with serving(server) as url, Server(url) as client:
        for engine in (Osrm(client), valhalla_server(client, fastest_kmh=130.0)):
            road_m = engine.road_distance_m(sites, "car")
            found = ask_block(engine, points, question, road_m)
            nearest = np.nanmin(found.minutes, axis=1)
            np.testing.assert_allclose(nearest, expected, rtol=1e-6)
