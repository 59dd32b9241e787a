"""Every table and source as a page lists them: what it is, how many rows, which bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.measures import DEFAULT_MEASURE
from geo.tables.definitions import TABLES
from geo.tables.police import EVIDENCE_CODES, PROGRAM_CODES
from geo.wording import period_text

if TYPE_CHECKING:
    from geo.answers import Answers


def tables_sentence(answers: Answers) -> str:
    """
    Return what the tables in use are of: place, and the years and days of their parts.

    Parameters
    ----------
    answers : Answers

    Returns
    -------
    str
        Part of a sentence.
    """
    edition = answers.edition
    year, deaths = edition.population_year, edition.measures[DEFAULT_MEASURE]
    period = period_text(deaths.first_year, deaths.last_year)
    counted = f"residents by tract of {year}" if year else "no residents by tract"
    died = f"overdose deaths {period}" if edition.deaths else "no overdose deaths"
    listed = f"facilities listed {edition.listed}" if edition.listed else "no list of facilities"
    known = "evidence on police" if edition.evidence else "no evidence on police"
    return f"{edition.place}: {counted}, {died}, {listed}, {known}"


def table_catalogue(answers: Answers) -> pd.DataFrame:
    """
    Return one row per table.

    Parameters
    ----------
    answers : Answers

    Returns
    -------
    pandas.DataFrame
        file, rows, content, sources (joined by commas), sha256.
    """
    reader = answers.reader
    rows = []
    for name, table in TABLES.items():
        record = reader.manifest["tables"][name]
        frame = reader.read(name)
        sources = sorted(frame["source_id"].unique()) if "source_id" in frame.columns else []
        rows.append(
            {
                "file": f"data/tables/{name}.parquet",
                "rows": record["rows"],
                "content": table.description,
                "sources": ", ".join(sources) or "worked out from the other tables",
                "sha256": record["sha256"],
            }
        )
    return pd.DataFrame(rows)


def source_catalogue(answers: Answers) -> pd.DataFrame:
    """
    Return one row per source.

    Parameters
    ----------
    answers : Answers

    Returns
    -------
    pandas.DataFrame
        source, title, publisher, vintage, terms, read on, beware, address, files.
    """
    return pd.DataFrame(
        {
            "source": record.source_id,
            "title": record.title,
            "publisher": record.publisher,
            "vintage": record.vintage,
            "terms": record.licence,
            "read on": record.accessed_date,
            "beware": record.note,
            "address": record.url,
            "files": "; ".join(
                f"{one.name} ({one.size_bytes:,} bytes, sha256 {one.sha256[:12]}…)"
                for one in record.files
            )
            or "compiled by hand",
        }
        for record in answers.sources.values()
    )


def evidence_catalogue(answers: Answers) -> pd.DataFrame:
    """
    Return every hand-compiled row on police naloxone and walk-in programs, with its source.

    Parameters
    ----------
    answers : Answers

    Returns
    -------
    pandas.DataFrame
        department, subject, what the source says, since, source date, note, address.
    """
    names = answers.reader.read("agency").set_index("agency_id")["name"]
    parts = []
    for table, subject, code, words in (
        ("naloxone_evidence", "naloxone", "evidence_code", dict(EVIDENCE_CODES)),
        ("program_participation", "walk-in program", "program_code", dict(PROGRAM_CODES)),
    ):
        rows = answers.reader.read(table)
        parts.append(
            pd.DataFrame(
                {
                    "department": rows["agency_id"].map(names).fillna("several, none named"),
                    "subject": subject,
                    "what the source says": rows[code].map(words),
                    "since": rows["since_date"],
                    "source date": rows["as_of_date"],
                    "note": rows["note"],
                    "address": rows["source_url"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values("department", kind="stable")
