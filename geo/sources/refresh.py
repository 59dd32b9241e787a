"""All tables of some states from official files: made aside, checked, compared, put in place."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo.build import build
from geo.check import check
from geo.errors import InputError
from geo.generations import aside, changes, hash_of_all, put_in_place, reader_in_use
from geo.regions import region_text
from geo.rule_record import rule_record
from geo.source_records import SourceFile, SourceRecord, record_text
from geo.sources.census_boundaries import COUNTIES
from geo.sources.collected import Collected, check_skipped, collect, found_or_fetched
from geo.sources.county_file import read_county_file
from geo.sources.file_cache import nothing_left_behind, one_at_a_time
from geo.sources.registry import ACROSS_THE_LINE, SOURCES
from geo.sources.state_help import facilities, police
from geo.sources.state_need import state_need
from geo.sources.state_places import state_places
from geo.states import state_of
from geo.tables.definitions import TABLES
from geo.tables.reader import DATA, TableReader
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from geo.sources.client import Client
    from geo.sources.source import Fetched, Source

OUTLINES: Final = ("county", "municipality", "tract")
MODEL: Final = "travel_time_model"
KITS: Final = "kit_saturation"
KITS_STATE: Final = "26"
"""The only state whose row of the published model of kits is in our tables."""
WAITING: Final = "waiting for another refresh of this folder"
SAME_ROWS: Final = "no row of any table changed; records of the sources or other files did"
UNCHANGED: Final = "nothing changed: the tables in use stay as they are"
MOST_PROBLEMS: Final = 3


@dataclass(frozen=True)
class Order:
    """
    What a refresh makes.

    Parameters
    ----------
    states : tuple of str
        FIPS codes.
    out : pathlib.Path
        Folder that keeps the generations, `manual/` and `regions/`.
    folder : pathlib.Path, optional
        Files that are there already.
    today : datetime.date
        Day of the refresh.
    skipped : tuple of str
        Sources left out.
    """

    states: tuple[str, ...]
    out: Path
    folder: Path | None
    today: date
    skipped: tuple[str, ...] = ()


def refresh(
    order: Order,
    client: Client | None,
    *,
    report: Callable[[str], None],
    is_trial: bool = False,
) -> pd.DataFrame:
    """
    Make the tables of some states, and put them in place if all of them are good.

    Parameters
    ----------
    order : Order
    client : Client, optional
        None to fetch nothing.
    report : callable
        Told what is done and what is left out.
    is_trial : bool
        Whether to stop before anything is put in place.

    Returns
    -------
    pandas.DataFrame
        `geo.generations.changes` against the tables in use.

    Raises
    ------
    InputError
        If a file is not there, cannot be read or has changed, or the tables break a schema, a link
        or a law; the tables in use stay.
    SourceError
        If a publisher cannot be reached.

    Notes
    -----
    Rows kept by hand in `manual/` of the folder go into every generation, and its `regions/` too.
    The straight-line model of travel times and, for Michigan, the model of kits are those shipped
    with the project, each with its record.
    """
    with (
        nothing_left_behind(order.out),
        one_at_a_time(order.out, "refresh", lambda _: report(WAITING)),
        aside(order.out) as folder,
    ):
        write_folder(order, client, folder, report=report)
        reader = build_checked(folder, report=report)
        report("comparing tables")
        in_use = reader_in_use(order.out)
        found = changes(in_use, reader)
        if in_use is not None and hash_of_all(in_use.data) == hash_of_all(folder):
            report(UNCHANGED)
        elif not is_trial:
            if not found[["added", "gone", "changed"]].any(axis=None):
                report(SAME_ROWS)
            report("putting tables in place")
            put_in_place(order.out, folder)
            report("done")
    return found


def write_folder(
    order: Order, client: Client | None, folder: Path, *, report: Callable[[str], None]
) -> Collected:
    """
    Write a data folder of some states without its tables: inputs, sources, regions.

    Parameters
    ----------
    order : Order
        Its `out` may hold rows kept by hand; nothing is written there.
    client : Client, optional
        None to fetch nothing.
    folder : pathlib.Path
        Empty.
    report : callable
        Told what is done and what is left out.

    Returns
    -------
    Collected
        What was read; its `lacking` names what was not there.

    Raises
    ------
    InputError, SourceError
        If a file is not there, cannot be had, cannot be read or has changed.
    """
    report("collecting files")
    collected, outlines = _collect(order, client, report)
    report("reading files")
    inputs = _inputs(order, collected, outlines, report)
    report("writing inputs")
    _write(order, collected, inputs, folder)
    return collected


def build_checked(folder: Path, *, report: Callable[[str], None]) -> TableReader:
    """
    Build the tables of a written folder and check them.

    Parameters
    ----------
    folder : pathlib.Path
        From `write_folder`.
    report : callable
        Told what is done.

    Returns
    -------
    TableReader
        Of the folder.

    Raises
    ------
    InputError
        If a table breaks a schema, a link or a law.
    """
    report("building tables")
    build(folder, report=report)
    report("checking tables")
    reader = TableReader(folder)
    problems = check(reader)
    if problems:
        more = len(problems) - MOST_PROBLEMS
        said = "; ".join(problems[:MOST_PROBLEMS]) + (f"; {more} more" if more > 0 else "")
        msg = f"the new tables are not put in place: {said}"
        raise InputError(msg)
    return reader


def _collect(
    order: Order, client: Client | None, report: Callable[[str], None]
) -> tuple[Collected, gpd.GeoDataFrame]:
    if order.folder is not None and not order.folder.is_dir():
        msg = f"{order.folder} is no folder"
        raise InputError(msg)
    check_skipped(order.skipped)
    files = found_or_fetched(COUNTIES, order.states[0], order.folder, client)
    counties = read_county_file(files, order.states)
    collected = collect(
        order.states,
        counties.neighbours,
        folder=order.folder,
        client=client,
        skipped=order.skipped,
        counties=counties,
        report=report,
    )
    return collected, counties.near


def _inputs(
    order: Order,
    collected: Collected,
    near: gpd.GeoDataFrame,
    report: Callable[[str], None],
) -> dict[str, pd.DataFrame]:
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for state in order.states:
        places = state_places(collected, state, report=report)
        found: dict[str, Any] = dict(places)
        found |= state_need(collected, state, report=report)
        if places["tract"].empty and found.pop("tract_group", None) is not None:
            report(f"state {state}: no tracts, so tract groups are left out")
        if len(places["municipality"]):
            found |= police(
                collected,
                state,
                places["municipality"],
                pd.DataFrame(places["county"][["geoid", "name"]]),
                read_day=order.today.isoformat(),
                report=report,
            )
        for name, rows in found.items():
            parts[name].append(rows)
    parts["facility"].append(
        facilities(
            collected,
            sorted({state for source, state in collected.files if source in ACROSS_THE_LINE}),
            near,
            order.states,
            listed_month=order.today.isoformat()[:7],
            report=report,
        )
    )
    return {name: pd.concat(rows, ignore_index=True) for name, rows in parts.items() if rows}


def _write(
    order: Order, collected: Collected, inputs: dict[str, pd.DataFrame], folder: Path
) -> None:
    official = folder / "official"
    official.mkdir()
    for name, rows in inputs.items():
        if name in OUTLINES:
            gpd.GeoDataFrame(rows).to_parquet(official / f"{name}.parquet", index=False)
            continue
        plain = [*TABLES[name].dtypes]
        plain += [one for one in ("latitude", "longitude") if one in rows and one not in plain]
        rows[plain].to_csv(official / f"{name}.csv", index=False, lineterminator="\n")
    shipped = [MODEL, *([KITS] if KITS_STATE in order.states else [])]
    for name in shipped:
        shutil.copy(DATA / "manual" / f"{name}.csv", official)
    for kept in ("manual", "regions"):
        target = folder / kept
        if (order.out / kept).is_dir():
            shutil.copytree(order.out / kept, target)
        target.mkdir(exist_ok=True)
    for state in order.states:
        _write_region(folder / "regions", state, inputs["county"])
    _write_records(order, collected, inputs, folder / "sources", shipped)


def _write_region(folder: Path, state: str, counties: pd.DataFrame) -> None:
    name = state_of(state).name
    own = counties.loc[counties["geoid"].str[:2] == state, "geoid"]
    path = folder / f"{name.lower().replace(' ', '-')}.toml"
    if path.exists():
        return
    text = region_text(name, f"The {len(own)} counties of {name}, US Census Bureau", own)
    write_whole(path, text.encode())


def _vintage(source: Source, files: Sequence[Fetched]) -> str:
    """Return the release of a source: of files that were given, the year in their name."""
    if any(one.fetched_date for one in files):
        return source.vintage
    years = sorted(
        {year for one in files for year in re.findall(r"(?<!\d)20\d\d(?!\d)", one.path.name)}
    )
    return f"{', '.join(years)}, by the file's name" if years else "year not told by the file given"


def _write_records(
    order: Order,
    collected: Collected,
    inputs: dict[str, pd.DataFrame],
    folder: Path,
    shipped: Sequence[str],
) -> None:
    kept = order.out / "sources"
    if kept.is_dir():
        shutil.copytree(kept, folder)
    for source_id, source in SOURCES.items():
        files = collected.of_source(source_id)
        if not files:
            continue
        published = max((one.published_date for one in files), default="")
        record = SourceRecord(
            source_id,
            source.title,
            source.publisher,
            f"published {published}" if published else _vintage(source, files),
            source.licence,
            source.url,
            source.note,
            max(one.fetched_date for one in files) or order.today.isoformat(),
            files=tuple(
                SourceFile(
                    one.path.name,
                    one.url,
                    one.sha256,
                    one.size_bytes,
                    one.fetched_date,
                    one.published_date,
                )
                for one in files
            ),
        )
        write_whole(folder / f"{source_id}.toml", record_text(record).encode())
    if "agency_area" in inputs:
        rule = rule_record(order.states)
        write_whole(folder / f"{rule.source_id}.toml", record_text(rule).encode())
    further: set[str] = set()
    for name in shipped:
        rows = pd.read_csv(DATA / "manual" / f"{name}.csv", dtype="str")
        further |= set(rows["source_id"])
    for source_id in sorted(further):
        shutil.copy(DATA / "sources" / f"{source_id}.toml", folder)
