"""Hotspots among the events a person loaded: from told counts only, so they show nothing small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.empirical_bayes import global_rate, spatial_rate
from geo.getis_ord import hotspots as gi_star
from geo.hotspots import significant_clusters
from geo.own_data.hexagons import with_neighbours
from geo.own_data.placing import projected
from geo.rates import PER
from geo.scan import spatial_scan

if TYPE_CHECKING:
    from collections.abc import Collection

    from scipy.sparse import csr_array

    from geo.privacy.books import Book
    from geo.privacy.release import Release
    from geo.tables.reader import TableReader

SEED: Final = 20180630
FEWEST_ZONES: Final = 4
HOTSPOT_WORDS: Final = {
    "hot": "Hot: more events here and around than chance allows (5 %)",
    "hot_light": "Rather hot: the same at 10 %",
    "partly_hot": "Partly hot: so for some of its residents, fewer than half",
    "not_distinguishable": "Not distinguishable from chance",
    "cold_light": "Rather cold: the same as cold, at 10 %",
    "cold": "Cold: fewer events here and around than chance allows (5 %)",
    "undefined": "Not defined here",
}


@dataclass(frozen=True)
class ZoneHotspots:
    """
    The zones of a book, classed.

    Parameters
    ----------
    table : pandas.DataFrame, indexed by zone
        events, residents_persons, pieces, rate_per_100k (crude) and smoothed_per_100k a year
        (missing where no residents are known), hotspot_code of G*, p_value, q_value, cluster_id
        (Int64, 1 the strongest; missing outside clusters with p <= .05), cluster_p_value.
    is_rate : bool
        Whether rates were judged; else events per hexagon.
    best_cluster_p : float
        Smallest p-value of the scan; not a number where there was nothing to scan.
    """

    table: pd.DataFrame
    is_rate: bool
    best_cluster_p: float


def tract_neighbours(reader: TableReader) -> dict[str, frozenset[str]]:
    """Return which tracts touch: GEOIDs by GEOID, itself left out."""
    tracts = reader.spatial("tract_outline")
    shapes, names = tracts.geometry.to_numpy(), tracts["geoid"].to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    touching: dict[str, set[str]] = {name: set() for name in names}
    for first, second in zip(one, other, strict=True):
        if first != second:
            touching[names[first]].add(names[second])
    return {name: frozenset(found) for name, found in touching.items()}


def zone_hotspots(
    told: Release,
    book: Book,
    wanted: Collection[str],
    *,
    years: float,
    touching: dict[str, frozenset[str]],
    seed: int = SEED,
) -> ZoneHotspots:
    """
    Class the zones of a book by G* and by the spatial scan.

    Parameters
    ----------
    told : Release
    book : Book
        One of its books.
    wanted : collection of str
        Columns of the book, whole blocks of every zone.
    years : float
        Length of the period, for rates a year.
    touching : dict of str to frozenset of str
        From `tract_neighbours`.
    seed : int
        Of permutations and random maps.

    Returns
    -------
    ZoneHotspots

    Notes
    -----
    A zone is an area, or several joined until none of their counts is small. Where residents are
    known: G* on rates smoothed towards the neighbourhood, the scan on events by residents. Else:
    G* on events per hexagon, the scan against an even spread over the hexagons. Zones touch where
    a tract or hexagon of one touches one of the other.
    """
    zones = told.zones(book, wanted)
    is_rate = bool(zones["residents_persons"].sum() > 0)
    zones["at_risk"] = zones["residents_persons"] if is_rate else zones["pieces"].astype(float)
    kept = zones[(zones["at_risk"] > 0) & zones["events"].notna()]
    table = zones.assign(hotspot_code="undefined", p_value=np.nan, q_value=np.nan)
    table["rate_per_100k"] = np.nan
    table["smoothed_per_100k"] = np.nan
    table["cluster_id"] = pd.array([pd.NA] * len(table), dtype="Int64")
    table["cluster_p_value"] = np.nan
    best = float("nan")
    if len(kept) >= FEWEST_ZONES and kept["events"].sum() > 0:
        near = _zone_weights(told, book, touching)[kept.index][:, kept.index]
        events = kept["events"].astype(float)
        at_risk = kept["at_risk"].astype(float) * years
        smoothed = _smoothed(events, at_risk, near)
        if is_rate:
            table.loc[kept.index, "rate_per_100k"] = events / at_risk * PER
            table.loc[kept.index, "smoothed_per_100k"] = smoothed * PER
        judged = smoothed if is_rate else events / at_risk
        found = gi_star(judged, near, seed=seed)
        for column in ("hotspot_code", "p_value", "q_value"):
            table.loc[kept.index, column] = found[column].astype(table[column].dtype)
        best = _mark_clusters(table, kept, seed)
    return ZoneHotspots(table.drop(columns="at_risk"), is_rate, best)


def _smoothed(events: pd.Series, at_risk: pd.Series, near: csr_array) -> pd.Series:
    from scipy.sparse import csr_array, eye_array

    with_self = csr_array(near + csr_array(eye_array(near.shape[0])))
    if (with_self @ events.to_numpy() > 0).all():
        return spatial_rate(events, at_risk, with_self)
    local = spatial_rate(events + 1e-9, at_risk, with_self)
    return local.where(local.notna(), global_rate(events, at_risk))


def _mark_clusters(table: pd.DataFrame, kept: pd.DataFrame, seed: int) -> float:
    xy = np.column_stack(projected(kept["longitude"], kept["latitude"]))
    found = spatial_scan(
        xy, kept["events"].to_numpy(float), kept["at_risk"].to_numpy(float), seed=seed
    )
    marked = significant_clusters(found, kept.index)
    table.loc[kept.index, "cluster_id"] = marked["cluster_id"]
    p_value = marked["cluster_p_value"].to_numpy(float, na_value=np.nan)
    table.loc[kept.index, "cluster_p_value"] = p_value
    return min((cluster.p_value for cluster in found), default=float("nan"))


def _zone_weights(told: Release, book: Book, touching: dict[str, frozenset[str]]) -> csr_array:
    """Return which zones touch, as a matrix over all zones of a book."""
    from scipy.sparse import coo_array, csr_array

    pieces = told.pieces
    pairs: list[tuple[int, int]] = []
    rows_of = _rows_of(pieces["tract"])
    for tract, rows in rows_of.items():
        for other in (tract, *touching.get(tract, ())):
            pairs += [(one, two) for one in rows for two in rows_of.get(other, ())]
    bare = pieces["hexagon"].where(pieces["tract"].isna())
    rows_of = _rows_of(bare)
    for hexagon, rows in rows_of.items():
        for other in with_neighbours([hexagon]):
            pairs += [(one, two) for one in rows for two in rows_of.get(other, ())]
    if not pairs:
        return csr_array((len(book.events), len(book.events)))
    one, two = np.array(pairs).T
    zone_one, zone_two = book.zone[one], book.zone[two]
    apart = zone_one != zone_two
    ones: Any = np.ones(int(apart.sum()))
    matrix = csr_array(
        coo_array((ones, (zone_one[apart], zone_two[apart])), shape=(len(book.events),) * 2)
    )
    matrix.data[:] = 1.0
    return matrix


def _rows_of(names: pd.Series) -> dict[str, list[int]]:
    found = names.reset_index(drop=True).dropna()
    return {str(name): list(rows) for name, rows in found.groupby(found).groups.items()}
