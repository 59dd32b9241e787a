"""The counts of a state's counties that need is measured by, from official files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.sources.census_population import COUNTY_ESTIMATES, COUNTY_ESTIMATES_2010S
from geo.sources.registry import COUNTY_DEATHS, PROVISIONAL, TRACT_GROUPS
from geo.withheld import RANGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.sources.collected import Collected

STATUS: Final = ("reported", *RANGES)
PROVISIONAL_STATUS: Final = ("reported_provisional", "suppressed")


def state_need(
    collected: Collected, state: str, *, report: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """
    Return the inputs of the state's counts: residents and deaths of counties, of tract groups.

    Parameters
    ----------
    collected : Collected
    state : str
        FIPS code.
    report : callable
        Told what is left out, and why.

    Returns
    -------
    dict of str to DataFrame
        county_population, overdose_death, overdose_death_provisional, tract_group; only those
        there are files for.

    Raises
    ------
    InputError
        If a file cannot be read or has changed.

    Notes
    -----
    The publisher of the deaths gives no population: that of the Census Bureau's estimate of the
    same year stands beside each count; a count without one is left out and reported. A count that
    is withheld, as 1 to 9 or as 10 to 50, keeps its row, its count missing. A provisional count
    that is missing for another reason is left out and reported.
    """
    people = _estimates(collected, state)
    found = {} if people.empty else {"county_population": people}
    residents = people.set_index(["county_geoid", "year"])["population_persons"]
    deaths = collected.read(COUNTY_DEATHS, state)
    if deaths is not None:
        found["overdose_death"] = _deaths(deaths, residents, report)
    provisional = collected.read(PROVISIONAL, state)
    if provisional is not None:
        found["overdose_death_provisional"] = _provisional(provisional, residents, report)
    units = collected.read(TRACT_GROUPS, state)
    if units is not None:
        found["tract_group"] = _tract_groups(units)
    return found


def _estimates(collected: Collected, state: str) -> pd.DataFrame:
    parts = []
    for source in (COUNTY_ESTIMATES_2010S, COUNTY_ESTIMATES):
        rows = collected.read(source, state)
        if rows is not None:
            parts.append(rows.assign(source_id=source.source_id))
    columns = ["county_geoid", "year", "population_persons", "vintage_code", "source_id"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _deaths(
    rows: pd.DataFrame, residents: pd.Series, report: Callable[[str], None]
) -> pd.DataFrame:
    keys = pd.MultiIndex.from_frame(rows[["county_geoid", "year"]])
    rows = rows.assign(population_persons=residents.reindex(keys).to_numpy())
    kept = _kept(rows, STATUS, COUNTY_DEATHS.title, report)
    columns = ["county_geoid", "year", "deaths", "status_code", "population_persons"]
    return kept[[*columns, "measure_code"]].assign(source_id=COUNTY_DEATHS.source_id)


def _provisional(
    rows: pd.DataFrame, residents: pd.Series, report: Callable[[str], None]
) -> pd.DataFrame:
    newest = rows[rows["period_end_date"] == rows["period_end_date"].max()]
    latest = residents.groupby("county_geoid").last()
    year = residents.reset_index()["year"].max()
    rows = newest.assign(
        population_persons=latest.reindex(newest["county_geoid"]).to_numpy(),
        population_note=f"Census Bureau's estimate of {year}",
        deviation_from_integer=None,
    )
    kept = _kept(rows, PROVISIONAL_STATUS, PROVISIONAL.title, report)
    columns = ["county_geoid", "period_end_date", "period_months", "deaths"]
    columns += ["deviation_from_integer", "status_code", "population_persons", "population_note"]
    return kept[[*columns, "measure_code"]].assign(source_id=PROVISIONAL.source_id)


def _tract_groups(rows: pd.DataFrame) -> pd.DataFrame:
    modelled = rows["modelled_rate_per_100k"]
    return pd.DataFrame(
        {
            "unit_id": rows["unit_id"],
            "county_geoid": rows["county_geoid"],
            "year": rows["period"].astype("Int64"),
            "deaths": rows["deaths"],
            "status_code": rows["status_code"],
            "residents_persons": pd.array([None] * len(rows), dtype="Int64"),
            "rate_per_100k": modelled.fillna(rows["published_rate_per_100k"]),
            "rate_lower_per_100k": rows["modelled_lower_per_100k"],
            "rate_upper_per_100k": rows["modelled_upper_per_100k"],
            "is_modelled": modelled.notna(),
            "tracts": rows["tracts"],
            "source_id": TRACT_GROUPS.source_id,
        }
    )


def _kept(
    rows: pd.DataFrame, status: tuple[str, ...], title: str, report: Callable[[str], None]
) -> pd.DataFrame:
    uncounted = rows["population_persons"].isna()
    other = ~rows["status_code"].isin(status)
    for is_out, why in ((uncounted, "no estimate of residents"), (other & ~uncounted, "withheld")):
        if is_out.any():
            first = rows.loc[is_out, "county_geoid"].iloc[0]
            report(f"{title}: {int(is_out.sum())} rows left out, {why}; first county {first}")
    return rows[~uncounted & ~other]
