"""Columns and codes that several tables share."""

from __future__ import annotations

from geo.tables.schema import PARTIAL_DATE, Column

COUNTY_PATTERN = r"^\d{5}$"
TRACT_PATTERN = r"^\d{11}$"
MUNICIPALITY_PATTERN = r"^\d{7}(\d{3})?$"
AREA_PATTERN = r"^\d{5}-\d{7}(\d{3})?$"

PRECISION_CODES = (("day", "exact day"), ("month", "some day of it"), ("year", "some day of it"))
COUNT_STATUS_CODES = (
    ("reported", "the count is published"),
    ("suppressed", "the count is 1 to 9 and withheld by the publisher; it is not zero"),
)
DEATH_STATUS_CODES = (
    *COUNT_STATUS_CODES,
    ("suppressed_10_to_50", "the count is 10 to 50 and withheld to protect another one"),
)
"""Of counts of deaths by county or tract group: the ranges are those of `geo.withheld.RANGES`."""


def county_column(name: str = "county_geoid", *, nullable: bool = False, note: str = "") -> Column:
    """Return a column that holds a county GEOID."""
    return Column(
        name,
        "str",
        "Census GEOID of the county" + note,
        nullable=nullable,
        pattern=COUNTY_PATTERN,
    )


def geometry_column(description: str) -> Column:
    """Return a geometry column."""
    return Column("geometry", "geometry", f"{description}, EPSG:4269")


def source_id_column() -> Column:
    """Return the column that names the source record."""
    return Column("source_id", "str", "Record in data/sources/ that this row comes from")


def source_url_column(*, nullable: bool = False) -> Column:
    """Return the column of the page that was read."""
    return Column(
        "source_url",
        "str",
        "Page or stored copy that was read",
        nullable=nullable,
        pattern=r"^https?://\S+$",
    )


def partial_date_column(name: str, description: str) -> Column:
    """Return a column of days, months or years."""
    return Column(name, "str", description, nullable=True, pattern=PARTIAL_DATE)


def precision_column(name: str, of: str) -> Column:
    """Return the column that says how exact a partial date is."""
    return Column(name, "str", f"How exact `{of}` is", codes=PRECISION_CODES, nullable=True)


def note_column() -> Column:
    """Return a column of notes."""
    return Column("note", "str", "What a reader should know about this row", nullable=True)


def latitude_column(*, nullable: bool = False) -> Column:
    """Return a latitude column."""
    return Column("latitude", "Float64", "North, EPSG:4269", unit="degrees", nullable=nullable)


def longitude_column(*, nullable: bool = False) -> Column:
    """Return a longitude column."""
    return Column("longitude", "Float64", "East, EPSG:4269", unit="degrees", nullable=nullable)
