from __future__ import annotations

import json

import pytest

from geo.errors import InputError
from geo.sources.cdc_tract_groups import DTYPES, RESOURCE, fetch, read
from tests.sources.socrata_site import publish

FIELDS = [*RESOURCE.fields, *RESOURCE.others]
ONE, TWO, THREE = "26163500100", "26163500200", "26125100100"


def _row(unit, tracts, count, **more):
    return {
        "geoid": unit,
        "name": tracts,
        "st_geoid": "26",
        "st_name": "Michigan",
        "intent": "Drug_OD",
        "period": "2023",
        "count_sup": count,
        "rate": "41.2",
        "rate_m": "1.0",
        "rate_m_ci": "21.0-77.5",
    } | more


ROWS = [
    _row("u2", f"{TWO}, {ONE}", "1-9"),
    _row("u3", THREE, "0", rate="0.0", rate_m="0.0", rate_m_ci=""),
    _row("u3", THREE, "1-9", period="2022"),
    _row("u3", THREE, "12", period="TTM"),
    _row("u3", THREE, "12", intent="All_Homicide"),
    _row("o1", "39001770100", "12", st_geoid="39"),
]


def _write(folder, rows):
    path = folder / "4day-mt2f.json"
    path.write_text(json.dumps(rows), "utf-8")
    return path


def test_newest_year_of_the_state_is_read(tmp_path):
    units = read([_write(tmp_path, ROWS)], "26")
    assert units.dtypes.astype("str").to_dict() == DTYPES
    assert units["unit_id"].tolist() == ["u2", "u3"]
    assert units["period"].tolist() == ["2023", "2023"]
    assert units["tracts"].tolist() == [f"{ONE}|{TWO}", THREE]
    assert units["county_geoid"].tolist() == ["26163", "26125"]
    assert units["status_code"].tolist() == ["suppressed", "reported"]
    assert units["deaths"].fillna(-1).tolist() == [-1, 0]


def test_rates_keep_what_is_modelled_apart(tmp_path):
    units = read([_write(tmp_path, ROWS)], "26").set_index("unit_id")
    modelled = units.loc["u2", ["modelled_lower_per_100k", "modelled_rate_per_100k"]]
    assert modelled.tolist() == [21.0, 41.2]
    assert units.loc["u2", "modelled_upper_per_100k"] == 77.5
    assert units.loc["u3", "published_rate_per_100k"] == 0
    assert units["modelled_rate_per_100k"].isna().tolist() == [False, True]


def test_another_year_can_be_asked_for(tmp_path):
    path = _write(tmp_path, ROWS)
    assert read([path], "26", year="2022")["unit_id"].tolist() == ["u3"]
    with pytest.raises(InputError, match="`year` 2019 is not there; it has 2022, 2023"):
        read([path], "26", year="2019")


def test_unit_over_two_counties_has_no_county(tmp_path):
    units = read([_write(tmp_path, [_row("u9", f"{ONE},{THREE}", "20")])], "26")
    assert units["county_geoid"].isna().all()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([_row("u1", f"{ONE},{ONE}", "20")], f"tract {ONE} is listed twice"),
        ([_row("u1", ONE, "20"), _row("u2", ONE, "20")], f"tract {ONE} is listed twice"),
        ([_row("u1", f"{ONE},2616350", "20")], "unit u1 lists '2616350'"),
        ([_row("u1", f"{ONE},", "20")], "unit u1 lists ''"),
        (
            [_row("u1", "39001770100", "20")],
            "lists '39001770100', which is no tract of its state",
        ),
        ([_row("u1", ONE, "20"), _row("u1", TWO, "20")], "stand twice, first u1"),
        ([_row("u1", ONE, "20", st_geoid="39")], "no unit of Michigan"),
    ],
)
def test_unit_that_is_not_understood_is_named(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        read([_write(tmp_path, rows)], "26")


def test_fetch_brings_what_read_reads(publisher, client, tmp_path):
    publish(publisher, "4day-mt2f", ROWS, fields=FIELDS)
    fetched = fetch(client, "26")
    units = read([one.path for one in fetched], "26")
    assert units.equals(read([_write(tmp_path, ROWS)], "26"))


@pytest.mark.parametrize("gone", RESOURCE.fields)
def test_each_field_that_the_publisher_no_longer_describes_is_named(tmp_path, gone):
    about = tmp_path / "about.json"
    about.write_text(json.dumps({"columns": [{"fieldName": n} for n in FIELDS if n != gone]}))
    with pytest.raises(InputError, match=f"column {gone} is not there"):
        read([about, _write(tmp_path, ROWS)], "26")
