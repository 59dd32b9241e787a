"""How many naloxone kits a place needs, scaled from a published model of the state."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geo.errors import InputError

TARGET: Final = 0.8
"""Probability of use at a witnessed overdose that the source aims at."""


def kits_needed(curve: pd.DataFrame, *, target: float = TARGET) -> tuple[float, float, float]:
    """
    Return the kits per 100,000 residents at which naloxone is used with a probability.

    Parameters
    ----------
    curve : pandas.DataFrame
        Table `kit_saturation`.
    target : float
        Between the probabilities of the curve.

    Returns
    -------
    kits, lower, upper : float, per 100,000 residents a year
        On the line between the published points; the lower limit from the upper curve and the
        other way round, infinite where the lower curve does not reach `target`.

    Raises
    ------
    InputError
        If the curve does not span `target`.

    Notes
    -----
    The curve is concave, so the line between two points asks for a little too many kits.

    References
    ----------
    Irvine et al. (2022), doi:10.1016/S2468-2667(21)00304-2.
    """
    rows = curve.sort_values("kits_per_100k")
    kits = rows["kits_per_100k"].to_numpy(float)

    def at(column: str) -> float:
        share = rows[column].to_numpy(float)
        if target > share[-1]:
            return float("inf")
        return float(np.interp(target, share, kits))

    middle = rows["use_share"]
    if not middle.min() <= target <= middle.max():
        msg = f"`target` is {target}; the curve spans {middle.min()} to {middle.max()}"
        raise InputError(msg)
    return at("use_share"), at("use_upper_share"), at("use_lower_share")


def kits_by_county(
    population: pd.Series,
    deaths: pd.Series,
    needed: tuple[float, float, float],
) -> pd.DataFrame:
    """
    Return the kits of each county of a state, by its people and by its deaths.

    Parameters
    ----------
    population : pandas.Series, shape (n,), persons
        Every county of the state.
    deaths : pandas.Series, shape (n,), deaths
        Estimated deaths of a period, on the same index.
    needed : three float
        From `kits_needed`.

    Returns
    -------
    pandas.DataFrame, on the same index
        kits_by_people, kits_by_people_lower, kits_by_people_upper; kits_by_deaths and its limits:
        the state's kits shared out by deaths. Float64, kits a year.

    Raises
    ------
    InputError
        If the indexes differ.
    """
    if not population.index.equals(deaths.index):
        msg = "`population` and `deaths` have different indexes; align them first"
        raise InputError(msg)
    people = population.astype("Float64") / 100_000
    share = (deaths / deaths.sum()).astype("Float64") * people.sum()
    columns = {}
    for name, scale in (("people", people), ("deaths", share)):
        for ending, per_100k in zip(("", "_lower", "_upper"), needed, strict=True):
            columns[f"kits_by_{name}{ending}"] = scale * per_100k
    return pd.DataFrame(columns)
