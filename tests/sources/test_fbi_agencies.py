from __future__ import annotations

import json

import pytest

from geo.errors import InputError, SourceError
from geo.sources.fbi_agencies import DTYPES, NEEDED, fetch, read
from tests.sources.publisher_server import Answer
from tests.sources.socrata_site import as_json

PATH = "api.usa.gov/crime/fbi/cde/agency/byStateAbbr/MI"


def _agency(ori, name, **more):
    return {
        "ori": ori,
        "counties": "GENESEE",
        "is_nibrs": True,
        "latitude": 43.02,
        "longitude": -83.7,
        "state_abbr": "MI",
        "state_name": "Michigan",
        "agency_name": name,
        "agency_type_name": "City",
        "nibrs_start_date": "2008-01-01",
    } | more


OVER_TWO = _agency("MI2500100", "Fenton Police Department", counties="GENESEE, OAKLAND")
BY_COUNTY = {
    "GENESEE": [
        _agency("MI2594000", "Flint <b>Police</b> Department"),
        OVER_TWO,
        _agency("MI2525000", "Nowhere", latitude=None, longitude=None, agency_type_name=None),
    ],
    "OAKLAND": [OVER_TWO],
    "LUCAS": [_agency("OH0480100", "Toledo", state_abbr="OH")],
}


def _write(folder, content, name="fbi-agencies.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


@pytest.fixture
def agencies(tmp_path):
    return read([_write(tmp_path, BY_COUNTY)], "26")


def test_agencies_of_the_state_are_read_once_each(agencies):
    assert agencies.dtypes.astype("str").to_dict() == DTYPES
    assert agencies["ori"].tolist() == ["MI2500100", "MI2525000", "MI2594000"]
    assert agencies["counties_text"].tolist() == ["GENESEE, OAKLAND", "GENESEE", "GENESEE"]
    assert agencies["name"].iloc[2] == "Flint <b>Police</b> Department"
    assert agencies["latitude"].isna().tolist() == [False, True, False]
    assert agencies["type_text"].isna().tolist() == [False, True, False]


def test_older_json_reads_like_the_present_one(tmp_path, agencies):
    flat = [agency for group in BY_COUNTY.values() for agency in group]
    older = [{("county_name" if k == "counties" else k): v for k, v in row.items()} for row in flat]
    for content in (older, {"results": older}):
        assert read([_write(tmp_path, content)], "26").equals(agencies)


def test_older_csv_is_read(tmp_path):
    text = (
        "ori,agency_name,agency_type_name,state_abbr,county_name,latitude,longitude\n"
        'MI2594000,Flint,City,MI,"GENESEE, LAPEER",43.02,-83.7\n'
    )
    rows = read([_write(tmp_path, text, "fbi-agencies.csv")], "26")
    assert rows[["ori", "counties_text"]].to_numpy().tolist() == [["MI2594000", "GENESEE, LAPEER"]]


@pytest.mark.parametrize("gone", NEEDED)
def test_each_field_that_is_gone_is_named(tmp_path, gone):
    changed = {("x_" + k if k == gone else k): v for k, v in OVER_TWO.items()}
    with pytest.raises(InputError, match=f"column {gone} is not there.*x_{gone}"):
        read([_write(tmp_path, {"GENESEE": [changed]})], "26")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"A": [_agency("MI25", "Flint")]}, "Flint has the identifier 'MI25'"),
        ({"A": [_agency(None, "Flint")]}, "Flint has the identifier"),
        ({"A": [_agency("MI2594000", " ")]}, "MI2594000 has no name"),
        ({"A": [_agency("MI2594000", "A"), _agency("MI2594000", "B")]}, "twice and not alike"),
        ({"LUCAS": BY_COUNTY["LUCAS"]}, "no agency of Michigan"),
        ({"error": {"code": "API_KEY_INVALID"}}, "no lists of agencies; it says"),
        ({}, "no lists of agencies"),
        ({"A": ["Flint"]}, "an agency is no record"),
    ],
)
def test_list_that_cannot_be_used_says_why(tmp_path, content, said):
    with pytest.raises(InputError, match=said):
        read([_write(tmp_path, content)], "26")


def test_no_file_is_refused():
    with pytest.raises(InputError, match="no agency of Michigan in no file"):
        read([], "26")


def test_fetch_sends_the_key_and_tells_it_nobody(publisher, client, monkeypatch, agencies):
    monkeypatch.setenv("DATA_GOV_API_KEY", "quite-secret")
    whole = as_json(BY_COUNTY)
    cut = Answer(whole.body, headers=whole.headers, cut_after=99)
    publisher.script(PATH, Answer(b"", 429), cut, whole)
    fetched = fetch(client, "26")
    assert read([fetched[0].path], "26").equals(agencies)
    assert publisher.asked_for(PATH)[-1].query == {"API_KEY": ["quite-secret"]}
    assert "quite-secret" not in fetched[0].url


def test_fetch_with_a_refused_key_does_not_tell_it(publisher, client, monkeypatch):
    monkeypatch.setenv("DATA_GOV_API_KEY", "quite-secret")
    publisher.script(PATH, as_json({"error": {"code": "API_KEY_INVALID"}}, status=403))
    with pytest.raises(SourceError, match="403") as raised:
        fetch(client, "26")
    assert "quite-secret" not in str(raised.value)


def test_fetch_of_an_empty_answer_is_refused(publisher, client, monkeypatch):
    monkeypatch.setenv("DATA_GOV_API_KEY", "k")
    publisher.script(PATH, as_json({}))
    with pytest.raises(InputError, match="no lists of agencies"):
        fetch(client, "26")


def test_fetch_without_a_key_says_where_to_get_one(publisher, client, monkeypatch):
    monkeypatch.delenv("DATA_GOV_API_KEY", raising=False)
    with pytest.raises(InputError, match=r"set DATA_GOV_API_KEY.*api\.data\.gov"):
        fetch(client, "26")
    assert publisher.asked == []
