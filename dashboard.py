"""The router: page config, scope, navigation and the error boundary."""

from __future__ import annotations

import streamlit as st

from geo.errors import TableError
from pages.shared.html import stylesheet
from pages.shared.messages import say_address_problems, say_table_problem
from pages.shared.readers import shared_answers, shared_assets, shared_stylesheet
from pages.shared.sidebar import draw_sidebar, open_scope, write_address

st.set_page_config(page_title="Overdose Response Coverage", page_icon="🗺️", layout="wide")

try:
    answers = shared_answers()
    shared_assets()
except TableError as error:
    say_table_problem(error)
    st.stop()

page = st.navigation([st.Page("pages/coverage_map.py", title="Coverage map", icon="🗺️")])
problems = open_scope(answers)
st.html(stylesheet(shared_stylesheet()))
st.sidebar.html("<strong>Overdose Response Coverage</strong>")
say_address_problems(problems)
page.run()
draw_sidebar(answers)
write_address(answers)
