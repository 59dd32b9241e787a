"""A small road network that routes by itself, to hold answers against and to play a server with."""

from __future__ import annotations

import numpy as np
from pyproj import Geod
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import cdist

from geo.access import earth_positions_m

GEOD = Geod(ellps="WGS84")
OFF_NETWORK_M = 5000


class RoadGraph:
    """Roads between nodes; a place is put on the nearest node. Routes are exact (Dijkstra)."""

    code = "valhalla"

    def __init__(self, nodes, roads):
        """Take nodes as (longitude, latitude), roads as (from, to, km/h), one way each."""
        self.nodes = np.array(nodes, dtype=float)
        start, end, kmh = (np.array(part) for part in zip(*roads, strict=True))
        a, b = self.nodes[start], self.nodes[end]
        length_m = np.array(GEOD.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2])
        size = (len(nodes), len(nodes))
        minutes = csr_array((length_m / 1000 / kmh * 60, (start, end)), size)
        self.minutes, before = dijkstra(minutes, return_predecessors=True)
        lengths = csr_array((length_m, (start, end)), size).toarray()
        self.metres = np.full(size, np.nan)
        for first in range(len(nodes)):
            for last in np.argsort(self.minutes[first]):
                if last == first:
                    self.metres[first, last] = 0
                elif before[first, last] >= 0:
                    step = before[first, last]
                    self.metres[first, last] = self.metres[first, step] + lengths[step, last]
        self.pairs_asked = 0
        self.requests = 0

    def identity(self):
        return "a road graph"

    def put(self, places):
        """Return the node of each place and how far it is."""
        here, there = (earth_positions_m(*some.T) for some in (places, self.nodes))
        away = cdist(here, there)
        return away.argmin(axis=1), away.min(axis=1)

    def road_distance_m(self, places, mode):  # noqa: ARG002
        away = self.put(places)[1]
        return np.where(away > OFF_NETWORK_M, np.nan, away)

    def matrix(self, origins, destinations, mode):  # noqa: ARG002
        self.requests += 1
        self.pairs_asked += len(origins) * len(destinations)
        block = np.ix_(self.put(origins)[0], self.put(destinations)[0])
        minutes = self.minutes[block]
        return np.where(np.isinf(minutes), np.nan, minutes), self.metres[block]


def east_north(east_km, north_km, origin=(-83.0, 42.5)):
    """Return longitude and latitude of a place so many kilometres east, then north."""
    lon, lat, _ = GEOD.fwd(*origin, 90, east_km * 1000)
    lon, lat, _ = GEOD.fwd(lon, lat, 0, north_km * 1000)
    return lon, lat


def random_graph(seed, side=7, step_km=6.0):
    """Return a grid of roads of every speed, some one way, some missing."""
    random = np.random.default_rng(seed)
    nodes = [
        east_north(step_km * x + random.uniform(-1, 1), step_km * y + random.uniform(-1, 1))
        for y in range(side)
        for x in range(side)
    ]
    roads = []
    for row in range(side * side):
        beside = [row + 1] if (row + 1) % side else []
        for other in [*beside, *([row + side] if row + side < side * side else [])]:
            kmh = random.choice([15, 30, 60, 130])
            if random.random() < 0.9:
                roads.append((row, other, kmh))
            if random.random() < 0.9:
                roads.append((other, row, kmh))
    return RoadGraph(nodes, roads)


def random_places(seed, count, size_km=36.0, beyond_km=2.0):
    """Return places on the grid of `random_graph` and a little around it."""
    random = np.random.default_rng(seed)
    away = random.uniform(-beyond_km, size_km + beyond_km, (count, 2))
    return np.array([east_north(east, north) for east, north in away])
