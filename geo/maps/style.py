"""Colours, patterns, symbols and words: one place for map, legend and figure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from geo.gaps import RESIDENTS_UNKNOWN, TREATMENT_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

STRIPE_COLOUR: Final = "#08306b"
HATCH_COLOUR: Final = "#5a5a5a"
HIGH_NEED_COLOUR: Final = "#c1121f"


@dataclass(frozen=True)
class Look:
    """
    How an area is filled, and what that means.

    Parameters
    ----------
    code : str
        What it stands for.
    label : str
        For the legend and the tooltip.
    colour : str
        Hex, or empty for no fill.
    pattern : str
        stripes, dots, cross, hatch, level or empty.
    pattern_colour : str
        Hex.
    """

    code: str
    label: str
    colour: str
    pattern: str = ""
    pattern_colour: str = "#333333"

    @property
    def as_list(self) -> list[str]:
        """Colour, and where there is one pattern and its colour: as the browser gets it."""
        return [self.colour, self.pattern, self.pattern_colour] if self.pattern else [self.colour]


NEED_COLOURS: Final = ("#ffffcc", "#fed976", "#feab49", "#fc6d33", "#d7191c", "#8b0021")
"""Six classes, light to dark, told apart without colour vision and in grey."""

HOTSPOT_LOOKS: Final = (
    Look("very_high", "Very high: above 1.25 times the state's rate", "#a50f15"),
    Look("high", "High: above the state's rate", "#ef8a62"),
    Look("not_distinguishable", "Not distinguishable from the state's rate", "#f7f3ea"),
    Look("low", "Low: below the state's rate", "#a6cee3"),
)

SIGNIFICANCE_COLOURS: Final = {
    "hot": "#a50f15",
    "hot_light": "#ef8a62",
    "partly_hot": "#fddbc7",
    "not_distinguishable": "#f7f3ea",
    "cold_light": "#d1e5f0",
    "cold": "#6baed6",
    "undefined": "#d0d0d0",
}
"""By class of G*: of the groups of tracts, and of a person's own data."""

NO_RATE_LOOK: Final = Look(
    "suppressed", "No rate: a year is suppressed", "#ffffff", "hatch", HATCH_COLOUR
)
PLAIN_LOOK: Final = Look("plain", "", "")
"""Neither colour nor pattern."""
NO_DATA_LOOK: Final = Look("missing", "Not in this source for every year", "#d0d0d0")

POLICE_LOOKS: Final = (
    Look("documented", "Documented to carry naloxone", "#9ecae1", "stripes", STRIPE_COLOUR),
    Look("announced", "Announced only", "#deebf7", "dots", STRIPE_COLOUR),
    Look("does_not_carry", "Documented not to carry on its date", "#fdbf6f", "cross", "#7f3b08"),
    Look("not_documented", "Unknown: nothing documented", "#f0f0f0"),
)
POLICE_WORDS: Final = {
    "documented": "documented to carry naloxone",
    "announced": "naloxone announced, carrying not confirmed",
    "does_not_carry": "documented not to carry naloxone on its date",
    "not_documented": "naloxone not documented (unknown)",
}

GAP_LOOKS: Final = (
    Look("double_gap", "Both: naloxone not documented, treatment too far", "#54278f"),
    Look("naloxone_gap", "Naloxone not documented", "#bcbddc", "dots", "#3f007d"),
    Look("treatment_gap", "Treatment too far", "#f6a34a", "level", "#7f3b08"),
    Look("covered", "Covered: documented, and treatment within reach", "#e5f5e0"),
    Look("nobody_lives_here", "Nobody lives here", "#ffffff"),
    Look(TREATMENT_UNKNOWN, "Not known: no list of treatment facilities", NO_DATA_LOOK.colour),
    Look(RESIDENTS_UNKNOWN, "Not known: residents not known", NO_DATA_LOOK.colour),
)
GAP_WORDS: Final = {
    "double_gap": "Gap: naloxone not documented and treatment too far",
    "naloxone_gap": "Gap: police naloxone not documented",
    "treatment_gap": "Gap: treatment too far",
    "covered": "No gap at this threshold",
    "nobody_lives_here": "Nobody lives here",
    TREATMENT_UNKNOWN: "Gap not known: no list of treatment facilities",
    RESIDENTS_UNKNOWN: "Gap not known: residents not known",
}


NOT_LISTED_LOOK: Final = Look("not_listed", "Not listed", "#d9d9d9")


@dataclass(frozen=True)
class Symbol:
    """
    How a site is drawn.

    Parameters
    ----------
    code, label : str
    shape : str
        circle, square or triangle.
    radius : float, pixels
    fill, edge : str
        Hex.
    """

    code: str
    label: str
    shape: str
    radius: float
    fill: str
    edge: str

    @property
    def as_options(self) -> dict[str, object]:
        """The options of the browser's marker."""
        return {
            "shape": self.shape,
            "radius": self.radius,
            "fill": True,
            "fillColor": self.fill,
            "fillOpacity": 1,
            "color": self.edge,
            "weight": 1.4,
            "opacity": 1,
        }


SYMBOLS: Final = (
    Symbol("walk_in", "Walk-in station", "triangle", 7, "#ffffff", "#005f73"),
    Symbol("otp", "Opioid treatment program (OTP, methadone)", "square", 5.5, "#111111", "#ffffff"),
    Symbol("treatment", "Other treatment facility", "circle", 4, "#ffffff", "#111111"),
    Symbol("older", "Listed in 2017 only, not counted", "circle", 4, "#bbbbbb", "#777777"),
)


def need_looks(limits: Sequence[float]) -> tuple[Look, ...]:
    """
    Return the looks of the classes of a rate, lowest first.

    Parameters
    ----------
    limits : sequence of float
        Upper limits of all classes but the highest.

    Returns
    -------
    tuple of Look
        One more than there are limits; none where there are none, since no rate is known then.
    """
    if not limits:
        return ()
    edges = [f"{limit:g}" for limit in limits]
    labels = [f"up to {edges[0]}"]
    labels += [f"above {low} to {high}" for low, high in pairwise(edges)]
    labels.append(f"above {edges[-1]}")
    return tuple(
        Look(f"class_{number}", label, colour)
        for number, (label, colour) in enumerate(zip(labels, NEED_COLOURS, strict=True), start=1)
    )


def with_hatch(look: Look, why: str) -> Look:
    """Return a look with the hatching of unreliable and suppressed values."""
    return Look(f"{look.code}_{why}", look.label, look.colour, "hatch", HATCH_COLOUR)


def pattern_only(look: Look) -> Look:
    """Return a look that lets the colour below it show."""
    return Look(look.code, look.label, "", look.pattern, look.pattern_colour)
