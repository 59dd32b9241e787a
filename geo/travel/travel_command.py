"""The command `travel`: minutes by road from where people live to places of help."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.analysis import compiled_date, travel_time_model
from geo.errors import InputError
from geo.partial_dates import last_day
from geo.sites import listed_facilities, sites_as_of, walk_in_stations
from geo.tables.reader import TableReader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.travel.candidates import Flags, Rows
    from geo.travel.engines import Engine

FOLDER: Final = "travel"
FARTHEST_KM: Final = {"car": 350.0, "foot": 30.0}
"""Servers answer up to 400 km by car; nobody walks 30."""
NO_ENGINE: Final = (
    "say where the minutes by road come from: --osm FILE (an OpenStreetMap extract), "
    "--valhalla URL or --osrm URL (a server that runs), as in "
    "`python -m geo travel --osm michigan-latest.osm.pbf`"
)
SUMMARY_KINDS: Final = ("treatment", "otp", "walk_in")


def travel(options: argparse.Namespace) -> int:
    """Route, keep the tables, print a summary by kind as CSV; return 0."""
    if not (options.osm or options.valhalla or options.osrm):
        raise InputError(NO_ENGINE)
    reader = TableReader(options.data)
    folder = options.out or options.data / FOLDER
    with ExitStack() as closing:
        engine = _engine(options, folder, closing)
        made = _route(options, reader, engine, folder)
    summary(reader, people_points(reader), made).to_csv(
        sys.stdout, index=False, float_format="%.6g", lineterminator="\n"
    )
    return 0


def _route(
    options: argparse.Namespace, reader: TableReader, engine: Engine, folder: Path
) -> pd.DataFrame:
    from geo.travel.candidates import Question
    from geo.travel.catchments import catchment_table
    from geo.travel.engines import Valhalla
    from geo.travel.keeping import keep
    from geo.travel.matrix import Chunks, travel_table

    points, (sites, kinds) = people_points(reader), help_sites(reader)
    places = sites[["longitude", "latitude"]].to_numpy(float)
    chunks = Chunks(folder / "chunks")
    fastest = {"car": options.fastest_kmh, "foot": options.fastest_foot_kmh}
    tables, areas = [], []
    for mode in ("car", "foot") if options.walking else ("car",):
        question = Question(places, kinds, mode, options.nearest, fastest[mode], FARTHEST_KM[mode])
        bar = _bar(f"routes by {mode}")
        tables.append(travel_table(engine, points, sites, question, chunks, progress=bar))
        if isinstance(engine, Valhalla) and not options.no_catchments:
            bar = _bar(f"catchments by {mode}")
            areas.append(catchment_table(engine, sites, mode, chunks, progress=bar))
    made = pd.concat(tables, ignore_index=True)
    catchments = pd.concat(areas, ignore_index=True) if areas else None
    keep(folder, made, catchments, _made_from(options, engine))
    if not isinstance(engine, Valhalla) and not options.no_catchments:
        _note("OSRM makes no catchments: minutes only")
    _note(f"wrote {folder}; the app prefers these minutes to its estimate")
    return made


def add_travel_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    engine = command.add_mutually_exclusive_group()
    engine.add_argument("--osm", type=Path, metavar="FILE", help="OpenStreetMap extract, .osm.pbf")
    engine.add_argument("--valhalla", metavar="URL", help="address of a Valhalla server")
    engine.add_argument("--osrm", metavar="URL", help="address of an OSRM server")
    command.add_argument("--walking", action="store_true", help="on foot as well")
    command.add_argument(
        "--nearest",
        type=_count,
        default=12,
        metavar="K",
        help="sites of each kind asked first, by straight line; more where they could be nearer",
    )
    command.add_argument(
        "--fastest-kmh", type=_speed, default=130.0, metavar="KMH", help="no car goes faster"
    )
    command.add_argument(
        "--fastest-foot-kmh", type=_speed, default=10.0, metavar="KMH", help="nobody walks faster"
    )
    command.add_argument("--no-catchments", action="store_true", help="minutes only")
    command.add_argument("--out", type=Path, default=None, help="folder; travel of --data if not")


def people_points(reader: TableReader) -> pd.DataFrame:
    """Return the population points: tract_geoid, area_id, within_km, longitude, latitude."""
    rows = reader.spatial("population_point")
    points = pd.DataFrame(rows[["tract_geoid", "area_id", "within_km"]])
    return points.assign(longitude=rows.geometry.x, latitude=rows.geometry.y)


def help_sites(reader: TableReader) -> tuple[pd.DataFrame, dict[str, Flags]]:
    """
    Return every place to route to, and the sets of which the nearest must be certain.

    Parameters
    ----------
    reader : TableReader

    Returns
    -------
    sites : pandas.DataFrame
        site_id, longitude, latitude: facilities that count, and police stations.
    kinds : dict of str to numpy.ndarray of bool
        treatment, otp, station, and the walk-in stations as they were from each day that changed
        them: the app lets that day be chosen.
    """
    facilities = listed_facilities(reader)
    facilities = facilities[facilities["is_counted"]]
    stations = reader.spatial("agency_station")
    sites = pd.concat(
        [
            facilities[["site_id", "longitude", "latitude"]],
            pd.DataFrame(
                {
                    "site_id": stations["station_id"],
                    "longitude": stations.geometry.x,
                    "latitude": stations.geometry.y,
                }
            ),
        ],
        ignore_index=True,
    )
    is_station = np.arange(len(sites)) >= len(facilities)
    otp = facilities.loc[facilities["kind_code"] == "otp", "site_id"]
    kinds = {
        "treatment": ~is_station,
        "otp": sites["site_id"].isin(otp).to_numpy(bool),
        "station": is_station,
    }
    for day in _days_of_change(reader):
        members = sites["site_id"].isin(walk_in_stations(reader, day)["site_id"])
        kinds[f"walk_in {day}"] = members.to_numpy(bool)
    return sites, kinds


def summary(reader: TableReader, points: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """
    Return how many points were routed, and how far off the estimate was there.

    Parameters
    ----------
    reader : TableReader
    points : pandas.DataFrame
        From `people_points`.
    made : pandas.DataFrame
        Table `travel_time`.

    Returns
    -------
    pandas.DataFrame, one row per kind of site
        kind, points, routed, estimated, unreachable, median_minutes (of the routed),
        mean_absolute_difference_minutes (of estimate and route, over the routed).
    """
    from geo.travel.routed import ESTIMATED, NO_WAY, ROUTED, routed_minutes

    model, sites = travel_time_model(reader), sites_as_of(reader, compiled_date(reader))
    rows = []
    for kind in SUMMARY_KINDS:
        told = routed_minutes(points, sites.of_kind(kind), made, model)
        guess = routed_minutes(points, sites.of_kind(kind), None, model)
        by_road = told["method_code"] == ROUTED
        off = (guess["minutes"] - told["minutes"])[by_road].abs()
        rows.append(
            {
                "kind": kind,
                "points": len(told),
                "routed": int(by_road.sum()),
                "estimated": int((told["method_code"] == ESTIMATED).sum()),
                "unreachable": int((told["method_code"] == NO_WAY).sum()),
                "median_minutes": told.loc[by_road, "minutes"].median(),
                "mean_absolute_difference_minutes": off.mean(),
            }
        )
    return pd.DataFrame(rows)


def _days_of_change(reader: TableReader) -> list[Any]:
    programs = reader.read("program_participation")
    start = programs["since_date"].where(programs["since_date"].notna(), programs["as_of_date"])
    today = compiled_date(reader)
    return sorted({day for day in start.map(last_day) if day <= today})


def _engine(options: argparse.Namespace, folder: Path, closing: ExitStack) -> Engine:
    from geo.sources.routing_servers import Osrm, Server, valhalla_server
    from geo.travel.network import local_valhalla

    if options.osm:
        _note("making roads ready from the extract, if that was not done before")
        return local_valhalla(options.osm, folder, fastest_kmh=options.fastest_kmh)
    server = closing.enter_context(Server(options.valhalla or options.osrm))
    if options.valhalla:
        return valhalla_server(server, fastest_kmh=options.fastest_kmh)
    return Osrm(server)


def _made_from(options: argparse.Namespace, engine: Engine) -> dict[str, Any]:
    return {
        "engine": engine.identity(),
        "extract": options.osm.name if options.osm else None,
        "made_date": datetime.now(tz=UTC).date().isoformat(),
        "modes": ["car", "foot"] if options.walking else ["car"],
        "nearest": options.nearest,
        "fastest_kmh": options.fastest_kmh,
        "fastest_foot_kmh": options.fastest_foot_kmh,
    }


def _bar(text: str) -> Any:
    def progress(blocks: list[Rows]) -> Iterable[Rows]:
        from tqdm import tqdm

        bar: Iterable[Rows] = tqdm(blocks, desc=text, file=sys.stderr, unit="block")
        return bar

    return progress


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        msg = f"{text!r} is not a number of sites, 1 or more"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 250:  # noqa: PLR2004 - what Valhalla allows
        msg = f"{text!r} is not a speed of 1 to 250 km/h"
        raise argparse.ArgumentTypeError(msg)
    return value


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
