"""A drawn figure as PNG, SVG and PDF."""

from __future__ import annotations

import re
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Final

from geo.figures.page import draw_bare, draw_page
from geo.figures.sizes import DPI
from geo.figures.typeface import embedded, font_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo.figures.content import Content
    from geo.figures.sizes import Size

LANGUAGE: Final = "en"
_PDF: Final = """
#set document(title: sys.inputs.title, author: sys.inputs.author, date: none)
#set text(lang: "en", font: "DejaVu Sans")
#set page(width: {width}in, height: {height}in, margin: 0pt)
#image(bytes(sys.inputs.picture), format: "svg", width: 100%, alt: sys.inputs.alt)
"""


def to_png(content: Content, size: Size) -> bytes:
    """Return a figure as PNG at 300 dpi, with title, alt text and source in its metadata."""
    return _png(draw_page(content, size), content)


def to_bare_png(content: Content, width_in: float, height_in: float, text_pt: float) -> bytes:
    """Return a figure's picture and legend alone, for a page that says the rest, as `to_png`."""
    return _png(draw_bare(content, width_in, height_in, text_pt), content)


def _png(figure: Figure, content: Content) -> bytes:
    target = BytesIO()
    metadata = {
        "Title": content.title,
        "Description": content.alt,
        "Source": content.origin.address,
        "Copyright": content.citation,
        "Software": f"Overdose Response Coverage Dashboard {content.origin.version}",
    }
    if content.author:
        metadata["Author"] = content.author
    figure.savefig(target, format="png", dpi=DPI, metadata=metadata)
    return target.getvalue()


def to_svg(content: Content, size: Size) -> bytes:
    """Return a figure as SVG: text stays text, in a typeface that the file carries."""
    drawn = svg_of(draw_page(content, size))
    letters = "".join(re.findall(r">([^<]+)<", drawn))
    head = (
        f"<title>{escape(content.title)}</title><desc>{escape(content.description)}</desc>"
        f"<style>{embedded(letters)}</style>"
    )
    opening = re.search(r"<svg [^>]*>", drawn)
    if opening is None:
        msg = "Matplotlib wrote an SVG without an svg element"
        raise AssertionError(msg)
    start = opening.group().replace("<svg ", f'<svg role="img" xml:lang="{LANGUAGE}" ', 1)
    return (drawn[: opening.start()] + start + head + drawn[opening.end() :]).encode("utf-8")


def svg_of(figure: Figure) -> str:
    """Return a drawn figure as SVG whose text is text, without the typeface."""
    import matplotlib as mpl

    # A constant of this program, not a setting of one figure: threads may share it.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "coverage"})
    target = BytesIO()
    figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue().decode("utf-8")


def to_pdf(content: Content, size: Size) -> bytes:
    """
    Return a figure as PDF: tagged, with title, language, alt text and embedded fonts.

    Notes
    -----
    Typst sets the SVG on a page of its size and checks the result against PDF/UA-1.
    """
    svg = to_svg(content, size).decode("utf-8")
    width, height = (
        float(re.search(rf'\b{name}="([0-9.]+)pt"', svg).group(1)) / 72  # type: ignore[union-attr]
        for name in ("width", "height")
    )
    return typeset(
        _PDF.format(width=width, height=height),
        title=content.title,
        author=content.author or "Overdose Response Coverage Dashboard",
        picture=svg,
        alt=content.alt,
    )


def typeset(document: str, **inputs: str) -> bytes:
    """
    Return a Typst document as PDF/UA-1.

    Parameters
    ----------
    document : str
        Reads what changes from `sys.inputs`, so that no text is ever taken for markup.
    inputs : str
    """
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[font_folder()])
    return typst.compile(
        document.encode("utf-8"),
        format="pdf",
        font_paths=fonts,
        sys_inputs=inputs,
        pdf_standards="ua-1",
    )


WRITERS: Final = {"png": to_png, "svg": to_svg, "pdf": to_pdf}
