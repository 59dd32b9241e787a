"""Who gave naloxone, and how far help is from the events: from told counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.access import weighted_median
from geo.own_data.loaded import zone_place
from geo.reach import Reach, routed_shares
from geo.wording import minutes_text, share_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.privacy.release import Release

RESPONSE_WORDS: Final = {
    "police": "Police gave naloxone",
    "ems": "EMS gave naloxone",
    "fire": "Fire department gave naloxone",
    "bystander": "A bystander gave naloxone",
    "other": "Somebody else gave naloxone",
    "giver_unknown": "Given, by whom is not known",
    "nobody": "None was given",
    "unknown": "Not known whether any was given",
}
RESPONSE_COLUMNS: Final = {
    "county": "County, or counties told together",
    "what": "What is counted; several where their counts are told together only",
    "events": "Events",
    "events_share": "Share of the county's events, 0 to 1",
}
RESPONSE_LABELS: Final = {
    "county": "County",
    "what": "Naloxone",
    "events": "Events",
    "events_share": "Of the county’s events, %",
}
REACH_LABELS: Final = {"what": "", "events": "Events", "residents": "Residents"}
REACH_COLUMNS: Final = {
    "what": "What is measured",
    "events": "Events by the tract and municipality they lie in",
    "residents": "Residents of the same counties, by census tract",
}


def response_table(
    told: Release, counties: Collection[str] | None, names: Mapping[str, str]
) -> pd.DataFrame:
    """
    Return how often police, EMS and others gave naloxone, by county.

    Parameters
    ----------
    told : Release
    counties : collection of str
        GEOIDs.
    names : mapping of str to str
        Of counties.

    Returns
    -------
    pandas.DataFrame
        The columns of `RESPONSE_COLUMNS`, a row per block with events.
    """
    blocks = told.blocks(told.responses, counties)
    rows = []
    for zone, of_zone in blocks.groupby("zone", sort=False):
        place = zone_place(told, told.responses, zone, names)
        total = int(of_zone["events"].sum())
        for row in of_zone.itertuples():
            if row.events:
                what = " or ".join(RESPONSE_WORDS[code] for code in row.columns)
                rows.append((place, what, int(row.events), row.events / total))
    table = pd.DataFrame(rows, columns=list(RESPONSE_COLUMNS))
    return table.astype({"county": "str", "what": "str"})


def reach_table(
    told: Release, people: pd.DataFrame, counties: Collection[str], *, minutes: float
) -> pd.DataFrame:
    """
    Return how events and residents are reached: by police naloxone, by treatment.

    Parameters
    ----------
    told : Release
    people : pandas.DataFrame
        Of `people_and_help`.
    counties : collection of str
        GEOIDs.
    minutes : float
        Threshold.

    Returns
    -------
    pandas.DataFrame
        The columns of `REACH_COLUMNS`; shares from 0 to 1, medians in minutes; missing where no
        list of the kind is known, events also where none lies among known residents.

    Notes
    -----
    The events of a zone are spread over its pieces by residents: nothing is told that the counts
    by place do not tell.
    """
    rows = people[people["county_geoid"].isin(counties)].set_index(["tract_geoid", "area_id"])
    events = events_by_people(told).reindex(rows.index).fillna(0.0)
    residents = rows["residents_persons"].astype(float)
    words = Reach(routed_shares(rows), 0.0).words
    kinds = {"treatment": "a treatment facility", "otp": "an OTP", "walk_in": "a walk-in station"}
    measured: dict[str, pd.Series] = {
        "in jurisdictions documented to carry naloxone": rows["naloxone_code"] == "documented"
    }
    for kind, name in kinds.items():
        to_site = rows[f"{kind}_minutes"].astype("Float64")
        measured[f"within {minutes:g} min ({words[kind]}) of {name}"] = to_site <= minutes
    table = [
        (f"Share {what}", _share(marks, events), _share(marks, residents))
        for what, marks in measured.items()
    ]
    for kind, name in kinds.items():
        values = rows[f"{kind}_minutes"].to_numpy(float)
        medians = [weighted_median(values, weight.to_numpy()) for weight in (events, residents)]
        table.append((f"Median minutes ({words[kind]}) to {name}", medians[0], medians[1]))
    return pd.DataFrame(table, columns=list(REACH_COLUMNS)).astype({"what": "str"})


def in_percent(gave: pd.DataFrame) -> pd.DataFrame:
    """Return the table of responses with shares in percent."""
    return gave.assign(events_share=(100 * gave["events_share"]).round(1))


def for_screen(reach: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its numbers in words."""
    shown = reach.copy()
    for column in ("events", "residents"):
        shown[column] = [
            share_text(value) if what.startswith("Share") else minutes_text(value)
            for what, value in zip(reach["what"], reach[column], strict=True)
        ]
    return shown


def events_by_people(told: Release) -> pd.Series:
    """Return the events of each tract's part of a municipality, zones spread by residents."""
    pieces = told.pieces
    sums = told.whole.zone_sums(["all"])
    residents = pieces["residents_persons"].astype(float)
    lived = np.bincount(told.whole.zone, residents, len(sums))[told.whole.zone]
    share = np.divide(residents, lived, out=np.zeros(len(pieces)), where=lived > 0)
    events = pd.Series(share * sums[told.whole.zone], index=pieces.index)
    known = pieces["tract"].notna() & pieces["municipality"].notna()
    index = pd.MultiIndex.from_frame(pieces.loc[known, ["tract", "municipality"]])
    return events[known].set_axis(index)


def _share(marks: pd.Series, weight: pd.Series) -> float:
    total = weight.sum()
    if marks.isna().any() or not total > 0:
        return float("nan")
    return float(weight[marks.astype(bool)].sum() / total)
