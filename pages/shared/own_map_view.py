"""The map of a loaded file, with its legend, table and downloads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.map_view import site_kinds
from geo.maps.legend import Section
from geo.maps.style import SYMBOLS
from geo.own_data import own_view
from geo.own_data.area_table import LEVEL_WORDS, levels_of
from geo.own_data.loaded import month_text
from geo.own_data.own_map import SHOWN
from geo.privacy.release import THRESHOLDS
from pages.shared.columns import labelled_columns
from pages.shared.html import render
from pages.shared.map_component import draw_map
from pages.shared.own_downloads import draw_own_downloads
from pages.shared.own_session import shared_neighbours
from pages.shared.readers import shared_answers, shared_assets
from pages.shared.sidebar import current_scope

if TYPE_CHECKING:
    from geo.own_data.loaded import OwnData
    from geo.own_data.own_view import Choice

MONTHLY: Final = "month"


def draw_choice(data: OwnData, *, with_months: bool = False) -> Choice:
    """Draw what is counted, where and when; return the choice."""
    told = data.told(st.session_state.get("w_own_threshold", THRESHOLDS[0]))
    with st.container(horizontal=True):
        level = st.selectbox("Areas", levels_of(told), format_func=LEVEL_WORDS.__getitem__,
                             key="w_own_level", width=190)  # fmt: skip
        shown = st.segmented_control(
            "Show", own_view.shown_at(told, level), format_func=SHOWN.__getitem__,
            default="rate" if level == "county" else "hotspot", required=True,
            key=f"w_own_shown_{level == 'county'}",
        )  # fmt: skip
        period, threshold = _draw_period(data, with_months=with_months)
    month = ""
    if period == MONTHLY:
        months = data.told(threshold).monthly.columns
        month = st.select_slider("Month", months, value=months[-1], key="w_own_month",
                                 format_func=month_text)  # fmt: skip
    return own_view.Choice(level, shown, "" if month else period, month, threshold)


def draw_period_choice(data: OwnData) -> Choice:
    """Draw which events count, where the areas are municipalities; return the choice."""
    with st.container(horizontal=True):
        period, threshold = _draw_period(data)
    return own_view.Choice("municipality", "hotspot", period, "", threshold)


def _draw_period(data: OwnData, *, with_months: bool = False) -> tuple[str, int]:
    known = data.periods(st.session_state.get("w_own_threshold", THRESHOLDS[0]))
    labels = {code: one.label for code, one in known.items()}
    labels |= {MONTHLY: "Month by month"} if with_months else {}
    period = st.selectbox(
        "Events", list(labels), format_func=labels.__getitem__, width=360,
        key=f"w_own_period_{with_months}",
        help="One split at a time, by place and by year, month or outcome: splits within "
        "splits would let small counts be worked out.",
    )  # fmt: skip
    threshold = st.selectbox(
        "Hide counts below",
        THRESHOLDS,
        key="w_own_threshold",
        width=160,
        help="Counts below it are hidden, and those that would give one away.",
    )
    return period, threshold


def _symbols() -> Section:
    """Return the legend of what is drawn over the areas."""
    there = site_kinds(shared_answers(), current_scope())
    shown = {*own_view.LAYERS.overlays, "older"} & there
    return Section("Places of help", symbols=tuple(one for one in SYMBOLS if one.code in shown))


def draw_own_map(data: OwnData) -> None:
    """Draw the map of the loaded file."""
    choice = draw_choice(data, with_months=True)
    answers, scope = shared_answers(), current_scope()
    with_points = False
    if data.masked_is_possible:
        with_points = st.toggle(
            "Draw masked points", key="w_own_points",
            help="Each point is moved, always to the same place, so far that at least 100 people "
            "live nearer to where it is drawn. Points are never shown where they are.",
        )  # fmt: skip
    view = own_view.own_view(
        data, answers, scope, choice, shared_neighbours(),
        theme=st.context.theme.type or "light", with_points=with_points,
        tract_file=shared_assets().tracts(answers.reader),
    )  # fmt: skip
    draw_map(view.state)
    st.markdown(view.sentence)
    st.html(render("legend.html", sections=[*view.legend, _symbols()]))
    with st.expander("The map as a table", expanded=False):
        st.dataframe(own_view.for_screen(view.table), hide_index=True,
                     column_config=labelled_columns(own_view.SCREEN_COLUMNS))  # fmt: skip
    draw_own_downloads(
        {"areas": ("Areas", partial(own_view.area_export, data, view, answers))},
        outlines=partial(own_view.area_geojson, data, view, answers),
    )
