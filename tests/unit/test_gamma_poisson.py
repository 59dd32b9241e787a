"""The gamma-Poisson model against quadrature, the conjugate form, simulation and Marshall."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import logsumexp
from scipy.stats import gamma, nbinom, poisson

from geo.empirical_bayes import global_rate
from geo.errors import InputError
from geo.gamma_poisson import (
    FAR,
    _log_probability_of_range,
    _mean_in_range,
    fit_gamma_poisson,
)
from geo.withheld import RANGES

EXPECTED = np.concatenate(
    [np.logspace(-12, 9, 400), [9.0, 10.0, 50.0, FAR, np.nextafter(FAR, 2e9)]]
)
"""Expected events from far below a range to far above it."""
ENDS = pytest.mark.parametrize("ends", RANGES.values(), ids=RANGES)


def _years(counts, people, names=None):
    """Areas in rows, years in columns; a count that is not a number is suppressed."""
    counts, people = np.asarray(counts, dtype=float), np.asarray(people)
    size, length = counts.shape
    names = names or [f"26{area:03d}" for area in range(size)]
    flat = pd.Series(counts.ravel())
    return pd.DataFrame(
        {
            "county_geoid": np.repeat(names, length),
            "deaths": flat.astype("Int64"),
            "status_code": np.where(flat.isna(), "suppressed", "reported"),
            "population_persons": pd.array(people.ravel(), dtype="Int64"),
        }
    )


def _fit(years):
    return fit_gamma_poisson(years, key="county_geoid", events="deaths")


def _state(seed, *, size=83, suppress, length=5):
    """A state drawn from the model itself: true rates, its rows."""
    random = np.random.default_rng(seed)
    people = np.repeat(np.exp(random.normal(10.5, 1.2, (size, 1))).astype(int) + 500, length, 1)
    rates = random.gamma(6, 2e-4 / 6, size)
    counts = random.poisson(rates[:, None] * people).astype(float)
    if suppress:
        counts[(counts >= 1) & (counts <= 9)] = np.nan
    return rates, _years(counts, people)


@pytest.fixture(scope="module")
def reported():
    """A fit where nothing is suppressed, with events and person-years by area."""
    _, years = _state(11, suppress=False)
    sums = years.groupby("county_geoid")[["deaths", "population_persons"]].sum().astype(float)
    return _fit(years), sums["deaths"], sums["population_persons"]


@pytest.fixture(scope="module")
def mixed():
    """A fit with suppressed years, and its rows."""
    _, years = _state(12, suppress=True, size=40)
    return _fit(years), years


@pytest.fixture(scope="module")
def in_two_ranges():
    """A fit where 1 to 9 and every third count of 10 to 50 are withheld, and its rows."""
    _, years = _state(13, suppress=True, size=40)
    return _fit(_hide_tens(years)), _hide_tens(years)


def _hide_tens(years, *, every=3):
    tens = years.index[years["deaths"].between(10, 50).fillna(value=False)][::every]
    status = years["status_code"].where(~years.index.isin(tens), "suppressed_10_to_50")
    return years.assign(deaths=years["deaths"].mask(years.index.isin(tens)), status_code=status)


def _chance(expected, low, high):
    return poisson.pmf(np.arange(low, high + 1)[:, None], np.atleast_1d(expected))


def _likelihood(rate, rows):
    value = 1.0
    for row in rows.itertuples():
        expected = rate * row.population_persons
        if row.status_code in RANGES:
            value *= _chance(expected, *RANGES[row.status_code]).sum()
        else:
            value *= poisson.pmf(row.deaths, expected)
    return value


def _integral(function, fit, rows):
    """Integrate a function of the rate over prior times likelihood."""
    prior = gamma(fit.prior_shape, scale=1 / fit.prior_rate)
    peak = float(fit.quantile(0.5)[rows["county_geoid"].iloc[0]])
    found, _ = quad(
        lambda rate: function(rate) * prior.pdf(rate) * _likelihood(rate, rows),
        0,
        60 * peak,
        points=[peak / 4, peak / 2, peak, 2 * peak, 4 * peak],
        limit=300,
    )
    return found


def test_posterior_of_reported_counts_is_the_conjugate_gamma(reported):
    fit, events, people = reported
    exact = gamma(fit.prior_shape + events, scale=1 / (fit.prior_rate + people))
    np.testing.assert_allclose(fit.mean(), exact.mean(), rtol=1e-6)
    for probability in (0.025, 0.5, 0.975):
        np.testing.assert_allclose(fit.quantile(probability), exact.ppf(probability), rtol=1e-3)
    for rate in (1.5e-4, 2e-4, 3e-4):
        np.testing.assert_allclose(fit.exceedance(rate), exact.sf(rate), atol=2e-3)


def test_prior_of_reported_counts_is_at_the_top_of_the_negative_binomial(reported):
    fit, events, people = reported

    def log_marginal(shape, rate):
        return nbinom.logpmf(events, shape, rate / (rate + people)).sum()

    best = log_marginal(fit.prior_shape, fit.prior_rate)
    for shape_factor in (0.8, 1, 1.25):
        for rate_factor in (0.9, 1, 1.1):
            if shape_factor == rate_factor == 1:
                continue
            other = log_marginal(fit.prior_shape * shape_factor, fit.prior_rate * rate_factor)
            assert other < best


def test_smoothed_rates_agree_with_marshall_where_nothing_is_suppressed(reported):
    fit, events, people = reported
    marshall = global_rate(events, people)
    ratio = fit.mean() / marshall
    assert ratio.between(0.7, 1.4).all()
    assert abs(ratio.mean() - 1) < 0.05
    assert fit.mean().corr(marshall) > 0.97


def test_smoothed_rate_lies_between_crude_rate_and_prior_mean(reported):
    fit, events, people = reported
    crude, prior = events / people, fit.prior_shape / fit.prior_rate
    assert (fit.mean() >= np.minimum(crude, prior) * (1 - 1e-6)).all()
    assert (fit.mean() <= np.maximum(crude, prior) * (1 + 1e-6)).all()


def test_posterior_mean_with_suppressed_years_agrees_with_quadrature(mixed):
    fit, years = mixed
    withheld = (years["status_code"] == "suppressed").groupby(years["county_geoid"]).sum()
    chosen = [withheld.idxmax(), withheld[withheld.between(1, 4)].index[0], fit.index[-1]]
    for area in chosen:
        rows = years[years["county_geoid"] == area]
        mean = _integral(lambda rate: rate, fit, rows) / _integral(lambda _: 1, fit, rows)
        assert fit.mean()[area] == pytest.approx(mean, rel=1e-4)


def test_expected_events_agree_with_quadrature_and_stay_between_one_and_nine(mixed):
    fit, years = mixed
    hidden = years[years["status_code"] == "suppressed"]
    area = hidden["county_geoid"].value_counts().idxmax()
    rows = years[years["county_geoid"] == area]
    people = hidden.loc[hidden["county_geoid"] == area, "population_persons"].astype(float)

    def filled(rate):
        inside = np.arange(1, 10)
        chance = poisson.pmf(inside[:, None], rate * people.to_numpy())
        return ((inside[:, None] * chance).sum(axis=0) / chance.sum(axis=0)).sum()

    expected = fit.expected_events(years, key="county_geoid", events="deaths")
    known = years.groupby("county_geoid")["deaths"].sum().astype(float)
    exact = _integral(filled, fit, rows) / _integral(lambda _: 1, fit, rows)
    assert expected[area] == pytest.approx(known[area] + exact, rel=1e-3)
    count = hidden.groupby("county_geoid").size().reindex(fit.index, fill_value=0)
    assert (expected - known >= count - 1e-9).all()
    assert (expected - known <= 9 * count + 1e-9).all()


@ENDS
def test_probability_of_a_range_is_that_of_an_independent_library_in_both_tails(ends):
    found = _log_probability_of_range(EXPECTED[None, :], *ends)[0]
    events = np.arange(ends[0], ends[1] + 1)[:, None]
    exact = logsumexp(poisson.logpmf(events, EXPECTED), axis=0)
    np.testing.assert_allclose(found, exact, rtol=1e-11, atol=1e-11)


@ENDS
def test_mean_within_a_range_is_that_of_an_independent_library_in_both_tails(ends):
    found = _mean_in_range(EXPECTED[None, :], *ends)[0]
    events = np.arange(ends[0], ends[1] + 1)[:, None]
    log_chance = poisson.logpmf(events, EXPECTED)
    weight = np.exp(log_chance - log_chance.max(axis=0))
    np.testing.assert_allclose(found, (events * weight).sum(axis=0) / weight.sum(axis=0), 1e-6)
    assert (np.diff(found[:400]) >= -1e-9).all()
    assert found[[0, 399]] == pytest.approx(ends, abs=1e-4)


def test_range_of_1_to_9_gives_to_the_bit_what_nine_terms_written_out_give():
    expected = np.logspace(-9, 6, 2_000)
    total, weight = np.zeros_like(expected), np.ones_like(expected)
    for count in (9, 8, 7, 6, 5, 4, 3, 2, 1):
        total = (total + 1.0) * expected / count
    np.testing.assert_array_equal(
        _log_probability_of_range(expected, 1, 9), np.log(total) - expected
    )
    below, above = np.zeros_like(expected), np.zeros_like(expected)
    for count in (1, 2, 3, 4, 5, 6, 7, 8, 9):
        weight = weight * expected / count
        below += weight
        above += count * weight
    np.testing.assert_array_equal(_mean_in_range(expected, 1, 9), above / below)


def test_posterior_and_expected_events_of_both_ranges_agree_with_quadrature(in_two_ranges):
    fit, years = in_two_ranges
    codes = years.groupby("county_geoid")["status_code"].agg(set)
    both = codes.index[codes.map(set(RANGES).issubset)][0]
    tens = years.loc[years["status_code"] == "suppressed_10_to_50", "county_geoid"]
    events = fit.expected_events(years, key="county_geoid", events="deaths")
    for area in (both, tens.value_counts().idxmax()):
        rows = years[years["county_geoid"] == area]
        whole = _integral(lambda _: 1, fit, rows)
        mean = _integral(lambda rate: rate, fit, rows) / whole
        assert fit.mean()[area] == pytest.approx(mean, rel=1e-4)
        filled = _integral(lambda rate, rows=rows: _filled(rate, rows), fit, rows) / whole
        assert events[area] == pytest.approx(rows["deaths"].sum() + filled, rel=1e-3)


def _filled(rate, rows):
    total = 0.0
    for row in rows[rows["status_code"] != "reported"].itertuples():
        low, high = RANGES[row.status_code]
        chance = _chance(rate * row.population_persons, low, high)[:, 0]
        total += (np.arange(low, high + 1) * chance).sum() / max(chance.sum(), 1e-300)
    return total


def test_expected_events_stay_within_the_ranges_of_their_years(in_two_ranges):
    fit, years = in_two_ranges
    expected = fit.expected_events(years, key="county_geoid", events="deaths")
    ends = {
        code: years["status_code"].map(RANGES).str[at] for at, code in enumerate(("low", "high"))
    }
    limits = {
        name: years["deaths"].fillna(end.astype("Int64")).groupby(years["county_geoid"]).sum()
        for name, end in ends.items()
    }
    assert (expected >= limits["low"] - 1e-9).all()
    assert (expected <= limits["high"] + 1e-9).all()
    open_ended = limits["low"] < limits["high"]
    assert (expected[open_ended] > limits["low"][open_ended]).all()


def test_a_year_of_10_to_50_means_a_higher_rate_than_one_of_1_to_9_and_less_certain_than_30():
    counts = np.array([[30] * 3, [50, 60, 40], [20, 15, 25], [30, 30, 30]])
    told = _years(counts, np.full((4, 3), 50_000))
    found = {}
    for code in ("reported", *RANGES):
        status = told["status_code"].mask(told.index < 3, code)
        years = told.assign(status_code=status, deaths=told["deaths"].mask(status != "reported"))
        fit = _fit(years)
        width = np.log(fit.quantile(0.975)["26000"]) - np.log(fit.quantile(0.025)["26000"])
        found[code] = (fit.mean()["26000"] * 50_000, width)
    assert found["suppressed"][0] < 9
    assert 10 < found["suppressed_10_to_50"][0] < 50
    assert found["reported"][1] < found["suppressed_10_to_50"][1] < found["suppressed"][1]


def test_intervals_cover_the_true_rate_where_counts_of_10_to_50_are_withheld_too():
    covered = []
    for seed in range(10):
        rates, years = _state(300 + seed, suppress=True)
        fit = _fit(_hide_tens(years))
        covered += list((fit.quantile(0.025) <= rates) & (rates <= fit.quantile(0.975)))
    assert 0.925 <= np.mean(covered) <= 0.975


def test_a_status_that_is_not_known_is_refused():
    years = _years([[1], [2], [3]], np.full((3, 1), 1_000), names=list("abc"))
    with pytest.raises(InputError, match="1 rows of unknown status, first b"):
        _fit(years.assign(status_code=["reported", "suppressed_51_to_99", "reported"]))


def test_expected_events_of_reported_counts_are_the_counts(reported):
    fit, events, _ = reported
    _, years = _state(11, suppress=False)
    expected = fit.expected_events(years, key="county_geoid", events="deaths")
    pd.testing.assert_series_equal(expected, events, check_names=False)


def test_intervals_cover_the_true_rate_95_times_in_100_with_suppression():
    covered = []
    for seed in range(40):
        rates, years = _state(100 + seed, suppress=True)
        fit = _fit(years)
        covered += list((fit.quantile(0.025) <= rates) & (rates <= fit.quantile(0.975)))
    assert len(covered) == 40 * 83
    assert 0.935 <= np.mean(covered) <= 0.965


def test_an_area_with_only_suppressed_years_gets_a_rate_that_is_not_zero():
    nothing = np.nan
    counts = [[nothing] * 3, [50, 60, 40], [20, 15, 25], [0, 0, 0]]
    fit = _fit(_years(counts, np.full((4, 3), 50_000)))
    mean = fit.mean()
    assert mean["26003"] < mean["26000"] < mean["26001"]
    assert 1 / 50_000 < mean["26000"] < 9 / 50_000


def test_suppressed_means_less_certain_than_the_same_rate_reported():
    others = [[50, 60, 40], [20, 15, 25], [30, 30, 30]]
    people = np.full((4, 3), 50_000)
    width = {}
    for name, row in (("known", [4, 4, 4]), ("withheld", [np.nan] * 3)):
        fit = _fit(_years([row, *others], people))
        width[name] = (np.log(fit.quantile(0.975)) - np.log(fit.quantile(0.025)))["26000"]
    assert width["withheld"] > width["known"]


def test_fit_does_not_depend_on_the_order_of_rows(mixed):
    fit, years = mixed
    again = _fit(years.sample(frac=1, random_state=1))
    pd.testing.assert_series_equal(again.mean(), fit.mean(), rtol=1e-6)


def test_ten_times_the_people_is_a_tenth_of_the_rate(mixed):
    fit, years = mixed
    larger = _fit(years.assign(population_persons=years["population_persons"] * 10))
    np.testing.assert_allclose(larger.mean() * 10, fit.mean(), rtol=1e-3)


def test_posterior_rows_add_up_and_pooled_rate_is_weighted_by_person_years(mixed):
    fit, years = mixed
    np.testing.assert_allclose(fit.posterior.sum(axis=1), 1)
    people = years.groupby("county_geoid")["population_persons"].sum().astype(float)
    assert fit.pooled_rate() == pytest.approx((fit.mean() * people).sum() / people.sum())
    assert list(fit.index) == sorted(fit.index)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"county_geoid": ["a", "a", "b", "b"]}, "has 2 areas"),
        ({"population_persons": [5, 5, 0, 5]}, "1 rows without population, first c"),
        ({"deaths": [1, 2, -3, 4]}, "1 reported counts missing or negative, first c"),
        ({"deaths": [1, 2, 3, None]}, "1 reported counts missing or negative, first d"),
    ],
)
def test_fit_rejects_what_it_cannot_use(change, message):
    good = _years([[1], [2], [3], [4]], np.full((4, 1), 1_000), names=list("abcd"))
    columns = {
        name: values if name == "county_geoid" else pd.array(values, dtype="Int64")
        for name, values in change.items()
    }
    with pytest.raises(InputError, match=message):
        _fit(good.assign(**columns))


def test_interval_of_a_very_large_count_is_as_narrow_as_the_exact_one():
    fit = _fit(_years([[200_000], [20], [30]], [[10**9], [10**5], [10**5]], ["a", "b", "c"]))
    width = fit.quantile(0.975)["a"] - fit.quantile(0.025)["a"]
    shape, rate = fit.prior_shape + 200_000, fit.prior_rate + 1e9
    exact = gamma.ppf(0.975, shape, scale=1 / rate) - gamma.ppf(0.025, shape, scale=1 / rate)
    assert width == pytest.approx(exact, rel=0.02)
