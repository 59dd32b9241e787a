"""Kulldorff's scan against brute force, planted clusters and pure noise."""

import numpy as np
import pytest
from scipy.stats import kstest, poisson

from geo.errors import InputError
from geo.scan import circular_windows, spatial_scan


def _grid(side, seed=0):
    """Centroids of a square grid, each moved a little so that no two distances are equal."""
    random = np.random.default_rng(seed)
    xy = np.array([(x, y) for x in range(side) for y in range(side)], dtype=float) * 10_000
    return xy + random.uniform(-900, 900, xy.shape)


def _all_circles(xy, population, max_share):
    """Every set of centroids inside a circle around one of them, worked out one by one."""
    circles = set()
    for centre in xy:
        distance = np.hypot(*(xy - centre).T)
        for radius in distance:
            inside = distance <= radius
            if inside.sum() == 1 or population[inside].sum() <= max_share * population.sum():
                circles.add(tuple(np.flatnonzero(inside).tolist()))
    return circles


def _ratio(inside, outside, expected_inside, expected_outside):
    """Log-likelihood of two fitted Poisson rates over that of one."""
    fitted = poisson.logpmf(inside, inside) + poisson.logpmf(outside, outside)
    even = poisson.logpmf(inside, expected_inside) + poisson.logpmf(outside, expected_outside)
    return fitted - even


@pytest.fixture
def counted():
    """Sixteen areas with unequal people and random cases."""
    random = np.random.default_rng(5)
    population = random.integers(500, 5_000, 16).astype(float)
    return _grid(4), random.poisson(population * 0.01).astype(float), population


@pytest.mark.parametrize("max_share", [0.1, 0.25, 0.5, 1.0])
def test_circular_windows_are_all_circles_below_the_share(counted, max_share):
    xy, _, population = counted
    windows = circular_windows(xy, population, max_share=max_share)
    found = {tuple(np.flatnonzero(row).tolist()) for row in windows}
    assert len(found) == len(windows)
    assert found == _all_circles(xy, population, max_share)


def test_circular_windows_keep_a_centroid_alone_whatever_its_population():
    windows = circular_windows(_grid(2), np.array([1_000.0, 1, 1, 1]), max_share=0.25)
    assert [True, False, False, False] in windows.tolist()
    assert not (windows[:, 0] & (windows.sum(axis=1) > 1)).any()


def test_best_cluster_has_the_largest_ratio_of_all_circles(counted):
    xy, cases, population = counted
    total, share = cases.sum(), population / population.sum()
    best, members = 0.0, ()
    for circle in _all_circles(xy, population, 0.25):
        rows = list(circle)
        inside, expected = cases[rows].sum(), share[rows].sum() * total
        if inside > expected:
            ratio = _ratio(inside, total - inside, expected, total - expected)
            best, members = max((best, members), (ratio, circle))
    cluster = spatial_scan(xy, cases, population, seed=1, permutations=19)[0]
    assert cluster.members == members
    assert cluster.log_likelihood_ratio == pytest.approx(best)
    assert cluster.observed == cases[list(members)].sum()
    assert cluster.expected == pytest.approx(share[list(members)].sum() * total)


def test_all_cases_in_one_area_have_the_closed_form_ratio():
    cases = np.zeros(9)
    cases[4] = 30
    cluster = spatial_scan(_grid(3), cases, np.ones(9), seed=1, permutations=99)[0]
    assert cluster.members == (4,)
    assert cluster.log_likelihood_ratio == pytest.approx(30 * np.log(9))
    assert cluster.p_value == pytest.approx(0.01)


def test_a_planted_cluster_is_found_and_significant():
    xy, population = _grid(8), np.full(64, 10_000.0)
    planted = np.argsort(np.hypot(*(xy - xy[18]).T))[:7]
    rate = np.full(64, 0.002)
    rate[planted] *= 3
    cases = np.random.default_rng(2).poisson(population * rate).astype(float)
    first = spatial_scan(xy, cases, population, seed=1)[0]
    assert set(first.members) == set(planted.tolist())
    assert first.p_value == pytest.approx(0.001)


def test_two_planted_clusters_are_both_found_and_disjoint():
    xy, population = _grid(8), np.full(64, 10_000.0)
    cases = np.full(64, 20.0)
    west, east = np.argsort(np.hypot(*(xy - xy[9]).T))[:4], np.argsort(np.hypot(*(xy - xy[54]).T))
    cases[west], cases[east[:3]] = 70, 60
    clusters = spatial_scan(xy, cases, population, seed=1)
    assert [set(one.members) for one in clusters[:2]] == [set(west), set(east[:3])]
    assert all(one.p_value <= 0.05 for one in clusters[:2])


def test_clusters_are_disjoint_high_and_strongest_first(counted):
    clusters = spatial_scan(*counted, seed=1, permutations=99)
    members = [row for one in clusters for row in one.members]
    ratios = [one.log_likelihood_ratio for one in clusters]
    p_values = [one.p_value for one in clusters]
    assert len(members) == len(set(members))
    assert all(one.observed > one.expected for one in clusters)
    assert ratios == sorted(ratios, reverse=True)
    assert p_values == sorted(p_values)


def test_p_values_are_uniform_where_there_is_only_noise():
    xy, population = _grid(5), np.random.default_rng(1).integers(800, 9_000, 25).astype(float)
    random = np.random.default_rng(7)
    share = population / population.sum()
    p_values = []
    for seed in range(150):
        cases = random.multinomial(300, share).astype(float)
        p_values.append(spatial_scan(xy, cases, population, seed=seed, permutations=99)[0].p_value)
    assert kstest(p_values, "uniform").pvalue > 0.01
    assert np.mean(np.array(p_values) <= 0.05) < 0.1


def test_a_constant_rate_has_no_significant_cluster():
    population = np.random.default_rng(3).integers(500, 9_000, 25).astype(float)
    clusters = spatial_scan(_grid(5), population * 0.01, population, seed=1, permutations=199)
    assert all(one.p_value > 0.5 for one in clusters)


def test_no_cases_no_cluster():
    assert spatial_scan(_grid(3), np.zeros(9), np.ones(9), seed=1) == []


def test_the_seed_decides_the_result(counted):
    assert spatial_scan(*counted, seed=4) == spatial_scan(*counted, seed=4)
    p_values = {spatial_scan(*counted, seed=seed)[0].p_value for seed in range(8)}
    assert len(p_values) > 1


def test_order_of_areas_does_not_change_the_clusters(counted):
    order = np.random.default_rng(9).permutation(16)
    straight = spatial_scan(*counted, seed=1, permutations=9)
    shuffled = spatial_scan(*(part[order] for part in counted), seed=1, permutations=9)
    assert [tuple(sorted(order[list(one.members)])) for one in shuffled] == [
        one.members for one in straight
    ]


def test_scaling_population_or_moving_the_map_changes_nothing(counted):
    xy, cases, population = counted
    straight = spatial_scan(xy, cases, population, seed=1, permutations=9)
    moved = spatial_scan(xy * 3 + 1e5, cases, population * 1_000, seed=1, permutations=9)
    assert [one.members for one in moved] == [one.members for one in straight]
    assert [one.p_value for one in moved] == [one.p_value for one in straight]


@pytest.mark.parametrize(
    ("xy", "cases", "population", "message"),
    [
        (np.zeros((2, 2)), np.ones(3), np.ones(3), "2, 3, 3 rows"),
        (np.zeros((3, 2)), np.ones(3), np.ones(2), "3, 3, 2 rows"),
        (_grid(1), np.ones(1), np.zeros(1), "`population` has 1 values that are not positive"),
        (_grid(1), -np.ones(1), np.ones(1), "`cases` has 1 values that are negative or missing"),
        (_grid(1), np.array([np.nan]), np.ones(1), "`cases` has 1 values"),
    ],
)
def test_scan_rejects_what_it_cannot_use(xy, cases, population, message):
    with pytest.raises(InputError, match=message):
        spatial_scan(xy, cases, population, seed=1)


def test_less_than_half_a_case_in_all_is_no_cluster():
    xy = np.column_stack([np.arange(5.0), np.zeros(5)])
    assert spatial_scan(xy, np.array([0.4, 0, 0, 0, 0]), np.ones(5), seed=1) == []
