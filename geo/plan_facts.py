"""Kits a county needs, and how far hotspots of the past found what followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import wording
from geo.backtest import deaths_found, plain_mean_rate
from geo.kits import TARGET, kits_by_county, kits_needed
from geo.map_view import high_need_period
from geo.need import years_of
from geo.remember import remembered

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

YEARS: Final = 4
KIT_COLUMNS: Final = {
    "county": "County",
    "population_persons": "Residents (latest estimate)",
    "by_people": "Kits a year, by people",
    "by_deaths": "Kits a year, by deaths",
}
BACKTEST_COLUMNS: Final = {
    "ranking": "Counties put first by",
    "counties": "Counties",
    "deaths": "Of later deaths, %",
    "people": "Of residents, %",
    "lift": "Deaths per resident, times the state’s",
}
RANKINGS: Final = {
    "model": "the hotspot’s probability",
    "smoothed": "the smoothed rate",
    "plain": "a plain four-year mean",
}


@remembered
def kits(answers: Answers, scope: Scope) -> pd.DataFrame:
    """
    Return `kits_by_county` of the chosen counties, with county and population_persons.

    Notes
    -----
    By deaths: the state's kits shared out by smoothed rate times person-years of the period.
    """
    need = answers.need("smoothed_rate", *high_need_period(answers, scope))
    rows = answers.reader.read("county_population")
    now = rows[rows["year"] == rows["year"].max()].set_index("county_geoid")["population_persons"]
    now = now.reindex(need.index)
    table = kits_by_county(
        now,
        need["rate_per_100k"] * need["person_years"],
        kits_needed(answers.reader.read("kit_saturation")),
    )
    chosen = scope.chosen_counties(answers.regions[scope.region])
    table.insert(0, "population_persons", now)
    table.insert(0, "county", table.index.map(answers.county_names))
    return table.loc[table.index.isin(chosen)]


def kits_for_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Return the kits in words, with the columns of `KIT_COLUMNS`."""
    shown = table[["county", "population_persons"]].copy()
    for name in ("people", "deaths"):
        limits = zip(
            *(table[f"kits_by_{name}{ending}"] for ending in ("", "_lower", "_upper")), strict=True
        )
        shown[f"by_{name}"] = [_kits_text(*map(float, three)) for three in limits]
    return shown


def kits_sentence(answers: Answers) -> str:
    """Return where the numbers of kits come from, and how old they are."""
    kits_per_100k, lower, upper = kits_needed(answers.reader.read("kit_saturation"))
    record = answers.sources[answers.edition.kits[0]]
    top = "no upper limit within the published range" if np.isinf(upper) else f"{upper:.0f}"
    return (
        f"For naloxone to be at hand at {TARGET:.0%} of witnessed overdoses, "
        f"{answers.edition.place} needs about {kits_per_100k:.0f} kits per 100,000 residents a "
        f"year (95 % interval from {lower:.0f}; {top}): {record.publisher}, {record.vintage}. The "
        "model is of the drug supply of 2017, which has changed since; shared out to "
        "counties by people, or by deaths."
    )


def why_no_kits(answers: Answers) -> str:
    """Return why kits cannot be worked out for these tables; empty where they can."""
    if not answers.edition.kits:
        return f"The published model of naloxone kits has no row for {answers.edition.place}."
    return _why_no_deaths(answers, 1)


def why_no_backtest(answers: Answers) -> str:
    """Return why past hotspots cannot be tried; empty where they can."""
    return _why_no_deaths(answers, 2 * YEARS)


def _why_no_deaths(answers: Answers, years: int) -> str:
    measure = answers.measures["hotspot"]
    if not measure.source_id:
        return "These tables hold no counts of overdose deaths."
    held = measure.last_year - measure.first_year + 1
    if held < years:
        return f"This needs {years} years of counts of deaths; these tables hold {held}."
    return ""


@remembered
def backtest(answers: Answers, scope: Scope) -> pd.DataFrame:
    """Return `deaths_found` of the last four years by rankings of the four before."""
    earlier, later = backtest_periods(answers, scope)
    deaths = answers.reader.read("overdose_death")
    need = answers.need("hotspot", *earlier)
    return deaths_found(
        {
            "model": need["p_above_state"],
            "smoothed": need["rate_per_100k"],
            "plain": plain_mean_rate(years_of(deaths, *earlier)),
        },
        years_of(deaths, *later),
    )


def backtest_periods(answers: Answers, scope: Scope) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the four years ranked by and the four years looked for, up to the scope's last."""
    first = answers.measures["hotspot"].first_year
    last = max(high_need_period(answers, scope)[1], first + 2 * YEARS - 1)
    middle = last - YEARS
    return (middle - YEARS + 1, middle), (middle + 1, last)


def backtest_for_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Return the back-test in words, with the columns of `BACKTEST_COLUMNS`."""
    low, high = 100 * table["deaths_share_low"], 100 * table["deaths_share_high"]
    return pd.DataFrame(
        {
            "ranking": [RANKINGS[name] for name in table.index],
            "counties": table["counties"],
            "deaths": [f"{one:.0f} to {two:.0f}" for one, two in zip(low, high, strict=True)],
            "people": (100 * table["people_share"]).round(0),
            "lift": table["lift"].round(2),
        }
    )


def backtest_sentence(answers: Answers, table: pd.DataFrame, scope: Scope) -> str:
    """Return what the back-test says, in words."""
    earlier, later = (wording.period_text(*period) for period in backtest_periods(answers, scope))
    model, plain = table.loc["model"], table.loc["plain"]
    place = answers.edition.place
    better = "more" if model["lift"] > plain["lift"] else "no more"
    return (
        f"Had the fifth of {place}’s counties with the highest hotspot probability of {earlier} "
        f"been served first, it would have held {wording.share_text(model['deaths_share_low'])} "
        f"to {wording.share_text(model['deaths_share_high'])} of the deaths of {later}, with "
        f"{wording.share_text(model['people_share'])} of the residents: "
        f"{model['lift']:.2f} times the state’s deaths per resident, {better} than a plain mean’s "
        f"{plain['lift']:.2f}. A hotspot tells where the rate has been high; it is no forecast."
    )


def _kits_text(kits_a_year: float, lower: float, upper: float) -> str:
    top = "no upper limit" if np.isinf(upper) else f"{upper:,.0f}"
    return f"{kits_a_year:,.0f} ({lower:,.0f} to {top})"
