"""Uploaded files are read as they stand, and attacking files are refused in one sentence."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import struct
import threading
import time
import zipfile
import zlib

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from geo.errors import InputError
from geo.own_data import child, guards
from geo.own_data.child import read_in_child
from geo.own_data.files import LATITUDE, LONGITUDE, MOST_BYTES, RawRows, read_rows, sniff

MARKER = "Marguerite Unmistakable"
"""A name in a cell that no error message may hold."""
MOMENT = pd.Timestamp("2024-01-31 13:05:00")
FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "name": ["NA", "", MARKER],
        "share": [1.0, 2.5, np.nan],
        "moment": pd.to_datetime(["2024-01-31 13:05:00", None, "2024-02-01 00:00:00"]),
    }
)
ROWS = [
    ["1", "NA", "1", "2024-01-31 13:05:00"],
    ["2", None, "2.5", None],
    ["3", MARKER, None, "2024-02-01 00:00:00"],
]


def layer(crs="EPSG:4326"):
    points = [Point(-83.0457538, 42.331427), None, Point(-84.5, 39.1)]
    frame = gpd.GeoDataFrame(FRAME, geometry=points, crs="EPSG:4326")
    return frame.to_crs(crs)


def written(frame, driver, **options):
    target = io.BytesIO()
    pyogrio.write_dataframe(frame, target, driver=driver, **options)
    return target.getvalue()


def geopackage(frame=None, **options):
    return written(layer() if frame is None else frame, "GPKG", layer="calls", **options)


def shapefile(frame, tmp_path, *, ends=(".shp", ".shx", ".dbf", ".prj", ".cpg"), prefix=""):
    pyogrio.write_dataframe(frame, tmp_path / "calls.shp")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for end in ends:
            part = tmp_path / f"calls{end}"
            if part.exists():
                archive.write(part, f"{prefix}calls{end}")
    return target.getvalue()


def parquet(frame):
    target = io.BytesIO()
    frame.to_parquet(target)
    return target.getvalue()


def excel(rows=None, **sheets):
    book = openpyxl.Workbook()
    first = book.active
    for row in rows if rows is not None else [["date", "name"], ["2024-01-31", MARKER]]:
        first.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_member(archive, name, content, *, replace=False, attributes=None, method=None):
    """Return a zip archive with one more, or another, member."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            if not (replace and member.filename == name):
                new.writestr(member, old.read(member))
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if method is None else method
        if attributes is not None:
            info.create_system = 3
            info.external_attr = attributes << 16
        new.writestr(info, content)
    return target.getvalue()


def cells(raw):
    return raw.rows.astype(object).where(raw.rows.notna(), None).to_numpy().tolist()


def refusal(content):
    with pytest.raises(InputError) as caught:
        read_rows(content)
    text = str(caught.value)
    assert MARKER not in text
    assert "Marguerite" not in text
    assert "/vsi" not in text
    assert "\n" not in text
    assert text.endswith(".")
    return text


# Each kind of file, as real programs write it.


def test_csv_keeps_words_and_numbers_the_rows_of_a_spreadsheet():
    raw = read_rows(b'id,name, note \r\n1,NA,""\r\n2,NULL,"a, ""b"""\r\n')
    assert (raw.kind, raw.notes, raw.ragged) == ("csv", (), ())
    assert list(raw.rows.columns) == ["id", "name", "note"]
    assert cells(raw) == [["1", "NA", None], ["2", "NULL", 'a, "b"']]
    assert raw.rows.index.tolist() == [2, 3]
    assert raw.rows.index.name == "row_number"
    assert set(raw.rows.dtypes.astype(str)) == {"str"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiter_is_sniffed(delimiter):
    text = "\n".join(delimiter.join(row) for row in (["a", "b", "c"], ["1.5", "x y", "3"]))
    assert cells(read_rows(text.encode())) == [["1.5", "x y", "3"]]


def test_csv_of_the_wrong_delimiter_is_one_column_and_nothing_is_lost():
    raw = read_rows(b"a~b\n1~2\n")
    assert list(raw.rows.columns) == ["a~b"]
    assert cells(raw) == [["1~2"]]


def test_csv_semicolons_with_decimal_commas():
    raw = read_rows(b"lat;lon\n42,33;-83,04\n42,5;-83,1\n")
    assert cells(raw) == [["42,33", "-83,04"], ["42,5", "-83,1"]]


def test_csv_delimiter_stated_for_excel():
    raw = read_rows(b"sep=;\r\na,b;c\r\n1;2\r\n")
    assert list(raw.rows.columns) == ["a,b", "c"]
    assert raw.rows.index.tolist() == [2]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ("A byte-order mark was removed.",)),
        ("utf-16", ("Read as UTF-16.",)),
        ("latin-1", ("Read as Latin-1: the file is not UTF-8.",)),
        ("cp1252", ("Read as Latin-1: the file is not UTF-8.",)),
    ],
)
def test_csv_encodings(encoding, note):
    raw = read_rows("straße,name\nAllée,José\n".encode(encoding))
    assert list(raw.rows.columns) == ["straße", "name"]
    assert cells(raw) == [["Allée", "José"]]
    assert raw.notes == note


def test_csv_byte_order_mark_before_a_quote():
    assert list(read_rows(b'\xef\xbb\xbf"a","b"\n1,2\n').rows.columns) == ["a", "b"]


def test_csv_ragged_rows_are_kept_and_named():
    raw = read_rows(b"a,b\n1,2\n3,4,5\n6\n7,8,\n9,10,11,12\n")
    assert cells(raw) == [["1", "2"], ["3", "4"], ["6", None], ["7", "8"], ["9", "10"]]
    assert raw.rows.index.tolist() == [2, 3, 4, 5, 6]
    assert raw.ragged == (3, 6)
    assert raw.notes == ("2 rows have more cells than the header; what is beyond it was left out.",)


def test_csv_empty_lines_keep_the_numbers_of_the_rows():
    raw = read_rows(b"\na,b\n1,2\n\n,\n3,4\n\n")
    assert raw.rows.index.tolist() == [3, 6]
    assert raw.notes == ("The header stands in row 2.", "2 empty rows were left out.")


def test_csv_line_break_in_a_cell_and_old_mac_line_ends():
    assert cells(read_rows(b'a,b\n"1\n2",3\n')) == [["1\n2", "3"]]
    assert cells(read_rows(b"a,b\r1,2\r")) == [["1", "2"]]


def test_csv_regular_and_ragged_readers_agree():
    text = b'a,b\n1,"x ""y"", z"\n"NA",\n,"line\nbreak"\n" 4 ",5" pipe\n'
    regular, ragged = read_rows(text), read_rows(text + b"1,2,3\n")
    assert cells(regular) == cells(ragged)[:-1]
    assert regular.rows.index.tolist() == ragged.rows.index.tolist()[:-1]


def test_duplicate_and_empty_headers_get_names():
    raw = read_rows(b"a,a,,a (2), a ,\n1,2,3,4,5,\n")
    assert list(raw.rows.columns) == ["a", "a (2)", "(column 3)", "a (2) (2)", "a (3)"]


def test_header_only_has_no_rows():
    raw = read_rows(b"date,place\n")
    assert raw.rows.shape == (0, 2)
    assert raw.notes == ("The file has a header but no rows.",)
    assert set(raw.rows.dtypes.astype(str)) == {"str"}


def test_excel_values_dates_and_numbers():
    moment, day = MOMENT.to_pydatetime(), MOMENT.date()
    midnight = MOMENT.normalize().to_pydatetime()
    raw = read_rows(
        excel([["when", "day", "n", "x", "yes", "t"], [moment, day, 3.0, 2.5, True, "NA"]])
    )
    assert raw.kind == "excel"
    assert cells(raw) == [["2024-01-31 13:05:00", "2024-01-31", "3", "2.5", "true", "NA"]]
    assert cells(read_rows(excel([["when"], [midnight]]))) == [["2024-01-31 00:00:00"]]


def test_excel_reads_the_first_sheet_and_says_so():
    book = excel([["a"], ["1"]], Feb=[["b"], ["2"]], Mar=[["c"]])
    raw = read_rows(book)
    assert cells(raw) == [["1"]]
    assert raw.notes == ("Only the first of 3 sheets was read: 'Sheet'.",)


def test_excel_gaps_keep_the_numbers_of_the_rows():
    raw = read_rows(excel([["a", "b"], ["1", None], [], ["2", "x"]]))
    assert raw.rows.index.tolist() == [2, 4]
    assert raw.notes == ("1 empty row was left out.",)


def test_excel_formatted_empty_cells_are_no_rows():
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.active.append(["1"])
    for row in range(3, 500):
        book.active.cell(row, 40).number_format = "0.00"
    target = io.BytesIO()
    book.save(target)
    raw = read_rows(target.getvalue())
    assert raw.rows.shape == (1, 1)
    assert raw.notes == ()


def test_excel_values_beyond_the_header_are_a_nameless_column():
    raw = read_rows(excel([["a"], ["1", "2"]]))
    assert list(raw.rows.columns) == ["a", "(column 2)"]


def test_excel_macro_book_is_read_as_data():
    book = with_member(excel(), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")
    kinds = book.replace(b"sheet.main+xml", b"sheet.main+xml")
    assert cells(read_rows(kinds)) == [["2024-01-31", MARKER]]


def test_geojson_properties_and_points():
    content = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"a": 1, "b": 2.0, "c": None, "latitude (point)": "mine"},
                    "geometry": {"type": "Point", "coordinates": [-83.0457538, 42.331427]},
                },
                {
                    "type": "Feature",
                    "properties": {"a": "NA", "d": True, "e": [1, "é"]},
                    "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
                },
                {"type": "Feature", "properties": None, "geometry": None},
            ],
        }
    ).encode()
    raw = read_rows(content)
    assert raw.kind == "geojson"
    names = ["a", "b", "c", "latitude (point) (2)", "d", "e", LATITUDE, LONGITUDE]
    assert list(raw.rows.columns) == names
    assert cells(raw)[0] == ["1", "2", None, "mine", None, None, "42.3314270", "-83.0457538"]
    assert cells(raw)[1] == ["NA", None, None, None, "true", '[1, "é"]', None, None]
    assert raw.rows.index.tolist() == [1, 2, 3]
    assert raw.notes == ("2 features have no point.",)


def test_geojson_of_gdal_in_utm_is_brought_to_degrees():
    raw = read_rows(written(layer("EPSG:26917"), "GeoJSON"))
    assert raw.rows[LATITUDE].tolist()[0] == "42.3314270"
    assert "The layer is in EPSG:26917; its points were brought to latitude and longitude." in (
        raw.notes
    )


def test_geojson_one_feature_is_a_layer_and_no_feature_is_empty():
    point = {"type": "Feature", "properties": {"a": 1}, "geometry": None}
    assert cells(read_rows(json.dumps(point).encode()))[0][0] == "1"
    assert len(read_rows(b'{"type": "FeatureCollection", "features": []}').rows) == 0


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:26917", "EPSG:4269"])
def test_geopackage_values_and_points(crs):
    raw = read_rows(geopackage(layer(crs)))
    assert raw.kind == "geopackage"
    assert list(raw.rows.columns) == [*FRAME.columns, LATITUDE, LONGITUDE]
    assert [row[:4] for row in cells(raw)] == ROWS
    assert float(raw.rows.loc[1, LATITUDE]) == pytest.approx(42.331427, abs=2e-7)
    assert float(raw.rows.loc[1, LONGITUDE]) == pytest.approx(-83.0457538, abs=2e-7)
    assert raw.rows.loc[2, [LATITUDE, LONGITUDE]].isna().all()
    assert any(crs in note for note in raw.notes) == (crs != "EPSG:4326")


def test_geopackage_reads_the_first_layer_with_points(tmp_path):
    lines = gpd.GeoDataFrame({"r": [1]}, geometry=[LineString([(0, 0), (1, 1)])], crs=4326)
    path = tmp_path / "two.gpkg"
    pyogrio.write_dataframe(lines, path, layer="roads")
    pyogrio.write_dataframe(layer(), path, layer="calls", append=True)
    raw = read_rows(path.read_bytes())
    assert "id" in raw.rows
    assert raw.notes[0] == "Only one of 2 layers was read: 'calls'."


def test_geopackage_left_open_is_read_with_a_note():
    content = bytearray(geopackage())
    content[18:20] = b"\x02\x02"
    raw = read_rows(bytes(content))
    assert [row[:4] for row in cells(raw)] == ROWS
    assert "saved while open" in raw.notes[0]


def test_geopackage_day_and_moment_with_zone(tmp_path):
    frame = gpd.GeoDataFrame(
        {
            "day": pa.array([MOMENT.date()]).to_pandas(),
            "moment": pd.to_datetime(["2024-01-31 13:05:00"]).tz_localize("UTC"),
        },
        geometry=[Point(0, 0)],
        crs=4326,
    )
    path = tmp_path / "day.gpkg"
    pyogrio.write_dataframe(frame, path)
    assert cells(read_rows(path.read_bytes()))[0][1] in {
        "2024-01-31 13:05:00Z",
        "2024-01-31 13:05:00+00:00",
    }


@pytest.mark.parametrize("prefix", ["", "folder/"])
def test_shapefile_values_and_points(tmp_path, prefix):
    frame = layer("EPSG:26917").drop(columns="moment").iloc[[0, 2]]
    raw = read_rows(shapefile(frame, tmp_path, prefix=prefix))
    assert raw.kind == "shapefile"
    assert [row[:3] for row in cells(raw)] == [["1", "NA", "1"], ["3", MARKER, None]]
    assert raw.rows.loc[1, LATITUDE] == "42.3314270"


def test_layer_without_crs_is_taken_as_degrees_when_they_fit(tmp_path):
    ends = (".shp", ".shx", ".dbf", ".cpg")
    raw = read_rows(shapefile(layer().drop(columns="moment"), tmp_path, ends=ends))
    assert raw.rows[LATITUDE].tolist()[0] == "42.3314270"
    assert raw.notes[0] == "The layer names no coordinate system; its points were taken as degrees."
    utm = shapefile(layer(26917).drop(columns="moment"), tmp_path, ends=ends)
    assert "does not name its coordinate system" in refusal(utm)


def test_mac_side_files_in_a_shapefile_are_passed_over(tmp_path):
    content = shapefile(layer().drop(columns="moment"), tmp_path)
    content = with_member(content, "__MACOSX/._calls.shp", b"resource")
    assert len(read_rows(content).rows) == 3


def test_parquet_plain_and_with_points():
    assert cells(read_rows(parquet(FRAME))) == ROWS
    raw = read_rows(parquet(layer("EPSG:26917")))
    assert [row[:4] for row in cells(raw)] == ROWS
    assert raw.rows[LATITUDE].tolist()[0] == "42.3314270"
    assert raw.kind == "parquet"


def test_parquet_types_as_text():
    table = pa.table(
        {
            "d": pa.array([MOMENT.date()]),
            "z": pa.array([MOMENT], pa.timestamp("us", "America/Detroit")),
            "dec": pa.array([1], pa.decimal128(5, 2)),
            "b": [True],
            "f": pa.array([0.1], pa.float32()),
            "cat": pa.array(["x"]).dictionary_encode(),
            "none": pa.nulls(1),
            "list": [[1, 2]],
            "bytes": [b"x"],
        }
    )
    target = io.BytesIO()
    pq.write_table(table, target)
    raw = read_rows(target.getvalue())
    assert cells(raw) == [
        ["2024-01-31", "2024-01-31 08:05:00-05:00", "1", "true", "0.1", "x", None]
    ]
    assert raw.notes == ("2 of the columns hold lists or bytes and were left out.",)


# The real files.


@pytest.fixture
def shared(project):
    folder = project.parent / "shared" / "raw"
    if not folder.is_dir():
        pytest.skip(f"the folder of real files is not here: {folder}")
    return folder


@pytest.mark.parametrize(
    ("name", "rows", "first", "notes"),
    [
        ("cincinnati_fire_ems_overdose.csv", 7740, "ADDRESS_X", ()),
        ("tempe_opioid_ems_calls.csv", 2743, "X", ("A byte-order mark was removed.",)),
        (
            "OpioidTreatmentProgram_Geocoded.csv",
            1831,
            "ID",
            ("Read as Latin-1: the file is not UTF-8.",),
        ),
    ],
)
def test_real_files_are_read_whole(shared, name, rows, first, notes):
    raw = read_rows((shared / name).read_bytes())
    assert len(raw.rows) == rows
    assert raw.rows.columns[0] == first
    assert raw.notes == notes
    assert raw.ragged == ()


# What is no table.


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"MZ\x90\x00", "program"),
        (b"\x7fELF\x02", "program"),
        (b"PK\x05\x06" + bytes(18), "empty zip"),
        (b"<!DOCTYPE html><html><table><tr><td>a,b</td></tr></table>", "HTML"),
        (b"\xef\xbb\xbf\n <html lang='en'>a,b\n1,2", "HTML"),
        ("<html>a,b".encode("utf-16"), "HTML"),
        (b'<?xml version="1.0"?><kml><Placemark/></kml>', "KML"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "KML"),
        (b'[{"a": 1}]', "JSON"),
        (b'{"rows": [1, 2]}', "JSON"),
        (b"SQLite format 3\x00" + bytes(100), "SQLite"),
        (b"a,b\n1,\x002\n", "NUL"),
        (b"\x01\x02\x03\x04" * 50, "binary"),
    ],
)
def test_what_is_no_table_is_named(content, word):
    with pytest.raises(InputError) as caught:
        sniff(content)
    assert word in str(caught.value)
    assert "Parquet are read" in str(caught.value)


def zip_of(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (zip_of(calls__csv="a,b\n1,2"), "without a shapefile"),
        (zip_of(doc__kml="<kml/>"), "KMZ"),
        (zip_of(inner__zip=zip_of(a="b")), "zip archive in a zip archive"),
        (zip_of(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
    ],
)
def test_other_archives_are_named(content, word):
    assert word in refusal(content)


def test_too_large_a_file_is_refused():
    content = bytes(MOST_BYTES + 1)
    assert "larger than 200 MB" in refusal(content)
    with pytest.raises(InputError, match="larger than 200 MB"):
        read_in_child(content)


# Attacks and damage.


def test_nul_bytes_far_down_are_refused():
    text = b"a,b\n" + b"1,2\n" * 40_000 + b"\x00,3\n"
    assert "NUL" in refusal(text)


@pytest.mark.parametrize("more", ["", "1,2,3\n"])
def test_a_cell_of_20000_characters_is_named_by_row_and_column(more):
    text = refusal(f"a,b\n1,2\n3,{MARKER}{'x' * 20_000}\n{more}".encode())
    assert "row 3, column 2" in text


def test_a_quotation_mark_left_open_is_a_long_cell():
    assert "quotation mark" in refusal(b'a,b\n1,"2\n' + b"3,4\n" * 50_000)
    assert "quotation mark" in refusal(b'a,b\n1,2\n3,"2\n' + b"3,4\n" * 4_000)


def test_300_columns_are_refused():
    row = ",".join(map(str, range(300)))
    assert "200 columns" in refusal(f"{row}\n{row}\n".encode())
    assert "200 columns" in refusal(excel([list(range(300))] * 2))
    assert "200 columns" in refusal(parquet(pd.DataFrame([range(300)]).add_prefix("c")))
    properties = {str(k): k for k in range(300)}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    assert "200 columns" in refusal(json.dumps(feature).encode())


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("geo.own_data.raw_rows.MOST_ROWS", 100)
    assert "rows" in refusal(b"a,b\n" + b"1,2\n" * 101)
    assert len(read_rows(b"a,b\n" + b"1,2\n" * 100).rows) == 100


def test_zip_bomb_with_an_honest_header(tmp_path):
    whole = shapefile(layer().drop(columns="moment"), tmp_path)
    bomb = with_member(whole, "calls.sbn", bytes(300_000_000))
    assert len(bomb) < 1_000_000
    assert "unpacks to more than" in refusal(bomb)


def lying(bomb, name, stated):
    """Return an archive whose headers state a small size for a member."""
    content = bytearray(bomb)
    local = content.rindex(b"PK\x03\x04")
    central = content.rindex(b"PK\x01\x02")
    assert content[local + 30 :].startswith(name.encode())
    struct.pack_into("<I", content, local + 22, stated)
    struct.pack_into("<I", content, central + 24, stated)
    return bytes(content)


@pytest.mark.parametrize("checksum", [False, True])
def test_zip_bomb_with_a_lying_header(checksum):
    bomb = lying(with_member(excel(), "xl/sharedStrings2.xml", bytes(300_000_000)), "xl/", 10)
    if checksum:  # even the checksum fits what the header states
        content = bytearray(bomb)
        for magic, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
            struct.pack_into("<I", content, content.rindex(magic) + offset, zlib.crc32(bytes(10)))
        bomb = bytes(content)
    start = time.monotonic()
    assert "unpacks to more than" in refusal(bomb)
    assert time.monotonic() - start < 10


def test_a_small_lie_in_a_header_is_refused():
    book = with_member(excel(), "xl/more.xml", b"<a/>" * 100)
    assert "not what its header states" in refusal(lying(book, "xl/more.xml", 10))


def test_many_members_are_refused():
    members = {f"m{number}": b"" for number in range(300)}
    assert "200 members" in refusal(zip_of(**members))


@pytest.mark.parametrize(
    "name",
    ["../evil.shp", "a/../../evil.shp", "/etc/evil.shp", "C:/evil.shp", "a\\..\\evil.shp"],
)
def test_members_that_lead_out_are_refused(tmp_path, name):
    content = with_member(shapefile(layer().drop(columns="moment"), tmp_path), name, b"x")
    assert "The zip archive is refused" in refusal(content)
    assert "The zip archive is refused" in refusal(with_member(excel(), name, b"x"))


def test_a_symbolic_link_in_an_archive_is_refused(tmp_path):
    whole = shapefile(layer().drop(columns="moment"), tmp_path)
    mode = stat.S_IFLNK | 0o777
    link = with_member(whole, "calls.cpg", b"/etc/passwd", attributes=mode, replace=True)
    assert "link" in refusal(link)


def test_an_encrypted_member_is_refused():
    content = bytearray(excel())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(magic) + offset] |= 1
    assert "encrypted" in refusal(bytes(content))


def test_rarely_used_compression_is_refused():
    assert "compressed in a way" in refusal(
        with_member(excel(), "xl/x.xml", b"<a/>", method=zipfile.ZIP_BZIP2)
    )


def test_a_zip_in_a_workbook_or_shapefile_is_refused(tmp_path):
    inner = zip_of(a__txt="x")
    assert "another zip" in refusal(with_member(excel(), "xl/embeddings/a.bin", inner))
    whole = shapefile(layer().drop(columns="moment"), tmp_path)
    assert "another zip" in refusal(with_member(whole, "calls.sbx", inner))


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><sst>&i;</sst>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<sst><si><t>&x;</t></si></sst>"
)


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "docProps/app.xml"])
@pytest.mark.parametrize("attack", [BILLION_LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_entities_in_a_workbook_are_refused(part, attack, encoding):
    book = with_member(excel(), part, attack.encode(encoding), replace=True)
    assert "declares entities" in refusal(book)


def test_entities_across_two_chunks_are_found(monkeypatch):
    monkeypatch.setattr(guards, "_CHUNK", 50)
    book = excel()
    for lead in range(45, 56):
        part = f"<a>{'x' * (lead - 3)}<!DOCTYPE a></a>".encode()
        assert "declares entities" in refusal(with_member(book, "xl/part.xml", part))


def test_external_links_of_a_workbook_are_not_followed():
    link = b'<externalLink xmlns="x"><externalBook id="file:///etc/passwd"/></externalLink>'
    book = with_member(excel(), "xl/externalLinks/externalLink1.xml", link)
    assert cells(read_rows(book)) == [["2024-01-31", MARKER]]


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '{}<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>{}</sheetData>'
    "</worksheet>"
)


def test_a_sheet_that_states_a_huge_size_is_read_by_its_cells():
    sheet = SHEET.format(
        '<dimension ref="A1:XFD1048576"/>', '<row r="2"><c r="A2"><v>1</v></c></row>'
    )
    book = with_member(excel(), "xl/worksheets/sheet1.xml", sheet, replace=True)
    assert cells(read_rows(book)) == [["1"]]


def test_a_sheet_that_states_too_small_a_size_loses_no_cell():
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>2</v></c></row>'
    sheet = SHEET.format('<dimension ref="A1:A1"/>', row)
    book = with_member(excel(), "xl/worksheets/sheet1.xml", sheet, replace=True)
    raw = read_rows(book)
    assert list(raw.rows.columns) == ["a", "(column 3)"]
    assert cells(raw) == [["1", "2"]]


def test_a_row_with_a_huge_number_ends_in_bounded_time():
    sheet = SHEET.format("", '<row r="99999999999"><c r="A9"><v>1</v></c></row>')
    book = with_member(excel(), "xl/worksheets/sheet1.xml", sheet, replace=True)
    start = time.monotonic()
    assert read_rows(book).rows.empty
    assert time.monotonic() - start < 10


def test_one_long_text_shared_by_many_cells_is_bounded(monkeypatch):
    monkeypatch.setattr("geo.own_data.raw_rows.MOST_UNPACKED_BYTES", 50_000_000)
    monkeypatch.setattr("geo.own_data.raw_excel._BATCH_CHARACTERS", 5_000_000)
    monkeypatch.setattr(guards, "MOST_RATIO", 2_000)
    assert "more than 50,000,000 bytes" in refusal(excel([["a"], *[["x" * 9_000]] * 6_000]))


@pytest.mark.parametrize("nested", ["[" * 100_000, '{"a":' * 100_000])
def test_deep_json_is_refused(nested):
    content = f'{{"type": "FeatureCollection", "features": [], "x": {nested}'.encode()
    assert "nested too deeply" in refusal(content)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_numbers_without_end_are_refused(number):
    content = (
        f'{{"type": "Feature", "properties": {{"a": "{MARKER}"}}, "geometry": '
        f'{{"type": "Point", "coordinates": [{number}, 1]}}}}'
    )
    assert "not finite" in refusal(content.encode())


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('{"type": "FeatureCollection", "features": {"0": "x"}}', "no list"),
        ('{"type": "FeatureCollection", "features": [1]}', "feature 1"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": 3}]}', "1"),
        ('{"type": "Feature"}\n{"type": "Feature"}', "more than one object"),
        ('{"type": "Point", "features": 1}', "no GeoJSON"),
        ('{"type": "FeatureCollection", "features": [', "damaged"),
        (
            '{"type": "FeatureCollection", "crs": {"properties": {"name": "x:y"}}, "features": []}',
            "coordinate system",
        ),
    ],
)
def test_geojson_of_another_shape_is_refused(content, word):
    assert word in refusal(content.encode())


def test_geojson_lone_surrogate_is_refused_without_it():
    content = f'{{"type": "Feature", "properties": {{"a": "{MARKER}\\ud800"}}, "geometry": null}}'
    assert "damaged" in refusal(content.encode())


def samples(tmp_path):
    return {
        "GeoPackage": geopackage(),
        "Parquet": parquet(FRAME),
        "GeoParquet": parquet(layer()),
        "shapefile": shapefile(layer().drop(columns="moment"), tmp_path),
        "workbook": excel(),
        "GeoJSON": written(layer(), "GeoJSON"),
    }


@pytest.mark.parametrize(
    "kind", ["GeoPackage", "Parquet", "GeoParquet", "shapefile", "workbook", "GeoJSON"]
)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated_files_are_refused_in_a_sentence(tmp_path, kind, share):
    content = samples(tmp_path)[kind]
    cut = content[: int(len(content) * share)]
    try:
        raw = read_rows(cut)
    except InputError:
        refusal(cut)
    else:  # the part of a GeoPackage that was cut off may hold nothing
        assert kind == "GeoPackage"
        assert raw.kind == "geopackage"


def test_truncated_member_of_a_shapefile_is_refused(tmp_path):
    content = shapefile(layer().drop(columns="moment"), tmp_path)
    cut = with_member(content, "calls.shp", b"\x00\x00\x27\x0a" + bytes(20), replace=True)
    assert "shapefile" in refusal(cut)
    no_index = shapefile(layer().drop(columns="moment"), tmp_path, ends=(".shp", ".dbf"))
    assert "not complete" in refusal(no_index)


@pytest.mark.parametrize("damage", ["cut", "zeroed page", "foreign page"])
def test_damage_deep_in_a_geopackage_never_loses_rows_silently(damage):
    frame = gpd.GeoDataFrame(
        {"name": [f"{MARKER} {k}" for k in range(20_000)]},
        geometry=gpd.points_from_xy(np.linspace(-84, -83, 20_000), np.full(20_000, 42.0)),
        crs=4326,
    )
    content = geopackage(frame)
    refused = 0
    for share in (0.1, 0.2, 0.3, 0.5, 0.7):
        start = int(len(content) * share) // 4096 * 4096
        filling = b"" if damage == "cut" else bytes(4096)
        if damage == "foreign page":
            filling = content[4096:8192]
        end = len(content) if damage == "cut" else start + 4096
        try:
            raw = read_rows(content[:start] + filling + content[end:])
        except InputError:
            refused += 1
        else:
            assert len(raw.rows) == 20_000
    assert refused >= 2


def changed_database(statement, tmp_path):
    path = tmp_path / "changed.gpkg"
    path.write_bytes(geopackage())
    database = sqlite3.connect(path)
    database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIRTUAL TABLE evil USING fts5(x)",
        "CREATE VIEW gpkg_metadata AS SELECT 1",
    ],
)
def test_geopackage_that_runs_queries_is_refused(statement, tmp_path):
    assert "is a query" in refusal(changed_database(statement, tmp_path))


@pytest.mark.long
def test_parquet_with_a_huge_shared_text_is_refused():
    table = pa.table({"a": pa.array(["x" * 2_000_000]).take(pa.array([0] * 1_000))})
    target = io.BytesIO()
    pq.write_table(table, target)
    assert len(target.getvalue()) < 3_000_000
    assert "longer than 10,000" in refusal(target.getvalue())


def test_parquet_of_many_repeated_values_is_bounded(monkeypatch):
    monkeypatch.setattr("geo.own_data.raw_rows.MOST_UNPACKED_BYTES", 10_000_000)
    content = parquet(pd.DataFrame({"a": ["same text" * 10] * 500_000}))
    assert len(content) < 100_000
    assert "hold more than" in refusal(content)


def test_parquet_with_too_many_rows_is_refused_before_it_is_read():
    content = parquet(pd.DataFrame({"a": np.zeros(2_000_001, dtype="int8")}))
    assert len(content) < 100_000
    assert "2,000,000 rows" in refusal(content)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"a,b\n", b'{"']))
def test_any_bytes_are_read_or_refused(content, start):
    try:
        raw = read_rows(start + content)
    except InputError:
        return
    assert isinstance(raw, RawRows)


CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\r\n\t")


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.lists(
        st.lists(st.text(CHARACTERS, max_size=8)),
        min_size=1,
        max_size=6,
    )
)
def test_any_quoted_table_comes_back_cell_by_cell(rows):
    rows = [["x", "a", *(f"c{k}" for k in range(max(map(len, rows))))], *rows]
    width = len(rows[0])
    full = [["x", *row, *[""] * (width - len(row) - 1)] for row in rows[1:]]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in full]
    raw = read_rows((",".join(rows[0]) + "\n" + "\n".join(lines)).encode())
    assert cells(raw) == [[cell or None for cell in row] for row in full]
    assert raw.ragged == ()


# The child process.


@pytest.mark.long
def test_child_gives_the_same(tmp_path):
    for content in [*samples(tmp_path).values(), b"a,b\n1,2,3\n4\n\n5,6\n", b"a\n"]:
        direct, far = read_rows(content), read_in_child(content)
        pd.testing.assert_frame_equal(direct.rows, far.rows)
        assert (direct.kind, direct.notes, direct.ragged) == (far.kind, far.notes, far.ragged)


def test_child_passes_on_refusals_and_progress():
    words = []
    with pytest.raises(InputError) as caught:
        read_in_child(b"%PDF-1.7", report=words.append)
    assert str(caught.value) == refusal(b"%PDF-1.7")
    read_in_child(b"a,b\n1\n", report=words.append)
    assert words == [
        "Some rows have more or fewer cells than the header: reading row by row",
        "Read 2 rows",
    ]


def test_child_that_is_slow_is_stopped():
    start = time.monotonic()
    with pytest.raises(InputError, match=r"longer than 0\.05 s"):
        read_in_child(b"a,b\n1,2\n", seconds=0.05)
    assert time.monotonic() - start < 5


def test_child_is_cancelled():
    asked = []
    with pytest.raises(InputError, match="Loading was cancelled"):
        read_in_child(b"a,b\n1,2\n", is_cancelled=lambda: asked.append(1) or True)
    assert asked


@pytest.mark.skipif(not hasattr(child.os, "nice"), reason="this system bounds no memory")
def test_child_without_memory_leaves_the_parent_well():
    content = (b"1," * 19 + b"1\n") * 1_900_000
    with pytest.raises(InputError, match="more memory than"):
        read_in_child(content, memory_bytes=600_000_000)
    assert cells(read_in_child(b"a,b\n1,2\n")) == [["1", "2"]]


def test_child_that_breaks_down_is_one_sentence(monkeypatch):
    monkeypatch.setattr(child.sys, "executable", "/bin/false")
    with pytest.raises(InputError, match="broke down"):
        read_in_child(b"a,b\n1,2\n" * 100_000)


def test_an_error_of_the_caller_stops_the_child():
    def stop(_):
        msg = "stop"
        raise KeyError(msg)

    with pytest.raises(KeyError):
        read_in_child(b"a,b\n1\n", report=stop)


def test_third_child_waits_and_can_be_cancelled(monkeypatch):
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(child, "_PLACES", places)
    places.acquire()
    words = []
    with pytest.raises(InputError, match="cancelled"):
        read_in_child(b"a\n1\n", is_cancelled=lambda: True, report=words.append)
    assert words == ["Waiting for other files to be read"]
    places.release()
    assert len(read_in_child(b"a\n1\n").rows) == 1
    assert places.acquire(blocking=False)
