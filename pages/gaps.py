"""Gaps: which areas, worst first; how sure; why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import gap_view
from geo import overview as view
from geo.maps.state import DEFAULT_OVERLAYS, Layers
from pages.shared.download_row import draw_exports
from pages.shared.figure_link import draw_figure_link
from pages.shared.frame import open_page
from pages.shared.gap_filters import draw_gap_filters
from pages.shared.html import render
from pages.shared.map_component import choose_area, draw_map
from pages.shared.readers import answers_for
from pages.shared.sidebar import current_scope, write_address

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

TABLE_HEIGHT: Final = 560


def _draw_rows(answers: Answers, scope: Scope) -> None:
    table = gap_view.listed_gaps(answers, scope)

    def choose() -> None:
        rows = st.session_state["w_gap_table"].selection.rows
        choose_area(str(table.index[rows[0]]) if rows else "")

    labels = gap_view.columns(answers, scope)
    told = gap_view.COLUMN_HELP
    columns = {
        name: st.column_config.Column(label, help=told.get(name)) for name, label in labels.items()
    }
    for name in ("affected_persons", "residents_persons"):
        columns[name] = st.column_config.NumberColumn(
            labels[name], format="localized", width=108, help=told.get(name)
        )
    columns["name"] = st.column_config.Column(labels["name"], pinned=True, width=142)
    columns["gap"] = st.column_config.Column(labels["gap"], width=230)
    columns["facility_minutes"] = st.column_config.NumberColumn(
        labels["facility_minutes"], format="%.0f"
    )
    columns["source_url"] = st.column_config.LinkColumn(labels["source_url"], display_text="open")
    st.dataframe(
        gap_view.for_screen(answers, table, scope.facilities),
        hide_index=True,
        column_config=columns,
        on_select=choose,
        selection_mode="single-row",
        key="w_gap_table",
        placeholder="–",
        height=TABLE_HEIGHT if len(table) > 14 else "content",  # noqa: PLR2004
    )


@st.fragment
def _gaps() -> None:
    scope = current_scope()
    answers = answers_for(scope)
    draw_gap_filters()
    st.markdown(gap_view.summary(answers, scope))
    left, right = st.columns([11, 9])
    with left:
        if gap_view.scoped_gaps(answers, scope).empty:
            st.info("Choose other counties, or another data folder.")
        elif gap_view.listed_gaps(answers, scope).empty:
            st.info("No area has these classes. Choose other classes, or switch off “Robust only”.")
        else:
            _draw_rows(answers, scope)
            draw_exports(answers, scope, {"gaps": "These rows"}, outlines=scope.gaps.level)
    with right:
        st.html(render("gap_sentence.html", row=gap_view.chosen_row(answers, scope)))
        mapped = replace(scope, layers=Layers("gaps", DEFAULT_OVERLAYS))
        theme = st.context.theme.type or "light"
        only = gap_view.mapped_areas(answers, scope)
        shown = view.overview(answers, mapped, theme=theme, only=only)
        draw_map(shown.state)
        st.html(render("legend.html", sections=shown.legend))
        draw_figure_link("gap")
    write_address(answers)


open_page("gaps")
st.title("Which areas help does not reach, and how sure that is")
_gaps()
