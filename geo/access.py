"""How far people live from help: straight-line distance, estimated drive minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class TravelTimeModel:
    """
    Estimated drive minutes as a line in straight-line kilometres.

    Parameters
    ----------
    intercept_minutes, slope_minutes_per_km : float
        minutes = intercept + slope x km.
    mean_absolute_error_minutes : float
        On the published drive times it was fitted to.
    """

    intercept_minutes: float
    slope_minutes_per_km: float
    mean_absolute_error_minutes: float

    def minutes(self, km: Array) -> Array:
        """Return estimated drive minutes for straight-line kilometres, any shape."""
        return self.intercept_minutes + self.slope_minutes_per_km * km

    def km(self, minutes: float) -> float:
        """Return the kilometres that take a number of minutes; negative where none is so near."""
        return (minutes - self.intercept_minutes) / self.slope_minutes_per_km


@dataclass(frozen=True)
class LineFit:
    """A least-squares line from kilometres to minutes with its errors."""

    intercept_minutes: float
    slope_minutes_per_km: float
    correlation: float


def fit_line(km: pd.Series, minutes: pd.Series) -> LineFit:
    """
    Fit minutes = a + b x km by least squares.

    Parameters
    ----------
    km : pandas.Series, shape (n,), Float64, km
        Straight-line distance.
    minutes : pandas.Series, shape (n,), Float64, minutes
        Published drive time on the same index, none missing.

    Returns
    -------
    LineFit

    Raises
    ------
    InputError
        If the indexes differ, there are fewer than three pairs, all distances are the same, or a
        value is missing.
    """
    if not km.index.equals(minutes.index):
        msg = "`km` and `minutes` have different indexes; align them first"
        raise InputError(msg)
    if km.nunique() < 2 or len(km) < 3 or km.isna().any() or minutes.isna().any():  # noqa: PLR2004
        msg = (
            "`km` and `minutes` need three or more pairs, two distances and no missing value, "
            f"got {len(km)} pairs"
        )
        raise InputError(msg)
    slope, intercept = np.polyfit(km.to_numpy(float), minutes.to_numpy(float), 1)
    return LineFit(float(intercept), float(slope), float(km.astype(float).corr(minutes)))


def earth_positions_m(longitude: ArrayLike, latitude: ArrayLike) -> Array:
    """
    Return positions on the ellipsoid as metres from the Earth's centre.

    Parameters
    ----------
    longitude, latitude : array_like, shape (n,), degrees, EPSG:4326
        NAD83 differs by about a metre, which no drive time shows.

    Returns
    -------
    numpy.ndarray, shape (n, 3), metres, EPSG:4978

    Notes
    -----
    The straight chord between two such positions is shorter than the geodesic by 1 part in
    100,000 at 100 km, in any part of the world and across any zone border, so one spatial index
    serves every county.
    """
    transform = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    longitude = np.asarray(longitude, dtype=float)
    latitude = np.asarray(latitude, dtype=float)
    return np.column_stack(transform.transform(longitude, latitude, np.zeros(len(longitude))))


def nearest_site(
    points: Array, sites: Array, *, within_km: ArrayLike = 0.0
) -> tuple[Array, NDArray[np.intp]]:
    """
    Return the distance to the nearest site, and which it is.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, 3), metres, EPSG:4978
        Where people live, from `earth_positions_m`.
    sites : numpy.ndarray, shape (m, 3), metres, EPSG:4978
        Where help is.
    within_km : array_like, shape (n,) or scalar, km
        Least distance a point can have: its people live around it, not on it.

    Returns
    -------
    km : numpy.ndarray, shape (n,)
        Infinite where there is no site.
    site : numpy.ndarray of int, shape (n,)
        Row of `sites`; -1 where there is none.

    Examples
    --------
    >>> a = earth_positions_m([-83.0], [42.0])
    >>> km, site = nearest_site(a, earth_positions_m([-83.0, -83.0], [43.0, 42.1]))
    >>> round(float(km[0]), 1), int(site[0])
    (11.1, 1)
    """
    if len(sites) == 0:
        return np.full(len(points), np.inf), np.full(len(points), -1, dtype=np.intp)
    distance_m, site = cKDTree(sites).query(points)
    return np.maximum(distance_m / 1000, np.asarray(within_km, dtype=float)), site


def sites_within(
    points: Array, sites: Array, km: float, *, within_km: ArrayLike = 0.0
) -> NDArray[np.intp]:
    """
    Return how many sites lie within a distance of each point.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, 3), metres, EPSG:4978
        Where people live, from `earth_positions_m`.
    sites : numpy.ndarray, shape (m, 3), metres, EPSG:4978
        Where help is.
    km : float, km
        Straight-line distance, included; `TravelTimeModel.km` gives that of a drive time. None is
        within a negative one.
    within_km : array_like, shape (n,) or scalar, km
        Least distance a point can have, as in `nearest_site`.

    Returns
    -------
    numpy.ndarray of int, shape (n,)
        At least 1 where `nearest_site` says `km` or less.

    Raises
    ------
    InputError
        If `km` is not a finite number.

    Examples
    --------
    >>> a = earth_positions_m([-83.0, -84.0], [42.0, 42.0])
    >>> sites_within(a, earth_positions_m([-83.0, -83.0], [42.1, 43.0]), 20).tolist()
    [1, 0]
    """
    if not np.isfinite(km):
        msg = f"`km` is {km}; it must be a finite number"
        raise InputError(msg)
    counts = np.zeros(len(points), dtype=np.intp)
    near = np.flatnonzero(np.broadcast_to(np.asarray(within_km, float) <= km, len(points)))
    if len(sites) and len(near) and km >= 0:
        tree = cKDTree(sites)
        counts[near] = tree.query_ball_point(points[near], km * 1000, return_length=True)
    return counts


def weighted_median(values: Array, weights: Array) -> float:
    """
    Return the smallest value at which half of the weight is reached.

    Parameters
    ----------
    values, weights : numpy.ndarray, shape (n,)
        Weights not negative.

    Returns
    -------
    float
        Not a number where the weights sum to zero.

    Examples
    --------
    >>> weighted_median(np.array([1.0, 9.0, 5.0]), np.array([1.0, 1.0, 3.0]))
    5.0
    """
    total = weights.sum()
    if total <= 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, total / 2)])
