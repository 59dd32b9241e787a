"""A file is there whole or not at all; nothing that was there is lost."""

import os
from pathlib import Path

import pytest

from geo.errors import InputError
from geo.whole_files import write_whole


def test_a_file_is_written_into_a_new_folder(tmp_path):
    path = tmp_path / "new" / "figure.png"
    write_whole(path, b"whole")
    assert path.read_bytes() == b"whole"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_named(tmp_path):
    blocked = tmp_path / "taken"
    blocked.write_text("a file")
    with pytest.raises(InputError, match=r"cannot write .*taken.figure\.png.*another folder"):
        write_whole(blocked / "figure.png", b"x")
    assert blocked.read_text() == "a file"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_leaves_the_old_file_and_nothing_half(tmp_path):
    path = tmp_path / "figure.png"
    path.write_bytes(b"old")
    aside = tmp_path / f".figure.png.{os.getpid()}.partial"
    aside.symlink_to("/dev/full")
    with pytest.raises(InputError, match="No space left on device"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
