"""What every kind of test shares: the shipped tables, and a copy that may be broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geo.answers import Answers
from geo.tables.reader import TableReader

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def project():
    """The folder of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def reader():
    """The shipped tables, read once."""
    return TableReader()


@pytest.fixture
def data_copy(tmp_path):
    """A copy of the data folder that a test may break."""
    target = tmp_path / "data"
    shutil.copytree(PROJECT / "data", target)
    return target


@pytest.fixture(scope="session")
def answers(reader):
    return Answers(reader)
