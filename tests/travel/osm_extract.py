"""Roads written as OpenStreetMap writes them, with answers worked out by hand."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.travel.road_graph import east_north

if TYPE_CHECKING:
    from pathlib import Path

# Kilometres east and north of a crossing, by node.
NODES = {
    1: (0, 0),
    2: (5, 0),
    3: (10, 0),
    4: (10, 5),
    5: (0, 5),
    6: (0, -3),
    7: (30, 0),
    8: (35, 0),
    9: (-20, 0),
}
ROAD = {"highway": "primary"}
WAYS = (
    ((1, 2, 3), {**ROAD, "maxspeed": "60"}),  # 10 km: 10 minutes
    ((3, 4), {**ROAD, "maxspeed": "100"}),  # 5 km: 3 minutes
    ((4, 5), {**ROAD, "maxspeed": "50", "oneway": "yes"}),  # 10 km: 12 minutes, westward only
    ((5, 1), {**ROAD, "maxspeed": "100"}),  # 5 km: 3 minutes
    ((1, 6), {"highway": "footway"}),  # 3 km on foot
    ((7, 8), {**ROAD, "maxspeed": "60"}),  # an island
    (
        (9, 1),
        {"highway": "motorway", "maxspeed": "160", "oneway": "yes"},
    ),  # 20 km at 130: 9.2 minutes, eastward
)


def place(node):
    """Return longitude and latitude of a node."""
    return east_north(*NODES[node])


@contextmanager
def _writing(path: Path):
    import osmium

    path.unlink(missing_ok=True)
    writer = osmium.SimpleWriter(str(path))
    try:
        yield writer
    finally:
        writer.close()


def write_roads(path, nodes=None, ways=WAYS):
    """Write roads as .osm (XML) or .osm.pbf, by the name of the file."""
    from osmium.osm.mutable import Node, Way

    places = nodes or {node: east_north(*NODES[node]) for node in NODES}
    with _writing(path) as writer:
        for node, position in places.items():
            writer.add_node(Node(id=node, location=position, version=1))
        for number, (along, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=list(along), tags=tags, version=1))
    return path


PLAIN = (("primary", "60"),)
TOWN = (*(("residential", "40"),) * 5, ("primary", "80"))
MIXED = (("motorway", "110"), *TOWN * 4, *TOWN[:5])
"""Kinds of road in turn, as a town has them."""


def write_grid(path, origin, counts, step_km, kinds=PLAIN):
    """Write a grid of two-way roads; return its path. Every `kinds` in turn, from the edge on."""
    columns, rows = counts
    nodes = {
        1 + column + columns * row: east_north(step_km * column, step_km * row, origin)
        for row in range(rows)
        for column in range(columns)
    }
    every = [{"highway": kind, "maxspeed": speed} for kind, speed in kinds]
    east = [range(1 + columns * row, 1 + columns * (row + 1)) for row in range(rows)]
    north = [range(1 + column, 1 + columns * rows, columns) for column in range(columns)]
    ways = [
        (along, every[number % len(every)])
        for some in (east, north)
        for number, along in enumerate(some)
    ]
    return write_roads(path, nodes, ways)
