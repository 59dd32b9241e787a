"""Area profile: everything on one county or municipality, on one printable page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo import charts
from geo import overview as view
from geo.profile import describe_trend, profile, profile_area, profile_areas
from pages.shared.download_row import draw_exports
from pages.shared.figure_link import draw_figure_link
from pages.shared.frame import open_page
from pages.shared.html import render
from pages.shared.map_component import draw_map
from pages.shared.readers import answers_for
from pages.shared.sidebar import change_scope, current_scope, write_address

MAP_HEIGHT = 330


def _take_area() -> None:
    change_scope(area=st.session_state["w_profile"])


@st.fragment
def _profile() -> None:
    scope = current_scope()
    answers = answers_for(scope)
    areas = profile_areas(answers, scope)
    st.session_state["w_profile"] = profile_area(answers, scope)
    with st.container(key="profile_choice"):
        st.selectbox(
            "County or municipality",
            list(areas),
            format_func=areas.__getitem__,
            key="w_profile",
            on_change=_take_area,
        )
    found = profile(answers, scope)
    st.html(render("profile_head.html", card=found.card))
    left, right = st.columns([11, 9])
    with left:
        st.html(render("profile_facts.html", facts=found.card.facts, notes=found.card.notes))
        st.markdown(f"**{found.title}**")
        if found.has_trend:
            st.altair_chart(
                charts.trend_chart(found.trend, found.provisional, unit="per 100,000 a year"),
                alt=describe_trend(found),
            )
        else:
            st.info("These tables hold no counts of overdose deaths for the county.")
    with right:
        here = replace(scope, counties=(found.county,), area=found.area)
        theme = st.context.theme.type or "light"
        shown = view.overview(answers, here, theme=theme, follows_counties=True)
        draw_map(shown.state, height=MAP_HEIGHT)
        st.html(render("legend.html", sections=shown.legend))
        st.markdown(f"**{answers.county_names[found.county]} County among others**")
        st.html(render("profile_facts.html", facts=found.standing, notes=()))
    st.html(render("profile_sources.html", sources=found.sources, day=scope.as_of))
    with st.container(key="profile_downloads"):
        draw_exports(answers, scope, {"trend": "Trend"})
        draw_figure_link("trend", "Make a figure of the trend")
        draw_figure_link("gap", "Make a figure of the map")
        st.caption("To print or save as PDF: your browser’s print command. It fits one sheet.")
    write_address(answers)


open_page("area profile")
_profile()
