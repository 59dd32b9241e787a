"""Everything a figure says, before a line of it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from geo.errors import InputError
from geo.figures.typeface import require_drawable
from geo.provenance import APP
from geo.wording import day_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from geo.downloads import Export
    from geo.figures.sheet import Box, Sheet
    from geo.maps.legend import Section
    from geo.provenance import Provenance

MOST_LETTERS: Final = {"title": 160, "subtitle": 240, "note": 400, "author": 120}


@dataclass(frozen=True)
class Edits:
    """
    What a person writes in place of, or beside, the program's own words.

    Parameters
    ----------
    title, subtitle : str
        Replace the program's; empty keeps it.
    note, author : str
        Added; empty for none.
    """

    title: str = ""
    subtitle: str = ""
    note: str = ""
    author: str = ""


NO_EDITS: Final = Edits()


@dataclass(frozen=True)
class Picture:
    """
    What is drawn in the middle of a figure.

    Parameters
    ----------
    aspect : float
        Width over height it would best have.
    draw : callable
        Of sheet, box and text size in points.
    draw_locator : callable, optional
        The same, for the inset; None for a chart.
    projection : str
        Empty for a chart.
    """

    aspect: float
    draw: Callable[[Sheet, Box, float], None]
    draw_locator: Callable[[Sheet, Box, float], None] | None = None
    projection: str = ""


@dataclass(frozen=True)
class Content:
    """
    A figure before it is drawn.

    Parameters
    ----------
    kind : str
        A key of `geo.scope.FIGURE_KINDS`.
    title, subtitle : str
        Place, measure and time; what is counted how.
    picture : Picture
    legend : tuple of Section
    method : str
        How the classes are cut.
    counted : str
        n.
    caution : str
        Suppression, reliability, what is estimated.
    note, author : str
        A person's; empty for none.
    origin : Provenance
        Sources, address, hash, version.
    source_ids : tuple of str
        Records of `data/sources`.
    made_on : datetime.date
        Day the figure was made: the access date of the citation.
    alt : str
        What the picture shows, in a few sentences.
    description : str
        The same at length: highest, lowest, what is missing.
    numbers : Export
        The table behind it.
    level : str
        county or municipality: what a row of the table outlines; empty where it has none.
    """

    kind: str
    title: str
    subtitle: str
    picture: Picture
    legend: tuple[Section, ...]
    method: str
    counted: str
    caution: str
    note: str
    author: str
    origin: Provenance
    source_ids: tuple[str, ...]
    made_on: date
    alt: str
    description: str
    numbers: Export
    level: str

    @property
    def citation(self) -> str:
        """How to cite the figure."""
        origin = self.origin
        return (
            f"{APP}, version {origin.version}, data {origin.data_hash}, accessed "
            f"{day_text(self.made_on)}: {origin.address}"
        )

    @property
    def notes(self) -> list[str]:
        """The paragraphs below the picture, in their order."""
        projection = [f"Projection: {self.picture.projection}."] if self.picture.projection else []
        return [
            *([self.note] if self.note else []),
            f"{self.counted} {self.method} {self.caution}",
            " ".join([f"Source: {'; '.join(self.origin.sources)}.", *projection]),
            *([f"Author: {self.author}."] if self.author else []),
            f"Cite as: {self.citation}",
        ]


def checked(edits: Edits) -> Edits:
    """
    Return edits without white space around, if a figure can carry them.

    Raises
    ------
    InputError
        If a text is too long or has letters that cannot be drawn; names it and the limit.
    """
    texts = {field.name: " ".join(getattr(edits, field.name).split()) for field in fields(edits)}
    for name, text in texts.items():
        if len(text) > MOST_LETTERS[name]:
            msg = (
                f"the {name} has {len(text)} letters, and a figure has room for "
                f"{MOST_LETTERS[name]}: shorten it"
            )
            raise InputError(msg)
        require_drawable(text, name)
    return Edits(**texts)
