"""What the command line says in folders where deaths, residents or municipalities are lacking."""

from __future__ import annotations

import io
import json
import shutil
from datetime import date

import pandas as pd
import pytest

from geo.__main__ import main
from geo.need import state_hotspots
from geo.regions import region_text
from geo.sources.refresh import Order, refresh
from geo.tables.reader import ReaderOver, TableReader, file_hash
from geo.wording import BASIS_WORDS, CONFIDENCE_WORDS
from tests.sources.small_state import write_state_files

COUNTIES = ("39001", "39003", "39005", "39007", "39009", "39011")
DEATHS = "overdose_death"
PLACES = "cb_2023_39_place_500k.zip"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Counties and places of the small state: neither residents nor deaths."""
    at = tmp_path_factory.mktemp("bare")
    write_state_files(at / "all", "39")
    (at / "given").mkdir()
    for name in ("cb_2023_us_county_500k.zip", PLACES):
        shutil.copy(at / "all" / name, at / "given")
    order = Order(("39",), at / "out", at / "given", date(2026, 11, 23))
    refresh(order, None, report=lambda _: None)
    return TableReader(at / "out").data


@pytest.fixture
def partly(bare, tmp_path):
    """The same, with residents of one municipality and deaths of three counties in two years."""
    data = shutil.copytree(bare, tmp_path / "data")
    areas = TableReader(bare).spatial("municipality")
    areas["residents_persons"] = (
        areas["residents_persons"].mask(areas["area_id"] == "39001-3950002", 3_000).astype("Int64")
    )
    deaths = pd.DataFrame(
        [
            (county, year, 30, "reported", 40_000, "overdose_deaths_residents", "made-up")
            for county in COUNTIES[:3]
            for year in (2021, 2022)
        ],
        columns=list(TableReader(bare).read("overdose_death").columns),
    ).astype(TableReader(bare).read("overdose_death").dtypes)
    record = json.loads((data / "tables" / "manifest.json").read_text("utf-8"))
    for name, table in (("municipality", areas), ("overdose_death", deaths)):
        path = data / "tables" / f"{name}.parquet"
        table.to_parquet(path, index=False)
        record["tables"][name] |= {"sha256": file_hash(path)}
    (data / "tables" / "manifest.json").write_text(json.dumps(record), "utf-8")
    (data / "regions" / "east.toml").write_text(region_text("East", "Us", COUNTIES[3:]), "utf-8")
    return data


def _run(capsys, data, *arguments):
    code = main(["--data", str(data), *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err.splitlines()


def test_hotspots_without_deaths_name_the_table_and_the_source(bare, capsys):
    code, out, lines = _run(capsys, bare, "hotspots", "--region", "ohio")
    assert (code, out, len(lines)) == (2, "", 1)
    assert "table `overdose_death` is empty" in lines[0]
    assert "cdc-county-deaths" in lines[0]
    assert "census-estimates-2020s" in lines[0]


def test_hotspots_tell_how_many_counties_are_left_out_and_refuse_a_region_without_any(
    partly, capsys
):
    years = ("--start", "2021", "--end", "2022")
    code, out, lines = _run(capsys, partly, "hotspots", "--region", "ohio", *years)
    assert code == 0, lines
    assert pd.read_csv(io.StringIO(out), dtype={"geoid": "str"})["geoid"].tolist() == [
        *COUNTIES[:3]
    ]
    assert _run(capsys, partly, "hotspots", "--region", "ohio")[1] == out, "the tables' own years"
    said = "no deaths or no residents of a year from 2021 to 2022 for 3 counties, left out"
    assert lines[0] == f"{said}: first {COUNTIES[3]}"
    code, out, lines = _run(capsys, partly, "hotspots", "--region", "east", *years)
    assert (code, out, len(lines)) == (2, "", 1)
    assert lines[0].startswith("geo: region 'east' has no county to compare")


def test_state_with_deaths_of_two_counties_only_has_no_hotspots(partly):
    class WithoutTheFirst(ReaderOver):
        def _load(self, name):
            frame = self.base.read(name)
            return frame[frame["county_geoid"] != COUNTIES[0]] if name == DEATHS else frame

    reader = TableReader(partly)
    assert len(state_hotspots(reader, first_year=2021, last_year=2022)) == 3
    assert state_hotspots(WithoutTheFirst(reader), first_year=2021, last_year=2022).empty


def test_residents_that_are_not_known_are_empty_and_said(bare, capsys):
    code, out, lines = _run(capsys, bare, "jurisdictions", "--region", "ohio")
    table = pd.read_csv(io.StringIO(out))
    assert code == 0, lines
    assert len(table) > 5
    assert table["people"].isna().all()
    assert lines == ["residents are not known for any of the agencies: `people` is empty there"]


def test_residents_that_are_known_in_part_are_told_apart(partly, capsys):
    code, out, lines = _run(capsys, partly, "jurisdictions", "--region", "ohio", "--rule")
    table = pd.read_csv(io.StringIO(out)).set_index("area_id")["residents_persons"]
    assert code == 0, lines
    assert table.isna().sum() == len(table) - 1
    assert lines[0].startswith("the general rule agrees with the table for ")
    assert "nan" not in lines[0]
    which = f"{len(table) - 1} of {len(table)} areas"
    said = f"residents are not known for {which}: `residents_persons` is empty there"
    assert lines[1:] == [said]


def test_rule_without_residents_counts_areas_and_gives_words_beside_codes(bare, capsys):
    code, out, lines = _run(capsys, bare, "jurisdictions", "--region", "ohio", "--rule")
    table = pd.read_csv(io.StringIO(out))
    assert code == 0, lines
    every = f"{len(table)} of {len(table)} areas"
    assert lines[0] == f"the general rule agrees with the table for {every}"
    for which in ("table", "rule"):
        for what, words in (("basis", BASIS_WORDS), ("confidence", CONFIDENCE_WORDS)):
            codes = table[f"{which}_{what}_code"]
            assert codes.notna().all()
            assert table[f"{which}_{what}"].tolist() == [words[code] for code in codes]


def test_jurisdictions_without_municipalities_say_which_source_gives_them(partly, capsys):
    (partly / "regions" / "far.toml").write_text(region_text("Far", "Us", ["18001"]), "utf-8")
    code, out, lines = _run(capsys, partly, "jurisdictions", "--region", "far")
    assert (code, out, len(lines)) == (2, "", 1)
    assert "region 'far' has no municipality" in lines[0]
    assert "census-place-boundaries" in lines[0]
