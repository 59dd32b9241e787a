from __future__ import annotations

import json

import pytest

from geo.errors import InputError, SourceError
from geo.sources.facility_lists import DTYPES, merge_facilities
from geo.sources.samhsa_locator import LIVE_FIELDS, STATE_NUMBERS, fetch, read
from geo.sources.samhsa_otp import read as read_otps
from geo.states import STATES
from tests.sources.publisher_server import Answer
from tests.sources.socrata_site import as_json

EXPORT = "findtreatment.gov/locator/exportsAsJson/v2"
CARE = {"f1": "Type of Care", "f2": "TC", "f3": "Substance use treatment; Detoxification"}
CERTIFIED = {"f1": "Opioid", "f2": "OT", "f3": "Federally-certified Opioid Treatment Program"}


def _row(name, kind="SA", **more):
    return {
        "name1": name,
        "name2": None,
        "street1": "12 Elm Street",
        "street2": "Suite 3",
        "city": "Flint",
        "state": "MI",
        "zip": "48503",
        "phone": "810-555-0100",
        "latitude": "43.01",
        "longitude": "-83.69",
        "miles": 1.5,
        "typeFacility": kind,
        "services": [CARE, {"f1": "Payment", "f2": "PAY", "f3": "Medicaid"}],
    } | more


ROWS = [
    _row("Clinic", name2="East"),
    _row("Methadone", "OTP", services=None),
    _row("Certified", services=[CARE, CERTIFIED]),
    _row("Mind", "MH", services=[{"f1": "Type of Care", "f2": "TC", "f3": "Mental health"}]),
    _row("Mind and More", "MH"),
    _row("A prescriber", "BUPREN", services=None),
    _row("Over the line", state="OH"),
]


def _pages(rows, size):
    parts = [rows[n : n + size] for n in range(0, len(rows), size)]
    return [
        {"page": n, "totalPages": len(parts), "recordCount": len(rows), "rows": part}
        for n, part in enumerate(parts, 1)
    ]


def _write(folder, *contents, name="findtreatment"):
    paths = [folder / f"{name}-{n}.json" for n, _ in enumerate(contents)]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(json.dumps(content), "utf-8")
    return paths


def _by_name(frame):
    return frame.set_index("name")


def test_rows_of_the_state_that_treat_substance_use_are_read(tmp_path):
    rows = read(_write(tmp_path, *_pages(ROWS, 3)), "26", listed_date="2026-11")
    assert rows.dtypes.astype("str").to_dict() == DTYPES
    assert rows["name"].tolist() == ["Clinic - East", "Methadone", "Certified", "Mind and More"]
    assert rows["kind_code"].tolist() == ["treatment", "otp", "otp", "treatment"]
    assert rows["service_codes"].fillna("-").tolist() == ["TC;PAY", "-", "TC;OT", "TC;PAY"]
    first = rows.iloc[0]
    assert first["address"] == "12 Elm Street, Suite 3"
    assert (first["latitude"], first["longitude"]) == (43.01, -83.69)
    assert set(rows["listed_date"]) == {"2026-11"}
    assert set(rows["source_id"]) == {"samhsa-locator"}


def test_plain_list_of_rows_is_read_and_its_date_is_not_guessed(tmp_path):
    rows = read(_write(tmp_path, ROWS), "26")
    assert len(rows) == 4
    assert rows["listed_date"].isna().all()


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("0", "0"),
        ("-83.69", "43.01"),
        ("43.01", "83.69"),
        (None, None),
        ("n/a", "-83"),
        ("55", "8"),
    ],
)
def test_impossible_point_is_missing_and_the_row_stays(tmp_path, latitude, longitude):
    row = _row("Clinic", latitude=latitude, longitude=longitude)
    rows = read(_write(tmp_path, [row]), "26")
    assert rows["latitude"].isna().all()
    assert rows["longitude"].isna().all()


def test_point_in_alaska_and_puerto_rico_stays(tmp_path):
    row = _row("Clinic", latitude="71.29", longitude="-156.79", state="AK")
    assert read(_write(tmp_path, [row]), "02")["latitude"].tolist() == [71.29]


def test_markup_and_formulas_in_a_name_stay_text(tmp_path):
    name = '<script>alert("x")</script> =1+1'
    rows = read(_write(tmp_path, [_row(name)]), "26")
    assert rows["name"].tolist() == [name]
    assert rows["facility_id"].str.fullmatch(r"[a-z0-9-]+").all()


@pytest.mark.parametrize("gone", LIVE_FIELDS)
def test_each_field_that_is_gone_is_named(tmp_path, gone):
    row = {("x_" + name if name == gone else name): v for name, v in _row("Clinic").items()}
    with pytest.raises(InputError, match=f"column {gone} is not there.*x_{gone}"):
        read(_write(tmp_path, [row]), "26")


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (_pages(ROWS, 3)[:2], "6 facilities in 2 pages, the publisher counts 7"),
        ([_pages(ROWS, 7)[0]] * 2, "14 facilities in 2 pages"),
        ([{"error": "down"}], "holds no list of `rows`"),
        ([ROWS[-1:]], "no facility of Michigan"),
        ([[_row(" ")]], "1 facilities without a name"),
        ([], "no file"),
    ],
)
def test_files_that_do_not_hold_the_list_say_what_they_hold(tmp_path, contents, said):
    with pytest.raises(InputError, match=said):
        read(_write(tmp_path, *contents), "26")


def test_fetch_turns_every_page_of_the_state(publisher, client):
    pages = _pages(ROWS, 3)
    publisher.script(EXPORT, lambda asked: as_json(pages[int(asked.query["page"][0]) - 1]))
    fetched = fetch(client, "26", page_rows=3)
    assert len(read([one.path for one in fetched], "26")) == 4
    asked = publisher.asked_for(EXPORT)
    assert [one.query["page"][0] for one in asked] == ["1", "2", "3"]
    told = {"limitType": ["0"], "limitValue": ["2"], "pageSize": ["3"], "sType": ["both"]}
    assert asked[0].query.items() >= told.items()


def test_fetch_goes_on_after_429_500_and_a_cut(publisher, client):
    whole = as_json(_pages(ROWS, 9)[0])
    cut = Answer(whole.body, headers=whole.headers, cut_after=40)
    publisher.script(EXPORT, Answer(b"", 500), cut, whole)
    assert len(fetch(client, "26")) == 1
    assert len(publisher.asked_for(EXPORT)) == 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"page": 1, "totalPages": 1, "recordCount": 9, "rows": ROWS}, "publisher counts 9"),
        ({"page": 1, "totalPages": 0, "recordCount": 0, "rows": []}, "0 facilities of Michigan"),
        ({"page": 1, "recordCount": 7, "rows": ROWS}, "does not say `totalPages`"),
    ],
)
def test_fetch_of_an_answer_that_is_not_whole_is_refused(publisher, client, answer, said):
    publisher.script(EXPORT, as_json(answer))
    with pytest.raises(InputError, match=said):
        fetch(client, "26")


def test_fetch_from_a_closed_door_says_so(publisher, client):
    publisher.script(EXPORT, Answer(b"register first", 403))
    with pytest.raises(SourceError, match="403"):
        fetch(client, "26")


def test_every_state_but_puerto_rico_has_its_own_number(client):
    assert {state.postal for state in STATES} - set(STATE_NUMBERS) == {"PR"}
    assert len(set(STATE_NUMBERS.values())) == 51
    assert (STATE_NUMBERS["MI"], STATE_NUMBERS["MD"], STATE_NUMBERS["WY"]) == (2, 18, 52)
    with pytest.raises(InputError, match="no number is known for Puerto Rico"):
        fetch(client, "72")


def test_stored_lists_of_2021_merge_into_the_facilities_that_ship(raw, reader):
    locator = read([raw / "SubstanceUseTreatment_Geocoded.csv"], "26")
    assert len(locator) == 418
    assert locator["latitude"].notna().all()
    assert set(locator["listed_date"]) == {"2021-07"}
    assert locator["service_codes"].isna().all()
    otps = read_otps([raw / "OpioidTreatmentProgram_Geocoded.csv"], "26")
    merged = merge_facilities(locator, otps)
    shipped = reader.read("facility")
    shipped = shipped[shipped["listed_date"] == "2021-07"]
    assert len(merged) == len(shipped) == 424
    kinds = merged["kind_code"].value_counts().to_dict()
    assert kinds == shipped["kind_code"].value_counts().to_dict() == {"treatment": 377, "otp": 47}
    assert merged["facility_id"].is_unique
