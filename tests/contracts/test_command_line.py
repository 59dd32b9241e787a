"""The command line as a batch job uses it: the real program, its output and its exit codes."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from geo.__main__ import main
from geo.gaps import CLASS_CODES
from geo.regions import region_text

REGION = "hope-not-handcuffs-2018"


def _table(answer):
    assert answer.returncode == 0, answer.stderr
    return pd.read_csv(io.StringIO(answer.stdout), dtype={"geoid": "str", "county_geoid": "str"})


def test_coverage_by_county_has_the_promised_columns_and_counties(run):
    table = _table(run("coverage", "--region", REGION, "--by", "county", "--minutes", "30"))
    assert list(table.columns) == [
        "geoid",
        "name",
        "county_geoid",
        "residents",
        "police_documented_share",
        "police_announced_share",
        "police_unknown_share",
        "treatment_share",
        "otp_share",
        "walk_in_share",
    ]
    assert list(table["geoid"]) == ["26049", "26087", "26099", "26125", "26163"]


def test_otp_shares_agree_with_the_published_routed_ones(run):
    table = _table(run("coverage", "--region", REGION, "--minutes", "30")).set_index("geoid")
    published = {"26163": 0.98, "26125": 0.99, "26099": 0.99, "26049": 0.95, "26087": 0.04}
    for county, share in published.items():
        assert table.loc[county, "otp_share"] == pytest.approx(share, abs=0.045)


def test_coverage_by_municipality_adds_up_to_the_counties(run):
    parts = _table(run("coverage", "--region", REGION, "--by", "municipality"))
    whole = _table(run("coverage", "--region", REGION)).set_index("geoid")
    assert len(parts) == 193
    residents = parts.groupby("county_geoid")["residents"].sum()
    assert residents.to_dict() == whole["residents"].to_dict()
    documented = parts["residents"] * parts["police_documented_share"].fillna(0)
    shares = documented.groupby(parts["county_geoid"]).sum() / residents
    assert (shares - whole["police_documented_share"]).abs().max() < 1e-4


def test_coverage_by_municipality_of_one_county_tells_of_no_other(data_copy, capsys):
    lapeer = region_text("Lapeer", "Us", ["26087"])
    (data_copy / "regions" / "lapeer.toml").write_text(lapeer, "utf-8")
    arguments = ["--data", str(data_copy), "coverage", "--region", "lapeer", "--by", "municipality"]
    assert main(arguments) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype={"county_geoid": "str"})
    assert set(table["county_geoid"]) == {"26087"}


def test_less_was_documented_in_june_2018_than_later(run):
    then = _table(run("coverage", "--region", REGION, "--as-of", "2018-06-30"))
    now = _table(run("coverage", "--region", REGION))
    assert (then["police_documented_share"] <= now["police_documented_share"]).all()
    assert (then["police_documented_share"] < now["police_documented_share"]).any()


def test_hotspots_of_michigan(run):
    answer = run("hotspots", "--region", "michigan", "--start", "2018", "--end", "2022")
    table = _table(answer)
    assert len(table) == 83
    assert "state" in answer.stderr
    codes = table.set_index("name")["hotspot_code"]
    assert codes["Wayne"] == "very_high"
    assert codes["Genesee"] == "very_high"
    assert codes["Macomb"] == "high"
    assert (table["deaths_low"] <= table["deaths_high"]).all()
    assert (table["rate_lower_per_100k"] < table["rate_per_100k"]).all()
    assert (table["rate_per_100k"] < table["rate_upper_per_100k"]).all()


def test_jurisdictions_cover_every_resident_once(run):
    table = _table(run("jurisdictions", "--region", REGION))
    assert table["people"].sum() == 4_378_033
    assert table["agency_id"].is_unique
    detroit = table.set_index("agency_id").loc["detroit-police-department"]
    assert detroit["naloxone_code"] == "documented"
    assert detroit["since"] == "2016-05"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("coverage", "--region", "nowhere"), "unknown `region` 'nowhere'"),
        (("coverage", "--region", REGION, "--minutes", "soon"), "'soon' is not a positive"),
        (("coverage", "--region", REGION, "--as-of", "June"), "'June' is not a day"),
        (("hotspots", "--region", REGION, "--start", "1999"), "no data for 1999"),
        (("hotspots", "--region", REGION, "--start", "2022", "--end", "2018"), "after `end`"),
        (("dance",), "dance"),
        (("--data", "/nowhere", "coverage", "--region", REGION), "unknown `region`"),
    ],
)
def test_a_wrong_call_gives_one_line_and_exit_code_2(run, arguments, said):
    answer = run(*arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_check_of_the_shipped_data_exits_0(run):
    answer = run("check")
    assert answer.returncode == 0
    assert "all tables, links and laws hold" in answer.stderr


def test_gaps_have_the_promised_columns_and_every_municipality(run):
    table = _table(run("gaps", "--region", REGION, "--minutes", "30"))
    assert list(table.columns) == [
        "geoid",
        "name",
        "county_geoid",
        "residents",
        "gap_code",
        "is_robust",
        "depends_on",
        "need_level_code",
        "police_code",
        "treatment_minutes",
        "otp_minutes",
    ]
    assert len(table) == 193
    assert set(table["gap_code"]) <= set(CLASS_CODES)
    assert set(table["need_level_code"]) == {"county"}
    assert (table["depends_on"].isna() == table["is_robust"]).all()


def test_gaps_by_county_speak_of_the_countys_own_need(run):
    table = _table(run("gaps", "--region", REGION, "--by", "county"))
    assert set(table["need_level_code"]) == {"area"}
    assert len(table) == 5


def test_siting_steps_have_the_promised_columns_and_greedy_never_beats_exact(run):
    table = _table(
        run("siting", "--region", REGION, "--kind", "otp", "--minutes", "30", "--k", "5")
    )
    assert list(table.columns) == [
        "step",
        "site_id",
        "name",
        "latitude",
        "longitude",
        "people_gained",
        "people_covered_greedy",
        "people_covered_exact",
        "is_optimal",
    ]
    assert table["step"].tolist() == [1, 2, 3, 4, 5]
    assert (table["people_covered_exact"] >= table["people_covered_greedy"]).all()
    assert table["is_optimal"].all()
    gained = table["people_covered_greedy"].diff().dropna()
    assert gained.tolist() == table["people_gained"].iloc[1:].tolist()


def test_siting_more_than_the_candidates_is_refused(run):
    answer = run("siting", "--region", REGION, "--kind", "otp", "--k", "500")
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1].startswith("geo: `k` is 500; there are 193 candidate")
