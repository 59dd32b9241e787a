"""Fact sheets of the chosen counties, one page each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.figures.fact_sheet import fact_sheet, fact_sheets_pdf
from geo.provenance import view_address
from pages.shared.download_row import draw_downloads, made_today, page_address, place_stem
from pages.shared.readers import answers_for
from pages.shared.sidebar import current_scope

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

MOST_SHEETS: Final = 12


def draw_fact_sheets() -> None:
    """Draw the button that makes a page per chosen county."""
    scope = current_scope()
    answers = answers_for(scope)
    counties = scope.chosen_counties(answers.regions[scope.region])
    st.subheader("Fact sheets")
    if len(counties) > MOST_SHEETS:
        st.info(
            f"{len(counties)} counties are chosen. Choose up to {MOST_SHEETS} in the sidebar, or "
            "make all at once with `python -m geo fact-sheets`, see the README."
        )
        return
    pages = "one page" if len(counties) == 1 else f"{len(counties)} pages and a contents page"
    st.markdown(f"Three numbers, the map, the gaps and the trend of each county: {pages}, PDF.")
    place = place_stem(answers, scope)
    name = f"fact-sheets-{place}-as-of-{scope.as_of}.pdf"
    draw_downloads({"Fact sheets, PDF": (name, partial(_pdf, answers, scope, page_address()))})


def _pdf(answers: Answers, scope: Scope, page: str) -> bytes:
    made_on = made_today()
    counties = scope.chosen_counties(answers.regions[scope.region])
    sheets = [fact_sheet(answers, scope, county, made_on=made_on) for county in counties]
    address = view_address(answers, scope, page)
    return fact_sheets_pdf(answers, scope, sheets, made_on=made_on, address=address)
