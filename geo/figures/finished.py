"""Finished figures, remembered for a while: a preview and the files after it are one drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.figures.formats import to_png
from geo.figures.kinds import figure_content
from geo.figures.sizes import SIZES
from geo.remember import remembered

if TYPE_CHECKING:
    from datetime import date

    from geo.answers import Answers
    from geo.figures.content import Content, Edits
    from geo.scope import Scope

KEPT: Final = 16


@dataclass(frozen=True)
class Finished:
    """
    A figure as it comes out.

    Parameters
    ----------
    content : Content
    png : bytes
    """

    content: Content
    png: bytes


def _finished(answers: Answers, scope: Scope, page: str, made_on: date, edits: Edits) -> Finished:
    content = figure_content(
        answers, scope, scope.figure.kind, page=page, made_on=made_on, edits=edits
    )
    return Finished(content, to_png(content, SIZES[scope.figure.size]))


finished_figure = remembered(_finished, most=KEPT)
"""Return the figure that a scope asks for: of answers, scope, page, made_on, edits."""
