"""Laws of the data that no schema can state. Each returns what breaks it, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.areas import AREA_CRS
from geo.regions import list_regions
from geo.source_records import read_source_records
from geo.tables.definitions import TABLES
from geo.withheld import RANGES, is_withheld

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.tables.reader import TableReader

OVERLAP_SHARE: Final = 1e-5
DRAWING_SHARE: Final = 0.005
"""Outlines are simplified for drawing: their areas may be off by half a percent."""
NEAR_COUNTY_M: Final = 500.0


def links_hold(reader: TableReader) -> list[str]:
    """Every value of a foreign key stands in the table it points to."""
    problems = []
    for table in TABLES.values():
        frame = reader.read(table.name)
        for link in table.links:
            target = set(reader.read(link.table)[link.target])
            lost = frame.loc[
                frame[link.column].notna() & ~frame[link.column].isin(target), link.column
            ]
            if len(lost):
                problems.append(
                    f"{table.name}.{link.column}: {len(lost)} values are not in "
                    f"{link.table}.{link.target}, first {lost.iloc[0]}"
                )
    return problems


def sources_are_recorded(reader: TableReader) -> list[str]:
    """Every source_id has its record."""
    records = set(read_source_records(reader.data / "sources"))
    problems = []
    for name, table in TABLES.items():
        if any(column.name == "source_id" for column in table.columns):
            lost = set(reader.read(name)["source_id"]) - records
            problems += [f"{name}: no record data/sources/{one}.toml" for one in sorted(lost)]
    return problems


def municipalities_tile_their_county(reader: TableReader) -> list[str]:
    """Municipality parts do not overlap and fill their county."""
    parts = reader.spatial("municipality").to_crs(AREA_CRS)
    counties = reader.spatial("county").to_crs(AREA_CRS).set_index("geoid").area
    problems = []
    for county, rows in parts.groupby("county_geoid"):
        union = rows.geometry.union_all().area
        overlap = rows.area.sum() - union
        if overlap > OVERLAP_SHARE * union:
            problems.append(f"municipalities of {county} overlap by {overlap:.0f} m2")
        if abs(union / counties[county] - 1) > DRAWING_SHARE:
            problems.append(
                f"municipalities of {county} fill {union / counties[county]:.4f} of its outline"
            )
    return problems


def jurisdictions_cover(reader: TableReader) -> list[str]:
    """Every municipality part has one primary agency, and no other part has one."""
    parts = set(reader.read("municipality")["area_id"])
    assigned = reader.read("jurisdiction")["area_id"]
    problems = [f"no primary agency for {area}" for area in sorted(parts - set(assigned))]
    problems += [f"jurisdiction of {area} has no area" for area in sorted(set(assigned) - parts)]
    return problems


def persons_add_up(reader: TableReader) -> list[str]:
    """Require population points to add up to tracts, and to municipalities."""
    points = reader.read("population_point")
    problems = []
    for table, key, column in (
        ("tract", "geoid", "population_persons"),
        ("municipality", "area_id", "residents_persons"),
    ):
        other = "tract_geoid" if table == "tract" else "area_id"
        total = points.groupby(other)["residents_persons"].sum()
        stated = reader.read(table).set_index(key)[column].dropna()
        off = stated[stated != total.reindex(stated.index).fillna(0)]
        if len(off):
            problems.append(
                f"population_point: {len(off)} {table} rows differ, first {off.index[0]}"
            )
    return problems


def points_lie_in_their_county(reader: TableReader) -> list[str]:
    """Every facility, station and tract point lies in the county it states."""
    import geopandas as gpd

    outlines = reader.spatial("county").to_crs(AREA_CRS).set_index("geoid").geometry
    facilities = reader.read("facility").dropna(subset=["latitude"])
    placed = gpd.GeoDataFrame(
        facilities,
        geometry=gpd.points_from_xy(facilities["longitude"], facilities["latitude"]),
        crs="EPSG:4269",
    )
    problems = []
    layers: list[tuple[str, str, gpd.GeoDataFrame]] = [
        ("facility", "facility_id", placed),
        ("agency_station", "station_id", reader.spatial("agency_station")),
        ("tract", "geoid", reader.spatial("tract")),
    ]
    for name, key, frame in layers:
        stated = gpd.GeoSeries(
            outlines.reindex(frame["county_geoid"]).to_numpy(), index=frame.index, crs=AREA_CRS
        )
        away = frame.to_crs(AREA_CRS).distance(stated) > NEAR_COUNTY_M
        problems += [
            f"{name} {row[key]} is not in its county {row['county_geoid']}"
            for _, row in frame[away].iterrows()
        ]
    return problems


def suppressed_stays_missing(reader: TableReader) -> list[str]:
    """Require withheld counts to be missing, reported ones not, and deaths 1 to 9 withheld."""
    problems = []
    for name, column in (("overdose_death", "deaths"), ("nonfatal_ed_visit", "visits")):
        rows = reader.read(name)
        wrong = is_withheld(rows["status_code"]) != rows[column].isna()
        if wrong.any():
            problems.append(f"{name}: {int(wrong.sum())} rows where status and count disagree")
    deaths = reader.read("overdose_death")["deaths"]
    small = deaths.between(*RANGES["suppressed"])
    if small.any():
        problems.append(f"overdose_death: {int(small.sum())} counts of 1 to 9 are not suppressed")
    return problems


def regions_exist(reader: TableReader) -> list[str]:
    """Every county of a region file is in the table of counties."""
    known = set(reader.read("county")["geoid"])
    return [
        f"region {region.region_id}: county {geoid} is not in the table"
        for region in list_regions(reader.data / "regions").values()
        for geoid in region.counties
        if geoid not in known
    ]


def municipalities_are_known(reader: TableReader) -> list[str]:
    """Every area an agency claims, and every tract's municipality, is a known one."""
    counties = reader.read("county")["geoid"]
    known = {*reader.read("municipality")["geoid"], *counties, *counties.str[:2]}
    problems = []
    for name, column in (("agency_area", "geoid"), ("tract", "municipality_geoid")):
        values = pd.Series(reader.read(name)[column].unique())
        lost = values[~values.isin(known)]
        problems += [f"{name}.{column}: {value} is not a known area" for value in lost]
    return problems


LAWS: Final = (
    links_hold,
    sources_are_recorded,
    municipalities_tile_their_county,
    jurisdictions_cover,
    persons_add_up,
    points_lie_in_their_county,
    suppressed_stays_missing,
    regions_exist,
    municipalities_are_known,
)
