"""Tables of facilities and of the way to them."""

from __future__ import annotations

from geo.tables.schema import Column, Table
from geo.tables.shared_columns import (
    county_column,
    latitude_column,
    longitude_column,
    partial_date_column,
    source_id_column,
    source_url_column,
)

FACILITY_KIND_CODES = (
    ("treatment", "substance use treatment facility"),
    ("otp", "opioid treatment program: may dispense methadone"),
    ("naloxone_site", "a place that hands out naloxone, no coordinates known"),
)

FACILITY = Table(
    "facility",
    "A treatment facility or naloxone site as a list named it on its date. "
    "Listed is not the same as open.",
    ("facility_id",),
    (
        Column("facility_id", "str", "Our identifier", pattern=r"^[a-z0-9-]+$"),
        Column("name", "str", "Name"),
        Column("kind_code", "str", "Kind", codes=FACILITY_KIND_CODES),
        Column("address", "str", "Street address", nullable=True),
        Column("city", "str", "City", nullable=True),
        Column("zip_code", "str", "ZIP code", nullable=True),
        county_column(),
        latitude_column(nullable=True),
        longitude_column(nullable=True),
        Column(
            "location_code",
            "str",
            "Where the point comes from",
            codes=(
                ("publisher_point", "the publisher's own point"),
                ("geocoded_by_geoda", "geocoded by the GeoDa Center"),
                ("place_name_only", "no point: only a place name"),
                ("address_only", "no point: only an address"),
            ),
        ),
        partial_date_column("listed_date", "Date of the newest list that names it"),
        Column(
            "is_current", "boolean", "Named by the newest list of its kind, not only an older one"
        ),
        Column("merged_rows", "Int64", "Rows of the lists that were merged into this one"),
        Column("merge_spread_m", "Int64", "Farthest two merged points lie apart", unit="m"),
        Column("service_codes", "str", "Service codes of the locator", nullable=True),
        Column("service_note", "str", "What is handed out", nullable=True),
        source_url_column(),
        source_id_column(),
    ),
)


TRAVEL_TIME_MODEL = Table(
    "travel_time_model",
    "The line that turns straight-line distance into estimated drive minutes, and its errors on "
    "published drive times.",
    ("fitted_on_code", "tested_on_code"),
    (
        Column("fitted_on_code", "str", "Drive times the line was fitted to"),
        Column("tested_on_code", "str", "Drive times its errors were measured on"),
        Column("tracts", "Int64", "Tracts with a published time"),
        Column("intercept_minutes", "Float64", "a in minutes = a + b x km", unit="minutes"),
        Column("slope_minutes_per_km", "Float64", "b in minutes = a + b x km", unit="minutes/km"),
        Column("correlation", "Float64", "Pearson correlation of distance and minutes"),
        Column("mean_absolute_error_minutes", "Float64", "Mean absolute error", unit="minutes"),
        Column("right_side_of_15_share", "Float64", "Tracts sorted to the right side of 15 min"),
        Column("right_side_of_20_share", "Float64", "Tracts sorted to the right side of 20 min"),
        Column("right_side_of_30_share", "Float64", "Tracts sorted to the right side of 30 min"),
        source_id_column(),
    ),
)


KIT_SATURATION = Table(
    "kit_saturation",
    "How likely naloxone is at hand at a witnessed overdose in Michigan, by the kits handed out in "
    "a year: a published model of 2022 for 2017.",
    ("kits",),
    (
        Column("kits", "Int64", "Kits handed out in the state in a year"),
        Column("kits_per_100k", "Float64", "The same per 100,000 residents", unit="per 100,000"),
        Column("use_share", "Float64", "Probability that naloxone is used"),
        Column("use_lower_share", "Float64", "Lower limit of its 95 % interval"),
        Column("use_upper_share", "Float64", "Upper limit of its 95 % interval"),
        source_id_column(),
    ),
)
