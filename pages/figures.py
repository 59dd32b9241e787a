"""Figures: a finished figure of the current view, and a pack to paste into an application."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import InputError
from geo.figures.content import MOST_LETTERS, Edits
from geo.figures.finished import finished_figure
from geo.figures.pack import pack_parts, to_zip
from geo.figures.sizes import SIZES
from geo.scope import FIGURE_KINDS, PROGRAMS
from pages.shared.download_row import draw_downloads, made_today, page_address
from pages.shared.fact_sheets import draw_fact_sheets
from pages.shared.frame import open_page
from pages.shared.readers import answers_for
from pages.shared.sidebar import change_scope, current_scope, write_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.answers import Answers
    from geo.figures.content import Content
    from geo.scope import Scope

LABELS: Final = {
    "figure.png": "PNG, 300 dpi",
    "figure.svg": "SVG",
    "figure.pdf": "PDF",
    "document.docx": "Word",
    "numbers.csv": "Numbers, CSV",
    "numbers.xlsx": "Numbers, Excel",
    "areas.geojson": "Areas, GeoJSON",
    "areas.gpkg": "Areas, GeoPackage",
    "README.txt": "Sources and limits, text",
}


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


def _draw_choice() -> None:
    choices_of: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("Figure", "w_figure_kind", FIGURE_KINDS),
        ("Size", "w_figure_size", {code: size.label for code, size in SIZES.items()}),
        ("Order the facts for", "w_figure_program", PROGRAMS),
    )
    for label, key, choices in choices_of:
        _draw_one(label, key, choices)


def _draw_one(label: str, key: str, choices: dict[str, str]) -> None:
    codes = list(choices)
    words = choices.__getitem__
    st.selectbox(label, codes, format_func=words, key=key, on_change=_take_choice)


def _draw_edits() -> Edits:
    with st.expander("Your own words"):
        texts = {
            name: st.text_area(label, max_chars=MOST_LETTERS[name], key=f"w_{name}", height=68)
            for name, label in (
                ("title", "Title, in place of ours"),
                ("subtitle", "Subtitle, in place of ours"),
                ("note", "Note, added below the figure"),
                ("author", "Author"),
            )
        }
    return Edits(**texts)


def _draw_files(answers: Answers, scope: Scope, content: Content) -> None:
    size = SIZES[scope.figure.size]
    parts = pack_parts(answers, scope, content, size, program=scope.figure.program)
    place = "-".join(answers.county_names[one] for one in scope.counties) or scope.region
    stem = f"{scope.figure.kind}-{place}-as-of-{scope.as_of}"
    pack = partial(to_zip, parts)
    files: dict[str, tuple[str, Callable[[], bytes]]] = {"Everything, zip": (f"{stem}.zip", pack)}
    for name, make in parts.items():
        files[LABELS[name]] = (f"{stem}-{name}", make)
    draw_downloads(files)
    with st.expander("Alt text and long description, to paste beside the figure"):
        st.text(content.alt)
        st.text(content.description)


@st.fragment
def _figure() -> None:
    scope = current_scope()
    answers = answers_for(scope)
    left, right = st.columns([5, 14])
    with left:
        _draw_choice()
        edits = _draw_edits()
    with right:
        try:
            found = finished_figure(answers, scope, page_address(), made_today(), edits)
        except InputError as error:
            st.error(f"No figure: {error}.", icon="🛑")
        else:
            st.image(found.png, width="stretch", alt=found.content.alt)
            _draw_files(answers, scope, found.content)
    write_address(answers)


open_page("figures")
st.title("A figure for your report, and everything around it")
_figure()
draw_fact_sheets()
