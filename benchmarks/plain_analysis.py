"""The analysis as it is written first: spatial joins in UTM, groups with `apply`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis import agency_status, compiled_date, travel_time_model
from geo.coverage import SITE_KINDS
from geo.sites import sites_as_of
from geo.tables.reader import TableReader

if TYPE_CHECKING:
    from datetime import date

UTM = "EPSG:26917"


@cache
def tables() -> TableReader:
    """Return the tables, read once: what a plain page gets from a cached function."""
    return TableReader()


def people_and_help(reader: TableReader, as_of: date) -> pd.DataFrame:
    """Return population points with naloxone status and minutes to each kind of site."""
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
        metres = joined["distance_m"].groupby(level=0).first()
        km = np.maximum(metres / 1000, points["within_km"].astype(float))
        points[f"{kind}_minutes"] = model.minutes(km)
    return pd.DataFrame(points.drop(columns="geometry"))


def municipality_coverage(people: pd.DataFrame, minutes: int) -> pd.DataFrame:
    """Return residents, shares, median minutes and gap of each municipality part."""
    return people.groupby("area_id").apply(_one_municipality, minutes=minutes)


def _one_municipality(part: pd.DataFrame, minutes: int) -> pd.Series:
    residents = part["residents_persons"].astype(float)
    total = residents.sum()
    fields: dict[str, object] = {"residents_persons": total}
    fields["naloxone_code"] = part["naloxone_code"].iloc[0]
    for code in ("documented", "announced", "does_not_carry", "not_documented"):
        fields[f"police_{code}_share"] = residents[part["naloxone_code"] == code].sum() / total
    for kind in SITE_KINDS:
        near = part[f"{kind}_minutes"] <= minutes
        fields[f"{kind}_share"] = residents[near].sum() / total
        order = part[f"{kind}_minutes"].sort_values().index
        reached = residents[order].cumsum()
        fields[f"{kind}_minutes"] = part.loc[reached[reached >= total / 2].index[0]][
            f"{kind}_minutes"
        ]
    police = fields["naloxone_code"] == "documented"
    near_treatment = float(fields["treatment_minutes"]) <= minutes  # type: ignore[arg-type]
    fields["gap"] = {
        (True, True): "covered",
        (True, False): "treatment too far",
        (False, True): "naloxone not documented",
        (False, False): "both gaps",
    }[bool(police), near_treatment]
    return pd.Series(fields)


def newest_day(reader: TableReader) -> date:
    """Return the day the evidence was compiled."""
    return compiled_date(reader)
