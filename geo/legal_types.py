"""What the Census Bureau's LSAD codes say a place or a county subdivision is."""

from __future__ import annotations

import re
from typing import Final

PLACE_TYPES: Final = {
    "21": "borough",
    "25": "city",
    "43": "town",
    "47": "village",
    "37": "consolidated",  # municipality, Alaska: city and borough under one government
    "53": "consolidated",  # city and borough, Alaska
    "CB": "consolidated",
    "CG": "consolidated",
    "MB": "consolidated",
    "MG": "consolidated",
    "UB": "consolidated",
    "UC": "consolidated",
    "UG": "consolidated",
}
"""LSAD codes of incorporated places; with 00 the name itself says what it is."""

COUSUB_TYPES: Final = {
    "21": "borough",
    "25": "city",
    "39": "town",  # plantation, Maine
    "43": "town",
    "44": "township",
    "45": "township",  # the word stands before the name
    "47": "village",
    "49": "charter_township",
}
"""LSAD codes of subdivisions that have a government where their state has such governments."""

TOWNSHIP_STATES: Final = frozenset(
    "09 17 18 20 23 25 26 27 29 31 33 34 36 38 39 42 44 46 50 55".split()  # noqa: SIM905
)
"""The twenty states with town or township governments (Census of Governments)."""

_CONSOLIDATED_NAME: Final = re.compile(
    r"\(balance\)|government|\bcounty\b|butte-silver bow", re.IGNORECASE
)


def place_type(lsad_code: str, name: str) -> str:
    """
    Return the legal type of an incorporated place.

    Parameters
    ----------
    lsad_code : str
        Two characters.
    name : str
        For code 00, where no word is added to the name.

    Returns
    -------
    str
        city, village, town, borough or consolidated; a code that is not known counts as city,
        since the place is incorporated.

    Examples
    --------
    >>> place_type("47", "Dryden"), place_type("00", "Indianapolis city (balance)")
    ('village', 'consolidated')
    """
    if lsad_code == "00" and _CONSOLIDATED_NAME.search(name):
        return "consolidated"
    return PLACE_TYPES.get(lsad_code, "city")


def cousub_type(lsad_code: str, state: str) -> str:
    """
    Return the legal type of a county subdivision.

    Parameters
    ----------
    lsad_code : str
        Two characters.
    state : str
        FIPS code: in North Carolina or Iowa a township governs nothing.

    Returns
    -------
    str
        city, village, town, borough, township, charter_township, or remainder: census county
        divisions (22), districts (27, 28), unorganized territories (46), gores, grants and the
        like, and townships of states without township governments.

    Examples
    --------
    >>> cousub_type("44", "26"), cousub_type("44", "37"), cousub_type("22", "01")
    ('township', 'remainder', 'remainder')
    """
    kind = COUSUB_TYPES.get(lsad_code, "remainder")
    is_town = kind in {"town", "township", "charter_township"}
    return "remainder" if is_town and state not in TOWNSHIP_STATES else kind
