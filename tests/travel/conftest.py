"""Valhalla over a few roads, made once."""

from __future__ import annotations

import sys

import pytest

from geo.travel.network import OLDEST_PYTHON, local_valhalla
from tests.travel.osm_extract import write_roads


@pytest.fixture(scope="session")
def pyvalhalla():
    """Leave out what needs pyvalhalla where there is none."""
    if sys.version_info < OLDEST_PYTHON:
        pytest.skip("pyvalhalla reads OpenStreetMap extracts only under Python 3.12 or newer")
    pytest.importorskip("valhalla", reason="pyvalhalla is not installed")
    pytest.importorskip("osmium", reason="osmium (pyosmium) is not installed: tests write with it")


@pytest.fixture(scope="session")
def roads(pyvalhalla, tmp_path_factory):  # noqa: ARG001
    """An extract of the roads of `osm_extract`."""
    return write_roads(tmp_path_factory.mktemp("extract") / "roads.osm.pbf")


@pytest.fixture(scope="session")
def tiles_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tiles")


@pytest.fixture(scope="session")
def valhalla(roads, tiles_folder):
    """Valhalla over those roads."""
    return local_valhalla(roads, tiles_folder, fastest_kmh=130.0)
