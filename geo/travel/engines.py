"""What a routing engine must answer, and the Valhalla way of asking, wherever it runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from pyproj import Geod

from geo.errors import GeoError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.access import Array

MODES: Final = ("car", "foot")
SNAP_M: Final = 5000.0
"""A place farther than this from any road is off the network."""
PLACES_AT_ONCE: Final = 50
"""Most origins, and most destinations, of one request: 2,500 pairs, the limit of both servers."""

COSTING: Final = {"car": "auto", "foot": "pedestrian"}
TOO_MANY: Final = frozenset({150, 153})
NO_WAY: Final = frozenset({170, 171, 442})
TOO_FAR: Final = 154


class RefusedError(GeoError, RuntimeError):
    """
    A request that the engine understood and would not answer.

    Parameters
    ----------
    code : int or str
        The engine's own.
    text : str
        Its words.
    """

    def __init__(self, code: int | str, text: str) -> None:
        self.code = code
        self.text = text
        super().__init__(f"the routing engine refused: {text} ({code})")


class Engine(Protocol):
    """
    Whoever can tell minutes by road.

    Places are arrays of shape (n, 2): longitude, latitude in degrees, EPSG:4326.
    """

    code: str
    """One of `geo.travel.tables.ENGINE_CODES`."""

    def identity(self) -> str:
        """Return a text that changes with the engine, its version and its roads."""
        ...

    def road_distance_m(self, places: Array, mode: str) -> Array:
        """Return how far each place is from the road it is put on; NaN where off the network."""
        ...

    def matrix(self, origins: Array, destinations: Array, mode: str) -> tuple[Array, Array]:
        """Return minutes and metres, shape (n, m); NaN where there is no way."""
        ...


class Valhalla:
    """
    Valhalla, in this process or behind an address.

    Parameters
    ----------
    ask : callable
        Name of an action and its request to its answer, both as JSON says. Raises `RefusedError`
        with Valhalla's number where Valhalla refuses.
    code : str
        One of `geo.travel.tables.ENGINE_CODES`.
    roads : str
        Stands for the roads it knows: a hash, an address.
    fastest_kmh : float, km/h
        No car goes faster, whatever a sign allows.
    """

    def __init__(
        self,
        ask: Callable[[str, dict[str, Any]], Any],
        code: str,
        roads: str,
        *,
        fastest_kmh: float,
    ) -> None:
        self.code = code
        self._ask = ask
        self._roads = roads
        self._fastest_kmh = fastest_kmh

    def identity(self) -> str:
        """Return engine, version, roads and speed."""
        status = self._ask("status", {})
        with readable("Valhalla"):
            version, changed = status["version"], status.get("tileset_last_modified")
        if self.code == "valhalla":
            changed = ""  # the hash of the extract says more than the day it was read
        return f"{self.code} {version} {changed} {self._roads} {self._fastest_kmh:g} {SNAP_M:g}"

    def road_distance_m(self, places: Array, mode: str) -> Array:
        """
        Return how far each place is from the road it is put on.

        Parameters
        ----------
        places : numpy.ndarray, shape (n, 2), degrees
        mode : {"car", "foot"}

        Returns
        -------
        numpy.ndarray, shape (n,), metres
            The farthest of the roads it may be put on; NaN where none lies within `SNAP_M`.
        """

        def farthest(some: Array) -> list[float]:
            request = {"locations": _locations(some), "costing": COSTING[mode], "verbose": False}
            answers = self._ask("locate", request)
            with readable("Valhalla"):
                found = []
                for place, answer in zip(some, answers, strict=True):
                    roads = answer.get("edges") or []
                    ends = [(road["correlated_lon"], road["correlated_lat"]) for road in roads]
                    found.append(max(gaps_m(place, ends), default=np.nan))
            return found

        return snapped_m(places, farthest)

    def matrix(self, origins: Array, destinations: Array, mode: str) -> tuple[Array, Array]:
        """
        Return minutes and metres between places that lie on the network.

        Parameters
        ----------
        origins, destinations : numpy.ndarray, shape (n, 2) and (m, 2), degrees
        mode : {"car", "foot"}

        Returns
        -------
        minutes, metres : numpy.ndarray, shape (n, m)
            NaN where there is no way.

        Raises
        ------
        InputError
            If a server allows only nearer pairs.
        RefusedError
            If Valhalla refuses a single pair for another reason than that there is no way.

        Notes
        -----
        One place without any way makes Valhalla refuse all pairs of a request, so a refused
        request is halved until the pair is found.
        """
        request: dict[str, Any] = {
            "sources": _locations(origins),
            "targets": _locations(destinations),
            "costing": COSTING[mode],
            "units": "kilometers",
        }
        if mode == "car":
            request["costing_options"] = {"auto": {"top_speed": round(self._fastest_kmh)}}
        try:
            answer = self._ask("sources_to_targets", request)
        except RefusedError as refusal:
            return self._halved(refusal, origins, destinations, mode)
        with readable("Valhalla"):
            rows = answer["sources_to_targets"]
            cells = [[(cell["time"], cell["distance"]) for cell in row] for row in rows]
            found = np.array(cells, dtype=float).reshape(len(origins), len(destinations), 2)
        return found[:, :, 0] / 60, found[:, :, 1] * 1000

    def areas_within(
        self, place: Array, mode: str, minutes: Sequence[int]
    ) -> dict[int, BaseGeometry]:
        """
        Return the areas from which a place is reached within minutes.

        Parameters
        ----------
        place : numpy.ndarray, shape (2,), degrees
            On the network.
        mode : {"car", "foot"}
        minutes : sequence of int
            At most four, the limit of a server.

        Returns
        -------
        dict of int to shapely geometry, EPSG:4326
        """
        from shapely.geometry import shape

        request: dict[str, Any] = {
            "locations": _locations(place[np.newaxis]),
            "costing": COSTING[mode],
            "contours": [{"time": limit} for limit in minutes],
            "polygons": True,
            "reverse": True,
            "generalize": 50,
        }
        if mode == "car":
            request["costing_options"] = {"auto": {"top_speed": round(self._fastest_kmh)}}
        answer = self._ask("isochrone", request)
        with readable("Valhalla"):
            return {
                round(one["properties"]["contour"]): shape(one["geometry"])
                for one in answer["features"]
            }

    def _halved(
        self, refusal: RefusedError, origins: Array, destinations: Array, mode: str
    ) -> tuple[Array, Array]:
        if refusal.code not in TOO_MANY | NO_WAY | {TOO_FAR}:
            raise refusal
        if len(origins) * len(destinations) > 1:
            return halves(self.matrix, origins, destinations, mode)
        if refusal.code in NO_WAY:
            return np.full((1, 1), np.nan), np.full((1, 1), np.nan)
        if refusal.code == TOO_FAR:
            msg = (
                "the routing server does not answer for places so far apart; give a smaller "
                "--farthest-km"
            )
            raise InputError(msg) from refusal
        raise refusal


def halves(
    ask: Callable[[Array, Array, str], tuple[Array, Array]],
    origins: Array,
    destinations: Array,
    mode: str,
) -> tuple[Array, Array]:
    """
    Ask for a matrix in two halves, along its longer side.

    Parameters
    ----------
    ask : callable
        As `Engine.matrix`.
    origins, destinations : numpy.ndarray, shape (n, 2) and (m, 2), degrees
    mode : {"car", "foot"}

    Returns
    -------
    minutes, metres : numpy.ndarray, shape (n, m)
    """
    if len(origins) >= len(destinations):
        middle, axis = len(origins) // 2, 0
        parts = [ask(some, destinations, mode) for some in np.split(origins, [middle])]
    else:
        middle, axis = len(destinations) // 2, 1
        parts = [ask(origins, some, mode) for some in np.split(destinations, [middle])]
    minutes, metres = zip(*parts, strict=True)
    return np.concatenate(minutes, axis=axis), np.concatenate(metres, axis=axis)


@contextmanager
def readable(server: str) -> Iterator[None]:
    """
    Say in plain words that an answer is not the one that is documented.

    Parameters
    ----------
    server : str
        What should have answered.

    Raises
    ------
    InputError
        If reading the answer fails.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"the answer is not one of {server}; is the address that of such a server?"
        raise InputError(msg) from error


def snapped_m(places: Array, gaps_of: Callable[[Array], list[float]]) -> Array:
    """
    Return how far each place is from its road, asked in blocks of `PLACES_AT_ONCE`.

    Parameters
    ----------
    places : numpy.ndarray, shape (n, 2), degrees
    gaps_of : callable
        Metres of some places, shape (m, 2) to (m,); NaN where there is no road.

    Returns
    -------
    numpy.ndarray, shape (n,), metres
        NaN beyond `SNAP_M`.
    """
    found = np.full(len(places), np.nan)
    for first in range(0, len(places), PLACES_AT_ONCE):
        rows = slice(first, first + PLACES_AT_ONCE)
        found[rows] = gaps_of(places[rows])
    found[found > SNAP_M] = np.nan
    return found


def gaps_m(place: Array, ends: Sequence[tuple[float, float]]) -> list[float]:
    """
    Return how far a place is from others.

    Parameters
    ----------
    place : numpy.ndarray, shape (2,), degrees
    ends : sequence of (float, float), degrees

    Returns
    -------
    list of float, metres
    """
    geod = Geod(ellps="WGS84")
    return [float(geod.inv(place[0], place[1], lon, lat)[2]) for lon, lat in ends]


def _locations(places: Array) -> list[dict[str, float]]:
    return [{"lon": float(lon), "lat": float(lat), "search_cutoff": SNAP_M} for lon, lat in places]
