"""Generations of a data folder: put in place whole, compared, kept, mended."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import pandas as pd
import pytest

from geo.errors import InputError, TableError
from geo.generations import aside, changes, put_in_place, reader_in_use
from geo.regions import list_regions
from geo.tables.definitions import TABLES
from geo.tables.reader import CURRENT, MANIFEST, TableReader, current_folder, file_hash

REGION = 'label = "One"\ncitation = "Us"\ncounties = ["26099"]\n'


@pytest.fixture
def finished(project, tmp_path):
    """A maker of finished folders: the shipped tables, some replaced, and more regions."""
    made = []

    def make(replaced=None, *, regions=()):
        folder = tmp_path / f"finished-{len(made)}"
        made.append(folder)
        for name in ("tables", "regions"):
            shutil.copytree(project / "data" / name, folder / name)
        manifest = json.loads((folder / "tables" / MANIFEST).read_text("utf-8"))
        for name, frame in (replaced or {}).items():
            path = folder / "tables" / f"{name}.parquet"
            frame.to_parquet(path, index=False)
            manifest["tables"][name] = {"rows": len(frame), "sha256": file_hash(path)}
        (folder / "tables" / MANIFEST).write_text(json.dumps(manifest), "utf-8")
        for name in regions:
            (folder / "regions" / f"{name}.toml").write_text(REGION, "utf-8")
        return folder

    return make


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def _generations(out):
    return {path.name for path in out.glob("tables-*")}


def _searches(reader, number):
    """Return the smallest table with `number` rows."""
    return reader.read("naloxone_search").head(number)


def test_finished_folder_becomes_the_one_in_use(out, finished):
    assert reader_in_use(out) is None
    folder = finished()
    generation = put_in_place(out, folder)
    assert not folder.exists()
    assert current_folder(out) == generation
    assert (out / CURRENT).read_text() == f"{generation.name}\n"
    assert len(reader_in_use(out).read("county")) == 83


def test_generation_before_is_kept_and_older_ones_go(out, finished, reader):
    names = [
        put_in_place(out, finished({"naloxone_search": _searches(reader, number)})).name
        for number in (1, 2, 3)
    ]
    assert len(set(names)) == 3
    assert _generations(out) == set(names[1:])


def test_the_same_content_again_is_the_same_generation_and_the_one_before_stays(
    out, finished, reader
):
    first = put_in_place(out, finished({"naloxone_search": _searches(reader, 1)}))
    second = put_in_place(out, finished())
    assert put_in_place(out, finished()) == second
    assert _generations(out) == {first.name, second.name}
    assert put_in_place(out, finished({"naloxone_search": _searches(reader, 1)})) == first
    assert current_folder(out) == first


def test_region_added_makes_another_generation_though_no_table_changes(out, finished):
    first = put_in_place(out, finished())
    second = put_in_place(out, finished(regions=["one"]))
    assert first != second
    assert "one" in list_regions(current_folder(out) / "regions")
    assert TableReader(first).data_hash == TableReader(second).data_hash


def test_reader_of_the_old_generation_reads_on(out, finished, reader):
    put_in_place(out, finished({"naloxone_search": _searches(reader, 1)}))
    old = reader_in_use(out)
    put_in_place(out, finished())
    assert len(old.read("naloxone_search")) == 1
    assert len(old.read("county")) == 83
    assert len(reader_in_use(out).read("naloxone_search")) > 1


def test_damaged_generation_is_mended_by_the_same_content(out, finished):
    damaged = put_in_place(out, finished())
    (damaged / "tables" / "county.parquet").write_bytes(b"cut short")
    with pytest.raises(TableError):
        reader_in_use(out).read("county")
    mended = put_in_place(out, finished())
    assert len(reader_in_use(out).read("county")) == 83
    assert put_in_place(out, finished()).name != mended.name  # its own name is free again
    assert _generations(out) == {damaged.name, mended.name}
    assert len(reader_in_use(out).read("county")) == 83


def test_leftover_of_a_killed_refresh_is_replaced(out, finished):
    generation = put_in_place(out, finished())
    (out / CURRENT).unlink()
    (generation / "tables" / MANIFEST).unlink()
    assert put_in_place(out, finished()) == generation
    assert len(reader_in_use(out).read("county")) == 83


def test_changes_count_rows_by_key(out, finished, reader):
    put_in_place(out, finished())
    counties = reader.spatial("county")
    moved = counties.geometry.copy()
    moved.iloc[4] = moved.iloc[4].buffer(0.001)
    other = counties.assign(geometry=moved)
    other.loc[0, "name"] = "Renamed"
    other.loc[1, "geoid"] = "26999"
    other = gpd.GeoDataFrame(other.drop(index=2))
    deaths = reader.read("overdose_death").copy()
    at = deaths.index[deaths["deaths"].notna()][0]
    deaths.loc[at, "deaths"] = pd.NA  # a count that is withheld now is another row
    new = TableReader(finished({"county": other, "overdose_death": deaths}))
    found = changes(reader_in_use(out), new).set_index("table")
    assert list(found.index) == list(TABLES)
    assert found.loc["county"].tolist() == [83, 82, 1, 2, 2]
    assert found.loc["overdose_death", ["added", "gone", "changed"]].tolist() == [0, 0, 1]
    rest = found.drop(["county", "overdose_death"])
    assert (rest[["added", "gone", "changed"]] == 0).all(axis=None)


def test_rows_written_otherwise_are_no_change(out, finished, reader):
    put_in_place(out, finished())
    deaths = reader.read("overdose_death")
    new = TableReader(finished({"overdose_death": deaths.iloc[::-1]}))
    assert new.hash_of("overdose_death") != reader.hash_of("overdose_death")
    found = changes(reader_in_use(out), new).set_index("table").loc["overdose_death"]
    assert found.tolist() == [len(deaths), len(deaths), 0, 0, 0]


def test_first_tables_are_all_added(reader):
    found = changes(None, reader)
    assert (found["rows_before"] == 0).all()
    assert (found["added"] == found["rows_after"]).all()


def test_table_in_use_that_is_damaged_counts_as_empty(out, finished, reader):
    generation = put_in_place(out, finished())
    path = generation / "tables" / "county.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    found = changes(reader_in_use(out), reader).set_index("table")
    assert found.loc["county"].tolist() == [0, 83, 83, 0, 0]
    assert found.loc["tract", "added"] == 0


def test_generation_taken_away_by_hand_is_named_to_readers_and_mended_by_the_next(out, finished):
    generation = put_in_place(out, finished())
    shutil.rmtree(generation)
    with pytest.raises(TableError, match=rf"{generation.name} is not there.*geo refresh"):
        TableReader(out)
    assert reader_in_use(out) is None
    assert put_in_place(out, finished()) == generation
    assert len(TableReader(out).read("county")) == 83


def test_folder_aside_goes_whether_or_not_the_work_succeeds(out):
    with aside(out) as folder:
        (folder / "half").write_text("x")
        assert folder.parent == out
    assert list(out.iterdir()) == []
    with pytest.raises(RuntimeError), aside(out) as folder:
        raise RuntimeError
    assert list(out.iterdir()) == []


def test_folder_aside_that_a_killed_refresh_left_goes(out):
    left = out / ".refresh-left"
    left.mkdir()
    (left / "half").write_text("x")
    with aside(out) as folder:
        assert list(out.iterdir()) == [folder]


def test_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(InputError, match=r"cannot write .*file: .*choose another"),
        aside(tmp_path / "file"),
    ):
        pass
