"""The router: page config and navigation."""

from __future__ import annotations

import streamlit as st

st.set_page_config(page_title="Overdose Response Coverage", page_icon="🗺️", layout="wide")
pages = [
    st.Page("pages/coverage_map.py", title="Coverage map", default=True),
    st.Page("pages/gaps.py", title="Gaps"),
    st.Page("pages/area_profile.py", title="Area profile"),
    st.Page("pages/compare.py", title="Compare"),
    st.Page("pages/plan.py", title="Plan"),
    st.Page("pages/figures.py", title="Figures"),
    st.Page("pages/your_data.py", title="Your data"),
    st.Page("pages/sources.py", title="Sources and methods"),
]
st.navigation(pages).run()
