"""The general rule on the five counties, where the answer was looked up place by place."""

import pandas as pd
import pytest

from geo.jurisdictions import assign_primary_agency
from geo.primary_rule import claims_by_rule
from geo.rule_check import (
    FBI,
    STATIONS,
    agreeing_share,
    fbi_list,
    rule_against_table,
    rule_page,
    station_list,
)
from geo.state_profiles import state_profile
from geo.tables.definitions import AGENCY, AGENCY_AREA
from geo.tables.schema import assert_rows
from geo.wording import BASIS_WORDS, CONFIDENCE_WORDS

SUB_CODES = (  # as the FBI publishes them
    ("MI631800X", "Addison Township"),
    ("MI631810X", "Brandon Township"),
    ("MI631820X", "Clarkston"),
    ("MI631830X", "Commerce Township"),
    ("MI631840X", "Highland Township"),
    ("MI631850X", "Independence Township"),
    ("MI631860X", "Lyon Township"),
    ("MI631870X", "Oakland Township"),
    ("MI631880X", "Orion Township"),
    ("MI631890X", "Oxford Township"),
    ("MI631900X", "Pontiac"),
    ("MI631910X", "Rochester Hills"),
    ("MI631920X", "Springfield Township"),
)


@pytest.fixture(scope="module")
def rows(reader):
    return rule_against_table(reader)


@pytest.fixture(scope="module")
def made(reader):
    return _by_rule(reader)[1]


def _by_rule(reader, more=()):
    counties = reader.read("county")[["geoid", "name"]]
    listed = fbi_list(reader.read("agency"), counties)
    extra = [(ori, f"{name} Police Department", "City", "OAKLAND") for ori, name in more]
    listed = pd.concat([listed, pd.DataFrame(extra, columns=listed.columns)])
    tiles = reader.spatial("municipality")
    stations = station_list(reader.read("agency_station"), reader.read("agency"))
    return tiles, claims_by_rule(
        tiles, listed, stations, counties, state_profile("26"), fbi=FBI, station_list=STATIONS
    )


def test_the_rule_names_the_checked_agency_for_95_percent_of_people(rows):
    assert rows["residents_persons"].sum() > 4_000_000
    assert agreeing_share(rows) >= 0.95


def test_every_difference_has_its_reason_and_every_agreement_none(rows):
    assert (rows["reason"].str.len() > 0).equals(~rows["is_same"].astype(bool))
    assert not rows.loc[~rows["is_same"], "reason"].str.contains("None|nan").any()


def test_the_worst_differences_stand_first(rows):
    differing = rows.loc[~rows["is_same"], "residents_persons"].tolist()
    assert differing == sorted(differing, reverse=True)
    assert not rows["is_same"].iloc[0]
    assert rows["is_same"].iloc[-1]


def test_the_rule_is_not_surer_than_the_checked_table(rows):
    same = rows[rows["is_same"]]
    surer = (same["rule_confidence_code"] == "documented") & (
        same["table_confidence_code"] != "documented"
    )
    assert not surer.any()


def test_only_an_agency_of_the_rule_may_lack_the_page_that_names_it(reader, made):
    for agencies in (reader.read("agency"), made.agency):
        named = agencies[agencies["listing_code"] != "general_rule"]
        assert named["source_url"].notna().all()
        assert "general-rule" not in set(named["source_id"])
        others = agencies[agencies["listing_code"] == "general_rule"]
        assert set(others["source_id"]) <= {"general-rule"}
        assert not others["is_in_hifld"].any()
        assert not others["is_in_fbi"].any()
    assert "general_rule" not in set(reader.read("agency")["listing_code"])


def test_its_tables_keep_to_their_schemas(reader, made):
    assert_rows(made.agency, AGENCY)
    assert_rows(made.agency_area, AGENCY_AREA)
    assert set(made.agency_area["agency_id"]) <= set(made.agency["agency_id"])
    assert set(made.station_agency) <= set(made.agency["agency_id"])
    assert set(made.station_agency.index) == set(reader.read("agency_station")["station_id"])


def test_most_agencies_get_the_identifier_they_have_in_the_table(reader, made):
    known = reader.read("agency")
    police = known[known["type_code"].isin(["municipal", "township", "sheriff", "campus"])]
    assert set(police["agency_id"]) <= set(made.agency["agency_id"])


def test_entries_of_the_sheriff_for_a_place_make_contracts(reader):
    tiles, made = _by_rule(reader, SUB_CODES)
    table = assign_primary_agency(tiles, made.agency_area, made.agency).set_index("area_id")
    label = tiles.set_index("area_id")["label"]
    contracts = table[table["basis_code"] == "sheriff_contract"]
    assert len(contracts) == 13
    assert set(contracts["confidence_code"]) == {"inferred"}
    assert set(contracts["agency_id"]) == {"oakland-county-sheriffs-office"}
    assert {"Pontiac", "Rochester Hills", "Independence Charter Township"} <= set(
        label[contracts.index]
    )
    checked = reader.read("jurisdiction").set_index("area_id")["agency_id"]
    people = tiles.set_index("area_id")["residents_persons"]
    same = table["agency_id"] == checked.reindex(table.index)
    assert people[same[same].index].sum() / people.sum() >= 0.985


def test_the_page_tells_the_words_that_stand_beside_the_codes(project):
    page = (project / "docs" / "jurisdictions.md").read_text(encoding="utf-8")
    for words in (BASIS_WORDS, CONFIDENCE_WORDS):
        for code, word in words.items():
            assert f"| `{code}` | {word} |" in page, code


def test_the_page_tells_what_the_rule_gives_today(project, rows):
    page = (project / "docs" / "jurisdictions.md").read_text(encoding="utf-8")
    assert page.endswith(rule_page(rows)), "write the page again: see geo.rule_check.rule_page"
