"""A grid of hexagons, the same everywhere, for places where no tracts are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

GRID_CRS: Final = "EPSG:5070"
EDGE_M: Final = 1_000.0
"""Side of a hexagon where no tracts are known: 2.6 square kilometres."""
WIDE_EDGE_M: Final = 3_000.0
"""Side where the people of tracts are put into hexagons: 23 square kilometres."""
_ROOT3: Final = 3.0**0.5
_RING: Final = ((1, 0), (1, -1), (0, -1), (-1, 0), (-1, 1), (0, 1))

Array = np.ndarray[Any, np.dtype[np.float64]]


def hexagon_names(x_m: Array, y_m: Array, *, edge_m: float = EDGE_M) -> np.ndarray[Any, Any]:
    """
    Return the hexagon each point lies in.

    Parameters
    ----------
    x_m, y_m : numpy.ndarray, shape (n,), metres, EPSG:5070
    edge_m : float, metres
        Side of a hexagon, corners north and south.

    Returns
    -------
    numpy.ndarray of str, shape (n,)
        "1000:12:-7": side, and position along two axes.

    Examples
    --------
    >>> hexagon_names(np.array([0.0, 1733.0]), np.array([0.0, 0.0])).tolist()
    ['1000:0:0', '1000:1:0']
    """
    q = (_ROOT3 / 3 * x_m - y_m / 3) / edge_m
    r = (2 / 3 * y_m) / edge_m
    s = -q - r
    near_q, near_r, near_s = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = np.abs(near_q - q), np.abs(near_r - r), np.abs(near_s - s)
    fix_q = (off_q > off_r) & (off_q > off_s)
    fix_r = ~fix_q & (off_r > off_s)
    near_q = np.where(fix_q, -near_r - near_s, near_q).astype(np.int64)
    near_r = np.where(fix_r, -near_q - near_s, near_r).astype(np.int64)
    pairs, place = np.unique(np.column_stack([near_q, near_r]), axis=0, return_inverse=True)
    names = np.array([f"{edge_m:.0f}:{one}:{two}" for one, two in pairs], dtype=object)
    return names[place.ravel()] if len(names) else np.array([], dtype=object)


def hexagon_centres(names: Iterable[str]) -> Array:
    """Return the centres of hexagons: shape (n, 2), metres, EPSG:5070."""
    parts = np.array([[float(part) for part in name.split(":")] for name in names]).reshape(-1, 3)
    edge, q, r = parts.T
    return np.column_stack([edge * _ROOT3 * (q + r / 2), edge * 1.5 * r])


def hexagon_outlines(names: Iterable[str]) -> np.ndarray[Any, Any]:
    """Return the outlines of hexagons as polygons in EPSG:5070."""
    names = list(names)
    edge = np.array([float(name.partition(":")[0]) for name in names])
    angle = np.deg2rad(60 * np.arange(6) + 30)
    around = np.column_stack([np.cos(angle), np.sin(angle)])
    corners = hexagon_centres(names)[:, None, :] + edge[:, None, None] * around
    return np.asarray(shapely.polygons(corners))


def with_neighbours(names: Iterable[str]) -> list[str]:
    """
    Return hexagons and those that touch them, sorted.

    Examples
    --------
    >>> len(with_neighbours(["1000:0:0"]))
    7
    """
    found = set()
    for name in names:
        edge, q, r = name.split(":")
        found |= {f"{edge}:{int(q) + one}:{int(r) + two}" for one, two in (*_RING, (0, 0))}
    return sorted(found)
