"""The FBI's list of agencies and the list of stations as one list of agencies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geo.agency_names import place_words, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.agency_names import PlaceIndex

_COUNTY_WORDS: Final = re.compile(r" (county|parish|borough|census area|city and borough|city)$")
_CLOSED: Final = re.compile(r"closed|inactive", re.IGNORECASE)
_BRANCH: Final = re.compile(r"\s+-\s*|\s*-\s+|\s+/\s+")


@dataclass(frozen=True)
class ListSource:
    """
    The release of a list.

    Parameters
    ----------
    source_id : str
        Stem of its record in `data/sources/`.
    as_of_date : str
        Date it speaks of: a day, a month or a year.
    source_url : str
    """

    source_id: str
    as_of_date: str
    source_url: str


@dataclass
class Listed:
    """
    An agency that at least one list names.

    Parameters
    ----------
    name : str
        As the list writes it, without a branch.
    kind : str
        Code of `agency.type_code`.
    counties : tuple of str
        GEOIDs of its counties; empty where the list says none that is known.
    tiles : tuple of str
        `area_id`s of the municipality parts its name tells.
    contract_tiles : tuple of str
        Those that an entry of a sheriff is for.
    oris, stations : list of str
        Identifiers in the two lists.
    """

    name: str
    kind: str
    counties: tuple[str, ...]
    tiles: tuple[str, ...] = ()
    contract_tiles: tuple[str, ...] = ()
    oris: list[str] = field(default_factory=list)
    stations: list[str] = field(default_factory=list)

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two entries one agency."""
        if self.kind == "state_police":
            return (self.kind,)
        if self.kind in {"sheriff", "county_police"} and self.counties:
            return (self.kind, self.counties[0])
        if self.tiles:
            return (self.kind, *sorted(self.tiles))
        return (self.kind, plain(self.name), *self.counties[:1])


def agency_kind(name: str, type_text: str) -> str:
    """
    Return what kind of agency an entry of either list is.

    Parameters
    ----------
    name, type_text : str
        As the list writes them: City, County, State Police, University or College, Tribal, ... or
        LOCAL POLICE DEPARTMENT, SHERIFF'S OFFICE, ...

    Returns
    -------
    str
        A code of `agency.type_code`; `municipal` also for townships, told apart by their place.

    Examples
    --------
    >>> agency_kind("Wayne State University Police", "University or College")
    'campus'
    >>> agency_kind("Cobb County Police Department", "County")
    'county_police'
    """
    title, kind = name.lower(), type_text.lower()
    for code, in_title, in_kind in _KINDS:
        if re.search(in_title, title) and re.search(in_kind, kind):
            return code
    return "special"


_KINDS: Final = (  # the first whose patterns are found in the name and in the type
    ("sheriff", r"sheriff", r""),
    ("sheriff", r"", r"sheriff"),
    ("tribal", r"", r"tribal"),
    ("campus", r"", r"university|college|campus|school"),
    ("railroad", r"railroad|railway", r""),
    ("railroad", r"", r"railroad|railway"),
    ("state_police", r"", r"state police|primary state"),
    ("municipal", r"", r"city|local police|municipal|township|constable|marshal"),
    ("campus", r"\bschools?\b", r""),
    ("county_police", r"police|public safety", r"county"),
    ("municipal", r"\bpolice dep|public safety|marshal", r"^$"),
)


def county_codes(counties: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """
    Return the GEOIDs of counties by plain name, with and without its last word.

    Parameters
    ----------
    counties : pandas.DataFrame
        geoid and name; a city and a county of one name have both.
    """
    codes: dict[str, tuple[str, ...]] = {}
    for geoid, name in counties[["geoid", "name"]].to_numpy(str):
        for text in {plain(name), _COUNTY_WORDS.sub("", plain(name))}:
            codes[text] = (*codes.get(text, ()), geoid)
    return codes


def read_listed(
    agencies: pd.DataFrame,
    stations: pd.DataFrame,
    index: PlaceIndex,
    codes: Mapping[str, tuple[str, ...]],
) -> list[Listed]:
    """
    Return every agency of the two lists once.

    Parameters
    ----------
    agencies : pandas.DataFrame
        The FBI's list: ori, name, type_text, counties_text.
    stations : pandas.DataFrame
        The list of stations: station_id, name, county_geoid, type_text, status_text. Those that
        are closed are left out.
    index : PlaceIndex
        To find municipality parts by name.
    codes : mapping
        Of `county_codes`.

    Returns
    -------
    list of Listed
        In the order of the lists; those of one kind and place, or one name, are one.

    Notes
    -----
    An identifier that ends in X is a branch's, seen where a sheriff polices a community: the FBI
    names thirteen such entries as departments of the thirteen communities under contract in
    Oakland County, Michigan. Such an entry is the sheriff's, for that place.
    """
    found: dict[tuple[str, ...], Listed] = {}
    columns = ["ori", "name", "type_text", "counties_text"]
    rows = agencies[columns].fillna("").to_numpy(str)
    for ori, name, kind, text in sorted(rows.tolist(), key=lambda row: _is_branch(row[0])):
        parts = re.split(r"[;,]", text)
        homes = tuple(code for part in parts for code in _codes_of(part, codes))
        entry = _listed(name, kind, homes, index, codes)
        sheriff = found.get(("sheriff", *homes[:1])) if _is_branch(ori) else None
        if sheriff and entry.tiles:
            entry = Listed(sheriff.name, "sheriff", homes, contract_tiles=entry.tiles)
        _add(found, entry).oris.append(ori)
    columns = ["station_id", "name", "type_text", "county_geoid", "status_text"]
    for station, name, kind, home, status in stations[columns].fillna("").to_numpy(str):
        if not _CLOSED.search(status):
            is_post = agency_kind(name, kind) == "state_police"
            own = name if is_post else _BRANCH.split(name)[0]
            entry = _listed(own, kind, (home,) if home else (), index, codes)
            if is_post:
                entry = Listed(own, "state_police_post", (home,) if home else ())
            _add(found, entry).stations.append(station)
    return list(found.values())


def _is_branch(ori: str) -> bool:
    return ori.endswith("X")


def _codes_of(text: str, codes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    name = plain(text)
    return codes.get(name) or codes.get(_COUNTY_WORDS.sub("", name), ())


def _add(found: dict[tuple[str, ...], Listed], entry: Listed) -> Listed:
    known = found.setdefault(entry.identity, entry)
    known.contract_tiles = tuple(dict.fromkeys((*known.contract_tiles, *entry.contract_tiles)))
    return known


def _listed(
    name: str,
    type_text: str,
    homes: tuple[str, ...],
    index: PlaceIndex,
    codes: Mapping[str, tuple[str, ...]],
) -> Listed:
    kind = agency_kind(name, type_text)
    if kind == "sheriff":
        office, _, place = name.partition(":")
        tile = index.find(plain(place), homes) if place else ""
        return Listed(office.strip(), kind, homes, contract_tiles=(tile,) if tile else ())
    if kind == "state_police":
        return Listed(name.partition(":")[0].strip(), kind, ())
    if kind not in {"municipal", "county_police"}:
        return Listed(name, kind, homes)
    tiles = index.find_all(name, homes)
    own = tuple(code for code in _codes_of(place_words(name), codes) if code in homes)
    if not tiles and own:
        return Listed(name, "county_police", own)
    if kind == "county_police" and not tiles:
        return Listed(name, "special", homes)
    is_joint = index.places_of(tiles) > 1
    return Listed(name, "joint" if is_joint else "municipal", homes, tiles)
