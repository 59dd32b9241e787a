"""The travel table, made in blocks of points that are kept, so that a broken run goes on."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

import geo
from geo.errors import InputError
from geo.travel.candidates import Routes, ask_block
from geo.travel.tables import (
    POINT_OFF_NETWORK,
    REACHED,
    SITE_OFF_NETWORK,
    SOURCE_ID,
    TRAVEL_TIME,
    UNREACHABLE,
)
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from geo.access import Array
    from geo.travel.candidates import Question, Rows
    from geo.travel.engines import Engine

POINTS_AT_ONCE: Final = 50
POINT_KEY: Final = ["tract_geoid", "area_id"]


class Chunks:
    """
    Pieces of a long piece of work, each in a file of its own.

    Parameters
    ----------
    folder : pathlib.Path
        Where they are kept.

    Notes
    -----
    A file's name is the hash of everything its content follows from, so a piece is used again
    exactly where it would come out the same. A file is there whole or not at all; one that cannot
    be read is made again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: Iterable[bytes], make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """
        Return a piece from its file, or make it and keep it.

        Parameters
        ----------
        key : iterable of bytes
            All that the piece follows from.
        make : callable
            Makes it.

        Raises
        ------
        InputError
            If the folder cannot be written; and whatever `make` raises.
        """
        digest = hashlib.sha256()
        for part in key:
            digest.update(len(part).to_bytes(8, "big") + part)
        path = self.folder / f"{digest.hexdigest()[:32]}.parquet"
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError):  # not there, or not whole
            made = make()
        content = io.BytesIO()
        made.to_parquet(content, index=False)
        write_whole(path, content.getvalue())
        return made


def travel_table(
    engine: Engine,
    points: pd.DataFrame,
    sites: pd.DataFrame,
    question: Question,
    chunks: Chunks,
    *,
    progress: Callable[[list[Rows]], Iterable[Rows]] = iter,
) -> pd.DataFrame:
    """
    Return minutes and metres from each point to the sites that may be its nearest.

    Parameters
    ----------
    engine : Engine
    points : pandas.DataFrame
        tract_geoid, area_id, longitude, latitude; the first two together are unique.
    sites : pandas.DataFrame
        site_id, in the order of `question.sites`.
    question : Question
    chunks : Chunks
        What is there already is not asked again.
    progress : callable
        Goes through the blocks and shows how far it is.

    Returns
    -------
    pandas.DataFrame
        Table `travel_time`, sorted by its key.

    Raises
    ------
    InputError
        If a point or a site comes twice, or the engine fails; the blocks done so far are kept.
    """
    _assert_unique(points[POINT_KEY], "points")
    _assert_unique(sites[["site_id"]], "sites")
    site_ids = sites["site_id"].to_numpy(object)
    places = points[["longitude", "latitude"]].to_numpy(float)
    run = _key(engine, question, site_ids)
    road = chunks.get(
        [*run, b"sites"],
        lambda: pd.DataFrame({"m": engine.road_distance_m(question.sites, question.mode)}),
    )
    site_road_m = road["m"].to_numpy(float)
    names = points[POINT_KEY].to_numpy(object)
    done = [
        chunks.get(
            [*run, "\n".join(map("\t".join, names[rows])).encode(), places[rows].tobytes()],
            lambda rows=rows: _rows(  # type: ignore[misc]
                ask_block(engine, places[rows], question, site_road_m),
                names[rows],
                site_ids,
                (question.mode, engine.code),
            ),
        )
        for rows in progress(blocks(places))
    ]
    table = pd.concat(done, ignore_index=True) if done else _rows_of({})
    return table.sort_values(list(TRAVEL_TIME.key), ignore_index=True)


def blocks(places: Array) -> list[Rows]:
    """
    Return the rows of each block of near points.

    Parameters
    ----------
    places : numpy.ndarray, shape (n, 2), degrees

    Returns
    -------
    list of numpy.ndarray of int
        Together every row once.
    """
    import geopandas as gpd

    if len(places) == 0:
        return []
    along = gpd.GeoSeries(gpd.points_from_xy(places[:, 0], places[:, 1])).hilbert_distance()
    order = np.argsort(along.to_numpy(), kind="stable")
    return [order[first : first + POINTS_AT_ONCE] for first in range(0, len(order), POINTS_AT_ONCE)]


def _key(engine: Engine, question: Question, site_ids: Any) -> list[bytes]:
    options = (question.mode, question.nearest, question.fastest_kmh, question.farthest_km)
    kinds = [
        part for name, flags in question.kinds.items() for part in (name.encode(), bytes(flags))
    ]
    return [
        geo.__version__.encode(),
        engine.identity().encode(),
        repr(options).encode(),
        "\n".join(site_ids).encode(),
        question.sites.tobytes(),
        *kinds,
    ]


def _rows(routes: Routes, names: Any, site_ids: Any, codes: tuple[str, str]) -> pd.DataFrame:
    point, site = np.nonzero(routes.wanted)
    minutes = routes.minutes[point, site]
    status = np.select(
        [
            ~np.isnan(minutes),
            np.isnan(routes.point_road_m[point]),
            np.isnan(routes.site_road_m[site]),
        ],
        [REACHED, POINT_OFF_NETWORK, SITE_OFF_NETWORK],
        UNREACHABLE,
    )
    return _rows_of(
        {
            "tract_geoid": names[point, 0],
            "area_id": names[point, 1],
            "site_id": site_ids[site],
            "mode_code": codes[0],
            "minutes": pd.array(np.round(minutes, 3), dtype="Float64"),
            "metres": pd.array(np.round(routes.metres[point, site], 1), dtype="Float64"),
            "status_code": status,
            "engine_code": codes[1],
            "source_id": SOURCE_ID,
        }
    )


def _rows_of(columns: dict[str, Any]) -> pd.DataFrame:
    names = [column.name for column in TRAVEL_TIME.columns]
    frame = pd.DataFrame(columns, columns=names)
    frame = frame.astype(TRAVEL_TIME.dtypes)
    for name in ("minutes", "metres"):
        frame[name] = frame[name].mask(frame[name].isna())  # not a number means missing here
    return frame


def _assert_unique(key: pd.DataFrame, name: str) -> None:
    twice = key[key.duplicated()]
    if len(twice):
        msg = f"`{name}` has {len(twice)} rows twice, first {' '.join(map(str, twice.iloc[0]))}"
        raise InputError(msg)
