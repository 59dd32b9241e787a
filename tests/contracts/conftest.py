"""The real program, started."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def run(project):
    def call(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "geo", *arguments],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )

    return call
