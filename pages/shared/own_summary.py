"""What became of the rows of a loaded file, and the button that forgets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.own_data.checking import MENDED, REASONS
from pages.shared.own_downloads import draw_rows_set_aside
from pages.shared.own_guard import plain
from pages.shared.own_session import forget

if TYPE_CHECKING:
    from geo.own_data.loaded import OwnData


def draw_bar(data: OwnData) -> None:
    """Draw one line: what is loaded, and the way to forget it."""
    summary = data.incidents.summary
    with st.container(horizontal=True, vertical_alignment="center"):
        text = (
            f"**{summary['rows_used']:,}** of {summary['rows_read']:,} rows used, "
            f"{summary['rows_set_aside']:,} set aside."
        )
        if data.is_synthetic:
            st.warning(
                f"**SYNTHETIC**: made-up demonstration data, no real events. {text}", icon="⚠️"
            )
        else:
            st.markdown(f"{text} In this session's memory only.")
        st.button("Forget this data", on_click=forget, key="w_own_forget")


def draw_summary(data: OwnData) -> None:
    """Draw how many rows were used, set aside and mended, and why."""
    summary = data.incidents.summary
    st.markdown(
        f"First day {summary['first_date']}, last day {summary['last_date']}. Rows read "
        f"{summary['rows_read']:,} = used {summary['rows_used']:,} + set aside "
        f"{summary['rows_set_aside']:,}."
    )
    for note in data.incidents.notes:
        st.caption(plain(note))
    _draw_counts("Why rows were set aside", summary["reasons"], REASONS)
    _draw_counts("What was put right; these rows are used", summary["mended"], MENDED)
    if summary["rows_set_aside"]:
        draw_rows_set_aside("Rows set aside, CSV", "rows-set-aside", data.incidents)


def _draw_counts(title: str, counts: dict[str, int], words: dict[str, str]) -> None:
    if counts:
        rows = [{"Rows": count, title: words[code]} for code, count in counts.items()]
        number = st.column_config.NumberColumn(format="localized", width=90)
        st.dataframe(rows, hide_index=True, column_config={"Rows": number})
