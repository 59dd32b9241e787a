"""What the gaps page shows, from answers and a scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from geo import wording
from geo.gap_table import gap_table
from geo.gaps import NO_CLASS, RESIDENTS_UNKNOWN, TREATMENT_UNKNOWN, need_code, without_need
from geo.map_view import chosen_municipalities, high_need_period
from geo.reach import reach_of
from geo.robustness import GRID_SIZE

if TYPE_CHECKING:
    import pandas as pd

    from geo.answers import Answers
    from geo.scope import Scope

CLASS_WORDS: Final = {
    "double_gap": "Both gaps, high need",
    "double_gap_without_high_need": "Both gaps",
    "double_gap_need_unknown": "Both gaps, need not known",
    "naloxone_gap": "Naloxone not documented, high need",
    "treatment_gap": "Treatment too far, high need",
    "naloxone_gap_without_high_need": "Naloxone not documented",
    "naloxone_gap_need_unknown": "Naloxone not documented, need not known",
    "treatment_gap_without_high_need": "Treatment too far",
    "treatment_gap_need_unknown": "Treatment too far, need not known",
    "covered": "No gap, high need",
    "covered_without_high_need": "No gap",
    "covered_need_unknown": "No gap, need not known",
    "nobody_lives_here": "Nobody lives here",
    TREATMENT_UNKNOWN: "Not known: no list of treatment facilities",
    RESIDENTS_UNKNOWN: "Not known: residents not known",
}
CHOICE_WORDS: Final = {
    "minutes": "the threshold (15, 20 or 30 minutes)",
    "announced": "whether an announcement counts as carrying",
    "facilities": "what counts as treatment (any listed facility, or OTPs only)",
    "years": "the years of deaths (last three or five)",
    "exceedance": "how sure a hotspot must be (90 or 95 in 100)",
}
POLICE_WORDS: Final = {
    "documented": "documented",
    "announced": "announced only",
    "does_not_carry": "documented not to carry",
    "not_documented": "unknown",
}
COLUMNS: Final = {
    "name": "Area",
    "affected_persons": "People affected",
    "gap": "Gap",
    "sure": "How sure",
    "police": "Police naloxone",
    "facility_minutes": "Min to treatment ({reach_short})",
    "county": "County",
    "residents_persons": "Residents ({year})",
    "need": "Need",
    "agency_name": "Primary agency",
    "jurisdiction": "Jurisdiction is",
    "source_url": "Evidence",
}
COLUMN_HELP: Final = {
    "affected_persons": "Residents under police not documented to carry naloxone, or beyond the "
    "threshold, or both",
    "sure": f"In how many of {GRID_SIZE} combinations of choices the gap class stays the same; "
    "robust: in all of them. The error of the minutes is not among the choices.",
    "need": "High: the deaths make it a hotspot or part of a cluster. Below the county it is known "
    "only where tract groups are there.",
    "jurisdiction": "How it is known that this agency polices the area",
}
DOWNLOAD_COLUMNS: Final = {
    "area_id": "Our identifier of a municipality: county and Census GEOID",
    "geoid": "Census GEOID",
    "name": "Area; of a municipality in two counties, the part in this one",
    "county_geoid": "County GEOID",
    "county": "County",
    "residents_persons": "Residents, {year}, by tract",
    "gap_code": "Gap class; without_high_need where the county is no hotspot and in no cluster, "
    "need_unknown where nothing is known of it",
    "affected_persons": "Residents under police not documented to carry, or beyond the threshold",
    "is_robust": "The class is the same under every choice of the grid",
    "depends_on": "Choices of the grid that change the class",
    "same_class_share": f"Share of the {GRID_SIZE} combinations of choices with this class",
    "need_level_code": "area: the row's own need; county: its county's need",
    "is_high_need": "Hotspot class high or very high, or inside a significant cluster",
    "police_code": "Naloxone status of the primary agency; of a county, of most residents",
    "treatment_minutes": "Median {treatment} minutes to the nearest listed facility",
    "otp_minutes": "Median {otp} minutes to the nearest listed OTP",
    "agency_name": "Primary police agency",
    "basis_code": "Why it is the primary agency",
    "confidence_code": "How sure the jurisdiction is",
    "since_date": "Documented since",
    "source_name": "Source of the status",
    "source_url": "Where to read it",
    "sentence": "The row in words",
}


def columns(answers: Answers, scope: Scope) -> dict[str, str]:
    """Return the labels of the rows on screen."""
    reach = reach_of(answers, scope)
    labels = answers.edition.dated(COLUMNS)
    short = reach.short_of(scope.facilities)
    return {name: label.replace("{reach_short}", short) for name, label in labels.items()}


def download_columns(answers: Answers, scope: Scope) -> dict[str, str]:
    """Return what the columns of a download mean."""
    return reach_of(answers, scope).named(answers.edition.dated(DOWNLOAD_COLUMNS))


def scoped_gaps(answers: Answers, scope: Scope) -> pd.DataFrame:
    """Return `gap_table` of a scope, every class."""
    return gap_table(
        answers,
        scope.chosen_counties(answers.regions[scope.region]),
        by=scope.gaps.level,
        as_of=scope.as_of,
        minutes=scope.minutes,
        facilities=scope.facilities,
        period=high_need_period(answers, scope),
    )


def listed_gaps(answers: Answers, scope: Scope) -> pd.DataFrame:
    """Return the rows that the scope's filter leaves, worst first."""
    table = scoped_gaps(answers, scope)
    if scope.gaps.classes:
        table = table[table["gap_code"].isin(scope.gaps.classes)]
    return table[table["is_robust"]] if scope.gaps.robust_only else table


def for_screen(answers: Answers, table: pd.DataFrame, facilities: str) -> pa.Table:
    """Return the rows in words, with the columns of `COLUMNS` that they have."""
    shown = table.copy()
    shown["county"] = shown["county_geoid"].map(answers.county_names)
    shown["gap"] = shown["gap_code"].map(CLASS_WORDS)
    shown["police"] = shown["police_code"].map(POLICE_WORDS)
    shown["facility_minutes"] = shown[f"{facilities}_minutes"]
    same = (shown["same_class_share"] * GRID_SIZE).round().astype(int).astype("str")
    shown["sure"] = ("same in " + same + f" of {GRID_SIZE}").mask(shown["is_robust"], "robust")
    level = shown["need_level_code"].map({"county": " (county’s need)", "area": ""})
    words = {"high": "high", "not_high": "not high", "unknown": "not known"}
    shown["need"] = [words[need_code(high)] for high in shown["is_high_need"]] + level
    if "confidence_code" in shown:
        shown["jurisdiction"] = shown["confidence_code"].map(wording.CONFIDENCE_WORDS)
    else:
        shown = shown.drop(columns="county")
    columns = [column for column in COLUMNS if column in shown]
    return pa.Table.from_pandas(shown[columns], preserve_index=False).replace_schema_metadata(None)


def sureness(is_robust: bool, depends_on: str) -> str:  # noqa: FBT001
    """
    Return whether a class is robust, or the choices it depends on.

    Examples
    --------
    >>> sureness(False, "minutes|announced")
    'depends on the threshold (15, 20 or 30 minutes); whether an announcement counts as carrying'
    """
    if is_robust:
        return "robust"
    return "depends on " + "; ".join(CHOICE_WORDS[one] for one in depends_on.split("|"))


@dataclass(frozen=True)
class ChosenRow:
    """
    The chosen area in words.

    Parameters
    ----------
    gap, sure, sentence : str
    link : str
        Address of the evidence, or empty.
    """

    gap: str
    sure: str
    sentence: str
    link: str


def chosen_row(answers: Answers, scope: Scope) -> ChosenRow | None:
    """Return the chosen area in words; None where none is chosen or it is not among the rows."""
    table = scoped_gaps(answers, scope)
    if scope.area not in table.index:
        return None
    row = table.loc[scope.area]
    link = row.get("source_url")
    return ChosenRow(
        CLASS_WORDS[row["gap_code"]],
        sureness(row["is_robust"], row["depends_on"]),
        row["sentence"],
        link if isinstance(link, str) else "",
    )


def mapped_areas(answers: Answers, scope: Scope) -> frozenset[str] | None:
    """Return the municipalities the map colours: the listed ones; None for all."""
    if scope.gaps.level == "county":
        return None
    return frozenset(listed_gaps(answers, scope).index)


def summary(answers: Answers, scope: Scope) -> str:
    """Return what the table shows, in two sentences."""
    table = scoped_gaps(answers, scope)
    if table.empty:
        return answers.edition.why_no_gaps()
    listed = listed_gaps(answers, scope)
    rows = "municipalities" if scope.gaps.level == "municipality" else "counties"
    if listed.empty:
        return f"None of the {len(table)} {rows} is listed."
    people = int(listed["affected_persons"].sum())
    gaps = int((~without_need(listed["gap_code"]).isin(("covered", *NO_CLASS))).sum())
    robust = int(listed["is_robust"].sum())
    site = {"treatment": "treatment", "otp": "an OTP"}[scope.facilities]
    sure = f"{robust} of them keep their class" if robust < len(listed) else "All keep their class"
    reach = reach_of(answers, scope)
    return (
        f"{len(listed)} of {len(table)} {rows} listed, {gaps} with a gap. In them {people:,} "
        f"people are affected, some where most are not: their primary police are not documented "
        f"to carry naloxone, or they live over {scope.minutes} "
        f"{reach.word_of(scope.facilities)} minutes from {site}, or both. "
        f"{_left_out(answers, scope)}{sure} under all {GRID_SIZE} combinations of threshold, what "
        f"counts as treatment, announcements, years and hotspot cut; the error of the minutes is "
        f"not among these. Order: both gaps before one, high need first, then people affected."
    )


def _left_out(answers: Answers, scope: Scope) -> str:
    hidden = int(chosen_municipalities(answers, scope)["residents_persons"].isna().sum())
    if not hidden or scope.gaps.level == "county":
        return ""
    rows = wording.plural(hidden, "municipality")
    return f"Left out: {hidden} {rows} whose residents are not known. "


def for_download(answers: Answers, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the columns of `DOWNLOAD_COLUMNS` that they have."""
    table = table.assign(county=table["county_geoid"].map(answers.county_names))
    for kind in ("treatment", "otp"):
        table[f"{kind}_minutes"] = table[f"{kind}_minutes"].round(1)
    return table[[column for column in DOWNLOAD_COLUMNS if column in table]]
