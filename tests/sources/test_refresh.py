"""The whole refresh on a small made-up state: what comes out, and what stays when it fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from datetime import date
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest

from geo.__main__ import main
from geo.answers import Answers
from geo.check import check
from geo.errors import InputError, SourceError
from geo.hotspots import HOTSPOT_CODES
from geo.need import need_by_county
from geo.regions import list_regions
from geo.source_records import read_source_records
from geo.sources.census_boundaries import COUNTIES
from geo.sources.collected import collect
from geo.sources.file_cache import one_at_a_time
from geo.sources.refresh import Order, refresh
from geo.sources.registry import SOURCES
from geo.sources.samhsa_locator import TITLE as LOCATOR_TITLE
from geo.sources.state_help import facilities
from geo.sources.state_places import state_places
from geo.tables.definitions import TABLES
from geo.tables.reader import CURRENT, TableReader, file_hash
from tests.sources import small_state
from tests.sources.killed_refresh import STAGES
from tests.sources.publisher_server import Answer
from tests.sources.small_state import write_state_files
from tests.sources.socrata_site import publish

TODAY = date(2026, 11, 23)
RECORD = """\
title = "Pages read by hand"
publisher = "Several"
vintage = "2026"
licence = "Facts"
url = "https://example.org/"
note = "Made up."
accessed_date = "2026-11-20"
stored_copies = []
"""
EVIDENCE = {
    "evidence_id": "hamlet-1",
    "agency_id": "hamlet-police-department",
    "scope_code": "agency",
    "county_geoid": "39001",
    "evidence_code": "carries",
    "since_date": "",
    "since_precision_code": "",
    "as_of_date": "2025-03-01",
    "as_of_precision_code": "day",
    "certainty_code": "high",
    "source_name": "Hamlet",
    "source_url": "https://example.org/hamlet",
    "note": "",
    "source_id": "press",
}


def _refresh(out, folder, *, states=("39",), client=None, skipped=(), is_trial=False):
    """Refresh; return the changes by table and the lines that were reported."""
    lines = []
    order = Order(states, out, folder, TODAY, tuple(skipped))
    found = refresh(order, client, report=lines.append, is_trial=is_trial)
    return found.set_index("table"), lines


def _tree(folder):
    return {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _table(reader, name, *key):
    return reader.read(name).set_index(list(key))


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """The publishers' files of the small state; never changed."""
    folder = tmp_path_factory.mktemp("published")
    write_state_files(folder, "39")
    return folder


@pytest.fixture(scope="session")
def made(files, tmp_path_factory):
    """A folder refreshed once; never changed."""
    out = tmp_path_factory.mktemp("refreshed")
    changes, lines = _refresh(out, files)
    return SimpleNamespace(out=out, changes=changes, lines=lines, reader=TableReader(out))


@pytest.fixture
def out(made, tmp_path):
    """A copy of it that a test may refresh again."""
    return shutil.copytree(made.out, tmp_path / "out")


@pytest.fixture
def changed(files, tmp_path):
    """A copy of the files that a test may change."""
    return shutil.copytree(files, tmp_path / "files")


@pytest.fixture
def only_counties(files, tmp_path):
    """A folder with the file of counties alone."""
    folder = tmp_path / "counties"
    folder.mkdir()
    shutil.copy(files / "cb_2023_us_county_500k.zip", folder)
    return folder


def test_refreshed_folder_has_no_problem_and_the_rows_of_the_files(made):
    assert check(made.reader) == []
    assert made.changes["rows_after"].to_dict() == {
        "county": 6,
        "municipality": 16,  # 12 townships, Hamlet, Nook, two parts of Metropolis
        "tract": 24,
        "tract_outline": 24,
        "population_point": 28,  # a tract each, and one more for each of those four parts
        "agency": 11,  # 6 of the FBI's list, 4 sheriffs no list names, the State Police
        "agency_station": 3,
        "agency_area": 11,
        "jurisdiction": 16,
        "naloxone_evidence": 0,
        "naloxone_search": 0,
        "program_participation": 0,
        "facility": 4,
        "overdose_death": 29,  # 6 counties x 5 years, one without a row
        "overdose_death_provisional": 5,
        "tract_group": 3,
        "nonfatal_ed_visit": 0,
        "county_population": 6 * 15,
        "travel_time_model": 2,
        "kit_saturation": 0,
        "class_break": len(made.reader.read("class_break")),
    }
    assert (made.changes["added"] == made.changes["rows_after"]).all()
    assert set(made.reader.read("county")["name"]) == {
        *("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir")
    }


def test_residents_add_up_by_tract_and_municipality(made):
    tracts = made.reader.read("tract")
    assert tracts["population_persons"].sum() == 230_000
    assert set(tracts["population_year"]) == {2020}
    assert set(tracts["population_source_id"]) == {"census-2020-tract"}
    residents = _table(made.reader, "municipality", "area_id")["residents_persons"]
    assert residents.sum() == 230_000
    assert residents["39001-3950002"] == 3_000
    assert residents["39005-3950003"] == 1_500
    assert residents["39005-3900510001"] == 20_000 - 1_500
    assert residents["39011-3901110002"] == 10_000  # nobody lives in its northern tract
    assert residents["39001-3950001"] == pytest.approx(2_000, abs=2)  # a fifth of a tract's land


def test_villages_leave_their_township_and_census_designated_places_are_none(made):
    parts = _table(made.reader, "municipality", "area_id")
    assert "Sprawl" not in set(parts["name"])
    assert parts.loc["39005-3950003", "type_code"] == "village"
    assert parts.loc["39005-3900510001", "boundary_code"] == "remainder"
    assert parts["is_cross_county"].sum() == 2
    assert parts.loc["39001-3950002", "census_2020_persons"] == 3_000
    assert parts.loc["39001-3950001", "census_2020_persons"] is pd.NA


def test_suppressed_zero_and_reported_deaths_stay_apart(made):
    deaths = _table(made.reader, "overdose_death", "county_geoid", "year")
    assert deaths.loc["39003", "status_code"].tolist() == ["suppressed"] * 5
    assert deaths.loc["39003", "deaths"].isna().all()
    assert deaths.loc["39005", "deaths"].tolist() == [0] * 5
    assert deaths.loc["39001", "deaths"].tolist() == [61, 62, 63, 64, 65]
    assert deaths.loc[("39001", 2019), "population_persons"] == 42_019
    assert deaths.loc[("39001", 2023), "population_persons"] == 42_023
    assert ("39011", 2019) not in deaths.index


def test_count_withheld_as_10_to_50_keeps_its_row_and_its_county_gets_a_class(made):
    deaths = _table(made.reader, "overdose_death", "county_geoid", "year")
    row = deaths.loc[("39007", 2023)]
    assert (row["status_code"], row["population_persons"]) == ("suppressed_10_to_50", 42_023)
    assert row["deaths"] is pd.NA
    assert not any("39007" in line for line in made.lines)
    measures = Answers(made.reader).measures
    found = {
        name: need_by_county(made.reader, measures[name], first_year=2019, last_year=2023)
        for name in ("hotspot", "crude_rate")
    }
    columns = ["events_low", "events_high", "years_suppressed", "withheld_range"]
    for need in found.values():
        assert need.loc["39007", columns].tolist() == [96, 136, 1, "10 to 50"]
        assert need.loc["39003", columns].tolist() == [5, 45, 5, "1 to 9"]
        assert need.loc["39001", columns].tolist() == [315, 315, 0, ""]
        assert need.loc["39007", "reliability_code"] == "suppressed"
        assert need.loc["39007", "events"] is pd.NA
    assert found["crude_rate"].loc["39007", "rate_per_100k"] is pd.NA
    rate = found["hotspot"]["rate_per_100k"] * found["hotspot"]["person_years"] / 100_000
    assert 96 < rate["39007"] < 136
    assert found["hotspot"].loc["39007", "hotspot_code"] in HOTSPOT_CODES


def test_newest_provisional_counts_are_taken_and_late_ones_reported(made):
    rows = _table(made.reader, "overdose_death_provisional", "county_geoid")
    assert set(rows["period_end_date"]) == {"2025-12"}
    assert rows["deaths"].fillna(-1).to_dict() == {
        "39001": 60,
        "39003": -1,
        "39005": 0,
        "39007": 24,
        "39011": 44,
    }
    assert rows.loc["39003", "status_code"] == "suppressed"
    assert any("left out, withheld; first county 39009" in line for line in made.lines)


def test_tract_groups_keep_their_suppressed_counts_missing(made):
    groups = _table(made.reader, "tract_group", "unit_id")
    assert groups["deaths"].fillna(-1).to_dict() == {"39-1": 30, "39-2": 20, "39-3": -1}
    assert groups["residents_persons"].to_dict() == {"39-1": 30_000, "39-2": 10_000, "39-3": 40_000}


def test_facilities_of_the_neighbour_count_within_100_km_only(made):
    rows = _table(made.reader, "facility", "name")
    assert rows["county_geoid"].to_dict() == {
        f"Clinic {small_state.SCRIPT}": "39001",
        "Methadone Program, Inc.": "39003",
        "Across the Line": "18001",
        "Near Enough": "18005",  # its county reaches farther: Farther Out does not count
    }
    assert rows.loc["Methadone Program, Inc.", ["kind_code", "merged_rows"]].tolist() == ["otp", 2]
    assert set(rows["listed_date"]) == {"2026-11"}
    told = next(line for line in made.lines if line.startswith("facilities: "))
    assert told == (
        "facilities: 2 of 8 have no point in a county, left out: Program Without a Point in "
        "Somewhere; Unplaced Clinic in Somewhere"
    )


def test_police_are_those_of_the_lists_then_the_rule(made):
    found = _table(made.reader, "jurisdiction", "area_id")
    columns = ["agency_id", "basis_code", "confidence_code"]
    assert found.loc["39001-3950002", columns].tolist() == [
        *("hamlet-police-department", "own_department", "documented")
    ]
    assert found.loc["39005-3950003", columns].tolist() == [
        *("nook-police-department", "own_department_fbi_list_only", "unconfirmed")
    ]
    assert found.loc["39011-3901110001", columns].tolist() == [
        *("fir-county-sheriffs-office", "residual_sheriff", "general_rule")
    ]
    metropolis = found.loc[["39001-3950001", "39003-3950001"], "agency_id"]
    assert set(metropolis) == {"metropolis-police-department"}
    stations = _table(made.reader, "agency_station", "station_id")
    assert "hifld-4" not in stations.index  # closed
    names = _table(made.reader, "agency", "county_geoid")["name"]
    assert names["39009"] == f"Elm County Sheriff's Office {small_state.SCRIPT}"


def test_records_say_which_bytes_were_read(made, files):
    records = read_source_records(made.reader.data / "sources")
    assert set(SOURCES) < set(records)
    for source_id, source in SOURCES.items():
        (one,) = records[source_id].files
        assert records[source_id].accessed_date == TODAY.isoformat()
        assert (one.sha256, one.size_bytes) == (
            file_hash(files / one.name),
            (files / one.name).stat().st_size,
        )
        assert files / one.name in source.files_in(files, "39")


def test_region_of_the_state_is_made(made):
    region = list_regions(made.reader.data / "regions")["ohio"]
    assert region.label == "Ohio"
    assert region.counties == ("39001", "39003", "39005", "39007", "39009", "39011")


def test_dry_run_names_rows_by_table_and_leaves_the_folder_as_it_was(out, changed):
    before = _tree(out)
    rows = small_state.death_rows()
    rows = [row for row in rows if (row["geoid"], row["period"]) != ("39009", "2021")]
    rows[0] |= {"count_sup": "70"}
    (changed / "psx4-wq38.json").write_bytes(small_state.as_json(rows))
    listed = small_state.locator_rows()
    listed = [row for row in listed if row["name1"] != "Near Enough"]
    listed += [listed[0] | {"name1": name, "street1": name} for name in ("New One", "New Two")]
    (changed / "findtreatment.json").write_bytes(small_state.as_json(listed))
    changes, lines = _refresh(out, changed, is_trial=True)
    counted = changes[["added", "gone", "changed"]]
    assert counted.loc["overdose_death"].tolist() == [0, 1, 1]
    assert counted.loc["facility"].tolist() == [2, 1, 0]
    assert (counted.drop(["overdose_death", "facility", "class_break"]) == 0).all(axis=None)
    assert "putting tables in place" not in lines
    assert _tree(out) == before


def _without(name, field):
    rows = json.loads(name.read_text("utf-8"))
    for row in rows:
        row[f"x_{field}"] = row.pop(field)
    name.write_text(json.dumps(rows), "utf-8")


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("psx4-wq38.json", ("geoid", "count_sup")),
        ("findtreatment.json", ("typeFacility", "latitude")),
    ],
)
def test_changed_schema_is_named_column_by_column_and_the_old_tables_stay(out, changed, name, gone):
    before = _tree(out)
    for field in gone:
        _without(changed / name, field)
    with pytest.raises(InputError, match=rf"{name} has changed: column") as caught:
        _refresh(out, changed)
    absent, _, unknown = str(caught.value).partition("not known before")
    for field in gone:
        assert field in absent
        assert f"x_{field}" in unknown
    assert _tree(out) == before


def test_missing_outlines_of_counties_say_which_file_is_needed(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"no file of county outlines.*cb_\*_us_county_500k\.zip"):
        _refresh(tmp_path / "out", empty)
    assert not (tmp_path / "out" / CURRENT).exists()


def test_second_refresh_of_a_folder_waits_for_the_first(tmp_path):
    empty, out = tmp_path / "empty", tmp_path / "out"
    empty.mkdir()
    lines, is_waiting = [], threading.Event()

    def report(line):
        lines.append(line)
        is_waiting.set()

    def second():
        with pytest.raises(InputError, match="no file of county outlines"):
            refresh(Order(("39",), out, empty, TODAY), None, report=report)

    with one_at_a_time(out, "refresh", report):
        thread = threading.Thread(target=second)
        thread.start()
        assert is_waiting.wait(10)
        assert lines == ["waiting for another refresh of this folder"]
    thread.join()
    assert lines[1] == "collecting files"


@pytest.mark.parametrize(
    ("skipped", "said"),
    [
        ("police", r"'police' is no source; there are census-county-boundaries, .*fbi-agencies"),
        ("census-county-boundaries", "census-county-boundaries cannot be left out"),
    ],
)
def test_source_that_cannot_be_skipped_is_named(tmp_path, files, skipped, said):
    with pytest.raises(InputError, match=said):
        _refresh(tmp_path / "out", files, skipped=[skipped])


def test_folder_without_a_county_of_the_state_says_so(tmp_path, files):
    with pytest.raises(InputError, match=r"cb_2023_us_county_500k\.zip has no county of Texas"):
        _refresh(tmp_path / "out", files, states=("48",))


def _keep_by_hand(out, **changes):
    """Put a row of evidence, its record and a region beside the generations."""
    for name in ("manual", "sources", "regions"):
        (out / name).mkdir()
    pd.DataFrame([EVIDENCE | changes]).to_csv(out / "manual" / "naloxone_evidence.csv", index=False)
    (out / "sources" / "press.toml").write_text(RECORD, "utf-8")
    (out / "regions" / "south.toml").write_text(
        'label = "South"\ncitation = "Us"\ncounties = ["39001", "39003"]\n', "utf-8"
    )


def test_evidence_and_regions_kept_by_hand_reach_the_app_and_every_generation(out, files):
    _keep_by_hand(out)
    changes, _ = _refresh(out, files)
    assert changes.loc["naloxone_evidence", "added"] == 1
    answers = Answers(TableReader(out))
    assert answers.regions["south"].counties == ("39001", "39003")
    assert answers.today == date(2026, 11, 20)
    status = answers.agency_status(answers.today)["naloxone_code"]
    assert status[status == "documented"].index.tolist() == ["hamlet-police-department"]
    people = answers.people(answers.today)
    told = people[people["naloxone_code"] == "documented"]
    assert told["residents_persons"].sum() == 3_000


def test_evidence_of_an_agency_that_is_not_there_stops_the_refresh(out, only_counties):
    _keep_by_hand(out, agency_id="nobody")
    before = _tree(out)
    said = r"not put in place: naloxone_evidence\.agency_id: 1 values are not in agency\.agency_id"
    with pytest.raises(InputError, match=said + ", first nobody"):
        _refresh(out, only_counties)
    assert _tree(out) == before


@pytest.mark.long
def test_two_states_at_once_share_one_folder(tmp_path, changed):
    write_state_files(changed, "18")
    changes, _ = _refresh(tmp_path / "both", changed, states=("39", "18"))
    reader = TableReader(tmp_path / "both")
    assert check(reader) == []
    assert reader.read("county")["geoid"].str[:2].value_counts().to_dict() == {"39": 6, "18": 3}
    assert changes.loc["tract", "rows_after"] == 4 * 9
    assert reader.read("tract")["population_persons"].sum() == 230_000 + 120_000
    assert set(list_regions(reader.data / "regions")) == {"ohio", "indiana"}
    assert "Farther Out" in set(reader.read("facility")["name"])  # no longer across a line
    primary = _table(reader, "jurisdiction", "area_id")["agency_id"]
    assert primary["18001-1850001"] == "outpost-police-department"
    assert primary["39001-3950002"] == "hamlet-police-department"


def test_tracts_take_the_survey_where_the_census_is_left_out(files):
    collected = collect(
        ["39"],
        [],
        folder=files,
        client=None,
        skipped=["census-2020-tract"],
        report=lambda _: None,
    )
    tracts = state_places(collected, "39", report=lambda _: None)["tract"]
    assert tracts["population_persons"].sum() == 253_000
    assert set(tracts["population_source_id"]) == {"census-acs5-tract"}
    assert set(tracts["population_year"]) == {2023}


def test_residents_of_another_census_than_the_outlines_are_refused(changed):
    rows = small_state.counted_tracts("39")
    rows[1:] = [[*row[:-1], "0" + row[-1][1:-1] + "9"] for row in rows[1:]]
    (changed / "dec2020_pl_39_tract.json").write_bytes(small_state.as_json(rows))
    collected = collect(["39"], [], folder=changed, client=None, report=lambda _: None)
    with pytest.raises(InputError, match=r"only 0% of the tracts of state 39 have residents"):
        state_places(collected, "39", report=lambda _: None)


def _facilities_of_ohio(folder, lines):
    """Read the lists for Ohio, Indiana and Kansas."""
    collected = collect(["39"], ["18", "20"], folder=folder, client=None, report=lambda _: None)
    return facilities(
        collected,
        ["18", "20", "39"],
        gpd.GeoDataFrame(COUNTIES.read(COUNTIES.files_in(folder, "39"), "39")),
        ["39"],
        listed_month="2026-11",
        report=lines.append,
    )


def test_list_given_for_the_state_alone_is_taken_and_its_neighbours_are_told_once(changed):
    own = [row for row in small_state.locator_rows() if row["state"] == "OH"]
    (changed / "findtreatment.json").write_bytes(small_state.as_json(own))
    lines = []
    assert len(_facilities_of_ohio(changed, lines)) == 2
    said = "no facility of Indiana in findtreatment.json; the same for Kansas; nothing there counts"
    assert [line for line in lines if "facility of" in line] == [f"{LOCATOR_TITLE}: {said}"]


def test_changed_list_is_refused_for_the_state_itself_and_not_told_again_for_neighbours(changed):
    _without(changed / "findtreatment.json", "latitude")
    lines = []
    with pytest.raises(InputError, match=r"findtreatment\.json has changed: column latitude"):
        _facilities_of_ohio(changed, lines)
    assert lines == []


SITES = {
    "cb_2023_us_county_500k.zip": "www2.census.gov/geo/tiger/GENZ2023/shp",
    "cb_2023_39_cousub_500k.zip": "www2.census.gov/geo/tiger/GENZ2023/shp",
    "cb_2023_39_place_500k.zip": "www2.census.gov/geo/tiger/GENZ2023/shp",
    "cb_2023_39_tract_500k.zip": "www2.census.gov/geo/tiger/GENZ2023/shp",
    "co-est2020-alldata.csv": (
        "www2.census.gov/programs-surveys/popest/datasets/2010-2020/counties/totals"
    ),
    "co-est2024-alldata.csv": (
        "www2.census.gov/programs-surveys/popest/datasets/2020-2024/counties/totals"
    ),
}
PEOPLE = "api.census.gov/data/2020/dec/pl"
SURVEY = "api.census.gov/data/2023/acs/acs5"
LOCATOR = "findtreatment.gov/locator/exportsAsJson/v2"
PROGRAMS = "www.samhsa.gov/find-help/locators/opioid-treatment-program-directory/export"
AGENCIES = "api.usa.gov/crime/fbi/cde/agency/byStateAbbr/OH"
NUMBERS = {"7": "OH", "33": "IN"}
"""Of the states in the locator."""


def _answers_of(publisher, files):
    """Let the server answer as every publisher does, from the files."""
    for name, at in SITES.items():
        publisher.script(f"{at}/{name}", Answer((files / name).read_bytes(), etag=f'"{name}"'))
    levels = {"tract:*": "tract", "county subdivision:*": "cousub", "place:*": "place"}
    publisher.script(
        PEOPLE,
        lambda asked: (files / f"dec2020_pl_39_{levels[asked.query['for'][0]]}.json").read_bytes(),
    )
    publisher.script(SURVEY, (files / "acs5_2023_39_tract.json").read_bytes())
    publish(publisher, "psx4-wq38", small_state.death_rows(), fields=small_state.MAPPING_FIELDS)
    publish(
        publisher,
        "gb4e-yj24",
        small_state.provisional_rows(),
        fields=small_state.PROVISIONAL_FIELDS,
    )
    publish(publisher, "4day-mt2f", small_state.group_rows(), fields=small_state.MAPPING_FIELDS)
    publisher.script(PROGRAMS, (files / "otp-directory.csv").read_bytes())
    publisher.script(AGENCIES, (files / "fbi-agencies-39.json").read_bytes())
    publisher.script(LOCATOR, _page)


def _page(asked):
    postal = NUMBERS[asked.query["limitValue"][0]]
    rows = [row for row in small_state.locator_rows() if row["state"] == postal]
    page = {"page": 1, "totalPages": 1, "recordCount": len(rows), "rows": rows}
    return small_state.as_json(page)


@pytest.fixture
def stored(files, tmp_path):
    """A folder with the one list that is not published any more."""
    folder = tmp_path / "stored"
    folder.mkdir()
    shutil.copy(files / "Local_Law_Enforcement_Locations.csv", folder)
    return folder


def test_refresh_over_the_network_survives_429_and_a_cut_and_makes_the_same_tables(
    publisher, client, files, made, stored, tmp_path, monkeypatch
):
    monkeypatch.setenv("DATA_GOV_API_KEY", "quite-secret")
    _answers_of(publisher, files)
    name = "cb_2023_39_tract_500k.zip"
    content = (files / name).read_bytes()
    publisher.script(
        f"{SITES[name]}/{name}",
        Answer(b"", 429),
        Answer(content, etag='"1"', cut_after=len(content) // 2),
        Answer(content, etag='"1"'),
    )
    _refresh(tmp_path / "out", stored, client=client)
    reader = TableReader(tmp_path / "out")
    differ = [name for name in TABLES if reader.hash_of(name) != made.reader.hash_of(name)]
    assert differ == []
    records = read_source_records(reader.data / "sources")
    (tracts,) = records["census-tract-boundaries"].files
    assert tracts.url == f"https://{SITES[name]}/{name}"
    assert (tracts.sha256, tracts.size_bytes) == (file_hash(files / name), len(content))
    assert tracts.fetched_date == "2026-11-23"
    assert records["fbi-agencies"].files[0].url == f"https://{AGENCIES}"
    for path in (tmp_path / "out").rglob("*.toml"):
        assert "quite-secret" not in path.read_text("utf-8")


def test_publisher_that_answers_500_for_good_stops_the_refresh_and_says_how_to_go_on(
    publisher, client, files, out
):
    before = _tree(out)
    _answers_of(publisher, files)
    publisher.script("data.cdc.gov/api/views/psx4-wq38.json", Answer(b"down", 500))
    said = (
        r"psx4-wq38\.json: the server answered 500.*To go on without it: --skip cdc-county-deaths"
    )
    with pytest.raises(SourceError, match=said):
        _refresh(out, None, client=client)
    assert len(publisher.asked_for("data.cdc.gov/api/views/psx4-wq38.json")) == 3
    assert _tree(out) == before


def test_command_ends_with_2_and_one_line_where_a_source_is_unknown(project, files, tmp_path):
    command = [sys.executable, "-m", "geo", "refresh", "--state", "Ohio"]
    command += ["--offline", str(files), "--out", str(tmp_path / "out"), "--skip", "police"]
    ran = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stdout == ""
    last = ran.stderr.splitlines()[-1]
    assert last.startswith("geo: 'police' is no source; there are census-county-boundaries")
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out" / CURRENT).exists()


def test_command_prints_the_changes_and_the_same_files_again_change_nothing(
    only_counties, files, tmp_path, capsys
):
    shutil.copy(files / "4day-mt2f.json", only_counties)
    made_at = tmp_path / "out"
    command = ["refresh", "--state", "oh", "--offline", str(only_counties), "--out", str(made_at)]
    assert main(command) == 0
    said = capsys.readouterr()
    rows = said.out.splitlines()
    assert rows[:2] == ["table,rows_before,rows_after,added,gone,changed", "county,0,6,6,0,0"]
    assert len(rows) == 1 + len(TABLES)
    assert "state 39: no tracts, so tract groups are left out" in said.err
    assert "census-place-boundaries, state 39: no file; looked for cb_*_39_place_500k" in said.err
    before = _tree(made_at)
    assert main(command) == 0
    said = capsys.readouterr()
    assert "county,6,6,0,0,0" in said.out.splitlines()
    assert said.err.splitlines()[-1] == "nothing changed: the tables in use stay as they are"
    assert "putting tables in place" not in said.err
    assert _tree(made_at) == before


def _stages(project, files, out):
    """Yield each stage at which a refresh was killed, while it is dead; see `killed_refresh`."""
    command = [sys.executable, "-m", "tests.sources.killed_refresh", str(files), str(out), "39"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=project, stdin=pipe, stdout=pipe, text=True) as process:
        for line in process.stdout:
            yield line.strip()
            if line.strip() != "end":
                process.stdin.write("on\n")
                process.stdin.flush()


def _name_and_rows(out, known):
    """Return the generation in use and the rows of its tables, read unless its bytes are known."""
    reader = TableReader(out)
    key = str(_tree(reader.data))
    if key not in known:  # the hash of each table is checked as it is read
        known[key] = {name: len(reader.read(name)) for name in TABLES}
    return reader.data.name, known[key]


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the refresh that is killed forks: POSIX only")
def test_refresh_killed_at_any_stage_leaves_whole_tables_and_the_next_one_succeeds(
    project, out, only_counties, tmp_path
):
    known = {}
    old, rows = _name_and_rows(out, known)
    shutil.copytree(out / old, out / "tables-older")
    seen, left = [], []
    for stage in _stages(project, only_counties, out):
        seen.append(stage)
        name, found = _name_and_rows(out, known)
        if stage in {"shutil.rmtree tables-older", "end"} or "os.rename CURRENT" in seen[:-1]:
            assert name != old, stage
            assert found["county"] == 6, stage
        else:
            assert (name, found) == (old, rows), stage
        if stage in {"class_break", "os.rename CURRENT"}:
            left.append(shutil.copytree(out, tmp_path / f"left-{len(left)}"))
    assert seen[: len(STAGES)] == list(STAGES)
    new = TableReader(out).data.name
    assert [stage.partition(".refresh-")[0] for stage in seen[len(STAGES) :]] == [
        f"shutil.rmtree {new}",
        f"os.rename {new}",
        "open .CURRENT..partial",
        "os.rename CURRENT",
        "shutil.rmtree tables-older",
        "shutil.rmtree ",  # what was written aside, empty by now
        "end",
    ]
    assert [len(list(folder.glob(".refresh-*"))) for folder in left] == [1, 0]
    for folder in left:
        _refresh(folder, only_counties)
        assert check(TableReader(folder)) == []
        assert TableReader(folder).data.name == new
        assert not list(folder.glob(".refresh-*"))
        assert {path.name for path in folder.glob("tables-*")} == {old, new}
