"""The command `incidents`: check a file of incidents and tell what may be told of it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import InputError
from geo.privacy.release import LEVELS, THRESHOLDS
from geo.regions import find_region
from geo.scope import DEFAULT_REGION
from geo.tables.reader import TableReader, current_folder

if TYPE_CHECKING:
    import argparse

    from geo.own_data.checking import Incidents
    from geo.own_data.placing import Gazetteer

ALSO_CALLED: Final = {
    "id": "event_id",
    "date": "date_time",
    "datetime": "date_time",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "area": "area_code",
    "zip": "area_code",
    "tract": "area_code",
    "municipality": "area_code",
    "doses": "naloxone",
    "giver": "given_by",
}


def incidents(options: argparse.Namespace) -> int:
    """Print the summary as JSON, or a table of areas as CSV; return 0."""
    from geo.own_data.placing import Gazetteer

    reader = TableReader(options.data)
    gazetteer = Gazetteer(reader)
    region = find_region(current_folder(options.data) / "regions", options.region or DEFAULT_REGION)
    checked = _checked(options, gazetteer, region.counties)
    for note in checked.notes:
        print(f"geo: {note}", file=sys.stderr)
    if options.summary:
        print(json.dumps(checked.summary, indent=1))
        return 0
    _write_areas(options, checked, reader, gazetteer, region.counties)
    return 0


def add_incident_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    command.add_argument("file", type=Path, metavar="FILE", help="CSV, Excel, GeoJSON, ...")
    command.add_argument(
        "--region",
        default="",
        help=f"a file of data/regions; {DEFAULT_REGION} if most points lie in it, else none",
    )
    command.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="what a column is; guessed from the headings where not given, left out with FIELD=",
    )
    command.add_argument("--time-zone", default="", help="of the place, America/Detroit")
    command.add_argument("--summary", action="store_true", help="rows read, used, set aside: JSON")
    command.add_argument("--by", choices=list(LEVELS), default="municipality")
    command.add_argument("--threshold", type=int, choices=THRESHOLDS, default=THRESHOLDS[0])


def _checked(
    options: argparse.Namespace, gazetteer: Gazetteer, counties: tuple[str, ...]
) -> Incidents:
    from geo.own_data.checking import check_incidents
    from geo.own_data.columns import INCIDENT_FIELDS, guess_columns
    from geo.own_data.files import read_rows

    raw = read_rows(_content(options.file))
    mapping = guess_columns(raw.rows, INCIDENT_FIELDS)
    for pair in options.column:
        field, sign, column = pair.partition("=")
        field = ALSO_CALLED.get(field, field)
        if not sign or field not in INCIDENT_FIELDS:
            msg = f"`--column {pair}`: use FIELD=COLUMN, a field of {', '.join(INCIDENT_FIELDS)}"
            raise InputError(msg)
        mapping.pop(field, None)
        if column:
            mapping[field] = column
    return check_incidents(
        raw,
        mapping,
        gazetteer,
        counties,
        today=datetime.now(tz=UTC).date(),
        zone=options.time_zone,
        is_region_named=bool(options.region),
    )


def _content(path: Path) -> bytes:
    from geo.own_data.files import MOST_BYTES

    if not path.is_file():
        msg = f"there is no file {path}"
        raise InputError(msg)
    if path.stat().st_size > MOST_BYTES:
        msg = f"{path} is larger than {MOST_BYTES // 1_000_000} MB"
        raise InputError(msg)
    return path.read_bytes()


def _write_areas(
    options: argparse.Namespace,
    checked: Incidents,
    reader: TableReader,
    gazetteer: Gazetteer,
    counties: tuple[str, ...],
) -> None:
    from geo.own_data.area_table import area_table, levels_of
    from geo.own_data.hotspots import tract_neighbours
    from geo.own_data.loaded import WHOLE, load_incidents

    own = load_incidents(checked, gazetteer, counties, seed=b"")
    told = own.told(options.threshold)
    if options.by not in levels_of(told):
        msg = f"this file can be told by {', '.join(levels_of(told))}, not by {options.by}"
        raise InputError(msg)
    period = own.periods(options.threshold)[WHOLE]
    zones = own.hotspots(options.threshold, period, tract_neighbours(reader))
    names = reader.read("county").set_index("geoid")["name"].to_dict()
    names |= gazetteer.areas.set_index("area_id")["label"].to_dict()
    table = area_table(told, options.by, period, zones, names)
    table.reset_index().to_csv(sys.stdout, index=False, float_format="%.6g", lineterminator="\n")
