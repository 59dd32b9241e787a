from __future__ import annotations

import csv
import json

import pytest

from geo.errors import InputError
from geo.sources.cdc_county_deaths import DTYPES, RESOURCE, SOURCE, fetch, read
from tests.sources.socrata_site import publish, rows_of

FIELDS = [*RESOURCE.fields, *RESOURCE.others]


def _row(geoid, period, count, **more):
    return {
        "geoid": geoid,
        "name": "Some County",
        "st_geoid": geoid[:2],
        "st_name": "Some State",
        "intent": "Drug_OD",
        "period": period,
        "count_sup": count,
        "rate": "12.300000000000",
        "rate_m": "0.000000000000000",
        "data_as_of": "2026-05-14T00:00:00.000",
    } | more


MODELLED = {"rate": "8.50000000000000", "rate_m": "1.0", "rate_m_ci": "3.0-18.2"}
WITHHELD = {"rate": "-999.0000000000000", "rate_m": "1.0", "rate_m_ci": "-999"}
ROWS = [
    _row("26163", "2023", "1012"),
    _row("26163", "2022", "1101"),
    _row("26087", "2023", "1-9", **MODELLED),
    _row("26087", "2022", "1-9", **WITHHELD),
    _row("26083", "2023", "0", rate="0.000000000000000"),
    _row("26001", "2023", "10-50", **MODELLED),
    _row("26163", "TTM", "900", ttm_date_range="February, 2025 to January, 2026"),
    _row("26163", "2023", "700", intent="All_Suicide"),
    _row("39001", "2023", "12"),
]


def _write(folder, rows, name="psx4-wq38.json"):
    path = folder / name
    path.write_text(json.dumps(rows), "utf-8")
    return path


def _cell(frame, county, year, column):
    row = frame[(frame["county_geoid"] == county) & (frame["year"] == year)]
    return row[column].iloc[0]


@pytest.fixture
def deaths(tmp_path):
    return read([_write(tmp_path, ROWS)], "26")


def test_columns_have_their_types(deaths):
    assert deaths.dtypes.astype("str").to_dict() == DTYPES
    assert set(deaths["measure_code"]) == {"overdose_deaths_residents"}


def test_only_years_of_the_states_counties_are_read(deaths):
    pairs = list(zip(deaths["county_geoid"], deaths["year"], strict=True))
    assert pairs == [
        ("26001", 2023),
        ("26083", 2023),
        ("26087", 2022),
        ("26087", 2023),
        ("26163", 2022),
        ("26163", 2023),
    ]


def test_zero_suppressed_and_reported_are_three_things(deaths):
    assert _cell(deaths, "26083", 2023, "deaths") == 0
    assert _cell(deaths, "26083", 2023, "status_code") == "reported"
    assert _cell(deaths, "26163", 2023, "deaths") == 1012
    suppressed = deaths[deaths["status_code"] == "suppressed"]
    assert suppressed["county_geoid"].tolist() == ["26087", "26087"]
    assert suppressed["deaths"].isna().all()


def test_count_of_10_to_50_is_not_called_1_to_9(deaths):
    assert _cell(deaths, "26001", 2023, "status_code") == "suppressed_10_to_50"
    assert deaths["deaths"].isna().sum() == 3


def test_rate_is_modelled_only_where_it_is_marked_and_given(deaths):
    assert _cell(deaths, "26087", 2023, "modelled_rate_per_100k") == 8.5
    assert _cell(deaths, "26087", 2023, "modelled_lower_per_100k") == 3.0
    assert _cell(deaths, "26087", 2023, "modelled_upper_per_100k") == 18.2
    rates = deaths.set_index(["county_geoid", "year"])["modelled_rate_per_100k"].dropna()
    assert sorted(rates.index) == [("26001", 2023), ("26087", 2023)]


def test_csv_export_reads_like_json(tmp_path, deaths):
    path = tmp_path / "psx4-wq38_export.csv"
    old = {"count_sup": "Count", "ttm_date_range": "TTM_Date_Range"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([old.get(name, name.upper()) for name in FIELDS])
        writer.writerows([row.get(name, "") for name in FIELDS] for row in ROWS)
    assert read([path], "26").equals(deaths)


def test_county_code_without_its_zero_is_mended(tmp_path):
    row = _row("1001", "2023", "12", st_geoid="1")
    assert read([_write(tmp_path, [row])], "01")["county_geoid"].tolist() == ["01001"]


def test_fetch_asks_for_overdoses_of_the_state(publisher, client, deaths):
    publish(publisher, "psx4-wq38", ROWS, fields=FIELDS)
    fetched = fetch(client, "26")
    asked = publisher.asked_for(rows_of("psx4-wq38"))[-1]
    assert asked.query["$where"] == ["st_geoid='26' AND intent='Drug_OD'"]
    assert read([one.path for one in fetched], "26").equals(deaths)
    assert fetched[0].url.startswith("https://data.cdc.gov/api/views/psx4-wq38.json")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count_sup": "few"}, "count_sup are no numbers, first 'few'"),
        ({"count_sup": "-3"}, "which is no count"),
        ({"count_sup": "2.5"}, "which is no count"),
        ({"period": "2023Q1"}, "neither a year nor TTM"),
        ({"geoid": "Wayne"}, "no GEOID of a county"),
        ({"rate": "n/a"}, "rate are no numbers"),
        ({"rate": "-5"}, "rate below zero"),
        ({"rate_m": "2"}, "other than 0 and 1"),
        ({"rate_m_ci": "about 3"}, "no interval"),
    ],
)
def test_value_that_is_not_understood_is_named(tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        read([_write(tmp_path, [_row("26163", "2023", "12") | change])], "26")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ROWS[-1:], "no county of Michigan"),
        (ROWS[6:7], "only the trailing twelve months"),
        (ROWS[7:8], "no rows on overdoses"),
        (ROWS[:1] * 2, "stand twice, first 26163, 2023"),
    ],
)
def test_file_that_does_not_hold_the_deaths_says_what_it_holds(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        read([_write(tmp_path, rows)], "26")


@pytest.mark.parametrize("gone", RESOURCE.needed)
def test_each_field_that_is_gone_is_named(tmp_path, gone):
    rows = [{("x_" + name if name == gone else name): v for name, v in ROWS[0].items()}]
    with pytest.raises(InputError, match=f"column {gone} is not there"):
        read([_write(tmp_path, rows)], "26")


def test_source_finds_its_exports(tmp_path):
    path = _write(tmp_path, ROWS, "psx4-wq38 2026-05.json")
    assert SOURCE.files_in(tmp_path, "26") == (path,)
