"""Places of help: facilities as a list named them, stations where anyone may walk in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.partial_dates import last_day

if TYPE_CHECKING:
    from datetime import date

    from geo.tables.reader import TableReader


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
    labels |= {"other_walk_in": "walk-in program"}
    programs = programs.assign(program=programs["program_code"].map(labels))
    taking_part = (
        programs.sort_values(["agency_id", "program"])
        .groupby("agency_id")
        .agg(
            programs=("program", ", ".join),
            since_date=("since_date", "first"),
            is_announced_in_advance=("is_announced_in_advance", "all"),
            source_url=("source_url", "first"),
        )
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
    A program that only an older directory names is not in the newest list: it is shown as older
    and not counted as access.
    """
    rows = reader.read("facility")
    rows = rows[rows["latitude"].notna() & rows["kind_code"].isin(["treatment", "otp"])]
    counted = rows["is_current"]
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
    """Return every site that counts: facilities as listed, walk-in stations as of a date."""
    facilities = listed_facilities(reader)
    stations = walk_in_stations(reader, as_of)
    return Sites(pd.concat([facilities[facilities["is_counted"]], stations], ignore_index=True))
