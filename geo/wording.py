"""Numbers and dates as a person reads them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.maps.style import POLICE_WORDS
from geo.scenario import WHAT_IF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BASIS_WORDS = {
    "own_department": "its own department",
    "township_department": "the department of the township around it",
    "sheriff_contract": "the county sheriff under contract",
    "state_police": "the State Police in place of an own department",
    "own_department_outside_five_counties": "its own department, based in a neighbouring county",
    "own_department_fbi_list_only": "a department named by the FBI list only; it may be dormant",
    "residual_sheriff": "the county sheriff, as no other department is known",
    "county_police": "the county’s police department, as no other department is known",
    "residual_state_police": "the State Police, as no other department is known",
}
CONFIDENCE_WORDS = {
    "documented": "documented",
    "inferred": "inferred, not stated by a source",
    "general_rule": "a general rule, no source for this place",
    "unconfirmed": "unconfirmed",
}
RELIABILITY_WORDS = {
    "reliable": "",
    "unreliable": "fewer than 20 events: unreliable",
    "suppressed": "rests on suppressed years",
    "missing": "not in this source",
}
HOTSPOT_WORDS = {
    "very_high": "very high",
    "high": "high",
    "not_distinguishable": "not distinguishable from the state",
    "low": "low",
}


def day_text(day: date) -> str:
    """
    Return a day as people write it.

    Examples
    --------
    >>> day_text(date(2018, 6, 30))
    '30 June 2018'
    """
    return f"{day.day} {day:%B %Y}"


def partial_date_text(partial: Any) -> str:
    """
    Return a partial date as people write it; empty where missing.

    Examples
    --------
    >>> partial_date_text("2016-05")
    'May 2016'
    """
    if pd.isna(partial):
        return ""
    if len(partial) == 4:  # noqa: PLR2004
        return str(partial)
    if len(partial) == 7:  # noqa: PLR2004
        return f"{date.fromisoformat(partial + '-01'):%B %Y}"
    return day_text(date.fromisoformat(partial))


def share_text(share: Any) -> str:
    """
    Return a share as a whole percentage that never rounds to all or nothing falsely.

    Examples
    --------
    >>> [share_text(value) for value in (0.0, 0.002, 0.354, 0.998, 1.0)]
    ['0 %', 'under 1 %', '35 %', 'over 99 %', '100 %']
    """
    if pd.isna(share):
        return "not known"
    percent = 100 * float(share)
    if 0 < percent <= 0.5:  # noqa: PLR2004
        return "under 1 %"
    if 99.5 <= percent < 100:  # noqa: PLR2004
        return "over 99 %"
    return f"{percent:.0f} %"


def count_text(low: int, high: int) -> str:
    """
    Return a count, or the range that suppressed years leave open.

    Examples
    --------
    >>> count_text(93, 93), count_text(5, 45)
    ('93', '5 to 45')
    """
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def reliability_text(row: pd.Series) -> str:
    """
    Return how far a rate can be relied on; empty where nothing is to be said.

    Parameters
    ----------
    row : pandas.Series
        reliability_code, withheld_range.
    """
    words = RELIABILITY_WORDS[row["reliability_code"]]
    between = row["withheld_range"] if row["reliability_code"] == "suppressed" else ""
    return f"{words} ({between} deaths each)" if between else words


def rate_text(rate: Any, lower: Any, upper: Any) -> str:
    """
    Return a rate with its interval.

    Examples
    --------
    >>> rate_text(46.98, 45.51, 48.46)
    '47.0 (45.5 to 48.5)'
    """
    if pd.isna(rate):
        return "no rate"
    if pd.isna(lower) or pd.isna(upper):
        return f"{rate:.1f}"
    return f"{rate:.1f} ({lower:.1f} to {upper:.1f})"


def minutes_text(minutes: Any) -> str:
    """Return estimated minutes; says so where there is no site or nobody lives."""
    if pd.isna(minutes):
        return "not known"
    return "no site known" if np.isinf(minutes) else f"about {float(minutes):.0f} min"


def period_text(start: int, end: int) -> str:
    """Return a period."""
    return str(start) if start == end else f"{start} to {end}"


def naloxone_sentence(row: Mapping[str, Any], today: date) -> str:
    """
    Return what is documented of an agency, with its dates.

    Parameters
    ----------
    row : mapping
        naloxone_code, since_date, as_of_date, search_code, searched_date,
        source_name.
    today : datetime.date
        Day the evidence was compiled.
    """
    code = row["naloxone_code"]
    if row["source_name"] == WHAT_IF:
        return "What if: taken as documented to carry; no source says so."
    words = POLICE_WORDS[code][0].upper() + POLICE_WORDS[code][1:]
    if code == "not_documented":
        return f"{words}; {search_text(row)}."
    if pd.isna(row["as_of_date"]):
        return f"{words}; the page bears no date (read {day_text(today)})."
    since = partial_date_text(row["since_date"])
    known = f", known since {since}" if since else ""
    return f"{words}{known}; source of {partial_date_text(row['as_of_date'])}."


def search_text(row: Mapping[str, Any]) -> str:
    """Return what a search for an agency's naloxone found: of its search_code, searched_date."""
    day = partial_date_text(row["searched_date"])
    return {
        "nothing_found": f"searched, nothing found ({day})",
        "ambiguous_only": f"searched, only texts that can be read either way ({day})",
        "not_searched": "not searched for",
    }.get(str(row["search_code"]), "no source on the chosen date")


def plural(count: int, noun: str) -> str:
    """
    Return a noun in the number that a count asks for.

    Examples
    --------
    >>> plural(1, "county-year"), plural(2, "county"), plural(0, "municipality")
    ('county-year', 'counties', 'municipalities')
    """
    if count == 1:
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def listing(names: Sequence[str]) -> str:
    """
    Return names joined as in a sentence.

    Examples
    --------
    >>> listing(["Genesee", "Lapeer", "Wayne"])
    'Genesee, Lapeer and Wayne'
    """
    if len(names) < 2:  # noqa: PLR2004
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
