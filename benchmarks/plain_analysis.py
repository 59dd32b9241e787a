"""The analysis as it is written first, in plain geopandas and pandas: nothing is remembered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis import agency_status, travel_time_model
from geo.coverage import SITE_KINDS
from geo.sites import sites_as_of
from geo.tables.reader import TableReader

if TYPE_CHECKING:
    from datetime import date

UTM: Final = "EPSG:26917"
GAPS: Final = ("both", "naloxone not documented", "treatment too far", "covered")


@cache
def tables() -> TableReader:
    """Return the tables, read once: what a plain page gets from a cached function."""
    return TableReader()


def people_and_help(reader: TableReader, as_of: date) -> pd.DataFrame:
    """
    Return population points with naloxone status and minutes to each kind of site.

    Parameters
    ----------
    reader : TableReader
    as_of : datetime.date

    Returns
    -------
    pandas.DataFrame, one row per population point
        Its columns in the table, naloxone_code and `<kind>_minutes`: the figures of
        `geo.analysis.people_and_help`, by distance in UTM.
    """
    points = reader.spatial("population_point").to_crs(UTM)
    agency = reader.read("jurisdiction").set_index("area_id")["agency_id"]
    status = agency_status(reader, as_of)["naloxone_code"]
    points["naloxone_code"] = points["area_id"].map(agency).map(status)
    model = travel_time_model(reader)
    sites = sites_as_of(reader, as_of)
    for kind in SITE_KINDS:
        rows = sites.of_kind(kind)
        places = gpd.GeoDataFrame(
            geometry=gpd.points_from_xy(rows["longitude"], rows["latitude"], crs="EPSG:4326")
        ).to_crs(UTM)
        joined = gpd.sjoin_nearest(points[["geometry"]], places, distance_col="distance_m")
        km = joined["distance_m"].groupby(level=0).first() / 1000
        points[f"{kind}_minutes"] = model.minutes(
            np.maximum(km.to_numpy(), points["within_km"].to_numpy(float))
        )
    return pd.DataFrame(points.drop(columns="geometry"))


def municipality_coverage(people: pd.DataFrame, *, minutes: int) -> pd.DataFrame:
    """
    Return residents, shares, median minutes and gap of each municipality part.

    Parameters
    ----------
    people : pandas.DataFrame
        From `people_and_help`.
    minutes : int

    Returns
    -------
    pandas.DataFrame, indexed by area_id
        residents_persons, `<kind>_share`, `<kind>_minutes`, naloxone_code and gap, one of `GAPS`.
    """
    people = people.assign(residents_persons=people["residents_persons"].astype(float))
    groups = people.groupby("area_id")
    table = groups[["residents_persons"]].sum()
    table["naloxone_code"] = groups["naloxone_code"].first()
    for kind in SITE_KINDS:
        column = f"{kind}_minutes"
        near = people["residents_persons"].where(people[column] <= minutes, 0)
        near_persons = near.groupby(people["area_id"]).sum()
        table[f"{kind}_share"] = near_persons / table["residents_persons"]
        by_time = people.sort_values(column)
        reached = by_time.groupby("area_id")["residents_persons"].cumsum()
        half = by_time["area_id"].map(table["residents_persons"]) / 2
        table[column] = by_time[reached >= half].groupby("area_id")[column].first()
    police = (table["naloxone_code"] == "documented").astype(int)
    near_treatment = (table["treatment_minutes"] <= minutes).astype(int)
    table["gap"] = [GAPS[number] for number in 2 * police + near_treatment]
    return table
