"""What stands around a map: its projection, scale bar, north arrow, place in the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.figures.sheet import INK, Box
from geo.figures.typeface import line_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from geo.figures.sheet import Sheet

MILE_M: Final = 1609.344
STATE_TOLERANCE_M: Final = 1500
ROUND_MILES: Final = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True)
class Projection:
    """
    A projection centred on what is drawn, so that north is up and a metre is a metre.

    Parameters
    ----------
    definition : str
        As PROJ reads it.
    words : str
        As a reader of the figure needs it.
    """

    definition: str
    words: str


def local_projection(longitude: float, latitude: float) -> Projection:
    """
    Return a Transverse Mercator projection about a point.

    Parameters
    ----------
    longitude, latitude : float, degrees

    Notes
    -----
    Grid north is true north on the central meridian; two degrees away it is off by 1.4 degrees.

    Examples
    --------
    >>> local_projection(-83.27, 42.71).words
    'Transverse Mercator centred on 83.3° W, NAD83; north at the centre'
    """
    longitude, latitude = round(longitude, 1), round(latitude, 1)
    side = "W" if longitude < 0 else "E"
    return Projection(
        f"+proj=tmerc +lon_0={longitude} +lat_0={latitude} +k=1 +datum=NAD83 +units=m",
        f"Transverse Mercator centred on {abs(longitude)}° {side}, NAD83; north at the centre",
    )


def draw_scale_strip(sheet: Sheet, box: Box, metres: float, size_pt: float) -> None:
    """Draw scale bar, projection and north arrow into a strip below the map."""
    room_miles = 0.3 * box.width * metres / MILE_M
    miles = max([one for one in ROUND_MILES if one <= room_miles], default=ROUND_MILES[0])
    length = miles * MILE_M / metres
    line = line_in(size_pt)
    middle = box.bottom + box.height / 2
    for left, shade in ((box.left, INK), (box.left + length / 2, "white")):
        sheet.plane.fill_between(
            [left, left + length / 2],
            middle - 0.16 * line,
            middle + 0.16 * line,
            facecolor=shade,
            edgecolor=INK,
            linewidth=0.5,
        )
    words = f"{miles} mi ({miles * MILE_M / 1000:.0f} km)"
    top = middle + 0.5 * line
    sheet.write([words], box.left + length + 0.3 * line, top, size_pt)
    arrow = box.right - 0.5 * line
    sheet.plane.annotate(
        "",
        xy=(arrow, middle + 0.95 * line),
        xytext=(arrow, middle - 0.85 * line),
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 0.8, "mutation_scale": size_pt},
    )
    sheet.write(["N"], arrow - 1.1 * line, top, size_pt, bold=True)


def draw_locator(sheet: Sheet, box: Box, counties: gpd.GeoDataFrame, chosen: Sequence[str]) -> None:
    """
    Draw where in the state the chosen counties lie.

    Parameters
    ----------
    sheet : Sheet
    box : Box
    counties : geopandas.GeoDataFrame
        Of the state, by GEOID, in metres.
    chosen : sequence of str
        GEOIDs.
    """
    axes = sheet.axes(box, zorder=2)
    small = counties.geometry.simplify(STATE_TOLERANCE_M)
    small.plot(ax=axes, facecolor="#e3e3e3", edgecolor="#c4c4c4", linewidth=0.2, aspect="equal")
    small.loc[list(chosen)].plot(
        ax=axes, facecolor="#333333", edgecolor="#333333", linewidth=0.4, aspect="equal"
    )
    axes.set_axis_off()
    axes.set_anchor("NW")
