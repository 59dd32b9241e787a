"""Attacks on what is told of a file: sequences of filters, then linear algebra and bounds."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.errors import InputError
from geo.privacy.books import FATES, OUTCOMES, RESPONSES
from geo.privacy.release import LEVELS, THRESHOLDS, release

MONTHS = tuple(map(str, pd.period_range("2021-07", "2022-06", freq="M")))
ANSWERS = ("police", "nobody", "unknown")
BOOKS = ("whole", "yearly", "fates", "monthly", "outcomes", "responses")


def town(pieces=6, seed=0):
    """Pieces in two counties whose tracts and municipalities cross each other."""
    random = np.random.default_rng(seed)
    number = np.arange(pieces)
    return pd.DataFrame(
        {
            "tract": [f"t{one}" for one in number // 2],
            "municipality": [f"m{one}" for one in (number + 1) // 2],
            "hexagon": [f"h{one}" for one in number % 3],
            "county": ["c0" if one < pieces - 2 else "c1" for one in number],
            "residents_persons": random.integers(100, 3_000, pieces),
            "longitude": -83 + 0.01 * number,
            "latitude": 42.5 + random.uniform(-0.01, 0.01, pieces),
            "x_m": 1_000.0 * number,
            "y_m": random.uniform(-500, 500, pieces),
        }
    )


def happenings(rows, pieces, seed, skew=1.0):
    """Events spread unevenly, so that some places and months have few."""
    random = np.random.default_rng(seed)
    where = random.dirichlet(np.full(pieces, skew))
    when = random.dirichlet(np.full(len(MONTHS), skew))
    frame = pd.DataFrame(
        {
            "piece": random.choice(pieces, rows, p=where),
            "month": random.choice(MONTHS, rows, p=when),
            "outcome_code": random.choice(OUTCOMES, rows, p=[0.12, 0.8, 0.08]),
            "response_code": random.choice(ANSWERS, rows, p=[0.3, 0.6, 0.1]),
        }
    )
    frame.loc[: len(MONTHS) - 1, "month"] = list(MONTHS)[: len(frame)]  # the whole span
    return frame


class Attacker:
    """Collects told numbers as equations over place x month x outcome x response."""

    def __init__(self, pieces, events):
        self.pieces = pieces
        self.shape = (len(pieces), len(MONTHS), len(OUTCOMES), len(RESPONSES))
        truth = np.zeros(self.shape, dtype=int)
        codes = [
            events["piece"],
            events["month"].map(MONTHS.index),
            events["outcome_code"].map(OUTCOMES.index),
            events["response_code"].map(RESPONSES.index),
        ]
        np.add.at(truth, tuple(np.array(code) for code in codes), 1)
        self.truth = truth.ravel()
        self.rows, self.numbers = [], []

    def cells(self, places, months=None, outcomes=None, responses=None):
        """The indicator of a set of events."""
        axes = []
        for length, chosen in zip(self.shape, (places, months, outcomes, responses), strict=True):
            axis = np.zeros(length)
            axis[slice(None) if chosen is None else list(chosen)] = 1
            axes.append(axis)
        return np.einsum("a,b,c,d->abcd", *axes).ravel()

    def of_columns(self, name, wanted):
        """The months, outcomes and responses that columns of a book mean."""
        if name == "whole":
            return {}
        if name == "monthly":
            return {"months": [MONTHS.index(one) for one in wanted]}
        if name == "yearly":
            return {"months": [n for n, one in enumerate(MONTHS)
                               if any(one[:4] in year for year in wanted)]}  # fmt: skip
        if name == "fates":
            of_fate = {"fatal": [0], "not_fatal": [1, 2]}
            return {"outcomes": [n for one in wanted for n in of_fate[one]]}
        codes = OUTCOMES if name == "outcomes" else RESPONSES
        return {name: [codes.index(one) for one in wanted]}

    def learn(self, indicator, number):
        assert number == indicator @ self.truth, "a told number is wrong"
        self.rows.append(indicator)
        self.numbers.append(int(number))

    def ask(self, told, random, questions):
        """Ask in a random order, as a person who changes filters."""
        for _ in range(questions):
            name = random.choice(BOOKS)
            book = getattr(told, name)
            size = random.integers(1, len(book.columns) + 1)
            wanted = tuple(random.choice(book.columns, size, replace=False))
            columns = self.of_columns(name, wanted)
            level = random.choice(LEVELS)
            table = told.areas(level, book, wanted)
            for area, row in table.iterrows():
                places = np.flatnonzero(self.pieces[level] == area)
                if row["events_reason_code"] == "reported":
                    self.learn(self.cells(places, **columns), row["events"])
                else:
                    assert pd.isna(row["events"])
                if pd.notna(row["zone_events"]):
                    zone = set(book.zone[places]) - set(np.flatnonzero(book.zone_sums(wanted) == 0))
                    assert len(zone) == 1
                    members = np.flatnonzero(book.zone == zone.pop())
                    self.learn(self.cells(members, **columns), row["zone_events"])
            for zone, row in told.zones(book, wanted).iterrows():
                if pd.notna(row["events"]):
                    self.learn(
                        self.cells(np.flatnonzero(book.zone == zone), **columns), row["events"]
                    )
            mask = random.random(len(self.pieces)) < 0.5
            number = book.tell(mask, wanted)
            if number is not None:
                self.learn(self.cells(np.flatnonzero(mask), **columns), number)
            counties = list(random.choice(["c0", "c1"], random.integers(1, 3), replace=False))
            for row in told.blocks(book, counties).itertuples():
                members = np.flatnonzero(book.zone == row.zone)
                self.learn(
                    self.cells(members, **self.of_columns(name, row.columns)), row.events
                )

    def system(self):
        """Equations without the cells that a told zero shows to be empty."""
        rows, numbers = np.array(self.rows), np.array(self.numbers)
        known_zero = (rows[numbers == 0] > 0).any(axis=0)
        return rows[:, ~known_zero], numbers, ~known_zero

    def small_sets(self, threshold):
        """Every place, time, outcome and response set whose count is small."""
        groups = [[one] for one in range(len(self.pieces))]
        for level in LEVELS:
            groups += [
                list(np.flatnonzero(self.pieces[level] == area))
                for area in self.pieces[level].unique()
            ]
        months = [[one] for one in range(len(MONTHS))] + [list(range(6)), list(range(6, 12)), None]
        outcomes = [[0], [1], [2], [1, 2], None]
        responses = [[RESPONSES.index(one)] for one in ANSWERS] + [None]
        for parts in itertools.product(groups, months, outcomes, responses):
            indicator = self.cells(*parts)
            if 0 < indicator @ self.truth < threshold:
                yield indicator


def derivable(rows, targets):
    """Which targets are a combination of the rows."""
    _, size, right = np.linalg.svd(rows, full_matrices=False)
    basis = right[size > 1e-9 * size[0]]
    rest = targets - (targets @ basis.T) @ basis
    return np.abs(rest).max(axis=1) < 1e-7


@settings(max_examples=25, deadline=None, derandomize=True)
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


@settings(max_examples=25, deadline=None, derandomize=True)
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
