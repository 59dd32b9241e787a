"""From the name of an agency to the municipality it polices."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

_LONG: Final = {
    "st": "saint",
    "ste": "sainte",
    "mt": "mount",
    "ft": "fort",
    "twp": "township",
    "twsp": "township",
    "boro": "borough",
    "dept": "department",
    "co": "county",
}
_SERVICE: Final = re.compile(
    r"\b(police|public safety|department|dept|dps|pd|division of|bureau of|marshals?|constables?|"
    r"law enforcement)\b"
)
_TYPE_WORDS: Final = "charter township|township|borough|village|city|town"
_BEFORE: Final = re.compile(rf"^(?P<kind>{_TYPE_WORDS}) of (the )?(?P<rest>.+)$")
_AFTER: Final = re.compile(rf"^(?P<rest>.+?) (?P<kind>{_TYPE_WORDS})$")
_BRANCH: Final = re.compile(r"\s+-\s*|\s*-\s+|:|/")
_IN_COUNTY: Final = re.compile(r",[^,]*\bcounty\b", re.IGNORECASE)
_JOINT: Final = re.compile(r"-|/|,|&|\band\b", re.IGNORECASE)
_METRO: Final = re.compile(r"^(metropolitan|metro)\b|\b(metropolitan|metro)$")
_TOWNSHIPS: Final = ("charter_township", "township", "town")
_ALLOWED: Final = {
    "township": _TOWNSHIPS,
    "charter township": ("charter_township", "township"),
    "town": ("town", "township", "charter_township"),
    "village": ("village",),
    "borough": ("borough", "city"),
    "city": ("city", "consolidated", "borough", "village"),
    "": ("city", "consolidated", "borough", "village", *_TOWNSHIPS),
}
"""Types that a word in the name can mean, in the order they are tried."""


def plain(name: str) -> str:
    """
    Return a name in small letters without accents and marks, its short words written out.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> plain("St. Clair Shores Twp")
    'saint clair shores township'
    """
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"['.]", "", text).replace("&", " and ")
    return " ".join(_LONG.get(word, word) for word in re.findall(r"[a-z0-9]+", text))


def place_words(name: str) -> str:
    """
    Return what an agency's name says besides that it is police.

    Parameters
    ----------
    name : str
        What follows a colon, a slash or a dash between blanks is a branch and left out.

    Returns
    -------
    str
        In plain letters; empty where nothing else is said.

    Examples
    --------
    >>> place_words("Oak Park Public Safety Department")
    'oak park'
    >>> place_words("Detroit Police Department - Eastern District")
    'detroit'
    >>> place_words("Richfield Township, Roscommon County Police Department")
    'richfield township'
    >>> place_words("Police Department of the City of Ames")
    'city of ames'
    """
    text = plain(_BRANCH.split(_IN_COUNTY.sub(" ", name))[0])
    found = _SERVICE.search(text)
    words = text[: found.start()] if found else text
    if found and not words.strip():
        words = text.partition(" of ")[2].removeprefix("the ")
    return _METRO.sub("", words.strip()).strip()


class PlaceIndex:
    """
    Find municipality parts by county and name.

    Parameters
    ----------
    tiles : pandas.DataFrame
        area_id, geoid, name, type_code, county_geoid, is_cross_county; remainders are left out.
    """

    def __init__(self, tiles: pd.DataFrame) -> None:
        self._exact: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        self._short: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        self._counties = sorted(tiles["county_geoid"].unique())
        sole = tiles[~tiles["county_geoid"].duplicated(keep=False)]
        self._sole = sole.set_index("county_geoid")["area_id"].to_dict()
        columns = ["area_id", "name", "type_code", "county_geoid"]
        for area_id, name, kind, county in tiles[columns].to_numpy(str):
            if kind == "remainder":
                continue
            whole = plain(re.sub(r"\(.*?\)", "", name))
            self._exact[county, whole].append((area_id, kind))
            for short in _short_names(name, whole, kind):
                self._short[county, short].append((area_id, kind))
        crossing = tiles[tiles["is_cross_county"].astype(bool)]
        common = crossing["geoid"].str[-5:] + crossing["type_code"] + crossing["name"]
        groups = crossing.groupby(common)["area_id"].agg(tuple)
        self._parts = {area: parts for parts in groups for area in parts}

    def find(self, words: str, counties: Iterable[str]) -> str:
        """
        Return the municipality part that words name in one of the counties.

        Parameters
        ----------
        words : str
            As `place_words` returns them.
        counties : iterable of str
            County GEOIDs, the likeliest first.

        Returns
        -------
        str
            `area_id`; empty where there is none, or two of the same type.

        Notes
        -----
        Tried in turn: the words as they are, the words without a word for the type (Lapeer City,
        Clinton Township, Town of Ames), which then must fit, and shortened names of places (Orchard
        Lake for Orchard Lake Village). A name without such a word is the city's before the
        village's before the township's.
        """
        split = _BEFORE.match(words) or _AFTER.match(words)
        tries = [(words, "")] + ([(split["rest"], split["kind"])] if split else [])
        if not words:
            return ""
        for names in (self._exact, self._short):
            for county in counties:
                for name, kind in tries:
                    found = _pick(names.get((county, name), ()), kind)
                    if found:
                        return found
        return ""

    def find_all(self, name: str, counties: Sequence[str]) -> tuple[str, ...]:
        """
        Return the municipality parts that an agency's name tells, several for a joint one.

        Parameters
        ----------
        name : str
            Of the agency.
        counties : sequence of str
            County GEOIDs; none where the list says none that is known.

        Returns
        -------
        tuple of str
            `area_id`s, with the parts of the same municipality in other counties. Of a name of
            several places all must be found, or none is. An agency of another county than the
            tiles' is found by the part its municipality has here; one of no known county where
            the whole state has one such municipality. A name that tells no place (Metropolitan
            Police Department) is that of a county with one municipality only.
        """
        pieces = [place_words(name)]
        if not pieces[0] and len(counties) == 1 and counties[0] in self._sole:
            return (self._sole[counties[0]],)
        found = self._somewhere(pieces, counties)
        if not found:
            end = _SERVICE.search(name.lower())
            split = _JOINT.split(name[: end.start()] if end else name)
            pieces = [plain(piece) for piece in split if piece.strip()]
            found = self._somewhere(pieces, counties) if len(pieces) > 1 else []
        parts = [part for tile in found for part in (tile, *self._parts.get(tile, ()))]
        return tuple(dict.fromkeys(parts))

    def places_of(self, tiles: Iterable[str]) -> int:
        """Return how many municipalities some parts belong to."""
        return len({self._parts.get(tile, (tile,)) for tile in tiles})

    def _somewhere(self, pieces: list[str], counties: Sequence[str]) -> list[str]:
        here = [county for county in counties if county in self._counties]
        if here:
            found = [self.find(piece, here) for piece in pieces]
        else:
            found = [self._only_one(piece, is_outside=bool(counties)) for piece in pieces]
        return found if all(found) else []

    def _only_one(self, words: str, *, is_outside: bool) -> str:
        hits = [hit for county in self._counties if (hit := self.find(words, [county]))]
        if is_outside:
            hits = [hit for hit in hits if hit in self._parts]
        return hits[0] if hits and self.places_of(hits) == 1 else ""


def _short_names(name: str, whole: str, kind: str) -> set[str]:
    names = set()
    for pattern in (_BEFORE, _AFTER):
        found = pattern.match(whole)
        if found:
            names.add(found["rest"])
    if kind == "consolidated":
        names |= {plain(piece) for piece in re.split(r"[-/]", name)}
    return names - {whole}


def _pick(candidates: Iterable[tuple[str, str]], kind: str) -> str:
    by_type = defaultdict(list)
    for area_id, code in candidates:
        by_type[code].append(area_id)
    for code in _ALLOWED[kind]:
        if by_type[code]:
            return by_type[code][0] if len(by_type[code]) == 1 else ""
    return ""
