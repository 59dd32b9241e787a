"""The pack: every part opened by a real program, every number that of the tables."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn

from geo.figures.kinds import figure_content
from geo.figures.needs import needs
from geo.figures.pack import pack_parts, to_zip
from geo.figures.sizes import SIZES
from geo.figures.word_document import TABLE_COLUMNS
from geo.scope import PROGRAMS, default_scope
from geo.wording import share_text

PAGE, MADE_ON = "https://county.example/figures", date(2026, 11, 24)


@pytest.fixture(scope="module")
def scope(answers):
    return default_scope(answers.today)


@pytest.fixture(scope="module")
def content(answers, scope):
    return figure_content(answers, scope, "gap", page=PAGE, made_on=MADE_ON)


@pytest.fixture(scope="module")
def parts(answers, scope, content):
    made = pack_parts(answers, scope, content, SIZES["half"], program="fr_cara")
    return {name: make() for name, make in made.items()}


@pytest.fixture(scope="module")
def document(parts):
    return Document(io.BytesIO(parts["document.docx"]))


def test_the_zip_holds_every_part_and_packs_to_the_same_bytes(answers, scope, content, parts):
    made = pack_parts(answers, scope, content, SIZES["half"], program="fr_cara")
    keep = ("numbers.csv", "areas.geojson", "README.txt")
    kept = {name: make for name, make in made.items() if name in keep}
    assert to_zip(kept) == to_zip(kept)
    assert set(parts) == {
        "figure.png",
        "figure.svg",
        "figure.pdf",
        "document.docx",
        "numbers.csv",
        "numbers.xlsx",
        "areas.geojson",
        "areas.gpkg",
        "README.txt",
    }
    with zipfile.ZipFile(io.BytesIO(to_zip(kept))) as archive:
        assert archive.testzip() is None
        assert archive.read("README.txt") == parts["README.txt"]


def test_the_document_has_alt_text_numbered_captions_and_references(document, content, answers):
    shape = document.element.body.find(f".//{qn('wp:docPr')}")
    assert shape.get("descr") == content.alt
    fields = [one.get(qn("w:instr")).split() for one in document.element.iter(qn("w:fldSimple"))]
    assert [one[:2] for one in fields] == [["SEQ", "Figure"], ["SEQ", "Table"]]
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    assert content.title in captions[0]
    assert content.counted in captions[0]
    text = "\n".join(one.text for one in document.paragraphs)
    for source in content.source_ids:
        assert answers.sources[source].accessed_date in text
    assert content.citation in text
    assert document.core_properties.title == content.title
    assert document.core_properties.language == "en"


def test_the_document_says_needs_and_limits_and_claims_no_rule(document, answers, scope):
    text = "\n".join(one.text for one in document.paragraphs)
    found = needs(answers, scope, "fr_cara")
    for sentence in (*found.known, *found.unknown):
        assert sentence in text
    assert "for the applicant to judge" in text
    assert PROGRAMS["fr_cara"] in text


def test_the_table_of_the_document_holds_the_numbers_of_the_tables(document, answers, scope):
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == list(TABLE_COLUMNS)
    assert document.tables[0].rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    table = answers.counties(scope.as_of, scope.minutes)
    need = answers.need("crude_rate", 2018, 2022)
    for name, events, rate, police, _ in rows[1:]:
        geoid = next(one for one, known in answers.county_names.items() if known == name)
        assert events == f"{need.loc[geoid, 'events_low']:,}"
        assert rate.startswith(f"{need.loc[geoid, 'rate_per_100k']:.1f} (")
        assert police.startswith(share_text(table.loc[geoid, "police_documented_share"]))
    assert len(rows) == 6


def test_a_county_that_is_not_compiled_is_said_so_in_the_document(answers, scope):
    alcona = replace(scope, region="michigan", counties=("26001",))
    content = figure_content(answers, alcona, "need", page=PAGE, made_on=MADE_ON)
    made = pack_parts(answers, alcona, content, SIZES["half"], program="plain")
    document = Document(io.BytesIO(made["document.docx"]()))
    assert [cell.text for cell in document.tables[0].rows[1].cells][3:] == ["not compiled"] * 2


def test_csv_excel_geojson_and_geopackage_hold_the_same_rows(parts, tmp_path):
    csv = pd.read_csv(io.BytesIO(parts["numbers.csv"]), comment="#")
    excel = pd.read_excel(io.BytesIO(parts["numbers.xlsx"]))
    assert csv["area_id"].tolist() == excel["area_id"].tolist()
    assert len(csv) == 193
    for name in ("areas.geojson", "areas.gpkg"):
        path = tmp_path / name
        path.write_bytes(parts[name])
        areas = gpd.read_file(path)
        assert set(areas["area_id"]) == set(csv["area_id"])
        assert areas["affected_persons"].sum() == csv["affected_persons"].sum()
    definitions = openpyxl.load_workbook(io.BytesIO(parts["numbers.xlsx"]))["Definitions"]
    assert definitions.max_row == len(excel.columns) + 1


def test_the_readme_names_sources_licences_methods_and_limits(parts, answers, content):
    text = parts["README.txt"].decode()
    for source in content.source_ids:
        assert answers.sources[source].licence in text
        assert answers.sources[source].url in text
    for said in ("Methods", "What is not known", content.description, content.origin.address):
        assert said in text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["document.docx", "numbers.xlsx", "numbers.csv"])
def test_libreoffice_opens_it(parts, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(parts[name])
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
