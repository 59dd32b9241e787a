"""Everything an application needs of a view, in one zip."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final

from geo.downloads import to_csv, to_excel, to_geojson, to_geopackage
from geo.figures.formats import WRITERS
from geo.figures.needs import needs
from geo.figures.word_document import to_docx
from geo.reach import reach_of
from geo.scope import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.answers import Answers
    from geo.figures.content import Content
    from geo.figures.sizes import Size
    from geo.scope import Scope

FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""Of every part: the same view packs to the same bytes."""
METHODS: Final = """\
Rates: events per 100,000 residents per year; exact 95 % Poisson intervals. Hotspots: the
probability, by a gamma-Poisson model that takes a suppressed year as the range it lies in (1 to 9,
or 10 to 50), that a county's rate is above the state's. Jurisdictions: the area where an agency is
the primary police. Naloxone: the newest dated public source of each agency; no source means
unknown. {minutes} \
Shares: weighted by the residents
of census tracts. All formulas: docs/methods.md of the project, and the page Sources and methods.
"""
ESTIMATE: Final = (
    "Minutes: estimated from\nstraight-line distance by a line fitted to published drive times."
)


def pack_parts(
    answers: Answers, scope: Scope, content: Content, size: Size, *, program: str
) -> dict[str, Callable[[], bytes]]:
    """
    Return what a pack holds.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    content : Content
    size : Size
    program : str
        A key of `geo.scope.PROGRAMS`.

    Returns
    -------
    dict of str to callable
        What makes each file, by its name.
    """
    parts: dict[str, Callable[[], bytes]] = {
        f"figure.{kind}": lambda write=write: write(content, size)  # type: ignore[misc]
        for kind, write in WRITERS.items()
    }
    parts["document.docx"] = lambda: to_docx(answers, scope, content, program=program)
    parts["numbers.csv"] = lambda: to_csv(content.numbers)
    parts["numbers.xlsx"] = lambda: to_excel(content.numbers)
    if content.level:
        reader, level = answers.reader, content.level
        parts["areas.geojson"] = lambda: to_geojson(reader, content.numbers, level)
        parts["areas.gpkg"] = lambda: to_geopackage(reader, content.numbers, level)
    parts["README.txt"] = lambda: readme(answers, scope, content, program=program).encode()
    return parts


def to_zip(parts: dict[str, Callable[[], bytes]]) -> bytes:
    """Return files as one zip."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, make in parts.items():
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, make())
    return target.getvalue()


def readme(answers: Answers, scope: Scope, content: Content, *, program: str) -> str:
    """Return the text that explains a pack: what it shows, from where, how far to trust it."""
    found = needs(answers, scope, program)
    used = dict.fromkeys((*content.source_ids, *answers.edition.needs_sources))
    records = [answers.sources[one] for one in used]
    sources = [
        f"- {one.publisher}: {one.title}, {one.vintage}. Licence: {one.licence}. "
        + f"{one.url} (accessed {one.accessed_date}). {one.note}".strip()
        for one in records
    ]
    parts = {
        "": content.title + "\n" + "=" * len(content.title),
        "Scope": "\n".join(f"{name}: {text}" for name, text in content.origin.block.items()),
        "Description of the figure (for alt text)": content.alt,
        "Long description": content.description,
        "Need": " ".join(found.known),
        "What is not known": " ".join(found.unknown),
        "Notes": f"{content.counted}\n{content.method}\n{content.caution}",
        "Methods": METHODS.format(minutes=reach_of(answers, scope).told(ESTIMATE)),
        "Sources and licences": "\n".join(sources),
        "Cite as": content.citation,
        "Order of facts": f"{PROGRAMS[program]}. Whether the text meets a program's rules is for "
        "the applicant to judge.",
    }
    return "\n\n".join(
        f"{name}\n{'-' * len(name)}\n{text}" if name else text for name, text in parts.items()
    )
