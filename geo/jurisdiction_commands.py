"""The command `jurisdictions`: who polices what, and the general rule held against the table."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from geo import analysis
from geo.errors import InputError
from geo.regions import find_region
from geo.tables.reader import TableReader, current_folder
from geo.wording import BASIS_WORDS, CONFIDENCE_WORDS

if TYPE_CHECKING:
    import argparse

    import pandas as pd

    from geo.regions import Region

WORDS: Final = {"basis": BASIS_WORDS, "confidence": CONFIDENCE_WORDS}
"""What the codes mean that the general rule and the table give."""


def jurisdictions(options: argparse.Namespace) -> int:
    """Print the primary agencies of a region, or the rule beside the table, as CSV; return 0."""
    reader = TableReader(options.data)
    region = find_region(current_folder(options.data) / "regions", options.region)
    areas = reader.read("municipality")
    if not areas["county_geoid"].isin(region.counties).any():
        msg = (
            f"region {region.region_id!r} has no municipality, so nobody's jurisdiction is known; "
            "refresh with the source census-place-boundaries or census-cousub-boundaries"
        )
        raise InputError(msg)
    if options.rule:
        table = _rule_beside_table(reader, region)
    else:
        as_of = options.as_of or analysis.compiled_date(reader)
        table = analysis.jurisdiction_table(reader, region.counties, as_of)
        _note_unknown(table["people"], "agencies")
    table.to_csv(sys.stdout, index=False, float_format="%.6g", lineterminator="\n")
    return 0


def add_jurisdiction_options(command: Any) -> None:
    """Add the options of this command to a parser."""
    command.add_argument(
        "--rule", action="store_true", help="the general rule of any state beside the table"
    )


def _rule_beside_table(reader: TableReader, region: Region) -> pd.DataFrame:
    from geo.rule_check import agreeing_share, rule_against_table

    rows = rule_against_table(reader)
    rows = rows[rows["county_geoid"].isin(region.counties)].reset_index(drop=True)
    agreeing = f"{int(rows['is_same'].sum())} of {len(rows)} areas"
    if rows["residents_persons"].sum() > 0:
        agreeing = f"{agreeing_share(rows):.2%} of residents, in {agreeing}"
    _note(f"the general rule agrees with the table for {agreeing}")
    _note_unknown(rows["residents_persons"], "areas")
    for which in ("table", "rule"):
        for what, words in WORDS.items():
            code = f"{which}_{what}_code"
            at = rows.columns.get_loc(code)
            rows.insert(at + 1, f"{which}_{what}", rows[code].map(words))
    return rows


def _note_unknown(people: pd.Series, what: str) -> None:
    unknown = int(people.isna().sum())
    if unknown:
        which = (
            f"{unknown} of {len(people)} {what}" if unknown < len(people) else f"any of the {what}"
        )
        _note(f"residents are not known for {which}: `{people.name}` is empty there")


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
