"""The legend of a view: the same looks and symbols as the map, with what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.gaps import NO_CLASS
from geo.maps import style
from geo.maps.style import Look, Symbol
from geo.maps.units import UNIT_LOOKS
from geo.wording import period_text

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from geo.maps.state import Layers
    from geo.measures import Measure


@dataclass(frozen=True)
class Ring:
    """
    A line around areas.

    Parameters
    ----------
    label : str
    colour : str
        Hex, or empty for that of the text.
    width_px : float
    is_dashed : bool
    """

    label: str
    colour: str
    width_px: float
    is_dashed: bool = False

    @property
    def line(self) -> str:
        """The line as a CSS border."""
        kind = "dashed" if self.is_dashed else "solid"
        return f"{self.width_px:g}px {kind} {self.colour or 'currentColor'}"


@dataclass(frozen=True)
class Section:
    """
    A titled part of the legend.

    Parameters
    ----------
    title : str
    looks : tuple of Look
    symbols : tuple of Symbol
    rings : tuple of Ring
    note : str
        Empty for none.
    """

    title: str
    looks: tuple[Look, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    rings: tuple[Ring, ...] = ()
    note: str = ""


def legend(
    layers: Layers,
    measure: Measure,
    limits: pd.Series,
    *,
    start: int,
    end: int,
    gap_words: str,
    high_need_of: str,
    has_clusters: bool,
    site_kinds: Collection[str],
    has_missing: bool = False,
    not_known: Collection[str] = (),
) -> list[Section]:
    """
    Return the legend of what is on the map, nothing else.

    Parameters
    ----------
    layers : Layers
    measure : Measure
    limits : pandas.Series
        Upper limits of the colour classes but the highest.
    start, end : int
        Years of the need.
    gap_words : str
        What counts as too far, for the title of the gaps.
    high_need_of : str
        Whose need that is, by what, and when.
    has_clusters : bool
        Whether a cluster is drawn.
    site_kinds : collection of str
        Codes of `geo.maps.style.SYMBOLS` that the tables have a site of.
    has_missing : bool
        Whether a county's need is not in the source.
    not_known : collection of str
        Those of `geo.gaps.NOT_KNOWN` that municipalities have in place of a gap class.

    Returns
    -------
    list of Section
    """
    high_need_ring = Ring(f"High need, {high_need_of}", style.HIGH_NEED_COLOUR, 4)
    sections = []
    if layers.colour_by == "need":
        sections.append(_need(measure, limits, start, end, has_missing=has_missing))
    if layers.colour_by == "police":
        sections.append(Section("Police naloxone, by jurisdiction", style.POLICE_LOOKS))
    elif "stripes" in layers.overlays and layers.colour_by != "gaps":
        striped = tuple(style.pattern_only(look) for look in style.POLICE_LOOKS if look.pattern)
        note = "No pattern: nothing documented, or not compiled: unknown, not a no."
        sections.append(Section("Police naloxone, by jurisdiction", striped, note=note))
    if layers.colour_by == "gaps":
        hidden = set(NO_CLASS) - set(not_known)
        looks = tuple(look for look in style.GAP_LOOKS if look.code not in hidden)
        sections.append(Section(f"Gaps: {gap_words}", looks, rings=(high_need_ring,)))
    shown = set(layers.overlays)
    if shown & {"otp", "treatment"}:
        shown.add("older")
    symbols = tuple(one for one in style.SYMBOLS if one.code in shown & set(site_kinds))
    if symbols:
        sections.append(Section("Places of help", symbols=symbols))
    if has_clusters:
        ring = Ring("Counties with more deaths than chance allows", "", 3, is_dashed=True)
        sections.append(Section("Clusters", rings=(ring,)))
    return sections


def _need(
    measure: Measure, limits: pd.Series, start: int, end: int, *, has_missing: bool
) -> Section:
    period = period_text(start, end)
    if measure.kind == "units":
        note = "No colour: the source has no group of tracts there."
        return Section(f"{measure.label}: deaths of residents", UNIT_LOOKS, note=note)
    if measure.kind == "hotspot":
        looks: tuple[Look, ...] = style.HOTSPOT_LOOKS
        title = f"Overdose deaths of residents, {period}, by county"
    else:
        looks = style.need_looks(limits.to_list())
        title = f"{measure.label}, {period}, by county; {measure.unit}"
    hatched = Look(
        "hatched",
        "Hatched: unreliable (under 20) or years suppressed",
        "",
        "hatch",
        style.HATCH_COLOUR,
    )
    extra = (hatched,) if measure.is_modelled else (hatched, style.NO_RATE_LOOK)
    if has_missing:
        extra = (*extra, style.NO_DATA_LOOK)
    return Section(title, (*looks, *extra))
