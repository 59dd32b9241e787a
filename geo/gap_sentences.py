"""One plain sentence for a gap: who lives there, how far from help, under which police."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import wording
from geo.gaps import need_code
from geo.scenario import WHAT_IF

if TYPE_CHECKING:
    from geo.answers import Answers

NEED_WORDS: Final = {
    "high": "high",
    "not_high": "not classed as high",
    "unknown": "not known: {why}",
}
SITE_WORDS: Final = {"treatment": "treatment facility", "otp": "OTP"}
POLICED_BY: Final = {
    "own_department": "its own department, {agency},",
    "township_department": "no department of its own; {agency}, of the township around it,",
    "sheriff_contract": "no department of its own; {agency}, under contract,",
    "state_police": "no department of its own; {agency}, who polices it,",
    "own_department_outside_five_counties": "its own department, {agency}, based in a "
    "neighbouring county,",
    "own_department_fbi_list_only": "{agency}, which only the FBI list names,",
    "residual_sheriff": "no department of its own known; {agency}, who polices it,",
    "county_police": "no department of its own known; {agency}, who polices it,",
    "residual_state_police": "no department of its own known; {agency}, who polices it,",
}


def municipality_sentence(
    row: pd.Series, answers: Answers, *, minutes: float, facilities: str, word: str
) -> str:
    """
    Return the sentence of a municipality.

    Parameters
    ----------
    row : pandas.Series
        county_geoid, name, residents_persons, treatment_minutes, otp_minutes, basis_code,
        agency_name, police_code, since_date, as_of_date, source_name, search_code, searched_date,
        is_high_need, need_level_code, why_no_need.
    answers : Answers
        For names and dates.
    minutes : float
        Threshold of the gap; no part of a municipality's sentence.
    facilities : {"treatment", "otp"}
        What its minutes are to.
    word : {"estimated", "routed", "partly estimated"}
        How they came about.

    Returns
    -------
    str
        Says how the minutes came about and, of need, whose it is.
    """
    del minutes
    county = answers.county_names[row["county_geoid"]]
    place = f"In {county} County, {row['name']}: "
    if not row["residents_persons"]:
        return place + f"nobody lived here in {answers.edition.population_year}."
    agency = POLICED_BY[row["basis_code"]].format(agency=row["agency_name"])
    need = _need(row)
    whose = "The county’s" if row["need_level_code"] == "county" else "Its own"
    return (
        f"{place}{_people(row)} {_distance(row, facilities, word)}; {agency} {_naloxone(row)}. "
        f"{whose} need is {need}."
    )


def county_sentence(
    row: pd.Series, answers: Answers, *, minutes: float, facilities: str, word: str
) -> str:
    """
    Return the sentence of a county.

    Parameters
    ----------
    row : pandas.Series
        name, residents_persons, affected_persons, police_documented_share,
        police_announced_share, police_unknown_share, the share and minutes of `facilities`,
        is_high_need, why_no_need.
    answers : Answers
        Unused; as for a municipality.
    minutes : float
        Threshold.
    facilities : {"treatment", "otp"}
    word : {"estimated", "routed", "partly estimated"}
        How its minutes came about.

    Returns
    -------
    str
    """
    del answers
    beyond = wording.share_text(1 - row[f"{facilities}_share"])
    need = _need(row)
    return (
        f"{row['name']}: {wording.share_text(row['police_documented_share'])} of residents live "
        f"under a department documented to carry naloxone, "
        f"{wording.share_text(row['police_announced_share'])} under one that announced it, "
        f"{wording.share_text(row['police_unknown_share'])} under one of which nothing is known; "
        f"{beyond} live over {minutes:g} {word} minutes from the nearest listed "
        f"{SITE_WORDS[facilities]}; need is {need}."
    )


def _need(row: pd.Series) -> str:
    code = need_code(row["is_high_need"])
    return NEED_WORDS[code].format(why=row["why_no_need"])


def _people(row: pd.Series) -> str:
    count = int(row["residents_persons"])
    return f"{count:,} people live" if count > 1 else "1 person lives"


def _distance(row: pd.Series, facilities: str, word: str) -> str:
    minutes, site = row[f"{facilities}_minutes"], SITE_WORDS[facilities]
    if np.isinf(minutes):
        return f"with no listed {site} known"
    return f"about {minutes:.0f} {word} minutes (median) from the nearest listed {site}"


def _naloxone(row: pd.Series) -> str:
    code = row["police_code"]
    if code == "not_documented":
        searched = wording.search_text(row)
        return f"is in no source we know of as carrying naloxone or not; {searched}"
    if row["source_name"] == WHAT_IF:
        return "is taken as carrying naloxone (what if; no source says so)"
    since = wording.partial_date_text(row["since_date"])
    dated = f" since {since}" if since else ""
    words = {
        "documented": f"is documented to carry naloxone{dated}",
        "announced": "has announced naloxone, and no source says that officers carry it",
        "does_not_carry": "is documented not to carry naloxone",
    }[code]
    day = wording.partial_date_text(row["as_of_date"])
    source = ", ".join(text for text in (row["source_name"], day) if pd.notna(text) and text)
    return f"{words} ({source})"
