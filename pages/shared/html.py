"""HTML from templates; every value from data is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from geo.maps.style import Look

TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )


def render(name: str, **values: Any) -> str:
    """Return a template filled in, all values escaped."""
    return _environment().get_template(name).render(**values, swatch=swatch)


def stylesheet(address: str) -> str:
    """Return the style element that imports the app's style from a static file."""
    return f'<style>@import url("{address}");</style>'


def swatch(look: Look) -> str:
    """Return the inline style of a legend swatch: the colour and pattern of the map."""
    ink = look.pattern_colour
    patterns = {
        "stripes": f"repeating-linear-gradient(135deg,{ink} 0 1.4px,transparent 1.4px 7px)",
        "hatch": f"repeating-linear-gradient(45deg,{ink} 0 1.4px,transparent 1.4px 7px)",
        "cross": f"repeating-linear-gradient(135deg,{ink} 0 1.4px,transparent 1.4px 7px),"
        f"repeating-linear-gradient(45deg,{ink} 0 1.4px,transparent 1.4px 7px)",
        "level": f"repeating-linear-gradient(0deg,{ink} 0 1.4px,transparent 1.4px 6px)",
        "dots": f"radial-gradient({ink} 1.7px,transparent 2px) 0 0/9px 9px",
    }
    layers = [patterns[look.pattern]] if look.pattern else []
    layers.append(look.colour or "#ffffff")
    return f"background:{','.join(layers)}"
