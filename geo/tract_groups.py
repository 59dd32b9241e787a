"""Need below the county: groups of census tracts, where their rates are high, who lives there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.areas import simplify_together
from geo.errors import InputError
from geo.getis_ord import hotspots as gi_star
from geo.hotspots import SEED, significant_clusters
from geo.rates import PER
from geo.scan import spatial_scan

if TYPE_CHECKING:
    from scipy.sparse import csr_array

AREA_CRS: Final = "EPSG:5070"
TOLERANCE_M: Final = 60.0
FEWEST_UNITS: Final = 4
HOT: Final = ("hot",)
HOT_AT_10_PERCENT: Final = ("hot", "hot_light")


def tract_groups(rows: pd.DataFrame, tracts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Return groups of tracts with outline and residents.

    Parameters
    ----------
    rows : pandas.DataFrame
        Table `tract_group` without residents and geometry; `tracts` are GEOIDs joined by |.
    tracts : geopandas.GeoDataFrame
        geoid, population_persons and outlines.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows with residents_persons (missing where a tract of the group has none known) and
        the union of the tracts, simplified together.

    Raises
    ------
    InputError
        If a group names a tract that is not there: outlines and groups are of different censuses.
    """
    if rows.empty:
        return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries([], crs=tracts.crs))
    members = rows.assign(geoid=rows["tracts"].str.split("|")).explode("geoid")
    absent = members[~members["geoid"].isin(tracts["geoid"])]
    if len(absent):
        unit, tract = absent[["unit_id", "geoid"]].iloc[0]
        msg = (
            f"{len(absent)} tracts of tract groups have no outline, first {tract} of {unit}: "
            "groups and outlines are of different censuses"
        )
        raise InputError(msg)
    joined = tracts[["geoid", "population_persons", "geometry"]].merge(
        members[["unit_id", "geoid"]], on="geoid"
    )
    people = joined.groupby("unit_id")["population_persons"].agg(
        lambda persons: persons.sum(skipna=False)
    )
    outline = joined.dissolve("unit_id").geometry
    found = gpd.GeoDataFrame(
        rows.assign(residents_persons=rows["unit_id"].map(people).astype("Int64")),
        geometry=rows["unit_id"].map(outline).to_numpy(),
        crs=tracts.crs,
    )
    return simplify_together(found, tolerance_m=TOLERANCE_M)


def unit_hotspots(units: gpd.GeoDataFrame, *, seed: int = SEED) -> pd.DataFrame:
    """
    Class tract groups by G* of their rates and by the spatial scan.

    Parameters
    ----------
    units : geopandas.GeoDataFrame
        Table `tract_group`.
    seed : int
        Of permutations and random maps.

    Returns
    -------
    pandas.DataFrame, indexed by unit_id
        hotspot_code (hot, hot_light, not_distinguishable, cold_light, cold; undefined where there
        is no rate or no neighbour with one), q_value, cluster_id (Int64, 1 the strongest; missing
        outside clusters with p <= .05), cluster_p_value.

    Notes
    -----
    The publisher's modelled rates are smoothed already. Units touch where their outlines do. The
    scan takes rate times residents as expected deaths, so a withheld count shows nothing.
    """
    table = pd.DataFrame(
        {"hotspot_code": "undefined", "q_value": np.nan, "cluster_p_value": np.nan},
        index=pd.Index(units["unit_id"], dtype="str"),
    )
    table["cluster_id"] = pd.array([None] * len(table), dtype="Int64")
    people = units["residents_persons"].fillna(0).to_numpy(float)
    known = (units["rate_per_100k"].notna().to_numpy() & (people > 0)).nonzero()[0]
    if len(known) < FEWEST_UNITS:
        return table
    shapes = units.geometry.to_crs(AREA_CRS).iloc[known]
    rates = pd.Series(units["rate_per_100k"].to_numpy(float)[known], index=table.index[known])
    found = gi_star(rates, _touching(shapes), seed=seed)
    table.loc[rates.index, "hotspot_code"] = found["hotspot_code"].astype("str")
    table.loc[rates.index, "q_value"] = found["q_value"].to_numpy(float, na_value=np.nan)
    xy = shapes.centroid.get_coordinates().to_numpy()
    at_risk = people[known]
    clusters = spatial_scan(xy, rates.to_numpy() * at_risk / PER, at_risk, seed=seed)
    marked = significant_clusters(clusters, rates.index)
    table.loc[rates.index, "cluster_id"] = marked["cluster_id"]
    p_value = marked["cluster_p_value"].to_numpy(float, na_value=np.nan)
    table.loc[rates.index, "cluster_p_value"] = p_value
    return table


def area_need(points: pd.DataFrame, units: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """
    Return how many of an area's residents live in tract groups of high need.

    Parameters
    ----------
    points : pandas.DataFrame
        Table `population_point`: tract_geoid, area_id, residents_persons.
    units : pandas.DataFrame
        Table `tract_group`.
    classes : pandas.DataFrame
        From `unit_hotspots`.

    Returns
    -------
    pandas.DataFrame, indexed by area_id
        known_share: residents in a group with a class, over all; high_share and
        high_share_at_10_percent: those in a hot group or in a cluster, over all. Areas with no
        resident are left out.
    """
    of_unit = units.assign(tract_geoid=units["tracts"].str.split("|")).explode("tract_geoid")
    unit = points["tract_geoid"].map(of_unit.set_index("tract_geoid")["unit_id"])
    code = unit.map(classes["hotspot_code"])
    clustered = unit.map(classes["cluster_id"]).notna()
    marks = pd.DataFrame(
        {
            "known_share": code.notna() & (code != "undefined"),
            "high_share": code.isin(HOT) | clustered,
            "high_share_at_10_percent": code.isin(HOT_AT_10_PERCENT) | clustered,
        }
    )
    residents = points["residents_persons"].astype(float)
    total = residents.groupby(points["area_id"]).sum()
    share = marks.mul(residents, axis=0).groupby(points["area_id"]).sum()
    return share[total > 0].div(total[total > 0], axis=0)


def _touching(shapes: gpd.GeoSeries) -> csr_array:
    from scipy.sparse import coo_array, csr_array

    one, two = shapely.STRtree(shapes.to_numpy()).query(shapes.to_numpy(), predicate="intersects")
    apart = one != two
    ones = np.ones(int(apart.sum()))
    return csr_array(coo_array((ones, (one[apart], two[apart])), shape=(len(shapes),) * 2))
