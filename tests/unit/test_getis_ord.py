"""Local G and G* against esda, exact permutation and the published six points."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from esda import G_Local
from libpysal.weights import W, lat2W
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist
from scipy.stats import false_discovery_control

from geo.errors import InputError
from geo.getis_ord import hotspots, local_g

POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
VALUES = np.array([2, 3, 3.2, 5, 8, 7])
PUBLISHED_G = [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941]
PUBLISHED_G_STAR = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]


def _band(points, distance):
    near = (cdist(points, points) <= distance).astype(float)
    np.fill_diagonal(near, 0)
    return csr_array(near)


def _ring(n):
    """Each area has the one before and the one after as neighbours."""
    rows = np.repeat(np.arange(n), 2)
    columns = np.column_stack([np.arange(n) - 1, np.arange(n) + 1]).ravel() % n
    return csr_array((np.ones(2 * n), (rows, columns)), shape=(n, n))


def _exact_p(field, area):
    """Two-sided p over every pair of other areas that could stand around `area` on a ring."""
    others = np.delete(field, area)
    pairs = np.array(list(combinations(range(len(others)), 2)))
    sums = others[pairs].sum(axis=1)
    observed = field[area - 1] + field[(area + 1) % len(field)]
    above, below = (sums >= observed - 1e-12).mean(), (sums <= observed + 1e-12).mean()
    return min(1.0, 2 * min(above, below))


@pytest.mark.parametrize(
    ("star", "published"), [(False, PUBLISHED_G), (True, PUBLISHED_G_STAR)], ids=["G", "G*"]
)
def test_local_g_six_points_as_published(star, published):
    z = local_g(VALUES, _band(POINTS, 15), star=star)
    np.testing.assert_allclose(z, published, atol=1e-8)


@pytest.mark.parametrize("star", [False, True], ids=["G", "G*"])
def test_local_g_agrees_with_esda_on_a_lattice(star):
    weights = lat2W(9, 7, rook=False)
    field = np.random.default_rng(1).gamma(3, 20, 63)
    theirs = G_Local(field, weights, transform="B", permutations=0, star=star).Zs
    np.testing.assert_allclose(
        local_g(field, csr_array(weights.sparse), star=star), theirs, rtol=1e-9
    )


def test_local_g_agrees_with_esda_on_a_random_graph():
    random = np.random.default_rng(2)
    linked = np.triu(random.random((40, 40)) < 0.15, 1)
    linked = linked | linked.T
    linked[np.arange(40), np.arange(40) - 1] = True
    weights = W({row: np.flatnonzero(linked[row]).tolist() for row in range(40)})
    field = random.normal(30, 8, 40)
    theirs = G_Local(field, weights, transform="B", permutations=0, star=True).Zs
    np.testing.assert_allclose(local_g(field, csr_array(linked.astype(float))), theirs, rtol=1e-9)


def test_local_g_ignores_the_diagonal():
    weights = _band(POINTS, 15)
    with_self = csr_array(weights.toarray() + np.eye(6))
    for star in (False, True):
        np.testing.assert_array_equal(
            local_g(VALUES, weights, star=star), local_g(VALUES, with_self, star=star)
        )


@pytest.mark.parametrize("star", [False, True], ids=["G", "G*"])
def test_local_g_does_not_change_with_the_unit(star):
    weights = _band(POINTS, 15)
    np.testing.assert_allclose(
        local_g(VALUES * 37 + 500, weights, star=star), local_g(VALUES, weights, star=star)
    )


def test_local_g_does_not_depend_on_the_order_of_areas():
    order = np.array([3, 0, 5, 1, 4, 2])
    z = local_g(VALUES[order], _band(POINTS[order], 15))
    np.testing.assert_allclose(z, np.array(PUBLISHED_G_STAR)[order], atol=1e-8)


@pytest.mark.parametrize("star", [False, True], ids=["G", "G*"])
def test_an_island_is_undefined(star):
    points = np.vstack([POINTS, [900, 900]])
    z = local_g(np.append(VALUES, 99.0), _band(points, 15), star=star)
    assert np.isnan(z).tolist() == [False] * 6 + [True]


def test_a_constant_field_is_undefined():
    assert np.isnan(local_g(np.full(30, 47.3), _ring(30))).all()
    assert np.isnan(local_g(np.full(30, 4.0), _ring(30), star=False)).all()


def test_an_area_with_every_other_as_neighbour_is_undefined():
    weights = csr_array(np.ones((6, 6)))
    assert np.isnan(local_g(VALUES, weights)).all()


@pytest.mark.parametrize("n", [6, 12, 401], ids=["six areas", "few areas", "many areas"])
def test_permutation_p_agrees_with_every_possible_neighbourhood(n):
    field = np.random.default_rng(n).gamma(2, 10, n)
    found = hotspots(pd.Series(field), _ring(n), seed=1)
    for area in range(0, n, max(1, n // 12)):
        p = _exact_p(field, area)
        tolerance = 4 * np.sqrt(2 * p / 9_999) + 2e-4
        assert found["p_value"][area] == pytest.approx(p, abs=tolerance)


def test_permutation_p_is_never_zero_nor_above_one():
    field = pd.Series(np.r_[np.zeros(20), [50.0, 90, 50], np.zeros(20)])
    p = hotspots(field, _ring(43), seed=1, permutations=99)["p_value"]
    assert p.between(0.02, 1).all()


def test_q_values_are_benjamini_hochberg_over_the_defined_areas():
    field = pd.Series(np.random.default_rng(4).gamma(2, 10, 60))
    near = _ring(60).toarray()
    near[0], near[:, 0] = 0, 0
    found = hotspots(field, csr_array(near), seed=1, permutations=999).drop(index=0)
    p, q = found["p_value"].to_numpy(float), found["q_value"].to_numpy(float)
    np.testing.assert_allclose(q, false_discovery_control(p, method="bh"))
    assert (q >= p).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= 0).all()


@pytest.fixture(scope="module")
def two_blocks():
    """Classes of a lattice with a high block and a low one."""
    field = np.random.default_rng(6).normal(50, 2, (15, 15))
    field[2:6, 2:6] += 40
    field[9:13, 9:13] -= 40
    return hotspots(pd.Series(field.ravel()), csr_array(lat2W(15, 15, rook=False).sparse), seed=1)


def test_a_planted_block_is_hot_and_its_mirror_cold(two_blocks):
    code = two_blocks["hotspot_code"].to_numpy(object).reshape(15, 15)
    assert (code[3:5, 3:5] == "hot").all()
    assert (code[10:12, 10:12] == "cold").all()
    assert set(code[2:6, 2:6].ravel()) <= {"hot", "hot_light"}
    assert code[14, 0] == code[0, 14] == "not_distinguishable"


def test_codes_turn_at_five_and_ten_percent(two_blocks):
    q = two_blocks["q_value"]
    strong = two_blocks["hotspot_code"].isin(["hot", "cold"])
    light = two_blocks["hotspot_code"].isin(["hot_light", "cold_light"])
    assert strong.any()
    assert light.any()
    assert (strong == (q <= 0.05)).all()
    assert (light == ((q > 0.05) & (q <= 0.10))).all()


def test_pure_noise_has_no_hotspot():
    field = pd.Series(np.random.default_rng(10).normal(size=300))
    code = hotspots(field, _ring(300), seed=1)["hotspot_code"]
    assert (code == "not_distinguishable").all()


def test_hotspots_of_a_constant_field_and_of_islands_are_undefined_not_cold():
    for field, weights in (
        (pd.Series(np.full(9, 3.0)), _ring(9)),
        (pd.Series(np.arange(9.0)), csr_array((9, 9))),
    ):
        found = hotspots(field, weights, seed=1, permutations=9)
        assert (found["hotspot_code"] == "undefined").all()
        assert found[["g_star_z", "p_value", "q_value"]].isna().all(axis=None)


def test_hotspots_keep_the_index_and_repeat_with_the_seed():
    field = pd.Series(VALUES, index=list("fedcba"))
    first = hotspots(field, _band(POINTS, 15), seed=3, permutations=99)
    assert list(first.index) == list("fedcba")
    pd.testing.assert_frame_equal(
        first, hotspots(field, _band(POINTS, 15), seed=3, permutations=99)
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [([1.0, 2.0], r"`weights` has shape \(3, 3\), needs \(2, 2\)"), ([1, 2, None], "1 missing")],
)
def test_functions_reject_other_shapes_and_missing_values(values, message):
    field = pd.Series(values, dtype="Float64")
    with pytest.raises(InputError, match=message):
        hotspots(field, _ring(3), seed=1)
    with pytest.raises(InputError, match=message):
        local_g(field.to_numpy(float, na_value=np.nan), _ring(3))


def test_hotspots_reject_no_permutations():
    with pytest.raises(InputError, match="`permutations` is 0"):
        hotspots(pd.Series(VALUES), _band(POINTS, 15), seed=1, permutations=0)


def test_g_of_a_constant_field_is_undefined_whatever_the_constant():
    n = 30
    ring = csr_array((np.ones(n), (np.arange(n), (np.arange(n) + 1) % n)), shape=(n, n))
    for star in (True, False):
        assert np.isnan(local_g(np.full(n, 47.3), ring, star=star)).all()


def test_a_high_area_among_low_neighbours_is_not_called_hot():
    n, at = 200, np.arange(200)
    near = sum(
        csr_array((np.ones(n), (at, (at + step) % n)), shape=(n, n))
        for step in (-3, -2, -1, 1, 2, 3)
    )
    values = np.random.default_rng(0).normal(50, 5, n)
    values[97:104] = 5.0
    values[100] = 1500.0
    row = hotspots(pd.Series(values), near, seed=1).loc[100]
    assert row["g_star_z"] > 0
    assert row["q_value"] < 0.05
    assert row["hotspot_code"] == "not_distinguishable"
