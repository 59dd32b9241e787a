"""The map of a figure: areas, lines, sites, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.analysis import boundaries
from geo.figures.label_placement import Label, Placed, place_labels
from geo.figures.map_furniture import local_projection
from geo.figures.sheet import HATCH_WIDTH_PT, HATCHES, INK, SYMBOL_SCALE, Box, draw_symbols
from geo.figures.typeface import FAMILY, line_in, width_in
from geo.maps import style
from geo.maps.layers import shown_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.axes import Axes

    from geo.figures.map_furniture import Projection
    from geo.figures.sheet import Sheet
    from geo.map_view import MapView
    from geo.tables.reader import TableReader

RIM_WIDTH_PT: Final = 1.5
LAND: Final = "#fbfbfb"
MARGIN: Final = 0.03
"""Of the extent, left free around the counties."""
FAR_M: Final = 300_000
"""Wider than this a map has smaller symbols, and no names of municipalities."""
FAR_SYMBOLS: Final = 0.55
WORST_GAP: Final = "double_gap"
"""Areas of this look are named first, and beside themselves where they are small."""
SPOTS: Final = 7
SPOTS_BOLD: Final = 15
"""Tried along each side of an area for its name."""


@dataclass(frozen=True)
class MapPanel:
    """
    What a map is drawn from, in its projection.

    Parameters
    ----------
    view : MapView
    projection : Projection
    counties : geopandas.GeoDataFrame
        Every county of the state, by GEOID, with its name.
    areas : geopandas.GeoDataFrame
        The municipalities of the view, by area_id, with name and residents_persons.
    units : geopandas.GeoDataFrame
        The tract groups that are coloured, by unit_id.
    sites : geopandas.GeoDataFrame
        kind_code (walk_in, otp, treatment, older).
    marks : geopandas.GeoDataFrame
        mark: what is written on the map where a plan or a scenario puts a site.
    extent : numpy.ndarray, shape (4,)
        West, south, east, north of the chosen counties, in metres.
    """

    view: MapView
    projection: Projection
    counties: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    marks: gpd.GeoDataFrame
    extent: np.ndarray

    @property
    def aspect(self) -> float:
        """Width over height."""
        west, south, east, north = self.extent
        return float((east - west) / (north - south))


def map_panel(
    reader: TableReader,
    view: MapView,
    sites: pd.DataFrame,
    marks: Sequence[tuple[float, float, str, str]] = (),
) -> MapPanel:
    """
    Prepare a map for drawing.

    Parameters
    ----------
    reader : TableReader
    view : MapView
    sites : pandas.DataFrame
        longitude, latitude, kind_code.
    marks : sequence of (float, float, str, str)
        Latitude, longitude, mark and name.

    Returns
    -------
    MapPanel
    """
    import geopandas as gpd

    chosen = boundaries(reader, "county", pd.Index(view.counties))
    west, south, east, north = chosen.total_bounds
    projection = local_projection((west + east) / 2, (south + north) / 2)
    counties = reader.spatial("county").set_index("geoid")[["name", "geometry"]]
    areas = reader.spatial("municipality").set_index("area_id")
    areas = areas.assign(name=shown_names(areas)).loc[view.areas.index]
    numbered = pd.DataFrame(marks, columns=["latitude", "longitude", "mark", "name"])
    points, named = (
        gpd.GeoDataFrame(
            rows, geometry=gpd.points_from_xy(rows["longitude"], rows["latitude"]), crs="EPSG:4269"
        ).to_crs(projection.definition)
        for rows in (sites, numbered)
    )
    counties = counties.to_crs(projection.definition)
    west, south, east, north = counties.loc[list(view.counties)].total_bounds
    pad = MARGIN * max(east - west, north - south)
    return MapPanel(
        view,
        projection,
        counties,
        areas[["name", "residents_persons", "geometry"]].to_crs(projection.definition),
        boundaries(reader, "tract_group", view.unit_looks.index).to_crs(projection.definition),
        points,
        named,
        np.array([west - pad, south - pad, east + pad, north + pad]),
    )


def draw_map(sheet: Sheet, box: Box, panel: MapPanel, size_pt: float) -> float:
    """
    Draw a map into a box.

    Parameters
    ----------
    sheet : Sheet
    box : Box
    panel : MapPanel
    size_pt : float
        Of the text around; names are a little smaller.

    Returns
    -------
    float
        Metres per inch of the sheet.
    """
    axes = sheet.axes(box, zorder=1)
    metres = _set_extent(axes, box, panel)
    view = panel.view
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    near = panel.counties.cx[left:right, bottom:top]
    near.plot(ax=axes, facecolor=LAND, edgecolor="#bdbdbd", linewidth=0.4, aspect=None)
    chosen = panel.counties.loc[list(view.counties)]
    _fill(axes, chosen, view.county_looks)
    _fill(axes, panel.units, view.unit_looks)
    _fill(axes, panel.areas, view.area_looks)
    overlays = set(view.layers.overlays)
    if "municipalities" in overlays and len(panel.areas):
        _outline(axes, panel.areas, "#8a8a8a", 0.25)
    if "counties" in overlays:
        _outline(axes, chosen, "#333333", 0.8)
    _outline(axes, chosen[chosen.index.isin(view.clusters)], INK, 1.5, linestyle=(0, (4, 3)))
    for ringed in (chosen, panel.areas):
        _outline(axes, ringed[ringed.index.isin(view.high)], style.HIGH_NEED_COLOUR, 1.8)
    obstacles = _draw_sites(axes, panel, metres, size_pt)
    if "names" in overlays:
        _draw_names(axes, panel, metres, size_pt, obstacles)
    axes.set(xticks=[], yticks=[], xlabel="", ylabel="")
    for spine in axes.spines.values():
        spine.set(edgecolor="#999999", linewidth=0.5)
    return metres


def _set_extent(axes: Axes, box: Box, panel: MapPanel) -> float:
    west, south, east, north = panel.extent
    metres = float(max((east - west) / box.width, (north - south) / box.height))
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(middle_x - box.width * metres / 2, middle_x + box.width * metres / 2)
    axes.set_ylim(middle_y - box.height * metres / 2, middle_y + box.height * metres / 2)
    axes.set_autoscale_on(False)
    return metres


def _fill(axes: Axes, shapes: gpd.GeoDataFrame, looks: pd.Series) -> None:
    for look in dict.fromkeys(looks.reindex(shapes.index)):
        rows = shapes[(looks.reindex(shapes.index) == look).to_numpy()]
        if look.colour:
            rows.plot(ax=axes, facecolor=look.colour, edgecolor="none", aspect=None)
        if look.pattern and not look.colour:
            _hatch(axes, rows, look.pattern, "#ffffff", RIM_WIDTH_PT)  # shows on dark need too
        if look.pattern:
            _hatch(axes, rows, look.pattern, look.pattern_colour, HATCH_WIDTH_PT)


def _hatch(axes: Axes, rows: gpd.GeoDataFrame, pattern: str, colour: str, width_pt: float) -> None:
    rows.plot(
        ax=axes,
        facecolor="none",
        edgecolor=colour,
        linewidth=0,
        hatch=HATCHES[pattern],
        aspect=None,
    )
    axes.collections[-1].set_hatch_linewidth(width_pt)


def _outline(
    axes: Axes, shapes: gpd.GeoDataFrame, colour: str, width_pt: float, **options: Any
) -> None:
    if len(shapes):
        shapes.plot(
            ax=axes, facecolor="none", edgecolor=colour, linewidth=width_pt, aspect=None, **options
        )


def _draw_sites(axes: Axes, panel: MapPanel, metres: float, size_pt: float) -> np.ndarray:
    boxes = []
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    sites = panel.sites.cx[left:right, bottom:top]
    scale = SYMBOL_SCALE * size_pt * (FAR_SYMBOLS if _is_far(panel) else 1)
    for symbol in reversed(style.SYMBOLS):  # the rarest on top
        rows = sites[(sites["kind_code"] == symbol.code).to_numpy()]
        if rows.empty:
            continue
        x, y = rows.geometry.x.to_numpy(), rows.geometry.y.to_numpy()
        draw_symbols(axes, x, y, symbol, scale, zorder=4)
        half = symbol.radius * 0.75 * scale / 72 * metres
        boxes.append(np.column_stack([x - half, y - half, x + half, y + half]))
    boxes.append(_draw_marks(axes, panel, metres, size_pt))
    return np.vstack(boxes)


def _draw_marks(axes: Axes, panel: MapPanel, metres: float, size_pt: float) -> np.ndarray:
    x, y = panel.marks.geometry.x.to_numpy(), panel.marks.geometry.y.to_numpy()
    radius_pt = 0.8 * size_pt
    axes.scatter(
        x, y, s=(2 * radius_pt) ** 2, facecolor=INK, edgecolor="white", linewidth=0.8, zorder=8
    )
    for one_x, one_y, mark in zip(x, y, panel.marks["mark"], strict=True):
        axes.text(
            one_x,
            one_y,
            mark,
            color="white",
            ha="center",
            va="center_baseline",
            fontsize=size_pt,
            fontfamily=FAMILY,
            fontweight="bold",
            zorder=9,
        )
    half = radius_pt / 72 * metres
    return np.column_stack([x - half, y - half, x + half, y + half])


def _is_far(panel: MapPanel) -> bool:
    west, _, east, _ = panel.extent
    return bool(east - west > FAR_M)


def _draw_names(
    axes: Axes, panel: MapPanel, metres: float, size_pt: float, obstacles: np.ndarray
) -> None:
    placed = names_on_map(panel, metres, size_pt, obstacles)
    for one in placed:
        size = _name_pt(size_pt, bold=one.label.is_bold)
        options: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": size,
            "fontfamily": FAMILY,
            "fontweight": "bold" if one.label.is_bold else "normal",
            "parse_math": False,
        }
        _halo(axes, one, options)
        axes.text(one.x, one.y, one.label.text, color=INK, zorder=7, **options)


def _halo(axes: Axes, one: Placed, options: dict[str, Any]) -> None:
    """Draw a light rim as outlines, so that the name itself stays text in SVG and PDF."""
    from matplotlib.patheffects import Stroke

    axes.text(
        one.x,
        one.y,
        one.label.text,
        color="none",
        zorder=6,
        gid="halo",
        path_effects=[Stroke(linewidth=1.6, foreground="white")],
        **options,
    )


def names_on_map(
    panel: MapPanel, metres: float, size_pt: float, obstacles: np.ndarray
) -> list[Placed]:
    """
    Return the names a map shows: its counties, areas with both gaps, then the larger ones.

    Parameters
    ----------
    panel : MapPanel
    metres : float
        Per inch.
    size_pt : float
    obstacles : numpy.ndarray, shape (n, 4), metres
        Boxes of the sites.

    Returns
    -------
    list of Placed, metres
    """
    chosen = panel.counties.loc[list(panel.view.counties)]
    labels = []
    far = _is_far(panel)
    if len(chosen) > 1:
        labels += [_label(row, name, metres, size_pt, bold=not far) for row, name in _named(chosen)]
    areas = panel.areas.sort_values("residents_persons", ascending=False, kind="stable")
    areas = areas.iloc[:0] if far else areas
    worst = (panel.view.area_looks.reindex(areas.index).map(_code) == WORST_GAP).to_numpy(bool)
    labels += [_label(row, name, metres, size_pt, aside=True) for row, name in _named(areas[worst])]
    labels += [_label(row, name, metres, size_pt) for row, name in _named(areas[~worst])]
    west, south, east, north = panel.extent
    return place_labels([one for one in labels if one], obstacles, (west, south, east, north))


def _named(rows: gpd.GeoDataFrame) -> list[tuple[Any, str]]:
    return list(zip(rows.geometry, rows["name"], strict=True))


def _name_pt(size_pt: float, *, bold: bool) -> float:
    return size_pt * (1.05 if bold else 0.82)


def _code(look: style.Look) -> str:
    return look.code


def _label(
    shape: Any,
    name: str,
    metres: float,
    size_pt: float,
    *,
    bold: bool = False,
    aside: bool = False,
) -> Label | None:
    size = _name_pt(size_pt, bold=bold)
    width = width_in(name, size, bold=bold) * metres * 1.04
    height = line_in(size) * metres * 0.8
    west, south, east, north = shape.bounds
    fits = width <= east - west and height <= north - south
    if aside and not fits:  # named even where the name is larger than the area: beside it then
        middle = shape.representative_point()
        far_x, far_y = (east - west + width) / 2, (north - south + height) / 2
        spots = [(middle.x, middle.y + far_y), (middle.x, middle.y - far_y)]
        spots += [(middle.x + far_x, middle.y), (middle.x - far_x, middle.y)]
        return Label(name, tuple(spots), width, height)
    if not bold and (width > 1.1 * (east - west) or height > 1.1 * (north - south)):
        return None
    return Label(name, _spots(shape, SPOTS_BOLD if bold else SPOTS), width, height, is_bold=bold)


def _spots(shape: Any, count: int) -> tuple[tuple[float, float], ...]:
    """Return points inside a shape, the most central first."""
    west, south, east, north = shape.bounds
    middle = shape.representative_point()
    steps = np.linspace(0.1, 0.9, count)
    x, y = (
        one.ravel()
        for one in np.meshgrid(west + steps * (east - west), south + steps * (north - south))
    )
    inside = shapely.contains_xy(shape, x, y)
    x, y = x[inside], y[inside]
    order = np.argsort(np.hypot(x - middle.x, y - middle.y), kind="stable")
    return ((middle.x, middle.y), *zip(x[order].tolist(), y[order].tolist(), strict=True))
