"""A county's own departments and facilities: loaded, checked, shown beside the published record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.own_data.columns import DEPARTMENT_FIELDS, FACILITY_FIELDS
from geo.own_data.own_help import check_departments, check_facilities
from geo.own_data.own_help_view import (
    CHANGE_COLUMNS,
    DEPARTMENT_COLUMNS,
    FACILITY_COLUMNS,
    changes,
    departments_beside,
    facilities_shown,
)
from pages.shared.access import own_counties
from pages.shared.columns import labelled_columns
from pages.shared.download_row import made_today
from pages.shared.own_downloads import draw_rows_set_aside
from pages.shared.own_guard import plain
from pages.shared.own_load import draw_mapping, draw_upload
from pages.shared.own_session import forget, own_answers, own_session, shared_gazetteer
from pages.shared.readers import shared_answers
from pages.shared.sidebar import current_scope

if TYPE_CHECKING:
    from geo.own_data.own_help import OwnRows
    from geo.own_data.raw_rows import RawRows

KINDS: Final = {"departments": DEPARTMENT_FIELDS, "facilities": FACILITY_FIELDS}
MOST_MEGABYTES: Final = 20


def draw_own_help() -> None:
    """Draw both uploaders, what is loaded, and what it changes."""
    st.markdown(
        "What your county knows of its departments and facilities, shown **beside** the published "
        "record and marked as the county’s own: it stays in this session and changes no other page."
    )
    left, right = st.columns(2)
    with left:
        _draw_one("departments", "Departments: name, status (carries, announced, does not carry), "
                                 "date, source")  # fmt: skip
    with right:
        _draw_one("facilities", "Facilities: name, kind (treatment, OTP), latitude, longitude, "
                                "date, source")  # fmt: skip
    session = own_session()
    if session.departments is None and session.facilities is None:
        return
    scope, record, own = current_scope(), shared_answers(), own_answers()
    if session.departments is not None:
        st.subheader("Departments")
        st.dataframe(departments_beside(record, scope, session.departments), hide_index=True,
                     column_config=dict(DEPARTMENT_COLUMNS))  # fmt: skip
    if session.facilities is not None:
        st.subheader("Facilities")
        st.dataframe(facilities_shown(session.facilities), hide_index=True,
                     column_config=dict(FACILITY_COLUMNS))  # fmt: skip
    st.subheader("What they would change")
    changed = changes(record, own, scope)
    if changed.empty:
        st.info("No municipality changes its gap class.")
    else:
        st.dataframe(changed, hide_index=True, column_config=labelled_columns(CHANGE_COLUMNS))
    st.button("Forget all own data", on_click=forget, key="w_own_forget_help")


def _draw_one(kind: str, text: str) -> None:
    session = own_session()
    rows: OwnRows | None = getattr(session, kind)
    if rows is not None:
        st.markdown(f"{len(rows.used)} {kind} used, {len(rows.aside)} rows set aside.")
        if len(rows.aside):
            st.dataframe(rows.aside[["reason"]].value_counts().reset_index(), hide_index=True)
            label = f"{kind} set aside, CSV".capitalize()
            draw_rows_set_aside(label, f"{kind}-set-aside", rows)
        return
    raw = session.raw.get(kind)
    if raw is None:
        draw_upload(kind, text, megabytes=MOST_MEGABYTES)
        return
    for note in raw.notes:
        st.caption(plain(note))
    mapping = draw_mapping(raw, KINDS[kind], kind)
    with st.container(horizontal=True):
        go = st.button(f"Use these {kind}", type="primary", key=f"w_own_{kind}_use")
        st.button("Back, with another file", key=f"w_own_{kind}_back",
                  on_click=_put_back, args=(kind,))  # fmt: skip
    if go:
        setattr(session, kind, _checked(kind, raw, mapping))
        session.answers = None
        del session.raw[kind]
        st.rerun()


def _put_back(kind: str) -> None:
    own_session().raw.pop(kind, None)


def _checked(kind: str, raw: RawRows, mapping: dict[str, str]) -> OwnRows:
    answers, scope = shared_answers(), current_scope()
    if kind == "departments":
        agencies = answers.reader.read("agency")
        return check_departments(raw, mapping, agencies, today=made_today(),
                                 own_counties=own_counties())  # fmt: skip
    region = answers.regions[scope.region].counties
    return check_facilities(raw, mapping, shared_gazetteer(), region, today=made_today(),
                            own_counties=own_counties())  # fmt: skip
