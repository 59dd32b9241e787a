"""Kulldorff's scan against brute force, planted clusters and pure noise."""

import math
import tracemalloc

import numpy as np
import pytest
from scipy.stats import kstest, poisson

from geo.errors import InputError
from geo.scan import Cluster, spatial_scan


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


def _windows(xy, population, max_share):
    """Every circle, areas at one distance entering in the order of the rows."""
    windows = set()
    for centre in xy.tolist():
        near = sorted(range(len(xy)), key=lambda row: (math.dist(centre, xy[row].tolist()), row))
        for size in range(1, len(xy) + 1):
            people = population[near[:size]].sum()
            if size == 1 or people <= max_share * population.sum():
                windows.add(tuple(sorted(near[:size])))
    return sorted(windows)


def _scan_of_all_windows(xy, cases, population, *, seed, max_share, permutations):
    """The scan as written in the article: a matrix of all circles, each ratio from its parts."""
    windows = _windows(xy, population, max_share)
    inside = np.zeros((len(windows), len(xy)))
    for row, members in enumerate(windows):
        inside[row, list(members)] = 1
    share = population / population.sum()

    def ratios(counts):
        c, total = inside @ counts, counts.sum()
        e = inside @ share * total
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [
                np.where(a > 0, a * np.log(a / b), 0) for a, b in ((c, e), (total - c, total - e))
            ]
        return c, e, np.where(c > e + 1e-9, parts[0] + parts[1], 0)

    maps = np.random.default_rng(seed).multinomial(round(cases.sum()), share, size=permutations)
    best = np.array([ratios(one)[2].max() for one in maps])
    observed, expected, ratio = ratios(cases)
    clusters, taken = [], set()
    for row in sorted(range(len(windows)), key=lambda row: (-round(ratio[row], 9), windows[row])):
        if ratio[row] > 1e-9 and not taken & set(windows[row]):
            taken |= set(windows[row])
            p_value = (1 + (best >= ratio[row] - 1e-9).sum()) / (1 + permutations)
            clusters.append(
                Cluster(windows[row], observed[row], expected[row], ratio[row], p_value)
            )
    return clusters


def _random_input(seed, *, on_grid, is_whole):
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 45))
    xy = random.uniform(0, 1e5, (count, 2))
    if on_grid:
        xy = np.array([(x, y) for x in range(7) for y in range(7)], dtype=float)[:count] * 1_000
        xy = random.permutation(xy)
    people = random.integers(500, 5_000, count) if seed % 2 else np.full(count, 1_000)
    cases = random.poisson(people * 0.01).astype(float)
    return xy, cases if is_whole else cases * random.uniform(0.5, 1.5, count), people.astype(float)


@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize("on_grid", [True, False])
@pytest.mark.parametrize("max_share", [0.1, 0.25, 0.5, 1.0])
def test_scan_equals_a_scan_of_all_windows(max_share, on_grid, is_whole):
    for seed in range(8):
        given = _random_input(seed, on_grid=on_grid, is_whole=is_whole)
        options = {"seed": seed, "max_share": max_share, "permutations": 49}
        found, wanted = spatial_scan(*given, **options), _scan_of_all_windows(*given, **options)
        assert [one.members for one in found] == [one.members for one in wanted]
        assert [one.p_value for one in found] == [one.p_value for one in wanted]
        for name in ("observed", "expected", "log_likelihood_ratio"):
            assert [getattr(one, name) for one in found] == pytest.approx(
                [getattr(one, name) for one in wanted], rel=1e-9, abs=1e-9
            )


@pytest.mark.parametrize("max_share", [0.1, 0.25, 0.5, 1.0])
def test_windows_without_ties_are_all_circles_below_the_share(counted, max_share):
    xy, _, population = counted
    assert set(_windows(xy, population, max_share)) == _all_circles(xy, population, max_share)


def test_a_centroid_alone_counts_whatever_its_population():
    population = np.array([1_000.0, 1, 1, 1])
    cases = np.array([1_000.0, 0, 0, 0])
    found = spatial_scan(_grid(2), cases, population, seed=1, max_share=0.25, permutations=9)
    assert [one.members for one in found] == [(0,)]


def test_areas_at_one_distance_enter_in_the_order_of_rows():
    """Both neighbours on one line are in a circle only where they stand before the third."""
    middle, east, west, north = (0.0, 0.0), (10.0, 0.0), (-10.0, 0.0), (0.0, 10.0)
    options = {"seed": 1, "max_share": 0.75, "permutations": 9}
    first = np.array([middle, east, west, north])
    found = spatial_scan(first, np.array([40.0, 40, 40, 1]), np.ones(4), **options)
    assert [one.members for one in found] == [(0, 1, 2)]
    last = np.array([middle, north, east, west])
    found = spatial_scan(last, np.array([40.0, 1, 40, 40]), np.ones(4), **options)
    assert [one.members for one in found] == [(0, 2), (3,)]


def test_of_circles_with_one_ratio_the_first_rows_are_taken():
    """Rows 0 and 5 are a circle of centre 5 only, rows 2 and 3 already one of centre 2."""
    xy = np.column_stack([[0.0, -5, 100, 103, 200, 8], np.zeros(6)])
    cases = np.array([20.0, 1, 20, 20, 1, 20])
    found = spatial_scan(xy, cases, np.ones(6), seed=1, max_share=0.34, permutations=9)
    assert [one.members for one in found] == [(0, 5), (2, 3)]


def test_memory_does_not_grow_with_circles_times_areas():
    """Before, 600 areas needed a matrix of 60,000 circles x 600 areas: 290 MB."""
    random = np.random.default_rng(0)
    xy, population = random.uniform(0, 1e5, (600, 2)), np.full(600, 1_000.0)
    cases = random.poisson(5, 600).astype(float)
    tracemalloc.start()
    spatial_scan(xy, cases, population, seed=1, permutations=99)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40e6


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


def test_a_constant_rate_has_no_cluster():
    population = np.random.default_rng(3).integers(500, 9_000, 25).astype(float)
    assert spatial_scan(_grid(5), population * 0.01, population, seed=1, permutations=19) == []


def test_no_random_maps_leave_a_p_of_one(counted):
    assert {one.p_value for one in spatial_scan(*counted, seed=1, permutations=0)} == {1.0}


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
