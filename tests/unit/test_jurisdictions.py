"""One primary police agency per municipality part, on hand-drawn claims."""

import pandas as pd
import pytest

from geo.errors import InputError
from geo.jurisdictions import assign_primary_agency

CITY, VILLAGE, TOWNSHIP = "2600001", "2600002", "2609900003"
AGENCIES = pd.DataFrame(
    [
        ("city-police", "municipal"),
        ("other-city-police", "municipal"),
        ("township-police", "township"),
        ("sheriff-99", "sheriff"),
        ("sheriff-87", "sheriff"),
        ("state-police", "state_police"),
    ],
    columns=["agency_id", "type_code"],
)


def _claim(agency, geoid, role, *, county="26099", as_of="2019", **more):
    return {
        "agency_id": agency,
        "geoid": geoid,
        "county_geoid": county,
        "role_code": role,
        "as_of_date": as_of,
        "source_url": f"https://example.org/{agency}/{role}",
        "second_as_of_date": None,
        "second_source_url": None,
        "note": None,
        **more,
    }


RESIDUAL = _claim("sheriff-99", "26099", "residual")


def _area(geoid, county="26099"):
    return {"area_id": f"{county}-{geoid}", "geoid": geoid, "county_geoid": county}


def _assign(claims, areas=None):
    areas = areas or [_area(CITY)]
    claims = pd.DataFrame(list(claims), columns=list(RESIDUAL)).astype("str")
    return assign_primary_agency(pd.DataFrame(areas), claims, AGENCIES)


def _one(*claims, area=None):
    return _assign([RESIDUAL, *claims], [area or _area(CITY)]).iloc[0]


@pytest.mark.parametrize(
    ("role", "basis", "confidence"),
    [
        ("primary", "own_department", "documented"),
        ("outside", "own_department_outside_five_counties", "documented"),
        ("contract", "sheriff_contract", "documented"),
        ("unconfirmed", "own_department_fbi_list_only", "unconfirmed"),
    ],
)
def test_each_role_has_its_basis_and_confidence(role, basis, confidence):
    row = _one(_claim("city-police", CITY, role))
    assert row["agency_id"] == "city-police"
    assert (row["basis_code"], row["confidence_code"]) == (basis, confidence)
    assert row["source_url"] == f"https://example.org/city-police/{role}"
    assert row["as_of_date"] == "2019"


def test_what_nobody_claims_is_the_sheriffs_by_a_general_rule():
    row = _one()
    assert row["agency_id"] == "sheriff-99"
    assert (row["basis_code"], row["confidence_code"]) == ("residual_sheriff", "general_rule")


@pytest.mark.parametrize(
    ("first", "second"),
    [("primary", "outside"), ("outside", "contract"), ("contract", "unconfirmed")],
)
def test_the_stronger_role_wins_even_if_older(first, second):
    strong = _claim("city-police", CITY, first, as_of="2010")
    weak = _claim("other-city-police", CITY, second, as_of="2022")
    for claims in ([strong, weak], [weak, strong]):
        row = _one(*claims)
        assert row["agency_id"] == "city-police"
        assert row["note"] == f"also claimed: other-city-police ({second}, 2022)"


def test_the_newer_of_two_claims_in_one_role_wins():
    old = _claim("city-police", CITY, "primary", as_of="2019")
    new = _claim("other-city-police", CITY, "primary", as_of="2019-09-25")
    for claims in ([old, new], [new, old]):
        row = _one(*claims)
        assert row["agency_id"] == "other-city-police"
        assert row["note"] == "also claimed: city-police (primary, 2019)"


def test_a_village_with_a_department_has_it_and_the_township_keeps_its_own():
    areas = [_area(TOWNSHIP), _area(VILLAGE)]
    claims = [
        RESIDUAL,
        _claim("township-police", TOWNSHIP, "primary"),
        _claim("city-police", VILLAGE, "primary"),
    ]
    table = _assign(claims, areas)
    assert table["agency_id"].tolist() == ["township-police", "city-police"]
    assert table["basis_code"].tolist() == ["own_department", "own_department"]


def test_a_village_inferred_to_the_township_department_says_so():
    claim = _claim("township-police", VILLAGE, "primary", note="inferred from geography")
    row = _one(claim, area=_area(VILLAGE))
    assert (row["basis_code"], row["confidence_code"]) == ("township_department", "inferred")
    assert row["note"] == "inferred from geography"


def test_a_township_inferred_to_its_own_department_is_no_village():
    claim = _claim("township-police", TOWNSHIP, "primary", note="inferred from a list")
    row = _one(claim, area=_area(TOWNSHIP))
    assert (row["basis_code"], row["confidence_code"]) == ("own_department", "inferred")


def test_state_police_in_place_of_an_own_department_say_so():
    row = _one(_claim("state-police", TOWNSHIP, "primary"), area=_area(TOWNSHIP))
    assert (row["basis_code"], row["confidence_code"]) == ("state_police", "documented")


def test_a_municipality_in_two_counties_goes_by_the_claim_in_each():
    areas = [_area(CITY, "26099"), _area(CITY, "26087")]
    residuals = [RESIDUAL, _claim("sheriff-87", "26087", "residual", county="26087")]
    here = _claim("city-police", CITY, "primary", county="26099")
    there = _claim("other-city-police", CITY, "primary", county="26087")
    assert _assign([*residuals, here, there], areas)["agency_id"].tolist() == [
        "city-police",
        "other-city-police",
    ]
    assert _assign([*residuals, here], areas)["agency_id"].tolist() == ["city-police", "sheriff-87"]


def test_a_claim_with_only_a_second_date_is_cited_by_that():
    row = _one(
        _claim(
            "sheriff-99",
            TOWNSHIP,
            "contract",
            as_of=None,
            second_as_of_date="2023-07-31",
            second_source_url="https://example.org/second",
        ),
        area=_area(TOWNSHIP),
    )
    assert (row["as_of_date"], row["source_url"]) == ("2023-07-31", "https://example.org/second")


def test_own_note_and_further_claims_stand_side_by_side():
    row = _one(
        _claim("city-police", CITY, "primary", note="joint authority"),
        _claim("sheriff-99", CITY, "contract", as_of="2012"),
    )
    assert row["note"] == "joint authority; also claimed: sheriff-99 (contract, 2012)"


def test_every_area_has_one_row_in_its_order():
    areas = [_area(VILLAGE), _area(CITY), _area(TOWNSHIP)]
    table = _assign([RESIDUAL, _claim("city-police", CITY, "primary")], areas)
    assert table["area_id"].tolist() == [area["area_id"] for area in areas]
    assert table["agency_id"].tolist() == ["sheriff-99", "city-police", "sheriff-99"]
    assert table["note"].isna().all()


def test_order_of_claims_does_not_change_the_result():
    claims = [
        RESIDUAL,
        _claim("city-police", CITY, "unconfirmed", as_of="2021"),
        _claim("sheriff-99", CITY, "contract", as_of="2012"),
        _claim("other-city-police", CITY, "primary", as_of="2015"),
    ]
    pd.testing.assert_frame_equal(_assign(claims), _assign(claims[::-1]))


def test_an_area_without_claim_and_without_residual_is_an_error_that_names_it():
    with pytest.raises(InputError, match="no agency for 26087-2600001 and no residual"):
        _assign([RESIDUAL], [_area(CITY), _area(CITY, "26087")])


def test_the_residual_of_the_state_is_no_residual_of_a_county():
    statewide = _claim("state-police", "26", "residual", county=None)
    with pytest.raises(InputError, match="no residual"):
        _assign([statewide])
