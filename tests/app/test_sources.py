"""The sources page alone: every source, every table, the methods."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest


@pytest.fixture
def page(project):
    test = AppTest.from_file(str(project / "pages" / "sources.py"), default_timeout=60).run()
    assert not test.exception
    return test


def _choose(page, part):
    page.segmented_control(key="w_part").set_value(part).run()
    return page


def test_sources_page_lists_every_record(page, project):
    records = {path.stem for path in (project / "data/sources").glob("*.toml")}
    assert set(page.dataframe[0].value["source"]) == records


def test_sources_page_lists_every_table_with_its_hash(page, reader):
    tables = _choose(page, "tables").dataframe[0].value
    assert set(tables["sha256"]) == {
        record["sha256"] for record in reader.manifest["tables"].values()
    }


@pytest.mark.parametrize(
    ("part", "said"),
    [("methods", "# Methods"), ("dictionary", "# Data dictionary"), ("context", "MCL 28.542")],
)
def test_sources_page_shows_the_documents(page, part, said):
    assert any(said in element.value for element in _choose(page, part).markdown)
    assert not any(re.search(r"\]\((?!https?:)", element.value) for element in page.markdown)
    assert not page.info, "the documents tell of the shipped tables"
