"""Your data: a county's own incidents, departments and facilities, kept in the session only."""

from __future__ import annotations

from typing import Final

import streamlit as st

from geo.own_data.exporting import ENFORCEMENT
from pages.shared.access import may_upload
from pages.shared.frame import open_page
from pages.shared.own_guard import guarded, keep_uploads_in_memory
from pages.shared.own_load import draw_load
from pages.shared.own_map_view import draw_own_map
from pages.shared.own_parts import draw_gaps, draw_over_time, draw_response
from pages.shared.own_session import end_with_window, own_session
from pages.shared.own_summary import draw_bar, draw_summary
from pages.shared.own_tables import draw_own_help
from pages.shared.sidebar import write_address

PARTS: Final = {
    "map": "Map",
    "time": "Over time",
    "response": "Response and reach",
    "gaps": "Gaps",
    "help": "Departments and facilities",
    "load": "File",
}
NO_UNMARKED_FILES: Final = (
    "<style>[data-testid='stElementToolbarButton']:has([aria-label='Download as CSV'])"
    "{display:none}</style>"
)
"""Streamlit's own button over a table: its file says neither SYNTHETIC nor what is hidden."""
DRAW: Final = {
    "map": draw_own_map,
    "time": draw_over_time,
    "response": draw_response,
    "gaps": draw_gaps,
    "load": draw_summary,
}


@st.fragment
@guarded
def _your_data() -> None:
    session = own_session()
    if session.is_new:
        # A run of the whole page: downloads offered before it are then dropped by Streamlit too.
        session.is_new = False
        st.toast("Forgotten: nothing of your own is held any more.")
        st.rerun()
    if not session.is_empty:
        end_with_window()
    if session.data is None:
        tab = st.segmented_control(
            "What to load",
            ["Incidents", "Departments and facilities"],
            default="Incidents",
            required=True,
            key="w_own_what",
        )
        (draw_load if tab == "Incidents" else draw_own_help)()
        return
    part = st.segmented_control(
        "View",
        list(PARTS),
        format_func=PARTS.__getitem__,
        default="map",
        required=True,
        key="w_own_part",
    )
    if part == "help":
        draw_own_help()
        return
    draw_bar(session.data)
    DRAW[part](session.data)


keep_uploads_in_memory()
answers, scope = open_page("your data")
st.html(NO_UNMARKED_FILES)
st.title("Your own data over the map")
st.caption(
    f"{ENFORCEMENT} What you load stays in the memory of this server until you forget it, close "
    "this window or lose the connection; nothing is written to disk, sent elsewhere or shown to "
    "anybody else. Small counts are hidden."
)
if may_upload():
    _your_data()
else:
    st.info("Your account may look at the published pages, but not load data of its own.")
write_address(answers)
