"""Which figure is made, kept in the scope; a person's own words, kept in the session."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.figures.content import MOST_LETTERS, Edits
from geo.figures.sizes import SIZES
from geo.scope import FIGURE_KINDS, PROGRAMS
from pages.shared.sidebar import change_scope, current_scope


def _take_choice() -> None:
    state = st.session_state
    change_scope(
        figure=replace(
            current_scope().figure,
            kind=state["w_figure_kind"],
            size=state["w_figure_size"],
            program=state["w_figure_program"],
        )
    )


def draw_figure_choice() -> None:
    """Draw which figure, at which size, for whom."""
    choices_of: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("Figure", "w_figure_kind", FIGURE_KINDS),
        ("Size", "w_figure_size", {code: size.label for code, size in SIZES.items()}),
        ("Order the facts for", "w_figure_program", PROGRAMS),
    )
    for column, (label, key, choices) in zip(st.columns(3), choices_of, strict=True):
        with column:
            _draw_one(label, key, choices)


def _draw_one(label: str, key: str, choices: dict[str, str]) -> None:
    codes = list(choices)
    words = choices.__getitem__
    st.selectbox(label, codes, format_func=words, key=key, on_change=_take_choice)


def draw_figure_edits() -> Edits:
    """Draw the fields for a person's own words; return them."""
    with st.expander("Your own words"):
        texts = {
            name: st.text_area(
                f"{label}; at most {MOST_LETTERS[name]} letters", key=f"w_{name}", height=68
            )
            for name, label in (
                ("title", "Title, in place of ours"),
                ("subtitle", "Subtitle, in place of ours"),
                ("note", "Note, added below the figure"),
                ("author", "Author"),
            )
        }
    return Edits(**texts)
