"""The typeface of figures: its measures, its lines, and the letters it has."""

from __future__ import annotations

import base64
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import InputError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY: Final = "DejaVu Sans"
POINTS_PER_INCH: Final = 72
MOST_NAMED: Final = 20
LINE_SPACING: Final = 1.28
_FILES: Final = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}


def font_folder() -> Path:
    """Return the folder of the typeface's files, which Matplotlib's package carries."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


def width_in(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Return the width of a line of text in inches."""
    per_em, advance = _advances(bold)
    return sum(advance.get(ord(one), per_em) for one in text) / per_em * size_pt / POINTS_PER_INCH


def line_in(size_pt: float) -> float:
    """Return the distance of two lines in inches."""
    return size_pt * LINE_SPACING / POINTS_PER_INCH


def wrapped(text: str, most_in: float, size_pt: float, *, bold: bool = False) -> list[str]:
    """
    Return text as lines of a greatest width.

    Parameters
    ----------
    text : str
        Broken at spaces; a word longer than a line, such as an address, is broken anywhere.
    most_in : float, inches
    size_pt : float, points
    bold : bool

    Returns
    -------
    list of str
        Empty for no text.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if width_in(longer, size_pt, bold=bold) <= most_in:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_in(line, size_pt, bold=bold) > most_in and len(line) > 1:
            fits = next(
                count
                for count in range(len(line) - 1, 0, -1)
                if count == 1 or width_in(line[:count], size_pt, bold=bold) <= most_in
            )
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def require_drawable(text: str, what: str) -> None:
    """
    Refuse text with letters that the typeface lacks.

    Parameters
    ----------
    text : str
    what : str
        Names the text in the message.

    Raises
    ------
    InputError
        Names the first letters that cannot be drawn.
    """
    _, advance = _advances(bold=False)
    lacking = [one for one in dict.fromkeys(text) if ord(one) not in advance and one != "\n"]
    if lacking:
        named = ", ".join(f"“{one}”" for one in lacking[:MOST_NAMED])
        msg = (
            f"the {what} has letters that the figure's typeface cannot draw: {named}; write it in "
            "Latin, Greek or Cyrillic letters"
        )
        raise InputError(msg)


def embedded(text: str) -> str:
    """
    Return CSS that carries the typeface with the letters of a text, for a file that stands alone.

    Parameters
    ----------
    text : str
        Every letter that is used.

    Returns
    -------
    str
        Two `@font-face` rules, regular and bold, each a subset as a data URL.
    """
    return "".join(_face(frozenset(text), bold) for bold in _FILES)


@lru_cache(maxsize=64)
def _face(letters: frozenset[str], bold: bool) -> str:  # noqa: FBT001
    from fontTools.subset import Options, Subsetter

    options = Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables = [*options.drop_tables, "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(one) for one in letters])
    target = BytesIO()
    with _open(bold, lazy=False) as font:
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(target)
    data = base64.b64encode(target.getvalue()).decode()
    weight = "bold" if bold else "normal"
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
    )


def _open(bold: bool, *, lazy: bool) -> TTFont:  # noqa: FBT001
    from fontTools.ttLib import TTFont

    return TTFont(font_folder() / _FILES[bold], lazy=lazy, recalcTimestamp=False)


@lru_cache(maxsize=2)
def _advances(bold: bool) -> tuple[int, dict[int, int]]:  # noqa: FBT001
    font: Any
    with _open(bold, lazy=True) as font:
        widths = font["hmtx"].metrics
        advance = {code: widths[glyph][0] for code, glyph in font.getBestCmap().items()}
        return font["head"].unitsPerEm, advance
