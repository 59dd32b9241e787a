"""Which pairs are worth asking: the nearest of each kind for certain, and few others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.access import Array, earth_positions_m
from geo.errors import InputError
from geo.travel.engines import PLACES_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.travel.engines import Engine

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Rows = np.ndarray[Any, np.dtype[np.intp]]

SHORTEST_SHARE: Final = 0.99
"""Engines measure on a sphere: their way may look shorter than the straight line by 0.3 %."""
SECOND_MINUTES: Final = 1 / 60
"""Valhalla tells whole seconds."""


@dataclass(frozen=True, eq=False)
class Question:
    """
    What is asked for one mode of travel.

    Parameters
    ----------
    sites : numpy.ndarray, shape (m, 2), degrees, EPSG:4326
        Longitude, latitude of each place of help.
    kinds : mapping of str to numpy.ndarray of bool, shape (m,)
        Sets of sites of which the nearest must be certain.
    mode : {"car", "foot"}
    nearest : int
        Sites of each kind that are asked at first, by straight line.
    fastest_kmh : float, km/h
        Nobody travels faster.
    farthest_km : float, km
        Pairs farther apart by straight line are not asked.
    """

    sites: Array
    kinds: Mapping[str, Flags]
    mode: str
    nearest: int
    fastest_kmh: float
    farthest_km: float


@dataclass(frozen=True, eq=False)
class Routes:
    """
    What came of asking for a block of points: arrays of shape (n points, m sites).

    Parameters
    ----------
    minutes, metres : numpy.ndarray
        NaN where there is no way or nothing was asked.
    wanted : numpy.ndarray of bool
        Pairs that should be in the table.
    point_road_m, site_road_m : numpy.ndarray, shape (n,) and (m,), metres
        How far each lies from its road; NaN where off the network.
    """

    minutes: Array
    metres: Array
    wanted: Flags
    point_road_m: Array
    site_road_m: Array


def straight_km(points: Array, sites: Array) -> Array:
    """
    Return straight-line kilometres, shape (n, m), between places given in degrees.

    Parameters
    ----------
    points, sites : numpy.ndarray, shape (n, 2) and (m, 2), degrees, EPSG:4326
    """
    from scipy.spatial.distance import cdist

    here = earth_positions_m(points[:, 0], points[:, 1])
    there = earth_positions_m(sites[:, 0], sites[:, 1])
    km: Array = cdist(here, there) / 1000
    return km


def least_minutes(km: Array, point_road_m: Array, site_road_m: Array, fastest_kmh: float) -> Array:
    """
    Return the minutes that no route can be quicker than.

    Parameters
    ----------
    km : numpy.ndarray, shape (n, m), km
        Straight line.
    point_road_m, site_road_m : numpy.ndarray, shape (n,) and (m,), metres
        From each place to its road: an engine counts from road to road.
    fastest_kmh : float, km/h

    Returns
    -------
    numpy.ndarray, shape (n, m), minutes
        0 where the two may share a road; not a number where a place is off the network.
    """
    road_km = SHORTEST_SHARE * km - (point_road_m[:, np.newaxis] + site_road_m) / 1000
    bound: Array = np.maximum(road_km / fastest_kmh * 60 - SECOND_MINUTES, 0.0)
    return bound


def ask_block(engine: Engine, points: Array, question: Question, site_road_m: Array) -> Routes:
    """
    Ask for one block of points until the nearest site of each kind is certain for each of them.

    Parameters
    ----------
    engine : Engine
    points : numpy.ndarray, shape (n, 2), degrees, EPSG:4326
        Near each other, so that they share candidates.
    question : Question
    site_road_m : numpy.ndarray, shape (m,), metres
        `Engine.road_distance_m` of the sites.

    Returns
    -------
    Routes

    Raises
    ------
    InputError
        If a route is quicker than `question.fastest_kmh` allows: the nearest would not be certain.

    Notes
    -----
    First the `nearest` sites of each kind by straight line. Then, as long as a site that was not
    asked could be reached sooner than the best of its kind so far, were there a straight road at
    the fastest speed, it is asked as well. Nothing is left out that could win: the minutes to the
    nearest site of each kind are those of asking for every pair.
    """
    km = straight_km(points, question.sites)
    point_road_m = engine.road_distance_m(points, question.mode)
    bound = least_minutes(km, point_road_m, site_road_m, question.fastest_kmh)
    askable = (km <= question.farthest_km) & np.isfinite(bound)
    wanted = _first_choice(km, question)  # a place off the network is told with its nearest
    minutes, metres = np.full(km.shape, np.nan), np.full(km.shape, np.nan)
    asked = np.zeros(km.shape, dtype=bool)
    new = _first_choice(np.where(askable, km, np.inf), question)
    while new.any():
        rows, columns = np.flatnonzero(new.any(axis=1)), np.flatnonzero(new.any(axis=0))
        block = np.ix_(rows, columns)
        minutes[block], metres[block] = _matrix(
            engine, points[rows], question.sites[columns], question.mode
        )
        asked[block] = True
        new = np.zeros(km.shape, dtype=bool)
        for members in question.kinds.values():
            best = _best(minutes, members)
            new |= members & askable & ~asked & (bound < best[:, np.newaxis])
    _assert_not_faster(minutes, bound, question)
    return Routes(minutes, metres, wanted | asked, point_road_m, site_road_m)


def _first_choice(km: Array, question: Question) -> Flags:
    wanted = np.zeros(km.shape, dtype=bool)
    for members in question.kinds.values():
        columns = np.flatnonzero(members)
        count = min(question.nearest, len(columns))
        if count:
            order = np.argsort(km[:, columns], axis=1, kind="stable")[:, :count]
            np.put_along_axis(wanted, columns[order], values=True, axis=1)
    return wanted & (km <= question.farthest_km)


def _best(minutes: Array, members: Flags) -> Array:
    known = np.where(np.isnan(minutes), np.inf, minutes)[:, members]
    best: Array = known.min(axis=1, initial=np.inf)
    return best


def _matrix(engine: Engine, origins: Array, destinations: Array, mode: str) -> tuple[Array, Array]:
    """Ask in requests that every server allows."""
    minutes = np.empty((len(origins), len(destinations)))
    metres = np.empty_like(minutes)
    for row in range(0, len(origins), PLACES_AT_ONCE):
        for column in range(0, len(destinations), PLACES_AT_ONCE):
            rows = slice(row, row + PLACES_AT_ONCE)
            columns = slice(column, column + PLACES_AT_ONCE)
            minutes[rows, columns], metres[rows, columns] = engine.matrix(
                origins[rows], destinations[columns], mode
            )
    return minutes, metres


def _assert_not_faster(minutes: Array, bound: Array, question: Question) -> None:
    faster = minutes < bound
    if not faster.any():
        return
    speed = float(np.max(question.fastest_kmh * bound[faster] / np.maximum(minutes[faster], 0.01)))
    option = "--fastest-kmh" if question.mode == "car" else "--fastest-foot-kmh"
    msg = (
        f"the routing engine travels faster ({question.mode}: {speed:.0f} km/h along the straight "
        f"line) than {question.fastest_kmh:g} km/h, so the nearest site would not be certain: give "
        f"{option} {np.ceil(speed / 10) * 10:.0f}, or check that it answers for the right mode"
    )
    raise InputError(msg)
