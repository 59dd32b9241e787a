"""What kind of file this is, by its content; and its text."""

from __future__ import annotations

import codecs
import re
from typing import Final, NoReturn

from geo.errors import InputError
from geo.own_data.guards import SHAPEFILE_PARTS, ZIP_MAGIC, archive_members, whole

KINDS_READ: Final = (
    "CSV, Excel (.xlsx), GeoJSON, GeoPackage, a zipped shapefile and Parquet are read"
)
_MAGICS: Final = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls) or one with a password"),
    (b"\x09\x08\x10\x00", "an old Excel file (.xls)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"PARE", "an encrypted Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"fgb", "a FlatGeobuf file"),
    (b"\x00\x00\x27\x0a", "one part of a shapefile without the others; zip them together"),
)
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT: Final = 65_536
_MOST_CONTROL_SHARE: Final = 0.01


def sniff(content: bytes) -> str:
    """
    Return what kind of file this is, by its content.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    {"csv", "excel", "geojson", "geopackage", "shapefile", "parquet"}

    Raises
    ------
    InputError
        If it is none of them; the message says what it seems to be.

    Examples
    --------
    >>> sniff(b"date,place")
    'csv'
    """
    if not content[:_LOOKED_AT].strip() and not content.strip():
        msg = f"The file is empty; {KINDS_READ}."
        raise InputError(msg)
    if content.startswith(ZIP_MAGIC):
        return _kind_of_zip(content)
    if content.startswith(b"SQLite format 3\x00"):
        return _kind_of_database(content)
    if content.startswith(b"PAR1"):
        return "parquet"
    for magic, what in _MAGICS:
        if content.startswith(magic):
            _refuse(what)
    return _kind_of_text(content)


def decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    """
    Return the text of a file and notes on how it was read.

    Raises
    ------
    InputError
        If it holds NUL bytes, or is damaged UTF-16.
    """
    if content.startswith(_UTF16):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            msg = "The text cannot be read: it is damaged UTF-16."
            raise InputError(msg) from None
        notes: tuple[str, ...] = ("Read as UTF-16.",)
    else:
        text, notes = _from_eight_bits(content)
    if "\x00" in text:
        msg = "The file holds NUL bytes: it is damaged, or no text. Save it again as CSV."
        raise InputError(msg)
    return text, notes


def _refuse(what: str) -> NoReturn:
    msg = f"The file seems to be {what}; {KINDS_READ}."
    raise InputError(msg)


def _from_eight_bits(content: bytes) -> tuple[str, tuple[str, ...]]:
    marked = content.startswith(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        return text, ("A byte-order mark was removed.",) if marked else ()
    note = ("Read as Latin-1: the file is not UTF-8.",)
    try:
        return content.decode("cp1252"), note
    except UnicodeDecodeError:
        return content.decode("latin-1"), note


def _kind_of_text(content: bytes) -> str:
    start = content[:_LOOKED_AT]
    if content.startswith(_UTF16):
        start = start[: len(start) // 2 * 2].decode("utf-16", "replace").encode("utf-8", "replace")
    start = start.removeprefix(codecs.BOM_UTF8).lstrip()
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1f]", start))
    if b"\x00" in start or controls > _MOST_CONTROL_SHARE * len(start):
        _refuse("a binary file, or text with NUL bytes")
    if re.match(rb"<[!?a-zA-Z]", start):
        _refuse(_kind_of_markup(start[:2000].lower()))
    if start.startswith(b"{"):
        if re.search(rb'"Feature(Collection)?"|"features"', _narrow(content)):
            return "geojson"
        _refuse("JSON that is not GeoJSON")
    if re.match(rb'\[\s*[{\["\d\]]', start):
        _refuse("JSON that is not GeoJSON")
    return "csv"


def _narrow(content: bytes) -> bytes:
    """Return text so that ASCII words are found in it whatever its encoding."""
    return content.replace(b"\x00", b"") if content.startswith(_UTF16) else content


def _kind_of_markup(start: bytes) -> str:
    if b"<html" in start or b"<!doctype html" in start:
        return "an HTML page, perhaps the page around the download"
    return "KML" if re.search(rb"<(!doctype )?kml", start) else "XML"


def _kind_of_database(content: bytes) -> str:
    if b"gpkg_contents" not in content:
        _refuse("an SQLite database that is no GeoPackage")
    return "geopackage"


def _kind_of_zip(content: bytes) -> str:
    with whole("zip archive"):
        names = [member.filename for member in archive_members(content)]
    lower = {name.lower() for name in names}
    if "xl/workbook.bin" in lower:
        _refuse("a binary Excel workbook (.xlsb); save it as .xlsx")
    if "[content_types].xml" in lower and any(name.startswith("xl/") for name in lower):
        return "excel"
    if any(name.endswith(SHAPEFILE_PARTS) for name in lower):
        return "shapefile"
    for what, found in (
        ("an Office document, but no Excel workbook", "[content_types].xml" in lower),
        ("an OpenDocument file", "mimetype" in lower),
        ("KMZ", any(name.endswith(".kml") for name in lower)),
        ("a zip archive in a zip archive", any(name.endswith(".zip") for name in lower)),
    ):
        if found:
            _refuse(what)
    _refuse("a zip archive without a shapefile; load the file that is in it")
