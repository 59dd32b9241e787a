"""What a table is: columns with type, unit and description, a key, and links to other tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from geo.errors import CRSError, InputError

if TYPE_CHECKING:
    import geopandas as gpd

Dtype = Literal["str", "Int64", "Float64", "boolean", "geometry"]

STORAGE_CRS = "EPSG:4269"
"""NAD83, the datum of the Census Bureau's boundaries."""

PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
"""A day, a month or a year, as exact as its source is."""


CHECKED_BY_HAND: Final = ("naloxone_evidence", "program_participation")
"""Tables whose rows people write: a command tells all that is wrong with a file of them."""


@dataclass(frozen=True)
class Column:
    """
    One column of a table.

    Parameters
    ----------
    name : str
        With its unit as suffix (`_m2`, `_km`, `_minutes`, `_persons`, `_per_100k`).
    dtype : {"str", "Int64", "Float64", "boolean", "geometry"}
        The pandas type, exactly.
    description : str
        One sentence for the data dictionary.
    unit : str
        Empty where the column has none.
    codes : tuple of (str, str)
        The closed list of codes and what each means; empty where any value may stand.
    nullable : bool
        Whether a value may be missing; `description` says what that means.
    pattern : str
        A regular expression every value matches; empty for none.
    """

    name: str
    dtype: Dtype
    description: str
    unit: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    nullable: bool = False
    pattern: str = ""


@dataclass(frozen=True)
class Link:
    """A foreign key: each value of `column` stands in `table`.`target`."""

    column: str
    table: str
    target: str


@dataclass(frozen=True)
class Table:
    """
    One table of `data/tables/`.

    Parameters
    ----------
    name : str
        The stem of its file.
    description : str
        What one row is.
    key : tuple of str
        The columns that together name a row.
    columns : tuple of Column
        In the order of the file.
    links : tuple of Link
        Foreign keys.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    links: tuple[Link, ...] = field(default=())

    @property
    def is_spatial(self) -> bool:
        """Whether the table has a geometry."""
        return any(column.dtype == "geometry" for column in self.columns)

    @property
    def dtypes(self) -> dict[str, str]:
        """The pandas type of each column but the geometry."""
        return {c.name: c.dtype for c in self.columns if c.dtype != "geometry"}


def assert_shape(frame: pd.DataFrame, table: Table) -> None:
    """
    Check names, order, types and coordinate system: cheap enough for every start.

    Parameters
    ----------
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        The rows.
    table : Table
        What they should be.

    Raises
    ------
    InputError
        If a column is missing, unknown, out of order or of another type.
    CRSError
        If the geometry is not in EPSG:4269.
    """
    expected = [column.name for column in table.columns]
    found = list(frame.columns)
    if found != expected:
        missing = [name for name in expected if name not in found]
        unknown = [name for name in found if name not in expected]
        msg = (
            f"table `{table.name}` has other columns than its schema: "
            f"missing {missing or 'none'}, unknown {unknown or 'none'}"
            f"{'' if missing or unknown else ', order differs'}"
        )
        raise InputError(msg)
    for column in table.columns:
        dtype = str(frame[column.name].dtype)
        if dtype != column.dtype:
            msg = f"`{table.name}.{column.name}` is {dtype}, its schema says {column.dtype}"
            raise InputError(msg)
    if table.is_spatial:
        crs = getattr(frame, "crs", None)
        if crs != STORAGE_CRS:
            msg = f"table `{table.name}` is in {crs}, it must be in {STORAGE_CRS}"
            raise CRSError(msg)


def assert_rows(frame: pd.DataFrame | gpd.GeoDataFrame, table: Table) -> None:
    """
    Check every row against the schema: shape, codes, patterns, missing values, key, geometry.

    Parameters
    ----------
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        The rows.
    table : Table
        What they should be.

    Raises
    ------
    InputError
        If a value breaks its column's rule; names the column, how many and the first.
    CRSError
        If the geometry is not in EPSG:4269.

    Notes
    -----
    pandera does the checking, strict and without coercion. The coordinate system is compared
    before, since pandera lets a wrong one escape as a bare TypeError.
    """
    import pandera.errors
    import pandera.pandas as pa

    assert_shape(frame, table)
    columns = {}
    for column in table.columns:
        if column.dtype == "geometry":
            continue
        checks = []
        if column.codes:
            checks.append(pa.Check.isin([code for code, _ in column.codes]))
        if column.pattern:
            checks.append(pa.Check.str_matches(re.compile(column.pattern)))
        if column.unit and column.dtype in ("Int64", "Float64") and column.unit != "degrees":
            checks.append(pa.Check.ge(0))
        columns[column.name] = pa.Column(
            column.dtype, checks=checks, nullable=column.nullable, coerce=False
        )
    schema = pa.DataFrameSchema(columns, strict=True, ordered=True, unique=list(table.key))
    plain = pd.DataFrame(frame.drop(columns="geometry") if table.is_spatial else frame)
    try:
        schema.validate(plain, lazy=True)
    except pandera.errors.SchemaErrors as error:
        failures = error.failure_cases
        first = failures.iloc[0]
        patterns = {column.name: column.pattern for column in table.columns}
        rule = str(first["check"])
        if "str_matches" in rule:
            rule = f"not of the form {patterns[first['column']]}"
        msg = (
            f"table `{table.name}`: {len(failures)} values break the schema; first: "
            f"column `{first['column']}`, {rule}, value {first['failure_case']!r}, "
            f"row {first['index']}"
        )
        if table.name in CHECKED_BY_HAND:
            msg += "; see every problem with `python -m geo evidence check FILE`"
        raise InputError(msg) from error
    if table.is_spatial:
        _assert_geometry(frame, table)


def _assert_geometry(frame: gpd.GeoDataFrame, table: Table) -> None:
    bad = frame.geometry.isna() | frame.geometry.is_empty | ~frame.geometry.is_valid
    if bad.any():
        first = frame.loc[bad, table.key[0]].iloc[0]
        msg = f"table `{table.name}`: {int(bad.sum())} geometries missing or invalid, first {first}"
        raise InputError(msg)
