"""`figure`, `pack`, `fact-sheets`: files out, a bar on standard error, one line when wrong."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pikepdf
import pytest

REGION = ("--region", "hope-not-handcuffs-2018")


def test_figure_writes_three_formats(run, tmp_path):
    done = run("figure", *REGION, "--layer", "gap", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert [path.suffix for path in paths] == [".png", ".svg", ".pdf"]
    assert sorted(paths) == sorted(tmp_path.iterdir())


def test_each_county_has_its_own_figure_with_a_bar_on_standard_error(run, tmp_path):
    call = ("figure", *REGION, "--layer", "trend", "--each", "--format", "svg")
    done = run(*call, "--counties", "26087,26099", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"trend-Lapeer.svg", "trend-Macomb.svg"}
    assert "2/2" in done.stderr


def test_pack_holds_its_parts(run, tmp_path):
    done = run("pack", *REGION, "--layer", "need", "--counties", "26087", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "need-Lapeer.zip") as archive:
        assert "document.docx" in archive.namelist()


def test_fact_sheets_of_two_counties_are_two_files_and_one_of_both(run, tmp_path):
    done = run("fact-sheets", *REGION, "--counties", "26087,26099", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    with pikepdf.open(tmp_path / "fact-sheets.pdf") as pdf:
        assert len(pdf.pages) == 3
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("figure", "--layer", "gap", "--counties", "1"), "'1' is not a county"),
        (("figure", "--layer", "gap", "--start", "2030"), "years 2030 to 2022 cannot be used"),
        (("pack", "--layer", "gap", "--as-of", "2099-01-01"), "is after 2026-11-23"),
        (("figure", "--layer", "heat"), "invalid choice: 'heat'"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(run, tmp_path, call, said):
    done = run(*call, *REGION, "--out", tmp_path / "new")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_a_county_with_nothing_to_draw_is_named(run, tmp_path):
    call = ("figure", "--region", "michigan", "--layer", "gap", "--counties", "26001")
    done = run(*call, "--out", tmp_path)
    assert done.returncode == 2
    assert "Alcona: nothing to draw" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(run, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    done = run("figure", *REGION, "--layer", "trend", "--format", "svg", "--out", taken)
    assert done.returncode == 2
    assert f"cannot write {taken}" in done.stderr
