"""Whether minutes are by road or estimated, and the words that say so wherever they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from geo import wording
from geo.coverage import SITE_KINDS
from geo.remember import remembered
from geo.source_records import SourceRecord
from geo.travel.routed import ESTIMATED, NO_WAY, ROUTED
from geo.travel.tables import SOURCE_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from geo.answers import Answers
    from geo.scope import Scope
    from geo.tables.reader import TableReader

MIXED: Final = "partly estimated"
SHORT: Final = {ESTIMATED: "est.", ROUTED: "by road", MIXED: "part est."}
ENGINES: Final = {
    "valhalla": "Valhalla",
    "valhalla_server": "a Valhalla server",
    "osrm_server": "an OSRM server",
}
TO: Final = {"treatment": "to treatment", "otp": "to an OTP", "walk_in": "to a walk-in station"}


@dataclass(frozen=True)
class Reach:
    """
    How the minutes of some residents came about.

    Parameters
    ----------
    shares : dict of str to float
        By kind of site the share of residents whose minutes are by road; missing where there is no
        site, or nobody.
    error_minutes : float, minutes
        Mean absolute error of the estimate.
    made : str
        Engine and day of the minutes by road; empty where nothing was routed.
    """

    shares: Mapping[str, float]
    error_minutes: float
    made: str = ""

    def word_of(self, *kinds: str) -> str:
        """
        Return "estimated", "routed" or "partly estimated", of some kinds of sites together.

        Examples
        --------
        >>> reach = Reach({"treatment": 1.0, "otp": 0.5, "walk_in": 0.0}, 3.7, "Valhalla")
        >>> [reach.word_of(kind) for kind in SITE_KINDS], reach.word_of()
        (['routed', 'partly estimated', 'estimated'], 'partly estimated')
        """
        shares = [self.shares[kind] for kind in kinds or SITE_KINDS]
        known = [share for share in shares if not np.isnan(share)]
        if not any(known):
            return ESTIMATED
        return ROUTED if min(known) == 1 else MIXED

    def short_of(self, *kinds: str) -> str:
        """Return the same for a narrow column: "est.", "by road" or "part est."."""
        return SHORT[self.word_of(*kinds)]

    @property
    def words(self) -> dict[str, str]:
        """What stands for the names in braces of a label: a kind, or a kind and `_short`."""
        words = {kind: self.word_of(kind) for kind in SITE_KINDS}
        return words | {f"{kind}_short": self.short_of(kind) for kind in SITE_KINDS}

    def named(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Return labels of columns with words in place of the names of `words` in braces."""
        found = dict(labels)
        for name, word in self.words.items():
            found = {one: label.replace(f"{{{name}}}", word) for one, label in found.items()}
        return found

    def told(self, estimate: str) -> str:
        """Return a sentence on the estimate where all is estimated, else `sentence`."""
        return estimate if self.word_of() == ESTIMATED else self.sentence

    @property
    def sentence(self) -> str:
        """How the minutes came about."""
        error = self.error_minutes
        if self.word_of() == ESTIMATED:
            guess = "Minutes are estimated from straight-line distance"
            return f"{guess}, off by {error:.1f} on average."
        roads = f"Minutes are by car over OpenStreetMap roads, without traffic ({self.made})"
        if self.word_of() == ROUTED:
            return f"{roads}."
        return (
            f"{roads}, for {self._whom()}; the others’ are estimated from straight-line distance, "
            f"off by {error:.1f} on average."
        )

    def _whom(self) -> str:
        texts = {
            kind: wording.share_text(share)
            for kind, share in self.shares.items()
            if not np.isnan(share)
        }
        first = next(iter(texts.values()))
        if set(texts.values()) == {first}:
            return f"{first} of residents"
        parts = [f"{text} {TO[kind]}" for kind, text in texts.items()]
        return f"these shares of residents: {wording.listing(parts)}"


@remembered
def reach_of(answers: Answers, scope: Scope) -> Reach:
    """Return how the minutes of the chosen counties came about."""
    return reach_in(answers, scope.as_of, scope.chosen_counties(answers.regions[scope.region]))


def reach_in(answers: Answers, as_of: date, counties: Collection[str]) -> Reach:
    """Return how the minutes of some counties came about; the day is that of the stations."""
    error = answers.travel_time.mean_absolute_error_minutes
    if not answers.routed_by:
        return Reach(dict.fromkeys(SITE_KINDS, 0.0), error)
    people = answers.people(as_of)
    shares = routed_shares(people[people["county_geoid"].isin(counties)])
    return Reach(shares, error, answers.routed_by)


def routed_shares(people: pd.DataFrame) -> dict[str, float]:
    """
    Return the share of residents whose minutes are by road, or known to have no way.

    Parameters
    ----------
    people : pandas.DataFrame
        From `people_and_help`.

    Returns
    -------
    dict of str to float, by kind of site
        NaN where there is no site of the kind, or nobody.
    """
    residents = people["residents_persons"].to_numpy(float)
    shares = {}
    for kind in SITE_KINDS:
        method = people[f"{kind}_method_code"]
        by_road = residents[method.isin([ROUTED, NO_WAY]).to_numpy(bool)].sum()
        guessed = residents[(method == ESTIMATED).to_numpy(bool)].sum()
        total = by_road + guessed
        shares[kind] = float(by_road / total) if total else float("nan")
    return shares


def engine_and_day(reader: TableReader) -> str:
    """Return what made the minutes by road, and when; empty where there are none."""
    travel = reader.travel
    if travel is None:
        return ""
    engine = ENGINES[travel["engine_code"].iloc[0]] if len(travel) else "no engine"
    day = date.fromisoformat(reader.travel_record["made_date"])
    return f"{engine}; routed {wording.day_text(day)}"


def routing_source(reader: TableReader) -> SourceRecord | None:
    """Return the record of the minutes by road as a source; None where there are none."""
    if reader.travel is None:
        return None
    record = reader.travel_record
    made = engine_and_day(reader).partition(";")[0]
    return SourceRecord(
        SOURCE_ID,
        title="Minutes by road from where people live to places of help",
        publisher=f"OpenStreetMap contributors; routed by {made}",
        vintage=str(record.get("extract") or "roads of the server"),
        licence="OpenStreetMap data ODbL 1.0, © OpenStreetMap contributors",
        url="https://www.openstreetmap.org/copyright",
        note="Worked out here, by car at the speeds of the map, without traffic, from road to "
        "road. Speeds are those that volunteers entered or that the engine assumes.",
        accessed_date=str(record["made_date"]),
    )
