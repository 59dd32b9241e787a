"""Who polices what by the general rule, on drawn municipalities and short lists."""

import re

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.agency_names import PlaceIndex, place_words
from geo.errors import InputError
from geo.jurisdictions import assign_primary_agency
from geo.listed_agencies import ListSource
from geo.primary_rule import claims_by_rule
from geo.state_profiles import StateProfile, state_profile
from geo.tables.definitions import AGENCY, AGENCY_AREA
from geo.tables.schema import PARTIAL_DATE, assert_rows

FBI = ListSource("fbi-list", "2018-07", "https://example.org/fbi")
STATIONS = ListSource("station-list", "2019", "https://example.org/stations")
COUNTIES = pd.DataFrame({"geoid": ["26001", "26003"], "name": ["Alder", "Ash"]})
SHERIFF = ("MI0010000", "Alder County Sheriff's Office", "County", "ALDER")
SHERIFF_STATION = ("s-sheriff", "ALDER COUNTY SHERIFFS OFFICE", "26001", "SHERIFF'S OFFICE")


def _tile(geoid, name, kind, shape=(0, 0, 1, 1), *, county="26001", crosses=False):
    return {
        "area_id": f"{county}-{geoid}",
        "geoid": geoid,
        "name": name,
        "type_code": kind,
        "county_geoid": county,
        "is_cross_county": crosses,
        "geometry": shapely.box(*shape),
    }


TOWNSHIP = _tile("2600110000", "Clinton", "township", (0, 0, 10, 10)) | {
    "geometry": shapely.box(0, 0, 10, 10).difference(shapely.box(2, 0, 4, 2))
}
VILLAGE = _tile("2655555", "Elm", "village", (2, 0, 4, 2))
OTHER = _tile("2600120000", "Fir", "township", (0, -10, 10, 0))


def _frames(tiles, fbi, stations):
    tiles = gpd.GeoDataFrame(tiles, crs="EPSG:4269").astype({"is_cross_county": "boolean"})
    columns = ["ori", "name", "type_text", "counties_text"]
    listed = pd.DataFrame(fbi, columns=columns).astype("str")
    columns = ["station_id", "name", "county_geoid", "type_text"]
    return tiles, listed, pd.DataFrame(stations, columns=columns).assign(status_text="OPEN")


def _make(tiles, fbi=(), stations=(), profile=None, counties=COUNTIES):
    tiles, listed, posts = _frames(tiles, list(fbi), list(stations))
    profile = profile or StateProfile(state="26")
    made = claims_by_rule(tiles, listed, posts, counties, profile, fbi=FBI, station_list=STATIONS)
    assert_rows(made.agency, AGENCY)
    assert_rows(made.agency_area, AGENCY_AREA)
    return tiles, made


def _jurisdictions(*args, **more):
    tiles, made = _make(*args, **more)
    return assign_primary_agency(tiles, made.agency_area, made.agency).set_index("area_id")


def _city(ori, name, county="ALDER"):
    return (ori, f"{name} Police Department", "City", county)


def _station(name, county="26001", ident="s-1"):
    return (ident, name.upper(), county, "LOCAL POLICE DEPARTMENT")


CLINTON = _city("MI0010100", "Clinton Township")
ELM = _city("MI0010200", "Elm")


def test_a_department_in_both_lists_is_documented():
    row = _jurisdictions(
        [TOWNSHIP], [SHERIFF, CLINTON], [_station("Clinton Twp. Police Dept")]
    ).iloc[0]
    assert row["agency_id"] == "clinton-township-police-department"
    assert (row["basis_code"], row["confidence_code"]) == ("own_department", "documented")
    assert (row["as_of_date"], row["source_url"]) == ("2019", "https://example.org/stations")


def test_a_department_in_the_fbi_list_only_is_unconfirmed():
    row = _jurisdictions([TOWNSHIP], [SHERIFF, CLINTON]).iloc[0]
    assert row["agency_id"] == "clinton-township-police-department"
    assert row["basis_code"] == "own_department_fbi_list_only"
    assert row["confidence_code"] == "unconfirmed"
    assert "dormant" in row["note"]


def test_a_department_in_the_list_of_stations_only_is_inferred():
    row = _jurisdictions([TOWNSHIP], [SHERIFF], [_station("Clinton Township Police")]).iloc[0]
    assert (row["basis_code"], row["confidence_code"]) == ("own_department", "inferred")


def test_what_no_list_names_is_the_sheriffs_by_the_general_rule():
    row = _jurisdictions([TOWNSHIP], [SHERIFF], [SHERIFF_STATION]).iloc[0]
    assert row["agency_id"] == "alder-county-sheriffs-office"
    assert (row["basis_code"], row["confidence_code"]) == ("residual_sheriff", "general_rule")


def test_a_sheriff_that_no_list_names_is_entered_and_says_so():
    _, made = _make([TOWNSHIP])
    row = made.agency.set_index("agency_id").loc["alder-county-sheriffs-office"]
    assert (row["type_code"], row["source_id"]) == ("sheriff", "general-rule")
    assert row["listing_code"] == "general_rule"
    assert not row["is_in_fbi"]
    assert not row["is_in_hifld"]
    assert "no list" in row["note"]


@pytest.mark.parametrize(
    ("stations", "fbi", "code"),
    [
        ([SHERIFF_STATION], [SHERIFF], "listed_hifld_and_fbi"),
        ([SHERIFF_STATION], [], "listed_hifld"),
        ([], [SHERIFF], "fbi_list_only"),
        ([], [], "general_rule"),
    ],
)
def test_the_listing_of_an_agency_is_that_of_the_lists_that_name_it(stations, fbi, code):
    _, made = _make([TOWNSHIP], fbi, stations)
    row = made.agency.set_index("agency_id").loc["alder-county-sheriffs-office"]
    assert row["listing_code"] == code
    lists = {"listed_hifld_and_fbi": STATIONS, "listed_hifld": STATIONS, "fbi_list_only": FBI}
    if code in lists:
        assert row["source_url"] == lists[code].source_url
        assert row["source_id"] == lists[code].source_id
    else:
        assert pd.isna(row["source_url"]), "no page was read for the state"


@pytest.mark.parametrize(
    ("state", "name", "is_cited"),
    [
        ("51", "Alder County Sheriff's Office", True),
        ("51", "State-wide police of Virginia (name not in the lists)", False),  # on sheriffs
        ("42", "Pennsylvania State Police", True),
        ("15", "Alder County Police Department", True),
        ("26", "Alder County Sheriff's Office", False),
        ("26", "Michigan State Police", False),
    ],
)
def test_an_agency_that_no_list_names_cites_the_page_of_its_state_or_none(state, name, is_cited):
    profile = state_profile(state)
    county = f"{state}001"
    _, made = _make(
        [_tile(f"{county}10000", "Clinton", "township", county=county)],
        profile=profile,
        counties=pd.DataFrame({"geoid": [county], "name": ["Alder"]}),
    )
    row = made.agency.set_index("name").loc[name]
    assert (row["listing_code"], row["source_id"]) == ("general_rule", "general-rule")
    claims = made.agency_area.set_index("agency_id").loc[[row["agency_id"]]]
    for url in (row["source_url"], *claims["source_url"]):
        assert url == profile.source_url if is_cited else pd.isna(url)


def test_a_state_without_county_sheriffs_is_given_none():
    hawaii = state_profile("15")
    assert "no county sheriffs" in hawaii.note
    table = _jurisdictions(
        [_tile("1500110000", "Clinton", "township", county="15001")],
        profile=hawaii,
        counties=pd.DataFrame({"geoid": ["15001"], "name": ["Alder"]}),
    )
    assert table["agency_id"].tolist() == ["alder-county-police-department"]
    assert table["basis_code"].tolist() == ["county_police"]


def test_city_and_township_of_one_name_are_told_apart_by_the_word():
    tiles = [_tile("2600133333", "Clinton", "city", (20, 0, 21, 1)), TOWNSHIP]
    table = _jurisdictions(tiles, [SHERIFF, CLINTON, _city("MI0010300", "Clinton")])
    assert table["agency_id"].tolist() == [
        "clinton-police-department",
        "clinton-township-police-department",
    ]


def test_a_township_department_is_never_the_citys():
    table = _jurisdictions([_tile("2600133333", "Clinton", "city")], [SHERIFF, CLINTON])
    assert table["agency_id"].tolist() == ["alder-county-sheriffs-office"]


def test_a_name_without_a_word_is_the_townships_where_there_is_nothing_else():
    table = _jurisdictions([TOWNSHIP], [SHERIFF, _city("MI0010100", "Clinton")])
    assert table["agency_id"].tolist() == ["clinton-police-department"]


@pytest.mark.parametrize(
    ("written", "tile", "kind"),
    [
        ("Imlay City", "Imlay City", "city"),
        ("Lapeer City", "Lapeer", "city"),
        ("City of Lapeer", "Lapeer", "city"),
        ("Oxford Village", "Oxford", "village"),
        ("Orchard Lake", "Orchard Lake Village", "city"),
        ("St. Clair Shores", "Saint Clair Shores", "city"),
        ("Mt. Morris", "Mount Morris", "city"),
        ("Town of Ames", "Ames", "town"),
        ("Clinton Charter Township", "Clinton", "charter_township"),
        ("Athens-Clarke County", "Athens-Clarke County", "consolidated"),
        ("Nashville Metropolitan", "Nashville-Davidson", "consolidated"),
        ("O'Fallon", "OFallon", "city"),
        ("La Cañada", "La Canada", "city"),
    ],
)
def test_the_ways_a_place_is_written(written, tile, kind):
    tiles = gpd.GeoDataFrame([_tile("2600133333", tile, kind)], crs="EPSG:4269")
    found = PlaceIndex(tiles).find_all(f"{written} Police Department", ["26001"])
    assert found == ("26001-2600133333",)


@pytest.mark.parametrize(
    ("written", "tile", "kind"),
    [
        ("West Clinton", "Clinton", "city"),
        ("Clinton Township", "Clinton", "city"),
        ("Clinton", "Clinton", "remainder"),
        ("Lapeer City", "Lapeer", "township"),
    ],
)
def test_names_that_are_not_the_same_place(written, tile, kind):
    tiles = gpd.GeoDataFrame([_tile("2600133333", tile, kind)], crs="EPSG:4269")
    assert PlaceIndex(tiles).find_all(f"{written} Police Department", ["26001"]) == ()


def test_a_name_that_tells_no_place_is_that_of_a_county_with_one_municipality():
    washington = _tile("1150000", "Washington", "city", county="11001")
    other = _tile("1160000", "Other", "city", county="11001")
    name = "Metropolitan Police Department"
    alone = PlaceIndex(gpd.GeoDataFrame([washington], crs="EPSG:4269"))
    assert alone.find_all(name, ["11001"]) == ("11001-1150000",)
    beside = PlaceIndex(gpd.GeoDataFrame([washington, other], crs="EPSG:4269"))
    assert beside.find_all(name, ["11001"]) == ()


def test_two_places_of_one_name_and_type_are_nobodys():
    twins = [_tile("2600133333", "Ames", "township"), _tile("2600144444", "Ames", "township")]
    index = PlaceIndex(gpd.GeoDataFrame(twins, crs="EPSG:4269"))
    assert index.find_all("Ames Township Police Department", ["26001"]) == ()


def test_words_of_a_police_name():
    assert place_words("Oak Park Dept. of Public Safety") == "oak park"
    assert place_words("Metropolitan Police Department") == ""
    assert place_words("Detroit Police Department - Eastern District") == "detroit"


def test_a_joint_department_has_all_its_places():
    tiles = [
        _tile("2611111", "Franklin", "village", (0, 0, 1, 1)),
        _tile("2622222", "Bingham Farms", "village", (1, 0, 2, 1)),
    ]
    joint = _city("MI0010500", "Franklin-Bingham Farms")
    table = _jurisdictions(tiles, [SHERIFF, joint], [_station("Franklin-Bingham Farms Police")])
    assert set(table["agency_id"]) == {"franklin-bingham-farms-police-department"}
    _, made = _make(tiles, [SHERIFF, joint])
    assert made.agency.set_index("name").loc[joint[1], "type_code"] == "joint"


def test_a_joint_name_with_an_unknown_member_claims_nothing():
    table = _jurisdictions(
        [_tile("2611111", "Franklin", "village")], [SHERIFF, _city("MI1", "Franklin-Nowhere")]
    )
    assert table["agency_id"].tolist() == ["alder-county-sheriffs-office"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("University or College", "campus"),
        ("Tribal", "tribal"),
        ("Other", "special"),
        ("Other State Agency", "special"),
    ],
)
def test_agencies_of_other_kinds_have_no_area(kind, code):
    other = ("MI0019000", "Clinton Police", kind, "ALDER")
    _, made = _make([TOWNSHIP], [SHERIFF, other])
    agency = made.agency.set_index("name").loc["Clinton Police"]
    assert agency["type_code"] == code
    assert "clinton-police" not in set(made.agency_area["agency_id"])


def test_a_village_in_a_township_with_police_is_inferred_to_the_township():
    table = _jurisdictions(
        [TOWNSHIP, OTHER, VILLAGE], [SHERIFF, CLINTON], [_station("Clinton Township Police")]
    )
    village = table.loc["26001-2655555"]
    assert village["agency_id"] == "clinton-township-police-department"
    assert (village["basis_code"], village["confidence_code"]) == (
        "township_department",
        "inferred",
    )
    assert table.loc["26001-2600120000", "agency_id"] == "alder-county-sheriffs-office"


def test_a_village_with_its_own_station_is_its_own():
    stations = [_station("Clinton Township Police"), _station("Elm Police", ident="s-2")]
    table = _jurisdictions([TOWNSHIP, VILLAGE], [SHERIFF, CLINTON, ELM], stations)
    assert table.loc["26001-2655555", "agency_id"] == "elm-police-department"
    assert table.loc["26001-2655555", "confidence_code"] == "documented"


def test_a_village_beside_a_township_whose_department_may_be_dormant_is_the_sheriffs():
    table = _jurisdictions([TOWNSHIP, VILLAGE], [SHERIFF, CLINTON])
    assert table.loc["26001-2655555", "agency_id"] == "alder-county-sheriffs-office"


def test_a_city_in_two_counties_keeps_its_department_in_both():
    west = _tile("2600144444", "Birch", "city", crosses=True)
    east = _tile("2600344444", "Birch", "city", (1, 0, 2, 1), county="26003", crosses=True)
    table = _jurisdictions([west, east], [SHERIFF, _city("MI1", "Birch")], [_station("Birch PD")])
    assert table["agency_id"].tolist() == ["birch-police-department"] * 2
    assert "another county" in table.loc["26003-2600344444", "note"]


def test_lists_that_put_a_city_in_different_counties_mean_one_department():
    west = _tile("2600144444", "Birch", "city", crosses=True)
    east = _tile("2600344444", "Birch", "city", (1, 0, 2, 1), county="26003", crosses=True)
    _, made = _make([west, east], [_city("MI1", "Birch")], [_station("Birch Police", "26003")])
    birch = made.agency[made.agency["name"].str.contains("Birch")]
    assert birch["listing_code"].tolist() == ["listed_hifld_and_fbi"]


def test_a_department_of_another_county_than_the_tiles_polices_from_outside():
    part = _tile("2600144444", "Birch", "city", crosses=True)
    away = _city("MI1", "Birch", "ASH")
    row = _jurisdictions([part], [SHERIFF, away], [_station("Birch Police", "26003")]).iloc[0]
    assert row["basis_code"] == "own_department_outside_five_counties"


def test_a_namesake_in_another_county_is_not_taken():
    part = _tile("2600144444", "Birch", "city")
    row = _jurisdictions([part], [SHERIFF, _city("MI1", "Birch", "ASH")]).iloc[0]
    assert row["agency_id"] == "alder-county-sheriffs-office"


@pytest.mark.parametrize(
    "entry",
    [
        ("MI001800X", "Clinton Township Police Department", "City", "ALDER"),
        ("MI0018000", "Alder County Sheriff's Office: Clinton Township", "County", "ALDER"),
    ],
)
def test_an_entry_of_the_sheriff_outranks_a_department_that_lists_still_name(entry):
    lists = [SHERIFF, CLINTON, entry], [_station("Clinton Township Police"), SHERIFF_STATION]
    row = _jurisdictions([TOWNSHIP], *lists).iloc[0]
    assert row["agency_id"] == "alder-county-sheriffs-office"
    assert (row["basis_code"], row["confidence_code"]) == ("sheriff_contract", "inferred")
    assert "also claimed: clinton-township-police-department" in row["note"]


def test_county_police_come_before_the_sheriff_where_both_are_known():
    police = ("GA1", "Alder County Police Department", "County", "ALDER")
    station = ("s-9", "ALDER COUNTY POLICE DEPARTMENT", "26001", "LOCAL POLICE DEPARTMENT")
    listed = [SHERIFF, police], [SHERIFF_STATION, station]
    _, made = _make([TOWNSHIP], *listed)
    residual = made.agency_area[made.agency_area["geoid"] == "26001"]
    assert residual["agency_id"].tolist() == ["alder-county-police-department"]
    kind = made.agency.set_index("agency_id")["type_code"]
    assert kind["alder-county-police-department"] == "county_police"


def test_county_police_without_a_station_do_not_displace_a_sheriff_who_has_one():
    police = ("KY1", "Alder County Police Department", "County", "ALDER")
    row = _jurisdictions([TOWNSHIP], [SHERIFF, police], [SHERIFF_STATION]).iloc[0]
    assert row["agency_id"] == "alder-county-sheriffs-office"


def test_where_a_state_leaves_it_to_the_state_police_they_have_the_rest():
    pennsylvania = state_profile("42")
    tile = _tile("4200110000", "Clinton", "township", county="42001")
    post = ("PAPSP0100", "State Police: Alder County", "State Police", "ALDER")
    _, made = _make(
        [tile],
        [("PA0010000", "Alder County Sheriff's Office", "County", "ALDER"), post],
        profile=pennsylvania,
        counties=pd.DataFrame({"geoid": ["42001"], "name": ["Alder"]}),
    )
    claims = made.agency_area.set_index("geoid")
    assert claims.loc["42001", "agency_id"] == "pennsylvania-state-police"
    assert claims.loc["42001", "source_url"] == pennsylvania.source_url
    assert claims.loc["42", "county_geoid"] is None or pd.isna(claims.loc["42", "county_geoid"])
    state = made.agency.set_index("agency_id").loc["pennsylvania-state-police"]
    assert (state["type_code"], state["ori9"]) == ("state_police", "PAPSP0100")


@pytest.mark.parametrize(
    ("entries", "name", "agency_id"),
    [
        (
            [],
            "State-wide police of Ohio (name not in the lists)",
            "state-wide-police-of-ohio",
        ),
        (
            [("OHOHP0000", "Ohio State Highway Patrol", "State Police", "")],
            "Ohio State Highway Patrol",
            "ohio-state-highway-patrol",
        ),
        (
            [("OHOHP0000", "Highway Patrol: Alder County", "State Police", "ALDER")],
            "Highway Patrol (Ohio)",
            "highway-patrol-ohio",
        ),
    ],
)
def test_a_state_wide_agency_has_the_name_of_the_list_or_words_that_are_no_name(
    entries, name, agency_id
):
    _, made = _make(
        [_tile("3900110000", "Clinton", "township", county="39001")],
        entries,
        profile=state_profile("39"),
        counties=pd.DataFrame({"geoid": ["39001"], "name": ["Alder"]}),
    )
    rows = made.agency[made.agency["type_code"] == "state_police"]
    assert rows[["name", "agency_id"]].to_numpy().tolist() == [[name, agency_id]]
    claims = made.agency_area.set_index("geoid")
    assert claims.loc["39", "agency_id"] == agency_id


def test_each_county_has_one_residual_and_the_state_one_more():
    tiles = [TOWNSHIP, _tile("2600310000", "Far", "township", county="26003")]
    _, made = _make(tiles, [SHERIFF])
    residual = made.agency_area[made.agency_area["role_code"] == "residual"]
    assert sorted(residual["geoid"]) == ["26", "26001", "26003"]


def test_closed_stations_confirm_nothing():
    tiles, listed, posts = _frames([TOWNSHIP], [CLINTON], [_station("Clinton Township Police")])
    made = claims_by_rule(
        tiles,
        listed,
        posts.assign(status_text="CLOSED"),
        COUNTIES,
        StateProfile(state="26"),
        fbi=FBI,
        station_list=STATIONS,
    )
    assert "unconfirmed" in set(made.agency_area["role_code"])
    assert made.station_agency.empty


def test_departments_of_one_name_in_two_counties_have_two_identifiers():
    tiles = [TOWNSHIP, _tile("2600310000", "Clinton", "township", county="26003")]
    both = [CLINTON, _city("MI0030100", "Clinton Township", "ASH")]
    table = _jurisdictions(tiles, both)
    assert sorted(table["agency_id"]) == [
        "clinton-township-police-department-26001",
        "clinton-township-police-department-26003",
    ]


def test_every_station_belongs_to_an_agency():
    stations = [
        SHERIFF_STATION,
        _station("Clinton Township Police - North", ident="s-2"),
        ("s-3", "MICHIGAN STATE POLICE POST 9", "26001", "PRIMARY STATE LAW ENFORCEMENT AGENCY"),
        ("s-4", "CSX RAILROAD POLICE", "26001", "SPECIAL JURISDICTION"),
    ]
    _, made = _make([TOWNSHIP], [SHERIFF, CLINTON], stations)
    assert made.station_agency.to_dict() == {
        "s-sheriff": "alder-county-sheriffs-office",
        "s-2": "clinton-township-police-department",
        "s-3": "michigan-state-police-post-9",
        "s-4": "csx-railroad-police",
    }
    kind = made.agency.set_index("agency_id")["type_code"]
    assert kind["michigan-state-police-post-9"] == "state_police_post"
    assert kind["csx-railroad-police"] == "railroad"


def test_tiles_of_another_state_and_missing_columns_are_errors():
    with pytest.raises(InputError, match="26001-2600110000, of another state"):
        _make([TOWNSHIP], profile=state_profile("39"))
    tiles, listed, posts = _frames([TOWNSHIP], [], [])
    with pytest.raises(InputError, match="`agencies` lacks column ori"):
        claims_by_rule(
            tiles,
            listed.drop(columns="ori"),
            posts,
            COUNTIES,
            StateProfile(state="26"),
            fbi=FBI,
            station_list=STATIONS,
        )


def test_a_profile_claims_no_more_than_its_source():
    for state in (
        "02",
        "09",
        "10",
        "13",
        "15",
        "23",
        "24",
        "25",
        "33",
        "34",
        "42",
        "44",
        "50",
        "51",
    ):
        profile = state_profile(state)
        assert profile.confidence_code == "documented"
        assert profile.source_url.startswith("http")
        assert profile.source_name
        assert not re.search(r"\d{4}-\d{2}-\d{2}", profile.source_name), "its date stands apart"
        assert re.fullmatch(f"|{PARTIAL_DATE}", profile.source_date)
    ohio = state_profile("39")
    assert (ohio.residual_code, ohio.confidence_code) == ("sheriff", "general_rule")
    assert not ohio.source_url
    with pytest.raises(InputError, match="`state`"):
        state_profile("99")
    with pytest.raises(InputError, match="give its FIPS code, 39"):
        state_profile("OH")
