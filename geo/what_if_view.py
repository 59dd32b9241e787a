"""What a scenario changes, from answers and a scope."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import wording
from geo.coverage import coverage
from geo.gap_view import CLASS_WORDS, scoped_gaps
from geo.reach import reach_of
from geo.scenario import NOTHING_SUPPOSED
from geo.scope import GapFilter

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

SHARES: Final = {
    "police_documented_share": "Live where police are documented to carry naloxone",
    "police_unknown_share": "Live where nothing is known of it",
    "treatment_share": "Live within {minutes} min of treatment ({treatment})",
    "otp_share": "Live within {minutes} min of an OTP ({otp})",
}
SHARE_COLUMNS: Final = {
    "measure": "Of all residents",
    "record": "On record",
    "supposed": "What if",
    "people_more": "People more",
}
CHANGE_COLUMNS: Final = {
    "name": "Area",
    "record": "Gap on record",
    "supposed": "Gap, what if",
    "people_fewer": "Fewer people affected",
}


def scenario_choices(answers: Answers, scope: Scope) -> dict[str, dict[str, str]]:
    """
    Return what can be supposed in the chosen counties, by field of `Scenario`.

    Parameters
    ----------
    answers : Answers
        Of the record.
    scope : Scope

    Returns
    -------
    dict of str to dict of str to str
        Per field the label of each identifier. What is supposed already is always among them.
    """
    counties = scope.chosen_counties(answers.regions[scope.region])
    people = answers.people(scope.as_of)
    people = people[people["county_geoid"].isin(counties)]
    asked = people[people["naloxone_code"] != "documented"]
    policed = asked.groupby("agency_id")["residents_persons"].sum().sort_values(ascending=False)
    names = answers.reader.read("agency").set_index("agency_id")["name"]
    facilities = answers.reader.read("facility").set_index("facility_id")
    here = facilities[facilities["county_geoid"].isin(counties)]
    here = here[here.index.isin(answers.scenario_identifiers["without"])].sort_values("name")
    areas = answers.reader.spatial("municipality").set_index("area_id")["label"]
    county_of = answers.reader.spatial("municipality").set_index("area_id")["county_geoid"]
    near = areas[county_of.isin(counties)].sort_values()
    supposed = scope.scenario

    def labelled(labels: pd.Series, listed: pd.Index, chosen: tuple[str, ...]) -> dict[str, str]:
        wanted = [*listed, *(one for one in chosen if one not in set(listed))]
        return {str(one): str(labels[one]) for one in wanted}

    places = areas + " (" + county_of.map(answers.county_names) + ")"
    return {
        "documented": labelled(names, policed.index, supposed.documented),
        "without": labelled(
            facilities["name"] + ", " + facilities["city"].fillna(""),
            here.index,
            supposed.without,
        ),
        "otp_at": labelled(places, near.index, supposed.otp_at),
        "treatment_at": labelled(places, near.index, supposed.treatment_at),
    }


def share_changes(answers: Answers, scope: Scope) -> pd.DataFrame:
    """
    Return the shares of the chosen counties on record and under the scope's scenario.

    Parameters
    ----------
    answers : Answers
        Of the record.
    scope : Scope

    Returns
    -------
    pandas.DataFrame
        The columns of `SHARE_COLUMNS`, and the shares as numbers: record_share, supposed_share.
    """
    counties = scope.chosen_counties(answers.regions[scope.region])
    rows = []
    for one in (answers, answers.under(scope.scenario)):
        people = one.people(scope.as_of)
        people = people[people["county_geoid"].isin(counties)]
        rows.append(coverage(people, None, minutes=scope.minutes).iloc[0])
    record, supposed = rows
    words = reach_of(answers.under(scope.scenario), scope).words
    residents = int(record["residents_persons"])
    table = pd.DataFrame(
        {
            "measure": [label.format(minutes=scope.minutes, **words) for label in SHARES.values()],
            "record_share": pd.array(record[list(SHARES)], dtype="Float64"),
            "supposed_share": pd.array(supposed[list(SHARES)], dtype="Float64"),
        }
    )
    more = (table["supposed_share"] - table["record_share"]) * residents
    return table.assign(
        record=[wording.share_text(share) for share in table["record_share"]],
        supposed=[wording.share_text(share) for share in table["supposed_share"]],
        people_more=more.round().astype("Int64"),
    )


def gap_changes(answers: Answers, scope: Scope) -> pd.DataFrame:
    """
    Return the municipalities whose gap class or people affected the scenario changes.

    Parameters
    ----------
    answers : Answers
        Of the record.
    scope : Scope

    Returns
    -------
    pandas.DataFrame, indexed by area_id, most people first
        The columns of `CHANGE_COLUMNS`.
    """
    plain = replace(scope, scenario=NOTHING_SUPPOSED, gaps=GapFilter())
    record = scoped_gaps(answers, plain)
    supposed = scoped_gaps(answers.under(scope.scenario), plain).reindex(record.index)
    fewer = record["affected_persons"] - supposed["affected_persons"]
    changed = (record["gap_code"] != supposed["gap_code"]) | (fewer != 0)
    table = pd.DataFrame(
        {
            "name": record["name"],
            "record": record["gap_code"].map(CLASS_WORDS),
            "supposed": supposed["gap_code"].map(CLASS_WORDS),
            "people_fewer": fewer,
        }
    )
    return table[changed].sort_values("people_fewer", ascending=False, kind="stable")
