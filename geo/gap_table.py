"""The ranked gaps of a region: class, people affected, what is missing, how sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo import robustness
from geo.gap_sentences import county_sentence, municipality_sentence
from geo.gaps import NOT_KNOWN, gap_class, majority_naloxone_code, with_need, worst_first
from geo.hotspots import high_need
from geo.map_view import own_need
from geo.reach import reach_in
from geo.remember import remembered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from geo.answers import Answers


@remembered
def gap_table(
    answers: Answers,
    counties: tuple[str, ...],
    *,
    by: str,
    as_of: date,
    minutes: float,
    facilities: str,
    period: tuple[int, int],
) -> pd.DataFrame:
    """
    Return the gaps of a set of counties, worst first.

    Parameters
    ----------
    answers : Answers
    counties : tuple of str
        County GEOIDs; they and their municipalities are left out where residents or facilities
        are not known.
    by : {"municipality", "county"}
    as_of : datetime.date
        Of the police evidence.
    minutes : float
        Threshold, included.
    facilities : {"treatment", "otp"}
        What closes a treatment gap.
    period : two int
        First and last year of the deaths that high need is judged on.

    Returns
    -------
    pandas.DataFrame, indexed by area_id or county GEOID
        geoid, name, county_geoid, residents_persons; gap_code (with need, of `geo.gaps`);
        affected_persons: residents whose primary agency is not documented to carry, who live
        beyond the threshold, or both; is_robust, depends_on, same_class_share of `robustness`;
        need_level_code (area where the need is the row's own, county where it is its county's),
        is_high_need; police_code; treatment_minutes, otp_minutes; sentence; for municipalities
        also agency_name, basis_code, confidence_code, since_date, source_name, source_url.
    """
    table = (_municipalities if by == "municipality" else _counties)(
        answers, counties, as_of, minutes, facilities
    )
    bare = gap_class(
        table["police_code"],
        table[f"{facilities}_minutes"],
        table["residents_persons"],
        minutes=minutes,
    )
    table, bare = table[~bare.isin(NOT_KNOWN)].copy(), bare[~bare.isin(NOT_KNOWN)]
    need = answers.need("hotspot", *period)
    high = high_need(need).astype("boolean").reindex(table["county_geoid"])
    table["is_high_need"] = high.to_numpy()
    table["need_level_code"] = "county" if by == "municipality" else "area"
    grid_of_need = _need_grid(answers, table["county_geoid"], period[1])
    if by == "municipality":
        _take_own_need(answers, table, grid_of_need)
    table["gap_code"] = with_need(bare, table["is_high_need"])
    table["affected_persons"] = _affected(
        answers.people(as_of), f"{facilities}_minutes", minutes=minutes, by=by
    ).reindex(table.index, fill_value=0)
    grid = robustness.gap_grid(
        table["police_code"],
        table[["treatment_minutes", "otp_minutes"]],
        grid_of_need,
    )
    table = table.join(
        robustness.robustness(grid, with_need(bare, table["is_high_need"].fillna(value=False)))
    )
    table["why_no_need"] = [
        answers.why_no_need("hotspot", *period, county) for county in table["county_geoid"]
    ]
    sentence = municipality_sentence if by == "municipality" else county_sentence
    word = {
        county: reach_in(answers, as_of, (county,)).word_of(facilities)
        for county in table["county_geoid"].unique()
    }
    table["sentence"] = [
        sentence(
            row, answers, minutes=minutes, facilities=facilities, word=word[row["county_geoid"]]
        )
        for _, row in table.iterrows()
    ]
    return worst_first(table.drop(columns="why_no_need"), "affected_persons")


def _municipalities(
    answers: Answers, counties: Sequence[str], as_of: date, minutes: float, facilities: str
) -> pd.DataFrame:
    table = answers.municipalities(as_of, minutes, facilities)
    table = table[table["county_geoid"].isin(counties)]
    return table.rename(columns={"label": "name", "naloxone_code": "police_code"}).drop(
        columns="gap_code"
    )


def _counties(
    answers: Answers, counties: Sequence[str], as_of: date, minutes: float, _: str
) -> pd.DataFrame:
    table = answers.counties(as_of, minutes)
    table = table[table.index.isin(counties)].copy()
    table["name"] = table["name"] + " County"
    table["geoid"] = table["county_geoid"] = table.index
    table["police_code"] = majority_naloxone_code(
        table["police_documented_share"], table["police_announced_share"]
    )
    return table


def _affected(people: pd.DataFrame, minutes_to: str, *, minutes: float, by: str) -> pd.Series:
    lacks = (people["naloxone_code"] != "documented") | (people[minutes_to] > minutes)
    key = "area_id" if by == "municipality" else "county_geoid"
    total = people["residents_persons"].where(lacks, 0).groupby(people[key]).sum()
    return total.round().astype("Int64")


def _take_own_need(answers: Answers, table: pd.DataFrame, grid: np.ndarray) -> None:
    """Put an area's own need in place of its county's, where tract groups tell it."""
    own = own_need(answers).reindex(table.index)
    known = own.notna().to_numpy(bool)
    table["is_high_need"] = own.where(own.notna(), table["is_high_need"])
    table.loc[known, "need_level_code"] = "area"
    shares = dict(
        zip(robustness.EXCEEDANCE, ("high_share_at_10_percent", "high_share"), strict=True)
    )
    for column, probability in enumerate(robustness.EXCEEDANCE):
        high = own_need(answers, share=shares[probability]).reindex(table.index)
        grid[known, :, column] = high[known].to_numpy(bool)[:, None]


def _need_grid(answers: Answers, county: pd.Series, last_year: int) -> np.ndarray:
    grid = np.zeros((len(county), len(robustness.NEED_YEARS), len(robustness.EXCEEDANCE)), bool)
    first_year = answers.measures["hotspot"].first_year
    for place, years in enumerate(robustness.NEED_YEARS):
        need = answers.need("hotspot", max(first_year, last_year - years + 1), last_year)
        for column, probability in enumerate(robustness.EXCEEDANCE):
            high = high_need(need, probability=probability)
            grid[:, place, column] = high.reindex(county, fill_value=False).to_numpy(bool)
    return grid
