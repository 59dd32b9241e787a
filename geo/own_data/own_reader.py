"""The published tables with a county's own evidence and facilities added: for one session only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.answers import Answers
from geo.tables.reader import ReaderOver

if TYPE_CHECKING:
    from geo.own_data.own_help import OwnRows
    from geo.tables.reader import TableReader

SOURCE_NAME: Final = "The county's own evidence"
EVIDENCE_OF: Final = {
    "documented": "carries",
    "announced": "announced",
    "does_not_carry": "does_not_carry",
}


class OwnReader(ReaderOver):
    """
    A reader that adds rows of a county's own to the published ones; none of those goes.

    Parameters
    ----------
    base : TableReader
    departments, facilities : OwnRows or None

    Notes
    -----
    Own evidence is one more dated source, judged by the same rules as the others: the newest row
    of the strongest status decides, and a later "does not carry" sets earlier sources aside.
    """

    def __init__(
        self, base: TableReader, departments: OwnRows | None, facilities: OwnRows | None
    ) -> None:
        super().__init__(base)
        self._departments, self._facilities = departments, facilities

    def _load(self, name: str) -> pd.DataFrame:
        rows = self.base.read(name)
        if name == "naloxone_evidence" and self._departments is not None:
            return _joined(rows, _evidence(self._departments.used))
        if name == "facility" and self._facilities is not None:
            return _joined(rows, _sites(self._facilities.used))
        return rows


class OwnAnswers(Answers):
    """Answers that hold a county's own rows: no cache of the process keeps them."""

    is_private: Final = True


def _evidence(used: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "evidence_id": [f"own-{number}" for number in range(len(used))],
            "agency_id": used["agency_id"].to_numpy(),
            "scope_code": "agency",
            "evidence_code": used["naloxone_code"].map(EVIDENCE_OF).to_numpy(),
            "as_of_date": used["date"].to_numpy(),
            "as_of_precision_code": "day",
            "source_name": SOURCE_NAME,
            "source_url": "",
            "note": used["source"].to_numpy(),
            "source_id": None,
        }
    )


def _sites(used: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "facility_id": [f"own-{number}" for number in range(len(used))],
            "name": (used["name"] + " (the county's own)").to_numpy(),
            "kind_code": used["kind_code"].to_numpy(),
            "address": used["address"].to_numpy(),
            "city": used["city"].to_numpy(),
            "county_geoid": used["county_geoid"].to_numpy(),
            "latitude": used["latitude"].to_numpy(),
            "longitude": used["longitude"].to_numpy(),
            "listed_date": used["date"].to_numpy(),
            "is_current": True,
            "source_url": "",
            "source_id": SOURCE_NAME,
        }
    )


def _joined(rows: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    if added.empty:
        return rows
    added = added.reindex(columns=rows.columns)
    return pd.concat([rows, added.astype(rows.dtypes.to_dict())], ignore_index=True)
