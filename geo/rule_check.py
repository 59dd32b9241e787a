"""The general rule held against the table that was checked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.jurisdictions import assign_primary_agency
from geo.listed_agencies import ListSource
from geo.primary_rule import claims_by_rule
from geo.state_profiles import state_profile

if TYPE_CHECKING:
    from geo.primary_rule import RuleClaims
    from geo.tables.reader import TableReader

FBI: Final = ListSource("fbi-agency-2018", "2018-07", "https://cde.ucr.cjis.gov/")
STATIONS: Final = ListSource(
    "hifld-police-2019", "2019", "https://hifld-geoplatform.opendata.arcgis.com/"
)
_TILE_COLUMNS: Final = (
    "area_id",
    "geoid",
    "name",
    "label",
    "type_code",
    "county_geoid",
    "is_cross_county",
    "geometry",
)
_FBI_TYPES: Final = {
    "municipal": "City",
    "township": "City",
    "sheriff": "County",
    "campus": "University or College",
    "state_police": "State Police",
}
_STATION_TYPES: Final = {
    "municipal": "LOCAL POLICE DEPARTMENT",
    "township": "LOCAL POLICE DEPARTMENT",
    "sheriff": "SHERIFF'S OFFICE",
    "campus": "CAMPUS POLICE",
    "state_police_post": "STATE POLICE",
    "state_police_other": "STATE POLICE",
}


def rule_against_table(reader: TableReader) -> pd.DataFrame:
    """
    Return, for each municipality part, the agency of the shipped table and the rule's.

    Parameters
    ----------
    reader : TableReader
        The rule is given what a refresh would have of any state: outlines and names of the
        municipalities, names and types of the agencies of the two lists, and stations; not the
        claims compiled from the press.

    Returns
    -------
    pandas.DataFrame, one row per part, those that differ first, most people first
        area_id, label, county_geoid, residents_persons (Int64, missing where not known),
        table_agency_id, rule_agency_id, is_same (boolean), table_basis_code, rule_basis_code,
        table_confidence_code, rule_confidence_code, reason (empty where the two agree).

    Raises
    ------
    TableError
        If a table cannot be read.
    """
    made = _claims(reader)
    tiles = _tiles(reader)
    by_rule = assign_primary_agency(tiles, made.agency_area, made.agency).set_index("area_id")
    table = reader.read("jurisdiction").set_index("area_id")
    people = reader.read("municipality").set_index("area_id")["residents_persons"]
    rows = tiles[["area_id", "label", "county_geoid"]].set_index("area_id")
    rows["residents_persons"] = people.reindex(rows.index).astype("Int64")
    for column in ("agency_id", "basis_code", "confidence_code"):
        rows[f"table_{column}"] = table[column].reindex(rows.index)
        rows[f"rule_{column}"] = by_rule[column].reindex(rows.index)
    same = rows["table_agency_id"] == rows["rule_agency_id"]
    rows["is_same"] = same.astype("boolean")
    rows["reason"] = [
        "" if row.is_same else _reason(row.table_basis_code, row.rule_basis_code)
        for row in rows.itertuples()
    ]
    rows = rows.reset_index()[[*_FIRST, *(c for c in rows.columns if c not in _FIRST)]]
    order = ["is_same", "residents_persons", "area_id"]
    return rows.sort_values(order, ascending=[True, False, True]).reset_index(drop=True)


_FIRST: Final = (
    "area_id",
    "label",
    "county_geoid",
    "residents_persons",
    "table_agency_id",
    "rule_agency_id",
    "is_same",
)


def agreeing_share(rows: pd.DataFrame) -> float:
    """Return the share of residents for whom the rule and the table name the same agency."""
    people = rows["residents_persons"]
    return float(people[rows["is_same"]].sum() / people.sum())


def _tiles(reader: TableReader) -> pd.DataFrame:
    return reader.read("municipality")[list(_TILE_COLUMNS)]


def _claims(reader: TableReader) -> RuleClaims:
    agencies = reader.read("agency")
    counties = reader.read("county")[["geoid", "name"]]
    tiles = reader.spatial("municipality")[list(_TILE_COLUMNS)]
    return claims_by_rule(
        tiles,
        fbi_list(agencies, counties),
        station_list(reader.read("agency_station"), agencies),
        counties,
        state_profile(str(tiles["county_geoid"].iloc[0])[:2]),
        fbi=FBI,
        station_list=STATIONS,
    )


def fbi_list(agencies: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    """Return the agencies of the FBI's list as it writes them."""
    listed = agencies[agencies["is_in_fbi"]]
    names = counties.set_index("geoid")["name"]
    return pd.DataFrame(
        {
            "ori": listed["ori9"].fillna(""),
            "name": listed["name"],
            "type_text": listed["type_code"].map(_FBI_TYPES).fillna("Other"),
            "counties_text": listed["county_geoid"].map(names).fillna("").str.upper(),
        }
    )


def station_list(stations: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Return the stations as their list writes them."""
    kind = agencies.set_index("agency_id")["type_code"]
    types = stations["agency_id"].map(kind).map(_STATION_TYPES).fillna("SPECIAL JURISDICTION")
    return pd.DataFrame(
        {
            "station_id": stations["station_id"],
            "name": stations["name"],
            "type_text": types,
            "county_geoid": stations["county_geoid"],
            "status_text": "OPEN",
        }
    )


def _reason(table_basis: str, rule_basis: str) -> str:
    is_fbi_only = rule_basis == "own_department_fbi_list_only"
    if table_basis == "sheriff_contract":
        which = "the FBI's list still names" if is_fbi_only else "both lists still name"
        how = "known from the press or the sheriff's entries in the FBI's list"
        return f"a sheriff's contract, {how}; {which} a department"
    if table_basis == "state_police":
        return "the department was disbanded; the FBI's list still names it"
    if table_basis == "own_department" and rule_basis == "own_department":
        return "a joint authority, known from the press; the lists name its members"
    return "the list names the part in one county; the table takes each county by itself"


def rule_page(rows: pd.DataFrame) -> str:
    """
    Return the part of docs/jurisdictions.md that tells how rule and table agree, as Markdown.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `rule_against_table`.

    Returns
    -------
    str
    """
    other = rows[~rows["is_same"]]
    people = int(rows["residents_persons"].sum())
    differing = int(other["residents_persons"].sum())
    summary = (
        f"The rule names the same agency as the checked table for {agreeing_share(rows):.2%} of "
        f"{people:,} residents, in {len(rows) - len(other)} of {len(rows)} areas. It differs for "
        f"{differing:,} residents in {len(other)} areas:"
    )
    lines = [
        summary,
        "",
        "| area | residents | checked table | general rule | why |",
        "|---|---|---|---|---|",
        *(
            f"| {row.label} ({row.area_id}) | {row.residents_persons:,} | {row.table_agency_id} "
            f"| {row.rule_agency_id} | {row.reason} |"
            for row in other.itertuples()
        ),
    ]
    return "\n".join(lines) + "\n"
