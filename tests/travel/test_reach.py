"""Where minutes are by road, the numbers change and every text says so; elsewhere nothing does."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.__main__ import main
from geo.analysis import people_and_help
from geo.answers import Answers
from geo.card import area_card
from geo.comparison import comparison
from geo.coverage import SITE_KINDS
from geo.errors import TableError
from geo.exports import export_of
from geo.figures.kinds import figure_content
from geo.figures.needs import needs
from geo.figures.pack import readme
from geo.gap_view import scoped_gaps
from geo.key_numbers import key_numbers
from geo.overview import overview
from geo.own_data.own_reader import OwnReader
from geo.plan_view import where_next
from geo.reach import Reach, reach_in, reach_of
from geo.scenario import Scenario, WhatIfReader
from geo.tables.reader import CURRENT, TRAVEL, TableReader
from geo.travel.routed import ESTIMATED, ROUTED
from geo.what_if_view import share_changes
from tests.travel.made_up import DAY, WAS_MADE, data_folder, route

LAPEER, FIVE = "26087", ("26049", "26087", "26099", "26125", "26163")
ROADS = "Minutes are by car over OpenStreetMap roads, without traffic"
GUESS = "estimated from straight-line distance, off by 3.7 on average"


@pytest.fixture(scope="module")
def routed(project, reader, tmp_path_factory):
    """Answers where every minute is by road, half the estimate."""
    folder = data_folder(project, tmp_path_factory.mktemp("routed") / "data")
    route(reader, folder)
    return Answers(TableReader(folder))


@pytest.fixture(scope="module")
def mixed(project, reader, tmp_path_factory):
    """Answers where nobody in Lapeer County was routed from."""
    folder = data_folder(project, tmp_path_factory.mktemp("mixed") / "data")
    route(reader, folder, leaving_out=[LAPEER])
    return Answers(TableReader(folder))


def _texts(answers, scope):
    """Everything said of a scope, in one text, but how old the count of residents is."""
    shown = overview(answers, scope, theme="light")
    gaps = figure_content(answers, scope, "gap", page="", made_on=date(2026, 11, 23))
    said = [shown.state, shown.legend, shown.sentence, area_card(answers, scope)]
    said += [key_numbers(answers, scope), needs(answers, scope, "plain"), gaps.subtitle]
    said += [gaps.caution, gaps.origin, readme(answers, scope, gaps, program="plain")]
    said += list(scoped_gaps(answers, scope)["sentence"])
    said += list(comparison(answers, scope)["measure"])
    for name in ("gaps", "municipalities", "key-numbers"):
        export = export_of(answers, scope, name, "page")
        said += [export.columns, export.block]
    return "\n".join(map(repr, said)).replace("(2024 estimate)", "").replace("2024 estimate;", "")


def test_minutes_by_road_take_the_place_of_the_estimate(answers, routed):
    before, after = (one.people(answers.today) for one in (answers, routed))
    for kind in SITE_KINDS:
        np.testing.assert_allclose(after[f"{kind}_minutes"], before[f"{kind}_minutes"] / 2)
        assert set(before[f"{kind}_method_code"]) == {ESTIMATED}
        assert set(after[f"{kind}_method_code"]) == {ROUTED}
    estimated = people_and_help(routed.reader, answers.today, prefers_roads=False)
    pd.testing.assert_frame_equal(estimated, before)


@pytest.mark.parametrize("name", ["answers", "routed"])
def test_every_name_in_braces_is_filled(request, name):
    told = request.getfixturevalue(name)
    assert not re.search(r"\{[a-z_]+\}", _texts(told, told.first_scope()))


@pytest.mark.parametrize("facilities", ["treatment", "otp"])
def test_no_text_calls_minutes_by_road_estimated(routed, facilities):
    scope = replace(routed.first_scope(), facilities=facilities, area="26163-2616322000")
    scope = replace(scope, layers=replace(scope.layers, colour_by="gaps"))
    text = _texts(routed, scope)
    for word in ("estimated", "est.)", "straight"):
        assert word not in text.replace("Minutes by road from", ""), word
    assert f"{ROADS} ({WAS_MADE})." in text
    assert "30 routed minutes" in text
    assert "(by road)" in text
    assert "OpenStreetMap contributors" in text
    assert "OSRM routing" not in text  # the estimate's source is behind no number


def test_without_routes_no_text_speaks_of_roads(answers):
    text = _texts(answers, replace(answers.first_scope(), area="26163-2616322000"))
    assert "30 estimated minutes" in text
    assert GUESS in text
    for word in ("routed", "by road", "part est", "OpenStreetMap contributors", '"minutes":'):
        assert word not in text, word


def test_some_minutes_by_road_are_told_with_their_share_of_residents(mixed):
    scope = mixed.first_scope()
    people = mixed.people(mixed.today)
    share = 1 - people["residents_persons"][people["county_geoid"] == LAPEER].sum() / (
        people["residents_persons"].sum()
    )
    reach = reach_of(mixed, scope)
    assert reach.shares["otp"] == pytest.approx(share)
    assert reach.sentence == (
        f"{ROADS} ({WAS_MADE}), for {share:.0%} of residents; the others’ are {GUESS}.".replace(
            "%", " %"
        )
    )
    assert reach.words["otp"] == "partly estimated"
    assert reach.words["otp_short"] == "part est."
    assert "30 partly estimated minutes" in " ".join(needs(mixed, scope, "plain").known)
    assert mixed.edition.reach == ("openstreetmap-routing", "osrm-tract-2021")


def test_an_area_is_told_by_the_minutes_of_its_own_county(mixed):
    scope = mixed.first_scope()
    assert reach_in(mixed, mixed.today, (LAPEER,)).sentence == f"Minutes are {GUESS}."
    assert reach_in(mixed, mixed.today, ("26163",)).word_of() == ROUTED
    texts = {
        county: " ".join(fact.text for fact in area_card(mixed, replace(scope, area=county)).facts)
        for county in (LAPEER, "26163")
    }
    assert "min (estimated)" in texts[LAPEER]
    assert "min (routed)" in texts["26163"]
    sentences = scoped_gaps(mixed, scope)
    of_lapeer = sentences["county_geoid"] == LAPEER
    lived = sentences["residents_persons"] > 0
    assert sentences.loc[of_lapeer & lived, "sentence"].str.contains("estimated minutes").all()
    assert sentences.loc[~of_lapeer & lived, "sentence"].str.contains("routed minutes").all()


def test_differing_shares_are_told_by_kind_and_a_kind_without_sites_is_left_out():
    reach = Reach({"treatment": 1.0, "otp": 0.5, "walk_in": float("nan")}, 3.7, "Valhalla")
    assert "these shares of residents: 100 % to treatment and 50 % to an OTP;" in reach.sentence
    assert reach.word_of("treatment") == ROUTED
    assert reach.word_of("walk_in") == ESTIMATED


def test_a_supposed_site_is_estimated_and_told(routed):
    nearer = "26087-2608746040"
    assert nearer in routed.area_positions
    scenario = Scenario(otp_at=(nearer,))
    supposed = routed.under(scenario)
    people = supposed.people(routed.today)
    added = people["otp_site_id"] == f"what-if-otp-{nearer}"
    assert set(people.loc[added, "otp_method_code"]) == {ESTIMATED}
    assert reach_of(supposed, routed.first_scope()).word_of("otp") == "partly estimated"
    labels = share_changes(routed, replace(routed.first_scope(), scenario=scenario))["measure"]
    assert "Live within 30 min of an OTP (partly estimated)" in list(labels)
    assert "Live within 30 min of treatment (routed)" in list(labels)
    assert supposed.edition.reach == ("openstreetmap-routing", "osrm-tract-2021")


def test_a_plan_stays_with_the_straight_line(answers, routed):
    scope = replace(answers.first_scope(), facilities="otp")
    pd.testing.assert_frame_equal(where_next(routed, scope).steps, where_next(answers, scope).steps)
    export = export_of(routed, scope, "plan-steps", "page")
    assert "estimated minutes" in export.block["scope"]
    assert "OSRM routing" in export.block["source"]
    assert "OpenStreetMap contributors" not in export.block["source"]


def test_routes_are_a_source_and_part_of_the_data_hash(answers, routed):
    record = routed.sources["openstreetmap-routing"]
    assert record.accessed_date == DAY
    assert record.vintage == "made-up.osm.pbf"
    assert routed.edition.reach == (record.source_id,)
    assert answers.edition.reach == ("osrm-tract-2021",)
    assert routed.today == answers.today
    assert routed.reader.data_hash != answers.reader.data_hash


def test_readers_over_another_hand_its_routes_through(routed):
    for over in (WhatIfReader(routed.reader, Scenario()), OwnReader(routed.reader, None, None)):
        assert over.travel is routed.reader.travel
        assert over.catchments is None
        assert over.travel_record["made_date"] == DAY
        assert over.root == routed.reader.root
        assert over.data_hash == routed.reader.data_hash


def test_routes_lie_beside_the_generations_of_a_refreshed_folder(project, reader, tmp_path):
    data_folder(project, tmp_path / "generation")
    (tmp_path / CURRENT).write_text("generation\n")
    route(reader, tmp_path)
    served = TableReader(tmp_path)
    assert (served.root, served.data) == (tmp_path, tmp_path / "generation")
    assert len(served.travel) > 1000
    assert TableReader(tmp_path / "generation").travel is None


def test_shipped_data_has_no_routes(reader):
    assert (reader.travel, reader.catchments, reader.travel_record) == (None, None, {})


@pytest.mark.parametrize("name", ["travel_time", "catchment"])
def test_damaged_routes_are_named_before_anything_is_shown(project, tmp_path, reader, capsys, name):
    folder = data_folder(project, tmp_path / "data")
    route(reader, folder, catchments=True)
    path = folder / TRAVEL / f"{name}.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(TableError, match=rf"^data/travel/{name}\.parquet: .*geo travel"):
        Answers(TableReader(folder))
    assert main(["--data", str(folder), "check"]) == 2
    assert "python -m geo travel" in capsys.readouterr().err


def test_the_command_line_prefers_the_roads(routed, capsys):
    region = ("--region", "hope-not-handcuffs-2018", "--minutes", "15")
    shares = {}
    for name, data in (("plain", ()), ("roads", ("--data", str(routed.reader.root)))):
        assert main([*data, "coverage", *region]) == 0
        table = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype={"geoid": "str"})
        shares[name] = table.set_index("geoid")["otp_share"]
    assert tuple(shares["plain"].index) == FIVE
    assert (shares["roads"] > shares["plain"])[[one for one in FIVE if one != LAPEER]].all()


def test_command_travel_is_there_and_names_what_it_needs(capsys):
    assert main(["travel"]) == 2
    said = capsys.readouterr().err
    assert all(option in said for option in ("--osm FILE", "--valhalla URL", "--osrm URL"))


def test_command_fit_tells_the_error_by_county_type(project, capsys):
    raw = project.parent / "shared" / "raw"
    if not (raw / "SUT_drive_tract.csv").exists():
        pytest.skip("the stored public files are not beside the project (../shared/raw)")
    assert main(["fit-travel-time", "--raw", str(raw), "--by", "county-type"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert list(table["county_type_code"].unique()) == ["large_metro", "small_metro", "non_metro"]
