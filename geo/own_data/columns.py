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


_NUMBER: Final = r"^\s*[+-]?\d{1,3}(?:\.\d+)?\s*$"
_DATE: Final = r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}|\d{8}"
_TIME: Final = r"\d{1,2}:\d{2}"

INCIDENT_FIELDS: Final = {
    "event_id": Field(
        "Event number",
        (r"^event (id|number|no|num)$", r"^(incident|case|run|call|odmap) ?(id|number|no|num|key)$",
         r"^(objectid|id|eresponse 03|eresponse 04|pcr number|case)$"),
    ),
    "date_time": Field(
        "Date (and time)",
        (r"^(date time|datetime|(event|incident) date( time)?|date of (incident|event))$",
         r"^create time incident$", r"^etimes 0\d$",
         r"(dispatch|incident|event|overdose|od|call|occurred|alarm).*(date|time)",
         r"\bdate\b", r"timestamp|occurred"),
        _DATE,
    ),
    "time": Field("Time, if in a column of its own", (r"^(incident |event |call )?time$",), _TIME),
    "latitude": Field(
        "Latitude", (r"^lat(itude)?$", r"^latitude", r"^lat\b", r"\blat(itude)?\b", r"^y$"), _NUMBER
    ),
    "longitude": Field(
        "Longitude", (r"^(lon|lng|long|longitude)$", r"^longitude", r"^(lon|lng|long)\b",
                      r"\b(lon|lng|longitude)\b", r"^x$"), _NUMBER,
    ),
    "area_code": Field(
        "Area code, if there is no point (tract, municipality, ZIP)",
        (r"^(geoid|tract( geoid| fips| code)?|census tract)$", r"^(area code|area id|area)$",
         r"^(municipality|city|township|community|place|incident city)( name)?$",
         r"^zip( code|code)?$|^(postal|incident zip)( code)?$"),
    ),
    "outcome": Field(
        "Outcome (fatal or not)",
        (r"^outcome$", r"fatal", r"(patient|suspected)? ?(outcome|death|died|deceased)",
         r"survived|disposition"),
    ),
    "naloxone": Field(
        "Naloxone doses",
        (r"^(naloxone|narcan) ?(doses?|units|number).*$", r"doses", r"naloxone|narcan"),
    ),
    "given_by": Field(
        "Naloxone given by",
        (r"^(given|administered) by$", r"(naloxone|narcan).*(by|who|agency)", r"administer"),
    ),
    "agency": Field("Agency", (r"^(submitting |reporting |responding )?agency( name)?$",
                               r"agency|department")),
    "source": Field("Source", (r"^(data )?source$",)),
}  # fmt: skip
"""Of a file of incidents."""

DEPARTMENT_FIELDS: Final = {
    "agency": Field("Department", (r"^(agency|department|police department)( name)?$",
                                   r"agency|department|police|name")),
    "status": Field("Status", (r"^(naloxone )?status$", r"status|carries|naloxone|narcan")),
    "date": Field("Date", (r"^(date|as of|as of date|since)$", r"date|since"), _DATE),
    "source": Field("Source", (r"^source$", r"source|evidence|reference|contact")),
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
    said = values.dropna()
    said = said[~said.str.strip().str.upper().isin(NOTHING_SAID)]
    if not wanted.holds or said.empty:
        return True
    return float(said.str.contains(wanted.holds, regex=True).mean()) >= MOSTLY


NOTHING_SAID: Final = frozenset(
    {"", "NA", "N/A", "#N/A", "NULL", "NONE", "NAN", "NOT APPLICABLE", "NOT RECORDED", "-", "."}
)
"""Words that stand for an empty cell."""
