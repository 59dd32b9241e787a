from __future__ import annotations

import pandas as pd
import pytest

from geo.errors import InputError
from geo.sources.facility_lists import DTYPES
from geo.sources.samhsa_otp import DIRECTORY_NAMES, SOURCE, STORED_NAMES, fetch, read
from tests.sources.publisher_server import Answer

EXPORT = "www.samhsa.gov/find-help/locators/opioid-treatment-program-directory/export"
HEADING = (
    "Program Name,Street,City,State,Zip Code,Phone,Certification,"
    "First Full Certification Date/CMS Use"
)
LIST = f"""{HEADING}
"Clinic, Inc.",12 Elm St,Flint,MI,48503-1234,810-555-0100,Certified,01/02/2003
Café <b>Hope</b>,9 Oak Ave,Detroit,Michigan,48201,313-555-0100,Provisional,
Over the line,1 Main St,Toledo,OH,43604,419-555-0100,Certified,
"""


def _write(folder, text, name="otp-directory.csv"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_programs_of_the_state_keep_their_rows_without_a_point(tmp_path):
    rows = read([_write(tmp_path, LIST)], "26", listed_date="2026-11")
    assert rows.dtypes.astype("str").to_dict() == DTYPES
    assert rows["name"].tolist() == ["Clinic, Inc.", "Café <b>Hope</b>"]
    assert rows["zip_code"].tolist() == ["48503", "48201"]
    assert rows["latitude"].isna().all()
    assert set(rows["kind_code"]) == {"otp"}
    assert set(rows["listed_date"]) == {"2026-11"}


@pytest.mark.parametrize("heading", ["Zip", "Zipcode"])
def test_headings_of_other_years_are_read(tmp_path, heading):
    text = f"Program Name,DBA,Street,City,State,{heading},Phone\nA,Bee,1 Elm,Flint,MI,48503,1\n"
    rows = read([_write(tmp_path, text)], "26")
    assert rows[["name", "zip_code"]].to_numpy().tolist() == [["A - Bee", "48503"]]


def test_spreadsheet_reads_like_csv(tmp_path):
    path = _write(tmp_path, LIST)
    sheet = tmp_path / "otp-directory.xlsx"
    pd.read_csv(path, dtype="str").to_excel(sheet, index=False)
    assert read([sheet], "26").equals(read([path], "26"))


def test_old_spreadsheet_says_what_to_do(tmp_path):
    path = tmp_path / "TreatmentProgram.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0 and so on")
    with pytest.raises(InputError, match=r"save it as CSV or XLSX"):
        read([path], "26")


@pytest.mark.parametrize("gone", DIRECTORY_NAMES)
def test_each_heading_that_is_gone_is_named(tmp_path, gone):
    text = LIST.replace(HEADING, HEADING.replace(gone, "Other"))
    with pytest.raises(InputError, match=f"column {gone} is not there.*Other"):
        read([_write(tmp_path, text)], "26")


@pytest.mark.parametrize("gone", [name for name in STORED_NAMES if name != "POSTAL"])
def test_each_heading_gone_from_the_stored_form_is_named(tmp_path, gone):
    heading = ",".join(STORED_NAMES).replace(gone, "Other", 1)
    text = f"{heading}\nA,1 Elm,Flint,MI,48503,43.0,-83.7\n"
    with pytest.raises(InputError, match=f"column {gone} is not there.*Other"):
        read([_write(tmp_path, text)], "26")


def test_state_without_a_program_has_no_rows_and_an_empty_list_is_refused(tmp_path):
    rows = read([_write(tmp_path, LIST)], "56")
    assert rows.empty
    assert rows.dtypes.astype("str").to_dict() == DTYPES
    with pytest.raises(InputError, match="lists no program"):
        read([_write(tmp_path, HEADING + "\n")], "56")
    with pytest.raises(InputError, match="no file is given"):
        read([], "56")


def test_program_without_a_name_is_refused(tmp_path):
    with pytest.raises(InputError, match="1 programs without a name"):
        read([_write(tmp_path, LIST + ",1 Elm,Flint,MI,48503,,,\n")], "26")


def test_fetch_takes_the_whole_directory_after_429_and_a_cut(publisher, client):
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    whole = Answer(LIST.encode(), headers=headers)
    cut = Answer(LIST.encode(), headers=headers, cut_after=30)
    publisher.script(EXPORT, Answer(b"", 429), cut, whole)
    fetched = fetch(client, "26")
    assert len(read([fetched[0].path], "26")) == 2
    assert publisher.asked_for(EXPORT)[-1].query == {"page": [""], "_format": ["csv"]}


def test_fetch_of_a_page_instead_of_the_list_is_refused(publisher, client):
    publisher.script(EXPORT, b"<!DOCTYPE html>\n<title>Moved</title>\n")
    with pytest.raises(InputError, match=r"column Program Name, Street.*DOCTYPE"):
        fetch(client, "26")


def test_stored_list_of_2021_is_read(raw):
    path = raw / "OpioidTreatmentProgram_Geocoded.csv"
    rows = read([path], "26")
    assert len(rows) == 47
    assert rows[["latitude", "longitude"]].notna().all(axis=None)
    assert rows["zip_code"].str.fullmatch(r"\d{5}").all()
    assert set(rows["listed_date"]) == {"2021-07"}
    assert SOURCE.files_in(raw, "26") == (path,)
