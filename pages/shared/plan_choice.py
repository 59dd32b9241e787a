"""What to plan, kept in the scope."""

from __future__ import annotations

import streamlit as st

from geo.scope import MOST_SITES, PLAN_CANDIDATES, PLAN_PARTS, PLAN_SHOWN, PlanChoice
from geo.site_plan import DEMANDS, KINDS
from pages.shared.sidebar import change_scope, current_scope

WIDGETS = {
    "part": "w_plan_part",
    "kind": "w_plan_kind",
    "candidates": "w_plan_candidates",
    "demand": "w_plan_demand",
    "count": "w_plan_count",
    "shown": "w_plan_shown",
    "typed": "w_plan_typed",
}


def _take() -> None:
    old = current_scope().plan
    state = st.session_state
    change_scope(
        plan=PlanChoice(
            **{name: state.get(key, getattr(old, name)) for name, key in WIDGETS.items()}
        )
    )


def _take_file() -> None:
    file = st.session_state["w_plan_file"]
    if file is not None:
        st.session_state["w_plan_typed"] = file.getvalue().decode("utf-8", errors="replace")
        _take()


def draw_part_choice() -> None:
    """Draw the choice of the page's part."""
    st.segmented_control(
        "Part",
        list(PLAN_PARTS),
        format_func=PLAN_PARTS.__getitem__,
        key="w_plan_part",
        required=True,
        on_change=_take,
        label_visibility="collapsed",
    )


def draw_site_choice() -> None:
    """Draw what to place, where, how many and for whom."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for label, known, key in (
            ("Place", KINDS, "w_plan_kind"),
            ("At", PLAN_CANDIDATES, "w_plan_candidates"),
            ("To reach", DEMANDS, "w_plan_demand"),
        ):
            st.selectbox(
                label, list(known), format_func=known.__getitem__, key=key, on_change=_take
            )
        st.number_input(
            "How many",
            min_value=1,
            max_value=MOST_SITES,
            step=1,
            key="w_plan_count",
            on_change=_take,
        )
    if current_scope().plan.candidates == "typed":
        st.text_area(
            "Your list: name, latitude, longitude, a line each (from a spreadsheet: save as CSV, "
            "open as text, paste)",
            key="w_plan_typed",
            placeholder="Health center, 43.0125, -83.6875",
            on_change=_take,
        )
        st.file_uploader("or a CSV file", type="csv", key="w_plan_file", on_change=_take_file)


def draw_shown_choice() -> None:
    """Draw the choice of the selection that is listed and mapped."""
    st.segmented_control(
        "Listed and mapped",
        list(PLAN_SHOWN),
        format_func=PLAN_SHOWN.__getitem__,
        key="w_plan_shown",
        required=True,
        help="Step by step: each site where it adds most, the earlier ones standing. Best set: as "
        "many sites chosen together, solved exactly.",
        on_change=_take,
    )
