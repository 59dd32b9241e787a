"""Points of uploaded layers, brought to latitude and longitude as text."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.errors import InputError
from geo.own_data.raw_rows import LATITUDE, LONGITUDE, text_array

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

POINT_COLUMNS: Final = (LATITUDE, LONGITUDE)
"""Names of the two columns `degree_columns` returns, in its order."""
_DIGITS: Final = 7
"""Decimal digits of a degree: 1 cm."""
_POINT_BYTES: Final = 21
_POINT: Final = 1
_DIMENSIONS: Final = 1000
_HAS_SRID: Final = 0x20000000
_FLAGS: Final = 0xE0000000
_LONGEST_NAME: Final = 60


def wkb_points(geometries: Iterable[bytes | None]) -> tuple[np.ndarray, np.ndarray]:
    """
    Return x and y of well-known binary points; NaN where there is none or no point.

    Parameters
    ----------
    geometries : iterable of bytes or None

    Returns
    -------
    x, y : numpy.ndarray of float, shape (n,), units of the layer

    Examples
    --------
    >>> x, y = wkb_points([bytes.fromhex("0101000000000000000000f03f0000000000000040"), None])
    >>> x.tolist(), y.tolist()
    ([1.0, nan], [2.0, nan])
    """
    pairs = np.array([_point(one) for one in geometries], dtype=float).reshape(-1, 2)
    pairs[~np.isfinite(pairs).all(axis=1)] = np.nan
    return pairs[:, 0], pairs[:, 1]


def degree_columns(
    x: np.ndarray, y: np.ndarray, crs: Any, *, is_degrees: bool = False
) -> tuple[list[pa.Array], tuple[str, ...]]:
    """
    Return latitude and longitude as text, in EPSG:4326, and notes on how they came about.

    Parameters
    ----------
    x, y : numpy.ndarray of float, shape (n,)
        NaN where there is no point.
    crs : anything pyproj.CRS takes, or None
        None where the layer names none.
    is_degrees : bool, default False
        Whether a layer without CRS is in degrees by the rules of its format.

    Raises
    ------
    InputError
        If the layer names no coordinate system and the numbers do not fit degrees.
    """
    notes: tuple[str, ...] = ()
    known = _usable(crs)
    if known is None:
        if not _fit_degrees(x, y):
            msg = (
                "The layer does not name its coordinate system and its points are not in degrees; "
                "save it with its coordinate system, or in EPSG:4326."
            )
            raise InputError(msg)
        if not is_degrees:
            notes = ("The layer names no coordinate system; its points were taken as degrees.",)
    elif _name(known) not in {"EPSG:4326", "OGC:CRS84"}:
        x, y = _transformed(x, y, known)
        notes = (
            f"The layer is in {_name(known)}; its points were brought to latitude and longitude.",
        )
    lost = int(np.isnan(x).sum())
    if lost:
        notes += (f"{lost:,} {'feature has' if lost == 1 else 'features have'} no point.",)
    return [_degrees(y), _degrees(x)], notes


def _point(geometry: bytes | None) -> tuple[float, float]:
    nowhere = (np.nan, np.nan)
    if geometry is None or len(geometry) < _POINT_BYTES or geometry[0] > 1:
        return nowhere
    order = "<" if geometry[0] else ">"
    (code,) = struct.unpack_from(f"{order}I", geometry, 1)
    start = 9 if code & _HAS_SRID else 5
    if (code & ~_FLAGS) % _DIMENSIONS != _POINT or len(geometry) < start + 16:
        return nowhere
    x, y = struct.unpack_from(f"{order}2d", geometry, start)
    return x, y


def _usable(crs: Any) -> Any:
    """Return a geographic or projected CRS, or None where there is none."""
    from pyproj import CRS

    if crs is None:
        return None
    known = CRS.from_user_input(crs)
    return known if known.is_geographic or known.is_projected else None


def _name(crs: Any) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)[:_LONGEST_NAME]


def _fit_degrees(x: np.ndarray, y: np.ndarray) -> bool:
    there = ~np.isnan(x)
    return bool((np.abs(x[there]) <= 180).all() and (np.abs(y[there]) <= 90).all())  # noqa: PLR2004  degrees


def _transformed(x: np.ndarray, y: np.ndarray, crs: Any) -> tuple[np.ndarray, np.ndarray]:
    from pyproj import Transformer

    longitude, latitude = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    outside = ~(np.isfinite(longitude) & np.isfinite(latitude))
    return np.where(outside, np.nan, longitude), np.where(outside, np.nan, latitude)


def _degrees(values: np.ndarray) -> pa.Array:
    return text_array(
        None if np.isnan(value) else f"{value:.{_DIGITS}f}" for value in values.tolist()
    )
