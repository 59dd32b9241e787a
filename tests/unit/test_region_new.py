"""A new region file, from options and from questions, in a real process."""

import argparse
import io
import os
import pty
import re
import shutil
import subprocess
import sys
import tomllib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError, RegionError
from geo.region_commands import add_region_options, region
from geo.region_counties import resolve_counties
from geo.regions import find_region, region_text

COUNTIES = pd.DataFrame(
    {
        "geoid": ["39061", "39017", "39041", "18029", "26099", "22071", "39141", "54071"],
        "name": ["Hamilton", "Butler", "Delaware", "Dearborn", "Macomb", "Orleans", "Ross", "Ross"],
    }
)
DRIVER = """
import argparse, sys
from pathlib import Path
from geo.errors import GeoError
from geo.region_commands import add_region_options, region
parser = argparse.ArgumentParser()
parser.set_defaults(data=Path("data"))
add_region_options(parser)
try:
    sys.exit(region(parser.parse_args()))
except GeoError as error:
    print(f"geo: {error}", file=sys.stderr)
    sys.exit(2)
"""
GOOD = ("--label", "Two counties", "--counties", "26099,26125", "--citation", "A page")


@pytest.fixture
def data(tmp_path, project):
    """A data folder with the county table only."""
    folder = tmp_path / "data"
    (folder / "tables").mkdir(parents=True)
    for name in ("county.parquet", "manifest.json"):
        shutil.copy(project / "data" / "tables" / name, folder / "tables" / name)
    return folder


def _make(data, *arguments):
    parser = argparse.ArgumentParser()
    add_region_options(parser)
    return region(parser.parse_args(["new", *arguments, "--data", str(data)]))


def _process(data, *arguments):
    return [sys.executable, "-c", DRIVER, "new", *arguments, "--data", str(data)]


def test_options_make_a_region_that_the_program_reads(project, data):
    label, citation = 'The "two" \\ counties', "Press, 2018: “both”"
    done = subprocess.run(
        _process(
            data,
            "two-counties",
            "--label",
            label,
            "--citation",
            citation,
            "--counties",
            "Macomb, Michigan; 26125",
        ),
        capture_output=True,
        text=True,
        cwd=project,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    path = data / "regions" / "two-counties.toml"
    assert done.stdout == f"{path}\n"
    made = find_region(data / "regions", "two-counties")
    assert (made.label, made.citation) == (label, citation)
    assert made.counties == ("26099", "26125")


def test_a_region_of_the_name_is_not_replaced_unasked(data, capsys):
    assert _make(data, "two-counties", *GOOD) == 0
    with pytest.raises(InputError, match="--replace"):
        _make(data, "two-counties", "--label", "Other", *GOOD[2:])
    assert find_region(data / "regions", "two-counties").label == "Two counties"
    assert _make(data, "two-counties", "--label", "Other", *GOOD[2:], "--replace") == 0
    assert find_region(data / "regions", "two-counties").label == "Other"
    assert capsys.readouterr().out.count("two-counties.toml") == 2


def test_questions_are_asked_on_a_terminal_and_asked_again(project, data):
    leader, follower = pty.openpty()
    child = subprocess.Popen(
        _process(data, "--label", "One county"),
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=project,
    )
    os.close(follower)
    os.write(leader, b"Bad Name\none-county\nMacomp, MI\nMacomb, MI\nA page\n")
    out, told = child.communicate(timeout=60)
    os.close(leader)
    assert child.returncode == 0, told
    assert out.strip().endswith("one-county.toml")
    assert "`name` is 'Bad Name'" in told
    assert "nearest: Macomb (26099)" in told
    assert "What people call" not in told, "what was given is not asked for"
    made = find_region(data / "regions", "one-county")
    assert (made.label, made.counties, made.citation) == ("One county", ("26099",), "A page")


def test_asked_without_a_terminal_answers_may_come_from_a_file(data, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("of-a-file\nOf a file\n39061\nA page\n"))
    assert _make(data, "--ask") == 0
    assert "only the form of 39061 was checked" in capsys.readouterr().err
    assert find_region(data / "regions", "of-a-file").counties == ("39061",)
    monkeypatch.setattr(sys, "stdin", io.StringIO("half-way\nHalf\n"))
    with pytest.raises(InputError, match="nothing was written"):
        _make(data, "--ask")
    assert not (data / "regions" / "half-way.toml").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("39061,39017", ("39061", "39017")),
        ("Hamilton, Ohio", ("39061",)),
        ("Hamilton County, OH, Butler, Ohio", ("39061", "39017")),
        ("Delaware, Ohio; 26099", ("39041", "26099")),
        ("Orleans Parish, Louisiana", ("22071",)),
        ("macomb", ("26099",)),
        ("39061; 39061; Hamilton, Ohio", ("39061",)),
        ("Ross, West Virginia", ("54071",)),
    ],
)
def test_counties_are_found_by_code_and_by_name(text, expected):
    assert resolve_counties(text, COUNTIES) == (expected, ())


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("", InputError, "is empty"),
        (" , ;", InputError, "is empty"),
        ("3906", InputError, "five digits"),
        ("99061", InputError, "99 is the code of no state"),
        ("39062", RegionError, "nearest: 39061 Hamilton"),
        ("Hamiltn, Ohio", RegionError, r"nearest: Hamilton \(39061\)"),
        ("Ross", RegionError, "several counties: 39141 Ohio, 54071 West Virginia"),
        ("Hamilton, Texas", RegionError, "no county of Texas"),
        ("Hamilton, Ohyo", RegionError, "no county 'Ohyo'"),
    ],
)
def test_what_is_no_county_is_an_error_with_its_remedy(text, error, told):
    with pytest.raises(error, match=told):
        resolve_counties(text, COUNTIES)


def test_codes_of_a_state_that_the_table_lacks_are_checked_by_form_only():
    geoids, notes = resolve_counties("48201, 39061", COUNTIES)
    assert geoids == ("48201", "39061")
    assert len(notes) == 1
    assert "48201" in notes[0]
    assert "39061" not in notes[0]


def test_without_a_county_table_only_codes_can_be_given():
    assert resolve_counties("39061", None)[0] == ("39061",)
    with pytest.raises(RegionError, match="GEOID of five digits"):
        resolve_counties("Hamilton, Ohio", None)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("../evil", *GOOD), "`name` is '../evil'"),
        (("", *GOOD), "`name` is ''"),
        (("r", "--label", " ", *GOOD[2:]), "`--label` is empty"),
        (("r", *GOOD[:4]), "`--citation` is empty"),
        (("r", *GOOD[:2], *GOOD[4:]), "`--counties` is empty"),
    ],
)
def test_what_misses_without_a_terminal_is_an_error(arguments, told, data, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(InputError, match=re.escape(told)):
        _make(data, *arguments)
    assert not (data / "regions").exists()
    assert not capsys.readouterr().out


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_text_comes_back_from_the_file(label, citation):
    fields = tomllib.loads(region_text(label, citation, ("26099",)))
    assert fields == {"label": label, "citation": citation, "counties": ["26099"]}
