"""The parts of the plan page that are a sentence and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo import plan_facts, plan_view
from pages.shared.columns import labelled_columns
from pages.shared.download_row import draw_exports

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope


def _draw_table(sentence: str, rows: object, labels: dict[str, str]) -> None:
    st.markdown(sentence)
    st.dataframe(rows, hide_index=True, column_config=labelled_columns(labels), height="content")


def draw_status(answers: Answers, scope: Scope) -> None:
    """Draw the departments to ask, those that police most people first."""
    table = plan_view.whose_status_next(answers, scope)
    st.markdown(plan_view.status_sentence(answers, table))
    if table.empty:
        return
    columns = labelled_columns(plan_view.AGENCY_COLUMNS)
    st.dataframe(plan_view.agencies_for_screen(table), hide_index=True, column_config=columns)
    draw_exports(answers, scope, {"departments-to-ask": "Departments to ask"})


def draw_kits(answers: Answers, scope: Scope) -> None:
    """Draw the kits of each chosen county."""
    missing = plan_facts.why_no_kits(answers)
    if missing:
        st.info(missing)
        return
    table = plan_facts.kits(answers, scope)
    sentence = plan_facts.kits_sentence(answers)
    _draw_table(sentence, plan_facts.kits_for_screen(table), plan_facts.KIT_COLUMNS)
    draw_exports(answers, scope, {"kits": "Kits"})


def draw_backtest(answers: Answers, scope: Scope) -> None:
    """Draw how far past hotspots found later deaths."""
    missing = plan_facts.why_no_backtest(answers)
    if missing:
        st.info(missing)
        return
    table = plan_facts.backtest(answers, scope)
    sentence = plan_facts.backtest_sentence(answers, table, scope)
    _draw_table(sentence, plan_facts.backtest_for_screen(table), plan_facts.BACKTEST_COLUMNS)
    draw_exports(answers, scope, {"back-test": "Back-test"})
