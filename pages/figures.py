"""Figures: a finished figure of the current view, and a pack to paste into an application."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import streamlit as st

from geo.errors import InputError
from geo.figures.finished import finished_figure
from geo.figures.pack import pack_parts, to_zip
from geo.figures.sizes import SIZES
from geo.profile import profile
from pages.shared.download_row import draw_downloads, made_today, page_address, place_stem
from pages.shared.fact_sheets import draw_fact_sheets
from pages.shared.figure_choice import draw_figure_choice, draw_figure_edits
from pages.shared.frame import open_page
from pages.shared.readers import answers_for
from pages.shared.sidebar import current_scope, write_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.answers import Answers
    from geo.figures.content import Content
    from geo.scope import Scope

PREVIEW_PX: Final = 900
LOCAL: Final = ("localhost", "127.0.0.1", None)
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


def _draw_files(answers: Answers, scope: Scope, content: Content) -> None:
    size = SIZES[scope.figure.size]
    parts = pack_parts(answers, scope, content, size, program=scope.figure.program)
    place = place_stem(answers, scope)
    if content.kind == "trend":
        place = answers.county_names[profile(answers, scope).county]
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
    draw_figure_choice()
    edits = draw_figure_edits()
    try:
        found = finished_figure(answers, scope, page_address(), made_today(), edits)
    except InputError as error:
        st.error(f"No figure: {error}.", icon="🛑")
    else:
        st.image(found.png, width=PREVIEW_PX, alt=found.content.alt)
        if urlsplit(found.content.origin.address).hostname in LOCAL:
            st.caption(
                "The address in the citation is that of this computer: others cannot open it. On "
                "a shared server it is the server’s."
            )
        _draw_files(answers, scope, found.content)
    write_address(answers)


open_page("figures")
st.title("A figure for your report, and everything around it")
_figure()
draw_fact_sheets()
