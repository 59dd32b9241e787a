"""Figures, packs and fact sheets of many counties at once, on every core."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo.answers import Answers
from geo.errors import InputError
from geo.figures.fact_sheet import fact_sheet, fact_sheets_pdf
from geo.figures.formats import WRITERS
from geo.figures.kinds import figure_content
from geo.figures.pack import pack_parts, to_zip
from geo.figures.sizes import SIZES
from geo.provenance import view_address
from geo.tables.reader import TableReader
from geo.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from geo.figures.fact_sheet import FactSheet
    from geo.scope import Scope

_answers: dict[Path, Answers] = {}


@dataclass(frozen=True)
class Order:
    """
    What a batch makes.

    Parameters
    ----------
    data : pathlib.Path
        Data folder.
    out : pathlib.Path
        Folder of the files.
    scope : Scope
        With the kind, size and program of the figure.
    page : str
        Address of the app's page of figures.
    made_on : datetime.date
    formats : tuple of str
        Keys of `WRITERS`.
    """

    data: Path
    out: Path
    scope: Scope
    page: str
    made_on: date
    formats: tuple[str, ...] = tuple(WRITERS)


def make_figures(order: Order, counties: Sequence[tuple[str, ...]]) -> Iterator[list[Path]]:
    """
    Make a figure per group of counties.

    Parameters
    ----------
    order : Order
    counties : sequence of tuple of str
        GEOIDs; an empty group is the whole region.

    Yields
    ------
    list of pathlib.Path
        The files of one figure, in the order of `counties`.

    Raises
    ------
    InputError
        If a figure has nothing to draw or a file cannot be written.
    """
    yield from _on_every_core(_figure, order, counties)


def make_packs(order: Order, counties: Sequence[tuple[str, ...]]) -> Iterator[list[Path]]:
    """Make a pack per group of counties; as `make_figures`."""
    yield from _on_every_core(_pack, order, counties)


def make_fact_sheets(order: Order, counties: Sequence[str]) -> Iterator[list[Path]]:
    """
    Make a fact sheet per county, and all of them in one file with contents.

    Parameters
    ----------
    order : Order
    counties : sequence of str
        GEOIDs.

    Yields
    ------
    list of pathlib.Path
        The file of each county; at the end the file of all, where there is more than one.
    """
    sheets = []
    for sheet, path in _on_every_core(_sheet, order, [(county,) for county in counties]):
        sheets.append(sheet)
        yield [path]
    if len(sheets) > 1:
        answers = _answers_of(order.data)
        address = view_address(answers, order.scope, order.page)
        content = fact_sheets_pdf(
            answers, order.scope, sheets, made_on=order.made_on, address=address
        )
        path = order.out / "fact-sheets.pdf"
        write_whole(path, content)
        yield [path]


def _on_every_core(
    make: Callable[[Order, tuple[str, ...]], Any],
    order: Order,
    counties: Sequence[tuple[str, ...]],
) -> Iterable[Any]:
    if len(counties) == 1:
        return iter([make(order, counties[0])])
    return _pooled(make, order, counties)


def _pooled(
    make: Callable[[Order, tuple[str, ...]], Any],
    order: Order,
    counties: Sequence[tuple[str, ...]],
) -> Iterator[Any]:
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(counties))) as pool:
        running = [pool.submit(make, order, group) for group in counties]
        try:
            for one in running:
                yield one.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _answers_of(data: Path) -> Answers:
    if data not in _answers:
        _answers[data] = Answers(TableReader(data))
    return _answers[data]


def _stem(answers: Answers, order: Order, counties: tuple[str, ...]) -> str:
    names = [answers.county_names[one].replace(" ", "-") for one in counties]
    return f"{order.scope.figure.kind}-{'-'.join(names) or order.scope.region}"


def _figure(order: Order, counties: tuple[str, ...]) -> list[Path]:
    answers = _answers_of(order.data)
    content, _ = _content(answers, order, counties)
    paths = []
    for kind in order.formats:
        path = order.out / f"{_stem(answers, order, counties)}.{kind}"
        write_whole(path, WRITERS[kind](content, SIZES[order.scope.figure.size]))
        paths.append(path)
    return paths


def _pack(order: Order, counties: tuple[str, ...]) -> list[Path]:
    answers = _answers_of(order.data)
    content, scope = _content(answers, order, counties)
    figure = order.scope.figure
    parts = pack_parts(answers, scope, content, SIZES[figure.size], program=figure.program)
    path = order.out / f"{_stem(answers, order, counties)}.zip"
    write_whole(path, to_zip(parts))
    return [path]


def _sheet(order: Order, counties: tuple[str, ...]) -> tuple[FactSheet, Path]:
    answers = _answers_of(order.data)
    (county,) = counties
    made_on = order.made_on
    sheet = fact_sheet(answers, order.scope, county, made_on=made_on)
    address = view_address(answers, replace(order.scope, counties=counties), order.page)
    path = order.out / f"fact-sheet-{answers.county_names[county].replace(' ', '-')}.pdf"
    content = fact_sheets_pdf(answers, order.scope, [sheet], made_on=made_on, address=address)
    write_whole(path, content)
    return sheet, path


def _content(answers: Answers, order: Order, counties: tuple[str, ...]) -> tuple[Any, Scope]:
    area = counties[0] if len(counties) == 1 else ""
    scope = replace(order.scope, counties=counties, area=area)
    try:
        content = figure_content(
            answers, scope, scope.figure.kind, page=order.page, made_on=order.made_on
        )
    except InputError as error:
        names = ", ".join(answers.county_names[one] for one in counties) or scope.region
        msg = f"{names}: {error}"
        raise InputError(msg) from error
    return content, scope
