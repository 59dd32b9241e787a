"""Minutes to the nearest help: by road where that is known, estimated where it is not."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geo.access import Array, TravelTimeModel, earth_positions_m, nearest_site
from geo.errors import InputError
from geo.travel.candidates import Rows, straight_km
from geo.travel.tables import REACHED, UNREACHABLE

ROUTED: Final = "routed"
ESTIMATED: Final = "estimated"
NO_WAY: Final = "unreachable"
NO_SITE: Final = "no_site"
METHOD_CODES: Final = (
    (ROUTED, "minutes by road, from a routing engine"),
    (ESTIMATED, "estimated from the straight line: this point or this site was not routed"),
    (NO_WAY, "a routing engine found no way to any site"),
    (NO_SITE, "there is no site of this kind"),
)
POINTS_AT_ONCE: Final = 500


def routed_minutes(
    people: pd.DataFrame,
    sites: pd.DataFrame,
    travel: pd.DataFrame | None,
    model: TravelTimeModel,
) -> pd.DataFrame:
    """
    Return the minutes from each point to its nearest site, and how they came about.

    Parameters
    ----------
    people : pandas.DataFrame
        tract_geoid, area_id, longitude, latitude, within_km: one row per population point.
    sites : pandas.DataFrame
        site_id (unique), longitude, latitude: the sites of one kind that count.
    travel : pandas.DataFrame or None
        Table `travel_time`, of which the rows by car count; None where nothing was routed.
    model : TravelTimeModel
        The estimate.

    Returns
    -------
    pandas.DataFrame, on the index of `people`
        minutes (infinite where there is no way or no site), site_id (missing there),
        method_code (`METHOD_CODES`).

    Raises
    ------
    InputError
        If a site comes twice.

    Notes
    -----
    For each point the lesser of two: the minutes by road to the sites that were routed to from
    it, and the estimate to the others. Where all pairs were asked that could be nearest, the
    estimate to the others never wins, for it is slower than the fastest car; so it decides only
    where a point or a site was not routed. A site added never lengthens a time.
    """
    if sites["site_id"].duplicated().any():
        msg = f"`sites` has {sites['site_id'][sites['site_id'].duplicated()].iloc[0]} twice"
        raise InputError(msg)
    known = _asked(people, sites, travel)
    road_minutes, road_site = _nearest_by_road(known, len(people))
    other_km, other_site = _nearest_not_asked(people, sites, known)
    floor_km = people["within_km"].to_numpy(float)
    estimate = model.minutes(np.maximum(other_km, floor_km))
    is_road = road_minutes <= estimate
    minutes = np.where(is_road, road_minutes, estimate)
    method = np.where(is_road, ROUTED, ESTIMATED).astype(object)
    method[np.isinf(minutes)] = NO_WAY if len(sites) else NO_SITE
    names = np.array([*sites["site_id"], None], dtype=object)
    nearest = np.where(np.isinf(minutes), -1, np.where(is_road, road_site, other_site))
    columns = {"minutes": minutes, "site_id": names[nearest]}
    columns["method_code"] = pd.array(method, dtype="str")
    return pd.DataFrame(columns, index=people.index)


def _asked(people: pd.DataFrame, sites: pd.DataFrame, travel: pd.DataFrame | None) -> pd.DataFrame:
    """Return point and site as row numbers, minutes (infinite without a way), in point order."""
    columns = {"point": "int64", "site": "int64", "minutes": "float64"}
    if travel is None or travel.empty or people.empty:
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    key = ["tract_geoid", "area_id"]
    site = pd.Index(sites["site_id"]).get_indexer(travel["site_id"])
    is_told = (site >= 0) & (travel["mode_code"] == "car")
    is_told &= travel["status_code"].isin([REACHED, UNREACHABLE])
    told = travel.loc[is_told, [*key, "minutes"]].assign(site=site[is_told])
    known = told.merge(people[key].assign(point=np.arange(len(people))), on=key)
    known["minutes"] = known["minutes"].astype(float).fillna(np.inf)
    return known[list(columns)]


def _nearest_by_road(known: pd.DataFrame, count: int) -> tuple[Array, Rows]:
    minutes, site = np.full(count, np.inf), np.full(count, -1, dtype=np.intp)
    first = known.loc[known.groupby("point")["minutes"].idxmin()]
    minutes[first["point"]] = first["minutes"]
    site[first["point"]] = first["site"]
    return minutes, site


def _nearest_not_asked(
    people: pd.DataFrame, sites: pd.DataFrame, known: pd.DataFrame
) -> tuple[Array, Rows]:
    """Return straight-line kilometres to the nearest site that was not routed to, and which."""
    place = ["longitude", "latitude"]
    here, there = people[place].to_numpy(float), sites[place].to_numpy(float)
    if known.empty or not len(sites):
        return nearest_site(earth_positions_m(*here.T), earth_positions_m(*there.T))
    km, site = np.empty(len(here)), np.empty(len(here), dtype=np.intp)
    point = known["point"].to_numpy()
    for first in range(0, len(here), POINTS_AT_ONCE):
        rows = slice(first, first + POINTS_AT_ONCE)
        left = straight_km(here[rows], there)
        some = known[(point >= first) & (point < first + POINTS_AT_ONCE)]
        left[some["point"] - first, some["site"]] = np.inf
        site[rows] = left.argmin(axis=1)
        km[rows] = left.min(axis=1)
    return km, site
