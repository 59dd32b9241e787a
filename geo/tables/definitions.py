"""Every table of the project, column by column. The data dictionary is generated from this."""

from __future__ import annotations

from geo.tables.schema import PARTIAL_DATE, Column, Link, Table

COUNTY_PATTERN = r"^\d{5}$"
TRACT_PATTERN = r"^\d{11}$"
MUNICIPALITY_PATTERN = r"^\d{7}(\d{3})?$"
AREA_PATTERN = r"^\d{5}-\d{7}(\d{3})?$"

PRECISION_CODES = (("day", "exact day"), ("month", "some day of it"), ("year", "some day of it"))
COUNT_STATUS_CODES = (
    ("reported", "the count is published"),
    ("suppressed", "the count is 1 to 9 and withheld by the publisher; it is not zero"),
)


def _county(name: str = "county_geoid", *, nullable: bool = False, note: str = "") -> Column:
    return Column(
        name,
        "str",
        "Census GEOID of the county" + note,
        nullable=nullable,
        pattern=COUNTY_PATTERN,
    )


def _geometry(description: str) -> Column:
    return Column("geometry", "geometry", f"{description}, EPSG:4269")


def _source_id() -> Column:
    return Column("source_id", "str", "Record in data/sources/ that this row comes from")


def _source_url(*, nullable: bool = False) -> Column:
    return Column(
        "source_url",
        "str",
        "Page or stored copy that was read",
        nullable=nullable,
        pattern=r"^https?://\S+$",
    )


def _partial_date(name: str, description: str) -> Column:
    return Column(name, "str", description, nullable=True, pattern=PARTIAL_DATE)


def _precision(name: str, of: str) -> Column:
    return Column(name, "str", f"How exact `{of}` is", codes=PRECISION_CODES, nullable=True)


def _note() -> Column:
    return Column("note", "str", "What a reader should know about this row", nullable=True)


def _latitude(*, nullable: bool = False) -> Column:
    return Column("latitude", "Float64", "North, EPSG:4269", unit="degrees", nullable=nullable)


def _longitude(*, nullable: bool = False) -> Column:
    return Column("longitude", "Float64", "East, EPSG:4269", unit="degrees", nullable=nullable)


COUNTY = Table(
    "county",
    "A county of Michigan; its outline is simplified for drawing, shared borders stay shared.",
    ("geoid",),
    (
        _county("geoid"),
        Column("name", "str", "Name without the word County"),
        Column("land_m2", "Int64", "Land area as the Census Bureau gives it", unit="m2"),
        _source_id(),
        _geometry("Outline"),
    ),
)

MUNICIPALITY_TYPE_CODES = (
    ("city", "incorporated city, outside any township"),
    ("village", "incorporated village; its land is taken out of the township around it"),
    ("township", "civil township, without the villages inside it"),
    ("charter_township", "charter township, without the villages inside it"),
)

MUNICIPALITY = Table(
    "municipality",
    "A city, a village, or a township without its villages: together they tile their county and "
    "do not overlap. A city that reaches into two counties has a row in each.",
    ("area_id",),
    (
        Column("area_id", "str", "county GEOID, a dash, municipality GEOID", pattern=AREA_PATTERN),
        Column(
            "geoid",
            "str",
            "Census GEOID: county subdivision (10 digits) or, for a village, place (7 digits)",
            pattern=MUNICIPALITY_PATTERN,
        ),
        Column("name", "str", "Name without its type"),
        Column("label", "str", "Name as it is shown: with its type where that tells it apart"),
        Column("type_code", "str", "Legal type", codes=MUNICIPALITY_TYPE_CODES),
        _county(),
        Column("land_m2", "Int64", "Land area, villages included in townships", unit="m2"),
        Column(
            "boundary_code",
            "str",
            "Where the outline comes from",
            codes=(
                ("census", "cut from the Census Bureau's place file"),
                ("derived", "built from whole census tracts minus cities; may be off by a little"),
            ),
        ),
        Column("boundary_note", "str", "How the outline was made"),
        Column("is_cross_county", "boolean", "Part of a municipality that lies in two counties"),
        Column(
            "residents_persons",
            "Int64",
            "Census 2010 residents allotted to this area from tracts and place totals",
            unit="persons",
        ),
        Column(
            "census_2010_persons",
            "Int64",
            "Census 2010 count as published; a township's includes its villages. "
            "Missing where none was found",
            unit="persons",
            nullable=True,
        ),
        Column(
            "census_2020_persons",
            "Int64",
            "Census 2020 count; a township's includes its villages. Missing where none was found",
            unit="persons",
            nullable=True,
        ),
        Column("census_2020_note", "str", "Where the 2020 count was read", nullable=True),
        _source_id(),
        _geometry("Outline, simplified"),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

TRACT = Table(
    "tract",
    "A 2010 census tract of the five counties, as a point inside it.",
    ("geoid",),
    (
        Column("geoid", "str", "Census GEOID", pattern=TRACT_PATTERN),
        _county(),
        Column(
            "municipality_geoid",
            "str",
            "City or township that holds most of the tract's land",
            pattern=MUNICIPALITY_PATTERN,
        ),
        Column("land_m2", "Int64", "Land area", unit="m2"),
        Column("population_persons", "Int64", "Census 2010 residents", unit="persons"),
        _source_id(),
        _geometry("Point inside the tract"),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

TRACT_OUTLINE = Table(
    "tract_outline",
    "The outline of a 2010 census tract of the five counties, as published at 1:500,000: incidents "
    "are placed by it.",
    ("geoid",),
    (
        Column("geoid", "str", "Census GEOID", pattern=TRACT_PATTERN),
        _county(),
        _source_id(),
        _geometry("Outline, not simplified"),
    ),
    (Link("geoid", "tract", "geoid"), Link("county_geoid", "county", "geoid")),
)

POPULATION_POINT = Table(
    "population_point",
    "The people of one tract who live in one municipality, as a point: the unit every share is "
    "weighted by.",
    ("tract_geoid", "area_id"),
    (
        Column("tract_geoid", "str", "Census GEOID of the tract", pattern=TRACT_PATTERN),
        Column("area_id", "str", "Municipality part they live in", pattern=AREA_PATTERN),
        _county(),
        Column("residents_persons", "Int64", "Census 2010 residents", unit="persons"),
        Column(
            "within_km",
            "Float64",
            "Least distance to any site: half the radius of a circle of the tract's land area",
            unit="km",
        ),
        _geometry("Point inside the part"),
    ),
    (
        Link("tract_geoid", "tract", "geoid"),
        Link("area_id", "municipality", "area_id"),
        Link("county_geoid", "county", "geoid"),
    ),
)

AGENCY_TYPE_CODES = (
    ("municipal", "city or village department"),
    ("township", "township department"),
    ("sheriff", "county sheriff"),
    ("joint", "authority of several municipalities"),
    ("campus", "college, university or school district"),
    ("special", "park or other special district"),
    ("railroad", "railroad police"),
    ("state_police", "Michigan State Police as a whole"),
    ("state_police_post", "a State Police post"),
    ("state_police_other", "another State Police office"),
)

AGENCY = Table(
    "agency",
    "A law-enforcement agency named by at least one list or press source.",
    ("agency_id",),
    (
        Column("agency_id", "str", "Our identifier", pattern=r"^[a-z0-9-]+$"),
        Column("name", "str", "Name"),
        Column("type_code", "str", "Kind of agency", codes=AGENCY_TYPE_CODES),
        _county(nullable=True, note="; missing for the State Police as a whole"),
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
                ("dissolved_1998", "dissolved in 1998"),
                ("outside_region", "belongs to a county outside the five"),
            ),
        ),
        Column("is_in_hifld", "boolean", "Named by the 2019 list of stations"),
        Column("is_in_fbi", "boolean", "Named by the 2018 FBI list"),
        _note(),
        _source_url(),
        _source_id(),
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
        Column("address", "str", "Street address"),
        Column("city", "str", "Postal city"),
        _county(),
        Column("is_main_station", "boolean", "The agency's main station"),
        _source_id(),
        _geometry("Point"),
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
        _county(nullable=True, note="; missing for the whole state"),
        Column("role_code", "str", "What the agency is to the area", codes=ROLE_CODES),
        _partial_date("as_of_date", "When the source says so; missing where only a later one does"),
        _source_url(nullable=True),
        _partial_date("second_as_of_date", "When a second source says so"),
        Column("second_source_url", "str", "The second source", nullable=True),
        _note(),
        _source_id(),
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
)
CONFIDENCE_CODES = (
    ("documented", "a source names this agency for this area"),
    ("inferred", "worked out from geography or from the order of FBI identifiers"),
    ("general_rule", "no source for this place; Michigan sheriffs police what nobody else does"),
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
        _partial_date("as_of_date", "When the source says so"),
        _source_url(nullable=True),
        _note(),
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
        Column("evidence_id", "str", "Our identifier", pattern=r"^nx-\d{3}$"),
        Column("agency_id", "str", "Agency; missing for a statement on a group", nullable=True),
        Column(
            "scope_code",
            "str",
            "Whom the statement is about",
            codes=(("agency", "one"), ("statewide", "the State Police"), ("group", "several")),
        ),
        _county(nullable=True, note="; missing for the State Police"),
        Column("evidence_code", "str", "What the source says", codes=EVIDENCE_CODES),
        _partial_date("since_date", "Since when, by the source; missing where it does not say"),
        _precision("since_precision_code", "since_date"),
        _partial_date("as_of_date", "Date of the source; missing where it bears none"),
        _precision("as_of_precision_code", "as_of_date"),
        Column(
            "certainty_code",
            "str",
            "How plainly the source says it; missing where not judged",
            codes=(("high", "plainly"), ("medium", "by inference"), ("low", "barely")),
            nullable=True,
        ),
        Column("source_name", "str", "Publisher or department of the page"),
        _source_url(),
        _note(),
        _source_id(),
    ),
    (Link("agency_id", "agency", "agency_id"), Link("county_geoid", "county", "geoid")),
)

NALOXONE_SEARCH = Table(
    "naloxone_search",
    "What came of searching for evidence on an agency that has none. Weak, and never a no.",
    ("agency_id",),
    (
        Column("agency_id", "str", "Agency"),
        _partial_date("searched_date", "Day of the search; missing where none was made"),
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
        _source_id(),
    ),
    (Link("agency_id", "agency", "agency_id"),),
)

PROGRAM_CODES = (
    ("hope_not_handcuffs", "Hope Not Handcuffs, Families Against Narcotics"),
    ("paari", "Police Assisted Addiction and Recovery Initiative"),
    ("msp_angel", "Michigan State Police Angel Program"),
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
        _county(nullable=True, note="; missing for a statewide row"),
        _partial_date("since_date", "Since when; missing where the source does not say"),
        _precision("since_precision_code", "since_date"),
        _partial_date("as_of_date", "Date of the source"),
        _precision("as_of_precision_code", "as_of_date"),
        Column(
            "is_announced_in_advance",
            "boolean",
            "The source is older than the start that it announces",
        ),
        Column("source_name", "str", "Publisher or department of the page"),
        _source_url(),
        _note(),
        _source_id(),
    ),
    (Link("agency_id", "agency", "agency_id"),),
)

FACILITY_KIND_CODES = (
    ("treatment", "substance use treatment facility"),
    ("otp", "opioid treatment program: may dispense methadone"),
    ("naloxone_site", "a place that hands out naloxone, no coordinates known"),
)

FACILITY = Table(
    "facility",
    "A treatment facility or naloxone site of Michigan as a list named it on its date. "
    "Listed is not the same as open.",
    ("facility_id",),
    (
        Column("facility_id", "str", "Our identifier", pattern=r"^[a-z0-9-]+$"),
        Column("name", "str", "Name"),
        Column("kind_code", "str", "Kind", codes=FACILITY_KIND_CODES),
        Column("address", "str", "Street address", nullable=True),
        Column("city", "str", "City", nullable=True),
        Column("zip_code", "str", "ZIP code", nullable=True),
        _county(),
        _latitude(nullable=True),
        _longitude(nullable=True),
        Column(
            "location_code",
            "str",
            "Where the point comes from",
            codes=(
                ("publisher_point_2021", "the publisher's own point"),
                ("geocoded_by_geoda_2017", "geocoded by the GeoDa Center"),
                ("place_name_only", "no point: only a place name"),
                ("address_only", "no point: only an address"),
            ),
        ),
        _partial_date("listed_date", "Date of the newest list that names it"),
        Column("is_in_2017_directory", "boolean", "Named by the methadone directory of 2017"),
        Column("is_in_2021_otp_list", "boolean", "Named by the OTP list of July 2021"),
        Column("is_in_2021_treatment_list", "boolean", "Named by the locator of July 2021"),
        Column("merged_rows", "Int64", "Rows of the lists that were merged into this one"),
        Column("merge_spread_m", "Int64", "Farthest two merged points lie apart", unit="m"),
        Column("service_codes", "str", "Service codes of the locator", nullable=True),
        Column("service_note", "str", "What is handed out", nullable=True),
        _source_url(),
        _source_id(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

OVERDOSE_DEATH = Table(
    "overdose_death",
    "Drug overdose deaths of the residents of a county in a year. Counts 1 to 9 are suppressed.",
    ("county_geoid", "year"),
    (
        _county(),
        Column("year", "Int64", "Calendar year"),
        Column(
            "deaths", "Int64", "Deaths; missing where suppressed", unit="persons", nullable=True
        ),
        Column("status_code", "str", "Why a count is there or not", codes=COUNT_STATUS_CODES),
        Column("population_persons", "Int64", "Residents, by the same source", unit="persons"),
        Column("measure_code", "str", "What is counted"),
        _source_id(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

OVERDOSE_DEATH_PROVISIONAL = Table(
    "overdose_death_provisional",
    "Overdose deaths of the 12 months to December 2024, DERIVED from published provisional "
    "rates. Another measure than `overdose_death`: never mixed with it.",
    ("county_geoid", "period_end_date"),
    (
        _county(),
        _partial_date("period_end_date", "Last month of the period"),
        Column("period_months", "Int64", "Length of the period", unit="months"),
        Column("deaths", "Int64", "Deaths, rounded from rate x population", unit="persons"),
        Column("deviation_from_integer", "Float64", "How far rate x population was from it"),
        Column(
            "status_code",
            "str",
            "How the count came about",
            codes=(("derived_provisional", "derived from a provisional rate"),),
        ),
        Column("population_persons", "Int64", "Residents the source divided by", unit="persons"),
        Column("population_note", "str", "Which population that is"),
        Column("measure_code", "str", "What is counted"),
        _source_id(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

NONFATAL_ED_VISIT = Table(
    "nonfatal_ed_visit",
    "Emergency-department visits of the residents of a county for non-fatal overdose, any drug.",
    ("county_geoid", "first_year", "last_year"),
    (
        _county(),
        Column("first_year", "Int64", "First year of the period"),
        Column("last_year", "Int64", "Last year of the period"),
        Column("visits", "Int64", "Visits; missing where suppressed", unit="visits", nullable=True),
        Column("status_code", "str", "Why a count is there or not", codes=COUNT_STATUS_CODES),
        Column(
            "population_persons",
            "Int64",
            "Residents; missing for the five-year sums",
            unit="persons",
            nullable=True,
        ),
        Column(
            "published_rate_per_100k",
            "Float64",
            "Rate as published; missing where suppressed",
            unit="visits per 100,000 residents",
            nullable=True,
        ),
        Column(
            "published_rate_status_code",
            "str",
            "Why a published rate is there or not",
            codes=(("reported", "published"), ("suppressed", "withheld: fewer than 20 visits")),
        ),
        Column("measure_code", "str", "What is counted"),
        _source_id(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

COUNTY_POPULATION = Table(
    "county_population",
    "Residents of a county on 1 July. Vintage 2020 up to 2019, Vintage 2024 from 2020: a break.",
    ("county_geoid", "year"),
    (
        _county(),
        Column("year", "Int64", "Year"),
        Column("population_persons", "Int64", "Residents", unit="persons"),
        Column("vintage_code", "str", "Vintage of the estimate", pattern=r"^\d{4}$"),
        _source_id(),
    ),
    (Link("county_geoid", "county", "geoid"),),
)

TRAVEL_TIME_MODEL = Table(
    "travel_time_model",
    "The line that turns straight-line distance into estimated drive minutes, and its errors on "
    "published drive times.",
    ("fitted_on_code", "tested_on_code"),
    (
        Column("fitted_on_code", "str", "Drive times the line was fitted to"),
        Column("tested_on_code", "str", "Drive times its errors were measured on"),
        Column("tracts", "Int64", "Tracts with a published time"),
        Column("intercept_minutes", "Float64", "a in minutes = a + b x km", unit="minutes"),
        Column("slope_minutes_per_km", "Float64", "b in minutes = a + b x km", unit="minutes/km"),
        Column("correlation", "Float64", "Pearson correlation of distance and minutes"),
        Column("mean_absolute_error_minutes", "Float64", "Mean absolute error", unit="minutes"),
        Column("right_side_of_15_share", "Float64", "Tracts sorted to the right side of 15 min"),
        Column("right_side_of_20_share", "Float64", "Tracts sorted to the right side of 20 min"),
        Column("right_side_of_30_share", "Float64", "Tracts sorted to the right side of 30 min"),
        _source_id(),
    ),
)

KIT_SATURATION = Table(
    "kit_saturation",
    "How likely naloxone is at hand at a witnessed overdose in Michigan, by the kits handed out in "
    "a year: a published model of 2022 for 2017.",
    ("kits",),
    (
        Column("kits", "Int64", "Kits handed out in the state in a year"),
        Column("kits_per_100k", "Float64", "The same per 100,000 residents", unit="per 100,000"),
        Column("use_share", "Float64", "Probability that naloxone is used"),
        Column("use_lower_share", "Float64", "Lower limit of its 95 % interval"),
        Column("use_upper_share", "Float64", "Upper limit of its 95 % interval"),
        _source_id(),
    ),
)

CLASS_BREAK = Table(
    "class_break",
    "The upper limits of the colour classes of a measure: fixed over all years and counties, so "
    "that a colour means the same number everywhere.",
    ("measure_code", "class_number"),
    (
        Column("measure_code", "str", "Measure"),
        Column("class_number", "Int64", "1 is the lowest class"),
        Column(
            "upper_per_100k",
            "Float64",
            "Upper limit, included; missing for the highest class",
            unit="per 100,000 residents per year",
            nullable=True,
        ),
        Column("method", "str", "How the limits were chosen"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        COUNTY,
        MUNICIPALITY,
        TRACT,
        TRACT_OUTLINE,
        POPULATION_POINT,
        AGENCY,
        AGENCY_STATION,
        AGENCY_AREA,
        JURISDICTION,
        NALOXONE_EVIDENCE,
        NALOXONE_SEARCH,
        PROGRAM_PARTICIPATION,
        FACILITY,
        OVERDOSE_DEATH,
        OVERDOSE_DEATH_PROVISIONAL,
        NONFATAL_ED_VISIT,
        COUNTY_POPULATION,
        TRAVEL_TIME_MODEL,
        KIT_SATURATION,
        CLASS_BREAK,
    )
}
