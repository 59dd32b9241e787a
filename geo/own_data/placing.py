"""From points and area codes to pieces: the smallest places events are counted in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.own_data.hexagons import (
    EDGE_M,
    GRID_CRS,
    WIDE_EDGE_M,
    hexagon_centres,
    hexagon_names,
    with_neighbours,
)
from geo.placement import NOWHERE, Positions, place_points

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.tables.reader import TableReader

Places = np.ndarray[Any, np.dtype[np.intp]]

COLUMNS: Final = ("tract", "municipality", "hexagon", "county")
MEASURED: Final = ("residents_persons", "longitude", "latitude", "x_m", "y_m", "within_km")


@dataclass(frozen=True, repr=False, eq=False)
class Placed:
    """
    Events put into pieces.

    Parameters
    ----------
    pieces : pandas.DataFrame
        tract, municipality, hexagon, county (text, missing where not known), residents_persons,
        longitude, latitude (EPSG:4326), x_m, y_m (EPSG:5070). Places without events too.
    piece : numpy.ndarray of int, shape (events,)
        Row of `pieces`.
    """

    pieces: pd.DataFrame
    piece: np.ndarray[Any, np.dtype[np.intp]]


def projected(longitude: Any, latitude: Any) -> tuple[Any, Any]:
    """Return metres in EPSG:5070 of degrees in EPSG:4326."""
    x, y = Transformer.from_crs("EPSG:4326", GRID_CRS, always_xy=True).transform(
        np.asarray(longitude, float), np.asarray(latitude, float)
    )
    return np.asarray(x), np.asarray(y)


def geographic(x_m: Any, y_m: Any) -> tuple[Any, Any]:
    """Return degrees in EPSG:4326 of metres in EPSG:5070."""
    longitude, latitude = Transformer.from_crs(GRID_CRS, "EPSG:4326", always_xy=True).transform(
        np.asarray(x_m, float), np.asarray(y_m, float)
    )
    return np.asarray(longitude), np.asarray(latitude)


class Gazetteer:
    """
    The places of the shipped tables: where a point lies, what a code means.

    Parameters
    ----------
    reader : TableReader

    Notes
    -----
    Outlines of tracts are exact to 1:500,000, those of municipalities to 30 m. Public data only:
    one object serves every session.
    """

    def __init__(self, reader: TableReader) -> None:
        self.tracts = _Outlines(reader, "tract_outline", "geoid")
        self.municipalities = _Outlines(reader, "municipality", "area_id")
        self.counties = _Outlines(reader, "county", "geoid")
        areas = reader.read("municipality")
        self.county_of_area = areas.set_index("area_id")["county_geoid"]
        self.areas = areas[["area_id", "geoid", "name", "label", "type_code", "county_geoid"]]
        points = reader.spatial("population_point")
        self.county_of_tract = reader.read("tract").set_index("geoid")["county_geoid"]
        x, y = projected(points.geometry.x, points.geometry.y)
        self.people = pd.DataFrame(
            {
                "tract": points["tract_geoid"].astype(object),
                "municipality": points["area_id"].astype(object),
                "hexagon": hexagon_names(x, y, edge_m=WIDE_EDGE_M),
                "county": points["county_geoid"].astype(object),
                "residents_persons": points["residents_persons"].astype(float),
                "longitude": points.geometry.x,
                "latitude": points.geometry.y,
                "x_m": x,
                "y_m": y,
                "within_km": points["within_km"].astype(float),
            }
        )

    def county_at(self, longitude: Any, latitude: Any) -> np.ndarray[Any, Any]:
        """Return the GEOID of the county at each point; None outside all."""
        return self.counties.names_at(longitude, latitude)


class _Outlines:
    """A layer of outlines that can be asked what lies where."""

    def __init__(self, reader: TableReader, table: str, key: str) -> None:
        frame = reader.spatial(table)
        self.names = np.array([*frame[key], None], dtype=object)
        self._shapes = frame.geometry.reset_index(drop=True)

    def names_at(self, longitude: Any, latitude: Any) -> np.ndarray[Any, Any]:
        """Return the name of the outline at each point; None outside all."""
        return np.asarray(self.names[self.places_at(longitude, latitude)])

    def places_at(self, longitude: Any, latitude: Any) -> Places:
        """
        Return the outline at each point as its place in `names`.

        Notes
        -----
        Degrees of EPSG:4326 are taken for those of the outlines: a metre at most. By shapely
        whatever their number: SedonaDB may write intermediate results to disk.
        """
        found = place_points(
            Positions(longitude, latitude, self._shapes.crs), self._shapes, engine="shapely"
        )
        return np.asarray(found.to_numpy(dtype=np.intp, na_value=NOWHERE))


def place_events(events: pd.DataFrame, gazetteer: Gazetteer, counties: Collection[str]) -> Placed:
    """
    Put events into pieces.

    Parameters
    ----------
    events : pandas.DataFrame
        longitude, latitude (missing where only a code is given), area_level (tract, municipality
        or missing) and area_code, county_geoid (missing outside all known counties).
    gazetteer : Gazetteer
    counties : collection of str
        Whose people are laid below the events: GEOIDs; none for a file of another place.

    Returns
    -------
    Placed

    Notes
    -----
    A point goes to the people of its tract who live in its municipality; where a border as drawn
    says otherwise, to the nearest people of that municipality. A code of a tract or municipality
    with several pieces makes a piece of its own, which is counted with that area and its county
    only. A point outside the tracts goes to its hexagon.
    """
    people = gazetteer.people[gazetteer.people["county"].isin(counties)].reset_index(drop=True)
    piece = np.full(len(events), NOWHERE, dtype=np.intp)
    has_point = events["longitude"].notna().to_numpy()
    if len(people):
        longitude, latitude = (events.loc[has_point, name].to_numpy(float)
                               for name in ("longitude", "latitude"))  # fmt: skip
        piece[has_point] = _among_people(longitude, latitude, gazetteer, people)
    coded = ~has_point & events["area_code"].notna().to_numpy()
    parts = [people]
    code_piece, code_rows = _by_code(events[coded], gazetteer, people)
    piece[coded] = code_piece
    parts.append(code_rows)
    rest = (piece == NOWHERE) & has_point
    wide = len(people) > 0
    hexagons, hexagon_piece = _by_hexagon(events[rest], edge_m=WIDE_EDGE_M if wide else EDGE_M)
    piece[rest] = hexagon_piece + len(people) + len(code_rows)
    parts.append(hexagons)
    parts = [one for one in parts if len(one)] or [people]
    return Placed(pd.concat(parts, ignore_index=True), piece)


def _among_people(
    longitude: np.ndarray[Any, Any],
    latitude: np.ndarray[Any, Any],
    gazetteer: Gazetteer,
    people: pd.DataFrame,
) -> Places:
    """Return the piece of people of each point, or nowhere."""
    layers = {"tract": gazetteer.tracts, "municipality": gazetteer.municipalities}
    at = {name: layer.places_at(longitude, latitude) for name, layer in layers.items()}
    of = {name: pd.Index(layer.names).get_indexer(people[name]) for name, layer in layers.items()}
    known = np.full([len(layer.names) for layer in layers.values()], NOWHERE, dtype=np.intp)
    known[of["tract"], of["municipality"]] = np.arange(len(people))
    known[-1], known[:, -1] = NOWHERE, NOWHERE
    piece = known[at["tract"], at["municipality"]]
    odd = np.flatnonzero(piece == NOWHERE)
    x, y = projected(longitude[odd], latitude[odd])
    centres = people[["x_m", "y_m"]].to_numpy(float)
    for name in ("municipality", "tract"):
        where = at[name][odd]
        for one in np.unique(where[(where != NOWHERE) & (piece[odd] == NOWHERE)]):
            own = np.flatnonzero(of[name] == one)
            if len(own):
                mine = np.flatnonzero((where == one) & (piece[odd] == NOWHERE))
                near = cKDTree(centres[own]).query(np.column_stack([x[mine], y[mine]]))[1]
                piece[odd[mine]] = own[near]
    return piece


def _by_code(
    events: pd.DataFrame, gazetteer: Gazetteer, people: pd.DataFrame
) -> tuple[np.ndarray[Any, Any], pd.DataFrame]:
    """Return the piece of each area code, and the pieces made for codes of several pieces."""
    piece = np.full(len(events), NOWHERE, dtype=np.intp)
    made: list[dict[str, object]] = []
    key = events["area_level"].astype(object) + " " + events["area_code"].astype(object)
    for both, rows in key.groupby(key.to_numpy()).indices.items():
        level, _, code = str(both).partition(" ")
        own = people[people[level] == code]
        if len(own) == 1:
            piece[rows] = own.index[0]
            continue
        county = (gazetteer.county_of_tract if level == "tract" else gazetteer.county_of_area)[code]
        everyone = gazetteer.people
        known = (own, everyone[everyone[level] == code], everyone[everyone["county"] == county])
        middle = next(some for some in known if len(some))
        made.append(
            {
                **dict.fromkeys(COLUMNS),
                level: code,
                "county": county,
                "residents_persons": 0.0,
                "within_km": 0.0,
                **{name: middle[name].mean() for name in ("longitude", "latitude", "x_m", "y_m")},
            }
        )
        piece[rows] = len(people) + len(made) - 1
    return piece, pd.DataFrame(made, columns=people.columns)


def _by_hexagon(
    events: pd.DataFrame, *, edge_m: float
) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """Return hexagons with events and those around them, and the hexagon of each event."""
    x, y = projected(events["longitude"], events["latitude"])
    names = hexagon_names(x, y, edge_m=edge_m)
    county = events["county_geoid"].astype(object).where(events["county_geoid"].notna(), None)
    frame = pd.DataFrame({"hexagon": names, "county": county.to_numpy()})
    inside = frame.drop_duplicates()
    around = pd.DataFrame({"hexagon": with_neighbours(inside["hexagon"].unique())})
    around = around[~around["hexagon"].isin(inside["hexagon"])].assign(county=None)
    pieces = pd.concat([inside, around], ignore_index=True)
    centre = hexagon_centres(pieces["hexagon"])
    longitude, latitude = geographic(*centre.T)
    pieces = pieces.assign(
        tract=None, municipality=None, residents_persons=0.0, within_km=0.0, longitude=longitude,
        latitude=latitude, x_m=centre[:, 0], y_m=centre[:, 1],
    )  # fmt: skip
    index = pd.MultiIndex.from_frame(inside.fillna({"county": ""}))
    piece = index.get_indexer(pd.MultiIndex.from_frame(frame.fillna({"county": ""})))
    return pieces[[*COLUMNS, *MEASURED]], piece
