"""Need of the shipped places where tract groups, here made up, tell their own; and by state."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pandas as pd
import pytest

from geo.answers import Answers
from geo.build import build
from geo.check import check
from geo.gap_table import gap_table
from geo.map_view import high_need_of, own_need
from geo.need import state_hotspots
from geo.tables.reader import TableReader

WAYNE = "26163"
DETROIT, LIVONIA, DEARBORN = "2616322000", "2616349000", "2616321000"
HOT = (DETROIT, "2616336280", "2616338180")  # with Hamtramck and Highland Park inside it


@pytest.fixture(scope="module")
def below(project, reader, tmp_path_factory):
    """The shipped data with a group per three tracts of Wayne County; Livonia has no rate."""
    data = tmp_path_factory.mktemp("below") / "data"
    shutil.copytree(project / "data", data)
    tracts = reader.read("tract")
    tracts = tracts[(tracts["county_geoid"] == WAYNE) & (tracts["population_persons"] > 0)]
    tracts = tracts.sort_values("geoid")
    group = tracts.groupby("municipality_geoid").cumcount() // 3
    rows = tracts.groupby(["municipality_geoid", group])["geoid"].agg("|".join).reset_index(level=0)
    rate = rows["municipality_geoid"].isin(HOT).map({True: 90.0, False: 20.0})
    rows = rows.assign(
        unit_id=[f"made-up-{number}" for number in range(len(rows))],
        county_geoid=WAYNE,
        year=2023,
        deaths=None,
        status_code="suppressed",
        residents_persons=None,
        rate_per_100k=rate.mask(rows["municipality_geoid"] == LIVONIA),
        rate_lower_per_100k=None,
        rate_upper_per_100k=None,
        is_modelled=True,
        tracts=rows["geoid"],
        source_id="cdc-wonder",
    ).drop(columns=["municipality_geoid", "geoid"])
    rows.to_csv(data / "manual" / "tract_group.csv", index=False)
    build(data, report=lambda _: None)
    found = TableReader(data)
    assert check(found) == []
    return Answers(found)


@pytest.fixture(scope="module")
def gaps(below):
    return gap_table(
        below,
        (WAYNE, "26125"),
        by="municipality",
        as_of=below.today,
        minutes=30.0,
        facilities="treatment",
        period=(2018, 2022),
    )


def test_a_municipality_takes_its_own_need_where_its_groups_tell_it(gaps):
    assert gaps.loc[f"{WAYNE}-{DETROIT}", ["is_high_need", "need_level_code"]].tolist() == [
        True,
        "area",
    ]
    own = gaps.loc[f"{WAYNE}-{DEARBORN}"]
    assert [own["is_high_need"], own["need_level_code"]] == [False, "area"]
    assert own["gap_code"].endswith("_without_high_need")
    assert "Its own need is not classed as high" in own["sentence"]


def test_a_municipality_whose_groups_have_no_rate_takes_its_county_s(gaps, below):
    of_county = below.need("hotspot", 2018, 2022)["is_high_need"]
    livonia = gaps.loc[f"{WAYNE}-{LIVONIA}"]
    assert [livonia["is_high_need"], livonia["need_level_code"]] == [True, "county"]
    assert of_county[WAYNE]
    oakland = gaps[gaps["county_geoid"] == "26125"]
    assert (oakland["need_level_code"] == "county").all()
    assert (oakland["is_high_need"] == of_county["26125"]).all()
    assert pd.isna(own_need(below)[f"{WAYNE}-{LIVONIA}"])


def test_the_measure_is_offered_only_where_there_are_groups(below, answers):
    assert "tract_groups" in below.measures
    assert below.measures["tract_groups"].last_year == 2023
    assert "tract_groups" not in answers.measures


def test_legend_names_tract_groups_only_where_they_tell_a_municipality_s_need(below):
    scope = below.first_scope()
    assert high_need_of(below, replace(scope, counties=(WAYNE,))).startswith("municipality: hot")
    assert high_need_of(below, replace(scope, counties=("26125",))).startswith("county: hotspot")


def test_the_shipped_classes_do_not_change_without_groups(answers):
    assert own_need(answers).empty


class TwoStates(TableReader):
    """The shipped tables with Michigan's counties once more, as Ohio's, with twice the deaths."""

    def _load(self, name):
        rows = super()._load(name)
        column = {"county": "geoid", "overdose_death": "county_geoid"}.get(name)
        if column is None:
            return rows
        other = rows.assign(**{column: "39" + rows[column].str[2:]})
        if name == "overdose_death":
            other["deaths"] = other["deaths"] * 2
        return pd.concat([rows, other], ignore_index=True)


def test_each_state_is_compared_with_itself(reader):
    alone = state_hotspots(reader, first_year=2020, last_year=2022)
    both = state_hotspots(TwoStates(), first_year=2020, last_year=2022)
    michigan = both[both.index.str[:2] == "26"]
    pd.testing.assert_frame_equal(michigan, alone)
    ohio = both[both.index.str[:2] == "39"]
    assert set(ohio["state_rate_per_100k"]) == {ohio["state_rate_per_100k"].iloc[0]}
    assert ohio["state_rate_per_100k"].iloc[0] > 1.5 * alone["state_rate_per_100k"].iloc[0]
    assert set(ohio["cluster_id"].dropna()).isdisjoint(michigan["cluster_id"].dropna())
