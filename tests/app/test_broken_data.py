"""A table that is missing or altered: a page that says which file and which command repairs it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

SCRIPT = """
from streamlit.testing.v1 import AppTest
test = AppTest.from_file("dashboard.py", default_timeout=60).run()
print(bool(test.exception), [one.value for one in test.error], [one.value for one in test.code])
"""


@pytest.fixture
def project_copy(project, tmp_path):
    for name in ("geo", "pages", "data"):
        shutil.copytree(project / name, tmp_path / name)
    shutil.copy(project / "dashboard.py", tmp_path)
    return tmp_path


def _page(folder):
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=folder, capture_output=True, text=True, check=True
    )
    return answer.stdout


def test_missing_table_is_named_with_the_command_that_repairs_it(project_copy):
    (project_copy / "data/tables/facility.parquet").unlink()
    page = _page(project_copy)
    assert page.startswith("False")
    assert "data/tables/facility.parquet" in page
    assert "the file is missing" in page
    assert "python -m geo build" in page


def test_altered_table_is_named(project_copy):
    path = project_copy / "data/tables/tract.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    assert "its bytes are not the ones of the manifest" in _page(project_copy)


def test_missing_manifest_is_named(project_copy):
    (project_copy / "data/tables/manifest.json").unlink()
    assert "manifest.json" in _page(project_copy)


def test_the_named_command_repairs_the_page(project_copy):
    (project_copy / "data/tables/facility.parquet").unlink()
    command = [sys.executable, "-m", "geo", "build"]
    subprocess.run(command, cwd=project_copy, check=True, capture_output=True)
    assert _page(project_copy).startswith("False [] []")
