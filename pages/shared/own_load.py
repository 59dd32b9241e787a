"""Load a file of incidents: read it, name its columns, check its rows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import GeoError, InputError
from geo.own_data.checking import REASONS, check_incidents
from geo.own_data.child import read_in_child
from geo.own_data.columns import INCIDENT_FIELDS, guess_columns
from geo.own_data.files import MOST_BYTES, read_rows
from geo.own_data.loaded import load_incidents
from geo.own_data.synthetic import synthetic_incidents
from geo.own_data.zip_table import read_zip_table
from pages.shared.access import own_counties
from pages.shared.download_row import made_today
from pages.shared.own_guard import plain
from pages.shared.own_session import (
    drop_uploads,
    end_with_window,
    forget,
    own_session,
    shared_gazetteer,
)
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
INCIDENTS: Final = "incidents"
ZIPS: Final = "zips"
MOST_ZIP_MEGABYTES: Final = 5
TICK_SECONDS: Final = 0.5
ABREAST: Final = 3


def draw_load() -> None:
    """Draw the uploader, or the columns of the file that was read."""
    session = own_session()
    if INCIDENTS in session.raw:
        _draw_columns(session.raw[INCIDENTS])
        return
    megabytes = MOST_BYTES // 1_000_000
    st.markdown(
        f"A file of overdose events: {KINDS}, at most {megabytes} MB. Each row an event with a "
        "date, and a point or an area code (census tract, municipality, ZIP with a table). The "
        "next step shows which column is taken for what; nothing is used before you say so."
    )
    draw_upload(INCIDENTS, "File of incidents", megabytes=megabytes)
    st.button(
        "Load demonstration data (SYNTHETIC)",
        on_click=_load_demonstration,
        help="30,000 made-up events in the five counties, marked SYNTHETIC wherever they appear.",
    )


def draw_upload(what: str, label: str, *, megabytes: int, help_text: str | None = None) -> None:
    """
    Draw an uploader; read a file that comes into the session's `raw`, or say why it cannot be.

    Parameters
    ----------
    what : str
        What the session calls the file.
    label : str
    megabytes : int
        A larger file is not sent.
    help_text : str, optional
    """
    session = own_session()
    if problem := session.problems.get(what):
        st.error(plain(problem), icon="🛑")
    file = st.file_uploader(
        label, key=f"w_own_{what}_file_{session.round}", max_upload_size=megabytes, help=help_text
    )
    if file is None:
        return
    end_with_window()
    session.problems.pop(what, None)
    try:
        session.raw[what] = _read_with_progress(file.getvalue(), f"w_own_{what}_cancel")
    except GeoError as error:
        session.problems[what] = str(error)
    drop_uploads()
    session.round += 1
    st.rerun()


def _read_with_progress(content: bytes, key: str) -> RawRows:
    """Read a file in a child process, telling how far it is; a click elsewhere stops it."""
    with st.status("Reading the file", expanded=True):
        st.button("Cancel", key=key, on_click=forget)
        line = st.empty()
        clock = _Clock()

        def report(word: str) -> None:
            clock.word = word
            line.caption(plain(word))

        def is_cancelled() -> bool:
            # A click takes effect when the browser is told something: twice a second.
            if clock.strikes():
                line.caption(plain(f"{clock.word}, {clock.seconds:.0f} s"))
            return False

        return read_in_child(content, report=report, is_cancelled=is_cancelled)


class _Clock:
    """How long a file has been read, and the last word on it."""

    def __init__(self) -> None:
        self.word = "Reading"
        self._start = self._struck = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    def strikes(self) -> bool:
        """Return true every half second."""
        if time.monotonic() - self._struck < TICK_SECONDS:
            return False
        self._struck = time.monotonic()
        return True


def _load_demonstration() -> None:
    answers, session = shared_answers(), own_session()
    rows = synthetic_incidents(answers.reader.read("population_point"), rows=DEMONSTRATION_ROWS)
    raw = read_rows(rows.to_csv(index=False).encode())
    session.raw[INCIDENTS] = raw
    _check(guess_columns(raw.rows, INCIDENT_FIELDS), "")


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
    if headings not in session.mappings:
        session.mappings[headings] = guess_columns(raw.rows, fields)
    known = session.mappings[headings]
    options = [NOT_THERE, *raw.rows.columns]
    chosen: dict[str, str] = {}
    for place, (name, field) in enumerate(fields.items()):
        if place % ABREAST == 0:
            columns = st.columns(ABREAST)
        column = columns[place % ABREAST].selectbox(
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
        st.caption(plain(note))
    mapping = draw_mapping(raw, INCIDENT_FIELDS, "incident")
    if "event_id" not in mapping:
        st.warning(
            "No column is the event number: an event that stands in the file twice is then found "
            "only where time, place, outcome and agency are the same.", icon="⚠️",
        )  # fmt: skip
    left, right = st.columns(2)
    zone = left.selectbox(
        "Times without an offset are local; others are brought to", list(ZONES),
        format_func=ZONES.__getitem__, key="w_own_zone",
    )  # fmt: skip
    with right:
        _draw_zip_table()
    with st.container(horizontal=True):
        go = st.button("Check the rows", type="primary")
        st.button("Back, with another file", on_click=forget)
    if go:
        with st.spinner("Checking every row"):
            _check(mapping, zone)
        st.rerun()


def _draw_zip_table() -> None:
    session = own_session()
    if ZIPS in session.raw:
        st.markdown(f"ZIP table of {len(session.raw[ZIPS].rows):,} rows loaded.")
        return
    draw_upload(
        ZIPS,
        "ZIP table, if the area codes are ZIP codes",
        megabytes=MOST_ZIP_MEGABYTES,
        help_text="Two columns: ZIP code, and the census tract or municipality that holds most of "
        "its people; with a third column of shares the largest counts.",
    )


def _check(mapping: dict[str, str], zone: str) -> None:
    session, answers, scope = own_session(), shared_answers(), current_scope()
    raw, zips = session.raw.get(INCIDENTS), session.raw.get(ZIPS)
    if raw is None:
        return
    region = answers.regions[scope.region].counties
    incidents = check_incidents(
        raw, mapping, shared_gazetteer(), region,
        today=made_today(), zone=zone, own_counties=own_counties(),
        zip_table=None if zips is None else read_zip_table(zips),
    )  # fmt: skip
    if incidents.used.empty:
        reasons = "; ".join(REASONS[code] for code in incidents.summary["reasons"])
        msg = f"none of the {len(raw.rows):,} rows can be used: {reasons}"
        raise InputError(msg)
    session.data = load_incidents(incidents, shared_gazetteer(), region, seed=session.seed)
    for what in (INCIDENTS, ZIPS):
        session.raw.pop(what, None)
