"""Every table of the project. The data dictionary is generated from these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.tables.help_sites import FACILITY, KIT_SATURATION, TRAVEL_TIME_MODEL
from geo.tables.need import (
    CLASS_BREAK,
    COUNTY_POPULATION,
    NONFATAL_ED_VISIT,
    OVERDOSE_DEATH,
    OVERDOSE_DEATH_PROVISIONAL,
    TRACT_GROUP,
)
from geo.tables.places import COUNTY, MUNICIPALITY, POPULATION_POINT, TRACT, TRACT_OUTLINE
from geo.tables.police import (
    AGENCY,
    AGENCY_AREA,
    AGENCY_STATION,
    JURISDICTION,
    NALOXONE_EVIDENCE,
    NALOXONE_SEARCH,
    PROGRAM_PARTICIPATION,
)

if TYPE_CHECKING:
    from geo.tables.schema import Table

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        COUNTY,
        MUNICIPALITY,
        TRACT,
        TRACT_OUTLINE,
        POPULATION_POINT,
        AGENCY,
        AGENCY_STATION,
        AGENCY_AREA,
        JURISDICTION,
        NALOXONE_EVIDENCE,
        NALOXONE_SEARCH,
        PROGRAM_PARTICIPATION,
        FACILITY,
        OVERDOSE_DEATH,
        OVERDOSE_DEATH_PROVISIONAL,
        TRACT_GROUP,
        NONFATAL_ED_VISIT,
        COUNTY_POPULATION,
        TRAVEL_TIME_MODEL,
        KIT_SATURATION,
        CLASS_BREAK,
    )
}
