"""Everything on one county or municipality, for a page that prints on one sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import wording
from geo.card import Card, Fact, area_card
from geo.measures import MEASURES
from geo.need import yearly_rows
from geo.remember import remembered
from geo.trend import rate_ratio, yearly_trend
from geo.withheld import is_withheld, withheld_range

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

PROVISIONAL: Final = ", provisional"
"""Ending of the status of a provisional year, after that of any other."""
YEARS: Final = 5
"""Length of the two periods set side by side."""


@dataclass(frozen=True)
class Profile:
    """
    What the profile of an area says.

    Parameters
    ----------
    area : str
        County GEOID or area_id.
    county : str
        GEOID of the county whose numbers are shown.
    card : Card
        The area's facts and notes.
    standing : tuple of Fact
        Where the county stands, and how it changed.
    trend : pandas.DataFrame
        From `yearly_trend`, of the county's deaths.
    provisional : pandas.DataFrame
        The same columns, of the provisional year, with the status_code of its table; empty where
        the source lacks the county.
    title : str
        Of the trend.
    sources : tuple of str
        One line each.
    """

    area: str
    county: str
    card: Card
    standing: tuple[Fact, ...]
    trend: pd.DataFrame
    provisional: pd.DataFrame
    title: str
    sources: tuple[str, ...]

    @property
    def has_trend(self) -> bool:
        """Whether there is a year to draw."""
        return len(self.trend) + len(self.provisional) > 0


def profile_areas(answers: Answers, scope: Scope) -> dict[str, str]:
    """Return the areas a profile can be shown for, by identifier: counties, then municipalities."""
    chosen = scope.chosen_counties(answers.regions[scope.region])
    names = answers.county_names
    areas = {geoid: f"{names[geoid]} County" for geoid in chosen}
    rows = answers.reader.spatial("municipality").sort_values("label")
    rows = rows[rows["county_geoid"].isin(chosen)]
    for area, label, county in zip(
        rows["area_id"], rows["label"], rows["county_geoid"], strict=True
    ):
        areas[area] = f"{label} ({names[county]} County)"
    return areas


def profile_area(answers: Answers, scope: Scope) -> str:
    """Return the area of the profile: the chosen one, else the first county."""
    areas = profile_areas(answers, scope)
    return scope.area if scope.area in areas else next(iter(areas))


@remembered
def profile(answers: Answers, scope: Scope) -> Profile:
    """
    Return the profile of a scope's area.

    Parameters
    ----------
    answers : Answers
    scope : Scope

    Returns
    -------
    Profile
        A municipality's trend and standing are its county's, and say so.
    """
    area = profile_area(answers, scope)
    county = area
    if "-" in area:
        rows = answers.reader.spatial("municipality").set_index("area_id")
        county = str(rows.loc[area, "county_geoid"])
    card = area_card(answers, replace(scope, area=area))
    if card is None:
        msg = f"no card for {area}"
        raise AssertionError(msg)
    name = answers.county_names[county]
    facts = (
        *_standing(answers, scope, county),
        _change(answers, county),
        _ed_visits(answers, county),
    )
    return Profile(
        area,
        county,
        card,
        facts,
        county_trend(answers, county),
        _provisional(answers, county),
        f"{name} County: overdose deaths of residents per 100,000",
        tuple(_source(answers, one) for one in _sources(answers)),
    )


def trend_table(found: Profile) -> pd.DataFrame:
    """Return the trend with the provisional year, whose status_code ends in `PROVISIONAL`."""
    if found.provisional.empty:
        return found.trend
    status = found.provisional["status_code"].str.removesuffix("_provisional") + PROVISIONAL
    return pd.concat([found.trend, found.provisional.assign(status_code=status)])


def describe_trend(found: Profile) -> str:
    """Return what the trend shows, for a screen reader."""
    rates = found.trend["rate_per_100k"].dropna()
    hidden = int(is_withheld(found.trend["status_code"]).sum())
    text = f"{found.title}, {found.trend.index.min()} to {found.trend.index.max()}. "
    text = text if len(found.trend) else f"{found.title}. "
    if len(rates):
        text += (
            f"Highest {rates.max():.1f} in {rates.idxmax()}, lowest {rates.min():.1f} in "
            f"{rates.idxmin()} of the years that are reported. "
        )
    if hidden:
        between = withheld_range(found.trend["status_code"])
        text += (
            f"1 year is suppressed: {between} deaths, shown as a range. "
            if hidden == 1
            else f"{hidden} years are suppressed: {between} deaths each, shown as ranges. "
        )
    return (text + _provisional_sentence(found.provisional)).strip()


def _provisional_sentence(provisional: pd.DataFrame) -> str:
    if provisional.empty:
        return ""
    year, last = provisional.index[-1], provisional.iloc[-1]
    between = withheld_range([last["status_code"]])
    if between:
        return f"{year} is provisional and suppressed: {between} deaths, shown as a range."
    rate = last["rate_per_100k"]
    return f"{year} is provisional: {'no rate' if pd.isna(rate) else f'{rate:.1f}'}."


def county_trend(answers: Answers, county: str) -> pd.DataFrame:
    """Return `yearly_trend` of a county's deaths."""
    return _trend(answers, county, "crude_rate")


def _trend(answers: Answers, county: str, name: str) -> pd.DataFrame:
    measure = MEASURES[name]
    rows = yearly_rows(answers.reader, measure)
    rows = rows[rows["county_geoid"] == county]
    return yearly_trend(rows, events=measure.events)


def _provisional(answers: Answers, county: str) -> pd.DataFrame:
    """Return the trend of a county's provisional year, each with the status of its table."""
    measure = MEASURES["provisional_2024"]
    trend = _trend(answers, county, measure.measure_id)
    rows = answers.reader.read(measure.table)
    rows = rows[rows["county_geoid"] == county]
    status = rows.set_index(rows["period_end_date"].str[:4].astype("Int64"))["status_code"]
    return trend.assign(status_code=status.reindex(trend.index))


def _standing(answers: Answers, scope: Scope, county: str) -> list[Fact]:
    measure = answers.measures[scope.measure]
    need = answers.need(scope.measure, scope.start, scope.end)
    rates = need["rate_per_100k"].dropna()
    label = f"{measure.label}, {wording.period_text(scope.start, scope.end)}"
    if county not in rates.index:
        return [Fact(label, "no rate: suppressed, or not in this source")]
    region = answers.regions[scope.region]
    groups = {
        answers.edition.place: rates.index,
        region.label: rates.index.intersection(region.counties),
    }
    own = need.loc[county]
    overlap = (need["rate_upper_per_100k"] >= own["rate_lower_per_100k"]) & (
        need["rate_lower_per_100k"] <= own["rate_upper_per_100k"]
    )
    facts = []
    for place, members in groups.items():
        if len(members) < 2:  # noqa: PLR2004
            continue
        rank = int((rates[members] > rates[county]).sum()) + 1
        ties = int(overlap.reindex(members).fillna(value=False).sum()) - 1
        facts.append(
            Fact(
                f"Among {place}",
                f"{_ordinal(rank)}highest of {len(members)} counties with a rate; counties whose "
                f"interval overlaps its own: {ties}",
            )
        )
    return facts


def _ordinal(rank: int) -> str:
    if rank == 1:
        return ""
    if rank % 100 in (11, 12, 13):
        return f"{rank}th "
    ending = {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending} "


def _change(answers: Answers, county: str) -> Fact:
    measure = answers.measures["crude_rate"]
    last = measure.last_year
    later_years, earlier_years = (last - YEARS + 1, last), (last - 2 * YEARS + 1, last - YEARS)
    label = f"{wording.period_text(*later_years)} beside {wording.period_text(*earlier_years)}"
    if earlier_years[0] < measure.first_year:
        return Fact(label, f"not known: the counts begin in {measure.first_year}")
    needs = [answers.need("crude_rate", *years) for years in (later_years, earlier_years)]
    if not all(county in need.index for need in needs):
        return Fact(label, "not in this source")
    sums = [need.loc[county] for need in needs]
    hidden = int(sum(row["years_suppressed"] for row in sums))
    if hidden:
        return Fact(
            label, f"no ratio: {hidden} of these years {'is' if hidden == 1 else 'are'} suppressed"
        )
    later, earlier = sums
    if not later["events"] + earlier["events"]:
        return Fact(label, "no deaths in either")
    ratio, low, high = rate_ratio(
        int(later["events"]),
        float(later["person_years"]),
        int(earlier["events"]),
        float(earlier["person_years"]),
    )
    return Fact(
        label, f"death rate {ratio:.2f} times as high (95 % interval {low:.2f} to {high:.2f})"
    )


def _ed_visits(answers: Answers, county: str) -> Fact:
    if "ed_visits" not in answers.measures:
        return Fact("Non-fatal ED visits", "no source in these tables")
    measure = answers.measures["ed_visits"]
    period = (measure.first_year, measure.last_year)
    need = answers.need("ed_visits", *period)
    label = f"{measure.label}, {wording.period_text(*period)}"
    if county not in need.index:
        return Fact(label, "not in this source")
    row = need.loc[county]
    count = wording.count_text(int(row["events_low"]), int(row["events_high"]))
    rate = wording.rate_text(
        row["rate_per_100k"], row["rate_lower_per_100k"], row["rate_upper_per_100k"]
    )
    unit = "" if pd.isna(row["rate_per_100k"]) else " per 100,000 a year"
    return Fact(label, f"{count} visits; {rate}{unit}")


def _sources(answers: Answers) -> tuple[str, ...]:
    measured = (measure.source_id for measure in answers.measures.values())
    edition = answers.edition
    roads = edition.reach if answers.routed_by else ()
    named = (*measured, *edition.estimates, *edition.facilities, *edition.evidence, *roads)
    return tuple(dict.fromkeys(filter(None, named)))


def _source(answers: Answers, source_id: str) -> str:
    record = answers.sources[source_id]
    return f"{record.publisher}: {record.title} ({record.vintage}; read {record.accessed_date})"
