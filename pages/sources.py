"""Sources and methods: every table, source and formula behind the numbers."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from geo import __version__
from geo.catalogue import (
    evidence_catalogue,
    source_catalogue,
    table_catalogue,
    tables_sentence,
)
from pages.shared.download_row import draw_exports
from pages.shared.frame import open_page

DOCS = Path(__file__).resolve().parents[1] / "docs"
LINK_TO_FILE = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")
PARTS = {
    "sources": "Sources",
    "evidence": "Police evidence",
    "tables": "Tables",
    "methods": "Methods",
    "dictionary": "Data dictionary",
    "context": "Where this comes from",
}


def _document(name: str, beside: str = "") -> None:
    if beside and not answers.edition.is_shipped:
        st.info(beside)
    text = (DOCS / name).read_text(encoding="utf-8")
    st.markdown(LINK_TO_FILE.sub(r"\1", text))  # beside the page there is no such file to open


answers, scope = open_page("sources")
st.title("Sources and methods")
st.caption(f"Version {__version__}, data {answers.reader.data_hash}")
part = st.segmented_control(
    "Part",
    list(PARTS),
    format_func=PARTS.__getitem__,
    default="sources",
    required=True,
    key="w_part",
    label_visibility="collapsed",
)
if part == "sources":
    st.dataframe(
        source_catalogue(answers),
        hide_index=True,
        column_config={"address": st.column_config.LinkColumn("address")},
    )
    draw_exports(answers, scope, {"sources": "Sources"})
elif part == "evidence":
    st.dataframe(
        evidence_catalogue(answers),
        hide_index=True,
        column_config={"address": st.column_config.LinkColumn("address")},
    )
    draw_exports(answers, scope, {"police-evidence": "Police evidence"})
elif part == "tables":
    st.dataframe(table_catalogue(answers), hide_index=True)
    draw_exports(answers, scope, {"tables": "Tables"})
elif part == "methods":
    _document(
        "methods.md",
        f"The formulas below are those of the tables in use ({tables_sentence(answers)}). Where "
        "they name Michigan, its counties, a year or a count, they speak of the tables that come "
        "with the program.",
    )
elif part == "dictionary":
    _document("data-dictionary.md")
else:
    _document(
        "context.md",
        "This is of Michigan, where the work began. It says nothing of the law, the police or the "
        f"programs of {answers.edition.place}.",
    )
