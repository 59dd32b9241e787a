"""The sizes a figure comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Size:
    """
    A sheet and its type.

    Parameters
    ----------
    code, label : str
    width_in : float
    height_in : float
        0 where the sheet is as high as its content.
    text_pt : float
        Of notes; titles are larger by a fixed ratio.
    has_side_legend : bool
        Whether the legend stands beside the picture, not below it.
    """

    code: str
    label: str
    width_in: float
    height_in: float
    text_pt: float
    has_side_legend: bool


SIZES: Final[dict[str, Size]] = {
    size.code: size
    for size in (
        Size("half", "Half page, 6.5 × 5.4 in", 6.5, 5.4, 5.8, has_side_legend=True),
        Size("full", "Full page, 6.5 × 8.5 in", 6.5, 8.5, 6.8, has_side_legend=False),
        Size("journal", "Journal column, 3.5 in wide", 3.5, 0.0, 5.8, has_side_legend=False),
        Size("slide", "Slide, 16:9", 13.333, 7.5, 9.6, has_side_legend=True),
    )
}
DEFAULT_SIZE: Final = "half"
DPI: Final = 300
