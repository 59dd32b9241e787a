"""The table under the map: the same rows, sortable, downloadable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo import overview as view
from geo.scope import LEVELS
from pages.shared.download_row import draw_exports

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.elements.lib.column_types import ColumnConfig

    from geo.answers import Answers
    from geo.scope import Scope


def draw_table_twin(answers: Answers, scope: Scope, *, on_choose: Callable[[str], None]) -> None:
    """
    Draw a closed section; once open, it holds the table of the level the reader picks.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    on_choose : callable
        Told the GEOID or area_id of a chosen row.
    """
    label = "The map as a table: sort, choose an area, download"
    # A table is the heaviest part of the page: it comes when a reader asks for it.
    with st.expander(label, key="w_table", on_change="rerun") as section:
        if section.open:
            _draw_table(answers, scope, on_choose)


def _draw_table(answers: Answers, scope: Scope, on_choose: Callable[[str], None]) -> None:
    level = st.segmented_control(
        "Rows",
        list(LEVELS),
        format_func=LEVELS.__getitem__,
        default="county",
        required=True,
        key="w_level",
    )
    table = view.table_twin(answers, scope, level)
    by_municipality = level == "municipality"
    columns = (
        view.municipality_columns(answers, scope)
        if by_municipality
        else view.county_columns(answers, scope)
    )
    if table.empty:
        st.info("These tables hold no municipalities of the chosen counties.")
        return

    def choose() -> None:
        rows = st.session_state[f"w_rows_{level}"].selection.rows
        on_choose(str(table.index[rows[0]]) if rows else "")

    st.dataframe(
        view.screen_table(answers, scope, level),
        hide_index=True,
        column_config=_column_config(columns),
        on_select=choose,
        selection_mode="single-row",
        key=f"w_rows_{level}",
        height="content" if len(table) < 12 else 420,  # noqa: PLR2004
        placeholder="–",
    )
    rows = {"municipality": "municipalities", "county": "counties"}[level]
    draw_exports(answers, scope, {rows: "Table", "key-numbers": "Key numbers"}, outlines=level)


def _column_config(columns: dict[str, str]) -> dict[str, ColumnConfig | str]:
    config: dict[str, ColumnConfig | str] = {}
    for name, label in columns.items():
        if name.endswith("_share"):
            config[name] = st.column_config.NumberColumn(f"{label}, %", format="%.0f")
        elif name.endswith("_per_100k"):
            config[name] = st.column_config.NumberColumn(label, format="%.1f")
        elif name.endswith("_minutes"):
            config[name] = st.column_config.NumberColumn(label, format="%.0f")
        elif name.endswith("_url"):
            config[name] = st.column_config.LinkColumn(label, display_text="open")
        else:
            config[name] = st.column_config.Column(label, pinned=name in ("name", "label"))
    return config
