"""Region files: named sets of counties."""

import pytest

from geo.errors import RegionError
from geo.regions import Region, find_region, list_regions

THUMB = 'label = "The Thumb"\ncounties = ["26063", "26087"]\ncitation = "a page"\n'


@pytest.fixture
def folder(tmp_path):
    """Two region files and a note."""
    (tmp_path / "thumb.toml").write_text(THUMB, encoding="utf-8")
    (tmp_path / "border.toml").write_text(THUMB.replace("26063", "39095"), encoding="utf-8")
    (tmp_path / "readme.txt").write_text("not a region", encoding="utf-8")
    return tmp_path


def test_regions_are_read_by_the_stem_of_their_file_sorted(folder):
    regions = list_regions(folder)
    assert list(regions) == ["border", "thumb"]
    assert regions["thumb"] == Region("thumb", "The Thumb", ("26063", "26087"), "a page")


def test_a_region_is_found_by_its_name(folder):
    assert find_region(folder, "thumb").label == "The Thumb"


def test_states_are_those_of_the_counties_each_once(folder):
    regions = list_regions(folder)
    assert regions["thumb"].states == ("26",)
    assert regions["border"].states == ("26", "39")


def test_an_unknown_region_is_an_error_that_lists_the_known_ones(folder):
    with pytest.raises(RegionError, match="unknown `region` 'thum'; known: border, thumb"):
        find_region(folder, "thum")


def test_a_folder_without_files_has_no_regions(tmp_path):
    assert list_regions(tmp_path) == {}


@pytest.mark.parametrize("field", ["label", "counties", "citation"])
def test_a_region_that_lacks_a_field_is_an_error_that_names_both(folder, field):
    lines = [line for line in THUMB.splitlines() if not line.startswith(field)]
    (folder / "thumb.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(RegionError, match=rf"thumb\.toml cannot be used: KeyError\('{field}'\)"):
        list_regions(folder)


def test_a_region_that_is_no_toml_is_an_error_that_names_it(folder):
    (folder / "thumb.toml").write_text("label = The Thumb", encoding="utf-8")
    with pytest.raises(RegionError, match=r"thumb\.toml cannot be used"):
        list_regions(folder)


def test_a_region_error_is_a_lookup_error(folder):
    with pytest.raises(LookupError):
        find_region(folder, "nowhere")


@pytest.mark.parametrize("counties", ['"26099"', "[]", '["Wayne"]', "[2609]"])
def test_counties_that_are_no_list_of_geoids_are_rejected(tmp_path, counties):
    text = f'label = "x"\ncitation = "y"\ncounties = {counties}\n'
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RegionError, match=r"bad\.toml"):
        list_regions(tmp_path)
