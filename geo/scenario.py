"""What if: departments taken as documented, facilities added or taken away."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import InputError
from geo.tables.reader import ReaderOver

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.tables.reader import TableReader

WHAT_IF: Final = "what-if scenario, no source"
"""Stands where a source would: nothing supposed is ever shown as known."""
FILE_KIND: Final = "overdose-response-coverage scenario"


@dataclass(frozen=True)
class Scenario:
    """
    What is supposed.

    Parameters
    ----------
    documented : tuple of str
        agency_ids taken as documented to carry naloxone.
    without : tuple of str
        facility_ids taken away.
    otp_at, treatment_at : tuple of str
        area_ids of municipalities at whose centre a facility is added.
    """

    documented: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    otp_at: tuple[str, ...] = ()
    treatment_at: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is supposed."""
        return any(getattr(self, field.name) for field in fields(self))


NOTHING_SUPPOSED: Final = Scenario()


class WhatIfReader(ReaderOver):
    """
    The tables of a reader as they would be under a scenario; nothing is written.

    Parameters
    ----------
    base : TableReader
        The tables as they are.
    scenario : Scenario

    Notes
    -----
    A department taken as documented loses its other evidence rows, so that it counts on any day.
    """

    def __init__(self, base: TableReader, scenario: Scenario) -> None:
        super().__init__(base)
        self._scenario = scenario

    def _load(self, name: str) -> pd.DataFrame:
        rows = self.base.read(name)
        if name == "naloxone_evidence" and self._scenario.documented:
            return self._evidence(rows)
        if name == "facility":
            return self._facilities(rows)
        return rows

    def _evidence(self, rows: pd.DataFrame) -> pd.DataFrame:
        agencies = list(self._scenario.documented)
        supposed = pd.DataFrame(
            {
                "evidence_id": [f"what-if-{agency}" for agency in agencies],
                "agency_id": agencies,
                "scope_code": "agency",
                "evidence_code": "carries",
                "as_of_date": "2015-01-01",
                "as_of_precision_code": "day",
                "source_name": WHAT_IF,
                "source_url": "",
                "note": WHAT_IF,
                "source_id": None,
            }
        )
        return _joined(rows[~rows["agency_id"].isin(agencies)], supposed)

    def _facilities(self, rows: pd.DataFrame) -> pd.DataFrame:
        areas = self.base.spatial("municipality").set_index("area_id")
        kept = rows[~rows["facility_id"].isin(self._scenario.without)]
        added = [
            {
                "facility_id": f"what-if-{kind}-{area}",
                "name": f"What if: {kind.upper() if kind == 'otp' else kind} at "
                f"{areas.loc[area, 'label']}",
                "kind_code": kind,
                "county_geoid": areas.loc[area, "county_geoid"],
                "latitude": areas.geometry[area].representative_point().y,
                "longitude": areas.geometry[area].representative_point().x,
                "listed_date": "",
                "is_current": True,
                "source_url": "",
                "source_id": None,
            }
            for kind in ("otp", "treatment")
            for area in getattr(self._scenario, f"{kind}_at")
        ]
        return _joined(kept, pd.DataFrame(added)) if added else kept


def scenario_words(scenario: Scenario) -> str:
    """
    Return what is supposed, in words.

    Examples
    --------
    >>> scenario_words(Scenario(documented=("a",), otp_at=("b", "c")))
    '1 department taken as documented, 2 OTPs added'
    """
    parts = (
        (len(scenario.documented), "department", "departments", "taken as documented"),
        (len(scenario.without), "facility", "facilities", "taken away"),
        (len(scenario.otp_at), "OTP", "OTPs", "added"),
        (len(scenario.treatment_at), "treatment facility", "treatment facilities", "added"),
    )
    return ", ".join(
        f"{count} {one if count == 1 else many} {what}" for count, one, many, what in parts if count
    )


def scenario_marks(reader: TableReader, scenario: Scenario) -> list[tuple[float, float, str, str]]:
    """Return what a map marks: latitude, longitude, a plus or a cross, and the facility's name."""
    if not isinstance(reader, WhatIfReader):
        return []
    now, before = reader.read("facility"), reader.base.read("facility")
    added = now[now["facility_id"].str.startswith("what-if-")]
    removed = before[before["facility_id"].isin(scenario.without)]
    return [
        (round(row["latitude"], 4), round(row["longitude"], 4), mark, row["name"])
        for mark, rows in (("+", added), ("×", removed))
        for _, row in rows.iterrows()
    ]


def to_file(scenario: Scenario, data_hash: str) -> bytes:
    """Return a scenario as JSON in UTF-8, with the data it was made on."""
    content = {"kind": FILE_KIND, "data_hash": data_hash, "scenario": asdict(scenario)}
    return json.dumps(content, indent=1).encode()


def from_file(
    content: bytes, known: Mapping[str, Collection[str]], data_hash: str
) -> tuple[Scenario, list[str]]:
    """
    Return the scenario of a file, as far as it fits the data.

    Parameters
    ----------
    content : bytes
        Of `to_file`.
    known : mapping of str to collection of str
        Per field of `Scenario` the identifiers there are.
    data_hash : str
        Of the data now.

    Returns
    -------
    scenario : Scenario
    problems : list of str
        A sentence for data of another version and for each identifier that is left out.

    Raises
    ------
    InputError
        If the file is no scenario.
    """
    try:
        told: dict[str, Any] = json.loads(content.decode())
        wanted = told["scenario"]
        lists = {field.name: [str(one) for one in wanted[field.name]] for field in fields(Scenario)}
        if told["kind"] != FILE_KIND:
            raise ValueError(told["kind"])  # noqa: TRY301
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"this file is not a scenario of this app: {error!r:.80}"
        raise InputError(msg) from error
    problems = []
    if told.get("data_hash") != data_hash:
        problems.append(
            f"The scenario was made on data {str(told.get('data_hash'))[:12]}, this is "
            f"{data_hash}: its numbers may differ from those it was saved with."
        )
    fitting = {}
    for name, wished in lists.items():
        fitting[name] = tuple(one for one in known[name] if one in set(wished))
        problems += [
            f"“{one[:60]}” ({name}) is not in the data and is left out."
            for one in wished
            if one not in known[name]
        ]
    return Scenario(**fitting), problems


def _joined(rows: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    added = added.reindex(columns=rows.columns)
    return pd.concat([rows, added.astype(rows.dtypes.to_dict())], ignore_index=True)
