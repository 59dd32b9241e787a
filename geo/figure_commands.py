"""The commands `figure`, `pack` and `fact-sheets`."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.analysis import THRESHOLDS_MINUTES
from geo.answers import Answers
from geo.errors import InputError
from geo.figures.sizes import DEFAULT_SIZE, SIZES
from geo.measures import DEFAULT_MEASURE, MEASURES
from geo.regions import find_region
from geo.scope import (
    FACILITIES,
    FIGURE_KINDS,
    PROGRAMS,
    FigureChoice,
    fit_period,
)
from geo.tables.reader import TableReader

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from geo.figures.batch import Order
    from geo.regions import Region

FORMATS: Final = ("png", "svg", "pdf")
PAGE: Final = "http://localhost:8501/figures"


def figure(options: argparse.Namespace) -> int:
    """Make figures; return 0."""
    from geo.figures.batch import make_figures

    order, region = _order(options)
    groups = _groups(options, region)
    _report(make_figures(order, groups), len(groups))
    return 0


def pack(options: argparse.Namespace) -> int:
    """Make packs; return 0."""
    from geo.figures.batch import make_packs

    order, region = _order(options)
    groups = _groups(options, region)
    _report(make_packs(order, groups), len(groups))
    return 0


def fact_sheets(options: argparse.Namespace) -> int:
    """Make fact sheets; return 0."""
    from geo.figures.batch import make_fact_sheets

    order, region = _order(options)
    counties = _chosen(options, region) or region.counties
    _report(make_fact_sheets(order, counties), len(counties) + (len(counties) > 1))
    return 0


def add_figure_options(command: Any, *, has_layer: bool, has_formats: bool) -> None:
    """Add the options of these commands to a parser."""
    command.add_argument("--out", type=Path, required=True, help="folder for the files")
    command.add_argument("--counties", default="", help="GEOIDs joined by commas; else all")
    command.add_argument("--minutes", type=int, choices=THRESHOLDS_MINUTES, default=30)
    command.add_argument("--facilities", choices=list(FACILITIES), default="treatment")
    command.add_argument("--start", type=int, help="first year")
    command.add_argument("--end", type=int, help="last year")
    command.add_argument("--address", default=PAGE, help="page of figures, for the citation")
    if has_layer:
        command.add_argument("--layer", choices=list(FIGURE_KINDS), required=True)
        command.add_argument("--measure", choices=list(MEASURES), default=DEFAULT_MEASURE)
        command.add_argument("--size", choices=list(SIZES), default=DEFAULT_SIZE)
        command.add_argument("--program", choices=list(PROGRAMS), default="plain")
        command.add_argument("--each", action="store_true", help="one per county")
    if has_formats:
        command.add_argument("--format", choices=FORMATS, action="append", help="all by default")


def _order(options: argparse.Namespace) -> tuple[Order, Region]:
    from geo.figures.batch import Order

    answers = Answers(TableReader(options.data))
    region = find_region(answers.reader.data / "regions", options.region)
    today = answers.today
    measure = getattr(options, "measure", DEFAULT_MEASURE)
    if measure not in answers.measures:
        msg = f"--measure {measure}: the tables have {', '.join(answers.measures)}"
        raise InputError(msg)
    known = answers.measures[measure]
    first, last = answers.edition.period
    first, last = options.start or first, options.end or last
    start, end = fit_period(known, first, last)
    if first > last or first > known.last_year:
        msg = (
            f"years {first} to {last} cannot be used: {known.label} has "
            f"{known.first_year} to {known.last_year}"
        )
        raise InputError(msg)
    as_of = options.as_of or today
    if as_of > today:
        msg = f"--as-of {as_of} is after {today}, the day the evidence was compiled"
        raise InputError(msg)
    choice = FigureChoice(
        getattr(options, "layer", "gap"),
        getattr(options, "size", DEFAULT_SIZE),
        getattr(options, "program", "plain"),
    )
    scope = replace(
        answers.first_scope(),
        region=region.region_id,
        measure=measure,
        start=start,
        end=end,
        as_of=as_of,
        minutes=options.minutes,
        facilities=options.facilities,
        figure=choice,
    )
    formats = tuple(getattr(options, "format", None) or FORMATS)
    made_on = datetime.now(tz=UTC).date()
    return Order(options.data, options.out, scope, options.address, made_on, formats), region


def _chosen(options: argparse.Namespace, region: Region) -> tuple[str, ...]:
    chosen = tuple(one for one in options.counties.split(",") if one)
    for one in chosen:
        if one not in region.counties:
            msg = f"{one!r} is not a county of {region.region_id}"
            raise InputError(msg)
    return chosen


def _groups(options: argparse.Namespace, region: Region) -> list[tuple[str, ...]]:
    chosen = _chosen(options, region)
    return [(one,) for one in chosen or region.counties] if options.each else [chosen]


def _report(made: Iterator[list[Path]], total: int) -> None:
    from tqdm import tqdm

    for paths in tqdm(made, total=total, file=sys.stderr, unit="file", disable=total == 1):
        for path in paths:
            sys.stdout.write(f"{path}\n")
