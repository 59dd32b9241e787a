"""The nearest site of each kind is the one that asking for every pair finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo.errors import InputError
from geo.travel.candidates import Question, ask_block, least_minutes, straight_km
from tests.travel.road_graph import RoadGraph, east_north, random_graph, random_places


def _question(sites, **changes):
    kinds = changes.pop("kinds", {"any": np.ones(len(sites), dtype=bool)})
    return replace(Question(sites, kinds, "car", 1, 130.0, 350.0), **changes)


def _asked(graph, points, question):
    return ask_block(graph, points, question, graph.road_distance_m(question.sites, "car"))


def _nearest(minutes):
    return np.nanmin(np.where(np.isnan(minutes), np.inf, minutes), axis=1)


@pytest.mark.parametrize("seed", range(25))
def test_nearest_of_every_kind_is_that_of_asking_for_every_pair(seed):
    graph = random_graph(seed)
    points, sites = random_places(seed + 1000, 20), random_places(seed + 2000, 30)
    random = np.random.default_rng(seed)
    kinds = {name: random.random(30) < share for name, share in (("many", 0.9), ("few", 0.1))}
    question = _question(sites, kinds=kinds, nearest=1 + seed % 3)
    found = _asked(graph, points, question)
    every, _ = graph.matrix(points, sites, "car")
    for members in kinds.values():
        if members.any():
            expected = _nearest(every[:, members])
            np.testing.assert_array_equal(_nearest(found.minutes[:, members]), expected)


def test_far_fewer_pairs_are_asked_than_there_are():
    graph = random_graph(3, side=12)
    points = random_places(4, 10, size_km=6)
    sites = random_places(5, 150, size_km=66)
    graph.pairs_asked = 0
    _asked(graph, points, _question(sites, nearest=3))
    assert graph.pairs_asked < len(points) * len(sites) / 3


@pytest.mark.parametrize("seed", range(10))
def test_no_route_is_quicker_than_the_least_minutes(seed):
    graph = random_graph(seed)
    points, sites = random_places(seed + 50, 25), random_places(seed + 90, 25)
    minutes, _ = graph.matrix(points, sites, "car")
    away = [graph.put(places)[1] for places in (points, sites)]
    bound = least_minutes(straight_km(points, sites), *away, 130.0)
    assert not (minutes < bound).any()
    assert bound.max() > 10


def test_a_site_on_the_motorway_beats_the_nearer_ones_at_a_track():
    # 10 km of track at 10 km/h are 60 minutes; 60 km of motorway at 120 km/h are 30.
    nodes = [east_north(east, 0) for east in (0, 10, -60)]
    roads = [(0, 1, 10), (1, 0, 10), (0, 2, 120), (2, 0, 120)]
    graph = RoadGraph(nodes, roads)
    sites = np.array([nodes[1], nodes[2]])
    found = _asked(graph, np.array([nodes[0]]), _question(sites))
    np.testing.assert_allclose(found.minutes, [[60, 30]], rtol=1e-6)
    np.testing.assert_allclose(found.metres, [[10_000, 60_000]], rtol=1e-6)


def test_a_site_that_cannot_be_nearer_is_not_asked():
    nodes = [east_north(east, 0) for east in (0, 10, -60)]
    roads = [(0, 1, 60), (1, 0, 60), (0, 2, 120), (2, 0, 120)]  # 10 minutes; 60 km take 27
    graph = RoadGraph(nodes, roads)
    found = _asked(graph, np.array([nodes[0]]), _question(np.array([nodes[1], nodes[2]])))
    np.testing.assert_array_equal(np.isnan(found.minutes), [[False, True]])
    np.testing.assert_array_equal(found.wanted, [[True, False]])


def test_one_way_roads_are_driven_one_way():
    nodes = [east_north(0, 0), east_north(10, 0), east_north(10, 5)]
    graph = RoadGraph(nodes, [(0, 1, 60), (1, 2, 60), (2, 0, 60)])
    points = np.array(nodes[:2])
    found = _asked(graph, points, _question(points, nearest=2))
    assert found.minutes[0, 1] == pytest.approx(10, rel=1e-4)
    assert found.minutes[1, 0] == pytest.approx(5 + np.hypot(10, 5), rel=1e-3)


def test_a_point_on_an_island_is_asked_everything_and_reaches_nothing():
    nodes = [east_north(east, 0) for east in (0, 10, 40, 50)]
    graph = RoadGraph(nodes, [(0, 1, 60), (1, 0, 60), (2, 3, 60), (3, 2, 60)])
    found = _asked(graph, np.array([nodes[3]]), _question(np.array(nodes[:2])))
    assert np.isnan(found.minutes).all()
    assert found.wanted.all()
    assert np.isfinite(found.point_road_m).all()


def test_places_off_the_network_are_told_and_not_asked():
    nodes = [east_north(0, 0), east_north(10, 0)]
    graph = RoadGraph(nodes, [(0, 1, 60), (1, 0, 60)])
    away = east_north(0, 30)
    graph.pairs_asked = 0
    points, sites = np.array([nodes[0], away]), np.array([nodes[1], away])
    found = _asked(graph, points, _question(sites, nearest=2))
    assert graph.pairs_asked == 1
    assert found.wanted.all()
    np.testing.assert_array_equal(np.isnan(found.point_road_m), [False, True])
    np.testing.assert_array_equal(np.isnan(found.site_road_m), [False, True])
    np.testing.assert_array_equal(np.isnan(found.minutes), [[False, True], [True, True]])


def test_nearest_by_line_off_the_network_does_not_hide_the_others():
    nodes = [east_north(0, 0), east_north(20, 0)]
    graph = RoadGraph(nodes, [(0, 1, 60), (1, 0, 60)])
    sites = np.array([east_north(0, 6), nodes[1]])
    found = _asked(graph, np.array([nodes[0]]), _question(sites))
    assert found.minutes[0, 1] == pytest.approx(20, rel=1e-4)


def test_pairs_farther_apart_than_allowed_are_not_asked():
    nodes = [east_north(0, 0), east_north(20, 0)]
    graph = RoadGraph(nodes, [(0, 1, 60), (1, 0, 60)])
    question = _question(np.array([nodes[1]]), farthest_km=19.0)
    found = _asked(graph, np.array([nodes[0]]), question)
    assert not found.wanted.any()


def test_an_engine_faster_than_stated_is_refused():
    nodes = [east_north(0, 0), east_north(30, 0)]
    graph = RoadGraph(nodes, [(0, 1, 60), (1, 0, 60)])
    question = _question(np.array([nodes[1]]), mode="foot", fastest_kmh=10.0)
    with pytest.raises(InputError, match=r"--fastest-foot-kmh 60, or check .* right mode"):
        _asked(graph, np.array([nodes[0]]), question)
