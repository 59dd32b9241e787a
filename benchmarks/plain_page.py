"""
The page as it is written first: folium and streamlit-folium, everything rebuilt on each rerun.

It shows the layers of our coverage map from the same tables with the same filter. It is spared
what would only slow it: its tables are read once, its scripts come from the same server, and it
has no sidebar, key numbers, card or table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from benchmarks import plain_analysis as analysis
from geo.analysis import compiled_date
from geo.sites import listed_facilities, walk_in_stations

if TYPE_CHECKING:
    import geopandas as gpd

MINUTES: Final = (15, 20, 30)
YEARS: Final = (2018, 2022)
STATIC_URL: Final = "../../app/static/"
NEED_COLOURS: Final = ("#ffffcc", "#fed976", "#feab49", "#fc6d33", "#d7191c", "#8b0021")
POLICE_COLOURS: Final = {
    "documented": "#3182bd",
    "announced": "#9ecae1",
    "does_not_carry": "#fdbf6f",
    "not_documented": "#f0f0f0",
}
SITE_COLOURS: Final = {"otp": "#111111", "treatment": "#ffffff", "walk_in": "#005f73"}


def draw() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Plain page", layout="wide")
    use_local_leaflet()
    minutes = st.radio("Minutes", MINUTES, index=2, key="minutes", bind="query-params")
    reader = analysis.tables()
    today = compiled_date(reader)
    people = analysis.people_and_help(reader, today)
    table = analysis.municipality_coverage(people, minutes=minutes)
    sites = pd.concat([listed_facilities(reader), walk_in_stations(reader, today)])
    base = folium.Map(location=(43.1, -83.2), zoom_start=8, tiles=None)
    _counties().add_to(base)
    _municipalities(table).add_to(base)
    _sites(sites).add_to(base)
    st_folium(base, height=600, use_container_width=True)


def use_local_leaflet() -> None:
    """Take Leaflet from the page's own static folder; leave out scripts the page does not use."""
    folium.Map.default_js = [("leaflet", f"{STATIC_URL}leaflet.js")]
    folium.Map.default_css = [("leaflet_css", f"{STATIC_URL}leaflet.css")]


def choropleth(frame: gpd.GeoDataFrame, column: str, fields: list[str]) -> folium.GeoJson:
    """
    Return areas coloured by six classes of a column, with tooltips.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame, EPSG:4326
    column : str
        Of numbers.
    fields : list of str
        Columns of the tooltip.
    """
    number = pd.qcut(frame[column], 6, labels=False, duplicates="drop").fillna(0).astype(int)
    frame = frame.assign(colour=[NEED_COLOURS[one] for one in number])
    return folium.GeoJson(
        frame,
        style_function=lambda feature: {
            "fillColor": feature["properties"]["colour"],
            "color": "#444444",
            "weight": 1,
            "fillOpacity": 0.9,
        },
        tooltip=folium.GeoJsonTooltip(fields=fields),
    )


def _counties() -> folium.GeoJson:
    reader = analysis.tables()
    deaths = reader.read("overdose_death")
    totals = deaths[deaths["year"].between(*YEARS)].groupby("county_geoid")
    rate = 1e5 * totals["deaths"].sum() / totals["population_persons"].sum()
    frame = reader.spatial("county")[["geoid", "name", "geometry"]].to_crs("EPSG:4326")
    frame["rate"] = frame["geoid"].map(rate).astype(float).round(1)
    return choropleth(frame, "rate", ["name", "rate"])


def _municipalities(table: pd.DataFrame) -> folium.GeoJson:
    frame = analysis.tables().spatial("municipality")[["area_id", "label", "geometry"]]
    frame = frame.to_crs("EPSG:4326").merge(table.round(0), on="area_id", how="left")
    fields = ["label", "naloxone_code", "gap", "treatment_minutes", "otp_minutes"]
    return folium.GeoJson(
        frame[[*fields, "geometry"]],
        style_function=lambda feature: {
            "fillColor": POLICE_COLOURS.get(feature["properties"]["naloxone_code"], "#ffffff"),
            "color": "#8a8a8a",
            "weight": 0.6,
            "fillOpacity": 0.5,
        },
        tooltip=folium.GeoJsonTooltip(fields=fields),
    )


def _sites(rows: pd.DataFrame) -> folium.FeatureGroup:
    group = folium.FeatureGroup("Sites")
    for row in rows.itertuples():
        folium.CircleMarker(
            (row.latitude, row.longitude),
            radius=4,
            color="#111111",
            weight=1.4,
            fill=True,
            fill_color=SITE_COLOURS[row.kind_code],
            fill_opacity=1,
            tooltip=f"{row.name}, {row.address}, {row.city}",
        ).add_to(group)
    return group
