"""A sheet measured in inches: lines of text, legend entries, boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.figures.typeface import FAMILY, line_in, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo.maps.legend import Ring, Section
    from geo.maps.style import Look, Symbol

INK: Final = "#1a1a1a"
QUIET: Final = "#4d4d4d"
HATCHES: Final = {
    "stripes": "/////",
    "dots": "....",
    "cross": "xxxxx",
    "hatch": "\\\\\\\\\\",
    "level": "-----",
}
MARKERS: Final = {"circle": "o", "square": "s", "triangle": "^"}
HATCH_WIDTH_PT: Final = 0.55
SYMBOL_SCALE: Final = 0.085
"""Per point of the text: the symbols of the screen in proportion."""


@dataclass(frozen=True)
class Box:
    """
    A rectangle on the sheet.

    Parameters
    ----------
    left, bottom, width, height : float, inches
    """

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge in inches."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Upper edge in inches."""
        return self.bottom + self.height


@dataclass(frozen=True)
class Entry:
    """
    One row of a legend: a key and its lines, or a heading.

    Parameters
    ----------
    key : Look, Symbol, Ring or None
        None for text without a key.
    lines : tuple of str
    is_bold : bool
    """

    key: Look | Symbol | Ring | None
    lines: tuple[str, ...]
    is_bold: bool = False


class Sheet:
    """
    A figure and an invisible plane over it whose unit is the inch.

    Parameters
    ----------
    width_in, height_in : float

    Notes
    -----
    Made without pyplot, so that threads of a server do not share a current figure.
    """

    def __init__(self, width_in: float, height_in: float) -> None:
        import matplotlib as mpl
        from matplotlib.figure import Figure

        # A constant of this program: without hinting a line is as wide in PNG as in SVG and PDF.
        mpl.rcParams["text.hinting"] = "no_hinting"
        self.width, self.height = width_in, height_in
        self.figure: Figure = Figure(figsize=(width_in, height_in), facecolor="white")
        self.plane: Axes = self.figure.add_axes((0, 0, 1, 1), zorder=5)
        self.plane.set_xlim(0, width_in)
        self.plane.set_ylim(0, height_in)
        self.plane.set_axis_off()
        self.plane.patch.set_alpha(0)

    def axes(self, box: Box, **options: Any) -> Axes:
        """Return new axes that fill a box."""
        place = (
            box.left / self.width,
            box.bottom / self.height,
            box.width / self.width,
            box.height / self.height,
        )
        return self.figure.add_axes(place, **options)

    def write(
        self,
        lines: Sequence[str],
        left: float,
        top: float,
        size_pt: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
    ) -> float:
        """Write lines below `top`; return where the next line would begin."""
        for line in lines:
            self.plane.text(
                left,
                top,
                line,
                fontsize=size_pt,
                fontfamily=FAMILY,
                fontweight="bold" if bold else "normal",
                color=colour,
                ha=align,
                va="top",
                parse_math=False,
            )
            top -= line_in(size_pt)
        return top


def legend_entries(sections: Sequence[Section], width: float, size_pt: float) -> list[list[Entry]]:
    """Return the entries of each section of a legend, wrapped to a width in inches."""
    room = width - key_width(size_pt)
    found = []
    for section in sections:
        entries = []
        if section.title:
            heading = tuple(wrapped(section.title, width, size_pt, bold=True))
            entries.append(Entry(None, heading, is_bold=True))
        keys: list[Look | Symbol | Ring] = [*section.looks, *section.symbols, *section.rings]
        entries += [Entry(key, tuple(wrapped(key.label, room, size_pt))) for key in keys]
        if section.note:
            entries.append(Entry(None, tuple(wrapped(section.note, width, size_pt))))
        found.append(entries)
    return found


def key_width(size_pt: float) -> float:
    """Return the room a legend's key takes, in inches."""
    return 2.6 * line_in(size_pt)


def entries_height(entries: Sequence[Entry], size_pt: float) -> float:
    """Return the height of legend entries in inches."""
    return sum(len(entry.lines) * line_in(size_pt) + _gap(size_pt) for entry in entries)


def draw_entries(
    sheet: Sheet, entries: Sequence[Entry], left: float, top: float, size_pt: float
) -> float:
    """Draw legend entries from `top` down; return where they end."""
    for entry in entries:
        line = line_in(size_pt)
        if entry.key is None:
            sheet.write(entry.lines, left, top, size_pt, bold=entry.is_bold)
        else:
            _draw_key(sheet.plane, entry.key, left, top - 0.45 * line, size_pt)
            sheet.write(entry.lines, left + key_width(size_pt), top, size_pt)
        top -= len(entry.lines) * line + _gap(size_pt)
    return top


def _gap(size_pt: float) -> float:
    return 0.22 * line_in(size_pt)


def _draw_key(
    plane: Axes, key: Look | Symbol | Ring, left: float, middle: float, size_pt: float
) -> None:
    from matplotlib.patches import Rectangle

    from geo.maps.legend import Ring
    from geo.maps.style import Symbol

    line = line_in(size_pt)
    width, height = 2.0 * line, 0.92 * line
    if isinstance(key, Symbol):
        draw_symbols(plane, [left + width / 2], [middle], key, SYMBOL_SCALE * size_pt)
        return
    if isinstance(key, Ring):
        plane.plot(
            [left, left + width],
            [middle, middle],
            color=key.colour or INK,
            linewidth=key.width_px * 0.55,
            linestyle="--" if key.is_dashed else "-",
        )
        return
    corner = (left, middle - height / 2)
    plane.add_patch(
        Rectangle(
            corner, width, height, facecolor=key.colour or "none", edgecolor=INK, linewidth=0.4
        )
    )
    if key.pattern:
        patch = Rectangle(
            corner,
            width,
            height,
            facecolor="none",
            edgecolor=key.pattern_colour,
            linewidth=0,
            hatch=HATCHES[key.pattern],
        )
        patch.set_hatch_linewidth(HATCH_WIDTH_PT)
        plane.add_patch(patch)


def draw_symbols(axes: Axes, x: Any, y: Any, symbol: Symbol, scale: float, **options: Any) -> None:
    """Draw sites: the symbols of the screen, `scale` times as large."""
    axes.scatter(
        x,
        y,
        s=(symbol.radius * 1.5 * scale) ** 2,
        marker=MARKERS[symbol.shape],
        facecolor=symbol.fill,
        edgecolor=symbol.edge,
        linewidth=0.7 * scale,
        **options,
    )
