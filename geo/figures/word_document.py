"""A Word document with a figure, its caption, a table of numbers, needs and references."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from geo import wording
from geo.figures.formats import LANGUAGE, to_bare_png
from geo.figures.needs import needs
from geo.map_view import high_need_period
from geo.provenance import source_line
from geo.rates import PER
from geo.reach import reach_of
from geo.scope import PROGRAMS

if TYPE_CHECKING:
    import pandas as pd
    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from geo.answers import Answers
    from geo.figures.content import Content
    from geo.scope import Scope

MARGIN_IN: Final = 1.0
PICTURE_IN: Final = (6.5, 4.0)
PICTURE_PT: Final = 6.5
TABLE_COLUMNS: Final = (
    "County",
    "Deaths",
    "Crude rate (95 % interval)",
    "Police naloxone documented / unknown",
    "Near treatment / an OTP",
)


def to_docx(answers: Answers, scope: Scope, content: Content, *, program: str) -> bytes:
    """
    Return a Word document that can be pasted into an application.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    content : Content
        The figure.
    program : str
        A key of `PROGRAMS`: which facts come first.

    Returns
    -------
    bytes
        The picture has alt text; captions are numbered by Word's own fields.
    """
    from docx import Document
    from docx.shared import Inches, RGBColor

    document = Document()
    for section in document.sections:
        section.left_margin = section.right_margin = Inches(MARGIN_IN)
        section.top_margin = section.bottom_margin = Inches(MARGIN_IN)
    _set_properties(document, content)
    caption = document.styles["Caption"].font
    caption.bold, caption.color.rgb = False, RGBColor(0x33, 0x33, 0x33)
    document.add_heading(content.title, level=1)
    if content.author:
        document.add_paragraph(content.author)
    found = needs(answers, scope, program)
    document.add_heading("Need", level=2)
    document.add_paragraph(" ".join(found.known))
    document.add_heading("What is not known", level=2)
    document.add_paragraph(" ".join(found.unknown))
    drawn = to_bare_png(content, *PICTURE_IN, PICTURE_PT)
    picture = document.add_picture(BytesIO(drawn), width=Inches(PICTURE_IN[0]))
    _set_alt_text(picture, content)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    projection = content.picture.projection
    _add_caption(
        document,
        "Figure",
        f"{content.title}. {content.subtitle} {content.counted} {content.method} {content.caution} "
        + (f"Projection: {projection}. " if projection else "")
        + content.note,
    )
    _add_table(document, answers, scope)
    document.add_heading("References", level=2)
    used = dict.fromkeys((*content.source_ids, *answers.edition.needs_sources))
    references = [source_line(answers.sources[one]) for one in used]
    for source in (*references, content.citation):
        document.add_paragraph(source, style="List Number")
    document.add_paragraph(
        f"Made on {wording.day_text(content.made_on)}. Facts ordered for: {PROGRAMS[program]}. "
        "Whether this text meets a program’s rules is for the applicant to judge."
    )
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _set_properties(document: Document, content: Content) -> None:
    from datetime import UTC, datetime, time

    made = datetime.combine(content.made_on, time(), UTC)
    properties = document.core_properties
    properties.title = content.title[:255]
    properties.author = content.author or "Overdose Response Coverage Dashboard"
    properties.subject = content.origin.scope[:255]
    properties.language = LANGUAGE
    properties.created = properties.modified = made
    properties.comments = f"data {content.origin.data_hash}"


def _set_alt_text(picture: Any, content: Content) -> None:
    shape = picture._inline.docPr  # noqa: SLF001  # python-docx has no public way
    shape.set("descr", content.alt)
    shape.set("title", content.title)


def _add_caption(document: Document, kind: str, text: str) -> None:
    paragraph = document.add_paragraph(style="Caption")
    paragraph.add_run(f"{kind} ")
    _add_number(paragraph, kind)
    paragraph.add_run(f". {text}")


def _add_number(paragraph: Paragraph, kind: str) -> None:
    """Add the field that numbers captions, so that Word renumbers it in a larger document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" SEQ {kind} \\* ARABIC ")
    run, number = OxmlElement("w:r"), OxmlElement("w:t")
    number.text = "1"
    run.append(number)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001  # python-docx knows no fields


def _add_table(document: Document, answers: Answers, scope: Scope) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    rows = county_rows(answers, scope)
    period = wording.period_text(*high_need_period(answers, scope))
    word = reach_of(answers, scope).word_of("treatment", "otp")
    text = (
        f"Counties. Deaths of residents {period}; rate per "
        f"100,000 residents per year, where years are suppressed the range they leave open. Near: "
        f"residents within {scope.minutes} {word} minutes. Police evidence as of "
        f"{wording.day_text(scope.as_of)}."
    )
    _add_caption(document, "Table", text)
    table = document.add_table(rows=1, cols=len(TABLE_COLUMNS), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, TABLE_COLUMNS, strict=True):
        cell.text = name
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
    for row in rows:
        added = table.add_row()
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
        for cell, value in zip(added.cells, row, strict=True):
            cell.text = value
    for cell in table._cells:  # noqa: SLF001  # all at once: by row python-docx is quadratic
        for run in cell.paragraphs[0].runs:
            run.font.size = Pt(9)
    document.add_paragraph()


def county_rows(answers: Answers, scope: Scope) -> list[tuple[str, ...]]:
    """
    Return the rows of the document's table, one per county, as `TABLE_COLUMNS` names them.

    Notes
    -----
    Deaths and crude rates, as in the text around, whatever measure the map shows. Suppressed, not
    in the source and not compiled are said, never left blank.
    """
    period = high_need_period(answers, scope)
    need = answers.need("crude_rate", *period)
    reach = answers.counties(scope.as_of, scope.minutes)
    rows: list[tuple[str, ...]] = []
    for county in scope.chosen_counties(answers.regions[scope.region]):
        shares = (answers.edition.blank_word,) * 2
        if county in reach.index:
            row = reach.loc[county]
            shares = (
                _pair(row, "police_documented_share", "police_unknown_share"),
                _pair(row, "treatment_share", "otp_share"),
            )
        deaths = (answers.why_no_need("crude_rate", *period, county), "no rate")
        if county in need.index:
            deaths = _deaths(need.loc[county])
        rows.append((answers.county_names[county], *deaths, *shares))
    return rows


def _deaths(row: pd.Series) -> tuple[str, str]:
    low, high = int(row["events_low"]), int(row["events_high"])
    if low != high:
        rates = [count / float(row["person_years"]) * PER for count in (low, high)]
        return wording.count_text(low, high), f"{rates[0]:.1f} to {rates[1]:.1f} (suppressed)"
    rate = wording.rate_text(
        row["rate_per_100k"], row["rate_lower_per_100k"], row["rate_upper_per_100k"]
    )
    return wording.count_text(low, high), rate


def _pair(row: pd.Series, one: str, other: str) -> str:
    return f"{wording.share_text(row[one])} / {wording.share_text(row[other])}"
