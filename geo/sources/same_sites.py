"""When rows of lists of facilities are one site: by street, by name, by distance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.access import Array, earth_positions_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

NEAR_M: Final = 250.0

_HOUSE: Final = re.compile(r"^[a-z]?-?(\d+(?:-\d+)?)(?:-?[a-z]\b)?\s+(\S.*)$")
"""A number or two, maybe with a letter before (as around Flint) or after, and a street."""
_IN_THE_BUILDING: Final = re.compile(
    r"(?:,|\b(?:suite|ste|unit|room|rm|floor|bldg|building|apt|lower level|upper level)\b|#).*$"
)
_BUILDING_WORDS: Final = frozenset(
    {"suite", "ste", "unit", "room", "rm", "floor", "fl", "bldg", "building", "apt", "and"}
)
_SHORT: Final = {
    "avenue": "ave",
    "av": "ave",
    "boulevard": "blvd",
    "circle": "cir",
    "court": "ct",
    "drive": "dr",
    "east": "e",
    "highway": "hwy",
    "lane": "ln",
    "mount": "mt",
    "north": "n",
    "northeast": "ne",
    "northwest": "nw",
    "parkway": "pkwy",
    "place": "pl",
    "road": "rd",
    "route": "rte",
    "saint": "st",
    "south": "s",
    "southeast": "se",
    "southwest": "sw",
    "square": "sq",
    "street": "st",
    "terrace": "ter",
    "west": "w",
}
_OFTEN_LEFT_OUT: Final = frozenset({*_SHORT.values(), "service"}) - {"mt"}
_WORDS_OF_ANY_FIRM: Final = frozenset({"inc", "llc", "pc", "pllc", "corp", "co", "ltd", "the"})


@dataclass(frozen=True)
class Address:
    """
    What tells whether two rows are one site.

    Parameters
    ----------
    identity : str
        Identifier by name, address and city.
    firm : str
        Name in small letters, without `Inc` and the like.
    kind : str
        otp or treatment.
    street : str
        Number, street and ZIP code (or city), shortened; empty without a number.
    bare_street : str
        The same without directions and words like `Street`.
    inside : frozenset of str
        What names the suite.
    position : Array, optional
        On the earth, metres.
    """

    identity: str
    firm: str
    kind: str
    street: str
    bare_street: str
    inside: frozenset[str]
    position: Array | None

    def is_near(self, other: Address) -> bool:
        """Return whether both have a point and the points lie within 250 m."""
        if self.position is None or other.position is None:
            return False
        return float(np.linalg.norm(self.position - other.position)) <= NEAR_M

    def is_same_site(self, other: Address) -> bool:
        """Return whether two rows of different lists or kinds are one site."""
        if self._is_other_suite(other):
            return False
        same_name = bool(self.firm) and self.firm == other.firm
        same_bare = bool(self.bare_street) and self.bare_street == other.bare_street
        if (self.street and self.street == other.street) or (same_name and same_bare):
            return True
        return (same_name or same_bare) and self.is_near(other)

    def is_repeated(self, other: Address) -> bool:
        """Return whether a row of the same list and kind says the same again."""
        if self.identity == other.identity:
            return True
        same_name = bool(self.firm) and self.firm == other.firm
        same_street = bool(self.street) and self.street == other.street
        return same_name and same_street and not self._is_other_suite(other)

    def _is_other_suite(self, other: Address) -> bool:
        return bool(self.inside - other.inside) and bool(other.inside - self.inside)


def site_numbers(addresses: Sequence[Address], lists: Array) -> Array:
    """
    Return the number of each row's site.

    Parameters
    ----------
    addresses : sequence of Address
    lists : Array, shape (n,)
        Number of the list that each row comes from.

    Returns
    -------
    Array, shape (n,), int
        From zero on. Rows that are one by way of a third are one.
    """
    links = []
    for one, other in _candidates(addresses):
        first, second = addresses[one], addresses[other]
        told_apart = lists[one] == lists[other] and first.kind == second.kind
        if first.is_repeated(second) or (not told_apart and first.is_same_site(second)):
            links.append((one, other))
    ends = np.array(links, dtype="int64").reshape(-1, 2).T
    rows = len(addresses)
    graph = coo_array((np.ones(len(links)), (ends[0], ends[1])), shape=(rows, rows))
    return np.asarray(connected_components(graph, directed=False)[1])


def _candidates(addresses: Sequence[Address]) -> set[tuple[int, int]]:
    """Return pairs of rows that have a street, a bare street or a name in common."""
    pairs: set[tuple[int, int]] = set()
    for told in ("identity", "street", "bare_street", "firm"):
        alike: dict[str, list[int]] = {}
        for number, address in enumerate(addresses):
            alike.setdefault(getattr(address, told), []).append(number)
        alike.pop("", None)
        for members in alike.values():
            pairs.update(combinations(members, 2))
    return pairs


def site_addresses(rows: pd.DataFrame) -> list[Address]:
    """
    Return what tells rows apart.

    Parameters
    ----------
    rows : pandas.DataFrame
        `facility_id`, `name`, `kind_code`, `address`, `city`, `zip_code`, `latitude`, `longitude`.

    Returns
    -------
    list of Address
        In the order of the rows.
    """
    town = rows["zip_code"].fillna(rows["city"].str.lower()).fillna("")
    written = rows["address"].fillna("").str.lower()
    is_placed = rows["latitude"].notna()
    positions = earth_positions_m(
        rows["longitude"].astype("float64").fillna(0.0),
        rows["latitude"].astype("float64").fillna(0.0),
    )
    told = zip(rows["facility_id"], rows["name"], rows["kind_code"], written, town, strict=True)
    return [
        _address(*each, position=position if placed else None)
        for each, placed, position in zip(told, is_placed, positions, strict=True)
    ]


def _address(
    identity: str, name: str, kind: str, written: str, town: str, *, position: Array | None
) -> Address:
    house = _HOUSE.match(written)
    number, rest = house.groups() if house else ("", "")
    outside = _IN_THE_BUILDING.sub("", rest)
    words = [_SHORT.get(word, word) for word in _words(outside)]
    bare = "".join(word for word in words if word not in _OFTEN_LEFT_OUT) or "".join(words)
    return Address(
        identity=identity,
        firm=" ".join(word for word in _words(name.lower()) if word not in _WORDS_OF_ANY_FIRM),
        kind=kind,
        street=f"{number} {' '.join(words)} {town}" if house else "",
        bare_street=f"{number} {bare} {town}" if house else "",
        inside=frozenset(_words(rest[len(outside) :])) - _BUILDING_WORDS,
        position=position,
    )


def _words(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['.]", "", text)).split()


def spread_m(site: Sequence[Address]) -> int:
    """
    Return how far the farthest two points of a site lie apart.

    Parameters
    ----------
    site : sequence of Address

    Returns
    -------
    int, metres
        0 where fewer than two rows have a point.
    """
    placed = [address.position for address in site if address.position is not None]
    gaps = [float(np.linalg.norm(one - other)) for one, other in combinations(placed, 2)]
    return round(max(gaps, default=0.0))
