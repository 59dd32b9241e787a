"""The two tables a routing run leaves: minutes by road, and the areas within them."""

from __future__ import annotations

from typing import Final

from geo.tables.schema import Column, Link, Table
from geo.tables.shared_columns import AREA_PATTERN, TRACT_PATTERN

MODE_CODES: Final = (("car", "by car, without traffic"), ("foot", "on foot"))
ENGINE_CODES: Final = (
    ("valhalla", "Valhalla on this computer, over the OpenStreetMap extract that was given"),
    ("valhalla_server", "a Valhalla server that was named by its address"),
    ("osrm_server", "an OSRM server that was named by its address"),
)
REACHED: Final = "reached"
UNREACHABLE: Final = "unreachable"
POINT_OFF_NETWORK: Final = "point_off_network"
SITE_OFF_NETWORK: Final = "site_off_network"
STATUS_CODES: Final = (
    (REACHED, "there is a way, and these are its minutes"),
    (UNREACHABLE, "the engine was asked and found no way"),
    (POINT_OFF_NETWORK, "no road lies near the point, so nothing could be asked"),
    (SITE_OFF_NETWORK, "no road lies near the site, so nothing could be asked"),
)
SOURCE_ID: Final = "openstreetmap-routing"
CATCHMENT_MINUTES: Final = (15, 30)

TRAVEL_TIME: Final = Table(
    "travel_time",
    "Minutes and metres by road from a population point to a place of help. A pair that is not in "
    "the table was not asked: by the straight line alone it cannot be the nearest of its kind.",
    ("tract_geoid", "area_id", "site_id", "mode_code"),
    (
        Column("tract_geoid", "str", "Census GEOID of the tract", pattern=TRACT_PATTERN),
        Column("area_id", "str", "Municipality part of the point", pattern=AREA_PATTERN),
        Column("site_id", "str", "Facility or police station"),
        Column("mode_code", "str", "How one travels", codes=MODE_CODES),
        Column(
            "minutes",
            "Float64",
            "Travel time from road to road; missing unless reached",
            unit="minutes",
            nullable=True,
        ),
        Column(
            "metres",
            "Float64",
            "Length of that way; missing unless reached, or where the server gives none",
            unit="m",
            nullable=True,
        ),
        Column("status_code", "str", "Why minutes are there or not", codes=STATUS_CODES),
        Column("engine_code", "str", "What worked them out", codes=ENGINE_CODES),
        Column("source_id", "str", "Record in data/sources/ that this row comes from"),
    ),
    (
        Link("tract_geoid", "tract", "geoid"),
        Link("area_id", "municipality", "area_id"),
    ),
)

CATCHMENT: Final = Table(
    "catchment",
    "The area from which a place of help can be reached within so many minutes.",
    ("site_id", "mode_code", "minutes"),
    (
        Column("site_id", "str", "Facility or police station"),
        Column("mode_code", "str", "How one travels", codes=MODE_CODES),
        Column("minutes", "Int64", "Limit, included", unit="minutes"),
        Column("engine_code", "str", "What worked it out", codes=ENGINE_CODES),
        Column("source_id", "str", "Record in data/sources/ that this row comes from"),
        Column("geometry", "geometry", "Outline, EPSG:4269"),
    ),
)
