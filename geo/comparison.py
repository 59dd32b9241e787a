"""Counties side by side: every measure with its interval, and the difference with its own."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import wording
from geo.gap_table import gap_table
from geo.gap_view import CLASS_WORDS
from geo.map_view import high_need_period
from geo.profile import county_trend
from geo.reach import reach_in
from geo.remember import remembered
from geo.scope import fit_period
from geo.trend import rate_ratio
from geo.withheld import withheld_range

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

COLUMNS: Final = (
    "measure",
    "county_geoid",
    "county",
    "value",
    "lower",
    "upper",
    "text",
    "reason_code",
)
FEWEST: Final = 2
MOST: Final = 6
SHARES: Final = {
    "police_documented_share": "Police naloxone documented, share of residents",
    "police_announced_share": "Police naloxone announced only",
    "police_unknown_share": "Police naloxone unknown",
    "treatment_share": "Within {minutes} min of treatment ({treatment})",
    "otp_share": "Within {minutes} min of an OTP ({otp})",
    "walk_in_share": "Within {minutes} min of a walk-in station ({walk_in})",
}


def rate_difference(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> tuple[float, float, float]:
    """
    Return the difference of two rates with its 95 % interval.

    Parameters
    ----------
    one, other : three float
        Rate, lower and upper limit.

    Returns
    -------
    difference, lower, upper : float

    Notes
    -----
    Recovered from the two intervals: lower = d - sqrt((r1 - l1)^2 + (u2 - r2)^2), upper = d +
    sqrt((u1 - r1)^2 + (r2 - l2)^2).

    References
    ----------
    Zou and Donner (2008), doi:10.1002/sim.3095.

    Examples
    --------
    >>> rate_difference((50.0, 47.0, 54.0), (20.0, 17.0, 24.0))
    (30.0, 25.0, 35.0)
    """
    rate, low, high = one
    other_rate, other_low, other_high = other
    difference = rate - other_rate
    return (
        difference,
        difference - hypot(rate - low, other_high - other_rate),
        difference + hypot(high - rate, other_rate - other_low),
    )


def compared_counties(answers: Answers, scope: Scope) -> tuple[str, ...]:
    """Return the counties that are compared: the chosen ones, or the region's, at most six."""
    return scope.chosen_counties(answers.regions[scope.region])[:MOST]


def compared_trends(answers: Answers, scope: Scope) -> dict[str, pd.DataFrame]:
    """Return `county_trend` of the compared counties, by their names."""
    counties = compared_counties(answers, scope)
    return {answers.county_names[one]: county_trend(answers, one) for one in counties}


@remembered
def comparison(answers: Answers, scope: Scope) -> pd.DataFrame:
    """
    Return every measure of the compared counties.

    Returns
    -------
    pandas.DataFrame, one row per measure and county
        measure, county_geoid, county; value, lower, upper (Float64; missing where suppressed, not
        compiled, or without an interval); text, as a person reads it; reason_code: why there is no
        value (suppressed, missing, unknown, not_applicable).
    """
    counties = compared_counties(answers, scope)
    rows: list[dict[str, object]] = []
    for county in counties:
        rows += [_rate(answers, scope, name, county) for name in answers.measures]
        rows += _shares(answers, scope, county)
    table = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    table["county"] = table["county_geoid"].map(answers.county_names)
    for column in ("value", "lower", "upper"):
        table[column] = table[column].astype("Float64")
    return table


def side_by_side(table: pd.DataFrame) -> pd.DataFrame:
    """Return the texts of `comparison`, a row per measure, a column per county."""
    wide = table.pivot_table(
        index="measure", columns="county", values="text", aggfunc="first", sort=False
    )
    return wide.reset_index().rename_axis(columns=None).rename(columns={"measure": "Measure"})


@remembered
def differences(answers: Answers, scope: Scope) -> pd.DataFrame:
    """
    Return each county's crude death rate beside that of the first county.

    Returns
    -------
    pandas.DataFrame, indexed by county GEOID
        county, beside; difference_per_100k, difference_lower, difference_upper; ratio,
        ratio_lower, ratio_upper (missing where a year of either is suppressed); text.
    """
    first, *others = compared_counties(answers, scope)
    period = fit_period(answers.measures["crude_rate"], scope.start, scope.end)
    need = answers.need("crude_rate", *period)
    names = answers.county_names
    rows = {}
    for county in others:
        row: dict[str, object] = {"county": names[county], "beside": names[first]}
        if not {county, first} <= set(need.index):
            rows[county] = row | {"text": "not known: one of them has no count of every year"}
            continue
        one, other = need.loc[county], need.loc[first]
        if one["years_suppressed"] or other["years_suppressed"]:
            rows[county] = row | {"text": "not known: years of one of them are suppressed"}
            continue
        difference = rate_difference(_limits(one), _limits(other))
        keys = ("difference_per_100k", "difference_lower", "difference_upper")
        row |= dict(zip(keys, difference, strict=True))
        text = "{:+.1f} per 100,000 a year ({:+.1f} to {:+.1f})".format(*difference)
        if one["events"] + other["events"] > 0 and other["events"] > 0:
            ratio = rate_ratio(
                int(one["events"]),
                float(one["person_years"]),
                int(other["events"]),
                float(other["person_years"]),
            )
            row |= dict(zip(("ratio", "ratio_lower", "ratio_upper"), ratio, strict=True))
            text += "; {:.2f} times ({:.2f} to {:.2f})".format(*ratio)
        rows[county] = row | {"text": text}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("county_geoid")


def _limits(row: pd.Series) -> tuple[float, float, float]:
    return (
        float(row["rate_per_100k"]),
        float(row["rate_lower_per_100k"]),
        float(row["rate_upper_per_100k"]),
    )


def _rate(answers: Answers, scope: Scope, name: str, county: str) -> dict[str, object]:
    measure = answers.measures[name]
    period = fit_period(measure, scope.start, scope.end)
    need = answers.need(name, *period)
    label = f"{measure.label}, {wording.period_text(*period)}"
    row: dict[str, object] = {"measure": label, "county_geoid": county}
    if county not in need.index:
        return row | {"text": answers.why_no_need(name, *period, county), "reason_code": "missing"}
    found = need.loc[county]
    if measure.kind == "hotspot":
        text = wording.HOTSPOT_WORDS[found["hotspot_code"]]
        return row | {"text": text, "reason_code": "not_applicable"}
    if pd.isna(found["rate_per_100k"]) and not found["years_suppressed"]:
        return row | {"text": "no rate", "reason_code": "missing"}
    if pd.isna(found["rate_per_100k"]):
        hidden = int(found["years_suppressed"])
        return row | {
            "text": f"suppressed ({hidden} {wording.plural(hidden, 'year')})",
            "reason_code": "suppressed",
        }
    value, lower, upper = _limits(found)
    note = wording.reliability_text(found)
    text = wording.rate_text(value, lower, upper) + (f"; {note}" if note else "")
    return row | {"value": value, "lower": lower, "upper": upper, "text": text}


def _shares(answers: Answers, scope: Scope, county: str) -> list[dict[str, object]]:
    table = answers.counties(scope.as_of, scope.minutes)
    reach = reach_in(answers, scope.as_of, compared_counties(answers, scope))
    rows: list[dict[str, object]] = []
    for column, label in SHARES.items():
        row: dict[str, object] = {
            "measure": label.format(minutes=scope.minutes, **reach.words),
            "county_geoid": county,
        }
        if county in table.index and pd.notna(table.loc[county, column]):
            share = float(table.loc[county, column])
            rows.append(row | {"value": share, "text": wording.share_text(share)})
        else:
            word = "no list of them" if county in table.index else answers.edition.blank_word
            rows.append(row | {"text": word, "reason_code": "unknown"})
    gaps = gap_table(
        answers,
        compared_counties(answers, scope),
        by="county",
        as_of=scope.as_of,
        minutes=scope.minutes,
        facilities=scope.facilities,
        period=high_need_period(answers, scope),
    )
    gap: dict[str, object] = {"measure": "Gap", "county_geoid": county}
    if county in gaps.index:
        text = CLASS_WORDS[gaps.loc[county, "gap_code"]]
        return [*rows, gap | {"text": text, "reason_code": "not_applicable"}]
    word = "no list of facilities" if county in table.index else answers.edition.blank_word
    return [*rows, gap | {"text": word, "reason_code": "unknown"}]


def bars_text(trends: dict[str, pd.DataFrame]) -> str:
    """Return what a thick bar of the chart of trends means; empty where there is none."""
    between = withheld_range(code for one in trends.values() for code in one["status_code"])
    if not between:
        return ""
    return f"A thick bar is the range of a suppressed year ({between} deaths); lines break there."


def describe_trends(trends: dict[str, pd.DataFrame]) -> str:
    """Return what the chart of trends shows, for a screen reader."""
    parts = []
    for name, trend in trends.items():
        known = trend["rate_per_100k"].dropna()
        text = f"{name}: no year is reported"
        if len(known):
            first, last = known.index[0], known.index[-1]
            text = f"{name}: {known[first]:.1f} in {first}, {known[last]:.1f} in {last}"
        parts.append(text)
    return "Overdose deaths per 100,000 a year. " + "; ".join(parts) + "."
