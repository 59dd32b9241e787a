"""Bounds of uploaded files, and whether a zip archive is safe to unpack."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_BYTES: Final = 200_000_000
"""Bytes of a file as it is uploaded."""
MOST_ROWS: Final = 2_000_000
MOST_COLUMNS: Final = 200
MOST_CELL_CHARACTERS: Final = 10_000
MOST_UNPACKED_BYTES: Final = 1_000_000_000
"""Bytes of a zip archive once unpacked, and of all text of a table."""
MOST_RATIO: Final = 200
"""Unpacked bytes per packed byte, judged from `RATIO_COUNTS_FROM_BYTES` on."""
RATIO_COUNTS_FROM_BYTES: Final = 50_000_000
MOST_MEMBERS: Final = 200

SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf")

ZIP_MAGIC: Final = b"PK\x03\x04"
_ZIP_ENTRY: Final = b"PK\x01\x02"
_DECLARATIONS: Final = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_LONGEST_DECLARATION: Final = max(map(len, _DECLARATIONS))
_PIECE: Final = 65_536
_CHUNK: Final = 1_000_000
_ENCRYPTED: Final = 0x1
_LOCAL_HEADER_BYTES: Final = 30


@contextmanager
def whole(what: str) -> Iterator[None]:
    """
    Turn each error of a library into one sentence without any content of the file.

    Raises
    ------
    InputError
        "The ... cannot be read: it is damaged."
    MemoryError
        If memory ran short.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  libraries raise anything on damaged content
        if "memory" in str(error).lower() or "alloc" in str(error).lower():
            raise MemoryError from None
        msg = f"The {what} cannot be read: it is damaged."
        raise InputError(msg) from None


def checked_members(
    content: bytes, keep: Callable[[str], bool] = lambda _: False
) -> dict[str, bytes]:
    """
    Unpack a zip archive in memory within bounds, and return the members asked for.

    Parameters
    ----------
    content : bytes
    keep : callable
        Takes a member's name; whether its bytes are returned. All members are checked.

    Returns
    -------
    dict of str to bytes

    Raises
    ------
    InputError
        If a name leads out of the archive, a member is a link, encrypted, a zip archive itself,
        packed in a rare way, larger than stated or declares entities, or there is too much.

    Notes
    -----
    What a member unpacks to is counted, piece by piece; the size in the header is only compared.
    """
    kept: dict[str, bytes] = {}
    total = 0
    with whole("zip archive"):
        members = archive_members(content)
        if sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
            raise _bomb()
        for member in members:
            _check_entry(member)
            chunks = []
            tail, size, checksum = b"", 0, 0
            for chunk in _unpacked(content, member):
                size += len(chunk)
                _check_size(total + size, len(content))
                if size == len(chunk):
                    _check_start(chunk)
                tail = _check_declarations(tail + chunk)
                checksum = zlib.crc32(chunk, checksum)
                if keep(member.filename):
                    chunks.append(chunk)
            if size != member.file_size or checksum != member.CRC:
                msg = "The zip archive cannot be read: a member is not what its header states."
                raise InputError(msg)
            total += size
            if keep(member.filename):
                kept[member.filename] = b"".join(chunks)
    return kept


def repacked(members: dict[str, bytes]) -> bytes:
    """Return a zip archive of members, not compressed, in memory."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def _bomb() -> InputError:
    return InputError(
        f"The file unpacks to more than {MOST_UNPACKED_BYTES:,} bytes or to more than "
        f"{MOST_RATIO} times its size; load a part of it."
    )


def archive_members(content: bytes) -> list[zipfile.ZipInfo]:
    """
    Return what a zip archive lists.

    Raises
    ------
    InputError
        If it lists more than `MOST_MEMBERS`.
    zipfile.BadZipFile
        If it is damaged.
    """
    if content.count(_ZIP_ENTRY) > MOST_MEMBERS:
        msg = f"The zip archive has more than {MOST_MEMBERS} members."
        raise InputError(msg)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.infolist()


def _check_entry(member: zipfile.ZipInfo) -> None:
    """Raise unless a member has a plain name and is a plain, readable file."""
    name = member.orig_filename
    problem = ""
    if "\\" in name or ":" in name or "\x00" in name or name.startswith("/"):
        problem = "has a member with an absolute or a foreign path"
    elif ".." in name.split("/"):
        problem = "has a member whose name leads out of the archive"
    elif stat.S_IFMT(member.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        problem = "has a member that is a link"
    elif member.flag_bits & _ENCRYPTED:
        problem = "is encrypted"
    elif member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        problem = "is compressed in a way that is not read"
    if problem:
        msg = f"The zip archive is refused: it {problem}."
        raise InputError(msg)


def _unpacked(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a member unpacks to in bounded chunks, whatever size its header states."""
    header = content[member.header_offset : member.header_offset + _LOCAL_HEADER_BYTES]
    start = member.header_offset + _LOCAL_HEADER_BYTES + sum(struct.unpack("<HH", header[26:30]))
    packed = memoryview(content)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        for offset in range(0, len(packed), _CHUNK):
            yield bytes(packed[offset : offset + _CHUNK])
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for offset in range(0, len(packed), _PIECE):
        piece: bytes = bytes(packed[offset : offset + _PIECE])
        while piece and not inflater.eof:
            chunk = inflater.decompress(piece, _CHUNK)
            if chunk:
                yield chunk
            piece = inflater.unconsumed_tail
    rest = inflater.flush()
    if rest:
        yield rest


def _check_size(unpacked: int, packed: int) -> None:
    steep = unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > MOST_RATIO * packed
    if unpacked > MOST_UNPACKED_BYTES or steep:
        raise _bomb()


def _check_start(chunk: bytes) -> None:
    if chunk.startswith(ZIP_MAGIC):
        msg = "The zip archive is refused: it holds another zip archive."
        raise InputError(msg)


def _check_declarations(window: bytes) -> bytes:
    """Raise if XML declares a document type or entities; return what the next chunk continues."""
    if any(word in window for word in _DECLARATIONS):
        msg = "The file is refused: an XML part of it declares entities or a document type."
        raise InputError(msg)
    return window[-_LONGEST_DECLARATION:]
