"""Where numbers come from: one block for every file that leaves the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from geo import __version__, wording
from geo.address import to_query
from geo.edition import EVIDENCE
from geo.map_view import high_need_period, place_text
from geo.reach import reach_of
from geo.scenario import scenario_words
from geo.travel.routed import ESTIMATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.answers import Answers
    from geo.scope import Scope
    from geo.source_records import SourceRecord

APP: Final = "Overdose Response Coverage Dashboard"


@dataclass(frozen=True)
class Provenance:
    """
    What a file says of itself.

    Parameters
    ----------
    title : str
    scope : str
        Place, period, threshold, day.
    sources : tuple of str
        One line each: publisher, title, vintage, day it was read.
    date : str
        Day the police evidence is for.
    data_hash, version : str
    address : str
        Restores the view.
    what_if : str
        What is supposed; empty for the record.
    """

    title: str
    scope: str
    sources: tuple[str, ...]
    date: str
    data_hash: str
    version: str
    address: str
    what_if: str

    @property
    def block(self) -> dict[str, str]:
        """The parts by their names, in the order a header gives them."""
        block = {
            "title": self.title,
            "scope": self.scope,
            "source": "; ".join(self.sources),
            "date": self.date,
            "data hash": self.data_hash,
            "version": f"{APP} {self.version}",
            "address": self.address,
        }
        return {"WHAT IF, not the record": self.what_if, **block} if self.what_if else block


def provenance(
    answers: Answers,
    scope: Scope,
    title: str,
    *,
    source_ids: Sequence[str],
    page: str,
    reach: str = "",
) -> Provenance:
    """
    Return what a file of a view says of itself.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    title : str
    source_ids : sequence of str
        Records of `data/sources`.
    page : str
        Address of the page, without a query.
    reach : str
        What residents are near to or far from by the estimate; treatment by default.

    Returns
    -------
    Provenance
    """
    start, end = high_need_period(answers, scope)
    used = "any listed facility" if scope.facilities == "treatment" else "OTPs only"
    word = ESTIMATED if reach else reach_of(answers, scope).word_of(scope.facilities)
    reach = reach or f"treatment ({used})"
    measure = answers.measures[scope.measure].label
    text = (
        f"{place_text(answers, scope)}; {measure}, "
        f"{wording.period_text(scope.start, scope.end)}; high need of "
        f"{wording.period_text(start, end)}; threshold {scope.minutes} {word} minutes to {reach}"
    )
    return Provenance(
        title,
        text,
        tuple(source_line(answers.sources[one]) for one in dict.fromkeys(source_ids) if one),
        f"police evidence as of {scope.as_of}",
        answers.reader.data_hash,
        __version__,
        view_address(answers, scope, page),
        scenario_words(scope.scenario),
    )


def view_address(answers: Answers, scope: Scope, page: str) -> str:
    """Return the address that restores a view on a page."""
    query = urlencode(to_query(scope, answers.first_scope()))
    return f"{page}?{query}" if query else page


def source_line(record: SourceRecord) -> str:
    """Return a source as a reference names it."""
    if record.source_id == EVIDENCE:
        return (
            "press, department and program pages, each row with its own source "
            f"(compiled {record.accessed_date})"
        )
    return f"{record.publisher}, {record.title}, {record.vintage} (accessed {record.accessed_date})"
