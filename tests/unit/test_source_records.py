"""One record per upstream release."""

import pytest

from geo.errors import InputError
from geo.source_records import SourceRecord, read_source_records

FIELDS = {
    "title": "Overdose deaths",
    "publisher": "CDC WONDER",
    "vintage": "2024",
    "licence": "Public",
    "url": "https://wonder.cdc.gov",
    "note": "Counts 1 to 9 are suppressed",
    "accessed_date": "2026-11-23",
}


def _write(folder, name, fields, copies='["https://example.org/copy"]'):
    lines = [f'{field} = "{value}"' for field, value in fields.items()]
    text = "\n".join([*lines, f"stored_copies = {copies}" if copies else ""])
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_records_are_read_by_the_stem_of_their_file_sorted(tmp_path):
    _write(tmp_path, "wonder", FIELDS)
    _write(tmp_path, "census", FIELDS)
    records = read_source_records(tmp_path)
    assert list(records) == ["census", "wonder"]
    assert records["wonder"] == SourceRecord(
        "wonder", stored_copies=("https://example.org/copy",), **FIELDS
    )


def test_a_record_may_have_no_stored_copy(tmp_path):
    _write(tmp_path, "wonder", FIELDS, copies="[]")
    assert read_source_records(tmp_path)["wonder"].stored_copies == ()


def test_an_empty_folder_has_no_records(tmp_path):
    assert read_source_records(tmp_path) == {}


@pytest.mark.parametrize("field", [*FIELDS, "stored_copies"])
def test_a_record_that_lacks_a_field_is_an_error_that_names_file_and_field(tmp_path, field):
    fields = {name: value for name, value in FIELDS.items() if name != field}
    _write(tmp_path, "wonder", fields, copies="" if field == "stored_copies" else "[]")
    with pytest.raises(InputError, match=rf"wonder\.toml cannot be used: .*{field}"):
        read_source_records(tmp_path)


def test_a_record_with_an_unknown_field_is_an_error(tmp_path):
    _write(tmp_path, "wonder", {**FIELDS, "license": "Public"})
    with pytest.raises(InputError, match=r"wonder\.toml cannot be used: .*license"):
        read_source_records(tmp_path)


def test_a_record_that_is_no_toml_is_an_error_that_names_it(tmp_path):
    (tmp_path / "wonder.toml").write_text("title: Overdose deaths", encoding="utf-8")
    with pytest.raises(InputError, match=r"wonder\.toml cannot be used"):
        read_source_records(tmp_path)
