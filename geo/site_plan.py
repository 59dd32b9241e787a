"""Where the next sites would reach most people of a region, step by step."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.access import earth_positions_m
from geo.errors import InputError
from geo.siting import covered_demand, exact_cover, greedy_cover, reach_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.access import Array, TravelTimeModel
    from geo.tables.reader import TableReader

KINDS: Final = {
    "treatment": "Treatment site",
    "otp": "OTP (methadone)",
    "walk_in": "Walk-in station",
    "kit_cabinet": "Naloxone kit cabinet",
}
"""What is to be placed. Of kit cabinets none is listed: every resident is without one."""
CANDIDATES: Final = {"municipality": "Municipalities", "station": "Police stations"}
DEMANDS: Final = {
    "uncovered": "People not yet reached",
    "rate": "The same, weighted by the county's death rate",
    "people": "All people, as if there were no site yet",
}
COLUMNS: Final = ("site_id", "name", "latitude", "longitude")


@dataclass(frozen=True)
class SitePlan:
    """
    A plan.

    Parameters
    ----------
    steps : pandas.DataFrame, one row per step, in greedy order
        step; site_id, name, latitude, longitude; people_gained by this step;
        people_covered_greedy, people_covered_exact after it, with those within reach before;
        share_of_bound: demand covered by the exact selection over the least upper bound proven (1
        where optimal); is_optimal.
    exact : pandas.DataFrame
        The candidates of the exact selection of the last step: `COLUMNS`, and people_reached:
        those it alone would bring within reach.
    gained, gained_exact : pandas.DataFrame, indexed by area_id
        people_gained by the greedy steps, by the exact selection, most first; areas that gain
        nothing left out.
    people, people_before : int
        Residents, and those within reach before the first step.
    candidates : int
        How many there were to choose from.
    """

    steps: pd.DataFrame
    exact: pd.DataFrame
    gained: pd.DataFrame
    gained_exact: pd.DataFrame
    people: int
    people_before: int
    candidates: int


def candidate_sites(reader: TableReader, counties: Sequence[str], source: str) -> pd.DataFrame:
    """
    Return the candidates of a region.

    Parameters
    ----------
    reader : TableReader
    counties : sequence of str
        County GEOIDs.
    source : {"municipality", "station"}
        A point inside each municipality part, or each main police station.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, sorted by site_id.

    Raises
    ------
    InputError
        If `source` is unknown.
    """
    if source == "municipality":
        areas = reader.spatial("municipality")
        areas = areas[areas["county_geoid"].isin(counties) & (areas["residents_persons"] > 0)]
        place = areas.geometry.representative_point()
        identifier, name = areas["area_id"], areas["label"]
    elif source == "station":
        areas = reader.spatial("agency_station")
        areas = areas[areas["county_geoid"].isin(counties) & areas["is_main_station"]]
        place, identifier, name = areas.geometry, areas["station_id"], areas["name"]
    else:
        msg = f"unknown `source` {source!r}; known: {', '.join(CANDIDATES)}"
        raise InputError(msg)
    table = pd.DataFrame(
        {"site_id": identifier, "name": name, "latitude": place.y, "longitude": place.x}
    )
    return table.sort_values("site_id").reset_index(drop=True)


def typed_candidates(text: str) -> pd.DataFrame:
    """
    Return the candidates of a list that somebody typed or uploaded.

    Parameters
    ----------
    text : str
        A line per site: name, latitude, longitude in degrees (EPSG:4326), separated by commas; a
        name may be quoted. A first line without numbers is taken as the heading.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; the site_id is the line.

    Raises
    ------
    InputError
        If a line cannot be read, a position is outside the United States, or there is no line;
        names the first.
    """
    rows = []
    lines = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), skipinitialspace=True))
    for number, line in enumerate(lines, start=1):
        if not "".join(line).strip() or (number == 1 and not _is_number(line[-1])):
            continue
        if len(line) < 3 or not (_is_number(line[-2]) and _is_number(line[-1])):  # noqa: PLR2004
            msg = f"line {number} of the list is {', '.join(line)[:60]!r}; write name, latitude, "
            raise InputError(msg + "longitude")
        latitude, longitude = float(line[-2]), float(line[-1])
        if not (17 <= latitude <= 72 and -180 <= longitude <= -64):  # noqa: PLR2004
            msg = f"line {number} of the list: {latitude}, {longitude} is not in the United States"
            swapped = 17 <= longitude <= 72 and -180 <= latitude <= -64  # noqa: PLR2004
            raise InputError(msg + ("; latitude comes first" if swapped else ""))
        name = ", ".join(part.strip() for part in line[:-2])
        rows.append((f"line-{number}", name, latitude, longitude))
    if not rows:
        msg = "the list of candidate sites is empty; write name, latitude, longitude, a line each"
        raise InputError(msg)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def plan_sites(
    points: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    kind: str,
    minutes: float,
    count: int,
    model: TravelTimeModel,
    demand: str = "uncovered",
    rate_per_100k: pd.Series | None = None,
) -> SitePlan:
    """
    Return where `count` sites of a kind would reach most people.

    Parameters
    ----------
    points : pandas.DataFrame, one row per population point
        area_id, county_geoid, residents_persons, longitude, latitude, within_km, and
        `<kind>_minutes` for the kinds that exist.
    candidates : pandas.DataFrame
        `COLUMNS`.
    kind : str
        A key of `KINDS`.
    minutes : float
        Threshold, included.
    count : int
        Sites to place.
    model : TravelTimeModel
    demand : str
        A key of `DEMANDS`: what is made as large as possible. People are reported whatever it is.
    rate_per_100k : pandas.Series, optional
        By county GEOID, for demand "rate".

    Returns
    -------
    SitePlan

    Raises
    ------
    InputError
        If a name is unknown, the rate is missing, or `count` does not fit the candidates.
    """
    for name, value, known in (("kind", kind, KINDS), ("demand", demand, DEMANDS)):
        if value not in known:
            msg = f"unknown `{name}` {value!r}; known: {', '.join(known)}"
            raise InputError(msg)
    people = points["residents_persons"].to_numpy(float)
    before = np.zeros(len(points), dtype=bool)
    if kind != "kit_cabinet" and demand != "people":
        before = (points[f"{kind}_minutes"] <= minutes).to_numpy(bool)
    weight = np.where(before, 0.0, people)
    if demand == "rate":
        weight = weight * _rates(points["county_geoid"], rate_per_100k)
    reach = reach_matrix(
        _positions(points),
        _positions(candidates),
        within_km=points["within_km"].to_numpy(float),
        model=model,
        minutes=minutes,
    )
    order = greedy_cover(reach, weight, count)
    left = np.where(before, 0.0, people)
    exact = [exact_cover(reach, weight, number) for number in range(1, count + 1)]
    start = float(people[before].sum())
    greedy = [covered_demand(reach, left, order[: number + 1]) for number in range(count)]
    steps = candidates.loc[candidates.index[order], list(COLUMNS)].reset_index(drop=True)
    steps.insert(0, "step", range(1, count + 1))
    steps["people_gained"] = np.diff(greedy, prepend=0.0)
    steps["people_covered_greedy"] = np.array(greedy) + start
    steps["people_covered_exact"] = [
        covered_demand(reach, left, one.chosen) + start for one in exact
    ]
    whole = ["people_gained", "people_covered_greedy", "people_covered_exact"]
    steps[whole] = steps[whole].round().astype("Int64")
    steps["share_of_bound"] = [one.covered / one.bound if one.bound > 0 else 1.0 for one in exact]
    steps["is_optimal"] = [one.is_optimal for one in exact]
    best = list(exact[-1].chosen)
    together = candidates.iloc[best][list(COLUMNS)].reset_index(drop=True)
    together["people_reached"] = pd.array((left @ reach[:, best]).round(), dtype="Int64")
    return SitePlan(
        steps,
        together.sort_values("people_reached", ascending=False, ignore_index=True),
        _gained(points["area_id"], np.where(reach[:, order].any(axis=1), left, 0.0)),
        _gained(points["area_id"], np.where(reach[:, best].any(axis=1), left, 0.0)),
        int(people.sum().round()),
        round(start),
        len(candidates),
    )


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _gained(area: pd.Series, people: Array) -> pd.DataFrame:
    gained = pd.Series(people, index=area.index).groupby(area).sum().round().astype("Int64")
    return gained[gained > 0].sort_values(ascending=False).to_frame("people_gained")


def _positions(table: pd.DataFrame) -> Array:
    return earth_positions_m(table["longitude"], table["latitude"])


def _rates(county: pd.Series, rate_per_100k: pd.Series | None) -> Array:
    if rate_per_100k is None:
        msg = "`rate_per_100k` is needed for demand 'rate'"
        raise InputError(msg)
    rates: Array = county.map(rate_per_100k).to_numpy(float, na_value=np.nan)
    if np.isnan(rates).any():
        first = county[np.isnan(rates)].iloc[0]
        msg = f"`rate_per_100k` has no rate for county {first}"
        raise InputError(msg)
    return rates / 100_000
