"""The claims that the general rule makes, each with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import shapely

from geo.tables.definitions import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd

    from geo.listed_agencies import Listed, ListSource
    from geo.state_profiles import StateProfile

RULE_SOURCE: Final = "general-rule"
TOWNSHIPS: Final = ("township", "charter_township", "town")
_VILLAGES: Final = ("village", "borough")
_PLACE_DIGITS: Final = 7
_STATE_DIGITS: Final = 2
_TOUCH_DEGREES: Final = 1e-6
_DEPARTMENTS: Final = ("municipal", "joint")

VILLAGE_NOTE: Final = "village without an own station lies in the township; inferred from geography"
STATION_NOTE: Final = "inferred: only the list of stations names this department"
DORMANT_NOTE: Final = "FBI list only, no station known; may be dormant"
ENTRY_NOTE: Final = "inferred: the FBI list has an entry of the sheriff for this place"
OLDER_NOTE: Final = "the FBI list has an entry of the sheriff for this place too"
PART_NOTE: Final = "part of the same municipality in another county"
NAMELESS_NOTE: Final = "no list names it; here by the general rule only"


@dataclass(frozen=True)
class RuleLists:
    """
    What the claims of a state are made from.

    Parameters
    ----------
    tiles : geopandas.GeoDataFrame
        Municipality parts.
    names : mapping of int to str
        Identifier of each agency, by the identity of its entry.
    fbi, stations : ListSource
        Releases of the two lists.
    """

    tiles: gpd.GeoDataFrame
    names: Mapping[int, str]
    fbi: ListSource
    stations: ListSource

    @cached_property
    def tile(self) -> dict[str, Any]:
        """The rows of `tiles` by `area_id`."""
        return {row.area_id: row for row in self.tiles.itertuples()}

    @cached_property
    def counties(self) -> frozenset[str]:
        """The counties of the tiles."""
        return frozenset(self.tiles["county_geoid"])

    def is_township(self, agency: Listed) -> bool:
        """Whether all that a department polices are townships or towns."""
        kinds = {self.tile[tile].type_code for tile in agency.tiles}
        return bool(kinds) and kinds <= set(TOWNSHIPS)


def own_claims(listed: Sequence[Listed], lists: RuleLists) -> Iterator[dict[str, Any]]:
    """Return the claims of departments on the municipality that their name tells."""
    under_sheriff = {tile for agency in listed for tile in agency.contract_tiles}
    for agency in listed:
        for tile in agency.tiles:
            row = lists.tile[tile]
            notes = []
            role = _role(agency, lists)
            if role == "unconfirmed":
                notes.append(DORMANT_NOTE)
            elif not agency.oris:
                notes.append(STATION_NOTE)
            if tile in under_sheriff and role == "primary":
                role = "unconfirmed"
                notes.append(OLDER_NOTE)
            if row.is_cross_county and row.county_geoid not in agency.counties:
                notes.append(PART_NOTE)
            cited = _cited(lists.fbi) if not agency.stations else _cited(lists.stations)
            if agency.stations and agency.oris:
                cited |= {
                    "second_as_of_date": lists.fbi.as_of_date,
                    "second_source_url": lists.fbi.source_url,
                }
            yield _claim(lists.names[id(agency)], row.geoid, row.county_geoid, role, cited, notes)


def village_claims(listed: Sequence[Listed], lists: RuleLists) -> Iterator[dict[str, Any]]:
    """Return the claims of township departments on villages without a station of their own."""
    in_both = [agency for agency in listed if agency.oris and agency.stations]
    with_station = {tile for agency in listed if agency.stations for tile in agency.tiles}
    department = {
        tile: agency for agency in in_both if lists.is_township(agency) for tile in agency.tiles
    }
    tiles = lists.tiles
    is_village = tiles["type_code"].isin(_VILLAGES) & (tiles["geoid"].str.len() == _PLACE_DIGITS)
    villages = tiles[is_village & ~tiles["area_id"].isin(with_station)]
    for village, around in _townships_around(villages, tiles).items():
        if around in department:
            row = lists.tile[village]
            agency_id = lists.names[id(department[around])]
            cited, note = _cited(lists.stations), [VILLAGE_NOTE]
            yield _claim(agency_id, row.geoid, row.county_geoid, "primary", cited, note)


def contract_claims(listed: Iterable[Listed], lists: RuleLists) -> Iterator[dict[str, Any]]:
    """Return the claims of sheriffs on places that the FBI's list has an entry of theirs for."""
    for agency in listed:
        for tile in agency.contract_tiles:
            row = lists.tile[tile]
            agency_id, cited = lists.names[id(agency)], _cited(lists.fbi)
            yield _claim(agency_id, row.geoid, row.county_geoid, "contract", cited, [ENTRY_NOTE])


def residual_claims(
    residuals: Mapping[str, Listed], lists: RuleLists, profile: StateProfile
) -> Iterator[dict[str, Any]]:
    """Return the claims on whole counties, and that of the State Police on the state."""
    for area, agency in residuals.items():
        is_state = len(area) == _STATE_DIGITS
        cited = {
            "as_of_date": lists.fbi.as_of_date,
            "source_url": profile.page_on("state_police" if is_state else profile.residual_code),
            "source_id": RULE_SOURCE,
        }
        note = "Authority in the whole state" if is_state else profile.note
        county = None if is_state else area
        yield _claim(lists.names[id(agency)], area, county, "residual", cited, [note])


def agency_rows(
    listed: Iterable[Listed], lists: RuleLists, profile: StateProfile
) -> Iterator[dict[str, Any]]:
    """Return the rows of the table `agency`; one that no list names rests on the profile."""
    for agency in listed:
        in_fbi, in_stations = bool(agency.oris), bool(agency.stations)
        is_listed = in_fbi or in_stations
        cited = _cited(lists.stations if in_stations else lists.fbi)
        if not is_listed:
            cited = {"source_url": profile.page_on(agency.kind), "source_id": RULE_SOURCE}
        is_township = agency.kind == "municipal" and lists.is_township(agency)
        is_home = agency.kind in _DEPARTMENTS and agency.tiles
        yield {
            "agency_id": lists.names[id(agency)],
            "name": agency.name,
            "type_code": "township" if is_township else agency.kind,
            "county_geoid": agency.counties[0] if _has_county(agency) else None,
            "home_geoid": lists.tile[agency.tiles[0]].geoid if is_home else None,
            "ori9": ";".join(agency.oris) or None,
            "listing_code": _LISTING[in_stations, in_fbi],
            "is_in_hifld": in_stations,
            "is_in_fbi": in_fbi,
            "note": None if is_listed else NAMELESS_NOTE,
            "source_url": cited["source_url"],
            "source_id": cited["source_id"],
        }


_LISTING: Final = {
    (True, True): "listed_hifld_and_fbi",
    (True, False): "listed_hifld",
    (False, True): "fbi_list_only",
    (False, False): "general_rule",
}


def _has_county(agency: Listed) -> bool:
    return bool(agency.counties) and agency.kind != "state_police"


def _role(agency: Listed, lists: RuleLists) -> str:
    if not agency.stations:
        return "unconfirmed"
    is_outside = agency.counties and lists.counties.isdisjoint(agency.counties)
    return "outside" if is_outside else "primary"


def _townships_around(villages: gpd.GeoDataFrame, tiles: gpd.GeoDataFrame) -> dict[str, str]:
    """Return, by village, the township of its county that it shares the longest border with."""
    towns = tiles[tiles["type_code"].isin(TOWNSHIPS)]
    if villages.empty or towns.empty:
        return {}
    reach = shapely.buffer(villages.geometry.to_numpy(), _TOUCH_DEGREES)
    shapes = towns.geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(reach, predicate="intersects")
    border = shapely.intersection(shapely.boundary(shapes[two]), reach[one])
    pairs = pd.DataFrame(
        {
            "village": villages["area_id"].to_numpy()[one],
            "around": towns["area_id"].to_numpy()[two],
            "is_same_county": villages["county_geoid"].to_numpy()[one]
            == towns["county_geoid"].to_numpy()[two],
            "length": shapely.length(border),
        }
    )
    pairs = pairs[pairs["is_same_county"] & (pairs["length"] > 0)]
    longest = pairs.sort_values(["length", "around"], ascending=[False, True])
    around = longest.drop_duplicates("village").set_index("village")["around"]
    return {str(village): str(town) for village, town in around.items()}


def _cited(source: ListSource) -> dict[str, Any]:
    return {
        "as_of_date": source.as_of_date,
        "source_url": source.source_url,
        "source_id": source.source_id,
    }


def _claim(  # noqa: PLR0917 - one row, in the order of its table
    agency_id: str,
    geoid: str,
    county: str | None,
    role: str,
    cited: Mapping[str, Any],
    notes: Iterable[str],
) -> dict[str, Any]:
    return {
        **dict.fromkeys(column.name for column in TABLES["agency_area"].columns),
        "agency_id": agency_id,
        "geoid": geoid,
        "county_geoid": county,
        "role_code": role,
        "note": "; ".join(notes) or None,
        **cited,
    }
