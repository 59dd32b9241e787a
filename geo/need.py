"""Need by county: a measure of a period, from its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.gamma_poisson import FEWEST_AREAS
from geo.hotspots import county_hotspots
from geo.rates import (
    PER,
    UNRELIABLE_BELOW,
    crude_rate,
    crude_rate_table,
    poisson_interval,
    reliability,
)
from geo.withheld import count_limits, is_withheld, ranges_by

if TYPE_CHECKING:
    from geo.measures import Measure
    from geo.tables.reader import TableReader

CENTROID_CRS: Final = "EPSG:5070"
_CRUDE: Final = {
    **dict.fromkeys(("events", "events_low", "events_high", "years_suppressed"), "Int64"),
    "withheld_range": "str",
    "person_years": "Int64",
    **dict.fromkeys(("rate_per_100k", "rate_lower_per_100k", "rate_upper_per_100k"), "Float64"),
}
_DTYPES: Final = {
    **_CRUDE,
    **dict.fromkeys(("p_above_state", "p_above_125"), "Float64"),
    "hotspot_code": "str",
    "cluster_id": "Int64",
    "cluster_p_value": "Float64",
    "is_high_need": "bool",
    "state_rate_per_100k": "float64",
}
_NO_HOTSPOTS: Final = pd.DataFrame(
    {name: pd.Series(dtype=dtype) for name, dtype in _DTYPES.items()},
    index=pd.Index([], name="county_geoid", dtype="str"),
)


def state_hotspots(
    reader: TableReader, *, first_year: int, last_year: int, with_clusters: bool = True
) -> pd.DataFrame:
    """
    Return `county_hotspots` of every county for a period, each state by itself.

    Parameters
    ----------
    reader : TableReader
    first_year, last_year : int
        Both included.
    with_clusters : bool
        Whether the scan is run.

    Returns
    -------
    pandas.DataFrame, indexed by county_geoid
        The columns of `county_hotspots`, and state_rate_per_100k. Clusters are numbered through
        all states. A county without a count and a population for every year is left out, and so
        is a state with one county: it has nothing to be compared with.

    Raises
    ------
    InputError
        If the table has no such years.
    """
    deaths = reader.read("overdose_death")
    if deaths.empty:
        return _NO_HOTSPOTS.copy()
    deaths = years_of(deaths, first_year, last_year)
    whole = deaths.groupby("county_geoid")["population_persons"].transform("count")
    deaths = deaths[whole == last_year - first_year + 1]
    counties = reader.spatial("county").sort_values("geoid")
    xy = counties.to_crs(CENTROID_CRS).centroid.get_coordinates().set_axis(counties["geoid"])
    tables = []
    clusters = 0
    for _, rows in deaths.groupby(deaths["county_geoid"].str[:2]):
        geoids = sorted(rows["county_geoid"].unique())
        if len(geoids) < FEWEST_AREAS:
            continue
        centroids = xy.loc[geoids].to_numpy() if with_clusters else None
        table, state_rate = county_hotspots(rows, centroids)
        table["state_rate_per_100k"] = state_rate
        table["cluster_id"] += clusters
        clusters += table["cluster_id"].nunique()
        tables.append(table)
    return pd.concat(tables) if tables else _NO_HOTSPOTS.copy()


def need_by_county(
    reader: TableReader, measure: Measure, *, first_year: int, last_year: int
) -> pd.DataFrame:
    """
    Return a measure of need for every county of the state that has it.

    Parameters
    ----------
    reader : TableReader
    measure : Measure
    first_year, last_year : int
        Both included.

    Returns
    -------
    pandas.DataFrame, indexed by county_geoid
        events, events_low, events_high, years_suppressed, withheld_range, person_years,
        rate_per_100k, rate_lower_per_100k, rate_upper_per_100k, reliability_code; for hotspots
        also p_above_state, p_above_125, hotspot_code, cluster_id, is_high_need. Counties with a
        row for every year of the period.

    Raises
    ------
    InputError
        If the measure has no such years.
    """
    if measure.kind == "units":
        return _units_by_county(reader.read(measure.table))
    if measure.is_modelled:
        table = state_hotspots(reader, first_year=first_year, last_year=last_year)
        modelled = table["years_suppressed"] > 0
        few = (table["events"] < UNRELIABLE_BELOW).fillna(value=False)
        code = np.select([modelled, few], ["suppressed", "unreliable"], "reliable")
        return table.assign(reliability_code=pd.Series(code, index=table.index, dtype="str"))
    rows = yearly_rows(reader, measure)
    if rows.empty:
        return _NO_HOTSPOTS[list(_CRUDE)].assign(reliability_code=pd.Series(dtype="str"))
    rows = years_of(rows, first_year, last_year)
    lacking = years_lacking(rows, first_year, last_year)
    rows = rows[~rows["county_geoid"].isin(list(lacking))]
    return crude_rate_table(rows, key="county_geoid", events=measure.events)


def years_lacking(rows: pd.DataFrame, first_year: int, last_year: int) -> dict[str, list[int]]:
    """
    Return the years of a period that counties with some of them have no row of.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `yearly_rows`: county_geoid, year.
    first_year, last_year : int
        Both included.

    Returns
    -------
    dict of str to list of int
        By county GEOID. Nothing is told of such a county for the period: its counts are not those
        of the period, its rate is of other years than its neighbours'.
    """
    wanted = range(first_year, last_year + 1)
    found = rows[rows["year"].isin(wanted)].groupby("county_geoid")["year"].agg(set)
    lacking = {str(county): sorted(set(wanted) - years) for county, years in found.items()}
    return {county: years for county, years in lacking.items() if years}


def _units_by_county(units: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of tract groups summed to counties, as far as they lie in one."""
    status, county = units["status_code"], units["county_geoid"]
    limits = count_limits(units["deaths"], status)
    sums = pd.DataFrame(
        {
            "events_low": limits["low"],
            "events_high": limits["high"],
            "withheld": is_withheld(status).astype("Int64"),
            "person_years": units["residents_persons"],
        }
    )
    table = sums.groupby(county).sum()
    table["person_years"] = table["person_years"].mask(
        sums["person_years"].isna().groupby(county).any()
    )
    table["events"] = table["events_low"].where(table["withheld"] == 0)
    table["years_suppressed"] = (table.pop("withheld") > 0).astype("Int64")
    table["withheld_range"] = ranges_by(status, county)
    table["rate_per_100k"] = crude_rate(table["events"], table["person_years"])
    interval = poisson_interval(table["events"])
    people = table["person_years"].astype("Float64")
    for end in ("lower", "upper"):
        table[f"rate_{end}_per_100k"] = interval[end] / people.where(people > 0) * PER
    table["reliability_code"] = reliability(table["events"], table["years_suppressed"])
    return table


def yearly_rows(reader: TableReader, measure: Measure) -> pd.DataFrame:
    """Return the rows of a measure, one per county and year: county_geoid, year, count, status."""
    rows = reader.read(measure.table)
    if measure.table == "nonfatal_ed_visit":
        rows = rows[rows["first_year"] == rows["last_year"]]
        rows = rows.assign(year=rows["first_year"])
    if measure.table == "overdose_death_provisional":
        year = rows["period_end_date"].str[:4].astype("Int64")
        reported = rows["status_code"].where(is_withheld(rows["status_code"]), "reported")
        rows = rows.assign(year=year, status_code=reported)
    return rows


def years_of(rows: pd.DataFrame, first_year: int, last_year: int) -> pd.DataFrame:
    """
    Return the rows of a period.

    Raises
    ------
    InputError
        If the years are in the wrong order or the table lacks one of them; names it.
    """
    if first_year > last_year:
        msg = f"`start` is {first_year}, after `end` {last_year}"
        raise InputError(msg)
    known = set(rows["year"].unique())
    absent = [year for year in range(first_year, last_year + 1) if year not in known]
    if absent:
        msg = f"no data for {absent[0]}; there is {min(known)} to {max(known)}"
        raise InputError(msg)
    return rows[rows["year"].between(first_year, last_year)]
