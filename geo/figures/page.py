"""A figure's page: title, picture, legend and notes, each in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import InputError
from geo.figures.sheet import (
    QUIET,
    Box,
    Sheet,
    draw_entries,
    entries_height,
    legend_entries,
)
from geo.figures.sizes import Size
from geo.figures.typeface import line_in, wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo.figures.content import Content
    from geo.figures.sheet import Entry

TITLE_RATIO: Final = 1.5
SUBTITLE_RATIO: Final = 1.12
SIDE_SHARES: Final = ((1, 0.34), (2, 0.5))
"""Columns and share of the width of a legend beside the picture: the first that fits."""
LEAST_PICTURE_IN: Final = 1.4
MOST_HEIGHT_IN: Final = 9.5
LOCATOR_LINES: Final = 7


def draw_page(content: Content, size: Size) -> Figure:
    """
    Draw a figure.

    Parameters
    ----------
    content : Content
    size : Size

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the texts leave no room for the picture at this size.
    """
    text = size.text_pt
    line = line_in(text)
    margin = 1.3 * line
    width = size.width_in - 2 * margin
    head = _Head(content, width, text)
    notes = [wrapped(one, width, text) for one in content.notes]
    foot = sum(len(one) for one in notes) * line + 0.3 * line * len(notes)
    fixed = 2 * margin + head.height + foot + 1.4 * line
    legend = _legend(content, width, size, size.height_in - fixed)
    below_picture = 0 if size.has_side_legend else legend.height
    natural = legend.picture_width / content.picture.aspect
    height = size.height_in or min(fixed + below_picture + natural, MOST_HEIGHT_IN)
    if not content.picture.draw_locator and not content.legend:  # a chart does not gain by height
        height = min(height, fixed + below_picture + natural)
    room = height - fixed - below_picture
    if room < LEAST_PICTURE_IN or (size.has_side_legend and legend.height > room):
        msg = f"the texts leave no room for the picture at the size “{size.label}”: shorten them"
        raise InputError(msg)
    sheet = Sheet(size.width_in, height)
    top = head.draw(sheet, margin, height - margin)
    picture = Box(margin, top - room, legend.picture_width, room)
    content.picture.draw(sheet, picture, text)
    below = picture.bottom - 0.5 * line
    if size.has_side_legend:
        legend.draw(sheet, picture.right + line, top)
    else:
        legend.draw(sheet, margin, below)
        below -= legend.height
    below -= 0.2 * line
    for one in notes:
        below = sheet.write(one, margin, below, text, colour=QUIET) - 0.3 * line
    return sheet.figure


def draw_bare(content: Content, width_in: float, height_in: float, text_pt: float) -> Figure:
    """
    Draw a figure's picture and legend alone, for a page that says the rest itself.

    Parameters
    ----------
    content : Content
    width_in, height_in : float
    text_pt : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    size = Size("bare", "bare", width_in, height_in, text_pt, has_side_legend=True)
    margin = 0.3 * line_in(text_pt)
    room = height_in - 2 * margin
    legend = _legend(content, width_in - 2 * margin, size, room)
    sheet = Sheet(width_in, height_in)
    picture = Box(margin, margin, legend.picture_width, room)
    content.picture.draw(sheet, picture, text_pt)
    legend.draw(sheet, picture.right + line_in(text_pt), height_in - margin)
    return sheet.figure


class _Head:
    """Title and subtitle."""

    def __init__(self, content: Content, width: float, text_pt: float) -> None:
        self._sizes = (text_pt * TITLE_RATIO, text_pt * SUBTITLE_RATIO)
        self._title = wrapped(content.title, width, self._sizes[0], bold=True)
        self._subtitle = wrapped(content.subtitle, width, self._sizes[1])
        self.height = (
            len(self._title) * line_in(self._sizes[0])
            + len(self._subtitle) * line_in(self._sizes[1])
            + 0.5 * line_in(text_pt)
        )

    def draw(self, sheet: Sheet, left: float, top: float) -> float:
        """Draw from `top` down; return where the picture may begin."""
        bottom = top - self.height
        top = sheet.write(self._title, left, top, self._sizes[0], bold=True)
        sheet.write(self._subtitle, left, top, self._sizes[1], colour=QUIET)
        return bottom


def _legend(content: Content, width: float, size: Size, room: float) -> _Legend:
    if not size.has_side_legend or not content.legend:
        return _Legend(content, width, size, 2, 1.0)
    for columns, share in SIDE_SHARES:
        legend = _Legend(content, width, size, columns, share)
        if legend.height <= room:
            break
    return legend


class _Legend:
    """The legend and the inset, beside the picture or in columns below it."""

    def __init__(
        self, content: Content, width: float, size: Size, columns: int, share: float
    ) -> None:
        self._content = content
        self._text = size.text_pt
        line = line_in(self._text)
        self.picture_width = width if share == 1 else width * (1 - share) - line
        own = width * share
        self._column = (own - (columns - 1) * 1.5 * line) / columns
        sections = legend_entries(content.legend, self._column, self._text)
        self._columns = _in_columns(sections, columns, self._text)
        self._inset = LOCATOR_LINES * line if content.picture.draw_locator else 0.0
        heights = [entries_height(entries, self._text) for entries in self._columns]
        if self._inset:
            heights[-1] += self._inset
        self.height = max(heights, default=0.0) + (0 if size.has_side_legend else 0.4 * line)

    def draw(self, sheet: Sheet, left: float, top: float) -> None:
        """Draw from `top` down."""
        end = top
        for number, entries in enumerate(self._columns):
            x = left + number * (self._column + 1.5 * line_in(self._text))
            end = draw_entries(sheet, entries, x, top, self._text)
        if self._content.picture.draw_locator:
            line = line_in(self._text)
            box = Box(x, end - self._inset + 0.2 * line, self._column, self._inset - 0.6 * line)
            self._content.picture.draw_locator(sheet, box, self._text)


def _in_columns(sections: list[list[Entry]], count: int, text_pt: float) -> list[list[Entry]]:
    """Return sections in columns: each goes where there is most room, in its order."""
    columns: list[list[Entry]] = [[] for _ in range(count)]
    for section in sections:
        heights = [entries_height(column, text_pt) for column in columns]
        columns[heights.index(min(heights))].extend(section)
    return columns
