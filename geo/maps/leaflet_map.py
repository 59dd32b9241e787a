"""A folium map that never changes, and the small element that tells it what to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
from branca.element import MacroElement
from jinja2 import Template

if TYPE_CHECKING:
    from geo.maps.assets import Assets


class OfflineMap(folium.Map):
    """A folium map without background that loads nothing but our own files."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, assets: Assets) -> None:
        super().__init__(
            tiles=None,
            location=(43.1, -83.2),
            zoom_start=8,
            zoom_snap=0.5,
            max_zoom=18,
            prefer_canvas=True,
            control_scale=True,
        )
        self._name = "Map"
        self.default_js = [(address, address) for address in assets.scripts]


class StartLayers(MacroElement):
    """Start the map with the layers that the guard script fetches."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "window.coverage.start({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "StartLayers"


class ApplyState(MacroElement):
    """Tell the map what to show now."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.coverage.apply({{ this.state }});{% endmacro %}"
    )

    def __init__(self, state: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "ApplyState"
        self.state = state


class StateGroup(folium.FeatureGroup):
    """The feature group of a rerun: empty but for the state."""

    def __init__(self, state: str) -> None:
        super().__init__(name="state", control=False)
        self.add_child(ApplyState(state))


def coverage_map(assets: Assets) -> folium.Map:
    """
    Return the base map: the same for every region, scope and session.

    Parameters
    ----------
    assets : Assets

    Returns
    -------
    folium.Map
    """
    base = OfflineMap(assets)
    base.add_child(StartLayers())
    return base


def state_group(state: str) -> Any:
    """Return the feature group that carries a state to the browser."""
    return StateGroup(state)
