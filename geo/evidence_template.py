"""A new file of evidence, and the source record that its rows name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from geo.edition import EVIDENCE
from geo.errors import InputError
from geo.source_records import SourceRecord, record_text
from geo.tables.reader import DATA
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


def begin_file(path: Path, kind: str, data: Path, *, read_on: date | None) -> tuple[Path, ...]:
    """
    Write a template and, where the data folder has none, the record of pages read by hand.

    Parameters
    ----------
    path : pathlib.Path
        The new file.
    kind : str
        naloxone_evidence or program_participation.
    data : pathlib.Path
        The data folder.
    read_on : datetime.date, optional
        Day the pages were read, for the record; without it the day the new file was saved (UTC).

    Returns
    -------
    tuple of pathlib.Path
        What was written: the file, and the record if it was not there.

    Raises
    ------
    InputError
        If the file is there already, the data folder is not, or either cannot be written.
    """
    if path.exists():
        msg = f"{path} is there already; name a new file"
        raise InputError(msg)
    if not data.is_dir():
        msg = f"there is no data folder {data}; name it with --data"
        raise InputError(msg)
    write_whole(path, (DATA / "templates" / f"{kind}.csv").read_bytes())
    record = data / "sources" / f"{EVIDENCE}.toml"
    if record.exists():
        return (path,)
    saved = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    write_whole(record, record_text(press_record(read_on or saved)).encode())
    return path, record


def press_record(accessed: date) -> SourceRecord:
    """Return the source record that rows read by hand name, of the day the pages were read."""
    return SourceRecord(
        source_id=EVIDENCE,
        title="Press, department and program pages on naloxone and walk-in programs",
        publisher="The page in each row",
        vintage="Per row",
        licence="Facts only",
        url="",
        note="Compiled by hand. Each row has its own source_url and as_of_date.",
        accessed_date=accessed.isoformat(),
    )
