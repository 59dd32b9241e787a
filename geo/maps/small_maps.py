"""Small maps side by side: one drawing per county, with the looks of the big map."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING, Final

import shapely

from geo.analysis import boundaries
from geo.maps.state import area_looks, county_looks
from geo.maps.style import Look
from geo.maps.units import unit_looks

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from geo.answers import Answers
    from geo.scope import Scope

DRAWING_CRS: Final = "EPSG:4326"
"""Drawn north up, a degree of longitude shortened by the cosine of the county's latitude."""
SIZE: Final = 200
"""Of a drawing, in its own units."""
TOLERANCE_DEGREES: Final = 0.0015
STROKES: Final = {
    "stripes": "M0 10L10 0M-1 1L1 -1M9 11L11 9",
    "hatch": "M0 0L10 10M-1 9L1 11M9 -1L11 1",
    "cross": "M0 10L10 0M0 0L10 10",
    "level": "M0 5H10",
}


@dataclass(frozen=True)
class SmallMap:
    """
    A county's drawing.

    Parameters
    ----------
    county : str
        GEOID.
    title : str
    address : str
        Data URL of the drawing, an SVG.
    look : Look
        Of the county's need.
    area_looks : dict of str to Look
        Of its municipalities, by area_id; empty where they are not compiled.
    """

    county: str
    title: str
    address: str
    look: Look
    area_looks: dict[str, Look]


def small_maps(answers: Answers, scope: Scope, counties: tuple[str, ...]) -> list[SmallMap]:
    """
    Return one drawing per county, coloured as the big map colours the same scope.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    counties : tuple of str
        County GEOIDs.

    Returns
    -------
    list of SmallMap
        In the order of `counties`, each fitted to its own county.
    """
    measure = answers.measures[scope.measure]
    need = answers.need(scope.measure, scope.start, scope.end)
    looks = county_looks(need, measure, answers.breaks(scope.measure), counties)
    table = answers.municipalities(scope.as_of, scope.minutes, scope.facilities)
    names = answers.county_names
    maps = []
    for county in counties:
        areas = table[table["county_geoid"] == county]
        own = area_looks(areas, scope.layers) if len(areas) else {}
        look = looks[county] if scope.layers.colour_by == "need" else Look("plain", "", "")
        styles = {str(area): found for area, found in dict(own).items()}
        title = f"{names[county]} County"
        shows_units = measure.kind == "units" and scope.layers.colour_by == "need"
        units = dict(unit_looks(answers, [county])) if shows_units else {}
        drawing = base64.b64encode(_draw(answers, county, look, units, styles).encode()).decode()
        address = f"data:image/svg+xml;base64,{drawing}"
        maps.append(SmallMap(county, title, address, look, styles))
    return maps


def _draw(
    answers: Answers, county: str, look: Look, units: dict[str, Look], areas: dict[str, Look]
) -> str:
    outline = boundaries(answers.reader, "county", [county]).to_crs(DRAWING_CRS).geometry.iloc[0]
    west, south, east, north = outline.bounds
    narrow = cos(radians((south + north) / 2))
    scale = SIZE / max((east - west) * narrow, north - south)

    def path(shape: shapely.Geometry) -> str:
        return "".join(
            _ring((points - [west, north]) * [scale * narrow, -scale]) for points in _rings(shape)
        )

    parts = [_filled(path(outline.simplify(TOLERANCE_DEGREES)), look, county)]
    for table, styles in (("tract_group", units), ("municipality", areas)):
        if styles:
            rows = boundaries(answers.reader, table, list(styles)).to_crs(DRAWING_CRS)
            shapes = shapely.coverage_simplify(rows.geometry.to_numpy(), TOLERANCE_DEGREES)
            parts += [
                _filled(path(shape), own, county)
                for shape, own in zip(shapes, styles.values(), strict=True)
            ]
    used = {one for one in [look, *areas.values()] if one.pattern}
    patterns = "".join(_pattern(one, county) for one in sorted(used, key=lambda one: one.code))
    width, height = (east - west) * narrow * scale, (north - south) * scale
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="-2 -2 {width + 4:.0f} {height + 4:.0f}"><defs>{patterns}</defs>'
        f'{"".join(parts)}<path d="{path(outline.simplify(TOLERANCE_DEGREES))}" fill="none" '
        f'stroke="#666666" stroke-width="1.4"/></svg>'
    )


def _filled(path: str, look: Look, county: str) -> str:
    fill = look.colour or "none"
    thin = 'stroke="#777777" stroke-width=".35"'
    drawn = f'<path d="{path}" fill="{fill}" fill-rule="evenodd" {thin}/>'
    if look.pattern:
        name = _name(look, county)
        drawn += f'<path d="{path}" fill="url(#{name})" fill-rule="evenodd" stroke="none"/>'
    return drawn


def _name(look: Look, county: str) -> str:
    return f"{look.code}-{look.pattern}-{county}"


def _pattern(look: Look, county: str) -> str:
    ink = look.pattern_colour
    drawn = (
        f'<circle cx="5" cy="5" r="1.5" fill="{ink}"/>'
        if look.pattern == "dots"
        else f'<path d="{STROKES[look.pattern]}" stroke="{ink}" stroke-width="1.3"/>'
    )
    return (
        f'<pattern id="{_name(look, county)}" width="10" height="10" '
        f'patternUnits="userSpaceOnUse" patternTransform="scale(.7)">{drawn}</pattern>'
    )


def _rings(shape: shapely.Geometry) -> Iterable[np.ndarray]:
    for part in shapely.get_parts(shape):
        yield from (shapely.get_coordinates(ring) for ring in [part.exterior, *part.interiors])


def _ring(points: np.ndarray) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z"
