"""
What the county and the census-tract file of CDC's "Mapping Injury, Overdose, and Violence" share.

Field names after copies of the published data; not run against the live service. A count of 1 to 9
is written `1-9`, a few are written `10-50`. `rate_m` is 1 where the rate is modelled and 0 where it
is the crude one; -999 stands where no rate is given, and in place of a modelled rate's interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import InputError
from geo.sources.cells import counts, numbers
from geo.sources.socrata import fetch_rows
from geo.states import state_of
from geo.withheld import RANGES

if TYPE_CHECKING:
    from geo.sources.client import Client
    from geo.sources.socrata import Resource
    from geo.sources.source import Fetched

PUBLISHER: Final = "CDC, National Center for Injury Prevention and Control"
LICENCE: Final = "Public domain"
INTENT: Final = "Drug_OD"
TRAILING: Final = "TTM"
"""The period of the newest twelve months, whatever they are."""

NEEDED: Final = ("geoid", "name", "st_geoid", "intent", "period", "count_sup")
MAY_BE_EMPTY: Final = ("rate", "rate_m", "rate_m_ci")
OTHERS: Final = ("st_name", "data_as_of", "ttm_date_range")
OTHER_NAMES: Final = {"count": "count_sup"}
"""The heading of exports up to 2025."""

WITHHELD: Final = {f"{low}-{high}": code for code, (low, high) in RANGES.items()}
"""How a withheld count is written, `1-9` or `10-50`, and its status code."""
NO_RATE: Final = -999.0
INTERVAL: Final = r"^\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*$"


def fetch_overdoses(client: Client, state: str, *, resource: Resource) -> tuple[Fetched, ...]:
    """
    Fetch the rows on overdoses of a state.

    Parameters
    ----------
    client : Client
    state : str
        FIPS code.
    resource : Resource
        The county or the census-tract file.

    Returns
    -------
    tuple of Fetched
        The data set's description, then its pages.

    Raises
    ------
    InputError
        If the state is none, the data set has changed or rows are lacking.
    SourceError
        If the publisher cannot be reached.
    """
    fips = state_of(state).fips
    return fetch_rows(
        client,
        resource,
        where=f"st_geoid='{fips}' AND intent='{INTENT}'",
        order="geoid,period",
    )


def overdose_years(rows: pd.DataFrame, title: str) -> pd.DataFrame:
    """
    Return the rows on overdose deaths of calendar years.

    Parameters
    ----------
    rows : pandas.DataFrame
        `intent`, `period` and more, text.
    title : str
        For the message.

    Returns
    -------
    pandas.DataFrame
        The rows of intent `Drug_OD` whose period is a year. Other intents and the trailing twelve
        months are left out: they overlap the years and change every month.

    Raises
    ------
    InputError
        If no such row is there or a period is neither a year nor `TTM`.
    """
    drug = rows[rows["intent"] == INTENT]
    if drug.empty:
        msg = f"{title}: no rows on overdoses ({INTENT}); it has {sorted(set(rows['intent']))}"
        raise InputError(msg)
    is_year = drug["period"].str.fullmatch(r"\d{4}").astype(bool)
    odd = sorted(set(drug.loc[~is_year & (drug["period"] != TRAILING), "period"]))
    if odd:
        msg = f"{title}: period {odd[0]!r} is neither a year nor {TRAILING}"
        raise InputError(msg)
    if not is_year.any():
        msg = f"{title}: no calendar year, only the trailing twelve months; export all periods"
        raise InputError(msg)
    return drug[is_year].reset_index(drop=True)


def deaths_and_status(written: pd.Series, resource: Resource) -> pd.DataFrame:
    """
    Return counts, and why one is not there.

    Parameters
    ----------
    written : pandas.Series, shape (n,), str
        A whole number, `1-9` or `10-50`.
    resource : Resource
        For the message.

    Returns
    -------
    pandas.DataFrame
        `deaths` (Int64, missing where withheld) and `status_code`: reported, suppressed (1 to 9)
        or suppressed_10_to_50. Zero is reported.

    Raises
    ------
    InputError
        If something else is written.
    """
    status = written.map(WITHHELD).fillna("reported")
    deaths = counts(
        written.mask(written.isin(list(WITHHELD))), what="count_sup", source=resource.title
    )
    return pd.DataFrame({"deaths": deaths, "status_code": status.astype("str")})


def modelled_rates(rows: pd.DataFrame, resource: Resource) -> pd.DataFrame:
    """
    Return the published rate, and the modelled one with its interval.

    Parameters
    ----------
    rows : pandas.DataFrame
        `rate`, `rate_m`, `rate_m_ci`, text.
    resource : Resource
        For the message.

    Returns
    -------
    pandas.DataFrame
        Float64, per 100,000 residents: `published_rate_per_100k` (crude or modelled), and
        `modelled_rate_per_100k` with `modelled_lower_per_100k`, `modelled_upper_per_100k`, missing
        where the published rate is not marked as modelled or is withheld.

    Raises
    ------
    InputError
        If a rate is no number or below zero, a mark is neither 0 nor 1, or an interval has
        another form than `1.2-3.4`.
    """
    rate = numbers(rows["rate"], what="rate", source=resource.title)
    rate = rate.mask((rate == NO_RATE).fillna(value=False))
    mark = numbers(rows["rate_m"], what="rate_m", source=resource.title).fillna(0.0)
    if (rate < 0).any() or not mark.isin([0.0, 1.0]).all():
        msg = f"{resource.title}: a rate below zero, or a mark `rate_m` other than 0 and 1"
        raise InputError(msg)
    is_modelled = mark == 1.0
    written = rows["rate_m_ci"].mask(rows["rate_m_ci"] == "-999")
    limits = written.str.extract(INTERVAL)
    odd = written[written.notna() & limits[0].isna()]
    if len(odd):
        msg = f"{resource.title}: rate_m_ci {odd.iloc[0]!r} is no interval like 1.2-3.4"
        raise InputError(msg)
    return pd.DataFrame(
        {
            "published_rate_per_100k": rate,
            "modelled_rate_per_100k": rate.where(is_modelled),
            "modelled_lower_per_100k": _limit(limits[0], is_modelled),
            "modelled_upper_per_100k": _limit(limits[1], is_modelled),
        }
    )


def _limit(written: pd.Series, is_modelled: pd.Series) -> pd.Series:
    return pd.to_numeric(written.astype("object")).astype("Float64").where(is_modelled)
