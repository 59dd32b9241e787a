"""Which column of a file is which: guessed from names and values, changed by the person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

SAMPLE_ROWS: Final = 200
MOSTLY: Final = 0.5


@dataclass(frozen=True)
class Field:
    """
    What a file can tell of each row.

    Parameters
    ----------
    label : str
        For the form.
    names : tuple of str
        Regular expressions for column names in lower case, words joined by blanks; best first.
    holds : str
        Regular expression that most values of a sample match; empty for any.
    """

    label: str
    names: tuple[str, ...]
    holds: str = ""


_NUMBER: Final = r"^\s*[NSEWnsew]?\s*[+\-−]?\d{1,8}(?:[.,]\d+)?\s*(?:[°\sNSEWnsew].{0,20})?$"
"""Degrees however written; metres too, so that they can be named as such."""
_DATE: Final = (
    r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|\d{8}|^\s*\d{5}(?:\.\d+)?\s*$"
    r"|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[-, ]"
)
_TIME: Final = r"\d{1,2}:\d{2}|^\s*(?:\d{3,6}|0?\.\d+)\s*$|\d\s*[AaPp]\.?[Mm]"
_NO_EVENT: Final = r"^(?!.*\b(?:birth|dob|born|entered|entry|created|modified|updated|edited)\b)"
"""Not the date of a person or of the record."""

INCIDENT_FIELDS: Final = {
    "event_id": Field(
        "Event number",
        (r"^event (id|number|no|num)$", r"^(incident|case|run|call|odmap) ?(id|number|no|num|key)$",
         r"^(run|objectid|object id|id|pcr number|case)$", r"^e ?response 0[34]\b"),
    ),
    "date_time": Field(
        "Date (and time)",
        (r"^(date time|datetime|(event|incident) date( time)?|date of (incident|event))$",
         r"^create time incident$", r"^e ?times 0\d\b",
         _NO_EVENT + r".*\b(dispatch|incident|event|overdose|od|call|occurred|alarm)\b.*\bdate",
         _NO_EVENT + r".*(dispatch|incident|event|overdose|od|call|occurred|alarm).*(date|time)",
         _NO_EVENT + r".*\bdate\b", r"^(?!.*\b(?:birth|born)\b).*\bdate\b",
         r"timestamp|occurred"),
        _DATE,
    ),
    "time": Field("Time, if in a column of its own", (
        r"^((incident|event|call|od|overdose|dispatch|alarm|occurred) )?time$",
        r"^time of (the )?(incident|event|call|day|overdose)$",
    ), _TIME),
    "latitude": Field(
        "Latitude", (r"^lat(itude)?$", r"^latitude", r"^lat\b", r"\blat(itude)?\b", r"^y$"), _NUMBER
    ),
    "longitude": Field(
        "Longitude", (r"^(lon|lng|long|longitude)$", r"^longitude", r"^(lon|lng|long)\b",
                      r"\b(lon|lng|long|longitude)\b", r"^x$"), _NUMBER,
    ),
    "area_code": Field(
        "Area code, if there is no point (tract, municipality, ZIP)",
        (r"^(geoid|geoid ?\d\d|tract( geoid| fips| code| id)?|census tract( geoid)?)$",
         r"^(area code|area id|area)$",
         r"^(incident )?(municipality|city|township|community|place|jurisdiction)( name)?$",
         r"^(incident |event )?(zip|postal)( ?code)?$", r"^e ?scene 19\b"),
    ),
    "outcome": Field(
        "Outcome (fatal or not)",
        (r"^outcome$", r"fatal", r"(patient|suspected)? ?(outcome|death|died|deceased)",
         r"survived|disposition"),
    ),
    "naloxone": Field(
        "Naloxone doses",
        (r"^(naloxone|narcan) ?(doses?|units|number).*$", r"doses",
         r"^(?!.*\b(?:by|who|agency)\b).*(naloxone|narcan)"),
    ),
    "given_by": Field(
        "Naloxone given by",
        (r"^(given|administered) by$", r"(naloxone|narcan).*(by|who|agency)", r"administer"),
    ),
    "agency": Field("Agency", (r"^(submitting |reporting |responding )?agency( name)?$",
                               r"agency|department|\bdept\b")),
    "source": Field("Source", (r"^(data )?source$",)),
}  # fmt: skip
"""Of a file of incidents."""

DEPARTMENT_FIELDS: Final = {
    "agency": Field("Department", (r"^(agency|department|police department)( name)?$",
                                   r"agency|department|police|name")),
    "status": Field("Status", (r"^(naloxone )?status$", r"status|carries|naloxone|narcan")),
    "date": Field("Date", (r"^(date|as of|as of date|since)$", r"date|since"), _DATE),
    "source": Field("Source", (r"^source$", r"source|evidence|reference|contact|told|\bby\b")),
}  # fmt: skip
"""Of a table of departments."""

FACILITY_FIELDS: Final = {
    "name": Field("Name", (r"^(facility |site |program )?name( 1)?$", r"facility|name")),
    "kind": Field("Kind (treatment or OTP)", (r"^(kind|type|facility type)$", r"kind|type|otp")),
    "latitude": INCIDENT_FIELDS["latitude"],
    "longitude": INCIDENT_FIELDS["longitude"],
    "address": Field("Address", (r"^(street )?address( 1)?$|^street$",)),
    "city": Field("City", (r"^city$",)),
    "date": Field("Date", (r"^(date|as of|listed)$", r"date"), _DATE),
    "source": Field("Source", (r"^source$", r"source|reference")),
}
"""Of a table of facilities."""


def guess_columns(rows: pd.DataFrame, fields: Mapping[str, Field]) -> dict[str, str]:
    """
    Guess which column is which.

    Parameters
    ----------
    rows : pandas.DataFrame of str
        Of a file.
    fields : mapping of str to Field
        What is looked for.

    Returns
    -------
    dict of str to str
        Column by field; only fields that were found. A column serves one field.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"LATITUDE_X": ["42.5"], "LONGITUDE_X": ["-83.1"]}, dtype="str")
    >>> guess_columns(rows, INCIDENT_FIELDS)
    {'latitude': 'LATITUDE_X', 'longitude': 'LONGITUDE_X'}
    """
    words = {column: _words(column) for column in rows.columns}
    sample = rows.head(SAMPLE_ROWS)
    found: dict[str, str] = {}
    for field, wanted in fields.items():
        fitting = [one for one in words if one not in found.values() and _fits(sample[one], wanted)]
        for pattern in wanted.names:
            named = [column for column in fitting if re.search(pattern, words[column])]
            if named:
                found[field] = named[0]
                break
    return found


def check_mapping(
    mapping: Mapping[str, str], columns: Sequence[str], fields: Mapping[str, Field]
) -> None:
    """
    Check that a mapping names fields and columns that exist.

    Raises
    ------
    InputError
        If a field is unknown or the file has no such column; names both.
    """
    for field, column in mapping.items():
        if field not in fields:
            msg = f"unknown field {field!r}; known: {', '.join(fields)}"
            raise InputError(msg)
        if column not in columns:
            msg = f"the file has no column {column!r} for {field}; it has {', '.join(columns)}"
            raise InputError(msg)


def _words(column: str) -> str:
    """Return a column's name in lower case, its words joined by blanks."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return " ".join(re.findall(r"[a-z0-9]+", parted.lower()))


def _fits(values: pd.Series, wanted: Field) -> bool:
    words = said(values).dropna()
    if not wanted.holds or words.empty:
        return True
    return float(words.str.contains(wanted.holds, regex=True).mean()) >= MOSTLY


def said(column: pd.Series) -> pd.Series:
    """
    Return a column's cells without blanks around them; missing where a word says nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> said(pd.Series([" 7 ", "n/a", "Pending"], dtype="str")).tolist()
    ['7', nan, nan]
    """
    text = column.str.strip()
    says_nothing = text.str.upper().isin(NOTHING_SAID)
    return text.mask(says_nothing) if says_nothing.any() else text


NOTHING_SAID: Final = frozenset(
    {
        "", "-", "--", ".", "?", "NA", "N/A", "N.A.", "#N/A", "#VALUE!", "#REF!", "NULL", "<NULL>",
        "(NULL)", "NONE", "NAN", "NAT", "NOT APPLICABLE", "NOT RECORDED", "NOT AVAILABLE",
        "NOT REPORTED", "NOT PROVIDED", "UNKNOWN", "UNK", "UNDETERMINED", "PENDING", "TBD",
        "BLANK", "(BLANK)", "MISSING", "NO DATA",
    }
)  # fmt: skip
"""Words that stand for an empty cell."""
