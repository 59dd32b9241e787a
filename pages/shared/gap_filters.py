"""The filter of the gaps page, kept in the scope."""

from __future__ import annotations

import streamlit as st

from geo.gap_view import CLASS_WORDS
from geo.scope import LEVELS, GapFilter
from pages.shared.sidebar import change_scope


def _take_filter() -> None:
    state = st.session_state
    chosen = GapFilter(
        state["w_gap_rows"], tuple(state["w_gap_classes"]), bool(state["w_gap_robust"])
    )
    change_scope(gaps=chosen)


def draw_gap_filters() -> None:
    """Draw the widgets and take what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Rows",
            list(LEVELS),
            format_func=LEVELS.__getitem__,
            key="w_gap_rows",
            required=True,
            on_change=_take_filter,
        )
        st.multiselect(
            "Gap classes",
            list(CLASS_WORDS),
            format_func=CLASS_WORDS.__getitem__,
            key="w_gap_classes",
            placeholder="All classes",
            on_change=_take_filter,
        )
        st.toggle(
            "Robust only",
            key="w_gap_robust",
            help="Leave out areas whose class changes with the threshold, with what counts as "
            "treatment, as carrying naloxone or as high need.",
            on_change=_take_filter,
        )
