"""What leaves the page of own data: every number of every output is zero, large, or hidden."""

import io
import itertools
import json
import re
from dataclasses import replace
from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pytest

from geo.downloads import to_csv, to_excel
from geo.gap_view import CLASS_WORDS
from geo.own_data import over_time, own_gaps, own_view, response
from geo.own_data.area_table import levels_of
from geo.own_data.checking import check_incidents
from geo.own_data.columns import INCIDENT_FIELDS, guess_columns
from geo.own_data.exporting import ENFORCEMENT, aside_csv, own_export
from geo.own_data.files import read_rows
from geo.own_data.hotspots import tract_neighbours
from geo.own_data.loaded import load_incidents
from geo.own_data.own_gaps import GAP_COLUMNS, own_gap_table
from geo.own_data.own_map import SHOWN, area_words
from geo.own_data.placing import Gazetteer
from geo.own_data.synthetic import synthetic_incidents
from geo.privacy.release import LEVELS, THRESHOLDS
from geo.scope import default_scope

TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def gazetteer(reader):
    return Gazetteer(reader)


@pytest.fixture(scope="module")
def touching(reader):
    return tract_neighbours(reader)


def _loaded(reader, gazetteer, rows, change=lambda table: table):
    table = change(synthetic_incidents(reader.read("population_point"), rows=rows, seed=rows))
    raw = read_rows(table.to_csv(index=False).encode())
    counties = ("26049", "26087", "26099", "26125", "26163")
    mapping = guess_columns(raw.rows, INCIDENT_FIELDS)
    checked = check_incidents(raw, mapping, gazetteer, counties, today=TODAY)
    return load_incidents(checked, gazetteer, counties, seed=b"seed")


@pytest.fixture(scope="module")
def own(reader, gazetteer):
    return _loaded(reader, gazetteer, 900)


@pytest.fixture(scope="module")
def many(reader, gazetteer):
    return _loaded(reader, gazetteer, 30_000)


@pytest.fixture(scope="module")
def scope(answers):
    return default_scope(answers.today)


def _view(own, answers, scope, touching, choice, *, with_points=False):
    return own_view.own_view(
        own, answers, scope, choice, touching, theme="light", with_points=with_points,
        tract_file="tract.json",
    )  # fmt: skip


def _choices(own):
    for threshold, level in [*itertools.product((10,), LEVELS), (20, "tract")]:
        told = own.told(threshold)
        for shown, period in itertools.product(
            own_view.shown_at(told, level), own.periods(threshold)
        ):
            yield own_view.Choice(level, shown, period, "", threshold)
    for month in own.told(10).monthly.columns[::7]:
        yield own_view.Choice("county", "events", "", month, 10)


@pytest.mark.long
def test_no_map_table_or_tooltip_tells_a_small_count(own, answers, scope, touching):
    seen = 0
    for choice in _choices(own):
        view = _view(own, answers, scope, touching, choice)
        for column in ("events", "zone_events"):
            told = view.table[column].dropna()
            assert not told.between(1, choice.threshold - 1).any(), choice
            seen += len(told)
        state = json.loads(view.state)
        for words in state["own"]["words"]:
            for number in re.findall(r"(\d[\d,]*) events(?! per)", words):
                assert int(number.replace(",", "")) >= choice.threshold
        for row in view.table.itertuples():
            assert re.search(r"\b[1-9] events?\b(?! per)", area_words(row)) is None
    assert seen > 1000


def test_rates_are_told_only_where_counts_are(own, answers, scope, touching):
    choice = own_view.Choice("municipality", "rate", "whole", "", 10)
    table = _view(own, answers, scope, touching, choice).table
    hidden = table["events"].isna()
    assert hidden.any()
    assert table.loc[hidden, "rate_per_100k"].isna().all()
    joined = table[hidden & table["zone_rate_per_100k"].notna()]
    assert (joined["zone_events"].dropna() >= 10).all()


def test_months_and_responses_tell_no_small_count(own, answers):
    told, names = own.told(10), answers.county_names
    months = over_time.month_table(told, list(names), names)
    gave = response.response_table(told, list(names), names)
    for table in (months, gave):
        assert not table["events"].between(1, 9).any()
        assert table["events"].sum() == len(own.incidents.used)
    assert (gave.groupby("county")["events_share"].sum().round(9) == 1).all()


@pytest.fixture(scope="module")
def alerts_at(many, answers):
    names = answers.county_names
    return lambda threshold: over_time.alert_table(many, list(names), names, threshold=threshold)


def test_alerts_find_the_planted_spike_and_tell_bands_only(alerts_at):
    alerts = alerts_at(10)
    found = alerts[(alerts["county"] == "Genesee") & (alerts["method"] == "Poisson threshold")]
    assert found["first_day"].between("2023-12-11", "2023-12-24").any()
    pattern = r"fewer than 10|\d+ or more|about \d+0|not known"
    poisson = alerts["method"] == over_time.POISSON
    for column in ("events", "usual"):
        assert alerts.loc[poisson, column].str.fullmatch(pattern).all()
        assert (alerts.loc[~poisson, column] == "").all()
    assert set(alerts.loc[poisson, "p"]) <= {"p < 0.01", "p < 0.001", "p < 0.0001"}
    assert found.loc[found["first_day"] >= "2023-12-11", "p"].tolist()[0] == "p < 0.0001"


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_bands_of_alerts_begin_at_the_threshold(alerts_at, threshold):
    lowest, alerts = alerts_at(THRESHOLDS[0]), alerts_at(threshold)
    poisson = alerts["method"] == over_time.POISSON
    assert alerts["p"].equals(lowest["p"])
    for column in ("events", "usual"):
        told = alerts.loc[poisson, column]
        bound = told.str.extract(r"(\d+)")[0].astype(int)
        is_small = told.str.startswith("fewer than")
        assert is_small.any()
        assert (bound[is_small] == threshold).all()
        assert (bound[~is_small] >= threshold).all()
        plain = ~is_small & (bound > threshold)
        assert (told[plain] == lowest.loc[poisson, column][plain]).all()


def test_hotspots_hold_the_planted_clusters(many, answers, scope, touching):
    zones = many.hotspots(10, many.periods(10)["whole"], touching)
    assert zones.is_rate
    assert zones.best_cluster_p == pytest.approx(0.001)
    choice = own_view.Choice("municipality", "hotspot", "whole", "", 10)
    table = _view(many, answers, scope, touching, choice).table
    clustered = set(table.loc[table["cluster_id"].notna(), "name"])
    assert any("Fenton" in name for name in clustered)
    assert any("Canton" in name or "Plymouth" in name for name in clustered)


def test_hotspot_rates_are_those_of_a_count_by_hand(many, touching):
    period = many.periods(10)["whole"]
    told, zones = many.told(10), many.hotspots(10, period, touching)
    events = np.bincount(period.book.zone[many.placed.piece], minlength=len(zones.table))
    assert zones.table["events"].tolist() == events.tolist()
    people = told.pieces["residents_persons"].groupby(period.book.zone).sum()
    lived = people > 0
    by_hand = events[lived] / people[lived] / period.years * 1e5
    assert np.allclose(zones.table.loc[lived, "rate_per_100k"], by_hand)


def test_zones_touch_as_geopandas_says(many, reader):
    from geo.own_data.hotspots import _zone_weights

    told = many.told(10)
    matrix = _zone_weights(told, told.whole, tract_neighbours(reader)).toarray()
    tracts = reader.spatial("tract_outline").set_index("geoid")
    zone_of = pd.Series(told.whole.zone, index=told.pieces["tract"]).groupby(level=0).first()
    shapes = tracts.loc[zone_of.index].assign(zone=zone_of).dissolve("zone")
    chosen = shapes.index[:40]
    touching = shapes.loc[chosen].sjoin(shapes, predicate="intersects")
    for zone, other in zip(touching.index, touching["zone_right"], strict=True):
        if zone != other:
            assert matrix[zone, other] == 1


def test_gaps_use_the_events(many, answers, touching):
    period = many.periods(10)["whole"]
    zones = many.hotspots(10, period, touching)
    table = own_gap_table(
        answers, many.told(10), period, zones, ("26049", "26163"), as_of=answers.today,
        minutes=30, facilities="treatment", published=pd.Series(dtype="str"),
    )  # fmt: skip
    assert list(table.columns) == [name for name in GAP_COLUMNS if name != "municipality"]
    assert set(table["county"]) == {"Genesee", "Wayne"}
    assert table["is_high_need"].any()
    high = table["gap_code"].str.endswith("without_high_need")
    lived = table["residents_persons"] > 0
    assert (table.loc[lived, "is_high_need"] == ~high[lived]).all()


def test_where_nobody_lives_the_share_of_high_need_is_missing(many, answers, touching):
    period = many.periods(10)["whole"]
    zones, told = many.hotspots(10, period, touching), many.told(10)
    empty = told.pieces["municipality"].dropna().iloc[0]
    lived = told.pieces["residents_persons"].mask(told.pieces["municipality"] == empty, 0.0)
    told = replace(told, pieces=told.pieces.assign(residents_persons=lived))
    table = own_gap_table(
        answers, told, period, zones, list(answers.county_names), as_of=answers.today, minutes=30,
        facilities="treatment", published=pd.Series(dtype="str"),
    )  # fmt: skip
    assert table.index[table["high_need_share"].isna()].tolist() == [empty]
    assert not table.loc[empty, "is_high_need"]
    assert table.loc[empty, "gap_code"].endswith("without_high_need")
    shown = own_gaps.for_screen(table, CLASS_WORDS)
    assert shown["high_need_percent"].isna().sum() == 1
    export = own_export(many, table, GAP_COLUMNS, "Gaps", threshold=10, data_hash="")
    for rows in (
        pd.read_csv(io.BytesIO(to_csv(export)), comment="#", index_col="municipality"),
        pd.read_excel(io.BytesIO(to_excel(export)), index_col="municipality"),
    ):
        assert rows.index[rows["high_need_share"].isna()].tolist() == [empty]


def test_reach_of_events_equals_a_sum_by_hand(many, answers):
    told = many.told(10)
    people = answers.people(answers.today)
    table = response.reach_table(told, people, list(answers.county_names), minutes=30)
    row = table.set_index("what").loc["Share in jurisdictions documented to carry naloxone"]
    documented = people["naloxone_code"] == "documented"
    residents = people["residents_persons"].astype(float)
    assert row["residents"] == pytest.approx(residents[documented].sum() / residents.sum())
    true = documented.to_numpy()[many.placed.piece].mean()
    assert row["events"] == pytest.approx(true, abs=0.02)  # joined zones are spread by residents
    no_list = people.assign(walk_in_minutes=float("nan"))
    known = response.reach_table(told, no_list, list(answers.county_names), minutes=30)
    missing = known[known["what"].str.contains("walk-in")]
    assert len(missing) == 2
    assert missing[["events", "residents"]].isna().all(axis=None)
    assert known["residents"].notna().sum() == len(known) - 2


def _export(own, answers, scope, touching, level):
    choice = own_view.Choice(level, "events", "whole", "", 10)
    view = _view(own, answers, scope, touching, choice)
    return view, own_view.area_export(own, view, answers)


@pytest.mark.parametrize("level", LEVELS)
def test_exports_say_synthetic_hidden_and_not_for_enforcement(own, answers, scope, touching, level):
    view, export = _export(own, answers, scope, touching, level)
    text = to_csv(export).decode("utf-8-sig")
    assert text.startswith("# SYNTHETIC: made up")
    assert ENFORCEMENT.split(":")[0] in text
    rows = pd.read_csv(io.StringIO(text), comment="#")
    assert len(rows) == len(view.table)
    hidden = view.table["events"].isna().to_numpy()
    assert (rows.loc[hidden, "events"] == "suppressed").all()
    book = openpyxl.load_workbook(io.BytesIO(to_excel(export)))
    assert "SYNTHETIC" in [cell.value for cell in book["About"]["A"]]
    outlines = json.loads(own_view.area_geojson(own, view, answers))
    assert outlines["metadata"]["SYNTHETIC"]
    assert len(outlines["features"]) == len(view.table)
    assert all(one["geometry"]["type"].endswith("Polygon") for one in outlines["features"])


def test_real_data_is_not_called_synthetic(reader, gazetteer, answers, scope, touching):
    own = _loaded(reader, gazetteer, 500, lambda table: table.assign(source="county EMS"))
    assert not own.is_synthetic
    view, export = _export(own, answers, scope, touching, "county")
    assert "SYNTHETIC" not in to_csv(export).decode("utf-8-sig")
    assert json.loads(view.state)["watermark"] == ""


def test_one_synthetic_row_marks_the_whole_file(reader, gazetteer):
    def change(table):
        return table.assign(source=["county EMS"] * (len(table) - 1) + [table["source"].iloc[-1]])

    assert _loaded(reader, gazetteer, 300, change).is_synthetic


def test_formulas_in_a_county_name_are_disarmed(own):
    table = pd.DataFrame({"county": ["=1+1", "@SUM(A1)"], "events": [20, 30]})
    export = own_export(own, table, response.RESPONSE_COLUMNS, "t", threshold=10, data_hash="x")
    assert to_csv(export).decode("utf-8-sig").count('"\'=1+1"') == 1
    assert b"'=HYPERLINK" in aside_csv(pd.DataFrame({"a": ["=HYPERLINK(1)"]}, dtype="str"))


def test_map_of_another_place_is_by_hexagons_and_counts(reader, gazetteer, answers, scope,
                                                        touching):  # fmt: skip
    def change(table):
        return table.assign(latitude=table["latitude"] - 3.2, longitude=table["longitude"] - 1.3)

    own = _loaded(reader, gazetteer, 2_000, change)
    assert not own.incidents.is_in_region
    told = own.told(10)
    assert levels_of(told) == ["hexagon"]
    assert own_view.shown_at(told, "hexagon") == ["hotspot", "events"]
    choice = own_view.Choice("hexagon", "hotspot", "whole", "", 10)
    view = _view(own, answers, scope, touching, choice)
    state = json.loads(view.state)
    assert len(state["own"]["hexagons"]) == len(view.table)
    (south, west), (north, east) = state["bounds"]
    assert 38 < south < north < 40.5
    assert -86 < west < east < -83
    assert own.masked() is None
    assert not own.masked_is_possible


def test_masked_points_are_drawn_only_when_asked(many, answers, scope, touching):
    choice = own_view.Choice("tract", "hotspot", "whole", "", 10)
    assert "points" not in json.loads(_view(many, answers, scope, touching, choice).state)["own"]
    state = json.loads(_view(many, answers, scope, touching, choice, with_points=True).state)
    drawn = np.array(state["own"]["points"])
    assert 1_000 < len(drawn) <= 3_000
    true = many.incidents.used[["latitude", "longitude"]].astype(float).round(4).to_numpy()
    same = set(map(tuple, drawn)) & set(map(tuple, true))
    assert len(same) < 0.05 * len(drawn)


@pytest.mark.long
def test_every_look_is_in_the_legend(many, answers, scope, touching):
    for choice in _choices(many):
        view = _view(many, answers, scope, touching, choice)
        known = {(look.colour, look.pattern) for part in view.legend for look in part.looks}
        colours = {colour for colour, _ in known}
        for style in json.loads(view.state)["own"]["styles"]:
            assert style[0] in colours, choice
            assert len(style) == 1 or style[1] in {pattern for _, pattern in known}
        assert choice.shown in SHOWN


def test_what_a_session_holds_never_prints_a_row(own):
    for held in (own, own.incidents, own.placed):
        assert "SYNTHETIC-0" not in repr(held)


def test_only_one_place_reads_the_events_of_a_loaded_file(project):
    """Counts leave through `geo.privacy`; alerts and masked points are made where events are."""
    allowed = {"loaded.py", "checking.py"}
    for folder in ("geo", "pages"):
        for path in (project / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if path.name not in allowed:
                assert "incidents.used" not in text.replace("incidents.used.empty", ""), path
                assert not re.search(r"placed\.piece\b", text), path


def test_alerts_find_the_outbreak_of_august_2016_in_cincinnati(project, gazetteer, touching):
    """More than a hundred overdoses in the week of 23 August 2016, known from the press."""
    path = project.parent / "shared" / "raw" / "cincinnati_fire_ems_overdose.csv"
    if not path.exists():
        pytest.skip("the published calls of Cincinnati are not here")
    raw = read_rows(path.read_bytes())
    mapping = guess_columns(raw.rows, INCIDENT_FIELDS)
    checked = check_incidents(raw, mapping, gazetteer, ("26163",), today=TODAY)
    own = load_incidents(checked, gazetteer, ("26163",), seed=b"seed")
    assert own.counties(("26163",)) is None
    alerts = over_time.alert_table(own, None, {}, threshold=10)
    found = alerts[(alerts["first_day"] <= "2016-08-25") & (alerts["last_day"] >= "2016-08-25")]
    assert "150 or more" in found["events"].tolist()
    months = over_time.month_table(own.told(10), None, {})
    assert months["events"].sum() == len(checked.used)
    assert months.loc[months["months"].str.contains("August 2016"), "events"].item() > 200
    zones = own.hotspots(10, own.periods(10)["whole"], touching)
    assert not zones.is_rate
    assert zones.best_cluster_p == pytest.approx(0.001)


def test_the_map_of_gaps_rings_high_need(many, answers, touching):
    from geo.maps.style import GAP_LOOKS
    from geo.own_data.own_gaps import gap_layer, gap_legend

    period = many.periods(10)["whole"]
    zones = many.hotspots(10, period, touching)
    table = own_gap_table(
        answers, many.told(10), period, zones, ("26049",), as_of=answers.today, minutes=30,
        facilities="treatment", published=pd.Series(dtype="str"),
    )  # fmt: skip
    state = gap_layer(table, answers, is_synthetic=True)
    layer = state["own"]
    assert state["watermark"] == "SYNTHETIC"
    areas = list(answers.area_positions)
    for place, (area, row) in enumerate(table.iterrows()):
        assert areas[layer["of"][place]] == area
        bare = row["gap_code"].removesuffix("_without_high_need")
        assert GAP_LOOKS[layer["style"][place]].code == bare
        assert layer["high"].get(place, 0) == row["is_high_need"]
    first, second = gap_legend(is_synthetic=True)
    assert first.title == "SYNTHETIC"
    assert len(second.rings) == 1
