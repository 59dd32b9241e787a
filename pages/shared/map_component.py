"""The map in the page: one base map for all, a small state per rerun, a click back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import streamlit as st
from streamlit_folium import st_folium

from geo.maps.leaflet_map import coverage_map, state_group
from pages.shared.readers import shared_assets
from pages.shared.sidebar import change_scope

if TYPE_CHECKING:
    from collections.abc import Callable

HEIGHT: Final = 600
CLICK: Final = "last_object_clicked_tooltip"


def choose_area(area: str) -> None:
    """Take an area as the chosen one of the scope; none where it is empty."""
    change_scope(area=area)


def draw_map(
    state: str, *, on_click: Callable[[str], None] = choose_area, height: int = HEIGHT
) -> None:
    """
    Draw the map.

    Parameters
    ----------
    state : str
        From `geo.overview.overview`.
    on_click : callable
        Told the GEOID or area_id of a clicked area, before the rerun; chooses it by default.
    height : int
        In pixels.
    """
    assets = shared_assets()
    key = "map-" + hashlib.sha256(repr((assets, height)).encode()).hexdigest()[:12]

    def clicked() -> None:
        answer = st.session_state.get(key) or {}
        if answer.get(CLICK):
            on_click(answer[CLICK])

    st_folium(
        coverage_map(assets),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[CLICK],
        feature_group_to_add=state_group(state),
        on_change=clicked,
    )
