"""Residents by the Census Bureau, asked of a real server that answers as the API does."""

from __future__ import annotations

import json
import shutil
import traceback

import pandas as pd
import pytest

from geo.errors import InputError, SourceError
from geo.sources.census_population import (
    ACS_TRACT,
    COUNTY_ESTIMATES,
    COUNTY_ESTIMATES_2010S,
    DECENNIAL_COUSUB,
    DECENNIAL_PLACE,
    DECENNIAL_TRACT,
)
from tests.sources.publisher_server import Answer

COUNTS = "api.census.gov/data/2020/dec/pl"
SURVEY = "api.census.gov/data/2023/acs/acs5"
ESTIMATES = "www2.census.gov/programs-surveys/popest/datasets"
ESTIMATES_2020S = f"{ESTIMATES}/2020-2024/counties/totals/co-est2024-alldata.csv"
ESTIMATES_2010S = f"{ESTIMATES}/2010-2020/counties/totals/co-est2020-alldata.csv"

TRACT_ROWS = [
    ["NAME", "P1_001N", "state", "county", "tract"],
    ["Census Tract 2; Macomb County; Michigan", "4020", "26", "099", "000200"],
    ["Census Tract 1; Alcona County; Michigan", "0", "26", "001", "000100"],
]
COUSUB_ROWS = [
    ["NAME", "P1_001N", "state", "county", "county subdivision"],
    ["Second township", "20", "26", "099", "12345"],
    ["County subdivisions not defined", "0", "26", "099", "00000"],
    ["First township", "10", "26", "001", "12345"],
]
PLACE_ROWS = [
    ["NAME", "P1_001N", "state", "place"],
    ["Second city", "20", "26", "12345"],
    ["First CDP", "10", "26", "00001"],
]
SURVEY_ROWS = [
    ["NAME", "B01003_001E", "B01003_001M", "state", "county", "tract"],
    ["Tract 3", "3000", "-555555555", "26", "099", "000300"],
    ["Tract 2", "-666666666", "-222222222", "26", "099", "000200"],
    ["Tract 1", "1000", "120", "26", "099", "000100"],
    ["Tract 4", None, None, "26", "099", "000400"],
]
DECENNIAL = [
    (DECENNIAL_TRACT, TRACT_ROWS, "tract"),
    (DECENNIAL_COUSUB, COUSUB_ROWS, "county subdivision"),
    (DECENNIAL_PLACE, PLACE_ROWS, "place"),
]
KEY = "MARKERKEY0a1b2c"
MISSING = b"<html><head><title>Missing Key</title></head><h1>Missing Key</h1></html>"
INVALID = b'\n <div class="content">\n <h1>Invalid Key</h1></div>'

COUNTS_DTYPES = {"geoid": "str", "population_persons": "Int64", "population_year": "Int64"}


def _json(rows):
    return Answer(json.dumps(rows).encode(), headers={"Content-Type": "application/json"})


def _csv(years, *, extra=""):
    head = ["SUMLEV", "STATE", "COUNTY", "CTYNAME", *(f"POPESTIMATE{year}" for year in years)]
    rows = [
        ["040", "26", "000", "Michigan", *["10000000"] * len(years)],
        ["050", "26", "099", "Macomb County", *(str(870_000 + int(year)) for year in years)],
        ["050", "26", "001", "Alcona County", *(str(10_000 + int(year)) for year in years)],
        ["050", "35", "013", "Doña Ana County", *["220000"] * len(years)],
    ]
    text = "\n".join(",".join(row) for row in [head, *rows]) + "\n"
    return (extra + text).encode("latin-1")


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)


@pytest.fixture
def given(tmp_path):
    def make(name, content):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return make


def _read(source, client):
    return source.read([one.path for one in source.fetch(client, "26")], "26")


def _types(frame):
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def test_tracts_are_asked_for_in_every_county_of_the_state(publisher, client):
    publisher.script(COUNTS, _json(TRACT_ROWS))
    rows = _read(DECENNIAL_TRACT, client)
    assert publisher.asked[0].query == {
        "get": ["NAME,P1_001N"],
        "for": ["tract:*"],
        "in": ["state:26", "county:*"],
    }
    assert _types(rows) == COUNTS_DTYPES
    assert rows.to_numpy().tolist() == [["26001000100", 0, 2020], ["26099000200", 4020, 2020]]


def test_county_subdivisions_leave_out_water_outside_any(publisher, client):
    publisher.script(COUNTS, _json(COUSUB_ROWS))
    rows = _read(DECENNIAL_COUSUB, client)
    assert publisher.asked[0].query["for"] == ["county subdivision:*"]
    assert publisher.asked[0].query["in"] == ["state:26", "county:*"]
    assert rows["geoid"].tolist() == ["2600112345", "2609912345"]
    assert rows["population_persons"].tolist() == [10, 20]


def test_places_are_asked_for_in_the_state(publisher, client):
    publisher.script(COUNTS, _json(PLACE_ROWS))
    rows = _read(DECENNIAL_PLACE, client)
    assert publisher.asked[0].query["for"] == ["place:*"]
    assert publisher.asked[0].query["in"] == ["state:26"]
    assert rows["geoid"].tolist() == ["2600001", "2612345"]


def test_an_estimate_that_the_survey_does_not_give_is_missing(publisher, client):
    publisher.script(SURVEY, _json(SURVEY_ROWS))
    rows = _read(ACS_TRACT, client)
    assert publisher.asked[0].query["get"] == ["NAME,B01003_001E,B01003_001M"]
    assert _types(rows) == COUNTS_DTYPES | {"moe_persons": "Int64"}
    assert rows["geoid"].str[-3:].tolist() == ["100", "200", "300", "400"]
    assert rows["population_persons"].tolist() == [1000, pd.NA, 3000, pd.NA]
    assert rows["moe_persons"].tolist() == [120, pd.NA, pd.NA, pd.NA]
    assert rows["population_year"].tolist() == [2023] * 4


def test_a_given_survey_file_says_its_last_year_by_its_name(given):
    path = given("acs5_2019_26_tract.json", json.dumps(SURVEY_ROWS).encode())
    assert ACS_TRACT.files_in(path.parent, "26") == (path,)
    assert ACS_TRACT.read([path], "26")["population_year"].tolist() == [2019] * 4


def test_the_key_is_sent_and_stands_nowhere(publisher, client, monkeypatch, tmp_path, caplog):
    caplog.set_level("DEBUG")
    monkeypatch.setenv("CENSUS_API_KEY", f" {KEY} ")
    publisher.script(COUNTS, _json(TRACT_ROWS), Answer(INVALID))
    (one,) = DECENNIAL_TRACT.fetch(client, "26")
    with pytest.raises(SourceError) as caught:
        DECENNIAL_TRACT.fetch(client, "26")
    assert [asked.query["key"] for asked in publisher.asked] == [[KEY], [KEY]]
    written = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    for text in [repr(one), caplog.text, *traceback.format_exception(caught.value), *written]:
        assert KEY not in text


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (MISSING, r"needs a key; get a free one at https://api\.census\.gov/\S+ and set CENSUS"),
        (INVALID, "the key in CENSUS_API_KEY is not valid; get a free one"),
        (b"<html>Down for repair</html>", "is a web page, not data; try again later"),
    ],
)
@pytest.mark.parametrize("redirects", [True, False])
def test_a_page_in_place_of_data_is_explained(publisher, client, page, problem, redirects):
    publisher.script(COUNTS, Answer(page))
    if redirects:
        publisher.script(COUNTS, Answer(b"", 302, {"Location": "/api.census.gov/data/key.html"}))
        publisher.script("api.census.gov/data/key.html", Answer(page))
    with pytest.raises(SourceError, match=rf"^https://{COUNTS}\?.*: the answer .*{problem}"):
        DECENNIAL_TRACT.fetch(client, "26")


def test_a_page_saved_as_a_file_is_explained(given):
    path = given("dec2020_pl_26_tract.json", MISSING)
    with pytest.raises(InputError, match=r"dec2020_pl_26_tract\.json is a page saying"):
        DECENNIAL_TRACT.read([path], "26")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(b"", 204), "without any data"),
        (Answer(b"", 200), "without any data"),
        (
            Answer(b"error: unknown variable 'P1_001N'", 400, {"Content-Type": "text/plain"}),
            "answered 400 Bad Request: “error: unknown variable 'P1_001N'”",
        ),
    ],
)
def test_a_refusal_of_the_api_is_one_sentence(publisher, client, answer, problem):
    publisher.script(COUNTS, answer)
    with pytest.raises(SourceError, match=problem):
        DECENNIAL_TRACT.fetch(client, "26")
    assert len(publisher.asked) == 1


@pytest.mark.parametrize(("source", "rows", "level"), DECENNIAL)
def test_a_changed_schema_is_named_column_by_column(given, source, rows, level):
    for column in ["P1_001N", "state", level]:
        head = ["NEW_NAME" if one == column else one for one in rows[0]]
        path = given("changed.json", json.dumps([head, *rows[1:]]).encode())
        message = rf"changed\.json has changed: column {column} is not there; .*NEW_NAME"
        with pytest.raises(InputError, match=message):
            source.read([path], "26")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'[["NAME", "P1_0', "is no whole JSON file"),
        (b'{"error": "x"}', "is no table of the Census Data API"),
        (b"[]", "is no table of the Census Data API"),
        (b'[["NAME", "P1_001N"], ["a"]]', "is no table of the Census Data API"),
        (b'["NAME", "P1_001N"]', "is no table of the Census Data API"),
    ],
)
def test_an_answer_that_is_no_table_is_refused(given, content, problem):
    path = given("dec2020_pl_26_tract.json", content)
    with pytest.raises(InputError, match=problem):
        DECENNIAL_TRACT.read([path], "26")


@pytest.mark.parametrize("count", ["-5", "many", "1.5", None])
def test_a_count_that_is_none_is_refused(given, count):
    rows = [TRACT_ROWS[0], ["x", count, "26", "001", "000100"]]
    path = given("dec2020_pl_26_tract.json", json.dumps(rows).encode())
    with pytest.raises(InputError, match=r"Census 2020 by tract: .*P1_001N"):
        DECENNIAL_TRACT.read([path], "26")


@pytest.mark.parametrize(
    "rows",
    [
        [*TRACT_ROWS, TRACT_ROWS[1]],
        [*TRACT_ROWS, ["x", "1", "26", "001", "12A"]],
        [*TRACT_ROWS, ["x", "1", "26", None, "000100"]],
        [*TRACT_ROWS, ["x", "1", "26", "001", "1234567"]],
    ],
)
def test_a_wrong_or_repeated_code_is_named(given, rows):
    path = given("dec2020_pl_26_tract.json", json.dumps(rows).encode())
    with pytest.raises(InputError, match="rows have a wrong or repeated code"):
        DECENNIAL_TRACT.read([path], "26")


def test_a_state_without_rows_is_named(given):
    path = given("dec2020_pl_72_tract.json", json.dumps(TRACT_ROWS).encode())
    with pytest.raises(InputError, match=r"dec2020_pl_72_tract\.json has no rows of state 72"):
        DECENNIAL_TRACT.read([path], "72")


@pytest.mark.parametrize(
    ("source", "name", "rows"),
    [
        (DECENNIAL_TRACT, "dec2020_pl_26_tract", TRACT_ROWS),
        (DECENNIAL_COUSUB, "dec2020_pl_26_cousub", COUSUB_ROWS),
        (DECENNIAL_PLACE, "dec2020_pl_26_place", PLACE_ROWS),
        (ACS_TRACT, "acs5_2023_26_tract", SURVEY_ROWS),
    ],
)
def test_a_csv_file_that_lost_its_leading_zeros_reads_as_the_answer(given, source, name, rows):
    answer = given(f"{name}.json", json.dumps(rows).encode())
    expected = source.read([answer], "26")
    answer.unlink()
    table = pd.DataFrame(rows[1:], columns=rows[0])
    codes = list(table.columns[table.columns.get_loc("state") :])
    table = table.astype(dict.fromkeys(codes, "int64"))
    path = given(f"{name}.csv", table.to_csv(index=False).encode())
    assert source.files_in(path.parent, "26") == (path,)
    pd.testing.assert_frame_equal(source.read([path], "26"), expected)


def test_county_estimates_of_the_2020s_are_fetched_and_read(publisher, client):
    publisher.script(ESTIMATES_2020S, _csv(range(2020, 2025)))
    rows = _read(COUNTY_ESTIMATES, client)
    assert _types(rows) == {
        "county_geoid": "str",
        "year": "Int64",
        "population_persons": "Int64",
        "vintage_code": "str",
    }
    assert len(rows) == 10
    assert rows.iloc[0].tolist() == ["26001", 2020, 12_020, "2024"]
    assert rows.iloc[-1].tolist() == ["26099", 2024, 872_024, "2024"]


def test_county_estimates_of_the_2010s_leave_2020_to_the_newer_vintage(publisher, client):
    publisher.script(ESTIMATES_2010S, _csv([*range(2010, 2020), "042020", 2020]))
    rows = _read(COUNTY_ESTIMATES_2010S, client)
    assert rows["year"].unique().tolist() == list(range(2010, 2020))
    assert set(rows["vintage_code"]) == {"2020"}


@pytest.mark.parametrize("source", [COUNTY_ESTIMATES, COUNTY_ESTIMATES_2010S])
def test_the_two_files_of_estimates_are_told_apart_by_name(publisher, client, tmp_path, source):
    for path, years in [(ESTIMATES_2020S, range(2020, 2025)), (ESTIMATES_2010S, range(2010, 2021))]:
        publisher.script(path, _csv(years))
    (tmp_path / "folder").mkdir()
    for one in (COUNTY_ESTIMATES, COUNTY_ESTIMATES_2010S):
        shutil.copy(one.fetch(client, "26")[0].path, tmp_path / "folder")
    (found,) = source.files_in(tmp_path / "folder", "26")
    assert found.name == f"co-est{source.vintage}-alldata.csv"
    assert len(source.read([found], "26"))


def test_a_later_vintage_of_estimates_brings_its_years(given):
    path = given("co-est2025-alldata.csv", _csv(range(2020, 2026)))
    assert COUNTY_ESTIMATES.files_in(path.parent, "26") == (path,)
    rows = COUNTY_ESTIMATES.read([path], "26")
    assert int(rows["year"].max()) == 2025
    assert set(rows["vintage_code"]) == {"2025"}


def test_estimates_with_a_byte_order_mark_and_latin_1_letters_are_read(given):
    path = given("co-est2024-alldata.csv", _csv(range(2020, 2025), extra="ï»¿"))
    assert COUNTY_ESTIMATES.read([path], "35")["county_geoid"].unique().tolist() == ["35013"]


@pytest.mark.parametrize("column", ["SUMLEV", "STATE", "COUNTY", "POPESTIMATE2024"])
def test_a_changed_schema_of_estimates_is_named(given, column):
    content = _csv(range(2020, 2025)).replace(column.encode(), b"NEW_NAME", 1)
    path = given("co-est2024-alldata.csv", content)
    message = rf"co-est2024-alldata\.csv has changed: column {column} is not there; .*NEW_NAME"
    with pytest.raises(InputError, match=message):
        COUNTY_ESTIMATES.read([path], "26")


@pytest.mark.parametrize("value", [b"", b"-1", b"many"])
def test_an_estimate_that_is_none_is_refused(given, value):
    content = _csv(range(2020, 2025)).replace(b"872024", value, 1)
    path = given("co-est2024-alldata.csv", content)
    with pytest.raises(InputError, match="POPESTIMATE2024"):
        COUNTY_ESTIMATES.read([path], "26")


def test_estimates_without_the_state_are_named(given):
    path = given("co-est2024-alldata.csv", _csv(range(2020, 2025)))
    with pytest.raises(InputError, match="has no counties of state 72"):
        COUNTY_ESTIMATES.read([path], "72")


def test_two_files_of_estimates_are_refused(given):
    paths = [given(f"co-est202{n}-alldata.csv", _csv(range(2020, 2021 + n))) for n in (3, 5)]
    with pytest.raises(InputError, match=r"there are 2 .*; keep the newest"):
        COUNTY_ESTIMATES.read(COUNTY_ESTIMATES.files_in(paths[0].parent, "26"), "26")


def test_estimates_over_the_limit_are_not_taken(publisher, client):
    publisher.script(ESTIMATES_2020S, Answer(b"x", stated_length=100_000_001))
    with pytest.raises(SourceError, match="larger than the limit of 100,000,000 bytes"):
        COUNTY_ESTIMATES.fetch(client, "26")
