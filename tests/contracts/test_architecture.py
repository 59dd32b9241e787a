"""Imports point one way, rooms stay small, nothing reaches for the network or the clock."""

from __future__ import annotations

import ast
import re

import pytest

PAGE_LINES, MODULE_LINES = 120, 400


def _imports(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _sources(project, *folders):
    return [path for folder in folders for path in sorted((project / folder).rglob("*.py"))]


def test_geo_never_imports_streamlit_or_pages(project):
    for path in _sources(project, "geo"):
        for name in _imports(path):
            assert not name.startswith(("streamlit", "pages")), f"{path}: {name}"


def test_pages_never_import_pandas_or_geopandas(project):
    for path in _sources(project, "pages"):
        for name in _imports(path):
            assert not name.startswith(("pandas", "geopandas", "shapely")), f"{path}: {name}"


def test_domain_never_imports_maps_sources_or_the_command_line(project):
    above = {"__main__.py", "answers.py", "overview.py", "card.py", "scope.py", "wording.py"}
    above |= {
        "address.py",
        "figure_commands.py",
        "incident_commands.py",
        "refresh_commands.py",
        "national_commands.py",
        "zip_commands.py",
    }
    above |= {
        "key_numbers.py",
        "build.py",
        "map_view.py",
        "provenance.py",
        "exports.py",
        "gap_view.py",
        "plan_view.py",
        "what_if_view.py",
        "plan_facts.py",
        "profile.py",
        "comparison.py",
    }
    for path in (project / "geo").glob("*.py"):
        if path.name in above:
            continue
        for name in _imports(path):
            assert not name.startswith(("geo.maps", "geo.sources")), f"{path}: {name}"


def test_only_sources_may_use_the_network(project):
    for path in _sources(project, "geo", "pages"):
        if "sources" in path.parts:
            continue
        for name in _imports(path):
            if name == "urllib.parse":
                continue  # writes addresses, opens none
            assert name.split(".")[0] not in {"requests", "httpx", "urllib", "socket"}, path


def test_domain_takes_no_clock_and_no_global_random_state(project):
    for path in [*(project / "geo").glob("*.py"), *(project / "geo" / "figures").glob("*.py")]:
        if path.name in {
            "figure_commands.py",
            "incident_commands.py",
            "refresh_commands.py",
            "national_commands.py",
        }:
            continue  # the command line dates what it makes
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(date\.today|datetime\.now|time\.time|np\.random\.seed)\(", text)


@pytest.mark.parametrize(("folder", "limit"), [("pages", PAGE_LINES), ("geo", MODULE_LINES)])
def test_a_file_can_be_read_at_one_sitting(project, folder, limit):
    for path in _sources(project, folder):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if folder == "pages" and "shared" in path.parts:
            assert lines < MODULE_LINES, path
        else:
            assert lines < limit, f"{path} has {lines} lines"


def test_data_text_never_reaches_html_unescaped(project):
    for path in _sources(project, "pages", "geo"):
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in text, path
        assert "|safe" not in text, path


def test_top_level_is_what_the_readme_promises(project):
    for name in (
        "dashboard.py",
        "pages",
        "geo",
        "data",
        "tests",
        "docs",
        "benchmarks",
        "requirements.txt",
        "README.md",
        "Makefile",
        "pyproject.toml",
        "CHANGELOG.md",
        "LICENSE",
        ".streamlit",
        ".ci",
    ):
        assert (project / name).exists(), name
