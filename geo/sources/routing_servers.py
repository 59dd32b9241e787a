"""Routing servers somebody runs: Valhalla or OSRM, named by address, asked as they document it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit, urlunsplit

import httpx
import numpy as np

import geo
from geo.errors import InputError
from geo.travel.engines import (
    SNAP_M,
    RefusedError,
    Valhalla,
    gaps_m,
    halves,
    readable,
    snapped_m,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.access import Array

PAUSES_S: Final = (1.0, 5.0, 20.0)
"""Waited before each further try."""
WAIT_S: Final = 120.0
TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
PROFILE: Final = {"car": "driving", "foot": "foot"}
OSRM_NO_WAY: Final = frozenset({"NoTable", "NoSegment"})
KEPT: Final = "what was routed so far is kept: run the same command again to go on"


class Server:
    """
    An address that answers JSON.

    Parameters
    ----------
    url : str
        http or https.
    pauses_s : sequence of float, seconds
        Waited before each further try when the server is away or busy.
    wait_s : float, seconds
        For one answer.

    Raises
    ------
    InputError
        If the address is none of a server.
    """

    def __init__(
        self, url: str, *, pauses_s: Sequence[float] = PAUSES_S, wait_s: float = WAIT_S
    ) -> None:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            msg = f"{url!r} is not the address of a server; use http://host:port or https://host"
            raise InputError(msg)
        self._base = urlunsplit(parts._replace(query="", fragment="")).rstrip("/")
        self.name = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        self._pauses_s = tuple(pauses_s)
        self._client = httpx.Client(
            timeout=wait_s,
            headers={"User-Agent": f"overdose-response-coverage-dashboard/{geo.__version__}"},
        )

    def __enter__(self) -> Self:
        """Return the server itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self._client.close()

    def ask(self, method: str, path: str, **request: Any) -> tuple[int, Any]:
        """
        Return status and JSON of an answer.

        Parameters
        ----------
        method : {"GET", "POST"}
        path : str
            After the address.
        **request
            As httpx takes it.

        Raises
        ------
        InputError
            If the server stays away or busy, or answers something else than JSON.
        """
        for pause_s in (*self._pauses_s, None):
            try:
                answer = self._client.request(method, f"{self._base}/{path}", **request)
            except httpx.HTTPError as error:
                problem = str(error) or type(error).__name__
            else:
                found = _json(answer)
                is_busy = answer.status_code in TRY_AGAIN and _refusal(found) is None
                if not is_busy and found is not None:
                    return answer.status_code, found
                if not is_busy:
                    msg = (
                        f"{self.name} answers {answer.status_code} and no JSON; is it the address "
                        "of a routing server?"
                    )
                    raise InputError(msg)
                problem = f"it answers {answer.status_code}"
            if pause_s is not None:
                time.sleep(pause_s)
        msg = f"the routing server {self.name} does not answer ({problem}); {KEPT}"
        raise InputError(msg)


def valhalla_server(server: Server, *, fastest_kmh: float) -> Valhalla:
    """
    Return a Valhalla server.

    Parameters
    ----------
    server : Server
    fastest_kmh : float, km/h
        No car goes faster, whatever a sign allows.

    References
    ----------
    https://valhalla.github.io/valhalla/api/
    """

    def ask(action: str, request: dict[str, Any]) -> Any:
        status, found = server.ask("POST", action, json=request)
        if status != httpx.codes.OK:
            refused = _refusal(found)
            if refused is None:
                msg = f"{server.name} answers {status}; is it the address of a Valhalla server?"
                raise InputError(msg)
            raise RefusedError(*refused)
        return found

    return Valhalla(ask, "valhalla_server", server.name, fastest_kmh=fastest_kmh)


class Osrm:
    """
    An OSRM server, asked for tables.

    Parameters
    ----------
    server : Server

    Notes
    -----
    A server knows the one profile its roads were made for, whatever profile a request names.

    References
    ----------
    https://project-osrm.org/docs/v5.24.0/api/#table-service
    """

    code = "osrm_server"

    def __init__(self, server: Server) -> None:
        self._server = server

    def identity(self) -> str:
        """Return engine and address: OSRM tells neither its version nor that of its roads."""
        return f"{self.code} {self._server.name} {SNAP_M:g}"

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
            NaN where no road lies within `SNAP_M`.

        Raises
        ------
        InputError
            If the server is away or answers otherwise than documented.
        """
        return snapped_m(places, lambda some: self._gaps(some, mode))

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
            NaN where there is no way; metres NaN throughout from a server that gives none.

        Raises
        ------
        InputError
            If the server is away or answers otherwise than documented.
        RefusedError
            If it refuses a single pair for another reason than that there is no way.
        """
        shape = (len(origins), len(destinations))
        try:
            answer = self._table(np.vstack([origins, destinations]), len(origins), mode)
        except RefusedError as refusal:
            if refusal.code not in OSRM_NO_WAY | {"TooBig"}:
                raise
            if max(shape) > 1:
                return halves(self.matrix, origins, destinations, mode)
            if refusal.code == "TooBig":
                raise
            return np.full(shape, np.nan), np.full(shape, np.nan)
        with readable("OSRM"):
            minutes = np.array(answer["durations"], dtype=float).reshape(shape) / 60
            told = answer.get("distances")
            metres = np.full(shape, np.nan) if told is None else np.array(told, dtype=float)
            return minutes, metres.reshape(shape)

    def _gaps(self, places: Array, mode: str) -> list[float]:
        try:
            answer = self._table(places, len(places) - 1 or 1, mode)
        except RefusedError as refusal:
            if refusal.code not in OSRM_NO_WAY | {"TooBig"}:
                raise
            if len(places) == 1:
                return [float("nan")]
            halved = np.split(places, [len(places) // 2])
            return [gap for some in halved for gap in self._gaps(some, mode)]
        with readable("OSRM"):
            put = [*answer["sources"], *answer["destinations"]][: len(places)]
            return [
                gaps_m(place, [tuple(end["location"])])[0]
                for place, end in zip(places, put, strict=True)
            ]

    def _table(self, places: Array, origins: int, mode: str) -> Any:
        """Ask for a table from the first places to the others; to itself where there is one."""
        text = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in places)
        targets = range(origins, len(places)) if len(places) > 1 else (0,)
        options = {
            "sources": ";".join(map(str, range(origins))),
            "destinations": ";".join(map(str, targets)),
            "annotations": "duration,distance",
        }
        path = f"table/v1/{PROFILE[mode]}/{text}"
        status, found = self._server.ask("GET", path, params=options)
        refused = _refusal(found)
        if refused is not None:
            raise RefusedError(*refused)
        if status != httpx.codes.OK:
            msg = f"{self._server.name} answers {status}; is it the address of an OSRM server?"
            raise InputError(msg)
        return found


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _refusal(found: Any) -> tuple[int | str, str] | None:
    """Return code and words of an engine's own refusal, or None."""
    if not isinstance(found, dict):
        return None
    if "error_code" in found:  # Valhalla
        return int(found["error_code"]), str(found.get("error", ""))
    code = found.get("code", "Ok")  # OSRM
    return None if code == "Ok" else (str(code), str(found.get("message", "")))
