"""The gamma-Poisson model against quadrature, the conjugate form, simulation and Marshall."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, nbinom, poisson

from geo.empirical_bayes import global_rate
from geo.errors import InputError
from geo.gamma_poisson import fit_gamma_poisson


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


def _likelihood(rate, rows):
    value = 1.0
    for row in rows.itertuples():
        expected = rate * row.population_persons
        if row.status_code == "suppressed":
            value *= poisson.cdf(9, expected) - poisson.pmf(0, expected)
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
