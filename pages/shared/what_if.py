"""The what-if part of the plan page: suppose, see what changes, keep it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import what_if_view
from geo.errors import InputError
from geo.scenario import Scenario, from_file, to_file
from pages.shared.columns import labelled_columns
from pages.shared.download_row import draw_downloads, draw_exports
from pages.shared.readers import shared_answers
from pages.shared.sidebar import SCENARIO_WIDGETS, change_scope, current_scope

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

LABELS: Final = {
    "documented": "Departments taken as documented to carry",
    "without": "Facilities taken away",
    "otp_at": "OTPs added at the centre of",
    "treatment_at": "Treatment facilities added at the centre of",
}
NOBODY: Final = (
    "Nothing to compare: no residents by tract are known for the chosen counties. Choose others in "
    "the sidebar."
)
_SHOWN: Final = "scenario the page was drawn with"
_SAID: Final = "what the scenario file says"


def _take() -> None:
    state = st.session_state
    change_scope(
        scenario=Scenario(**{name: tuple(state[key]) for name, key in SCENARIO_WIDGETS.items()})
    )


def _take_file() -> None:
    file = st.session_state["w_if_file"]
    if file is None:
        return
    answers = shared_answers()
    try:
        scenario, said = from_file(
            file.getvalue(), answers.scenario_identifiers, answers.reader.data_hash
        )
    except InputError as error:
        st.session_state[_SAID] = [str(error)]
        return
    st.session_state[_SAID] = said
    change_scope(scenario=scenario)
    for name, key in SCENARIO_WIDGETS.items():
        st.session_state[key] = list(getattr(scenario, name))


def draw_what_if(_: Answers, scope: Scope) -> None:
    """Draw the choices, what they change, and the scenario's file."""
    answers = shared_answers()  # of the record, to compare with
    counties = scope.chosen_counties(answers.regions[scope.region])
    if not answers.people(scope.as_of)["county_geoid"].isin(counties).any():
        st.info(NOBODY)
        return
    st.markdown(
        "Suppose, and every page shows what would change, marked as supposed. The address keeps it."
    )
    choices = what_if_view.scenario_choices(answers, scope)
    left, right = st.columns(2)
    for place, (name, label) in zip((left, left, right, right), LABELS.items(), strict=True):
        place.multiselect(
            label,
            list(choices[name]),
            format_func=choices[name].__getitem__,
            key=SCENARIO_WIDGETS[name],
            on_change=_take,
            placeholder="None",
        )
    shares = what_if_view.share_changes(answers, scope)
    columns = labelled_columns(what_if_view.SHARE_COLUMNS)
    st.dataframe(shares[list(columns)], hide_index=True, column_config=columns)
    changes = what_if_view.gap_changes(answers, scope)
    if changes.empty:
        st.info("No municipality changes its gap or its people affected.")
    else:
        st.markdown(f"**Municipalities that change: {len(changes)}**")
        columns = labelled_columns(what_if_view.CHANGE_COLUMNS)
        st.dataframe(changes, hide_index=True, column_config=columns)
    scenario, data_hash = scope.scenario, answers.reader.data_hash
    draw_downloads(
        {
            "Scenario, to reload": ("scenario.json", partial(to_file, scenario, data_hash)),
        }
    )
    draw_exports(answers, scope, {"what-if-changes": "What changes", "what-if-shares": "Shares"})
    st.file_uploader(
        "Reload a scenario", type="json", key="w_if_file", on_change=_take_file, max_upload_size=1
    )
    for problem in st.session_state.pop(_SAID, []):
        st.warning(problem, icon="⚠️")


def refresh_other_parts() -> None:
    """Draw the whole page again where its banner tells of another scenario."""
    scenario = current_scope().scenario
    if st.session_state.get(_SHOWN, scenario) != scenario:
        st.session_state[_SHOWN] = scenario
        st.rerun()
    st.session_state[_SHOWN] = scenario
