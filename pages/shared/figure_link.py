"""From any page to a finished figure of it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.shared.sidebar import change_scope, current_scope


def draw_figure_link(kind: str, label: str = "Make a figure of this") -> None:
    """
    Draw a button that opens the page of figures with this view.

    Parameters
    ----------
    kind : str
        A key of `FIGURE_KINDS`.
    label : str
    """
    if st.button(label, key=f"w_make_{kind}", icon=":material/image:"):
        change_scope(figure=replace(current_scope().figure, kind=kind))
        st.switch_page("pages/figures.py")
