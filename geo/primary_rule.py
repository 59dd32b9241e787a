"""Who polices what, by a general rule, from the lists every state has."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from geo.agency_names import PlaceIndex, plain
from geo.errors import InputError
from geo.listed_agencies import Listed, ListSource, county_codes, read_listed
from geo.rule_claims import (
    RuleLists,
    agency_rows,
    contract_claims,
    own_claims,
    residual_claims,
    village_claims,
)
from geo.state_profiles import NOT_NAMED
from geo.tables.definitions import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from geo.state_profiles import StateProfile

_NAMELESS: Final = ("state police", "state patrol", "highway patrol")


class RuleClaims(NamedTuple):
    """
    What the rule makes.

    Parameters
    ----------
    agency, agency_area : pandas.DataFrame
        In the shape of the tables of these names.
    station_agency : pandas.Series of str
        `agency_id` by `station_id`.
    """

    agency: pd.DataFrame
    agency_area: pd.DataFrame
    station_agency: pd.Series


def claims_by_rule(
    tiles: gpd.GeoDataFrame,
    agencies: pd.DataFrame,
    stations: pd.DataFrame,
    counties: pd.DataFrame,
    profile: StateProfile,
    *,
    fbi: ListSource,
    station_list: ListSource,
) -> RuleClaims:
    """
    Return the agencies of a state and what each polices, for `assign_primary_agency`.

    Parameters
    ----------
    tiles : geopandas.GeoDataFrame
        Of one state, as `municipal_tiles` returns them.
    agencies : pandas.DataFrame
        The FBI's list: ori, name, type_text, counties_text.
    stations : pandas.DataFrame
        The list of stations: station_id, name, county_geoid, type_text, status_text.
    counties : pandas.DataFrame
        geoid and name of every county of the state.
    profile : StateProfile
        Who polices where no department is known.
    fbi, station_list : ListSource
        Which releases the two lists are.

    Returns
    -------
    RuleClaims

    Raises
    ------
    InputError
        If a list or the tiles lack a column, or the tiles are of another state.

    Notes
    -----
    A department is its municipality's by name (`PlaceIndex`): *primary* where the lists of stations
    and of the FBI both name it, *inferred* where only the first does, *unconfirmed* where only the
    second does. A village without a station of its own inside a township whose department both
    lists name is inferred to be the township's. An entry of a sheriff for a place is an inferred
    contract. All else is the residual agency's of the county. Contracts without such an entry, and
    authorities whose names do not tell their members, are not in the lists: there the rule errs.
    """
    _assert_inputs(tiles, agencies, stations, counties, profile)
    listed = read_listed(agencies, stations, PlaceIndex(tiles), county_codes(counties))
    residuals = _residuals(listed, tiles, counties, profile)
    new = [agency for agency in residuals.values() if all(agency is not one for one in listed)]
    listed += list({id(agency): agency for agency in new}.values())
    lists = RuleLists(tiles, _identifiers(listed), fbi, station_list)
    claims = [
        *own_claims(listed, lists),
        *village_claims(listed, lists),
        *contract_claims(listed, lists),
        *residual_claims(residuals, lists, profile),
    ]
    areas = pd.DataFrame.from_records(claims, columns=_names("agency_area"))
    areas = areas.drop_duplicates(["agency_id", "geoid", "county_geoid", "role_code"])
    agency = pd.DataFrame.from_records(
        agency_rows(listed, lists, profile), columns=_names("agency")
    )
    of_station = {one: lists.names[id(agency)] for agency in listed for one in agency.stations}
    return RuleClaims(
        agency.astype(TABLES["agency"].dtypes),
        areas.reset_index(drop=True).astype(TABLES["agency_area"].dtypes),
        pd.Series(of_station, dtype="str", name="agency_id").rename_axis("station_id"),
    )


def _names(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns]


def _assert_inputs(
    tiles: pd.DataFrame,
    agencies: pd.DataFrame,
    stations: pd.DataFrame,
    counties: pd.DataFrame,
    profile: StateProfile,
) -> None:
    for title, frame, needed in (
        (
            "tiles",
            tiles,
            ("area_id", "geoid", "name", "type_code", "county_geoid", "is_cross_county"),
        ),
        ("agencies", agencies, ("ori", "name", "type_text", "counties_text")),
        ("stations", stations, ("station_id", "name", "county_geoid", "type_text", "status_text")),
        ("counties", counties, ("geoid", "name")),
    ):
        absent = [name for name in needed if name not in frame.columns]
        if absent:
            msg = f"`{title}` lacks column {', '.join(absent)}"
            raise InputError(msg)
    other = tiles.loc[tiles["county_geoid"].str[:2] != profile.state, "area_id"]
    if len(other):
        msg = f"`tiles` has {other.iloc[0]}, of another state than the profile's {profile.state}"
        raise InputError(msg)


def _residuals(
    listed: list[Listed], tiles: pd.DataFrame, counties: pd.DataFrame, profile: StateProfile
) -> dict[str, Listed]:
    """Return the agency of each county that polices what no other department does."""
    by_county = {
        (agency.kind, county): agency
        for agency in reversed(listed)
        for county in agency.counties
        if agency.kind in {"sheriff", "county_police"}
    }
    state = next((agency for agency in listed if agency.kind == "state_police"), None)
    state = state or Listed(profile.unlisted_name, "state_police", ())
    if plain(state.name) in _NAMELESS:
        state.name = profile.state_police_name or f"{state.name} ({profile.place})"
    names = counties.set_index("geoid")["name"]
    result = {profile.state: state}
    for county in sorted(tiles["county_geoid"].unique()):
        police = by_county.get(("county_police", county))
        sheriff = by_county.get(("sheriff", county))
        is_doubtful = police and not police.stations and sheriff and sheriff.stations
        if police and not is_doubtful and profile.is_county_police_first:
            result[county] = police
        elif profile.residual_code == "state_police":
            result[county] = state
        elif profile.residual_code == "county_police":
            named = f"{names.get(county, county)} County Police Department"
            result[county] = police or Listed(named, "county_police", (county,))
        else:
            named = f"{names.get(county, county)} County Sheriff's Office"
            result[county] = sheriff or Listed(named, "sheriff", (county,))
    return result


def _identifiers(listed: list[Listed]) -> dict[int, str]:
    """Return an identifier for each agency: its name; county and ORI too where that is shared."""
    names = [_slug(agency.name.removesuffix(NOT_NAMED)) for agency in listed]
    telling: tuple[Callable[[Listed], str], ...] = (
        lambda agency: agency.counties[0] if agency.counties else "",
        lambda agency: (agency.oris or agency.stations or [""])[0].partition(";")[0],
    )
    for more in telling:
        count = Counter(names)
        names = [
            _slug(f"{name} {more(agency)}")
            if count[name] > 1 and agency.kind != "state_police"
            else name
            for name, agency in zip(names, listed, strict=True)
        ]
    return {id(agency): name for agency, name in zip(listed, names, strict=True)}


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['\u2019]", "", text.lower())))
