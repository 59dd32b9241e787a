"""Roads from an OpenStreetMap extract, made ready for Valhalla on this computer."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import InputError
from geo.travel.engines import NO_WAY, RefusedError, Valhalla

if TYPE_CHECKING:
    from types import ModuleType

OLDEST_PYTHON: Final = (3, 12)
OTHER_WAYS: Final = "or name a server with --valhalla URL or --osrm URL"
WHOLE: Final = "whole.json"
LAST_LINES: Final = 3


def local_valhalla(extract: Path, folder: Path, *, fastest_kmh: float) -> Valhalla:
    """
    Return Valhalla over an OpenStreetMap extract, its roads made ready where they are not yet.

    Parameters
    ----------
    extract : pathlib.Path
        An `.osm.pbf` file.
    folder : pathlib.Path
        Where roads made ready are kept, a folder per extract.
    fastest_kmh : float, km/h
        No car goes faster, whatever a sign allows.

    Returns
    -------
    Valhalla

    Raises
    ------
    InputError
        If the extract is not there or cannot be read, the interpreter is too old for pyvalhalla,
        or pyvalhalla is not installed.
    """
    package = _pyvalhalla()
    if not extract.is_file():
        msg = f"there is no file {extract}; --osm needs an OpenStreetMap extract, .osm.pbf"
        raise InputError(msg)
    roads = _file_hash(extract)
    tiles = folder / f"roads-{package.__version__}-{roads[:16]}"
    if not (tiles / WHOLE).is_file():
        _build_tiles(extract, tiles)
    actor = package.Actor(_configuration(tiles))

    def ask(action: str, request: dict[str, Any]) -> Any:
        verb = {"sources_to_targets": "matrix"}.get(action, action)
        try:
            return getattr(actor, verb)(request)
        except RuntimeError as error:  # ValhallaError is one
            code = getattr(error, "code", None)
            if code is None and verb == "matrix":
                code = _unsaid_reason(actor, request)
            if code is None:
                raise
            raise RefusedError(code, str(error)) from error

    return Valhalla(ask, "valhalla", roads, fastest_kmh=fastest_kmh)


def _unsaid_reason(actor: Any, request: dict[str, Any]) -> int | None:
    """Return why a matrix was refused: pyvalhalla 3.9 fails to say so where a route does."""
    if len(request["sources"]) * len(request["targets"]) > 1:
        return max(NO_WAY)  # to be asked again in halves, down to the pair
    ends = [*request["sources"], *request["targets"]]
    try:
        actor.route({"locations": ends, "costing": request["costing"], "directions_type": "none"})
    except RuntimeError as error:
        return getattr(error, "code", None)
    return None


def _pyvalhalla() -> ModuleType:
    needed = ".".join(map(str, OLDEST_PYTHON))
    if sys.version_info < OLDEST_PYTHON:
        here = ".".join(map(str, sys.version_info[:2]))
        msg = (
            f"routing over an extract needs Python {needed} or newer, this is {here}: run the "
            f"command with a newer one, {OTHER_WAYS}"
        )
        raise InputError(msg)
    try:
        return import_module("valhalla")
    except ImportError as error:
        msg = (
            "routing over an extract needs the package pyvalhalla: install it with "
            f"`python -m pip install pyvalhalla`, {OTHER_WAYS}"
        )
        raise InputError(msg) from error


def _build_tiles(extract: Path, tiles: Path) -> None:
    """Make the roads aside and put them in place once they are whole."""
    aside = tiles.with_name(f".{tiles.name}.{os.getpid()}.partial")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        settings = aside / "valhalla.json"
        talking = {**_configuration(aside), "logging": {"type": "std_out", "color": False}}
        settings.write_text(json.dumps(talking), encoding="utf-8")
        beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        made = subprocess.run(  # noqa: S603 - our own interpreter, a path we wrote
            [sys.executable, "-m", "valhalla", "valhalla_build_tiles", "-c", settings, extract],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            env={**os.environ, "PATH": beside},  # pyvalhalla looks for its programs there
        )
        if made.returncode or not any(aside.rglob("*.gph")):
            words = " / ".join(made.stdout.strip().splitlines()[-LAST_LINES:])
            msg = f"no roads could be read from {extract}: {words or 'the file holds none'}"
            raise InputError(msg)
        settings.unlink()
        (aside / WHOLE).write_text(json.dumps({"extract": extract.name}), encoding="utf-8")
        shutil.rmtree(tiles, ignore_errors=True)
        aside.rename(tiles)
    except OSError as error:
        msg = f"cannot write {tiles}: {error.strerror or error}; choose another --out"
        raise InputError(msg) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _configuration(tiles: Path) -> dict[str, Any]:
    """Return settings for a folder of roads; limits of a public server are lifted."""
    made = import_module("valhalla").get_config(tile_extract="", tile_dir=str(tiles))
    configuration: dict[str, Any] = json.loads(json.dumps(made))  # the package hands out its own
    configuration["loki"]["use_connectivity"] = False  # else one island refuses a whole request
    for mode in ("auto", "pedestrian"):
        configuration["service_limits"][mode]["max_matrix_distance"] = 5_000_000.0
    return configuration


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
