"""Shares of people reached, on rows written by hand and by law."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access import TravelTimeModel, earth_positions_m, nearest_site
from geo.coverage import SITE_KINDS, coverage
from geo.errors import InputError

CODES = ["documented", "announced", "does_not_carry", "not_documented"]
POLICE = [
    "police_documented_share",
    "police_announced_share",
    "police_does_not_carry_share",
    "police_unknown_share",
]
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 900), st.sampled_from(CODES), st.floats(0, 90)
    ),
    min_size=1,
    max_size=25,
)


def _people(*rows):
    """Rows of area, residents, status, minutes to treatment; OTPs twice, walk-ins half as far."""
    minutes = np.array([row[3] for row in rows], dtype=float)
    return pd.DataFrame(
        {
            "area_id": [row[0] for row in rows],
            "residents_persons": pd.array([row[1] for row in rows], dtype="Int64"),
            "naloxone_code": [row[2] for row in rows],
            "treatment_minutes": minutes,
            "otp_minutes": 2 * minutes,
            "walk_in_minutes": minutes / 2,
        }
    )


@pytest.fixture
def people():
    """A town of 100 in three points and a village of 10."""
    return _people(
        ("town", 50, "documented", 10),
        ("town", 30, "announced", 16),
        ("town", 20, "not_documented", 40),
        ("village", 10, "does_not_carry", 15),
    )


def test_shares_are_residents_reached_over_residents(people):
    town = coverage(people, "area_id", minutes=20).loc["town"]
    assert town["residents_persons"] == 100
    assert town[POLICE].tolist() == [0.5, 0.3, 0.0, 0.2]
    assert town["treatment_share"] == 0.8
    assert town["otp_share"] == 0.5
    assert town["walk_in_share"] == 1.0


def test_the_threshold_itself_is_within(people):
    village = coverage(people, "area_id", minutes=15).loc["village"]
    assert (village["treatment_share"], village["otp_share"]) == (1.0, 0.0)
    assert coverage(people, "area_id", minutes=14.99).loc["village", "treatment_share"] == 0.0


def test_medians_are_weighted_by_residents():
    table = coverage(
        _people(("town", 1, "announced", 5), ("town", 9, "announced", 50)), "area_id", minutes=30
    )
    row = table.loc["town"]
    assert row[["treatment_minutes", "otp_minutes", "walk_in_minutes"]].tolist() == [50, 100, 25]


def test_without_a_group_there_is_one_row_over_all(people):
    table = coverage(people, None, minutes=20)
    assert table["residents_persons"].tolist() == [110]
    assert table["treatment_share"].iloc[0] == pytest.approx(90 / 110)


def test_a_group_where_nobody_lives_has_missing_shares_and_medians(people):
    empty = _people(("field", 0, "documented", 5))
    row = coverage(pd.concat([people, empty]), "area_id", minutes=20).loc["field"]
    assert row["residents_persons"] == 0
    assert row.drop("residents_persons").isna().all()


def test_where_there_is_no_site_nobody_is_within(people):
    table = coverage(people.assign(otp_minutes=np.inf), "area_id", minutes=30)
    assert table["otp_share"].tolist() == [0.0, 0.0]


def test_columns_are_counts_and_shares(people):
    table = coverage(people, "area_id", minutes=20)
    assert str(table["residents_persons"].dtype) == "Int64"
    assert set(table.dtypes.drop("residents_persons").astype(str)) == {"Float64"}


@given(PEOPLE)
def test_police_shares_add_up_to_one_and_every_share_lies_between(rows):
    table = coverage(_people(*rows), "area_id", minutes=30)
    lived_in = table[table["residents_persons"] > 0]
    np.testing.assert_allclose(lived_in[POLICE].sum(axis=1).astype(float), 1)
    shares = lived_in[[name for name in table if name.endswith("_share")]].astype(float)
    assert ((shares >= 0) & (shares <= 1)).all(axis=None)


@given(PEOPLE.filter(lambda rows: sum(row[1] for row in rows) > 0))
def test_the_whole_is_the_sum_of_its_parts(rows):
    parts = coverage(_people(*rows), "area_id", minutes=30)
    whole = coverage(_people(*rows), None, minutes=30).iloc[0]
    assert parts["residents_persons"].sum() == whole["residents_persons"]
    for share in [*POLICE, *(f"{kind}_share" for kind in SITE_KINDS)]:
        reached = (parts[share] * parts["residents_persons"]).sum()
        assert reached == pytest.approx(whole[share] * whole["residents_persons"])


@given(PEOPLE, st.floats(1, 80), st.floats(0, 40))
def test_a_longer_threshold_never_lowers_coverage(rows, minutes, more):
    before = coverage(_people(*rows), "area_id", minutes=minutes)
    after = coverage(_people(*rows), "area_id", minutes=minutes + more)
    for kind in SITE_KINDS:
        assert (after[f"{kind}_share"] >= before[f"{kind}_share"]).fillna(value=True).all()


@given(PEOPLE, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_change_coverage(rows, random):
    shuffled = random.sample(rows, len(rows))
    pd.testing.assert_frame_equal(
        coverage(_people(*rows), "area_id", minutes=30),
        coverage(_people(*shuffled), "area_id", minutes=30),
    )


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_one_more_facility_never_lowers_coverage(seed):
    random = np.random.default_rng(seed)
    here = earth_positions_m(random.uniform(-84, -82.5, 40), random.uniform(42, 43.2, 40))
    there = earth_positions_m(random.uniform(-84, -82.5, 5), random.uniform(42, 43.2, 5))
    residents = random.integers(0, 4_000, 40)
    tables = []
    for sites in (there[:-1], there):
        minutes = TravelTimeModel(3.9, 1.17, 3.7).minutes(nearest_site(here, sites)[0])
        rows = zip(np.arange(40) % 4, residents, ["announced"] * 40, minutes, strict=True)
        tables.append(coverage(_people(*rows), "area_id", minutes=30))
    before, after = tables
    assert (after["treatment_share"] >= before["treatment_share"]).all()
    assert (after["treatment_minutes"] <= before["treatment_minutes"]).all()


@pytest.mark.parametrize("minutes", [0, -15, float("nan")])
def test_a_threshold_that_is_not_positive_is_rejected(people, minutes):
    with pytest.raises(InputError, match="`minutes` is"):
        coverage(people, None, minutes=minutes)


def test_median_minutes_without_a_site_are_infinite_and_not_missing(people):
    none = people.assign(otp_minutes=np.inf)
    assert np.isinf(coverage(none, None, minutes=30)["otp_minutes"].iloc[0])


def test_a_point_without_status_is_rejected(people):
    with pytest.raises(InputError, match="without naloxone_code"):
        coverage(people.assign(naloxone_code=None), None, minutes=30)


def test_share_of_a_kind_without_a_list_is_missing_and_not_zero(people):
    row = coverage(people.assign(otp_minutes=np.nan), None, minutes=30).iloc[0]
    assert pd.isna(row["otp_share"])
    assert pd.isna(row["otp_minutes"])
    assert row["treatment_share"] == coverage(people, None, minutes=30)["treatment_share"].iloc[0]
    none = people.assign(otp_minutes=np.inf)
    assert coverage(none, None, minutes=30)["otp_share"].iloc[0] == 0
