"""Attacks on what is told of a file: sequences of filters, then linear algebra and bounds."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.errors import InputError
from geo.privacy.books import FATES, OUTCOMES
from geo.privacy.release import LEVELS, THRESHOLDS, release
from tools.attack_release import ANSWERS, BOOKS, MONTHS, Attacker, derivable, happenings, town


@pytest.mark.long
@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    rows=st.integers(30, 400),
    seed=st.integers(0, 10_000),
    skew=st.sampled_from([0.3, 1.0, 5.0]),
    threshold=st.sampled_from(THRESHOLDS[:3]),
)
def test_no_small_count_follows_from_any_sequence_of_filters(rows, seed, skew, threshold):
    pieces = town(seed=seed)
    events = happenings(rows, len(pieces), seed, skew)
    attacker = Attacker(pieces, events)
    random = np.random.default_rng(seed)
    attacker.ask(release(events, pieces, threshold=threshold), random, 25)
    if threshold < THRESHOLDS[2]:  # the same person raises the threshold and asks on
        attacker.ask(release(events, pieces, threshold=THRESHOLDS[2]), random, 15)
    assert not [number for number in attacker.numbers if 0 < number < threshold]
    equations, _, free = attacker.system()
    targets = np.array(list(attacker.small_sets(threshold)))[:, free]
    targets = targets[targets.any(axis=1)]
    assert not derivable(equations, targets).any()


@pytest.mark.long
@settings(max_examples=15, deadline=None, derandomize=True)
@given(rows=st.integers(30, 300), seed=st.integers(0, 10_000))
def test_the_difference_of_two_told_numbers_is_never_small(rows, seed):
    pieces = town(seed=seed)
    events = happenings(rows, len(pieces), seed, 0.5)
    attacker = Attacker(pieces, events)
    attacker.ask(release(events, pieces), np.random.default_rng(seed), 40)
    sets, place = np.unique(np.array(attacker.rows), axis=0, return_index=True)
    numbers = np.array(attacker.numbers)[place]
    inside = (sets @ (1 - sets).T) == 0
    for small, large in zip(*np.nonzero(inside), strict=True):
        assert not 0 < numbers[large] - numbers[small] < 10


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_bounds_never_pin_a_small_count(seed):
    pieces = town(seed=seed)
    events = happenings(150, len(pieces), seed, 0.6)
    attacker = Attacker(pieces, events)
    random = np.random.default_rng(seed)
    attacker.ask(release(events, pieces), random, 40)
    equations, numbers, free = attacker.system()
    equations, place = np.unique(equations, axis=0, return_index=True)
    targets = list(attacker.small_sets(10))
    for choice in random.choice(len(targets), 8, replace=False):
        target = targets[choice][free]
        ends = [
            linprog(sign * target, A_eq=equations, b_eq=numbers[place], bounds=(0, None)).fun * sign
            for sign in (1, -1)
        ]
        assert ends[1] - ends[0] > 0.5, (choice, ends)


def test_counts_are_told_where_nothing_is_small():
    pieces = town()
    events = pd.DataFrame(
        list(itertools.product(range(6), MONTHS, OUTCOMES[:2], ANSWERS[:2])),
        columns=["piece", "month", "outcome_code", "response_code"],
    )
    events = pd.concat([events] * 10, ignore_index=True)
    told = release(events, pieces)
    for level in LEVELS:
        table = told.areas(level, told.whole, ["all"])
        assert (table["events_reason_code"] == "reported").all()
        of_area = events["piece"].map(pieces[level]).value_counts()
        assert table["events"].to_dict() == of_area.to_dict()
        for book, columns in ((told.yearly, ["2021"]), (told.fates, ["fatal"])):
            assert told.areas(level, book, columns)["events"].notna().all()
    assert told.areas("county", told.monthly, ["2022-01"])["events"].to_dict() == {
        "c0": 160,
        "c1": 80,
    }
    blocks = told.blocks(told.responses, ["c0"])
    assert {row.columns: row.events for row in blocks.itertuples() if row.events} == {
        ("police",): 960,
        ("nobody",): 960,
    }


def test_zero_is_told_and_a_small_count_is_not():
    pieces = town()
    month = [MONTHS[0]] * 20 + [MONTHS[-1]] * 20
    events = pd.DataFrame({"piece": [0] * 37 + [2] * 3, "month": month})
    events["outcome_code"], events["response_code"] = "non_fatal", "unknown"
    table = release(events, pieces).areas("municipality", release(events, pieces).whole, ["all"])
    assert table.loc["m2", "events"] == 0
    assert table.loc[["m0", "m1"], "events"].isna().all()
    assert table.loc[["m0", "m1"], "zone_events"].tolist() == [40, 40]


def test_a_higher_threshold_joins_what_was_joined_before():
    pieces = town(12, seed=3)
    events = happenings(600, 12, 3, 0.7)
    finer, coarser = (release(events, pieces, threshold=one) for one in (10, 50))
    for name in BOOKS:
        fine, coarse = getattr(finer, name), getattr(coarser, name)
        for zone in np.unique(fine.zone):
            assert len(set(coarse.zone[fine.zone == zone])) == 1


@pytest.mark.parametrize("rows", [0, 9])
def test_fewer_events_than_the_threshold_are_refused(rows):
    with pytest.raises(InputError, match="usable events"):
        release(happenings(rows, 6, 1) if rows else happenings(12, 6, 1).iloc[:0], town())


def test_wrong_input_is_named():
    events = happenings(50, 6, 1)
    with pytest.raises(InputError, match="threshold"):
        release(events, town(), threshold=5)
    with pytest.raises(InputError, match="pieces"):
        release(events.assign(piece=99), town())
    with pytest.raises(InputError, match="response_code"):
        release(events.assign(response_code="someone"), town())


def test_fates_and_short_years_are_told_with_a_neighbour():
    events = happenings(400, 6, 1)
    events["month"] = np.where(np.arange(400) < 200, "2021-12", "2022-08")
    told = release(events, town())
    assert told.yearly.columns == ("2021–2022",)
    assert told.fates.columns == FATES


def _is_union(coarse, fine):
    """Whether each label of a fine partition lies in one label of a coarse one."""
    pairs = np.unique(np.column_stack([fine, coarse]), axis=0)
    return len(pairs) == len(np.unique(fine))


@pytest.mark.long
@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), rows=st.integers(150, 900))
def test_books_are_nested_partitions_without_small_blocks(seed, rows):
    """The conditions of the argument in docs/decisions/0012, one by one."""
    pieces = town(40, seed=seed).assign(county=[f"c{one % 3}" for one in range(40)])
    random = np.random.default_rng(seed)
    pieces[["x_m", "y_m"]] = random.uniform(0, 20_000, (40, 2))
    pieces["municipality"] = [f"m{one}" for one in random.integers(0, 9, 40)]
    events = happenings(rows, 40, seed, random.choice([0.3, 1.0]))
    before = None
    for threshold in THRESHOLDS:
        told = release(events, pieces, threshold=threshold)
        books = {name: getattr(told, name) for name in BOOKS}
        for name, book in books.items():
            assert book.events.sum() == rows
            sums = book.events[book.events > 0]
            assert (sums >= threshold).all(), name
            if before is not None:
                older = before[name]
                assert _is_union(book.zone, older.zone), (name, threshold)
                for zone in range(len(older.events)):
                    new = book.block[book.zone[np.flatnonzero(older.zone == zone)[0]]]
                    assert _is_union(new, older.block[zone]), (name, threshold)
        for fine, coarse in itertools.pairwise(("whole", "yearly", "fates", "monthly")):
            assert _is_union(books[coarse].zone, books[fine].zone), (fine, coarse)
        year_of = ["2021" if month < "2022" else "2022" for month in MONTHS]
        years = books["yearly"].columns
        for zone, blocks in enumerate(books["monthly"].block):
            held = books["yearly"].zone[books["monthly"].zone == zone]
            for inner in np.unique(held):
                own = books["yearly"].block[inner]
                of_month = [own[[year in one for one in years].index(True)] for year in year_of]
                told_apart = books["yearly"].events[inner].sum() > 0
                assert not told_apart or _is_union(of_month, blocks), (threshold, zone)
        before = books
