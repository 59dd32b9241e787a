"""Plan: what one more site, or one more answer from a department, would gain."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo import downloads, plan_view
from pages.shared.download_row import draw_downloads
from pages.shared.frame import open_page
from pages.shared.html import render
from pages.shared.map_component import draw_map
from pages.shared.plan_choice import draw_part_choice, draw_site_choice
from pages.shared.readers import shared_answers
from pages.shared.sidebar import change_scope, current_scope, write_address

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

NOT_COMPILED = "Police evidence and travel times are not compiled for the chosen counties."


def _ignore_click(_: str) -> None:
    change_scope()


def _draw_where(answers: Answers, scope: Scope) -> None:
    draw_site_choice()
    plan = plan_view.where_next(answers, scope)
    if plan is None:
        st.info(NOT_COMPILED)
        return
    st.markdown(plan_view.where_sentence(plan, scope))
    left, right = st.columns([11, 9])
    with left:
        number = st.column_config.NumberColumn
        labels = plan_view.STEP_COLUMNS
        columns = {
            name: number(label, format="localized") if name.startswith("people") else label
            for name, label in labels.items()
        }
        st.dataframe(
            plan_view.steps_for_screen(plan),
            hide_index=True,
            column_config=columns,
            height="content",
        )
        st.caption(
            "Step by step: each site where it adds most, the others standing. Best set: as many "
            "sites chosen together, solved exactly; the best three need not hold the best two."
        )
        name = f"plan-{scope.plan.kind}-{scope.minutes}-min-as-of-{scope.as_of}"
        draw_downloads(
            {
                "Steps, CSV": (
                    f"{name}.csv",
                    partial(downloads.to_csv, plan.steps.set_index("step")),
                ),
                "Best set, CSV": (
                    f"{name}-best-set.csv",
                    partial(downloads.to_csv, plan.exact.set_index("site_id")),
                ),
                "Newly within reach, CSV": (
                    f"{name}-gained.csv",
                    partial(downloads.to_csv, plan.gained),
                ),
            }
        )
        with st.expander("Who is newly within reach, step by step"):
            st.dataframe(
                plan_view.gained_for_screen(answers, plan),
                hide_index=True,
                column_config={
                    "name": "Municipality",
                    "people_gained": number("People gained", format="localized"),
                },
            )
    with right:
        theme = st.context.theme.type or "light"
        draw_map(plan_view.plan_state(answers, scope, plan, theme=theme), on_click=_ignore_click)
        st.html(render("legend.html", sections=plan_view.plan_legend(scope)))


def _draw_status(answers: Answers, scope: Scope) -> None:
    table = plan_view.whose_status_next(answers, scope)
    st.markdown(plan_view.status_sentence(table))
    if table.empty:
        return
    number = st.column_config.NumberColumn
    columns = {
        name: number(label, format="%.1f" if name.endswith("_share") else "localized")
        if name.endswith(("_share", "_persons"))
        else label
        for name, label in plan_view.AGENCY_COLUMNS.items()
    }
    st.dataframe(plan_view.agencies_for_screen(table), hide_index=True, column_config=columns)
    name = f"departments-to-ask-as-of-{scope.as_of}.csv"
    draw_downloads({"Phone list, CSV": (name, partial(downloads.to_csv, table))})


@st.fragment
def _plan() -> None:
    answers, scope = shared_answers(), current_scope()
    draw_part_choice()
    if scope.plan.part == "where":
        _draw_where(answers, scope)
    else:
        _draw_status(answers, scope)
    write_address(answers)


open_page("plan")
st.title("What would one more site, or one more answer, gain?")
_plan()
