"""Labels and number formats of a table's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared.readers import shared_answers

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig


def labelled_columns(labels: dict[str, str]) -> dict[str, ColumnConfig | str]:
    """Return the columns by their codes: people with thousands set off, shares as percent."""
    labels = shared_answers().edition.dated(labels)
    columns: dict[str, ColumnConfig | str] = dict(labels)
    for name, label in labels.items():
        if name.startswith(("people_", "population_", "events")) or name.endswith(
            ("_persons", "_share")
        ):
            form = "%.1f" if name.endswith("_share") else "localized"
            columns[name] = st.column_config.NumberColumn(label, format=form, width=110)
    return columns
