"""Load a file of incidents: read it, name its columns, check its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import InputError
from geo.own_data.checking import check_incidents
from geo.own_data.child import read_in_child
from geo.own_data.columns import INCIDENT_FIELDS, guess_columns
from geo.own_data.files import MOST_BYTES, read_rows
from geo.own_data.loaded import load_incidents
from geo.own_data.synthetic import synthetic_incidents
from geo.own_data.zip_table import read_zip_table
from pages.shared.access import own_counties
from pages.shared.download_row import made_today
from pages.shared.own_session import forget, own_session, shared_gazetteer
from pages.shared.readers import shared_answers
from pages.shared.sidebar import current_scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.own_data.columns import Field
    from geo.own_data.raw_rows import RawRows

KINDS: Final = "CSV, Excel, GeoJSON, GeoPackage, zipped shapefile or Parquet"
ZONES: Final = {
    "": "That of the place",
    "America/Detroit": "Michigan",
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
}
DEMONSTRATION_ROWS: Final = 30_000
NOT_THERE: Final = "(not in the file)"


def draw_load() -> None:
    """Draw the uploader, or the columns of the file that was read."""
    session = own_session()
    if session.raw is not None:
        _draw_columns(session.raw)
        return
    megabytes = MOST_BYTES // 1_000_000
    st.markdown(
        f"A file of overdose events: {KINDS}, at most {megabytes} MB. Each row an event with a "
        "date, and a point or an area code (census tract, municipality, ZIP with a table). The "
        "next step shows which column is taken for what; nothing is used before you say so."
    )
    file = st.file_uploader(
        "File of incidents", key=f"w_own_file_{session.round}", max_upload_size=megabytes
    )
    if file is not None:
        session.raw = _read(file.getvalue())
        st.rerun(scope="fragment")
    st.button(
        "Load demonstration data (SYNTHETIC)",
        on_click=_load_demonstration,
        help="30,000 made-up events in the five counties, marked SYNTHETIC wherever they appear.",
    )


def read_with_progress(content: bytes) -> RawRows:
    """Read a file in a child process, telling how far it is; a click elsewhere stops it."""
    with st.status("Reading the file", expanded=True) as status:
        st.button("Cancel", key="w_own_cancel", on_click=forget)
        line = st.empty()

        def report(word: str) -> None:
            line.caption(word)

        raw = read_in_child(content, report=report)
        status.update(label=f"{len(raw.rows):,} rows read", state="complete", expanded=False)
    return raw


_read = read_with_progress


def _load_demonstration() -> None:
    answers, session = shared_answers(), own_session()
    rows = synthetic_incidents(answers.reader.read("population_point"), rows=DEMONSTRATION_ROWS)
    session.raw = read_rows(rows.to_csv(index=False).encode())
    _check(guess_columns(session.raw.rows, INCIDENT_FIELDS), "", None)


def draw_mapping(raw: RawRows, fields: Mapping[str, Field], key: str) -> dict[str, str]:
    """
    Draw a choice per field, guessed or as it was chosen for the same headings before.

    Parameters
    ----------
    raw : RawRows
    fields : mapping of str to Field
    key : str
        Part of the widgets' keys.

    Returns
    -------
    dict of str to str
        Column by field.
    """
    session = own_session()
    headings = (key, tuple(raw.rows.columns))
    known = session.mappings.get(headings) or guess_columns(raw.rows, fields)
    options = [NOT_THERE, *raw.rows.columns]
    chosen: dict[str, str] = {}
    columns = st.columns(3)
    for place, (name, field) in enumerate(fields.items()):
        column = columns[place % 3].selectbox(
            field.label,
            options,
            index=options.index(known[name]) if name in known else 0,
            key=f"w_own_{key}_{name}_{session.round}",
        )
        if column != NOT_THERE:
            chosen[name] = column
    session.mappings[headings] = chosen
    st.markdown("**The first five rows, as they will be read**")
    shown = raw.rows.head(5)[list(dict.fromkeys(chosen.values()))] if chosen else raw.rows.head(5)
    labels = {column: f"{column} → {fields[name].label}" for name, column in chosen.items()}
    st.dataframe(shown, hide_index=True, column_config=dict(labels))
    return chosen


def _draw_columns(raw: RawRows) -> None:
    st.markdown(f"**{len(raw.rows):,} rows, {len(raw.rows.columns)} columns.** Which is which?")
    for note in raw.notes:
        st.caption(note)
    mapping = draw_mapping(raw, INCIDENT_FIELDS, "incident")
    left, right = st.columns(2)
    zone = left.selectbox(
        "Times without an offset are local; others are brought to", list(ZONES),
        format_func=ZONES.__getitem__, key="w_own_zone",
    )  # fmt: skip
    table = right.file_uploader(
        "ZIP table, if the area codes are ZIP codes", key=f"w_own_zip_{own_session().round}",
        max_upload_size=5,
        help="Two columns: ZIP code, and the census tract or municipality that holds most of its "
        "people; with a third column of shares the largest counts.",
    )  # fmt: skip
    zips = None if table is None else read_zip_table(read_rows(table.getvalue()))
    with st.container(horizontal=True):
        go = st.button("Check the rows", type="primary")
        st.button("Back, with another file", on_click=forget)
    if go:
        with st.spinner("Checking every row"):
            _check(mapping, zone, zips)
        st.rerun(scope="fragment")


def _check(mapping: dict[str, str], zone: str, zips: dict[str, str] | None) -> None:
    session, answers, scope = own_session(), shared_answers(), current_scope()
    if session.raw is None:
        return
    region = answers.regions[scope.region].counties
    incidents = check_incidents(
        session.raw, mapping, shared_gazetteer(), region,
        today=made_today(), zone=zone, own_counties=own_counties(), zip_table=zips,
    )  # fmt: skip
    if incidents.used.empty:
        reasons = ", ".join(incidents.summary["reasons"])
        msg = f"none of the {len(session.raw.rows):,} rows can be used: {reasons}"
        raise InputError(msg)
    session.data = load_incidents(incidents, shared_gazetteer(), region, seed=session.seed)
    session.raw = None
