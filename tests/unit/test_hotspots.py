"""County hotspots: exceedance classes, clusters and high need."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma

from geo.errors import InputError
from geo.gamma_poisson import fit_gamma_poisson
from geo.hotspots import classify_exceedance, county_hotspots, high_need

SIDE = 6


@pytest.fixture(scope="module")
def state():
    """Thirty-six counties on a grid; the first four neighbours die three times as often."""
    random = np.random.default_rng(20)
    people = random.integers(20_000, 90_000, SIDE**2)
    rate = np.full(SIDE**2, 2e-4)
    rate[[0, 1, SIDE, SIDE + 1]] *= 3
    rate[-1] /= 4
    people[-1] = 400_000
    counts = random.poisson(people[:, None] * rate[:, None], (SIDE**2, 3))
    withheld = (counts > 0) & (counts < 10)
    names = [f"26{number:03d}" for number in range(SIDE**2)]
    return pd.DataFrame(
        {
            "county_geoid": np.repeat(names, 3),
            "deaths": pd.Series(counts.ravel()).mask(withheld.ravel()).astype("Int64"),
            "status_code": np.where(withheld.ravel(), "suppressed", "reported"),
            "population_persons": pd.array(np.repeat(people, 3), dtype="Int64"),
        }
    )


@pytest.fixture(scope="module")
def xy():
    """Centroids of the grid, moved a little."""
    grid = np.array([(x, y) for x in range(SIDE) for y in range(SIDE)], dtype=float) * 30_000
    return grid + np.random.default_rng(1).uniform(-2_000, 2_000, grid.shape)


@pytest.fixture(scope="module")
def classed(state, xy):
    """Table and state rate."""
    return county_hotspots(state, xy)


def test_classes_turn_at_95_and_5_percent():
    above = pd.Series([0.95, 0.9499, 0.05, 0.0501, 1.0, 0.0])
    above_125 = pd.Series([0.9499, 0.9, 0.0, 0.0, 0.95, 0.0])
    assert classify_exceedance(above, above_125).tolist() == [
        "high",
        "not_distinguishable",
        "low",
        "not_distinguishable",
        "very_high",
        "low",
    ]


def test_classes_follow_the_probability_asked_for():
    above, above_125 = pd.Series([0.8, 0.25, 0.97]), pd.Series([0.5, 0.0, 0.75])
    code = classify_exceedance(above, above_125, probability=0.75)
    assert code.tolist() == ["high", "low", "very_high"]


def test_classes_keep_the_index():
    code = classify_exceedance(pd.Series([0.5], index=["x"]), pd.Series([0.5], index=["x"]))
    assert code.to_dict() == {"x": "not_distinguishable"}


def test_high_need_is_a_high_class_or_a_significant_cluster():
    table = pd.DataFrame(
        {
            "p_above_state": [0.99, 0.95, 0.92, 0.5, 0.01],
            "cluster_id": pd.Series([None, None, None, 1, None], dtype="Int64"),
        }
    )
    assert high_need(table).tolist() == [True, True, False, True, False]
    assert high_need(table, probability=0.9).tolist() == [True, True, True, True, False]


def test_planted_counties_are_high_and_in_the_first_cluster(classed):
    table, _ = classed
    planted = ["26000", "26001", "26006", "26007"]
    assert table.loc[planted, "hotspot_code"].isin(["high", "very_high"]).all()
    assert (table.loc[planted, "cluster_id"] == 1).all()
    assert (table.loc[planted, "cluster_p_value"] <= 0.05).all()
    assert table.loc[planted, "is_high_need"].all()


def test_a_large_county_with_a_quarter_of_the_rate_is_low(classed):
    table, _ = classed
    assert table.loc["26035", "hotspot_code"] == "low"
    assert not table.loc["26035", "is_high_need"]


def test_classes_are_those_of_the_probabilities_shown(classed):
    table, _ = classed
    code = classify_exceedance(table["p_above_state"], table["p_above_125"])
    pd.testing.assert_series_equal(code, table["hotspot_code"], check_names=False)
    assert (table["p_above_125"] <= table["p_above_state"]).all()


def test_numbers_of_fully_reported_counties_are_those_of_their_gamma(classed, state):
    table, state_rate = classed
    fit = fit_gamma_poisson(state, key="county_geoid", events="deaths")
    reported = table[table["years_suppressed"] == 0].astype({"events": float})
    shape, rate = fit.prior_shape + reported["events"], fit.prior_rate + reported["person_years"]
    posterior = gamma(shape.to_numpy(float), scale=1 / rate.to_numpy(float))
    assert len(reported) > 5
    for column, exact, tolerance in (
        ("rate_per_100k", posterior.mean() * 1e5, 1e-3),
        ("rate_lower_per_100k", posterior.ppf(0.025) * 1e5, 0.02),
        ("rate_upper_per_100k", posterior.ppf(0.975) * 1e5, 0.1),
        ("p_above_state", posterior.sf(state_rate / 1e5), 2e-3),
        ("p_above_125", posterior.sf(1.25 * state_rate / 1e5), 2e-3),
    ):
        np.testing.assert_allclose(reported[column].astype(float), exact, atol=tolerance)


def test_state_rate_is_the_mean_weighted_by_person_years(classed):
    table, state_rate = classed
    weight = table["person_years"].astype(float)
    assert state_rate == pytest.approx((table["rate_per_100k"] * weight).sum() / weight.sum())


def test_rate_lies_in_its_interval_and_suppressed_years_leave_no_count(classed):
    table, _ = classed
    assert (
        table["rate_per_100k"]
        .between(table["rate_lower_per_100k"], table["rate_upper_per_100k"])
        .all()
    )
    withheld = table["years_suppressed"] > 0
    assert withheld.any()
    assert table.loc[withheld, "events"].isna().all()
    assert (table.loc[withheld, "events_low"] < table.loc[withheld, "events_high"]).all()


def test_without_positions_no_cluster_is_sought_and_the_rest_is_the_same(classed, state):
    table, state_rate = classed
    plain, plain_rate = county_hotspots(state, None)
    assert plain[["cluster_id", "cluster_p_value"]].isna().all(axis=None)
    assert plain_rate == state_rate
    pd.testing.assert_series_equal(plain["hotspot_code"], table["hotspot_code"])


def test_order_of_rows_does_not_change_classes_and_clusters(classed, state, xy):
    table, _ = classed
    shuffled, _ = county_hotspots(state.sample(frac=1, random_state=2), xy)
    pd.testing.assert_frame_equal(
        shuffled[["hotspot_code", "cluster_id"]], table[["hotspot_code", "cluster_id"]]
    )


def test_clusters_that_are_not_significant_are_left_out(state, xy):
    even = state.assign(
        deaths=(state["population_persons"] // 1_000).astype("Int64"), status_code="reported"
    )
    table, _ = county_hotspots(even, xy)
    assert table["cluster_id"].isna().all()
    assert not table["is_high_need"].any()


def test_hotspots_pass_on_what_the_model_and_the_scan_reject(state, xy):
    with pytest.raises(InputError, match="a prior needs three or more"):
        county_hotspots(state[state["county_geoid"] < "26002"], None)
    with pytest.raises(InputError, match="35, 36, 36 rows"):
        county_hotspots(state, xy[:-1])
