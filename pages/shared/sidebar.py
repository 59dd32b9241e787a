"""The scope in the sidebar and in the address: read, shown, written back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.address import from_query, to_query
from geo.analysis import THRESHOLDS_MINUTES
from geo.scenario import NOTHING_SUPPOSED
from geo.scope import EARLIEST_AS_OF, FACILITIES, Scope, fit_period

if TYPE_CHECKING:
    from geo.answers import Answers

SCOPE: Final = "scope"
_WRITTEN: Final = "address written"
_PROBLEMS: Final = "address problems"
_CHANGED_HERE: Final = "scope changed by a widget"
_PAGE: Final = "page"
SCENARIO_WIDGETS: Final = {
    "documented": "w_if_documented",
    "without": "w_if_without",
    "otp_at": "w_if_otp_at",
    "treatment_at": "w_if_treatment_at",
}
"""Keys of the widgets of the scenario's fields."""


def current_scope() -> Scope:
    """Return the scope of this session."""
    scope: Scope = st.session_state[SCOPE]
    return scope


def change_scope(**fields: object) -> None:
    """Change fields of the scope; the address follows at the end of the run."""
    st.session_state[SCOPE] = replace(current_scope(), **fields)  # type: ignore[arg-type]
    st.session_state[_PROBLEMS] = []
    st.session_state[_CHANGED_HERE] = True


def clear_scenario() -> None:
    """Go back to the record."""
    change_scope(scenario=NOTHING_SUPPOSED)
    for key in SCENARIO_WIDGETS.values():
        st.session_state[key] = []


def open_scope(answers: Answers, page: str) -> list[str]:
    """
    Take the scope from the address where a person changed the address.

    Parameters
    ----------
    answers : Answers
    page : str
        Name of the page that runs.

    Returns
    -------
    list of str
        A sentence for each value of the address that could not be used.

    Notes
    -----
    A widget's change goes before the address, which the browser may not have updated yet. A page
    switch clears the address; the scope then stays and is written back.
    """
    state = st.session_state
    query = st.query_params.to_dict()
    changed_here = state.get(_CHANGED_HERE, False)
    switched = state.get(_PAGE, page) != page
    state[_PAGE] = page
    moved = query != state.get(_WRITTEN) and not changed_here and not (switched and not query)
    moved = moved or SCOPE not in state
    if moved:
        state[SCOPE], state[_PROBLEMS] = from_query(
            query,
            default=answers.first_scope(),
            measures=answers.measures,
            regions=answers.regions,
            areas=answers.area_positions,
            supposable=answers.scenario_identifiers,
            overlays=tuple(answers.overlays),
        )
    values = _widget_values(state[SCOPE])
    for key, value in values.items():
        # Streamlit forgets the widgets of a page that is left, whatever their keys still hold.
        if moved or switched or key not in state:
            state[key] = value
    problems: list[str] = state[_PROBLEMS]
    return problems


def write_address(answers: Answers) -> None:
    """Put the scope into the address."""
    query = to_query(current_scope(), answers.first_scope())
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    st.session_state[_WRITTEN] = query
    st.session_state[_CHANGED_HERE] = False


def draw_sidebar(answers: Answers) -> None:
    """Draw the widgets of the scope and take what they say."""
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
            format_func=answers.county_names.__getitem__,
            key="w_counties",
            placeholder="All of the region",
            on_change=_take,
        )
        st.selectbox(
            "Need, measured by",
            list(answers.measures),
            format_func=lambda key: answers.measures[key].label,
            key="w_measure",
            help=answers.measures[scope.measure].help_text,
            on_change=_take_measure,
            args=(answers,),
        )
        measure = answers.measures[scope.measure]
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


def _widget_values(scope: Scope) -> dict[str, object]:
    return {
        "w_region": scope.region,
        "w_counties": list(scope.counties),
        "w_measure": scope.measure,
        "w_years": (scope.start, scope.end),
        "w_minutes": scope.minutes,
        "w_facilities": scope.facilities,
        "w_as_of": scope.as_of,
        "w_colour": scope.layers.colour_by,
        "w_layers": list(scope.layers.overlays),
        "w_gap_rows": scope.gaps.level,
        "w_gap_classes": list(scope.gaps.classes),
        "w_gap_robust": scope.gaps.robust_only,
        "w_figure_kind": scope.figure.kind,
        "w_figure_size": scope.figure.size,
        "w_figure_program": scope.figure.program,
        "w_plan_part": scope.plan.part,
        "w_plan_kind": scope.plan.kind,
        "w_plan_candidates": scope.plan.candidates,
        "w_plan_demand": scope.plan.demand,
        "w_plan_count": scope.plan.count,
        "w_plan_shown": scope.plan.shown,
        "w_plan_typed": scope.plan.typed,
        **{key: list(getattr(scope.scenario, name)) for name, key in SCENARIO_WIDGETS.items()},
    }


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


def _take_region() -> None:
    change_scope(region=st.session_state["w_region"], counties=(), area="")
    st.session_state["w_counties"] = []


def _take_measure(answers: Answers) -> None:
    measure = st.session_state["w_measure"]
    start, end = fit_period(answers.measures[measure], current_scope().start, current_scope().end)
    change_scope(measure=measure, start=start, end=end)
    st.session_state["w_years"] = (start, end)
