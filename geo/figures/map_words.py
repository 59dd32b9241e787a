"""What a map figure says of its numbers: how many, how sure, county by county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import wording
from geo.map_view import share_under
from geo.withheld import joined_ranges

if TYPE_CHECKING:
    import pandas as pd

    from geo.answers import Answers


def need_counted(rows: pd.DataFrame, events: str) -> str:
    """Return how many counties, events and person-years a map of need rests on."""
    known = rows[rows["events_low"].notna()]
    low, high = int(known["events_low"].sum()), int(known["events_high"].sum())
    what = "ED visits" if events == "visits" else "deaths"
    return (
        f"n = {len(known)} of {len(rows)} counties, {wording.count_text(low, high)} {what}, "
        f"{int(known['person_years'].sum()):,} person-years."
    )


def need_caution(rows: pd.DataFrame) -> str:
    """Return what to be careful with in a map of need: withheld, few, none."""
    hidden = int(rows["years_suppressed"].sum())
    between = joined_ranges(rows["withheld_range"])
    weak = int((rows["reliability_code"] == "unreliable").sum())
    none = int(rows["rate_per_100k"].isna().sum())
    parts = [
        f"Suppressed at the source ({between} each) and never filled in: {hidden} "
        f"{wording.plural(hidden, 'county-year')}."
        if hidden
        else "No county-year is suppressed."
    ]
    if weak:
        parts.append(
            f"Fewer than 20 events, hatched as unreliable: {weak} {wording.plural(weak, 'county')}."
        )
    if none:
        parts.append(f"Without a rate: {none} {wording.plural(none, 'county')}.")
    return " ".join(parts)


def county_lines(answers: Answers, table: pd.DataFrame) -> str:
    """Return the rate of each county and how sure it is, from `geo.overview.county_table`."""
    names = answers.county_names
    lines = []
    for geoid, row in table.iterrows():
        rate = wording.rate_text(
            row["rate_per_100k"], row["rate_lower_per_100k"], row["rate_upper_per_100k"]
        )
        lines.append(f"{names[str(geoid)]}: {rate}, {row['need']}")
    return "By county, with 95 % intervals: " + "; ".join(lines) + "."


def areas_counted(areas: pd.DataFrame, year: int) -> str:
    """Return how many municipalities, counties and residents of a year a map shows."""
    people = int(areas["residents_persons"].sum())
    counties = areas["county_geoid"].nunique()
    where = f"{counties} counties" if counties > 1 else "one county"
    hidden = int(areas["residents_persons"].isna().sum())
    lived = f"{people:,} residents ({year})" if hidden < len(areas) else "residents not known"
    less = f", those of {hidden} not known" if 0 < hidden < len(areas) else ""
    return (
        f"n = {len(areas)} {wording.plural(len(areas), 'municipality')} in {where}, {lived}{less}."
    )


def by_county(answers: Answers, areas: pd.DataFrame) -> str:
    """Return the share under police of known and of unknown status, county by county."""
    lines = [
        f"{answers.county_names[str(county)]}: {share_under(rows, 'documented')} documented, "
        f"{share_under(rows, 'not_documented')} unknown"
        for county, rows in areas.groupby("county_geoid")
    ]
    return "By the status of the primary police: " + "; ".join(lines) + "."
