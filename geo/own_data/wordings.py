"""What people write for outcomes, doses and who gave naloxone, as codes."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo.own_data.columns import NOTHING_SAID

DOSES: Final = ("none", "one", "two", "three_or_more", "some", "unknown")
"""some: given, the number not stated."""
GIVERS: Final = ("police", "ems", "fire", "bystander", "other", "unknown")
_YES, _NO = r"^(?:y|yes|true|t|given|administered)$", r"^(?:n|no|false|f|none|0|not given|nobody)$"

_OUTCOME: Final = (
    (r"non.?fatal|not fatal|surviv|alive|recovered|transport|refus", "non_fatal"),
    (r"fatal|deceas|died|\bdead\b|death|\bdoa\b|expired", "fatal"),
)
_DOSES: Final = (
    (r"^0(?:\.0+)?$|" + _NO, "none"),
    (r"^1(?:\.0+)?(?: dose)?$|^one$", "one"),
    (r"^2(?:\.0+)?(?: doses)?$|^two$", "two"),
    (r"^(?:[3-9]|[1-9]\d)(?:\.0+)?\b.*$|^three|3\+|3 or more|more than 2", "three_or_more"),
    (_YES + r"|narcan|naloxone|multiple|1 or more", "some"),
)
_GIVER: Final = (
    (r"police|law|sheriff|officer|deputy|trooper|\bpd\b|\bleo\b|\bmsp\b", "police"),
    (r"fire|\bfd\b", "fire"),
    (r"\bems\b|medic|\bemt\b|ambulance|hospital", "ems"),
    (r"bystander|family|friend|civilian|lay|self|public|citizen", "bystander"),
    (r"other", "other"),
)


def outcome_codes(text: pd.Series, column: str) -> pd.Series:
    """
    Return fatal, non_fatal or unknown.

    Parameters
    ----------
    text : pandas.Series of str
    column : str
        Name of the column: a plain yes means fatal where it asks for death.

    Examples
    --------
    >>> outcome_codes(pd.Series(["Non-Fatal", "FATAL", "?"], dtype="str"), "Outcome").tolist()
    ['non_fatal', 'fatal', 'unknown']
    """
    rules = list(_OUTCOME)
    if pd.Series([column], dtype="str").str.contains("fatal|death|died|deceased", case=False)[0]:
        rules += [(_YES + "|^1$", "fatal"), (_NO, "non_fatal")]
    return _coded(text, tuple(rules))


def dose_codes(text: pd.Series) -> pd.Series:
    """
    Return doses of naloxone: a code of `DOSES`.

    Examples
    --------
    >>> dose_codes(pd.Series(["0", "2", "4", "Yes", "3+", None, "NULL"], dtype="str")).tolist()
    ['none', 'two', 'three_or_more', 'some', 'three_or_more', 'unknown', 'unknown']
    """
    return _coded(text, _DOSES)


def giver_codes(text: pd.Series) -> pd.Series:
    """
    Return who gave naloxone: a code of `GIVERS`.

    Examples
    --------
    >>> giver_codes(pd.Series(["Sheriff's deputy", "EMS", "Fire dept", "nobody"])).tolist()
    ['police', 'ems', 'fire', 'unknown']
    """
    return _coded(text, _GIVER)


def response_codes(doses: pd.Series, giver: pd.Series) -> pd.Series:
    """
    Return who gave naloxone, or that nobody did, or that it is not known.

    Parameters
    ----------
    doses, giver : pandas.Series of str
        Of `DOSES` and `GIVERS`.

    Returns
    -------
    pandas.Series of str
        A code of `geo.privacy.books.RESPONSES`.

    Notes
    -----
    A row that says no dose was given is nobody's, whoever it names. A row that names a giver and
    no number counts as given.
    """
    code = giver.where(giver != "unknown", "giver_unknown")
    code = code.mask((doses == "unknown") & (giver == "unknown"), "unknown")
    return code.mask(doses == "none", "nobody")


def _coded(text: pd.Series, rules: tuple[tuple[str, str], ...]) -> pd.Series:
    words = pd.Series(text.dropna().unique(), dtype="str")
    plain = words.str.strip().str.lower()
    code = pd.Series("unknown", index=words.index, dtype="str")
    said = ~plain.str.upper().isin(NOTHING_SAID - {"NONE"})
    for pattern, meaning in reversed(rules):
        code[said & plain.str.contains(pattern, regex=True)] = meaning
    meaning = text.map(pd.Series(code.to_numpy(), index=words)).astype("str")
    return meaning.fillna("unknown")
