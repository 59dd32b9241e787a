"""Every table and source as a page lists them: what it is, how many rows, which bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.tables.definitions import TABLES

if TYPE_CHECKING:
    from geo.answers import Answers


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
        source, title, publisher, vintage, terms, read on, beware, address.
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
        }
        for record in answers.sources.values()
    )
