"""
Attack what is told of a file of events: `python -m tools.attack_release --files 200 --seed 1`.

Random towns and files, random sequences of filters, thresholds raised in between; then linear
algebra over all told numbers against every small set of place, period, outcome and response.
"""

from __future__ import annotations

import argparse
import itertools
import sys

import numpy as np
import pandas as pd

from geo.privacy.books import OUTCOMES, RESPONSES
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
                self.learn_bounds(book, wanted, places, columns, row)
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
                self.learn(self.cells(members, **self.of_columns(name, row.columns)), row.events)

    def learn_bounds(self, book, wanted, places, columns, row):
        """Learn what the zones inside and around an area add up to."""
        sums = book.zone_sums(wanted)
        touched = np.unique(book.zone[places])
        members = {zone: np.flatnonzero(book.zone == zone) for zone in touched}
        inside = [zone for zone in touched if set(members[zone]) <= set(places) and sums[zone] >= 0]
        ends = [(inside, row["events_low"])]
        if pd.notna(row["events_high"]):
            ends.append((touched, row["events_high"]))
        for zones, number in ends:
            pieces = [piece for zone in zones for piece in members[zone]]
            self.learn(self.cells(pieces, **columns), number)
        true = self.cells(places, **columns) @ self.truth
        assert row["events_low"] <= true
        assert pd.isna(row["events_high"]) or true <= row["events_high"]

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


def main():
    """Attack as many files as asked for; return 1 where a small count was won."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    asked = told = tried = won = 0
    for number in range(options.files):
        seed = options.seed * 100_000 + number
        random = np.random.default_rng(seed)
        pieces = town(seed=seed)
        events = happenings(random.integers(30, 400), len(pieces), seed, random.choice([0.3, 1, 5]))
        attacker = Attacker(pieces, events)
        for threshold, questions in zip(THRESHOLDS[:3], (25, 10, 10), strict=True):
            if len(events) >= threshold:
                attacker.ask(release(events, pieces, threshold=threshold), random, questions)
                asked += questions
        equations, numbers, free = attacker.system()
        targets = np.array(list(attacker.small_sets(THRESHOLDS[0])))[:, free]
        targets = targets[targets.any(axis=1)]
        told, tried = told + len(numbers), tried + len(targets)
        won += int(derivable(equations, targets).sum())
        won += sum(0 < one < THRESHOLDS[0] for one in attacker.numbers)
    print(
        f"{options.files} files, {asked:,} filters, {told:,} told numbers, "
        f"{tried:,} small sets tried, {won} won"
    )
    return int(won > 0)


if __name__ == "__main__":
    sys.exit(main())
