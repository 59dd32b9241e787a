"""The scope in the sidebar and in the address: read, shown, written back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.analysis import THRESHOLDS_MINUTES
from geo.measures import MEASURES
from geo.scope import EARLIEST_AS_OF, FACILITIES, Scope, fit_period, from_query, to_query

if TYPE_CHECKING:
    from geo.answers import Answers

SCOPE: Final = "scope"
_WRITTEN: Final = "address written"
_PROBLEMS: Final = "address problems"


def current_scope() -> Scope:
    """Return the scope of this session."""
    scope: Scope = st.session_state[SCOPE]
    return scope


def change_scope(**fields: object) -> None:
    """Change fields of the scope and of the address."""
    st.session_state[SCOPE] = replace(current_scope(), **fields)  # type: ignore[arg-type]


def open_scope(answers: Answers) -> list[str]:
    """
    Take the scope from the address where the address is new; return what could not be used.

    A page switch clears the address; the scope then stays and is written back.
    """
    query = st.query_params.to_dict()
    first = SCOPE not in st.session_state
    if first or (query and query != st.session_state[_WRITTEN]):
        areas = answers.reader.read("municipality")["area_id"].tolist()
        scope, problems = from_query(
            query, regions=answers.regions, areas=areas, today=answers.today
        )
        st.session_state[SCOPE] = scope
        st.session_state[_PROBLEMS] = problems
        _fill_widgets(scope)
    problems = st.session_state.get(_PROBLEMS, [])
    return list(problems)


def write_address(answers: Answers) -> None:
    """Put the scope into the address."""
    query = to_query(current_scope(), answers.today)
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    st.session_state[_WRITTEN] = query


def draw_sidebar(answers: Answers) -> None:
    """Draw the widgets of the scope and take what they say."""
    names = answers.reader.read("county").set_index("geoid")["name"].to_dict()
    with st.sidebar:
        st.html("<strong>Overdose Response Coverage</strong>")
        st.selectbox(
            "Region",
            list(answers.regions),
            format_func=lambda key: answers.regions[key].label,
            key="w_region",
            on_change=_take_region,
        )
        scope = current_scope()
        st.multiselect(
            "Counties",
            list(answers.regions[scope.region].counties),
            format_func=lambda geoid: names[geoid],
            key="w_counties",
            placeholder="All of the region",
            on_change=_take,
        )
        st.selectbox(
            "Need, measured by",
            list(MEASURES),
            format_func=lambda key: MEASURES[key].label,
            key="w_measure",
            help=MEASURES[scope.measure].help_text,
            on_change=_take_measure,
        )
        measure = MEASURES[scope.measure]
        if measure.first_year < measure.last_year:
            st.slider(
                "Years", measure.first_year, measure.last_year, key="w_years", on_change=_take
            )
        st.segmented_control(
            "Within reach means, in minutes",
            THRESHOLDS_MINUTES,
            key="w_minutes",
            required=True,
            help="Estimated drive time. Residents farther away count as beyond reach.",
            on_change=_take,
        )
        st.segmented_control(
            "Treatment means",
            list(FACILITIES),
            format_func=FACILITIES.__getitem__,
            key="w_facilities",
            required=True,
            help="OTP: opioid treatment program, the only place that may dispense methadone.",
            on_change=_take,
        )
        st.date_input(
            "Police evidence as of",
            min_value=EARLIEST_AS_OF,
            max_value=answers.today,
            key="w_as_of",
            help="Only what sources had documented by this day counts. 30 June 2018 is the "
            "moment of the first Hope Not Handcuffs counties.",
            on_change=_take,
        )


def _fill_widgets(scope: Scope) -> None:
    state = st.session_state
    state["w_region"], state["w_counties"] = scope.region, list(scope.counties)
    state["w_measure"], state["w_years"] = scope.measure, (scope.start, scope.end)
    state["w_minutes"], state["w_facilities"] = scope.minutes, scope.facilities
    state["w_as_of"] = scope.as_of
    state["w_colour"], state["w_layers"] = scope.layers.colour_by, list(scope.layers.overlays)


def _take() -> None:
    state = st.session_state
    start, end = state.get("w_years") or (current_scope().start, current_scope().end)
    change_scope(
        counties=tuple(state["w_counties"]),
        start=start,
        end=end,
        minutes=state["w_minutes"],
        facilities=state["w_facilities"],
        as_of=state["w_as_of"] or current_scope().as_of,
    )
    state[_PROBLEMS] = []


def _take_region() -> None:
    change_scope(region=st.session_state["w_region"], counties=(), area="")
    st.session_state["w_counties"] = []
    st.session_state[_PROBLEMS] = []


def _take_measure() -> None:
    measure = st.session_state["w_measure"]
    start, end = fit_period(measure, current_scope().start, current_scope().end)
    change_scope(measure=measure, start=start, end=end)
    st.session_state["w_years"] = (start, end)
    st.session_state[_PROBLEMS] = []
