"""What people write for outcomes, doses and who gave naloxone, as codes."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from geo.own_data.columns import NOTHING_SAID

DOSES: Final = ("none", "one", "two", "three_or_more", "some", "unknown")
"""some: given, the number not stated."""
GIVERS: Final = ("police", "ems", "fire", "bystander", "other", "unknown")
_YES: Final = r"^(?:y|yes|true|t|given|administered)$"
_NO: Final = (
    r"^(?:n|no|false|f|none|0|nobody|no one|not? (?:naloxone|narcan|doses?)(?: given)?)$"
    r"|\bnot? (?:given|administered|used)|^without\b"
)

_OUTCOME: Final = (
    (r"(?:not|n.t) surviv|not alive|no surviv", "fatal"),
    (
        r"non.{0,3}fatal|not (?:a )?fatal|no fatal|not (?:dead|deceased)|(?:not|n.t) die",
        "non_fatal",
    ),
    (r"fatal|deceas|\bdied?\b|\bdead\b|death|\bdoa\b|expired", "fatal"),
    (r"surviv|alive|recovered|transport|refus|released|revived", "non_fatal"),
)
"""The first that fits counts: who was transported and died did not survive."""
_NUMBERED: Final = r"(?:doses?|units?|times|x|kits?)"
_MANY: Final = r"(?:three|[3-9]|[1-9]\d)(?:\.0+)?"
_THREE_OR_MORE: Final = "|".join(
    (
        rf"^(?:>=?|≥)? ?{_MANY} ?(?:\+|(?:or|and) more)?$",
        rf"\b{_MANY} ?(?:\+|or more)? ?{_NUMBERED}\b",
        rf"^(?:more than|over|>) ?2$|3 ?\+|3 or more|\bx ?{_MANY}$",
    )
)
_DOSES: Final = (
    (r"^0(?:\.0+)?$|^0 " + _NUMBERED + "|" + _NO, "none"),
    (r"\d\s*(?:mg|mcg|ml|milligram|microgram)", "some"),
    (r"^(?:more than|over|>) ?1$|^[12] ?\+|^>= ?[12]$|\b[12] or more", "some"),
    (rf"^(?:1(?:\.0+)?|one|single)$|\b(?:1|one|single) ?{_NUMBERED}\b|\bx ?1$", "one"),
    (rf"^(?:2(?:\.0+)?|two)$|\b(?:2|two) ?{_NUMBERED}\b|\bx ?2$", "two"),
    (_THREE_OR_MORE, "three_or_more"),
    (r"unknown if|unsure|unknown whether", "unknown"),
    (_YES + r"|narcan|naloxone|multiple|several|\bdoses?\b|^0?\.\d+$", "some"),
)
_GIVER: Final = (
    (
        r"police|\blaw\b|sheriff|officer|deputy|trooper|public safety|\b(?:pd|leo|msp|dps)\b",
        "police",
    ),
    (r"\bfire|\bfd\b", "fire"),
    (r"\bems\b|medic\b|medics\b|\b(?:emt|mfr|als|bls)\b|ambulance|hospital", "ems"),
    (r"bystander|family|friend|civilian|\blay|\bself\b|public|citizen", "bystander"),
    (r"other", "other"),
)


def outcome_codes(text: pd.Series, column: str) -> pd.Series:
    """
    Return fatal, non_fatal or unknown.

    Parameters
    ----------
    text : pandas.Series of str
    column : str
        Name of the column: a plain yes means fatal where it asks for death, not fatal where it
        asks for survival.

    Examples
    --------
    >>> outcome_codes(pd.Series(["Non-Fatal", "FATAL", "?"], dtype="str"), "Outcome").tolist()
    ['non_fatal', 'fatal', 'unknown']
    """
    asked = column.lower()
    yes, no = "", ""
    if re.search(r"non.{0,3}fatal|surviv|alive", asked):
        yes, no = "non_fatal", "fatal"
    elif re.search(r"fatal|death|died|deceased|dead", asked):
        yes, no = "fatal", "non_fatal"
    plain = ((_YES + "|^1$", yes), (r"^(?:n|no|false|f|0)$", no)) if yes else ()
    return _coded(text, (*plain, *_OUTCOME))


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
    codes, words = pd.factorize(text)
    plain = pd.Series(words, dtype="str").str.strip().str.lower()
    plain = plain.str.replace(r"\s+", " ", regex=True)
    code = pd.Series("unknown", index=plain.index, dtype="str")
    said = ~plain.str.upper().isin(NOTHING_SAID - {"NONE"})
    for pattern, meaning in reversed(rules):
        code[said & plain.str.contains(pattern, regex=True)] = meaning
    code = pd.concat([code, pd.Series(["unknown"], dtype="str")])
    return code.take(codes).set_axis(text.index)
