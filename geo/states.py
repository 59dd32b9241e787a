"""The states of the United States, with the District of Columbia and Puerto Rico."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.errors import InputError


@dataclass(frozen=True)
class State:
    """
    A state or an equal of one.

    Parameters
    ----------
    fips : str
        Two digits, the beginning of the GEOID of everything inside.
    postal : str
        Two letters.
    name : str
    """

    fips: str
    postal: str
    name: str


STATES: Final = tuple(
    State(*row.split(maxsplit=2))
    for row in """
    01 AL Alabama
    02 AK Alaska
    04 AZ Arizona
    05 AR Arkansas
    06 CA California
    08 CO Colorado
    09 CT Connecticut
    10 DE Delaware
    11 DC District of Columbia
    12 FL Florida
    13 GA Georgia
    15 HI Hawaii
    16 ID Idaho
    17 IL Illinois
    18 IN Indiana
    19 IA Iowa
    20 KS Kansas
    21 KY Kentucky
    22 LA Louisiana
    23 ME Maine
    24 MD Maryland
    25 MA Massachusetts
    26 MI Michigan
    27 MN Minnesota
    28 MS Mississippi
    29 MO Missouri
    30 MT Montana
    31 NE Nebraska
    32 NV Nevada
    33 NH New Hampshire
    34 NJ New Jersey
    35 NM New Mexico
    36 NY New York
    37 NC North Carolina
    38 ND North Dakota
    39 OH Ohio
    40 OK Oklahoma
    41 OR Oregon
    42 PA Pennsylvania
    44 RI Rhode Island
    45 SC South Carolina
    46 SD South Dakota
    47 TN Tennessee
    48 TX Texas
    49 UT Utah
    50 VT Vermont
    51 VA Virginia
    53 WA Washington
    54 WV West Virginia
    55 WI Wisconsin
    56 WY Wyoming
    72 PR Puerto Rico
    """.strip().splitlines()
)


def state_of(code: str) -> State:
    """
    Return a state by its FIPS code, its postal code or its name.

    Parameters
    ----------
    code : str
        Two digits, two letters or the name; letters may be small or capital.

    Returns
    -------
    State

    Raises
    ------
    InputError
        If no state has it.

    Examples
    --------
    >>> state_of("26").name
    'Michigan'
    >>> state_of("mi").fips
    '26'
    """
    wanted = code.strip().upper()
    for state in STATES:
        if wanted in {state.fips, state.postal, state.name.upper()}:
            return state
    msg = (
        f"`state` {code!r} is no state; give two digits, two letters or the name: 26, MI, Michigan"
    )
    raise InputError(msg)
