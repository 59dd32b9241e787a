"""A person's table of ZIP codes: which area each one means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError

if TYPE_CHECKING:
    from geo.own_data.raw_rows import RawRows

FEWEST_COLUMNS: Final = 2


def read_zip_table(raw: RawRows) -> dict[str, str]:
    """
    Return the area of each ZIP code.

    Parameters
    ----------
    raw : RawRows
        First column the ZIP code, second the area (tract GEOID, municipality), third, if there is
        one, the share of the ZIP code's people that live there.

    Returns
    -------
    dict of str to str
        The area with the largest share.

    Raises
    ------
    InputError
        If there are fewer than two columns, a code is no ZIP code, or a ZIP code has several areas
        and no shares tell which is largest.
    """
    rows = raw.rows
    if len(rows.columns) < FEWEST_COLUMNS:
        msg = "the ZIP table needs two columns: ZIP code and area"
        raise InputError(msg)
    table = pd.DataFrame({"zip": rows.iloc[:, 0].str.strip().str[:5], "area": rows.iloc[:, 1]})
    table = table[table["zip"].notna() & table["area"].notna()]
    wrong = table.index[~table["zip"].str.fullmatch(r"\d{5}")]
    if len(wrong):
        msg = f"the ZIP table has no ZIP code in row {wrong[0]}"
        raise InputError(msg)
    if len(rows.columns) > FEWEST_COLUMNS:
        share = pd.to_numeric(rows.iloc[:, 2], errors="coerce").reindex(table.index)
        table = table.assign(share=share).sort_values("share", ascending=False, kind="stable")
        unclear = table.index[table["zip"].duplicated(keep=False) & table["share"].isna()]
    else:
        unclear = table.index[table["zip"].duplicated()]
    if len(unclear):
        row = unclear.min()
        msg = (
            f"the ZIP table gives one ZIP code two areas (row {row}); the third column "
            "must hold shares"
        )
        raise InputError(msg)
    return dict(table.drop_duplicates("zip").set_index("zip")["area"])
