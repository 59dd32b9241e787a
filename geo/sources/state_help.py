"""Facilities and police of a state, from official files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.areas import AREA_CRS
from geo.errors import InputError
from geo.listed_agencies import ListSource
from geo.primary_rule import claims_by_rule
from geo.sources.county_file import REACH_M
from geo.sources.facility_lists import DTYPES, merge_facilities
from geo.sources.registry import AGENCY_LIST, LOCATOR, OTP_DIRECTORY, STATION_LIST
from geo.state_profiles import state_profile
from geo.states import state_of
from geo.tables.schema import STORAGE_CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.sources.collected import Collected
    from geo.sources.source import Source

NAMED: Final = 3
"""How many rows that are left out a report names."""
SHORE_M: Final = 400.0
"""How far outside every county a point may lie: on a pier, or beyond a coarse line."""
_AGENCY_COLUMNS: Final = ("ori", "name", "type_text", "counties_text")
_STATION_COLUMNS: Final = (
    "station_id",
    "name",
    "address",
    "city",
    "county_geoid",
    "type_text",
    "status_text",
    "latitude",
    "longitude",
)


def facilities(
    collected: Collected,
    states: Iterable[str],
    counties: gpd.GeoDataFrame,
    own: Iterable[str],
    *,
    listed_month: str,
    report: Callable[[str], None],
) -> pd.DataFrame:
    """
    Return the input `facility` of some states and of what lies near them across the line.

    Parameters
    ----------
    collected : Collected
    states : iterable of str
        FIPS codes of the states and their neighbours.
    counties : geopandas.GeoDataFrame
        geoid and outline of every county of those states.
    own : iterable of str
        FIPS codes of the states themselves.
    listed_month : str
        YYYY-MM for lists that bear no date: when they were fetched.
    report : callable
        Told how many rows have no place, up to three of them by name, and which neighbour no list
        names.

    Returns
    -------
    pandas.DataFrame
        Columns of table `facility`.

    Raises
    ------
    InputError
        If a file cannot be read or has changed.

    Notes
    -----
    A facility lies in the county its point is in, or in the nearest within 400 m. Rows without a
    point, or with one farther out, are reported and left out: no way to them can be known. So is
    a neighbour that a list given for the states themselves does not name.
    """
    states, own = list(states), list(own)
    lists = [
        pd.concat(_read_lists(collected, source, states, own, report), ignore_index=True)
        for source in (LOCATOR, OTP_DIRECTORY)
    ]
    merged = merge_facilities(*lists)
    placed = merged[merged["latitude"].notna()]
    points = gpd.GeoSeries(
        gpd.points_from_xy(placed["longitude"], placed["latitude"], crs=STORAGE_CRS),
        index=placed.index,
    ).to_crs(AREA_CRS)
    outlines = counties.to_crs(AREA_CRS)
    county = _county_of(points, outlines)
    near = points.distance(_union(outlines, own)) <= REACH_M
    is_placed = merged.index.isin(placed.index[~near | county.notna()])
    _tell_lost(merged[~is_placed], len(merged), report)
    rows = placed[near & county.notna()]
    return rows.assign(
        county_geoid=county,
        location_code="publisher_point",
        listed_date=rows["listed_date"].fillna(listed_month),
        is_current=True,
        service_note=pd.array([None] * len(rows), dtype="str"),
        source_url=rows["source_id"].map(
            {one.source_id: one.url for one in (LOCATOR, OTP_DIRECTORY)}
        ),
    )


def _tell_lost(lost: pd.DataFrame, of: int, report: Callable[[str], None]) -> None:
    if lost.empty:
        return
    named = [
        f"{one.name} in {one.city}" if pd.notna(one.city) else one.name
        for one in lost.head(NAMED)[["name", "city"]].itertuples(index=False)
    ]
    more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    report(
        f"facilities: {len(lost)} of {of} have no point in a county, left out: "
        f"{'; '.join(named)}{more}"
    )


def police(
    collected: Collected,
    state: str,
    tiles: gpd.GeoDataFrame,
    counties: pd.DataFrame,
    *,
    read_day: str,
    report: Callable[[str], None],
) -> dict[str, pd.DataFrame]:
    """
    Return the inputs `agency`, `agency_area` and `agency_station` of a state, by general rule.

    Parameters
    ----------
    collected : Collected
    state : str
        FIPS code.
    tiles : geopandas.GeoDataFrame
        Municipality parts of the state.
    counties : pandas.DataFrame
        geoid and name of its counties.
    read_day : str
        YYYY-MM-DD of the refresh, for lists that bear no date.
    report : callable
        Told which lists are not there.

    Returns
    -------
    dict of str to DataFrame

    Raises
    ------
    InputError
        If a file cannot be read or has changed.
    """
    agencies, stations = collected.read(AGENCY_LIST, state), collected.read(STATION_LIST, state)
    if agencies is None or stations is None:
        report(f"state {state}: not both lists of police; jurisdictions rest on what there is")
    agencies = _or_none(agencies, _AGENCY_COLUMNS)
    stations = _or_none(stations, _STATION_COLUMNS)
    claims = claims_by_rule(
        tiles,
        agencies,
        stations,
        counties,
        state_profile(state),
        fbi=_list_source(collected, AGENCY_LIST, read_day),
        station_list=_list_source(collected, STATION_LIST, read_day),
    )
    return {
        "agency": claims.agency,
        "agency_area": claims.agency_area,
        "agency_station": _stations(stations, claims.station_agency, report),
    }


def _stations(
    stations: pd.DataFrame, agency: pd.Series, report: Callable[[str], None]
) -> pd.DataFrame:
    rows = stations.assign(agency_id=stations["station_id"].map(agency))
    known = rows[["agency_id", "county_geoid", "latitude", "longitude"]].notna().all(axis=1)
    if not known.all():
        report(f"police stations: {int((~known).sum())} without agency, county or point, left out")
    rows = rows[known].sort_values("station_id")
    shortest = rows["name"].str.len().groupby(rows["agency_id"]).transform("min")
    is_main = (rows["name"].str.len() == shortest) & ~rows.loc[
        rows["name"].str.len() == shortest, "agency_id"
    ].duplicated().reindex(rows.index, fill_value=False)
    columns = ["station_id", "agency_id", "name", "address", "city", "county_geoid"]
    return rows[[*columns, "latitude", "longitude"]].assign(
        is_main_station=is_main, source_id=STATION_LIST.source_id
    )


def _read_lists(
    collected: Collected,
    source: Source,
    states: list[str],
    own: list[str],
    report: Callable[[str], None],
) -> list[pd.DataFrame]:
    """Return a list's rows by state; what is wrong with the whole of it is told by the first."""
    lists = {state: collected.read(source, state) for state in own}
    given = [collected.files.get((source.source_id, state)) for state in own]
    refused: dict[str, tuple[InputError, list[str]]] = {}
    for state in states:
        if state in own:
            continue
        try:
            lists[state] = collected.read(source, state)
        except InputError as error:
            if collected.files[source.source_id, state] not in given:
                raise
            name = state_of(state).name
            refused.setdefault(str(error).replace(name, ""), (error, []))[1].append(name)
    for first, (_, *others) in refused.values():
        more = f"; the same for {', '.join(others)}" if others else ""
        report(f"{first}{more}; nothing there counts")
    return [_nothing(), *(rows for rows in map(lists.get, states) if rows is not None)]


def _county_of(points: gpd.GeoSeries, outlines: gpd.GeoDataFrame) -> pd.Series:
    tree = shapely.STRtree(outlines.geometry.to_numpy())
    names = outlines["geoid"].to_numpy(dtype=object)
    found = pd.Series(None, index=points.index, dtype="str")
    at, which = tree.query_nearest(points.to_numpy(), max_distance=SHORE_M, all_matches=False)
    found.iloc[at] = names[which]
    return found


def _union(outlines: gpd.GeoDataFrame, states: Iterable[str]) -> shapely.Geometry:
    own = outlines[outlines["geoid"].str[:2].isin(list(states))]
    return shapely.union_all(own.geometry.to_numpy())


def _list_source(collected: Collected, source: Source, read_day: str) -> ListSource:
    files = collected.of_source(source.source_id)
    day = next((one.published_date or one.fetched_date for one in files), "") or read_day
    return ListSource(source.source_id, day, source.url)


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in DTYPES.items()})


def _or_none(rows: pd.DataFrame | None, columns: tuple[str, ...]) -> pd.DataFrame:
    if rows is not None:
        return rows
    floats = {"latitude", "longitude"}
    return pd.DataFrame(
        {name: pd.Series(dtype="Float64" if name in floats else "str") for name in columns}
    )
