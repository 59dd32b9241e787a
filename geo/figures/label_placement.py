"""Where names go on a map so that none covers another name or a symbol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Label:
    """
    A name that asks for a place.

    Parameters
    ----------
    text : str
    spots : tuple of (float, float)
        Where its middle may be, best first.
    width, height : float
        In the unit of the spots.
    is_bold : bool
    """

    text: str
    spots: tuple[tuple[float, float], ...]
    width: float
    height: float
    is_bold: bool = False


@dataclass(frozen=True)
class Placed:
    """
    A name and where its middle is.

    Parameters
    ----------
    label : Label
    x, y : float
    """

    label: Label
    x: float
    y: float


def place_labels(
    labels: Sequence[Label], obstacles: np.ndarray, frame: tuple[float, float, float, float]
) -> list[Placed]:
    """
    Place names one after another; leave out what finds no room.

    Parameters
    ----------
    labels : sequence of Label
        Most important first.
    obstacles : numpy.ndarray, shape (n, 4)
        Boxes no name may touch: left, bottom, right, top.
    frame : four float
        Box every name stays inside.

    Returns
    -------
    list of Placed
        In the order of `labels`, without those left out. No two boxes overlap, none meets an
        obstacle.

    Notes
    -----
    Greedy: each name takes the first of its spots that is free. Placing the most names is NP-hard
    (Formann and Wagner 1991); a map of counties does not need it.
    """
    taken = np.asarray(obstacles, float).reshape(-1, 4)
    placed = []
    for label in labels:
        for x, y in label.spots:
            box = np.array(
                [
                    x - label.width / 2,
                    y - label.height / 2,
                    x + label.width / 2,
                    y + label.height / 2,
                ]
            )
            if _inside(box, frame) and not _meets(box, taken):
                placed.append(Placed(label, x, y))
                taken = np.vstack([taken, box])
                break
    return placed


def _inside(box: np.ndarray, frame: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = frame
    return bool(box[0] >= left and box[1] >= bottom and box[2] <= right and box[3] <= top)


def _meets(box: np.ndarray, taken: np.ndarray) -> bool:
    apart = (
        (taken[:, 0] >= box[2])
        | (taken[:, 2] <= box[0])
        | (taken[:, 1] >= box[3])
        | (taken[:, 3] <= box[1])
    )
    return not bool(apart.all())
