"""Empirical Bayes rates against esda and the North Carolina SIDS example."""

from pathlib import Path

import geopandas as gpd
import libpysal
import numpy as np
import pandas as pd
import pytest
from esda.smoothing import Empirical_Bayes, Spatial_Empirical_Bayes
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, eye_array

from geo.empirical_bayes import global_rate, spatial_rate
from geo.errors import InputError

AREAS = st.lists(st.tuples(st.integers(0, 80), st.integers(100, 90_000)), min_size=2, max_size=15)


@pytest.fixture(scope="module")
def sids():
    """Sudden infant deaths and births, North Carolina 1974, as libpysal ships them."""
    path = Path(libpysal.__file__).parent / "examples" / "sids2" / "sids2.shp"
    if not path.exists():
        pytest.skip("this libpysal ships no SIDS example")
    return gpd.read_file(path)


@pytest.fixture
def lattice():
    """Six by six areas with random counts, queen neighbours."""
    random = np.random.default_rng(3)
    people = random.integers(2_000, 80_000, 36)
    events = random.poisson(people * random.gamma(4, 0.0002, 36))
    return pd.Series(events), pd.Series(people), libpysal.weights.lat2W(6, 6, rook=False)


def _with_self(weights):
    return csr_array(weights.sparse) + eye_array(weights.n)


def test_global_rate_sids_first_five_counties_as_published(sids):
    rate = global_rate(sids["SID74"], sids["BIR74"])
    published = [0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349]
    np.testing.assert_allclose(rate.head(), published, atol=5e-8)


def test_global_rate_agrees_with_esda_on_all_hundred_counties(sids):
    theirs = Empirical_Bayes(sids["SID74"].to_numpy(), sids["BIR74"].to_numpy()).r.ravel()
    np.testing.assert_allclose(global_rate(sids["SID74"], sids["BIR74"]), theirs, rtol=1e-12)


def test_spatial_rate_agrees_with_esda_on_sids(sids):
    weights = libpysal.weights.Queen.from_dataframe(sids, ids=list(range(len(sids))))
    theirs = Spatial_Empirical_Bayes(sids["SID74"].to_numpy(), sids["BIR74"].to_numpy(), weights)
    ours = spatial_rate(sids["SID74"], sids["BIR74"], _with_self(weights))
    np.testing.assert_allclose(ours, theirs.r.ravel(), rtol=1e-9)


def test_spatial_rate_agrees_with_esda_on_random_counts(lattice):
    events, people, weights = lattice
    theirs = Spatial_Empirical_Bayes(events.to_numpy(), people.to_numpy(), weights).r.ravel()
    np.testing.assert_allclose(spatial_rate(events, people, _with_self(weights)), theirs, rtol=1e-9)


def test_spatial_rate_with_everybody_a_neighbour_is_the_global_rate(lattice):
    events, people, _ = lattice
    everybody = csr_array(np.ones((36, 36)))
    np.testing.assert_allclose(
        spatial_rate(events, people, everybody), global_rate(events, people), rtol=1e-9
    )


def test_spatial_rate_of_an_island_is_its_own_rate():
    events, people = pd.Series([3, 8, 40]), pd.Series([1_000, 1_000, 1_000])
    rate = spatial_rate(events, people, csr_array(np.eye(3)))
    np.testing.assert_allclose(rate, events / people)


def test_global_rate_without_events_is_zero():
    assert global_rate(pd.Series([0, 0]), pd.Series([10, 20])).tolist() == [0.0, 0.0]


def test_global_rate_of_less_spread_than_chance_is_the_pooled_rate():
    rate = global_rate(pd.Series([10, 20]), pd.Series([1_000, 2_000]))
    np.testing.assert_allclose(rate, 0.01)


def test_global_rate_shrinks_the_smaller_area_more():
    rate = global_rate(pd.Series([8, 800, 1_000]), pd.Series([1_000, 100_000, 400_000]))
    pooled = 1_808 / 501_000
    assert pooled < rate[0] < rate[1] < 0.008


@given(AREAS)
def test_global_rate_lies_between_crude_and_pooled_rate(areas):
    events, people = (pd.Series(column, dtype=float) for column in zip(*areas, strict=True))
    crude, pooled = events / people, events.sum() / people.sum()
    rate = global_rate(events, people)
    assert (rate >= np.minimum(crude, pooled) - 1e-12).all()
    assert (rate <= np.maximum(crude, pooled) + 1e-12).all()


@given(AREAS, st.randoms(use_true_random=False))
def test_global_rate_does_not_depend_on_the_order_of_rows(areas, random):
    events, people = (pd.Series(column, dtype=float) for column in zip(*areas, strict=True))
    order = list(events.index)
    random.shuffle(order)
    shuffled = global_rate(events[order], people[order])
    np.testing.assert_allclose(shuffled[events.index], global_rate(events, people), rtol=1e-9)


@pytest.mark.parametrize(
    "function",
    [global_rate, lambda events, people: spatial_rate(events, people, csr_array(np.eye(2)))],
    ids=["global", "spatial"],
)
@pytest.mark.parametrize(
    ("events", "people", "message"),
    [
        (pd.Series([1, 2], index=[1, 0]), pd.Series([5, 5]), "different indexes"),
        (pd.Series([1, None], dtype="Int64"), pd.Series([5, 5]), "missing values"),
        (pd.Series([1, 2]), pd.Series([5, None], dtype="Int64"), "missing values"),
        (pd.Series([1, 2]), pd.Series([5, 0]), "must be positive, is not at 1"),
    ],
)
def test_rates_reject_what_they_cannot_use(function, events, people, message):
    with pytest.raises(InputError, match=message):
        function(events, people)


def test_spatial_rate_rejects_weights_of_another_shape():
    with pytest.raises(InputError, match="`weights` has shape"):
        spatial_rate(pd.Series([1, 2]), pd.Series([5, 5]), csr_array(np.eye(3)))
