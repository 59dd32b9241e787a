"""A travel folder nobody routed: minutes by road that are half the estimate, for tests."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from geo.analysis import compiled_date, people_and_help
from geo.coverage import SITE_KINDS
from geo.tables.reader import TRAVEL
from geo.travel.keeping import keep
from geo.travel.tables import CATCHMENT, CATCHMENT_MINUTES, SOURCE_ID, TRAVEL_TIME

DAY = "2026-11-22"
WAS_MADE = "Valhalla; routed 22 November 2026"


def data_folder(project, folder):
    """Return a folder of the shipped data that a travel folder may be put into."""
    folder.mkdir()
    for part in ("manual", "regions", "sources", "tables"):
        (folder / part).symlink_to(project / "data" / part)
    return folder


def route(reader, folder, *, leaving_out=(), catchments=False):
    """Leave minutes by road from every point to the nearest of each kind, but of some counties."""
    people = people_and_help(reader, compiled_date(reader), prefers_roads=False)
    people = people[~people["county_geoid"].isin(leaving_out)]
    pairs = [
        people[["tract_geoid", "area_id"]].assign(
            site_id=people[f"{kind}_site_id"], minutes=people[f"{kind}_minutes"] / 2
        )
        for kind in SITE_KINDS
    ]
    made = pd.concat(pairs, ignore_index=True).drop_duplicates(subset=[*TRAVEL_TIME.key[:3]])
    made = made.assign(
        mode_code="car",
        metres=1.0,
        status_code="reached",
        engine_code="valhalla",
        source_id=SOURCE_ID,
    )
    made = made[list(TRAVEL_TIME.dtypes)].astype(TRAVEL_TIME.dtypes)
    made = made.sort_values(list(TRAVEL_TIME.key), ignore_index=True)
    areas = squares(reader) if catchments else None
    keep(folder / TRAVEL, made, areas, {"made_date": DAY, "extract": "made-up.osm.pbf"})


def squares(reader):
    """Return catchments: a square around each counted facility, a degree a hundred minutes."""
    rows = reader.read("facility")
    rows = rows[rows["is_current"] & rows["latitude"].notna()]
    rows = rows[rows["kind_code"].isin(["treatment", "otp"])]
    made = [
        gpd.GeoDataFrame(
            {"site_id": rows["facility_id"], "mode_code": "car", "minutes": minutes},
            geometry=[
                box(x - minutes / 100, y - minutes / 100, x + minutes / 100, y + minutes / 100)
                for x, y in zip(rows["longitude"], rows["latitude"], strict=True)
            ],
            crs="EPSG:4269",
        )
        for minutes in CATCHMENT_MINUTES
    ]
    table = pd.concat(made).assign(engine_code="valhalla", source_id=SOURCE_ID)
    table = table[[column.name for column in CATCHMENT.columns]]
    return table.astype(CATCHMENT.dtypes).sort_values(list(CATCHMENT.key), ignore_index=True)
