"""Plan: what one more site, or one more answer from a department, would gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo import plan_view
from geo.errors import InputError
from pages.shared.columns import labelled_columns
from pages.shared.download_row import draw_exports
from pages.shared.figure_link import draw_figure_link
from pages.shared.frame import open_page
from pages.shared.html import render
from pages.shared.map_component import draw_map
from pages.shared.plan_choice import draw_part_choice, draw_shown_choice, draw_site_choice
from pages.shared.plan_tables import draw_backtest, draw_kits, draw_status
from pages.shared.readers import answers_for
from pages.shared.sidebar import change_scope, current_scope, write_address
from pages.shared.what_if import draw_what_if, refresh_other_parts

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope


def _ignore_click(_: str) -> None:
    change_scope()


def _draw_where(answers: Answers, scope: Scope) -> None:
    draw_site_choice()
    try:
        plan = plan_view.where_next(answers, scope)
    except InputError as error:
        st.error(f"No plan: {error}.", icon="🛑")
        return
    if plan is None:
        st.info(answers.edition.why_blank())
        return
    st.markdown(plan_view.where_sentence(answers, scope, plan))
    left, right = st.columns([11, 9])
    with left:
        draw_shown_choice()
        if scope.plan.shown == "steps":
            rows, labels = plan_view.steps_for_screen(plan), plan_view.STEP_COLUMNS
        else:
            rows, labels = plan_view.best_for_screen(plan), plan_view.BEST_COLUMNS
        st.dataframe(
            rows, hide_index=True, column_config=labelled_columns(labels), height="content"
        )
        gains = plan_view.shown_gains(answers, plan, scope)
        with st.expander("Who is newly within reach"):
            st.dataframe(
                gains, hide_index=True, column_config=labelled_columns(plan_view.GAIN_COLUMNS)
            )
        draw_exports(
            answers,
            scope,
            {
                "plan-steps": "Steps",
                "plan-best-set": "Best set",
                "plan-newly-within-reach": "Newly within reach",
            },
        )
    with right:
        theme = st.context.theme.type or "light"
        draw_map(plan_view.plan_state(answers, scope, plan, theme=theme), on_click=_ignore_click)
        st.html(render("legend.html", sections=plan_view.plan_legend(answers, scope)))
        draw_figure_link("plan")


PARTS = {
    "where": _draw_where,
    "status": draw_status,
    "kits": draw_kits,
    "backtest": draw_backtest,
    "what_if": draw_what_if,
}


@st.fragment
def _plan() -> None:
    scope = current_scope()
    answers = answers_for(scope)
    draw_part_choice()
    PARTS[scope.plan.part](answers, scope)
    write_address(answers)
    refresh_other_parts()


open_page("plan")
st.title("What would one more site, or one more answer, gain?")
_plan()
