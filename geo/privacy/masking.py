"""Points moved far enough that nobody can tell whose door they were."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.spatial import cKDTree

from geo.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[np.float64]]

ANONYMITY: Final = 100
"""People nearer to the drawn point than the true one is."""
OUTER: Final = 2.0
"""Outer radius of the ring, in inner radii."""
TRIES: Final = 12


def masked_points(
    xy: Array, people: pd.DataFrame, *, seed: bytes, anonymity: int = ANONYMITY
) -> Array:
    """
    Move points by donut geomasking, with a check that enough people live nearer.

    Parameters
    ----------
    xy : numpy.ndarray, shape (n, 2), metres
        True points, projected.
    people : pandas.DataFrame
        x_m, y_m, residents_persons, within_km: where people live; `within_km` is half the radius
        of a circle of the land they live on.
    seed : bytes
        Of the session. The same point is moved to the same place as long as the seed is kept, so
        that many draws, or many events at one door, cannot be averaged.
    anonymity : int
        People who must live nearer to the drawn point than the true point is.

    Returns
    -------
    numpy.ndarray, shape (n, 2), metres
        Not a number where no place with enough people was found: such a point is not drawn.

    Raises
    ------
    InputError
        If there are no people, or `anonymity` is not positive.

    Notes
    -----
    The inner radius holds `anonymity` people at the density of the true point's surroundings, the
    outer one is twice as long; the distance is uniform over the ring's area, the direction over
    the circle. At the drawn point the people within the distance moved, at the density there, are
    counted again; with too few, the next draw is taken, up to twelve.

    References
    ----------
    Hampton et al. (2010), doi:10.1093/aje/kwq248.
    """
    if anonymity < 1 or len(people) == 0:
        msg = f"`anonymity` is {anonymity} and `people` has {len(people)} rows; both must be over 0"
        raise InputError(msg)
    density = _density(people)
    doors, door = np.unique(np.round(xy, 1), axis=0, return_inverse=True)
    inner = np.sqrt(anonymity / (np.pi * density(doors)))
    moved = np.full(doors.shape, np.nan)
    open_ones = np.arange(len(doors))
    for attempt in range(TRIES):
        if len(open_ones) == 0:
            break
        draws = np.array([_two_uniforms(seed, attempt, x, y) for x, y in doors[open_ones]])
        area = 1 + draws[:, 0] * (OUTER**2 - 1)
        distance = inner[open_ones] * np.sqrt(area)
        angle = 2 * np.pi * draws[:, 1]
        offset = np.column_stack([np.cos(angle), np.sin(angle)]) * distance[:, None]
        there = doors[open_ones] + offset
        enough = density(there) * np.pi * distance**2 >= anonymity
        moved[open_ones[enough]] = there[enough]
        open_ones = open_ones[~enough]
    return np.asarray(moved[door.ravel()])


def _density(people: pd.DataFrame) -> Any:
    """Return a function of points: people per square metre where the nearest ones live."""
    lived = people[people["residents_persons"].astype(float) > 0]
    tree = cKDTree(lived[["x_m", "y_m"]].to_numpy(float))
    radius = 2_000 * lived["within_km"].to_numpy(float)
    per_m2 = lived["residents_persons"].to_numpy(float) / (np.pi * radius**2)

    def at(points: Array) -> Array:
        return np.asarray(per_m2[tree.query(points)[1]])

    return at


def _two_uniforms(seed: bytes, attempt: int, x: float, y: float) -> tuple[float, float]:
    text = f"{attempt}:{x:.1f}:{y:.1f}".encode()
    digest = hashlib.blake2b(text, key=seed[:64], digest_size=16).digest()
    return tuple(int.from_bytes(digest[i : i + 8], "big") / 2**64 for i in (0, 8))  # type: ignore[return-value]
