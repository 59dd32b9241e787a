"""A file of evidence is checked row by row: what, where, why, and the remedy."""

import argparse
import csv
import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
import pytest

from geo.edition import compiled_date
from geo.errors import InputError
from geo.evidence import effective_days
from geo.evidence_commands import add_evidence_options, evidence
from geo.evidence_file import CheckedFile, check_evidence, kind_of, known_of
from geo.evidence_rules import Known
from geo.evidence_template import press_record
from geo.source_records import read_source_records, record_text
from geo.tables.police import NALOXONE_EVIDENCE, PROGRAM_PARTICIPATION
from geo.tables.reader import DATA

TODAY = date(2026, 11, 23)
KNOWN = Known(
    agencies={
        "warren-police-department": "Warren Police Department",
        "flint-police-department": "Flint Police Department",
        "flint-township-police-department": "Flint Township Police Department",
    },
    counties={"26099": "Macomb", "26049": "Genesee"},
    sources=("fbi-agency-2018", "press"),
    taken={("nx-001",): "https://example.org/old"},
)
EVIDENCE = {
    "evidence_id": "nx-900",
    "agency_id": "warren-police-department",
    "scope_code": "agency",
    "county_geoid": "26099",
    "evidence_code": "carries",
    "since_date": "2017",
    "since_precision_code": "year",
    "as_of_date": "2018-06-30",
    "as_of_precision_code": "day",
    "certainty_code": "high",
    "source_name": "Warren",
    "source_url": "https://example.org/warren",
    "note": "",
    "source_id": "press",
}
PROGRAM = {
    "agency_id": "warren-police-department",
    "program_code": "paari",
    "county_geoid": "26099",
    "since_date": "2018-07-01",
    "since_precision_code": "day",
    "as_of_date": "2018-07",
    "as_of_precision_code": "month",
    "is_announced_in_advance": "false",
    "source_name": "Warren",
    "source_url": "https://example.org/warren",
    "note": "",
    "source_id": "press",
}


def _content(*rows, lead="", separator=","):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return (lead + out.getvalue()).encode()


def _check(*rows, known=KNOWN, **more):
    content = _content(*rows, **more)
    return check_evidence(content, known, kind=kind_of(content), as_of=TODAY)


def _one(base, **changes):
    problems = _check(base | changes).problems
    assert len(problems) == 1, problems.to_dict("records")
    return problems.iloc[0]


def test_good_rows_have_no_problem():
    checked = _check(
        EVIDENCE,
        EVIDENCE
        | {"evidence_id": "nx-901", "since_date": "2017-02", "since_precision_code": "month"},
    )
    assert isinstance(checked, CheckedFile)
    assert (checked.kind, checked.rows, checked.good_rows) == ("naloxone_evidence", 2, 2)
    assert checked.problems.empty
    assert _check(PROGRAM).problems.empty


@pytest.mark.parametrize("table", [NALOXONE_EVIDENCE, PROGRAM_PARTICIPATION], ids=lambda t: t.name)
def test_the_shipped_rows_have_no_problem(project, reader, table):
    content = (project / "data" / "manual" / f"{table.name}.csv").read_bytes()
    assert kind_of(content) == table.name
    checked = check_evidence(content, known_of(reader, table.name), kind=table.name, as_of=TODAY)
    assert checked.problems.to_dict("records") == []
    assert checked.rows == len(reader.read(table.name))


@pytest.mark.parametrize("table", [NALOXONE_EVIDENCE, PROGRAM_PARTICIPATION], ids=lambda t: t.name)
def test_a_template_has_the_columns_and_codes_of_its_table(project, table):
    text = (project / "data" / "templates" / f"{table.name}.csv").read_text(encoding="utf-8")
    *comments, header = text.splitlines()
    assert header.split(",") == [column.name for column in table.columns]
    told = "\n".join(comments)
    assert all(line.startswith("#") for line in comments)
    assert not set(told) & set(',"')
    for column in table.columns:
        assert column.name in told
        assert all(code in told for code, _ in column.codes), column.name
    checked = check_evidence(text.encode(), KNOWN, kind=kind_of(text.encode()), as_of=TODAY)
    assert (checked.rows, len(checked.problems)) == (0, 0)


def test_an_unknown_agency_is_told_the_nearest():
    row = _one(EVIDENCE, agency_id="flint-police")
    assert (row["row"], row["column"], row["value"]) == (2, "agency_id", "flint-police")
    assert row["problem"] == "unknown agency"
    assert "flint-police-department (Flint Police Department)" in row["remedy"]


def test_a_name_in_place_of_an_identifier_is_told_the_identifier():
    row = _one(EVIDENCE, agency_id="Warren Police Department")
    assert row["remedy"] == "write its identifier, warren-police-department"


def test_an_unknown_code_is_told_the_allowed_ones():
    row = _one(EVIDENCE, evidence_code="caries")
    assert row["problem"] == "unknown code"
    assert "carries, administered, announced" in row["remedy"]
    assert row["remedy"].endswith("nearest: carries")


@pytest.mark.parametrize("text", ["06/30/2018", "2018-13", "2018-02-30", "soon"])
def test_what_is_no_date_is_told(text):
    row = _one(EVIDENCE, as_of_date=text)
    assert (row["column"], row["problem"], row["value"]) == ("as_of_date", "not a date", text)
    assert "2018-06-30" in row["remedy"]


@pytest.mark.parametrize("base", [EVIDENCE, PROGRAM], ids=["evidence", "program"])
def test_a_county_that_is_none_of_the_agencys_is_told(base):
    known = replace(KNOWN, homes={"warren-police-department": {"26099"}})
    assert _check(base, known=known).problems.empty
    problems = _check(base | {"county_geoid": "26049"}, known=known).problems
    assert problems["problem"].tolist() == ["not the agency's county"]
    row = problems.iloc[0]
    assert (row["column"], row["value"]) == ("county_geoid", "26049")
    assert "Warren Police Department is in 26099 (Macomb); 26049 is Genesee" in row["why"]
    assert row["remedy"] == "write 26099, or correct agency_id"


def test_either_county_of_an_agency_in_two_is_taken_and_any_of_an_agency_in_none():
    both = replace(KNOWN, homes={"warren-police-department": {"26099", "26049"}})
    for known in (both, KNOWN):
        assert _check(EVIDENCE | {"county_geoid": "26049"}, known=known).problems.empty


def test_the_county_of_a_statement_on_a_group_is_the_groups():
    known = replace(KNOWN, homes={"warren-police-department": {"26099"}})
    group = {"scope_code": "group", "county_geoid": "26049", "evidence_code": "supplied_group"}
    assert _check(EVIDENCE | group, known=known).problems.empty


def test_the_counties_of_an_agency_are_its_own_and_those_it_polices_a_part_of(reader):
    homes = known_of(reader, "naloxone_evidence").homes
    assert homes["warren-police-department"] == {"26099"}
    assert homes["memphis-police-department"] >= {"26099"}
    assert "michigan-state-police" not in homes
    areas = reader.read("agency_area")
    assert all(
        county in homes[agency]
        for agency, county in areas[["agency_id", "county_geoid"]].dropna().to_numpy(str)
        if agency in homes
    )


def test_the_remedy_for_a_date_ahead_names_no_column_that_the_file_lacks():
    ahead = {"since_date": "2027", "as_of_date": "2026-11-01"}
    told = _check(EVIDENCE | ahead).problems["remedy"]
    assert told.str.contains("evidence_code announced").all()
    assert not told.str.contains("is_announced_in_advance").any()
    told = _check(PROGRAM | ahead | {"since_precision_code": "year"}).problems["remedy"]
    assert told[:1].str.contains("is_announced_in_advance true").all()
    assert not told.str.contains("evidence_code").any()
    assert _one(EVIDENCE, as_of_date="2026-11-24")["remedy"] == "correct the date"


def test_a_row_of_press_without_its_record_is_told_which_file_to_add():
    known = replace(KNOWN, sources=("census-2020", "fbi-agency-2018"))
    row = _check(EVIDENCE, known=known).problems.iloc[0]
    assert row["problem"] == "unknown source record"
    assert "add a file sources/press.toml to the data folder" in row["remedy"]
    assert "evidence template NEW.csv" in row["remedy"]
    assert "docs/data-folder.md" in row["remedy"]
    assert "census" not in row["remedy"]
    other = _one(EVIDENCE, source_id="hearsay")["remedy"]
    assert "write press for a page read by hand" in other
    assert "sources/hearsay.toml" in other


def test_a_date_after_the_day_of_the_check_is_told():
    row = _one(EVIDENCE, as_of_date="2026-11-24")
    assert (row["column"], row["problem"]) == ("as_of_date", "in the future")
    assert _check(EVIDENCE | {"as_of_date": "2026-11-23"}).problems.empty


@pytest.mark.parametrize(
    ("changes", "is_too_new"),
    [
        ({"since_date": "", "as_of_date": "2026-11-21"}, True),
        ({"since_date": "", "as_of_date": "2026-11-20"}, False),
        ({"since_date": "", "as_of_date": "2026-11"}, True),  # it may mean the 30th
        ({"since_date": "2026-10", "as_of_date": "2026-11-21"}, False),  # its start counts
        ({"since_date": "2026-11-21", "as_of_date": "2026-11-22"}, True),
        ({"since_date": "", "as_of_date": ""}, False),  # undated pages count from that day
    ],
)
def test_good_rows_that_the_data_folder_shows_on_no_day_yet_are_counted(changes, is_too_new):
    known = replace(KNOWN, compiled=date(2026, 11, 20))
    precision = {0: "", 4: "year", 7: "month", 10: "day"}
    for name in ("since", "as_of"):
        changes |= {f"{name}_precision_code": precision[len(changes[f"{name}_date"])]}
    checked = _check(EVIDENCE | changes, known=known)
    assert checked.problems.empty
    assert checked.too_new_rows == is_too_new
    rows = pd.DataFrame([EVIDENCE | changes]).replace("", None)
    assert (effective_days(rows, known.compiled).iloc[0] > known.compiled) == is_too_new
    assert _check(EVIDENCE | changes | {"agency_id": "x"}, known=known).too_new_rows == 0
    assert _check(EVIDENCE | changes).too_new_rows == 0, "no day is known"


def test_an_announced_start_is_not_told_to_be_too_new():
    known = replace(KNOWN, compiled=date(2026, 11, 20))
    ahead = {"since_date": "2027-01-01", "as_of_date": "2026-11-01", "as_of_precision_code": "day"}
    checked = _check(PROGRAM | ahead | {"is_announced_in_advance": "true"}, known=known)
    assert (checked.good_rows, checked.too_new_rows) == (1, 0)


def test_a_start_may_lie_ahead_only_where_it_is_announced():
    ahead = {"since_date": "2027-01-01", "as_of_date": "2026-11-01", "as_of_precision_code": "day"}
    problems = _check(PROGRAM | ahead).problems
    assert problems["problem"].tolist() == [
        "in the future",
        "the source is older than the start it tells",
    ]
    assert _check(PROGRAM | ahead | {"is_announced_in_advance": "true"}).problems.empty


def test_a_source_older_than_the_start_needs_the_announcement():
    older = {"since_date": "2018-07-01", "as_of_date": "2018-06", "as_of_precision_code": "month"}
    row = _one(PROGRAM, **older)
    assert row["column"] == "as_of_date"
    assert "is_announced_in_advance true" in row["remedy"]
    assert _check(PROGRAM | older | {"is_announced_in_advance": "true"}).problems.empty
    later = {"since_date": "2018-07", "since_precision_code": "month"}
    assert _one(EVIDENCE, **later)["column"] == "as_of_date"
    assert _check(EVIDENCE | later | {"evidence_code": "announced"}).problems.empty


def test_an_announcement_that_is_none_is_told():
    assert _one(PROGRAM, is_announced_in_advance="true")["column"] == "is_announced_in_advance"


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("source_url", "www.example.org", "not an address"),
        ("source_url", "https://example.org/a b", "not an address"),
        ("source_url", "", "missing"),
        ("source_name", "", "missing"),
        ("scope_code", "", "missing"),
        ("agency_id", "", "missing"),
        ("county_geoid", "39061", "unknown county"),
        ("county_geoid", "26 099", "written otherwise than it must be"),
        ("source_id", "hearsay", "unknown source record"),
        ("evidence_id", "NX 1", "written otherwise than it must be"),
        ("since_precision_code", "day", "does not fit since_date"),
        ("since_precision_code", "", "does not fit since_date"),
        ("certainty_code", "sure", "unknown code"),
        ("source_name", " Warren", "blanks before or after the text"),
        ("note", "one\ntwo", "a line break in a cell"),
    ],
)
def test_each_wrong_cell_is_one_problem_in_its_column(column, value, problem):
    row = _one(EVIDENCE, **{column: value})
    assert (row["column"], row["problem"], row["value"]) == (column, problem, value)
    assert row["why"]
    assert row["remedy"]


def test_a_statement_on_a_group_needs_no_agency():
    group = {"agency_id": "", "scope_code": "group", "evidence_code": "supplied_group"}
    assert _check(EVIDENCE | group).problems.empty


def test_true_and_false_are_the_only_booleans():
    assert _one(PROGRAM, is_announced_in_advance="no")["remedy"] == "write true or false"


def test_an_identifier_used_twice_names_the_first_row():
    row = _check(EVIDENCE, EVIDENCE).problems.iloc[0]
    assert (row["row"], row["problem"]) == (3, "twice in this file")
    assert "row 2" in row["why"]
    row = _check(PROGRAM, PROGRAM).problems.iloc[0]
    assert row["value"] == "warren-police-department paari"


def test_an_identifier_of_the_data_folder_is_taken_by_another_row_only():
    row = _one(EVIDENCE, evidence_id="nx-001")
    assert row["problem"] == "already in the data folder"
    same = EVIDENCE | {"evidence_id": "nx-001", "source_url": "https://example.org/old"}
    assert _check(same).problems.empty


def test_rows_are_numbered_as_a_spreadsheet_does():
    content = _content(EVIDENCE, EVIDENCE | {"evidence_id": "nx-901", "evidence_code": "x"})
    text = b"# a comment, with a comma\n\n" + content.replace(b"nx-901", b"# no row\n\nnx-901", 1)
    checked = check_evidence(text, KNOWN, kind="naloxone_evidence", as_of=TODAY)
    assert checked.problems["row"].tolist() == [7]
    assert (checked.rows, checked.good_rows, checked.comment_lines) == (2, 1, 1)


def test_several_problems_of_one_row_are_all_told():
    bad = EVIDENCE | {"agency_id": "x", "evidence_code": "y", "source_url": "z"}
    checked = _check(bad, EVIDENCE | {"evidence_id": "nx-901"})
    assert checked.problems["column"].tolist() == ["agency_id", "evidence_code", "source_url"]
    assert (checked.rows, checked.good_rows) == (2, 1)
    assert checked.summary == "naloxone_evidence: 2 rows, 1 good, 3 problems in 1 rows"


def test_columns_that_miss_are_new_or_stand_twice_are_told():
    row = {("evidence_kode" if k == "evidence_code" else k): v for k, v in EVIDENCE.items()}
    problems = _check(row | {"shoe_size": "9"}).problems.set_index("column")
    assert problems.loc["evidence_code", "remedy"] == "name evidence_kode so"
    assert problems.loc["evidence_kode", "remedy"] == "name it evidence_code"
    assert "note" in problems.loc["shoe_size", "remedy"]
    assert set(problems["row"]) == {1}
    twice = _content(EVIDENCE).replace(b",note,", b",source_name,")
    checked = check_evidence(twice, KNOWN, kind="naloxone_evidence", as_of=TODAY)
    assert "column twice" in checked.problems["problem"].tolist()


def test_cells_beyond_the_columns_and_cells_that_miss_are_told():
    content = _content(EVIDENCE).decode().rstrip("\n")
    checked = check_evidence(
        f"{content},lost\nnx-902,warren-police-department\n".encode(),
        KNOWN,
        kind="naloxone_evidence",
        as_of=TODAY,
    )
    told = checked.problems[checked.problems["column"] == ""]
    assert told["problem"].tolist() == ["too many cells", "too few cells"]
    assert told["value"].tolist() == ["lost", ""]
    assert (checked.rows, checked.good_rows) == (2, 0)


def test_semicolons_and_a_byte_order_mark_are_read():
    content = b"\xef\xbb\xbf" + _content(EVIDENCE, separator=";")
    checked = check_evidence(content, KNOWN, kind=kind_of(content), as_of=TODAY)
    assert (checked.rows, len(checked.problems)) == (1, 0)


def test_another_encoding_is_told_with_its_row_and_loses_nothing():
    content = _content(EVIDENCE | {"note": "café"}).decode().encode("cp1252")
    checked = check_evidence(content, KNOWN, kind=kind_of(content), as_of=TODAY)
    assert checked.problems["problem"].tolist() == ["not UTF-8"]
    assert checked.problems["row"].tolist() == [2]
    assert checked.rows == 1


@pytest.mark.parametrize("content", [b"", b"# only a comment\n", b"name,colour\na,b\n"])
def test_a_file_of_no_kind_is_an_error_that_names_the_templates(content):
    with pytest.raises(InputError, match="data/templates"):
        kind_of(content)


DRIVER = """
import argparse, sys
from geo.errors import GeoError
from geo.evidence_commands import add_evidence_options, evidence
from geo.tables.reader import DATA
parser = argparse.ArgumentParser()
parser.set_defaults(data=DATA)
add_evidence_options(parser)
try:
    sys.exit(evidence(parser.parse_args()))
except GeoError as error:
    sys.exit(f"geo: {error}")
"""


def _run(project, *arguments):
    return subprocess.run(
        [sys.executable, "-c", DRIVER, "check", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=project,
        check=False,
    )


def test_the_command_writes_problems_as_csv_and_a_summary(project, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(_content(EVIDENCE | {"agency_id": "=cmd()", "as_of_date": "2019-01-01"}))
    done = _run(project, path, "--as-of", "2018-12-31")
    assert done.returncode == 2
    table = pd.read_csv(io.StringIO(done.stdout))
    assert table["problem"].tolist() == ["unknown agency", "in the future"]
    assert table.loc[0, "value"] == "'=cmd()", "no formula leaves the program"
    assert "1 rows, 0 good, 2 problems" in done.stderr
    assert "dates held against 2018-12-31, the day given with --as-of" in done.stderr
    assert "2018-12-31, the day that dates are held against" in table.loc[1, "why"]


def test_the_command_holds_dates_against_the_day_the_file_was_saved(tmp_path, capsys):
    path = tmp_path / "rows.csv"
    path.write_bytes(_content(EVIDENCE))
    os.utime(path, (1514764800, 1514764800))  # 2018-01-01
    parser = argparse.ArgumentParser()
    parser.set_defaults(data=DATA)
    add_evidence_options(parser)
    assert evidence(parser.parse_args(["check", str(path)])) == 2
    told = capsys.readouterr()
    assert "in the future" in told.out
    assert "dates held against 2018-01-01, the latest day anywhere on earth" in told.err
    assert "saved (2018-01-01 00:00 UTC)" in told.err
    assert "--as-of YYYY-MM-DD takes another" in told.err
    os.utime(path)
    assert evidence(parser.parse_args(["check", str(path)])) == 0
    with pytest.raises(InputError, match="cannot read"):
        evidence(parser.parse_args(["check", str(tmp_path / "none.csv")]))


@pytest.mark.parametrize(
    ("dated", "saved", "is_good", "is_seen"),  # days after that of the tables; hours
    [
        (0, 20, True, True),
        (1, 25, True, False),
        (2, 33, False, True),
        (2, 34, True, False),  # at 10:00 UTC the next day begins in Kiribati
        (3, 47, False, True),
    ],
)
def test_a_fresh_row_is_held_against_its_file_and_told_if_the_tables_are_older(
    dated, saved, is_good, is_seen, tmp_path, capsys
):
    tables = compiled_date(read_source_records(DATA / "sources"))
    day = (tables + timedelta(days=dated)).isoformat()
    path = tmp_path / "rows.csv"
    path.write_bytes(
        _content(EVIDENCE | {"since_date": "", "since_precision_code": "", "as_of_date": day})
    )
    at = datetime.combine(tables, time(), UTC) + timedelta(hours=saved)
    os.utime(path, (at.timestamp(), at.timestamp()))
    parser = argparse.ArgumentParser()
    parser.set_defaults(data=DATA)
    add_evidence_options(parser)
    assert evidence(parser.parse_args(["check", str(path)])) == (0 if is_good else 2)
    told = capsys.readouterr()
    assert ("in the future" in told.out) == (not is_good)
    assert (f"dated after {tables}, the day the evidence of" in told.err) == (not is_seen)
    assert ("accessed_date in sources/press.toml" in told.err) == (not is_seen)


@pytest.mark.parametrize("table", [NALOXONE_EVIDENCE, PROGRAM_PARTICIPATION], ids=lambda t: t.name)
def test_the_template_command_writes_the_file_and_the_record_its_rows_name(table, tmp_path, capsys):
    parser = argparse.ArgumentParser()
    add_evidence_options(parser)
    path = tmp_path / "new.csv"
    arguments = ["template", str(path), "--kind", table.name, "--data", str(tmp_path)]
    assert evidence(parser.parse_args(arguments)) == 0
    assert path.read_bytes() == (DATA / "templates" / f"{table.name}.csv").read_bytes()
    record = tmp_path / "sources" / "press.toml"
    told = capsys.readouterr()
    assert told.out.splitlines() == [str(path), str(record)]
    saved = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    assert compiled_date(read_source_records(record.parent)) == saved
    assert f"the day the evidence is for is accessed_date in {record}" in told.err
    with pytest.raises(InputError, match="there already"):
        evidence(parser.parse_args(arguments))
    path.unlink()
    record.unlink()
    evidence(parser.parse_args([*arguments, "--as-of", "2026-11-20"]))
    assert compiled_date(read_source_records(record.parent)) == date(2026, 11, 20)


def test_the_template_command_keeps_a_record_and_makes_no_data_folder(tmp_path, capsys):
    parser = argparse.ArgumentParser()
    add_evidence_options(parser)
    record = tmp_path / "sources" / "press.toml"
    record.parent.mkdir()
    record.write_text("mine", encoding="utf-8")
    path = tmp_path / "new.csv"
    evidence(parser.parse_args(["template", str(path), "--data", str(tmp_path)]))
    assert record.read_text(encoding="utf-8") == "mine"
    assert capsys.readouterr().out.splitlines() == [str(path)]
    absent = ["template", str(tmp_path / "b.csv"), "--data", str(tmp_path / "none")]
    with pytest.raises(InputError, match="no data folder"):
        evidence(parser.parse_args(absent))
    assert not (tmp_path / "b.csv").exists()


def test_the_documented_record_of_press_is_the_one_that_is_written(project):
    text = (project / "docs" / "data-folder.md").read_text(encoding="utf-8")
    shown = text.partition("```toml\n")[2].partition("```")[0]
    day = date.fromisoformat(shown.rpartition('accessed_date = "')[2][:10])
    assert shown == record_text(press_record(day))
