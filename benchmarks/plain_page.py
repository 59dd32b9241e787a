"""
The page as it is written first: folium and streamlit-folium, everything rebuilt on each rerun.

It shows the layers of our coverage map from the same tables with the same filter. It is spared
what would only slow it: its tables are read once, its scripts come from this machine, and it has
no sidebar, card or table.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from benchmarks import plain_analysis as analysis
from benchmarks.browsing import PROJECT, Site, plain_map, served
from geo.sites import listed_facilities, walk_in_stations

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

MINUTES: Final = (15, 20, 30)
YEARS: Final = (2018, 2022)
STATIC_URL: Final = "../../app/static/"
LAYERS: Final = 400
"""There are about 800; fewer than these are an unfinished map."""
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
    reader = analysis.tables()
    minutes = st.radio(
        "Minutes", MINUTES, index=2, horizontal=True, key="minutes", bind="query-params"
    )
    today = analysis.newest_day(reader)
    people = analysis.people_and_help(reader, today)
    table = analysis.municipality_coverage(people, minutes)
    base = folium.Map(location=(43.1, -83.2), zoom_start=8, tiles=None)
    _counties().add_to(base)
    _municipalities(table).add_to(base)
    _sites(pd.concat([listed_facilities(reader), walk_in_stations(reader, today)])).add_to(base)
    st_folium(base, height=600, use_container_width=True)


def _counties() -> folium.GeoJson:
    reader = analysis.tables()
    deaths = reader.read("overdose_death")
    totals = deaths[deaths["year"].between(*YEARS)].groupby("county_geoid")
    rate = 1e5 * totals["deaths"].sum() / totals["population_persons"].sum()
    frame = reader.spatial("county")[["geoid", "name", "geometry"]].to_crs("EPSG:4326")
    frame["rate"] = frame["geoid"].map(rate).astype(float).round(1)
    return choropleth(frame, "rate", ["name", "rate"])


def choropleth(frame: gpd.GeoDataFrame, column: str, fields: list[str]) -> folium.GeoJson:
    """Return areas coloured by six classes of a column, with tooltips."""
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


def _municipalities(table: pd.DataFrame) -> folium.GeoJson:
    frame = analysis.tables().spatial("municipality")[["area_id", "label", "geometry"]]
    frame = frame.to_crs("EPSG:4326").merge(table.reset_index(), on="area_id", how="left")
    for kind in ("treatment", "otp"):
        frame[f"{kind}_minutes"] = frame[f"{kind}_minutes"].astype(float).round()
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


def use_local_leaflet() -> None:
    """Take Leaflet from the page's own static folder; leave out scripts the page does not use."""
    folium.Map.default_js = [("leaflet", f"{STATIC_URL}leaflet.js")]
    folium.Map.default_css = [("leaflet_css", f"{STATIC_URL}leaflet.css")]


@contextmanager
def page_folder(call: str) -> Iterator[Path]:
    """Make a working folder with settings, Leaflet and a script that calls `module.function`."""
    module, function = call.rsplit(".", 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "static").mkdir()
        leaflet = metadata.distribution("XStatic-Leaflet").locate_file("xstatic/pkg/leaflet/data")
        for file in ("leaflet.js", "leaflet.css"):
            shutil.copy(Path(str(leaflet)) / file, folder / "static" / file)
        shutil.copytree(PROJECT / ".streamlit", folder / ".streamlit")
        script = folder / "page.py"
        script.write_text(f"from {module} import {function}\n\n{function}()\n", encoding="utf-8")
        yield script


@contextmanager
def plain_app() -> Iterator[Site]:
    """Serve the plain page."""
    with (
        page_folder("benchmarks.plain_page.draw") as script,
        served(script, painted=plain_map(LAYERS), minutes=".st-key-minutes") as site,
    ):
        yield site
