"""The shipped tables obey their schemas and laws; broken ones are found and named."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from geo.build import build, make_tables
from geo.check import check
from geo.dictionary import render_dictionary
from geo.errors import TableError
from geo.laws import LAWS
from geo.tables.definitions import TABLES
from geo.tables.reader import TableReader, file_hash


def test_shipped_tables_have_no_problem(reader):
    assert check(reader) == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_each_law_holds_for_the_shipped_tables(law, reader):
    assert law(reader) == []


def test_rebuild_gives_the_same_bytes(data_copy, project):
    build(data_copy, report=lambda _: None)
    shipped = project / "data" / "tables"
    rebuilt = {path.name: file_hash(path) for path in (data_copy / "tables").iterdir()}
    assert rebuilt == {path.name: file_hash(path) for path in shipped.iterdir()}


def test_dictionary_in_docs_is_the_generated_one(reader, project):
    written = (project / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == render_dictionary(reader)


def test_row_counts_are_those_of_the_sources(reader):
    expected = {
        "county": 83,
        "municipality": 193,
        "tract": 1320,
        "overdose_death": 83 * 13,
        "county_population": 83 * 15,
        "facility": 434,
        "naloxone_evidence": 56,
        "program_participation": 78,
    }
    assert {name: len(reader.read(name)) for name in expected} == expected


@pytest.mark.parametrize("table", ["naloxone_evidence", "program_participation"])
def test_page_that_speaks_of_several_agencies_is_cited_by_its_publisher(reader, table):
    rows = reader.read(table)
    site = rows["source_url"].str.extract(r"//(?:www\.)?([^/]+)")[0]
    agencies = rows["agency_id"].groupby(site).nunique()
    of_several = rows[site.map(agencies) > 1]
    assert len(of_several) > 20
    as_agency = of_several["source_name"].str.contains("Police Dep|Sheriff|Public Safety Dep")
    assert not as_agency.any(), of_several.loc[as_agency, ["source_name", "source_url"]]


def test_suppressed_county_years_are_613(reader):
    assert int((reader.read("overdose_death")["status_code"] == "suppressed").sum()) == 613


def test_tracts_hold_the_census_2010_population_of_the_five_counties(reader):
    tracts = reader.read("tract").groupby("county_geoid")["population_persons"].sum()
    assert tracts.to_dict() == {
        "26049": 425790,
        "26087": 88319,
        "26099": 840978,
        "26125": 1202362,
        "26163": 1820584,
    }


def test_township_land_is_within_six_percent_of_the_printed_area(reader, project):
    printed = pd.read_csv(project / "data/manual/township_check.csv", dtype={"geoid": "str"})
    printed = printed.dropna(subset=["published_land_square_miles"]).set_index("geoid")
    areas = reader.read("municipality").query("not is_cross_county").set_index("geoid")
    land = areas["land_m2"] / 2_589_988.11
    ratio = land.reindex(printed.index).astype(float) / printed["published_land_square_miles"]
    assert len(ratio) == 41
    assert ratio.between(0.94, 1.06).all()


def test_confidence_of_jurisdictions_is_counted(reader):
    counts = reader.read("jurisdiction")["confidence_code"].value_counts().to_dict()
    assert counts == {"documented": 147, "general_rule": 27, "inferred": 15, "unconfirmed": 4}


def test_data_folder_is_under_8_mb(project):
    size = sum(path.stat().st_size for path in (project / "data").rglob("*") if path.is_file())
    assert size < 8_000_000


def test_every_defined_table_is_built_and_no_other(project):
    found = {path.stem for path in (project / "data/tables").glob("*.parquet")}
    assert found == set(TABLES)


def test_altered_table_is_named_with_its_remedy(data_copy):
    path = data_copy / "tables" / "facility.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(TableError, match=r"facility\.parquet.*geo build"):
        TableReader(data_copy).read("facility")


def test_missing_table_is_named(data_copy):
    (data_copy / "tables" / "tract.parquet").unlink()
    with pytest.raises(TableError, match=r"tract\.parquet: the file is missing"):
        TableReader(data_copy).read("tract")


def test_table_of_another_schema_is_named(data_copy):
    tables = data_copy / "tables"
    frame = pd.read_parquet(tables / "class_break.parquet").rename(columns={"method": "way"})
    frame.to_parquet(tables / "class_break.parquet")
    manifest = json.loads((tables / "manifest.json").read_text())
    manifest["tables"]["class_break"]["sha256"] = file_hash(tables / "class_break.parquet")
    (tables / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(TableError, match=r"missing \['method'\], unknown \['way'\]"):
        TableReader(data_copy).read("class_break")


def test_changed_input_is_found(data_copy):
    path = data_copy / "manual" / "facility.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert any("manual/facility.csv" in problem for problem in check(TableReader(data_copy)))


def _break(data, name, change):
    path = data / "manual" / f"{name}.csv"
    rows = pd.read_csv(path, dtype="str", keep_default_na=False)
    change(rows)
    rows.to_csv(path, index=False, lineterminator="\n")


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "said"),
    [
        ("overdose_death", 0, "deaths", "5", "counts of 1 to 9 are not suppressed"),
        ("facility", 0, "county_geoid", "26163", "is not in its county"),
        ("naloxone_evidence", 0, "agency_id", "nobody", "naloxone_evidence.agency_id"),
        ("facility", 0, "source_id", "hearsay", r"no record data/sources/hearsay.toml"),
    ],
)
def test_each_broken_law_is_found_after_a_build(data_copy, name, row, column, value, said):
    _break(data_copy, name, lambda rows: rows.__setitem__(column, [value, *rows[column][1:]]))
    (data_copy.parent / "docs").mkdir()
    build(data_copy, report=lambda _: None)
    assert any(said in problem for problem in check(TableReader(data_copy))), row


def test_a_build_that_fails_leaves_the_old_tables(data_copy):
    before = file_hash(data_copy / "tables" / "manifest.json")
    _break(data_copy, "facility", lambda rows: rows.__setitem__("kind_code", "bakery"))
    with pytest.raises(ValueError, match="kind_code"):
        build(data_copy, report=lambda _: None)
    assert file_hash(data_copy / "tables" / "manifest.json") == before


def test_population_points_of_every_tract_with_people(project):
    tables = make_tables(project / "data")
    points = tables["population_point"].groupby("tract_geoid")["residents_persons"].sum()
    tracts = tables["tract"].set_index("geoid")["population_persons"]
    assert (points.reindex(tracts.index) == tracts).all()
