"""A county's own departments and facilities beside the published record, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.gap_view import CLASS_WORDS, POLICE_WORDS, scoped_gaps

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.own_data.own_help import OwnRows
    from geo.scope import Scope

DEPARTMENT_COLUMNS: Final = {
    "name": "Department",
    "published": "Published record",
    "published_date": "Its date",
    "own": "The county’s own",
    "date": "Its date",
    "source": "Who says so",
    "differs": "Differs",
}
FACILITY_COLUMNS: Final = {
    "name": "Facility (the county’s own)",
    "kind": "Kind",
    "city": "City",
    "date": "Date",
    "source": "Who says so",
}
CHANGE_COLUMNS: Final = {
    "name": "Municipality",
    "county": "County",
    "residents_persons": "Residents ({year})",
    "published": "Gap by the published record",
    "own": "Gap with the county’s own rows added",
}


def departments_beside(answers: Answers, scope: Scope, departments: OwnRows) -> pd.DataFrame:
    """Return the county's own statuses beside the published ones of the chosen day."""
    status = answers.agency_status(scope.as_of).reindex(departments.used["agency_id"])
    published = status["naloxone_code"].fillna("not_documented").to_numpy()
    own = departments.used["naloxone_code"].to_numpy()
    return pd.DataFrame(
        {
            "name": departments.used["name"].to_numpy(),
            "published": [POLICE_WORDS[code] for code in published],
            "published_date": status["as_of_date"].to_numpy(),
            "own": [POLICE_WORDS[code] for code in own],
            "date": departments.used["date"].to_numpy(),
            "source": departments.used["source"].to_numpy(),
            "differs": ["yes" if one != two else "no"
                        for one, two in zip(published, own, strict=True)],
        }
    )  # fmt: skip


def facilities_shown(facilities: OwnRows) -> pd.DataFrame:
    """Return the county's own facilities."""
    words = {"otp": "OTP", "treatment": "Treatment facility"}
    used = facilities.used.assign(kind=facilities.used["kind_code"].map(words))
    return used[list(FACILITY_COLUMNS)]


def changes(record: Answers, own: Answers, scope: Scope) -> pd.DataFrame:
    """Return the municipalities whose gap class the county's own rows would change."""
    before, after = scoped_gaps(record, scope), scoped_gaps(own, scope)
    after = after.reindex(before.index)
    moved = before.index[before["gap_code"] != after["gap_code"]]
    return pd.DataFrame(
        {
            "name": before.loc[moved, "name"],
            "county": before.loc[moved, "county_geoid"].map(record.county_names),
            "residents_persons": before.loc[moved, "residents_persons"],
            "published": before.loc[moved, "gap_code"].map(CLASS_WORDS),
            "own": after.loc[moved, "gap_code"].map(CLASS_WORDS),
        }
    )
