"""One state from official files to coverage: the task that many machines share."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo import __version__, analysis
from geo.national.store import Store, as_parquet
from geo.sources.client import Client
from geo.sources.refresh import Order, build_checked, write_folder
from geo.tables.definitions import TABLES
from geo.tables.reader import TableReader, input_hashes

if TYPE_CHECKING:
    from datetime import date

SHARES: Final = (
    "police_documented_share",
    "police_announced_share",
    "police_does_not_carry_share",
    "police_unknown_share",
    "treatment_share",
    "otp_share",
    "walk_in_share",
    "treatment_minutes",
    "otp_minutes",
    "walk_in_minutes",
)
LISTED: Final = {"treatment": "facilities_listed", "otp": "otps_listed"}
"""Column that counts the sites of a kind."""


@dataclass(frozen=True)
class Job:
    """
    What is made of a state, and where it goes.

    Parameters
    ----------
    state : str
        FIPS code.
    out : str
        Store that every worker reaches.
    files : str
        Folder of official files that every worker reaches; empty to fetch them all.
    cache : str
        Folder for downloads.
    today : datetime.date
        Day of the run: the same for every state.
    minutes : float
        Threshold of the coverage, included.
    skipped : tuple of str
        Sources left out.
    fetches : bool
        Whether what `files` lacks is fetched.
    """

    state: str
    out: str
    files: str
    cache: str
    today: date
    minutes: float
    skipped: tuple[str, ...] = ()
    fetches: bool = False

    @property
    def record(self) -> str:
        """Name of the file that says the state is done."""
        return f"done/state={self.state}.json"


def partition(name: str, state: str) -> str:
    """Return the name of the partition of a state in a table."""
    return f"{name}/state={state}/part-0.parquet"


def run_state(job: Job) -> dict[str, Any]:
    """
    Make the tables and the coverage of a state and store them, unless that is done already.

    Parameters
    ----------
    job : Job

    Returns
    -------
    dict
        state, is_new (false where nothing had to be written), inputs (hash), files (SHA-256 by
        name), rows (by name), missing (by source there is nothing of: its title and why).

    Raises
    ------
    InputError, SourceError
        As `geo.sources.refresh`.

    Notes
    -----
    Safe to run again, at the same time or after a worker was lost: the partitions of the same
    inputs have the same bytes, and the record that the state is done is written last.
    """
    store = Store(job.out)
    with tempfile.TemporaryDirectory(prefix=f"state-{job.state}-") as scratch:
        folder = Path(scratch)
        order = Order(
            (job.state,),
            folder / "kept",
            Path(job.files) if job.files else None,
            job.today,
            job.skipped,
        )
        (folder / "data").mkdir()
        if job.files and not job.fetches:
            collected = write_folder(order, None, folder / "data", report=_nobody)
        else:
            with Client(Path(job.cache), shows_progress=False) as client:
                collected = write_folder(order, client, folder / "data", report=_nobody)
        missing = collected.lacking(job.state)
        inputs = _inputs(folder / "data", job, missing)
        before = store.read_json(job.record)
        if before and before["inputs"] == inputs and all(map(store.has, before["files"])):
            return {**before, "missing": missing, "is_new": False}
        frames = outputs(build_checked(folder / "data", report=_nobody), job.today, job.minutes)
    files = {
        partition(name, job.state): store.write(partition(name, job.state), as_parquet(frame))
        for name, frame in frames.items()
    }
    rows = {name: len(frame) for name, frame in frames.items()}
    record = {
        "state": job.state,
        "inputs": inputs,
        "files": files,
        "rows": rows,
        "missing": missing,
    }
    store.write(job.record, (json.dumps(record, indent=1, sort_keys=True) + "\n").encode())
    return {**record, "is_new": True}


def outputs(reader: TableReader, today: date, minutes: float) -> dict[str, pd.DataFrame]:
    """
    Return what is stored of a state: its tables and its coverage.

    Parameters
    ----------
    reader : TableReader
    today : datetime.date
        Day of the police evidence.
    minutes : float
        Threshold, included.

    Returns
    -------
    dict of str to DataFrame
        `tables/<name>` for every table; `coverage/county` and `coverage/municipality`, with
        outlines. Counties without residents are in, their shares missing, and so is how many
        facilities are listed where there is no list: not known is not zero.
    """
    found = {f"tables/{name}": reader.read(name) for name in TABLES}
    people = analysis.people_and_help(reader, today)
    counties = reader.spatial("county").set_index("geoid", drop=False)
    unlisted = analysis.unlisted_kinds(reader)
    covered = analysis.county_coverage(people, reader.read("county"), minutes=minutes)
    columns = ["residents_persons", *SHARES]
    shares = covered.reindex(counties.index)[columns]
    listed = analysis.listed_by_county(reader).reindex(counties.index, fill_value=0)
    listed = listed.assign(**{LISTED[kind]: pd.NA for kind in unlisted if kind in LISTED})
    found["coverage/county"] = (
        counties[["geoid", "name", "geometry"]]
        .join(shares)
        .join(listed.astype("Int64"))
        .reset_index(drop=True)
    )
    areas = reader.spatial("municipality").set_index("area_id")
    table = analysis.municipality_coverage(reader, people, as_of=today, minutes=minutes)
    kept = ["geoid", "label", "type_code", "county_geoid", "agency_name", "confidence_code"]
    kept += ["gap_code", *columns]
    outline = areas[["geometry"]].loc[table.index]
    found["coverage/municipality"] = outline.join(table[kept]).reset_index(names="area_id")
    return found


def _inputs(folder: Path, job: Job, missing: dict[str, str]) -> str:
    told = {
        "version": __version__,
        "minutes": job.minutes,
        "today": job.today.isoformat(),
        "inputs": input_hashes(folder),
        "missing": missing,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _nobody(_: str) -> None:
    """Report to nobody: the record tells what was made."""
