"""What is said when something cannot be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.scenario import scenario_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.errors import TableError
    from geo.scenario import Scenario


def say_address_problems(problems: list[str]) -> None:
    """Name each value of the address that could not be used."""
    if problems:
        st.warning("  \n".join(problems), icon="⚠️")


def say_scenario(scenario: Scenario, *, clear: Callable[[], None]) -> None:
    """Say on every page that its numbers are supposed, and offer the way back."""
    if not scenario:
        return
    told = scenario_words(scenario)
    with st.container(horizontal=True, vertical_alignment="center", key="what_if_banner"):
        st.warning(f"**What if**: {told}. These numbers are supposed, not the record.", icon="⚠️")
        st.button("Back to the record", on_click=clear)


def say_table_problem(error: TableError) -> None:
    """Say which file is wrong and which command repairs it, in place of the page."""
    st.title("The data of this dashboard cannot be used")
    st.error(f"File **{error.path}**: {error.problem}.", icon="🛑")
    st.markdown("Nothing is shown, so that no wrong number is. In the project's folder, run:")
    st.code(error.remedy, language="shell")
    st.markdown("then reload this page.")
