"""A choropleth of all counties of the United States: our map classes, and plain folium."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.serving import OUTLINES
from geo.analysis import compiled_date, people_and_help
from geo.maps.assets import Assets, install_assets
from geo.maps.leaflet_map import coverage_map, state_group
from geo.maps.state import Layers, map_state
from geo.maps.style import need_looks
from geo.tables.reader import TableReader

if TYPE_CHECKING:
    import folium

PUERTO_RICO: Final = "72"
BOUNDS: Final = ((24.4, -125.0), (49.4, -66.9))
EMPTY: Final = ("municipality", "facility", "agency_station")


@cache
def national_counties() -> gpd.GeoDataFrame:
    """Return outlines of all counties: geoid, name, land_km2; the value shown is the land area."""
    rows = gpd.read_file(OUTLINES)
    rows = rows[rows["STATEFP"] != PUERTO_RICO].rename(columns={"GEOID": "geoid", "NAME": "name"})
    rows["land_km2"] = rows["ALAND"].astype(float) / 1e6
    return rows[["geoid", "name", "land_km2", "geometry"]].reset_index(drop=True)


class NationalReader(TableReader):
    """Our tables with all counties in place of one state's, and nothing below or upon them."""

    def read(self, name: str) -> pd.DataFrame:
        """Return a table; raises as `TableReader.read` does."""
        if name == "county":
            return national_counties()
        frame = super().read(name)
        return frame.iloc[:0] if name in EMPTY else frame


@st.cache_resource(show_spinner=False)
def _assets() -> Assets:
    reader = NationalReader()
    people = people_and_help(reader, compiled_date(reader))
    return install_assets(Path.cwd() / "static", reader, people)


def _state() -> str:
    counties = national_counties().set_index("geoid")
    number, edges = pd.qcut(counties["land_km2"], 6, labels=False, retbins=True)
    looks = need_looks([round(edge) for edge in edges[1:-1]])
    no_areas = pd.DataFrame(
        columns=["naloxone_code", "gap_code", "treatment_minutes", "otp_minutes"]
    )
    return map_state(
        region="united-states",
        bounds=BOUNDS,
        theme="light",
        layers=Layers("need", ("counties",)),
        county_looks={geoid: looks[one] for geoid, one in number.items()},
        county_words={geoid: f"{km2:,.0f} km2" for geoid, km2 in counties["land_km2"].items()},
        clusters={},
        high=[],
        areas=no_areas,
        area_looks={},
        position_of={},
        walk_in=[],
        chosen="",
    )


def draw_ours() -> None:
    """Draw the choropleth as our coverage map is drawn: outlines by URL, a state of codes."""
    st_folium(
        coverage_map(_assets()),
        key="map",
        height=600,
        use_container_width=True,
        returned_objects=["last_object_clicked_tooltip"],
        feature_group_to_add=state_group(_state()),
    )


def draw_plain() -> None:
    """Draw the choropleth as one folium GeoJson layer."""
    import folium

    from benchmarks.plain_page import choropleth, use_local_leaflet

    use_local_leaflet()
    base: folium.Map = folium.Map(location=(38, -96), zoom_start=4, tiles=None)
    choropleth(national_counties(), "land_km2", ["name", "land_km2"]).add_to(base)
    st_folium(base, height=600, use_container_width=True)
