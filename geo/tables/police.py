"""Tables of police agencies, what they police, what is documented of them."""

from __future__ import annotations

from dataclasses import replace

from geo.tables.schema import Column, Link, Table
from geo.tables.shared_columns import (
    AREA_PATTERN,
    county_column,
    geometry_column,
    note_column,
    partial_date_column,
    precision_column,
    source_id_column,
    source_url_column,
)

AGENCY_TYPE_CODES = (
    ("municipal", "city or village department"),
    ("township", "township department"),
    ("sheriff", "county sheriff"),
    ("joint", "authority of several municipalities"),
    ("campus", "college, university or school district"),
    ("special", "park or other special district"),
    ("railroad", "railroad police"),
    ("county_police", "a county's police department beside its sheriff"),
    ("tribal", "tribal police"),
    ("state_police", "a State Police as a whole"),
    ("state_police_post", "a State Police post"),
    ("state_police_other", "another State Police office"),
)

AGENCY = Table(
    "agency",
    "A law-enforcement agency that a list or a press source names, or that the general rule of a "
    "state enters.",
    ("agency_id",),
    (
        Column("agency_id", "str", "Our identifier", pattern=r"^[a-z0-9-]+$"),
        Column("name", "str", "Name"),
        Column("type_code", "str", "Kind of agency", codes=AGENCY_TYPE_CODES),
        county_column(nullable=True, note="; missing for the State Police as a whole"),
        Column("home_geoid", "str", "Municipality it belongs to", nullable=True),
        Column("ori9", "str", "FBI agency identifiers, joined by semicolons", nullable=True),
        Column(
            "listing_code",
            "str",
            "Which lists name it",
            codes=(
                ("listed_hifld_and_fbi", "both federal lists"),
                ("listed_hifld", "the list of stations only"),
                ("fbi_list_only", "the FBI list only; it may be dormant"),
                ("superseded_by_sheriff", "on the FBI list, but the sheriff polices there now"),
                ("press_or_state", "a press or state source only"),
                ("general_rule", "none; it stands here by the general rule of its state"),
                ("dissolved_1998", "dissolved in 1998"),
                ("outside_region", "belongs to a county outside the five"),
            ),
        ),
        Column("is_in_hifld", "boolean", "Named by the 2019 list of stations"),
        Column("is_in_fbi", "boolean", "Named by the 2018 FBI list"),
        note_column(),
        replace(
            source_url_column(nullable=True),
            description="Page or stored copy that was read; missing where the general rule entered "
            "the agency and no page on its kind in that state was read",
        ),
        source_id_column(),
    ),
)

AGENCY_STATION = Table(
    "agency_station",
    "A police station.",
    ("station_id",),
    (
        Column("station_id", "str", "Identifier of the list of stations"),
        Column("agency_id", "str", "Agency it belongs to"),
        Column("name", "str", "Name of the station"),
        Column("address", "str", "Street address", nullable=True),
        Column("city", "str", "Postal city", nullable=True),
        county_column(),
        Column("is_main_station", "boolean", "The agency's main station"),
        source_id_column(),
        geometry_column("Point"),
    ),
    (Link("agency_id", "agency", "agency_id"), Link("county_geoid", "county", "geoid")),
)

ROLE_CODES = (
    ("primary", "its own department"),
    ("contract", "policed by the sheriff under contract"),
    ("outside", "its own department, based outside the five counties"),
    ("unconfirmed", "a department on the FBI list only, no station known"),
    ("residual", "county- or state-wide authority, where no other row exists"),
)

AGENCY_AREA = Table(
    "agency_area",
    "An agency's claim on an area, with the role it has there and the source that says so.",
    ("agency_id", "geoid", "county_geoid", "role_code"),
    (
        Column("agency_id", "str", "Agency"),
        Column("geoid", "str", "Municipality, county or state", pattern=r"^\d{2}(\d{3,8})?$"),
        county_column(nullable=True, note="; missing for the whole state"),
        Column("role_code", "str", "What the agency is to the area", codes=ROLE_CODES),
        partial_date_column(
            "as_of_date", "When the source says so; missing where only a later one does"
        ),
        source_url_column(nullable=True),
        partial_date_column("second_as_of_date", "When a second source says so"),
        Column("second_source_url", "str", "The second source", nullable=True),
        note_column(),
        source_id_column(),
    ),
    (Link("agency_id", "agency", "agency_id"),),
)

BASIS_CODES = (
    ("own_department", "the municipality's own department"),
    ("township_department", "the department of the township around the village"),
    ("sheriff_contract", "the county sheriff under contract"),
    ("state_police", "the State Police in place of an own department"),
    ("own_department_outside_five_counties", "an own department listed in another county"),
    ("own_department_fbi_list_only", "an own department that only the FBI list names"),
    ("residual_sheriff", "the county sheriff, since no other department is known"),
    ("county_police", "the county's police department, since no other is known"),
    ("residual_state_police", "the State Police, since no other department is known"),
)
CONFIDENCE_CODES = (
    ("documented", "a source names this agency for this area"),
    ("inferred", "worked out from geography or from the order of FBI identifiers"),
    (
        "general_rule",
        "no source for this place; the rule of the state says who polices what nobody else does",
    ),
    ("unconfirmed", "only the FBI list names the department; it may be dormant"),
)

JURISDICTION = Table(
    "jurisdiction",
    "The primary police agency of a municipality part. Jurisdictions are disjoint and cover the "
    "county; the State Police are a second layer everywhere.",
    ("area_id",),
    (
        Column("area_id", "str", "Municipality part", pattern=AREA_PATTERN),
        Column("agency_id", "str", "Primary agency"),
        Column("basis_code", "str", "By what arrangement", codes=BASIS_CODES),
        Column("confidence_code", "str", "How sure that is", codes=CONFIDENCE_CODES),
        partial_date_column("as_of_date", "When the source says so"),
        source_url_column(nullable=True),
        note_column(),
    ),
    (Link("area_id", "municipality", "area_id"), Link("agency_id", "agency", "agency_id")),
)

EVIDENCE_CODES = (
    ("carries", "a source says the agency's officers carry naloxone"),
    ("administered", "a source says the agency's officers have given naloxone"),
    ("announced", "a source announces naloxone or training; carrying is not confirmed"),
    ("supplied_group", "a source says a group of departments was supplied, naming none"),
    ("does_not_carry", "a source says the agency did not carry on that date"),
    ("ambiguous", "a source that can be read either way"),
)

NALOXONE_EVIDENCE = Table(
    "naloxone_evidence",
    "What one source says about one agency and naloxone. No row means: not known.",
    ("evidence_id",),
    (
        Column("evidence_id", "str", "Our identifier", pattern=r"^[a-z0-9-]+$"),
        Column("agency_id", "str", "Agency; missing for a statement on a group", nullable=True),
        Column(
            "scope_code",
            "str",
            "Whom the statement is about",
            codes=(("agency", "one"), ("statewide", "the State Police"), ("group", "several")),
        ),
        county_column(nullable=True, note="; missing for the State Police"),
        Column("evidence_code", "str", "What the source says", codes=EVIDENCE_CODES),
        partial_date_column(
            "since_date", "Since when, by the source; missing where it does not say"
        ),
        precision_column("since_precision_code", "since_date"),
        partial_date_column("as_of_date", "Date of the source; missing where it bears none"),
        precision_column("as_of_precision_code", "as_of_date"),
        Column(
            "certainty_code",
            "str",
            "How plainly the source says it; missing where not judged",
            codes=(("high", "plainly"), ("medium", "by inference"), ("low", "barely")),
            nullable=True,
        ),
        Column("source_name", "str", "Publisher of the page"),
        source_url_column(),
        note_column(),
        source_id_column(),
    ),
    (Link("agency_id", "agency", "agency_id"), Link("county_geoid", "county", "geoid")),
)

NALOXONE_SEARCH = Table(
    "naloxone_search",
    "What came of searching for evidence on an agency that has none. Weak, and never a no.",
    ("agency_id",),
    (
        Column("agency_id", "str", "Agency"),
        partial_date_column("searched_date", "Day of the search; missing where none was made"),
        Column("queries", "Int64", "Queries tried"),
        Column(
            "result_code",
            "str",
            "What came of it",
            codes=(
                ("nothing_found", "searched, nothing found"),
                ("ambiguous_only", "searched, only texts that can be read either way"),
                ("not_searched", "not searched"),
            ),
        ),
        source_id_column(),
    ),
    (Link("agency_id", "agency", "agency_id"),),
)

PROGRAM_CODES = (
    ("hope_not_handcuffs", "Hope Not Handcuffs, Families Against Narcotics"),
    ("paari", "Police Assisted Addiction and Recovery Initiative"),
    ("msp_angel", "Michigan State Police Angel Program"),
    ("other_walk_in", "another program where anyone may walk in, named in the note"),
)

PROGRAM_PARTICIPATION = Table(
    "program_participation",
    "An agency that takes part in a program where anyone may walk in and ask for treatment.",
    ("agency_id", "program_code"),
    (
        Column("agency_id", "str", "Agency"),
        Column(
            "program_code",
            "str",
            "Program",
            codes=PROGRAM_CODES,
        ),
        county_column(nullable=True, note="; missing for a statewide row"),
        partial_date_column("since_date", "Since when; missing where the source does not say"),
        precision_column("since_precision_code", "since_date"),
        partial_date_column("as_of_date", "Date of the source"),
        precision_column("as_of_precision_code", "as_of_date"),
        Column(
            "is_announced_in_advance",
            "boolean",
            "The source is older than the start that it announces",
        ),
        Column("source_name", "str", "Publisher of the page"),
        source_url_column(),
        note_column(),
        source_id_column(),
    ),
    (Link("agency_id", "agency", "agency_id"),),
)
