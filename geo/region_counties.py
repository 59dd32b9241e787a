"""County GEOIDs from what people write: codes, or names with their state."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from geo.agency_names import plain
from geo.errors import InputError, RegionError
from geo.states import state_of

if TYPE_CHECKING:
    import pandas as pd

_COUNTY_WORD: Final = re.compile(r" (county|parish|borough|census area|municipality)$")


def resolve_counties(
    text: str, table: pd.DataFrame | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Return the GEOIDs of the counties that a text names.

    Parameters
    ----------
    text : str
        GEOIDs and names, with commas or semicolons between: "39061, 39017" or "Hamilton, Ohio;
        Butler, OH". A name without a state must be the only one in the table.
    table : pandas.DataFrame or None
        geoid and name of the counties of the data folder; None where it has none.

    Returns
    -------
    tuple of tuple of str
        GEOIDs in the order of the text, each once; and notes on what could not be checked.

    Raises
    ------
    InputError
        If nothing is named, or a code is none of a state.
    RegionError
        If a county is not in the table, though others of its state are, or a name means none or
        several; names the nearest.
    """
    pieces = [piece.strip() for piece in re.split(r"[,;\n]", text) if piece.strip()]
    if not pieces:
        msg = "`--counties` is empty; give GEOIDs (39061,39017) or names (Hamilton, Ohio)"
        raise InputError(msg)
    names = {} if table is None else dict(table[["geoid", "name"]].to_numpy(str).tolist())
    geoids: dict[str, None] = {}
    unchecked: dict[str, None] = {}
    while pieces:
        piece = pieces.pop(0)
        if re.fullmatch(r"\d+", piece):
            geoid, is_checked = _checked_code(piece, names)
            if not is_checked:
                unchecked[geoid] = None
        else:
            state = _state(pieces[0]) if pieces else ""
            if state:
                pieces.pop(0)
            geoid = _named(piece, state, names)
        geoids[geoid] = None
    notes: tuple[str, ...] = ()
    if unchecked:
        listed = ", ".join(unchecked)
        notes = (f"only the form of {listed} was checked: the data folder has no county there",)
    return tuple(geoids), notes


def _checked_code(code: str, names: dict[str, str]) -> tuple[str, bool]:
    if len(code) != 5:  # noqa: PLR2004 - two digits of the state, three of the county
        msg = f"`--counties` has {code!r}; a county's GEOID has five digits, as 39061"
        raise InputError(msg)
    if not _state(code[:2]):
        msg = f"`--counties` has {code!r}; {code[:2]} is the code of no state"
        raise InputError(msg)
    if code in names:
        return code, True
    if any(known[:2] == code[:2] for known in names):
        near = difflib.get_close_matches(code, list(names), n=3)
        told = ", ".join(f"{one} {names[one]}" for one in near)
        msg = f"there is no county {code}; nearest: {told}"
        raise RegionError(msg)
    return code, False


def _named(name: str, state: str, names: dict[str, str]) -> str:
    here = {code: label for code, label in names.items() if code.startswith(state)}
    if not here:
        where = f" of {state_of(state).name}" if state else ""
        msg = f"the data folder has no county{where}; give {name!r} as a GEOID of five digits"
        raise RegionError(msg)
    wanted = _COUNTY_WORD.sub("", plain(name))
    found = [c for c, label in here.items() if wanted in {plain(label), _short(label)}]
    if len(found) == 1:
        return found[0]
    if found:
        told = ", ".join(f"{code} {state_of(code[:2]).name}" for code in found)
        msg = f"{name!r} means several counties: {told}; add the state, or give the GEOID"
        raise RegionError(msg)
    by_name = {_short(label): f"{label} ({code})" for code, label in here.items()}
    near = difflib.get_close_matches(wanted, list(by_name), n=3, cutoff=0.5)
    told = f"; nearest: {', '.join(by_name[one] for one in near)}" if near else ""
    msg = f"there is no county {name!r}{told}"
    raise RegionError(msg)


def _short(label: str) -> str:
    return _COUNTY_WORD.sub("", plain(label))


def _state(text: str) -> str:
    try:
        return state_of(text).fips
    except InputError:
        return ""
