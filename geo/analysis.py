"""From tables and a scope to the frames that pages, figures and the command line show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.access import TravelTimeModel, earth_positions_m, nearest_site
from geo.coverage import SITE_KINDS, coverage
from geo.errors import InputError
from geo.evidence import naloxone_status
from geo.gaps import gap_class
from geo.hotspots import county_hotspots
from geo.partial_dates import last_day
from geo.rates import crude_rate_table
from geo.source_records import read_source_records

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.measures import Measure
    from geo.tables.reader import TableReader

CENTROID_CRS: Final = "EPSG:5070"
DEFAULT_MINUTES: Final = 30
THRESHOLDS_MINUTES: Final = (15, 20, 30)


@dataclass(frozen=True)
class Sites:
    """
    Places of help with a position.

    Parameters
    ----------
    rows : pandas.DataFrame
        site_id, name, kind_code, address, city, county_geoid, latitude, longitude, and what the
        kind adds.
    """

    rows: pd.DataFrame

    def of_kind(self, kind: str) -> pd.DataFrame:
        """Return the sites that serve one of `SITE_KINDS`: an OTP also counts as treatment."""
        wanted = {"treatment": ["treatment", "otp"]}.get(kind, [kind])
        return self.rows[self.rows["kind_code"].isin(wanted)]


def compiled_date(reader: TableReader) -> date:
    """Return the day the evidence was compiled: the newest day anything is known for."""
    records = read_source_records(reader.data / "sources")
    return date.fromisoformat(records["press"].accessed_date)


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


def walk_in_stations(reader: TableReader, as_of: date) -> pd.DataFrame:
    """
    Return the stations where anyone may walk in and ask for treatment, as of a date.

    Parameters
    ----------
    reader : TableReader
    as_of : datetime.date

    Returns
    -------
    pandas.DataFrame
        site_id, agency_id, name, kind_code (walk_in), address, city, county_geoid, latitude,
        longitude, programs, since_date, is_announced_in_advance, source_url.

    Notes
    -----
    The main station of each agency that takes part in a program on that day, by the last day its
    start can mean; without a start, by the date of the source. The State Police Angel Program
    counts at every post.
    """
    programs = reader.read("program_participation")
    start = programs["since_date"].where(programs["since_date"].notna(), programs["as_of_date"])
    programs = programs[start.map(last_day) <= as_of]
    agencies = reader.read("agency")
    posts = agencies.loc[agencies["type_code"] == "state_police_post", "agency_id"]
    statewide = programs[programs["agency_id"] == "michigan-state-police"]
    if len(statewide):
        posted = statewide.drop(columns="agency_id").merge(posts, how="cross")
        programs = pd.concat([programs, posted], ignore_index=True)
    labels = {"hope_not_handcuffs": "Hope Not Handcuffs", "paari": "PAARI", "msp_angel": "Angel"}
    programs = programs.assign(program=programs["program_code"].map(labels))
    taking_part = programs.sort_values(["agency_id", "program"]).groupby("agency_id").agg(
        programs=("program", ", ".join),
        since_date=("since_date", "first"),
        is_announced_in_advance=("is_announced_in_advance", "all"),
        source_url=("source_url", "first"),
    )
    stations = reader.spatial("agency_station")
    stations = stations[stations["is_main_station"]]
    found = stations.merge(taking_part, left_on="agency_id", right_index=True)
    return pd.DataFrame(
        {
            "site_id": found["station_id"],
            "agency_id": found["agency_id"],
            "name": found["name"],
            "kind_code": "walk_in",
            "address": found["address"],
            "city": found["city"],
            "county_geoid": found["county_geoid"],
            "latitude": found.geometry.y,
            "longitude": found.geometry.x,
            **{column: found[column] for column in taking_part.columns},
        }
    ).reset_index(drop=True)


def listed_facilities(reader: TableReader) -> pd.DataFrame:
    """
    Return treatment facilities and OTPs with a position, of the whole state.

    Returns
    -------
    pandas.DataFrame
        site_id, name, kind_code (treatment, otp), address, city, county_geoid, latitude,
        longitude, listed_date, is_counted, source_url.

    Notes
    -----
    A program that only the directory of 2017 names is not in the list of 2021: it is shown as
    older and not counted as access.
    """
    rows = reader.read("facility")
    rows = rows[rows["latitude"].notna() & rows["kind_code"].isin(["treatment", "otp"])]
    counted = rows["is_in_2021_otp_list"] | rows["is_in_2021_treatment_list"]
    return pd.DataFrame(
        {
            "site_id": rows["facility_id"],
            **{
                column: rows[column]
                for column in (
                    "name",
                    "kind_code",
                    "address",
                    "city",
                    "county_geoid",
                    "latitude",
                    "longitude",
                    "listed_date",
                )
            },
            "is_counted": counted,
            "source_url": rows["source_url"],
        }
    ).reset_index(drop=True)


def sites_as_of(reader: TableReader, as_of: date) -> Sites:
    """Return every place of help that counts: facilities as listed, walk-in stations as of a date."""
    facilities = listed_facilities(reader)
    stations = walk_in_stations(reader, as_of)
    return Sites(pd.concat([facilities[facilities["is_counted"]], stations], ignore_index=True))


def travel_time_model(reader: TableReader) -> TravelTimeModel:
    """Return the line fitted to published drive times, with its error on OTPs."""
    rows = reader.read("travel_time_model")
    own = rows[rows["fitted_on_code"] == rows["tested_on_code"]].iloc[0]
    return TravelTimeModel(
        float(own["intercept_minutes"]),
        float(own["slope_minutes_per_km"]),
        float(own["mean_absolute_error_minutes"]),
    )


def people_and_help(reader: TableReader, as_of: date) -> pd.DataFrame:
    """
    Return every population point with its agency's status and its minutes to each kind of site.

    Parameters
    ----------
    reader : TableReader
    as_of : datetime.date
        For naloxone status and walk-in stations; facilities are as listed.

    Returns
    -------
    pandas.DataFrame, one row per population point
        tract_geoid, area_id, county_geoid, residents_persons, agency_id, naloxone_code, and per
        kind of site `<kind>_minutes` (estimated) and `<kind>_site_id`.
    """
    points = reader.spatial("population_point")
    model = travel_time_model(reader)
    sites = sites_as_of(reader, as_of)
    here = earth_positions_m(points.geometry.x, points.geometry.y)
    primary = reader.read("jurisdiction").set_index("area_id")["agency_id"]
    frame = pd.DataFrame(points.drop(columns=["geometry", "within_km"]))
    frame["agency_id"] = frame["area_id"].map(primary)
    frame["naloxone_code"] = frame["agency_id"].map(agency_status(reader, as_of)["naloxone_code"])
    for kind in SITE_KINDS:
        rows = sites.of_kind(kind)
        there = earth_positions_m(rows["longitude"], rows["latitude"])
        km, nearest = nearest_site(here, there, within_km=points["within_km"].to_numpy(float))
        frame[f"{kind}_minutes"] = model.minutes(km)
        names = np.append(rows["site_id"].to_numpy(object), None)
        frame[f"{kind}_site_id"] = names[nearest]
    return frame


def county_coverage(people: pd.DataFrame, counties: pd.DataFrame, *, minutes: float) -> pd.DataFrame:
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
        source_url, evidence_note, search_code, searched_date; gap_code.
    """
    areas = reader.spatial("municipality").drop(columns="geometry").set_index("area_id")
    areas = areas[["geoid", "label", "type_code", "county_geoid", "boundary_code"]]
    areas = areas[areas["county_geoid"].isin(people["county_geoid"].unique())]
    table = pd.DataFrame(areas).join(coverage(people, "area_id", minutes=minutes))
    table["residents_persons"] = table["residents_persons"].fillna(0)
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
        table["naloxone_code"], table[f"{gap_kind}_minutes"], minutes=minutes
    )
    return table


def _most_people_nearest(people: pd.DataFrame, column: str) -> pd.Series:
    known = people[people[column].notna()]
    total = known.groupby(["area_id", column])["residents_persons"].sum().reset_index()
    total = total.sort_values(["area_id", "residents_persons", column], ascending=[True, False, True])
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
        agency_id, name, type_code, municipalities (count of parts), people (residents),
        confidence_code (the weakest of its parts), naloxone_code, since, as_of, source_url.
    """
    points = reader.read("population_point")
    people = points.groupby("area_id")["residents_persons"].sum()
    areas = reader.spatial("municipality").drop(columns="geometry")
    parts = reader.read("jurisdiction").merge(areas[["area_id", "county_geoid"]], on="area_id")
    parts = parts[parts["county_geoid"].isin(counties)]
    parts["people"] = parts["area_id"].map(people).fillna(0).astype("Int64")
    order = ["documented", "inferred", "general_rule", "unconfirmed"]
    parts["weakness"] = parts["confidence_code"].map(order.index)
    table = parts.groupby("agency_id").agg(
        municipalities=("area_id", "count"), people=("people", "sum"), weakness=("weakness", "max")
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


def state_hotspots(
    reader: TableReader, *, first_year: int, last_year: int, with_clusters: bool = True
) -> tuple[pd.DataFrame, float]:
    """
    Return `county_hotspots` of every county of the state for a period.

    Raises
    ------
    InputError
        If the table has no such years.
    """
    deaths = years_of(reader.read("overdose_death"), first_year, last_year)
    counties = reader.spatial("county").sort_values("geoid")
    xy = counties.to_crs(CENTROID_CRS).centroid.get_coordinates().to_numpy()
    return county_hotspots(deaths, xy if with_clusters else None)


def need_by_county(
    reader: TableReader, measure: Measure, *, first_year: int, last_year: int
) -> pd.DataFrame:
    """
    Return a measure of need for every county of the state that has it.

    Parameters
    ----------
    reader : TableReader
    measure : Measure
    first_year, last_year : int
        Both included.

    Returns
    -------
    pandas.DataFrame, indexed by county_geoid
        events, events_low, events_high, years_suppressed, person_years, rate_per_100k,
        rate_lower_per_100k, rate_upper_per_100k, reliability_code; for hotspots also
        p_above_state, p_above_125, hotspot_code, cluster_id, is_high_need.

    Raises
    ------
    InputError
        If the measure has no such years.
    """
    if measure.kind != "crude":
        table, _ = state_hotspots(reader, first_year=first_year, last_year=last_year)
        modelled = table["years_suppressed"] > 0
        few = (table["events"] < 20).fillna(value=False)  # noqa: PLR2004
        code = np.select([modelled, few], ["suppressed", "unreliable"], "reliable")
        return table.assign(reliability_code=pd.Series(code, index=table.index, dtype="str"))
    rows = yearly_rows(reader, measure)
    return crude_rate_table(
        years_of(rows, first_year, last_year), key="county_geoid", events=measure.events
    )


def yearly_rows(reader: TableReader, measure: Measure) -> pd.DataFrame:
    """Return the rows of a measure, one per county and year: county_geoid, year, count, status."""
    rows = reader.read(measure.table)
    if measure.table == "nonfatal_ed_visit":
        rows = rows[rows["first_year"] == rows["last_year"]]
        rows = rows.assign(year=rows["first_year"])
    if measure.table == "overdose_death_provisional":
        year = rows["period_end_date"].str[:4].astype("Int64")
        rows = rows.assign(year=year, status_code="reported")
    return rows


def years_of(rows: pd.DataFrame, first_year: int, last_year: int) -> pd.DataFrame:
    """
    Return the rows of a period.

    Raises
    ------
    InputError
        If the years are in the wrong order or the table lacks one of them; names it.
    """
    if first_year > last_year:
        msg = f"`start` is {first_year}, after `end` {last_year}"
        raise InputError(msg)
    known = set(rows["year"].unique())
    absent = [year for year in range(first_year, last_year + 1) if year not in known]
    if absent:
        msg = f"no data for {absent[0]}; there is {min(known)} to {max(known)}"
        raise InputError(msg)
    return rows[rows["year"].between(first_year, last_year)]


def boundaries(reader: TableReader, name: str, index: pd.Index) -> gpd.GeoDataFrame:
    """Return the outlines of a spatial table, by its key, in the order of `index`."""
    frame = reader.spatial(name)
    key = frame.columns[0]
    return frame.set_index(key).loc[index, ["geometry"]]
