"""The source record of the general rule, true of the states whose folder it lies in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geo.rule_claims import RULE_SOURCE
from geo.source_records import SourceRecord
from geo.state_profiles import PROFILES_READ, state_profile
from geo.states import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.state_profiles import StateProfile

TITLE: Final = "General rule: who polices {place} where no department is known"
TERMS: Final = "Facts only"
UNDATED: Final = "undated page"
NO_PAGE: Final = "This project; no page on the state as a whole was read"
DEFAULT: Final = "default rule"
DEFAULT_NOTE: Final = (
    "No source was read that says who polices {place} where no department is known. By default it "
    "is the county's sheriff, or a county police department that the lists name."
)
SEVERAL: Final = "several, named in the note"


def rule_record(states: Sequence[str]) -> SourceRecord:
    """
    Return the source record `general-rule` of a folder.

    Parameters
    ----------
    states : sequence of str
        FIPS codes of the states of the folder; at least one.

    Returns
    -------
    SourceRecord
        Of one state: the page behind its profile, or that it is the default rule and no page was
        read. Of several: the same on each in the note, with its page; no address of its own.

    Raises
    ------
    InputError
        If there is no such state.
    """
    by_name = {state_of(one).name: _of_state(state_profile(one)) for one in dict.fromkeys(states)}
    records = list(by_name.values())
    if len(records) == 1:
        return records[0]
    return replace(
        records[0],
        title=TITLE.format(place=f"{len(records)} states"),
        publisher=_shared([one.publisher for one in records]),
        vintage=_shared([one.vintage for one in records]),
        url="",
        note=" ".join(_told(name, one) for name, one in by_name.items()),
    )


def _of_state(profile: StateProfile) -> SourceRecord:
    name = state_of(profile.state).name
    has_page = bool(profile.source_url)
    return SourceRecord(
        RULE_SOURCE,
        TITLE.format(place=name),
        profile.source_name if has_page else NO_PAGE,
        (profile.source_date or UNDATED) if has_page else DEFAULT,
        TERMS,
        profile.source_url,
        f"{profile.note}." if has_page else DEFAULT_NOTE.format(place=name),
        PROFILES_READ,
    )


def _shared(values: Sequence[str]) -> str:
    return values[0] if len(set(values)) == 1 else SEVERAL


def _told(name: str, record: SourceRecord) -> str:
    page = f" ({record.publisher}, {record.vintage}, {record.url})" if record.url else ""
    return f"{name}: {record.note}{page}"
