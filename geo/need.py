"""Need by county: a measure of a period, from its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.hotspots import county_hotspots
from geo.rates import UNRELIABLE_BELOW, crude_rate_table

if TYPE_CHECKING:
    from geo.measures import Measure
    from geo.tables.reader import TableReader

CENTROID_CRS: Final = "EPSG:5070"


def state_hotspots(
    reader: TableReader, *, first_year: int, last_year: int, with_clusters: bool = True
) -> tuple[pd.DataFrame, float]:
    """
    Return `county_hotspots` of every county of the state for a period.

    Raises
    ------
    InputError
        If the table has no such years.
    """
    deaths = years_of(reader.read("overdose_death"), first_year, last_year)
    counties = reader.spatial("county").sort_values("geoid")
    xy = counties.to_crs(CENTROID_CRS).centroid.get_coordinates().to_numpy()
    return county_hotspots(deaths, xy if with_clusters else None)


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
        events, events_low, events_high, years_suppressed, person_years, rate_per_100k,
        rate_lower_per_100k, rate_upper_per_100k, reliability_code; for hotspots also
        p_above_state, p_above_125, hotspot_code, cluster_id, is_high_need.

    Raises
    ------
    InputError
        If the measure has no such years.
    """
    if measure.kind != "crude":
        table, _ = state_hotspots(reader, first_year=first_year, last_year=last_year)
        modelled = table["years_suppressed"] > 0
        few = (table["events"] < UNRELIABLE_BELOW).fillna(value=False)
        code = np.select([modelled, few], ["suppressed", "unreliable"], "reliable")
        return table.assign(reliability_code=pd.Series(code, index=table.index, dtype="str"))
    rows = yearly_rows(reader, measure)
    return crude_rate_table(
        years_of(rows, first_year, last_year), key="county_geoid", events=measure.events
    )


def yearly_rows(reader: TableReader, measure: Measure) -> pd.DataFrame:
    """Return the rows of a measure, one per county and year: county_geoid, year, count, status."""
    rows = reader.read(measure.table)
    if measure.table == "nonfatal_ed_visit":
        rows = rows[rows["first_year"] == rows["last_year"]]
        rows = rows.assign(year=rows["first_year"])
    if measure.table == "overdose_death_provisional":
        year = rows["period_end_date"].str[:4].astype("Int64")
        rows = rows.assign(year=year, status_code="reported")
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
