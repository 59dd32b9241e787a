"""Enhanced two-step floating catchment: supply within reach, shared with all who compete for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from geo.access import Array

STEPS_30_MINUTES: Final = {10.0: 1.0, 20.0: 0.68, 30.0: 0.22}
STEPS_60_MINUTES: Final = {20.0: 1.0, 40.0: 0.68, 60.0: 0.22}
"""Weight up to and including each number of minutes (Luo and Qi 2009); none beyond the last."""


def step_weights(minutes: ArrayLike, steps: Mapping[float, float]) -> Array:
    """
    Return the weight of each travel time.

    Parameters
    ----------
    minutes : array_like, any shape, minutes
        Infinite or missing where there is no way.
    steps : mapping of float to float
        Weight by upper limit, included.

    Returns
    -------
    numpy.ndarray, the shape of `minutes`
        0 beyond the last step.

    Raises
    ------
    InputError
        If there is no step or a weight is negative.

    Examples
    --------
    >>> step_weights([5.0, 10.0, 10.1, 30.0, 31.0], STEPS_30_MINUTES).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """
    if not steps or min(steps.values()) < 0:
        msg = f"`steps` is {dict(steps)}; it needs a limit with a weight, none negative"
        raise InputError(msg)
    limits = np.array(sorted(steps))
    weights = np.array([steps[limit] for limit in limits] + [0.0])
    times = np.asarray(minutes, dtype=float)
    found: Array = weights[np.searchsorted(limits, np.nan_to_num(times, nan=np.inf))]
    return found


def floating_catchment(population: ArrayLike, supply: ArrayLike, weights: Array) -> Array:
    """
    Return supply per person at each point, by the enhanced two-step method.

    Parameters
    ----------
    population : array_like, shape (n,), persons
    supply : array_like, shape (m,)
        Of each site, such as places or clinicians.
    weights : numpy.ndarray, shape (n, m)
        From `step_weights`, or any decay.

    Returns
    -------
    numpy.ndarray, shape (n,), supply per person
        0 where no site is within reach.

    Raises
    ------
    InputError
        If shapes differ or a value is negative or missing.

    Notes
    -----
    First step R_j = S_j / sum_i(P_i W_ij), second step A_i = sum_j(R_j W_ij). Access times people
    adds up to the supply of all sites that anybody reaches.

    References
    ----------
    Luo and Qi (2009), doi:10.1016/j.healthplace.2009.06.002.
    """
    people, offered = np.asarray(population, dtype=float), np.asarray(supply, dtype=float)
    if weights.shape != (len(people), len(offered)):
        msg = f"`weights` has shape {weights.shape}, expected {(len(people), len(offered))}"
        raise InputError(msg)
    for name, values in (("population", people), ("supply", offered), ("weights", weights)):
        wrong = ~(values >= 0)
        if wrong.any():
            msg = f"`{name}` is negative or missing at {int(wrong.sum())} places"
            raise InputError(msg)
    competing = people @ weights
    ratio = np.divide(offered, competing, out=np.zeros_like(offered), where=competing > 0)
    access: Array = weights @ ratio
    return access
