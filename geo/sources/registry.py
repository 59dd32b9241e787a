"""Every source a refresh reads, in the order it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.sources import (
    cdc_county_deaths,
    cdc_provisional,
    cdc_tract_groups,
    fbi_agencies,
    police_stations,
    samhsa_locator,
    samhsa_otp,
)
from geo.sources.census_boundaries import COUNTIES, COUSUBS, PLACES, TRACTS
from geo.sources.census_population import (
    ACS_TRACT,
    COUNTY_ESTIMATES,
    COUNTY_ESTIMATES_2010S,
    DECENNIAL_COUSUB,
    DECENNIAL_PLACE,
    DECENNIAL_TRACT,
)

if TYPE_CHECKING:
    from geo.sources.source import Source

STATION_LIST: Final = police_stations.SOURCE
AGENCY_LIST: Final = fbi_agencies.SOURCE
LOCATOR: Final = samhsa_locator.SOURCE
OTP_DIRECTORY: Final = samhsa_otp.SOURCE
COUNTY_DEATHS: Final = cdc_county_deaths.SOURCE
PROVISIONAL: Final = cdc_provisional.SOURCE
TRACT_GROUPS: Final = cdc_tract_groups.SOURCE

SOURCES: Final[dict[str, Source]] = {
    source.source_id: source
    for source in (
        COUNTIES,
        COUSUBS,
        PLACES,
        TRACTS,
        DECENNIAL_TRACT,
        DECENNIAL_COUSUB,
        DECENNIAL_PLACE,
        ACS_TRACT,
        COUNTY_ESTIMATES,
        COUNTY_ESTIMATES_2010S,
        COUNTY_DEATHS,
        PROVISIONAL,
        TRACT_GROUPS,
        LOCATOR,
        OTP_DIRECTORY,
        STATION_LIST,
        AGENCY_LIST,
    )
}
NEEDED: Final = COUNTIES.source_id
"""The one source without which there is nothing to put anything on."""
ACROSS_THE_LINE: Final = (LOCATOR.source_id, OTP_DIRECTORY.source_id)
"""Sources that are read for neighbouring states too: people use help across a state line."""
