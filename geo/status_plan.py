"""Whose naloxone status, once known, would close most of the police gap: a phone list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection


def agencies_to_ask(
    people: pd.DataFrame, stations: pd.DataFrame, high_need_counties: Collection[str]
) -> pd.DataFrame:
    """
    Return the primary agencies not documented to carry, by the people they police.

    Parameters
    ----------
    people : pandas.DataFrame, one row per population point
        residents_persons, county_geoid, agency_id, naloxone_code.
    stations : pandas.DataFrame
        Table `agency_station`: agency_id, address, city, is_main_station.
    high_need_counties : collection of str
        GEOIDs of counties with high need.

    Returns
    -------
    pandas.DataFrame, indexed by agency_id, most people first
        naloxone_code; residents_persons: people it polices in `people`; high_need_persons: of them
        in counties with high need; gap_closed_share: of all residents whose agency is not
        documented, the share it polices; gap_closed_running_share: with the agencies above it;
        address, city: of its main station, missing where none is listed.

    Notes
    -----
    The residents of an agency move from unknown to documented only if it does carry. What it says
    has to be dated and sourced before it counts.
    """
    asked = people[people["naloxone_code"] != "documented"]
    hot = asked["residents_persons"].where(asked["county_geoid"].isin(high_need_counties), 0)
    table = pd.DataFrame(
        {
            "naloxone_code": asked.groupby("agency_id")["naloxone_code"].first(),
            "residents_persons": asked.groupby("agency_id")["residents_persons"].sum(),
            "high_need_persons": hot.groupby(asked["agency_id"]).sum(),
        }
    )
    table = table.reset_index().sort_values(
        ["residents_persons", "agency_id"], ascending=[False, True]
    )
    share = table["residents_persons"] / asked["residents_persons"].sum()
    table["gap_closed_share"] = share.astype("Float64")
    table["gap_closed_running_share"] = share.cumsum().astype("Float64")
    whole = ["residents_persons", "high_need_persons"]
    table[whole] = table[whole].round().astype("Int64")
    main = stations[stations["is_main_station"]].drop_duplicates("agency_id")
    return table.set_index("agency_id").join(main.set_index("agency_id")[["address", "city"]])
