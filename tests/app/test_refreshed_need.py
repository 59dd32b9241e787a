"""Measures, trends and their downloads over a refreshed folder of a small made-up state."""

from __future__ import annotations

from datetime import date

import pytest

from geo.answers import Answers
from geo.downloads import to_csv
from geo.exports import export_of
from geo.sources.refresh import Order, refresh
from geo.tables.reader import TableReader
from tests.sources.small_state import write_state_files


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """The answers of a refreshed folder, whose provisional counts are the publisher's own."""
    files, out = tmp_path_factory.mktemp("published"), tmp_path_factory.mktemp("refreshed")
    write_state_files(files, "39")
    refresh(Order(("39",), out, files, date(2026, 11, 23)), None, report=lambda _: None)
    return Answers(TableReader(out))


def test_comparison_cites_the_source_of_every_measure(refreshed, answers):
    for own in (refreshed, answers):
        export = export_of(own, own.first_scope(), "comparison", "http://here/compare")
        titles = {own.sources[one.source_id].title for one in own.measures.values()}
        assert len(titles) == 3
        assert all(title in export.block["source"] for title in titles)
        assert to_csv(export).startswith(b"\xef\xbb\xbf# title: Every measure")


def test_police_evidence_cites_itself_and_the_lists_of_agencies_only(refreshed, answers):
    scope = answers.first_scope()
    source = export_of(answers, scope, "police-evidence", "http://here/sources").block["source"]
    assert "each row with its own source" in source
    assert "HIFLD" in source
    assert not any(other in source for other in ("CDC", "Census", "SAMHSA"))
    scope = refreshed.first_scope()
    source = export_of(refreshed, scope, "police-evidence", "http://here/sources").block["source"]
    assert not any(other in source for other in ("CDC", "Census", "SAMHSA"))
