from __future__ import annotations

import json

import pytest

from geo.errors import InputError
from geo.sources.cdc_provisional import DTYPES, RESOURCE, fetch, read
from tests.sources.socrata_site import publish

FIELDS = [*RESOURCE.fields, *RESOURCE.others]
NOTE = "Numbers less than 10 are suppressed"


def _row(fips, month_end, deaths, **more):
    return {
        "data_as_of": "2026-07-05T00:00:00.000",
        "year": month_end[:4],
        "month": month_end[5:7],
        "st_abbrev": "MI" if fips.startswith("26") else "OH",
        "state_name": "Michigan",
        "countyname": "Some",
        "fips": fips,
        "provisional_drug_overdose": deaths,
        "percentage_of_records_pending": "0.0025",
        "monthendingdate": f"{month_end}T00:00:00.000",
    } | more


ROWS = [
    _row("26163", "2025-12-31", "850"),
    _row("26163", "2024-12-31", "900"),
    _row("26087", "2025-12-31", None, footnote=NOTE),
    _row("26083", "2025-12-31", "0"),
    _row("26085", "2025-12-31", None),
    _row("26089", "2025-12-31", None, footnote="Reported late by the county"),
    _row("39003", "2025-12-31", "33"),
]


def _write(folder, rows, name="gb4e-yj24.json"):
    path = folder / name
    kept = [{k: v for k, v in row.items() if v is not None} for row in rows]
    path.write_text(json.dumps(kept), "utf-8")
    return path


@pytest.fixture
def deaths(tmp_path):
    return read([_write(tmp_path, ROWS)], "26")


def test_columns_have_their_types(deaths):
    assert deaths.dtypes.astype("str").to_dict() == DTYPES
    assert set(deaths["measure_code"]) == {"overdose_deaths_provisional_12_months"}
    assert set(deaths["period_months"]) == {12}
    assert deaths["pending_share"].iloc[0] == 0.0025


def test_newest_period_comes_last_and_other_states_are_left_out(deaths):
    assert deaths["period_end_date"].tolist() == ["2024-12"] + ["2025-12"] * 5
    assert deaths["county_geoid"].str[:2].eq("26").all()


def test_zero_suppressed_late_and_reported_are_four_things(deaths):
    newest = deaths[deaths["period_end_date"] == "2025-12"].set_index("county_geoid")
    assert newest["status_code"].to_dict() == {
        "26083": "reported_provisional",
        "26085": "suppressed",
        "26087": "suppressed",
        "26089": "not_reported",
        "26163": "reported_provisional",
    }
    assert newest.loc["26083", "deaths"] == 0
    assert newest["deaths"].isna().sum() == 3
    assert newest.loc["26089", "note"] == "Reported late by the county"


def test_file_where_every_count_is_suppressed_is_read(tmp_path):
    rows = read([_write(tmp_path, ROWS[4:5])], "26")
    assert rows["status_code"].tolist() == ["suppressed"]


def test_export_with_headings_and_american_dates_is_read(tmp_path):
    path = tmp_path / "gb4e-yj24.csv"
    path.write_text(
        "Data as of,Year,Month,ST_ABBREV,STATE_NAME,COUNTYNAME,FIPS,STATEFIPS,COUNTYFIPS,CODE2013,"
        "Provisional Drug Overdose Deaths,Footnote,Percentage Of Records Pending Investigation,"
        "HistoricalDataCompletenessNote,MonthEndingDate,Start Date,End Date\n"
        f"07/05/2026,2025,9,AL,Alabama,Autauga,1001,1,1,4,,{NOTE},0.01,,09/30/2025,,\n"
        "07/05/2026,2025,9,AL,Alabama,Baldwin,1003,1,3,3,88,,0.01,,9/30/2025,,\n",
        "utf-8",
    )
    rows = read([path], "01")
    assert rows["county_geoid"].tolist() == ["01001", "01003"]
    assert rows["period_end_date"].tolist() == ["2025-09", "2025-09"]
    assert rows["deaths"].fillna(-1).tolist() == [-1, 88]


def test_fetch_brings_every_period_of_the_state(publisher, client, deaths):
    publish(publisher, "gb4e-yj24", ROWS, fields=FIELDS)
    fetched = fetch(client, "26")
    assert read([one.path for one in fetched], "26").equals(deaths)


@pytest.mark.parametrize("gone", RESOURCE.fields)
def test_each_field_that_the_publisher_no_longer_describes_is_named(tmp_path, gone):
    about = tmp_path / "about.json"
    about.write_text(json.dumps({"columns": [{"fieldName": n} for n in FIELDS if n != gone]}))
    with pytest.raises(InputError, match=f"column {gone} is not there"):
        read([about, _write(tmp_path, ROWS)], "26")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([_row("26163", "2025-12-31", "many")], "no numbers, first 'many'"),
        ([_row("26163", "2025-12-31", "-1")], "no count"),
        ([_row("26163", "2025-13-31", "1")], "is no date"),
        ([_row("26163", "2025-12-31", "1", monthendingdate="Dec 2025")], "is no date"),
        (ROWS[:1] * 2, "stand twice, first 26163, 2025-12"),
        (ROWS[-1:], "no county of Michigan"),
    ],
)
def test_row_that_is_not_understood_is_named(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        read([_write(tmp_path, rows)], "26")
