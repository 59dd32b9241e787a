"""What lists of treatment facilities share: identifiers, ZIP codes, and one row per site."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.sources.cells import with_types
from geo.sources.same_sites import site_addresses, site_numbers, spread_m

if TYPE_CHECKING:
    from collections.abc import Mapping

SLUG_LETTERS: Final = 50
DTYPES: Final = {
    "facility_id": "str",
    "name": "str",
    "kind_code": "str",
    "address": "str",
    "city": "str",
    "zip_code": "str",
    "latitude": "Float64",
    "longitude": "Float64",
    "service_codes": "str",
    "listed_date": "str",
    "source_id": "str",
}
MERGED_DTYPES: Final = {**DTYPES, "merged_rows": "Int64", "merge_spread_m": "Int64"}


def facility_id(name: str, address: str | None, city: str | None) -> str:
    """
    Return the identifier of a facility, the same for the same name, address and city.

    Parameters
    ----------
    name : str
    address, city : str or None

    Returns
    -------
    str
        Words of the name, at most 50 letters, a dash and six digits of a hash; small letters,
        digits and dashes only. The name alone does not tell a chain's sites apart.

    Examples
    --------
    >>> facility_id("1st Step Referral Services", "110 Pearl Street", "Ypsilanti")
    '1st-step-referral-services-670a99'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:SLUG_LETTERS]
    told = f"{name}{address or ''}{city or ''}"
    digits = hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()[:6]
    return f"{words or 'facility'}-{digits}"


def zip_codes(written: pd.Series) -> pd.Series:
    """
    Return five-digit ZIP codes.

    Parameters
    ----------
    written : pandas.Series, shape (n,), str
        With or without the four digits after them, or without a leading zero.

    Returns
    -------
    pandas.Series, shape (n,), str
        Missing where it is none.
    """
    short = written.str.extract(r"^(\d{3,5})(?:-?\d{4})?$")[0]
    return short.str.zfill(5)


def facility_rows(columns: Mapping[str, pd.Series | str]) -> pd.DataFrame:
    """
    Put the columns of a list together and name each row.

    Parameters
    ----------
    columns : mapping of str to pandas.Series or str
        All columns of `DTYPES` but `facility_id`, on one index.

    Returns
    -------
    pandas.DataFrame
        Columns of `DTYPES`.
    """
    frame = pd.DataFrame(dict(columns))
    told = frame[["name", "address", "city"]].astype("object")
    told = told.where(told.notna(), None)
    ids = [facility_id(*row) for row in told.itertuples(index=False)]
    return with_types({**columns, "facility_id": pd.Series(ids, index=frame.index)}, DTYPES)


def joined(first: pd.Series, second: pd.Series, between: str) -> pd.Series:
    """
    Join two columns of text where both say something.

    Parameters
    ----------
    first, second : pandas.Series, shape (n,), str
        Missing where blank.
    between : str

    Returns
    -------
    pandas.Series, shape (n,), str
        Missing where both are.
    """
    both = first.notna() & second.notna()
    return first.fillna(second).mask(both, first + between + second)


def merge_facilities(locator: pd.DataFrame, otps: pd.DataFrame) -> pd.DataFrame:
    """
    Return one row per site of two lists.

    Parameters
    ----------
    locator, otps : pandas.DataFrame
        Columns of `DTYPES`.

    Returns
    -------
    pandas.DataFrame
        Columns of `DTYPES`, `merged_rows` and `merge_spread_m` (farthest two merged points lie
        apart, whole metres), by identifier. The row of an opioid treatment program gives name,
        kind, address and point; what it does not say is taken from the next row, `listed_date`
        from the newest.

    Raises
    ------
    InputError
        If a list has other columns.

    Notes
    -----
    Two rows are one site where number, street and ZIP code are the same; or, within 250 m, the
    name or number and bare name of the street (`Gilbert` for `West Gilbert Street`); or both of
    these at any distance. `Street` and `St` are the same, and so are names but for `Inc` and the
    like; two different suites are not. Rows of one list and one kind are told apart by the
    publisher and stay apart, unless name and street are both the same.
    """
    for name, frame in (("locator", locator), ("otps", otps)):
        if list(frame.columns) != list(DTYPES):
            msg = f"`{name}` has the columns {list(frame.columns)}, not {list(DTYPES)}"
            raise InputError(msg)
    lists = np.repeat([1, 0], [len(otps), len(locator)])
    rows = pd.concat([otps, locator], ignore_index=True)
    order = np.argsort(rows["kind_code"].ne("otp").to_numpy(), kind="stable")
    rows, lists = rows.iloc[order].reset_index(drop=True), lists[order]
    if rows.empty:
        return with_types(dict.fromkeys(MERGED_DTYPES, rows["name"]), MERGED_DTYPES)
    addresses = site_addresses(rows)
    site = site_numbers(addresses, lists)
    merged = rows.groupby(site, sort=True).first()
    newest = rows["listed_date"].fillna("").groupby(site, sort=True).max()
    merged["listed_date"] = newest.mask(newest == "")
    merged["merged_rows"] = np.bincount(site)
    merged["merge_spread_m"] = [
        spread_m([addresses[row] for row in members])
        for _, members in sorted(rows.groupby(site).indices.items())
    ]
    result = with_types({name: merged[name] for name in MERGED_DTYPES}, MERGED_DTYPES)
    return result.sort_values("facility_id", ignore_index=True)
