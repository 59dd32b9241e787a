"""Compare: two to six counties side by side, same breaks, same colours."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo import charts, comparison
from geo import overview as view
from geo.maps.small_maps import small_maps
from geo.maps.state import COLOUR_BY, Layers
from pages.shared.download_row import draw_exports
from pages.shared.figure_link import draw_figure_link
from pages.shared.frame import open_page
from pages.shared.html import render
from pages.shared.readers import answers_for
from pages.shared.sidebar import change_scope, current_scope, write_address


def _take_colour() -> None:
    overlays = current_scope().layers.overlays
    change_scope(layers=Layers(st.session_state["w_colour"], overlays))


@st.fragment
def _compare() -> None:
    scope = current_scope()
    answers = answers_for(scope)
    counties = comparison.compared_counties(answers, scope)
    if len(counties) < comparison.FEWEST:
        st.info("Choose two to six counties in the sidebar; one county has its own page.")
        write_address(answers)
        return
    st.segmented_control(
        "Colour areas by",
        list(COLOUR_BY),
        format_func=COLOUR_BY.__getitem__,
        key="w_colour",
        required=True,
        on_change=_take_colour,
    )
    if len(scope.chosen_counties(answers.regions[scope.region])) > len(counties):
        st.caption("The first six counties are shown; choose others in the sidebar.")
    st.html(render("small_maps.html", maps=small_maps(answers, scope, counties)))
    shown = view.overview(answers, scope, theme=st.context.theme.type or "light")
    areas_only = [replace(section, rings=()) for section in shown.legend if section.looks]
    st.html(render("legend.html", sections=areas_only))
    names = answers.county_names
    st.subheader("Overdose deaths of residents, per 100,000 a year")
    trends = comparison.compared_trends(answers, scope)
    if any(len(trend) for trend in trends.values()):
        st.altair_chart(
            charts.compared_trends_chart(trends, unit="per 100,000 a year"),
            alt=comparison.describe_trends(trends),
        )
        st.caption(comparison.bars_text(trends))
    else:
        st.info("These tables hold no counts of overdose deaths for these counties.")
    st.subheader("Every measure, with 95 % intervals")
    table = comparison.comparison(answers, scope)
    st.dataframe(comparison.side_by_side(table), hide_index=True, height="content")
    st.subheader(f"Crude death rate beside {names[counties[0]]} County’s")
    found = comparison.differences(answers, scope)
    st.dataframe(
        found[["county", "text"]],
        hide_index=True,
        column_config={"county": "County", "text": "Difference and ratio, with 95 % intervals"},
    )
    draw_figure_link("maps", "Make a figure of the maps")
    draw_figure_link("compare", "Make a figure of the trends")
    draw_exports(
        answers, scope, {"comparison": "Measures", "differences": "Differences", "trends": "Trends"}
    )
    write_address(answers)


open_page("compare")
st.title("Counties side by side")
_compare()
