"""Whose police answer first: one primary agency for every piece of land."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo.errors import InputError

_RANK: Final = {"primary": 0, "outside": 1, "contract": 2, "unconfirmed": 3, "residual": 4}
_BASIS: Final = {
    "primary": "own_department",
    "outside": "own_department_outside_five_counties",
    "contract": "sheriff_contract",
    "unconfirmed": "own_department_fbi_list_only",
    "residual": "residual_sheriff",
}
_RESIDUAL: Final = {
    "county_police": "county_police",
    "state_police": "residual_state_police",
}
_CONFIDENCE: Final = {
    "primary": "documented",
    "outside": "documented",
    "contract": "documented",
    "unconfirmed": "unconfirmed",
    "residual": "general_rule",
}
_VILLAGE_GEOID_LENGTH: Final = 7
_COLUMNS: Final = (
    "area_id",
    "agency_id",
    "basis_code",
    "confidence_code",
    "as_of_date",
    "source_url",
    "note",
)


def assign_primary_agency(
    areas: pd.DataFrame, claims: pd.DataFrame, agencies: pd.DataFrame
) -> pd.DataFrame:
    """
    Return the primary police agency of each municipality part.

    Parameters
    ----------
    areas : pandas.DataFrame
        `area_id`, `geoid`, `county_geoid`: disjoint parts that tile their counties (villages
        taken out of their townships, a city in two counties as two parts).
    claims : pandas.DataFrame
        Table `agency_area`: who polices what, in which role.
    agencies : pandas.DataFrame
        Table `agency`, for the agency types.

    Returns
    -------
    pandas.DataFrame, one row per area, in the order of `areas`
        area_id, agency_id, basis_code, confidence_code, as_of_date, source_url, note.

    Raises
    ------
    InputError
        If an area has no claim at all and its county no residual agency; names the first.

    Notes
    -----
    Own department, then sheriff's contract, then a department that only the FBI list names, then
    the sheriff's residual; of two claims in the same role the newer. A claim counts in the county
    it names only. A further claim on the area is kept in the note.
    """
    kind = agencies.set_index("agency_id")["type_code"]
    local = claims[claims["geoid"].str.len() >= _VILLAGE_GEOID_LENGTH].assign(
        rank=lambda rows: rows["role_code"].map(_RANK)
    )
    by_area = dict(iter(local.groupby(["geoid", "county_geoid"])))
    residual = claims[claims["role_code"] == "residual"].set_index("geoid")
    records = []
    for area_id, geoid, county in areas[["area_id", "geoid", "county_geoid"]].to_numpy(str):
        rows = by_area.get((geoid, county))
        if rows is not None:
            newest = rows["as_of_date"].fillna(rows["second_as_of_date"]).fillna("")
            rows = rows.loc[newest.sort_values(ascending=False, kind="stable").index]
            rows = rows.sort_values("rank", kind="stable")
            records.append(_record(area_id, geoid, rows.iloc[0], rows.iloc[1:], kind))
        elif county in residual.index:
            records.append(_record(area_id, geoid, residual.loc[county], claims.iloc[:0], kind))
        else:
            msg = f"`claims` names no agency for {area_id} and no residual for its county"
            raise InputError(msg)
    return pd.DataFrame.from_records(records, columns=list(_COLUMNS)).astype("str")


def _record(
    area_id: str, geoid: str, claim: pd.Series, others: pd.DataFrame, kind: pd.Series
) -> dict[str, object]:
    role = claim["role_code"]
    note = claim["note"] if pd.notna(claim["note"]) else ""
    inferred = "inferred" in note
    basis = _BASIS[role]
    agency_type = kind[claim["agency_id"]]
    if role == "primary" and agency_type == "state_police":
        basis = "state_police"
    if role == "residual":
        basis = _RESIDUAL.get(str(agency_type), basis)
    is_village = len(geoid) == _VILLAGE_GEOID_LENGTH
    if role == "primary" and is_village and agency_type == "township" and inferred:
        basis = "township_department"
    further = "; ".join(
        f"also claimed: {row.agency_id} ({row.role_code}, {row.as_of_date or 'no date'})"
        for row in others.fillna({"as_of_date": ""}).itertuples()
    )
    as_of, url = claim["as_of_date"], claim["source_url"]
    if pd.isna(as_of):
        as_of, url = claim["second_as_of_date"], claim["second_source_url"]
    return {
        "area_id": area_id,
        "agency_id": claim["agency_id"],
        "basis_code": basis,
        "confidence_code": "inferred" if inferred else _CONFIDENCE[role],
        "as_of_date": as_of,
        "source_url": url,
        "note": "; ".join(text for text in (note, further) if text) or None,
    }
