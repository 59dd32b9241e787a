"""From tables and a scope to the frames that pages, figures and the command line show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import edition
from geo.access import TravelTimeModel
from geo.coverage import SITE_KINDS, coverage
from geo.evidence import naloxone_status
from geo.gaps import gap_class
from geo.sites import listed_facilities, sites_as_of
from geo.source_records import read_source_records
from geo.travel.routed import routed_minutes

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd

    from geo.tables.reader import TableReader

DEFAULT_MINUTES: Final = 30
THRESHOLDS_MINUTES: Final = (15, 20, 30)


def compiled_date(reader: TableReader) -> date:
    """Return the newest day that anything is known for."""
    return edition.compiled_date(read_source_records(reader.data / "sources"))


def agency_status(reader: TableReader, as_of: date) -> pd.DataFrame:
    """Return `naloxone_status` of every agency as of a date, indexed by agency_id."""
    status = naloxone_status(
        reader.read("agency")["agency_id"],
        reader.read("naloxone_evidence"),
        reader.read("naloxone_search"),
        as_of=as_of,
        compiled=compiled_date(reader),
    )
    return status.set_index("agency_id")


def travel_time_model(reader: TableReader) -> TravelTimeModel:
    """Return the line fitted to published drive times, with its error on OTPs."""
    rows = reader.read("travel_time_model")
    own = rows[rows["fitted_on_code"] == rows["tested_on_code"]].iloc[0]
    return TravelTimeModel(
        float(own["intercept_minutes"]),
        float(own["slope_minutes_per_km"]),
        float(own["mean_absolute_error_minutes"]),
    )


def people_and_help(
    reader: TableReader, as_of: date, *, prefers_roads: bool = True
) -> pd.DataFrame:
    """
    Return every population point with its agency's status and its minutes to each kind of site.

    Parameters
    ----------
    reader : TableReader
    as_of : datetime.date
        For naloxone status and walk-in stations; facilities are as listed.
    prefers_roads : bool
        Whether minutes are by road where the reader has them; else all are estimated.

    Returns
    -------
    pandas.DataFrame, one row per population point
        tract_geoid, area_id, county_geoid, residents_persons, within_km, longitude, latitude,
        agency_id, naloxone_code, and per kind of site `<kind>_minutes` (missing where no list of
        the kind is known), `<kind>_site_id` and `<kind>_method_code`: how the minutes came about,
        of `geo.travel.routed`.
    """
    unlisted = unlisted_kinds(reader)
    points = reader.spatial("population_point")
    model = travel_time_model(reader)
    sites = sites_as_of(reader, as_of)
    travel = reader.travel if prefers_roads else None
    primary = reader.read("jurisdiction").set_index("area_id")["agency_id"]
    frame = pd.DataFrame(points.drop(columns="geometry"))
    frame["longitude"], frame["latitude"] = points.geometry.x, points.geometry.y
    frame["agency_id"] = frame["area_id"].map(primary)
    frame["naloxone_code"] = frame["agency_id"].map(agency_status(reader, as_of)["naloxone_code"])
    for kind in SITE_KINDS:
        told = routed_minutes(frame, sites.of_kind(kind), travel, model)
        for name in told.columns:
            frame[f"{kind}_{name}"] = told[name]
        if kind in unlisted:
            frame[f"{kind}_minutes"] = np.nan
    return frame


def listed_by_county(reader: TableReader) -> pd.DataFrame:
    """Return how many facilities and OTPs the newest lists name, by county GEOID."""
    rows = listed_facilities(reader)
    rows = rows[rows["is_counted"]]
    is_otp = rows["kind_code"] == "otp"
    county = rows["county_geoid"]
    table = pd.DataFrame(
        {"facilities_listed": county.value_counts(), "otps_listed": county[is_otp].value_counts()}
    )
    return table.fillna(0).astype("Int64")


def unlisted_kinds(reader: TableReader) -> tuple[str, ...]:
    """Return the kinds of site of which the tables hold no list: none is known of, not none is."""
    facilities = reader.read("facility")
    # A site that a what-if adds has no source: it makes no list.
    has_facilities = bool((facilities["is_current"] & facilities["source_id"].notna()).any())
    has_list = {
        "treatment": has_facilities,
        "otp": has_facilities,
        "walk_in": len(reader.read("program_participation")) > 0,
    }
    return tuple(kind for kind in SITE_KINDS if not has_list[kind])


def county_coverage(
    people: pd.DataFrame,
    counties: pd.DataFrame,
    *,
    minutes: float,
) -> pd.DataFrame:
    """
    Return coverage per county, by GEOID, with name; counties without population points left out.

    Parameters
    ----------
    people : pandas.DataFrame
        From `people_and_help`.
    counties : pandas.DataFrame
        Table `county`.
    minutes : float
        Threshold, included.
    """
    table = coverage(people, "county_geoid", minutes=minutes)
    table.insert(0, "name", counties.set_index("geoid")["name"].reindex(table.index))
    return table


def municipality_coverage(
    reader: TableReader,
    people: pd.DataFrame,
    *,
    as_of: date,
    minutes: float,
    gap_kind: str = "treatment",
) -> pd.DataFrame:
    """
    Return coverage per municipality part, with its agency, evidence and gap class.

    Where residents are not known, who polices an area and what is documented still is.

    Parameters
    ----------
    reader : TableReader
    people : pandas.DataFrame
        From `people_and_help`, of the same date.
    as_of : datetime.date
    minutes : float
        Threshold, included.
    gap_kind : {"treatment", "otp"}
        Which sites close a treatment gap: any listed facility, or OTPs only.

    Returns
    -------
    pandas.DataFrame, indexed by area_id
        geoid, label, type_code, county_geoid, boundary_code; what `coverage` returns;
        `<kind>_site_id` nearest to most residents; agency_id, agency_name, basis_code,
        confidence_code, jurisdiction_note, naloxone_code, since_date, as_of_date, source_name,
        source_url, since_source_url, evidence_note, search_code, searched_date; gap_code.
    """
    areas = reader.spatial("municipality").drop(columns="geometry").set_index("area_id")
    areas = areas[["geoid", "label", "type_code", "county_geoid", "boundary_code"]]
    table = pd.DataFrame(areas).join(coverage(people, "area_id", minutes=minutes))
    for kind in SITE_KINDS:
        table[f"{kind}_site_id"] = _most_people_nearest(people, f"{kind}_site_id")
    jurisdiction = reader.read("jurisdiction").set_index("area_id")
    table = table.join(
        jurisdiction[["agency_id", "basis_code", "confidence_code", "note"]].rename(
            columns={"note": "jurisdiction_note"}
        )
    )
    table["agency_name"] = table["agency_id"].map(
        reader.read("agency").set_index("agency_id")["name"]
    )
    table = table.join(agency_status(reader, as_of), on="agency_id")
    table["gap_code"] = gap_class(
        table["naloxone_code"],
        table[f"{gap_kind}_minutes"],
        table["residents_persons"],
        minutes=minutes,
    )
    return table


def _most_people_nearest(people: pd.DataFrame, column: str) -> pd.Series:
    known = people[people[column].notna()]
    total = known.groupby(["area_id", column])["residents_persons"].sum().reset_index()
    total = total.sort_values(
        ["area_id", "residents_persons", column], ascending=[True, False, True]
    )
    return total.drop_duplicates("area_id").set_index("area_id")[column]


def jurisdiction_table(reader: TableReader, counties: tuple[str, ...], as_of: date) -> pd.DataFrame:
    """
    Return one row per primary agency of a set of counties.

    Parameters
    ----------
    reader : TableReader
    counties : tuple of str
        County GEOIDs.
    as_of : datetime.date

    Returns
    -------
    pandas.DataFrame, by people, most first
        agency_id, name, type_code, municipalities (count of parts), people (residents; missing
        where those of a part are not known),
        confidence_code (the weakest of its parts), naloxone_code, since, as_of, source_url.
    """
    areas = reader.spatial("municipality").drop(columns="geometry")
    areas = areas[["area_id", "county_geoid", "residents_persons"]]
    parts = reader.read("jurisdiction").merge(areas, on="area_id")
    parts = parts[parts["county_geoid"].isin(counties)]
    order = ["documented", "inferred", "general_rule", "unconfirmed"]
    parts["weakness"] = parts["confidence_code"].map(order.index)
    table = parts.groupby("agency_id").agg(
        municipalities=("area_id", "count"),
        people=("residents_persons", lambda people: people.sum(skipna=False)),
        weakness=("weakness", "max"),
    )
    agencies = reader.read("agency").set_index("agency_id")
    status = agency_status(reader, as_of).reindex(table.index)
    return (
        pd.DataFrame(
            {
                "agency_id": table.index,
                "name": agencies["name"].reindex(table.index).to_numpy(),
                "type_code": agencies["type_code"].reindex(table.index).to_numpy(),
                "municipalities": table["municipalities"].to_numpy(),
                "people": table["people"].to_numpy(),
                "confidence_code": [order[weakness] for weakness in table["weakness"]],
                "naloxone_code": status["naloxone_code"].to_numpy(),
                "since": status["since_date"].to_numpy(),
                "as_of": status["as_of_date"].to_numpy(),
                "source_url": status["source_url"].to_numpy(),
            }
        )
        .sort_values(["people", "agency_id"], ascending=[False, True])
        .reset_index(drop=True)
    )


def boundaries(reader: TableReader, name: str, index: pd.Index) -> gpd.GeoDataFrame:
    """Return the outlines of a spatial table, by its key, in the order of `index`."""
    frame = reader.spatial(name)
    key = frame.columns[0]
    return frame.set_index(key).loc[index, ["geometry"]]
