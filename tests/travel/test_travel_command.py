"""The command `travel`, from options to the tables it leaves, over a small data folder."""

from __future__ import annotations

import argparse
import io
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.errors import InputError, TableError
from geo.sites import listed_facilities
from geo.tables.reader import TableReader, file_hash
from geo.tables.schema import assert_rows
from geo.travel.keeping import read_catchments, read_travel
from geo.travel.tables import CATCHMENT, TRAVEL_TIME
from geo.travel.travel_command import add_travel_options, help_sites, people_points, travel
from tests.travel.osm_extract import write_grid
from tests.travel.road_graph import RoadGraph, east_north
from tests.travel.routing_server import RoutingServer, serving

SOUTH_WEST, STEP_KM, SIDE = (-84.2, 41.95), 8.0, 21
KEEP = {"population_point": 25, "facility": 12, "agency_station": 20}


@pytest.fixture(scope="module")
def small_data(tmp_path_factory, project):
    """The shipped data with every so many rows of points and sites."""
    import shutil

    data = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(project / "data", data)
    manifest = data / "tables" / "manifest.json"
    record = json.loads(manifest.read_text())
    for name, step in KEEP.items():
        path = data / "tables" / f"{name}.parquet"
        frame = TableReader(project / "data").read(name)
        frame.iloc[::step].to_parquet(path, index=False)
        record["tables"][name]["sha256"] = file_hash(path)
    manifest.write_text(json.dumps(record))
    return data


@pytest.fixture(scope="module")
def roads_graph():
    """Two-way roads at 60 km/h, 8 km apart, over the five counties."""
    nodes = [
        east_north(STEP_KM * column, STEP_KM * row, SOUTH_WEST)
        for row in range(SIDE)
        for column in range(SIDE)
    ]
    pairs = [
        (row, other)
        for row in range(SIDE * SIDE)
        for other in ([row + 1] if (row + 1) % SIDE else []) + [row + SIDE]
        if other < SIDE * SIDE
    ]
    roads = [(start, end, 60) for a, b in pairs for start, end in ((a, b), (b, a))]
    return RoadGraph(nodes, roads)


def _run(data, *arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=data)
    add_travel_options(parser)
    return travel(parser.parse_args([*map(str, arguments)]))


def test_command_leaves_the_nearest_by_road_and_goes_on_without_asking(
    small_data, roads_graph, tmp_path, capsys
):
    server = RoutingServer(roads_graph)
    with serving(server) as url:
        assert _run(small_data, "--osrm", url, "--nearest", "2", "--out", tmp_path) == 0
        asked, server.requests = len(server.requests), []
        told = capsys.readouterr()
        first = file_hash(tmp_path / "travel_time.parquet")
        assert _run(small_data, "--osrm", url, "--nearest", "2", "--out", tmp_path) == 0
        assert server.requests == []
    assert asked > 3
    assert file_hash(tmp_path / "travel_time.parquet") == first
    assert "OSRM makes no catchments" in told.err
    summary = pd.read_csv(io.StringIO(told.out)).set_index("kind")
    points = people_points(TableReader(small_data))
    assert (summary["points"] == len(points)).all()
    assert (summary["routed"] + summary["estimated"] == len(points)).all()
    assert (summary["routed"] > len(points) / 2).all()
    _assert_nearest_is_the_graphs(small_data, roads_graph, read_travel(tmp_path))


def _assert_nearest_is_the_graphs(data, graph, table):
    assert_rows(table, TRAVEL_TIME)
    reader = TableReader(data)
    points, facilities = people_points(reader), listed_facilities(reader)
    facilities = facilities[facilities["is_counted"]]
    here, there = (
        frame[["longitude", "latitude"]].to_numpy(float) for frame in (points, facilities)
    )
    every, _ = graph.matrix(here, there, "car")
    every[:, np.isnan(graph.road_distance_m(there, "car"))] = np.nan
    every[np.isnan(graph.road_distance_m(here, "car"))] = np.nan
    expected = pd.DataFrame(every).min(axis=1)
    mine = table[table["site_id"].isin(facilities["site_id"])]
    nearest = mine.groupby(["tract_geoid", "area_id"])["minutes"].min()
    found = nearest.reindex(pd.MultiIndex.from_frame(points[["tract_geoid", "area_id"]]))
    np.testing.assert_allclose(found.to_numpy(float, na_value=np.nan), expected, atol=6e-4)
    assert expected.notna().sum() > 20


def test_a_car_server_is_not_taken_for_walking(small_data, roads_graph, tmp_path):
    with (
        serving(RoutingServer(roads_graph)) as url,
        pytest.raises(InputError, match="--fastest-foot-kmh"),
    ):
        _run(small_data, "--osrm", url, "--walking", "--out", tmp_path)
    assert read_travel(tmp_path) is None


def test_extract_gives_minutes_and_catchments(pyvalhalla, small_data, tmp_path, capsys):  # noqa: ARG001
    extract = write_grid(tmp_path / "grid.osm.pbf", SOUTH_WEST, (SIDE, SIDE), STEP_KM)
    options = ("--osm", extract, "--walking", "--nearest", "2", "--out", tmp_path)
    assert _run(small_data, *options) == 0
    assert "making roads ready" in capsys.readouterr().err
    table, areas = read_travel(tmp_path), read_catchments(tmp_path)
    assert_rows(table, TRAVEL_TIME)
    assert_rows(areas, CATCHMENT)
    assert set(table["mode_code"]) == {"car", "foot"}
    sites, _ = help_sites(TableReader(small_data))
    car = areas[areas["mode_code"] == "car"]
    assert set(car["site_id"]) <= set(sites["site_id"])
    assert len(car) > len(sites)
    # Whoever is well within 15 minutes lives inside the outline, roughly: roads are 8 km apart.
    size = car.to_crs("EPSG:5070").area.groupby(car["minutes"]).median()
    assert 0 < size[15] < size[30]
    record = json.loads((tmp_path / "travel.json").read_text())
    assert record["extract"] == "grid.osm.pbf"
    assert record["tables"]["travel_time"]["rows"] == len(table)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--osm", "a", "--osrm", "b"],
        ["--osrm", "b", "--nearest", "0"],
        ["--osrm", "b", "--fastest-kmh", "0.5"],
        ["--osrm", "b", "--fastest-kmh", "nan"],
    ],
)
def test_wrong_options_are_refused(arguments, capsys):
    parser = argparse.ArgumentParser()
    add_travel_options(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(arguments)
    assert "error" in capsys.readouterr().err


def test_no_source_of_roads_names_the_options_with_an_example_and_reads_nothing(tmp_path):
    with pytest.raises(InputError) as caught:
        _run(tmp_path / "nowhere")
    said = str(caught.value)
    for option in ("--osm FILE", "--valhalla URL", "--osrm URL", "geo travel --osm michigan"):
        assert option in said


def test_walk_in_stations_of_every_day_are_a_kind_of_their_own(reader):
    sites, kinds = help_sites(reader)
    assert sites["site_id"].is_unique
    walk_in = [flags for name, flags in kinds.items() if name.startswith("walk_in ")]
    assert len(walk_in) == 19
    assert all((kinds["station"] | ~flags).all() for flags in walk_in)
    assert walk_in[0].sum() < walk_in[-1].sum() == 69
    assert (kinds["treatment"] | ~kinds["otp"]).all()


def test_nothing_routed_is_nothing_and_no_error(tmp_path):
    assert read_travel(tmp_path) is None
    assert read_catchments(tmp_path) is None


@pytest.mark.parametrize("damage", ["gone", "changed", "no record", "other columns"])
def test_a_damaged_table_is_named_with_its_remedy(tmp_path, damage):
    from hashlib import sha256

    path, record = tmp_path / "travel_time.parquet", tmp_path / "travel.json"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    digest = sha256(path.read_bytes()).hexdigest()
    record.write_text(
        json.dumps({"made_date": "2026-11-23", "tables": {"travel_time": {"sha256": digest}}})
    )
    if damage == "gone":
        path.unlink()
    elif damage == "changed":
        path.write_bytes(path.read_bytes() + b"x")
    elif damage == "no record":
        record.write_text("[]")
    file = r"travel\.json" if damage == "no record" else r"travel_time\.parquet"
    with pytest.raises(TableError, match=file + ".*python -m geo travel"):
        read_travel(tmp_path)


def test_empty_catchments_keep_their_shape(tmp_path):
    from geo.travel.catchments import catchment_table
    from geo.travel.matrix import Chunks

    sites = pd.DataFrame({"site_id": [], "longitude": [], "latitude": []})
    with serving(RoutingServer(RoadGraph([(-83, 42), (-83, 43)], [(0, 1, 60)]))) as url:
        from geo.sources.routing_servers import Server, valhalla_server

        with Server(url) as server:
            engine = valhalla_server(server, fastest_kmh=130.0)
            table = catchment_table(engine, sites, "car", Chunks(tmp_path))
    assert isinstance(table, gpd.GeoDataFrame)
    assert_rows(table, CATCHMENT)
