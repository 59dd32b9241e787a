"""`python -m geo incidents`, run as a person runs it."""

import json
import subprocess
import sys

import pandas as pd
import pytest

GOOD = "42.3314,-83.0458"
HEAD = "id,when,y,x\n"


@pytest.fixture
def run(project):
    def call(*arguments):
        command = [sys.executable, "-m", "geo", "incidents", *map(str, arguments)]
        return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    return call


def _file(tmp_path, rows, head=HEAD):
    path = tmp_path / "file.csv"
    path.write_text(head + "\n".join(rows) + "\n")
    return path


COLUMNS = ("--column", "event_id=id", "--column", "date=when", "--column", "lat=y", "--column",
           "longitude=x")  # fmt: skip


def test_summary_counts_every_row_once(run, tmp_path):
    rows = [f"e{n},2024-01-{n + 1:02d} 10:00,{GOOD}" for n in range(25)]
    rows += ["a,2024-01-05,0,0", "b,,42.3,-83.0", "c,2024-01-05,,", "d,2024-01-05,41.0,-83.0"]
    rows += ["e,not a date,42.3,-83.0", "e1,2024-01-02 10:00,42.3314,-83.0458"]
    rows += ["s,2024-01-06,-83.0458,42.3314"]
    answer = run(_file(tmp_path, rows), *COLUMNS, "--summary")
    assert answer.returncode == 0, answer.stderr
    summary = json.loads(answer.stdout)
    assert summary["rows_read"] == len(rows)
    assert summary["rows_read"] == summary["rows_used"] + summary["rows_set_aside"]
    assert summary["reasons"] == {
        "no_date": 1,
        "unreadable_date": 1,
        "no_place": 1,
        "zero_point": 1,
        "outside_region": 1,
        "duplicate_event": 1,
    }
    assert summary["mended"] == {"swapped_point": 1}
    assert (summary["first_date"], summary["last_date"]) == ("2024-01-01", "2024-01-25")


@pytest.mark.parametrize(
    ("name", "read", "aside"),
    [("cincinnati_fire_ems_overdose.csv", 7740, 367), ("tempe_opioid_ems_calls.csv", 2743, 4)],
)
def test_real_files_of_two_cities(run, project, name, read, aside):
    path = project.parent / "shared" / "raw" / name
    if not path.exists():
        pytest.skip(f"the published file {name} is not here")
    summary = json.loads(run(path, "--summary").stdout)
    assert (summary["rows_read"], summary["rows_set_aside"]) == (read, aside)
    assert summary["rows_used"] == read - aside


def test_table_of_areas_hides_small_counts(run, tmp_path):
    rows = [f"e{n},2024-03-{n % 28 + 1:02d},{GOOD}" for n in range(40)]
    rows += [f"f{n},2024-03-02,43.0125,-83.6875" for n in range(4)]
    answer = run(_file(tmp_path, rows), *COLUMNS, "--by", "county")
    table = pd.read_csv(pd.io.common.StringIO(answer.stdout), dtype={"county": str})
    table = table.set_index("county")
    assert table.loc["26087", "events"] == 0
    assert table.loc[["26049", "26163"], "events"].isna().all()
    assert table.loc[["26049", "26163"], "zone_events"].tolist() == [44, 44]
    assert not table["events"].between(1, 9).any()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nowhere.csv"], "no file"),
        (["{file}", "--column", "place=x"], "FIELD=COLUMN"),
        (["{file}", "--column", "latitude=nothing"], "no column 'nothing'"),
        (["{file}", "--column", "date_time="], "no column is named for the date"),
        (["{file}", "--threshold", "5"], "invalid choice"),
        (["{file}", "--region", "nowhere"], "nowhere"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_2(run, tmp_path, arguments, word):
    path = _file(tmp_path, [f"e1,2024-01-01,{GOOD}"], head="id,date,lat,lon\n")
    answer = run(*[one.format(file=path) for one in arguments])
    assert answer.returncode == 2
    assert word in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_too_few_events_to_show_any(run, tmp_path):
    path = _file(tmp_path, [f"e{n},2024-01-01,{GOOD}" for n in range(9)])
    answer = run(path, *COLUMNS)
    assert answer.returncode == 2
    assert "9 usable events" in answer.stderr
