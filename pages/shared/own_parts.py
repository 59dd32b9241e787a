"""A loaded file over time, by who helped, and as gaps."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.gap_view import CLASS_WORDS, scoped_gaps
from geo.own_data import over_time, own_gaps, response
from geo.own_data.exporting import own_export
from geo.own_data.own_view import chosen_period, own_map_state
from geo.privacy.release import THRESHOLDS
from geo.reach import reach_in, reach_of
from geo.scope import GapFilter
from geo.wording import day_text, listing
from pages.shared.columns import labelled_columns
from pages.shared.html import render
from pages.shared.map_component import draw_map
from pages.shared.own_downloads import draw_own_downloads
from pages.shared.own_map_view import draw_period_choice
from pages.shared.own_session import own_answers, own_session, shared_neighbours
from pages.shared.readers import shared_answers
from pages.shared.sidebar import current_scope

if TYPE_CHECKING:
    from geo.own_data.loaded import OwnData

METHODS: Final = (over_time.POISSON, over_time.C2)


def _threshold() -> int:
    chosen: int = st.session_state.get("w_own_threshold") or THRESHOLDS[0]
    return chosen


def draw_over_time(data: OwnData) -> None:
    """Draw events by month, and the days that stood out."""
    answers, threshold = shared_answers(), _threshold()
    told = data.told(threshold)
    counties = data.counties(_scoped_counties())
    months = over_time.month_table(told, counties, answers.county_names)
    st.subheader("Events by month")
    st.caption(
        "A bar as wide as several months: told together, because one of them is below "
        f"{threshold} or would give such a count away. Height: events a month."
    )
    st.altair_chart(over_time.month_chart(months), width="stretch")
    st.subheader("Alerts")
    method = st.segmented_control(
        "Method", METHODS, default=METHODS[0], required=True, key="w_own_method",
        help="Poisson threshold: seven days against the eight weeks before them, p < .01; on a "
        "flat series fewer than 1 day in 100 is a false alarm. EARS C2: a day against seven days, "
        "more than 3 standard deviations; up to 2 days in 100 are false alarms, and it sees little "
        "where events are rare.",
    )  # fmt: skip
    alerts = over_time.alert_table(data, counties, answers.county_names, threshold=threshold)
    shown = alerts[alerts["method"] == method]
    if shown.empty:
        st.info("No alert in this file.")
    else:
        is_c2 = method == over_time.C2
        labels = dict(over_time.C2_LABELS if is_c2 else over_time.ALERT_LABELS)
        st.dataframe(shown[list(labels)], hide_index=True, column_config=labels)
    st.caption(
        "Read a row as a question, not as a finding: on flat series the Poisson threshold raises a "
        "false alarm on fewer than 1 day in 100, so over years and counties some rows are chance. "
        "The smaller “by chance”, the less so. The file holds both methods."
    )
    export = partial(own_export, data, threshold=threshold, data_hash=answers.reader.data_hash)
    draw_own_downloads(
        {
            "months": ("Months", partial(export, months, over_time.MONTH_COLUMNS,
                                         "Events by month")),
            "alerts": ("Alerts", partial(export, alerts, over_time.ALERT_COLUMNS,
                                         "Days with more events than before")),
        }
    )  # fmt: skip


def draw_response(data: OwnData) -> None:
    """Draw who gave naloxone, and how events and residents are reached."""
    answers, scope, threshold = own_answers(), current_scope(), _threshold()
    told = data.told(threshold)
    counties = data.counties(_scoped_counties())
    gave = response.response_table(told, counties, answers.county_names)
    st.subheader("Who gave naloxone")
    labels = labelled_columns(response.RESPONSE_LABELS)
    st.dataframe(response.in_percent(gave), hide_index=True, column_config=labels)
    files = {"response": ("Response", gave, response.RESPONSE_COLUMNS, "Who gave naloxone")}
    if counties is not None:
        reach = response.reach_table(told, answers.people(scope.as_of), counties,
                                     minutes=scope.minutes)  # fmt: skip
        st.subheader("How far help is from the events, beside the residents")
        labels = dict(response.REACH_LABELS)
        st.dataframe(response.for_screen(reach), hide_index=True, column_config=labels)
        _say_own_help()
        names = answers.county_names
        off = answers.travel_time.mean_absolute_error_minutes
        drive = reach_in(answers, scope.as_of, counties).told(
            f"Drive times are estimated, off by {off:.1f} minutes on average."
        )
        st.caption(
            f"All chosen counties together: {listing([names[one] for one in counties])}. An event "
            "counts at the people of its tract in its municipality; the events of joined areas are "
            f"spread over them by residents. {drive} Police naloxone as documented on "
            f"{day_text(scope.as_of)}."
        )
        files["reach"] = ("Reach", reach, response.REACH_COLUMNS, "How events are reached")
    else:
        st.info(answers.edition.why_blank("the counties of this file"))
    export = partial(own_export, data, threshold=threshold, data_hash=answers.reader.data_hash)
    draw_own_downloads(
        {stem: (label, partial(export, table, columns, title))
         for stem, (label, table, columns, title) in files.items()}
    )  # fmt: skip


def draw_gaps(data: OwnData) -> None:
    """Draw the gap classes with need by the loaded events."""
    if not data.incidents.is_in_region:
        st.info(own_answers().edition.why_blank("the counties of this file"))
        return
    answers, scope = own_answers(), current_scope()
    choice = draw_period_choice(data)
    told, period = data.told(choice.threshold), chosen_period(data, choice)
    zones = data.hotspots(choice.threshold, period, shared_neighbours())
    by_municipality = replace(scope, gaps=GapFilter(level="municipality"))
    published = scoped_gaps(shared_answers(), by_municipality)["gap_code"]
    table = own_gaps.own_gap_table(
        answers, told, period, zones, _scoped_counties(), as_of=scope.as_of, minutes=scope.minutes,
        facilities=scope.facilities, published=published,
    )  # fmt: skip
    high = int(table["is_high_need"].sum())
    st.markdown(
        f"**{high} of {len(table)} municipalities have high need by these events** "
        f"({period.label}): at least half of their residents live in a hot zone or in a cluster. "
        "The table sets the gap class this gives beside the published one."
    )
    _say_own_help()
    layer = own_gaps.gap_layer(table, answers, is_synthetic=data.is_synthetic)
    theme = st.context.theme.type or "light"
    draw_map(own_map_state(data, shared_answers(), scope, layer, theme=theme))
    st.html(render("legend.html", sections=own_gaps.gap_legend(is_synthetic=data.is_synthetic)))
    st.dataframe(own_gaps.for_screen(table, CLASS_WORDS), hide_index=True,
                 column_config=labelled_columns(own_gaps.SCREEN_COLUMNS))  # fmt: skip
    columns = reach_of(answers, scope).named(own_gaps.GAP_COLUMNS)
    draw_own_downloads(
        {
            "gaps": (
                "Gaps",
                partial(own_export, data, table, columns, f"Gaps, {period.label}",
                        threshold=choice.threshold, data_hash=answers.reader.data_hash),
            )
        }
    )  # fmt: skip


def _say_own_help() -> None:
    session = own_session()
    if session.departments is not None or session.facilities is not None:
        st.caption("With the county’s own departments and facilities added to the published ones.")


def _scoped_counties() -> tuple[str, ...]:
    scope = current_scope()
    return scope.chosen_counties(shared_answers().regions[scope.region])
