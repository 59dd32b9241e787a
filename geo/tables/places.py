"""Tables of places and the people who live in them."""

from __future__ import annotations

from geo.tables.schema import Column, Link, Table
from geo.tables.shared_columns import (
    AREA_PATTERN,
    MUNICIPALITY_PATTERN,
    TRACT_PATTERN,
    county_column,
    geometry_column,
    source_id_column,
)

COUNTY = Table(
    "county",
    "A county; its outline is simplified for drawing, shared borders stay shared.",
    ("geoid",),
    (
        county_column("geoid"),
        Column("name", "str", "Name without the word County"),
        Column("land_m2", "Int64", "Land area as the Census Bureau gives it", unit="m2"),
        source_id_column(),
        geometry_column("Outline"),
    ),
)

MUNICIPALITY_TYPE_CODES = (
    ("city", "incorporated city, outside any township"),
    ("village", "incorporated village; its land is taken out of the township around it"),
    ("township", "civil township, without the villages inside it"),
    ("charter_township", "charter township, without the villages inside it"),
    ("town", "town that is a county subdivision, without the places inside it"),
    ("borough", "incorporated borough"),
    ("consolidated", "city and county under one government"),
    ("remainder", "land outside every incorporated place; no government of its own"),
)

MUNICIPALITY = Table(
    "municipality",
    "A city, a village, a township without its villages, or what is left of a county outside "
    "them: together they tile their county and do not overlap. A city that reaches into two "
    "counties has a row in each.",
    ("area_id",),
    (
        Column("area_id", "str", "county GEOID, a dash, municipality GEOID", pattern=AREA_PATTERN),
        Column(
            "geoid",
            "str",
            "Census GEOID: county subdivision (10 digits) or, for a village, place (7 digits)",
            pattern=MUNICIPALITY_PATTERN,
        ),
        Column("name", "str", "Name without its type"),
        Column("label", "str", "Name as it is shown: with its type where that tells it apart"),
        Column("type_code", "str", "Legal type", codes=MUNICIPALITY_TYPE_CODES),
        county_column(),
        Column("land_m2", "Int64", "Land area, villages included in townships", unit="m2"),
        Column(
            "boundary_code",
            "str",
            "Where the outline comes from",
            codes=(
                ("census", "cut from the Census Bureau's place file"),
                ("derived", "built from whole census tracts minus cities; may be off by a little"),
                ("remainder", "what is left of a county subdivision without the places in it"),
            ),
        ),
        Column("boundary_note", "str", "How the outline was made"),
        Column("is_cross_county", "boolean", "Part of a municipality that lies in two counties"),
        Column(
            "residents_persons",
            "Int64",
            "Residents allotted to this area from tracts and place totals, of the tracts' year. "
            "Missing where no tract with a count meets it",
            unit="persons",
            nullable=True,
        ),
        Column(
            "census_2010_persons",
            "Int64",
            "Census 2010 count as published; a township's includes its villages. "
            "Missing where none was found",
            unit="persons",
            nullable=True,
        ),
        Column(
            "census_2020_persons",
            "Int64",
            "Census 2020 count; a township's includes its villages. Missing where none was found",
            unit="persons",
            nullable=True,
        ),
        Column("census_2020_note", "str", "Where the 2020 count was read", nullable=True),
        source_id_column(),
        geometry_column("Outline, simplified"),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

TRACT = Table(
    "tract",
    "A census tract, as a point inside it.",
    ("geoid",),
    (
        Column("geoid", "str", "Census GEOID", pattern=TRACT_PATTERN),
        county_column(),
        Column(
            "municipality_geoid",
            "str",
            "City or township that holds most of the tract's land",
            pattern=MUNICIPALITY_PATTERN,
        ),
        Column("land_m2", "Int64", "Land area", unit="m2"),
        Column(
            "population_persons",
            "Int64",
            "Residents in `population_year`; missing where no count was given",
            unit="persons",
            nullable=True,
        ),
        Column(
            "population_year",
            "Int64",
            "Year the residents were counted or estimated for; missing with them",
            nullable=True,
        ),
        Column(
            "population_source_id",
            "str",
            "Record in data/sources/ of the residents; missing with them",
            nullable=True,
        ),
        source_id_column(),
        geometry_column("Point inside the tract"),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

TRACT_OUTLINE = Table(
    "tract_outline",
    "The outline of a census tract, as published at 1:500,000: incidents are placed by it.",
    ("geoid",),
    (
        Column("geoid", "str", "Census GEOID", pattern=TRACT_PATTERN),
        county_column(),
        source_id_column(),
        geometry_column("Outline, not simplified"),
    ),
    (Link("geoid", "tract", "geoid"), Link("county_geoid", "county", "geoid")),
)

POPULATION_POINT = Table(
    "population_point",
    "The people of one tract who live in one municipality, as a point: the unit every share is "
    "weighted by.",
    ("tract_geoid", "area_id"),
    (
        Column("tract_geoid", "str", "Census GEOID of the tract", pattern=TRACT_PATTERN),
        Column("area_id", "str", "Municipality part they live in", pattern=AREA_PATTERN),
        county_column(),
        Column("residents_persons", "Int64", "Residents, of the tract's year", unit="persons"),
        Column(
            "within_km",
            "Float64",
            "Least distance to any site: half the radius of a circle of the tract's land area",
            unit="km",
        ),
        geometry_column("Point inside the part"),
    ),
    (
        Link("tract_geoid", "tract", "geoid"),
        Link("area_id", "municipality", "area_id"),
        Link("county_geoid", "county", "geoid"),
    ),
)
