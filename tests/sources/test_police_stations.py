from __future__ import annotations

import csv
import json

import pytest

from geo.errors import InputError
from geo.sources.police_stations import DTYPES, FULL, SHORT, fetch, read

NAMES = ["OBJECTID", *FULL, "COUNTRY", "NAICS_CODE", "SOURCEDATE"]


def _station(number, **more):
    return {
        "OBJECTID": "1",
        "ID": number,
        "NAME": "FLINT POLICE DEPARTMENT",
        "ADDRESS": "210 EAST 5TH STREET",
        "CITY": "FLINT",
        "STATE": "MI",
        "ZIP": "48502",
        "TYPE": "LOCAL POLICE DEPARTMENT",
        "STATUS": "OPEN",
        "COUNTYFIPS": "26049",
        "LATITUDE": "43.0134",
        "LONGITUDE": "-83.6887",
    } | more


STATIONS = [
    _station("10769001"),
    _station("10769002", STATUS="CLOSED"),
    _station("10769003", ZIP="NOT AVAILABLE", TYPE="NOT AVAILABLE", STATUS="-999"),
    _station("10769004", LATITUDE="-999", LONGITUDE="-999", COUNTYFIPS="NOT AVAILABLE"),
    _station("10769005", COUNTYFIPS="39095", NAME="<i>O'BRIEN</i> & SONS"),
    _station("10769006", STATE="OH", COUNTYFIPS="39095"),
]


def _csv(folder, rows, names=NAMES):
    path = folder / "Local_Law_Enforcement_Locations.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_stations_of_the_state_are_read_and_closed_ones_counted(tmp_path):
    rows = read([_csv(tmp_path, STATIONS)], "26")
    assert rows.dtypes.astype("str").to_dict() == DTYPES
    assert rows["station_id"].tolist() == [f"hifld-1076900{n}" for n in (1, 3, 4, 5)]
    assert rows.attrs == {"closed_stations": 1}
    assert rows.iloc[0].drop(["latitude", "longitude"]).tolist() == [
        "hifld-10769001",
        "FLINT POLICE DEPARTMENT",
        "210 EAST 5TH STREET",
        "FLINT",
        "48502",
        "26049",
        "LOCAL POLICE DEPARTMENT",
        "OPEN",
    ]
    assert rows.iloc[0][["latitude", "longitude"]].tolist() == [43.0134, -83.6887]


def test_what_is_not_known_is_missing(tmp_path):
    rows = read([_csv(tmp_path, STATIONS)], "26").set_index("station_id")
    assert rows.loc["hifld-10769003", ["zip_code", "type_text", "status_text"]].isna().all()
    unplaced = rows.loc["hifld-10769004", ["latitude", "longitude", "county_geoid"]]
    assert unplaced.isna().all()


def test_county_of_another_state_is_missing_and_markup_stays(tmp_path):
    rows = read([_csv(tmp_path, STATIONS)], "26").set_index("station_id")
    assert rows["county_geoid"].isna().to_dict()["hifld-10769005"]
    assert rows.loc["hifld-10769005", "name"] == "<i>O'BRIEN</i> & SONS"


def test_county_without_its_zero_is_mended(tmp_path):
    rows = read([_csv(tmp_path, [_station("1", STATE="AL", COUNTYFIPS="1025")])], "01")
    assert rows["county_geoid"].tolist() == ["01025"]


def test_geojson_reads_like_csv(tmp_path):
    path = tmp_path / "Local_Law_Enforcement_Locations.geojson"
    typed = [row | {"LATITUDE": float(row["LATITUDE"]), "ID": int(row["ID"])} for row in STATIONS]
    features = [{"type": "Feature", "properties": row, "geometry": None} for row in typed]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    assert read([path], "26").equals(read([_csv(tmp_path, STATIONS)], "26"))


def test_short_form_is_read_and_its_gaps_are_missing(tmp_path):
    short = [row | {"X": row["LONGITUDE"], "Y": row["LATITUDE"]} for row in STATIONS]
    rows = read([_csv(tmp_path, short, ["OBJECTID", *SHORT, "COUNTY"])], "26")
    assert len(rows) == 5
    assert rows.loc[0, "latitude"] == 43.0134
    assert rows[["zip_code", "county_geoid", "type_text", "status_text"]].isna().all(axis=None)


@pytest.mark.parametrize("gone", FULL)
def test_each_column_that_is_gone_is_named(tmp_path, gone):
    names = [f"x_{name}" if name == gone else name for name in NAMES]
    with pytest.raises(InputError, match=f"column {gone} is not there.*x_{gone}"):
        read([_csv(tmp_path, STATIONS, names)], "26")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (STATIONS[:1] * 2, "station 10769001 stands twice"),
        ([_station("")], "1 stations have no number"),
        ([_station("1", NAME="NOT AVAILABLE")], "1 stations have no name"),
        (STATIONS[-1:], "no station of Michigan"),
        ([], "no station of Michigan"),
    ],
)
def test_file_that_cannot_be_used_says_why(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        read([_csv(tmp_path, rows)], "26")


def test_file_that_is_no_geojson_is_named(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"message": "gone"}')
    with pytest.raises(InputError, match=r"a\.geojson is no GeoJSON"):
        read([path], "26")


def test_fetch_says_that_the_service_is_closed(publisher, client):
    with pytest.raises(InputError, match="closed this service in 2025; give a stored copy"):
        fetch(client, "26")
    assert publisher.asked == []
