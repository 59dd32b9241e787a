"""Tables of counts that need is measured by."""

from __future__ import annotations

from geo.tables.schema import Column, Link, Table
from geo.tables.shared_columns import (
    COUNT_STATUS_CODES,
    DEATH_STATUS_CODES,
    county_column,
    geometry_column,
    partial_date_column,
    source_id_column,
)

OVERDOSE_DEATH = Table(
    "overdose_death",
    "Drug overdose deaths of the residents of a county in a year. Counts 1 to 9 are suppressed, "
    "and a few of 10 to 50 in tables made by a refresh.",
    ("county_geoid", "year"),
    (
        county_column(),
        Column("year", "Int64", "Calendar year"),
        Column("deaths", "Int64", "Deaths; missing where withheld", unit="persons", nullable=True),
        Column("status_code", "str", "Why a count is there or not", codes=DEATH_STATUS_CODES),
        Column("population_persons", "Int64", "Residents, by the same source", unit="persons"),
        Column("measure_code", "str", "What is counted"),
        source_id_column(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

OVERDOSE_DEATH_PROVISIONAL = Table(
    "overdose_death_provisional",
    "Provisional overdose deaths of 12 months; where the publisher gives only rates, DERIVED from "
    "them. Another measure than `overdose_death`: never mixed with it.",
    ("county_geoid", "period_end_date"),
    (
        county_column(),
        partial_date_column("period_end_date", "Last month of the period"),
        Column("period_months", "Int64", "Length of the period", unit="months"),
        Column(
            "deaths",
            "Int64",
            "Deaths; derived ones are rounded from rate x population. Missing where suppressed",
            unit="persons",
            nullable=True,
        ),
        Column(
            "deviation_from_integer",
            "Float64",
            "How far rate x population was from it; missing where the count is the publisher's",
            nullable=True,
        ),
        Column(
            "status_code",
            "str",
            "How the count came about",
            codes=(
                ("derived_provisional", "derived from a provisional rate"),
                ("reported_provisional", "the provisional count is published"),
                ("suppressed", "the count is 1 to 9 and withheld by the publisher; it is not zero"),
            ),
        ),
        Column("population_persons", "Int64", "Residents the source divided by", unit="persons"),
        Column("population_note", "str", "Which population that is"),
        Column("measure_code", "str", "What is counted"),
        source_id_column(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

TRACT_GROUP = Table(
    "tract_group",
    "Drug overdose deaths of the residents of a group of census tracts in a year. A rate is of the "
    "group: of none of its tracts by itself.",
    ("unit_id",),
    (
        Column("unit_id", "str", "The publisher's identifier of the group"),
        county_column(nullable=True, note="; missing where its tracts lie in several"),
        Column("year", "Int64", "Calendar year"),
        Column("deaths", "Int64", "Deaths; missing where withheld", unit="persons", nullable=True),
        Column(
            "status_code",
            "str",
            "Why a count is there or not",
            codes=DEATH_STATUS_CODES,
        ),
        Column(
            "residents_persons",
            "Int64",
            "Residents of its tracts, of the tracts' year; missing where not known",
            unit="persons",
            nullable=True,
        ),
        Column(
            "rate_per_100k",
            "Float64",
            "The publisher's rate, modelled where `is_modelled`; missing where none is given",
            unit="deaths per 100,000 residents per year",
            nullable=True,
        ),
        Column(
            "rate_lower_per_100k",
            "Float64",
            "Lower limit of the modelled rate's interval, as published",
            unit="deaths per 100,000 residents per year",
            nullable=True,
        ),
        Column(
            "rate_upper_per_100k",
            "Float64",
            "Upper limit of the modelled rate's interval, as published",
            unit="deaths per 100,000 residents per year",
            nullable=True,
        ),
        Column("is_modelled", "boolean", "The rate comes from the publisher's model"),
        Column("tracts", "str", "GEOIDs of its tracts, joined by |"),
        source_id_column(),
        geometry_column("Outline: the union of its tracts, simplified"),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

NONFATAL_ED_VISIT = Table(
    "nonfatal_ed_visit",
    "Emergency-department visits of the residents of a county for non-fatal overdose, any drug.",
    ("county_geoid", "first_year", "last_year"),
    (
        county_column(),
        Column("first_year", "Int64", "First year of the period"),
        Column("last_year", "Int64", "Last year of the period"),
        Column("visits", "Int64", "Visits; missing where suppressed", unit="visits", nullable=True),
        Column("status_code", "str", "Why a count is there or not", codes=COUNT_STATUS_CODES),
        Column(
            "population_persons",
            "Int64",
            "Residents; missing for the five-year sums",
            unit="persons",
            nullable=True,
        ),
        Column(
            "published_rate_per_100k",
            "Float64",
            "Rate as published; missing where suppressed",
            unit="visits per 100,000 residents",
            nullable=True,
        ),
        Column(
            "published_rate_status_code",
            "str",
            "Why a published rate is there or not",
            codes=(("reported", "published"), ("suppressed", "withheld: fewer than 20 visits")),
        ),
        Column("measure_code", "str", "What is counted"),
        source_id_column(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

COUNTY_POPULATION = Table(
    "county_population",
    "Residents of a county on 1 July. Vintage 2020 up to 2019, Vintage 2024 from 2020: a break.",
    ("county_geoid", "year"),
    (
        county_column(),
        Column("year", "Int64", "Year"),
        Column("population_persons", "Int64", "Residents", unit="persons"),
        Column("vintage_code", "str", "Vintage of the estimate", pattern=r"^\d{4}$"),
        source_id_column(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)


CLASS_BREAK = Table(
    "class_break",
    "The upper limits of the colour classes of a measure: fixed over all years and counties, so "
    "that a colour means the same number everywhere.",
    ("measure_code", "class_number"),
    (
        Column("measure_code", "str", "Measure"),
        Column("class_number", "Int64", "1 is the lowest class"),
        Column(
            "upper_per_100k",
            "Float64",
            "Upper limit, included; missing for the highest class",
            unit="per 100,000 residents per year",
            nullable=True,
        ),
        Column("method", "str", "How the limits were chosen"),
    ),
)
