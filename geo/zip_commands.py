"""The command `zip-table`: ZIP codes to municipalities or tracts, for a file of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.tables.reader import TableReader
from geo.zip_codes import LEVELS, zip_shares

if TYPE_CHECKING:
    import argparse


def zip_table(options: argparse.Namespace) -> int:
    """Write zip, area and share as CSV; return 0."""
    from geo.sources.census_boundaries import ZCTAS

    zctas = ZCTAS.read([options.outlines], "")
    points = TableReader(options.data).spatial("population_point")
    zip_shares(points, zctas, by=options.by).to_csv(
        sys.stdout, index=False, float_format="%.4g", lineterminator="\n"
    )
    return 0


def add_zip_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    command.add_argument(
        "outlines",
        type=Path,
        metavar="FILE",
        help="the Census Bureau's cb_2020_us_zcta520_500k.zip",
    )
    command.add_argument("--by", choices=list(LEVELS), default="municipality")
