"""What every page stands in: tables, scope, sidebar, style; the error boundary around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from geo.errors import TableError
from pages.shared.access import draw_account, require_sign_in
from pages.shared.html import stylesheet
from pages.shared.messages import say_address_problems, say_scenario, say_table_problem
from pages.shared.readers import shared_answers, shared_assets, shared_stylesheet
from pages.shared.sidebar import (
    clear_scenario,
    current_scope,
    draw_sidebar,
    open_scope,
    write_address,
)

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope


def open_page(name: str) -> tuple[Answers, Scope]:
    """
    Open a page: by itself or through the router, it gets the same scope and the same sidebar.

    Parameters
    ----------
    name : str
        Tells a page switch from a changed address.

    Returns
    -------
    answers : Answers
    scope : Scope
        Taken from the address, then from the widgets.

    Notes
    -----
    Where a person must sign in first, or a table cannot be used, the page says so and stops.
    """
    _take_the_router()
    require_sign_in()
    try:
        answers = shared_answers()
        shared_assets()
    except TableError as error:
        say_table_problem(error)
        st.stop()
    problems = open_scope(answers, name)
    st.html(stylesheet(shared_stylesheet()))
    draw_sidebar(answers)
    draw_account()
    write_address(answers)
    say_address_problems(problems)
    scope = current_scope()
    say_scenario(scope.scenario, clear=clear_scenario)
    return answers.under(scope.scenario), scope


def _take_the_router() -> None:
    """
    Run again through the router where Streamlit took the page from the folder by itself.

    Notes
    -----
    Streamlit 1.67 does so until a router has run once in the process: whoever came first after a
    start, by the address of a page, saw a list of files and a narrow page.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
