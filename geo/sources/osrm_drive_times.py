"""
Fit the travel-time line to published drive times (`python -m geo fit-travel-time --raw DIR`).

With `--by county-type`: how far off that line is in large, middling and small counties.

Drive minutes by OSRM from each census tract to the nearest facility: GeoDa Center, Opioid
Environment Policy Scan, 2021. Facilities: SAMHSA, July 2021. Tract outlines: Census Bureau, 2018.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access import LineFit, earth_positions_m, fit_line, nearest_site
from geo.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

OTP: Final = ("OpioidTreatmentProgram_Geocoded.csv", "opioidtreatmentprogram_drive_tract.csv")
TREATMENT: Final = ("SubstanceUseTreatment_Geocoded.csv", "SUT_drive_tract.csv")
TRACTS: Final = "cb_2018_26_tract_500k.json"
THRESHOLDS_MINUTES: Final = (15, 20, 30)
COUNTY_TYPES: Final = (
    ("large_metro", "county of 500,000 residents or more", 500_000),
    ("small_metro", "county of 100,000 to 499,999 residents", 100_000),
    ("non_metro", "county of fewer than 100,000 residents", 0),
)
"""A stand-in for the official classes, which follow commuting and are not among our files."""
COUNTY_TYPE_YEAR: Final = 2020


def travel_time_model(raw: Path) -> pd.DataFrame:
    """
    Fit on OTPs, test on OTPs and on all treatment facilities, over the tracts of Michigan.

    Parameters
    ----------
    raw : pathlib.Path
        Folder with the five published files.

    Returns
    -------
    pandas.DataFrame
        Table `travel_time_model`.

    Raises
    ------
    FileNotFoundError
        If one of the files is not there.

    Notes
    -----
    Nearest facility over the whole United States list: a state line stops nobody. Tracts without a
    published time are left out.
    """
    tracts = gpd.read_file(raw / TRACTS)
    otp = _pairs(raw, tracts, *OTP)
    treatment = _pairs(raw, tracts, *TREATMENT)
    line = fit_line(otp["km"], otp["minutes"])
    rows = [
        _errors(line, otp, "otp_drive_2021"),
        _errors(line, treatment, "treatment_drive_2021"),
    ]
    return pd.DataFrame(rows)


def errors_by_county_type(raw: Path, population: pd.DataFrame) -> pd.DataFrame:
    """
    Return how far the estimate is off the published drive times, by the size of the county.

    Parameters
    ----------
    raw : pathlib.Path
        Folder with the five published files.
    population : pandas.DataFrame
        Table `county_population`: county_geoid, year, population_persons.

    Returns
    -------
    pandas.DataFrame, one row per county type of `COUNTY_TYPES` and set of sites
        tested_on_code, county_type_code, counties, tracts, median_published_minutes,
        mean_error_minutes (estimate less published), mean_absolute_error_minutes,
        absolute_error_90th_minutes, right_side_of_15_share, ..._20_share, ..._30_share.

    Raises
    ------
    FileNotFoundError
        If one of the files is not there.
    InputError
        If a county of the tracts has no residents in the table for 2020.

    Notes
    -----
    The line is the one that is used: fitted to OTPs over all tracts of the state.
    """
    tracts = gpd.read_file(raw / TRACTS)
    otp = _pairs(raw, tracts, *OTP)
    line = fit_line(otp["km"], otp["minutes"])
    rows = []
    for tested_on, pairs in (
        ("otp_drive_2021", otp),
        ("treatment_drive_2021", _pairs(raw, tracts, *TREATMENT)),
    ):
        county = tracts["GEOID"].str[:5].reindex(pairs.index)
        types = county.map(_county_types(county, population))
        for code, _, _ in COUNTY_TYPES:
            some = pairs[types == code]
            rows.append(
                {
                    "tested_on_code": tested_on,
                    "county_type_code": code,
                    "counties": county[types == code].nunique(),
                    **_spread(line, some),
                }
            )
    return pd.DataFrame(rows)


def _county_types(county: pd.Series, population: pd.DataFrame) -> dict[str, str]:
    rows = population[population["year"] == COUNTY_TYPE_YEAR]
    residents = rows.set_index("county_geoid")["population_persons"].to_dict()
    absent = sorted(set(county) - set(residents))
    if absent:
        msg = (
            f"`population` has no residents of {COUNTY_TYPE_YEAR} for {len(absent)} counties, "
            f"first {absent[0]}"
        )
        raise InputError(msg)
    return {
        geoid: next(code for code, _, least in COUNTY_TYPES if residents[geoid] >= least)
        for geoid in set(county)
    }


def _spread(line: LineFit, pairs: pd.DataFrame) -> dict[str, object]:
    estimate = line.intercept_minutes + line.slope_minutes_per_km * pairs["km"]
    off = estimate - pairs["minutes"]
    same = _errors(line, pairs, "")
    return {
        "tracts": len(pairs),
        "median_published_minutes": round(float(pairs["minutes"].median()), 2),
        "mean_error_minutes": round(float(off.mean()), 2),
        "mean_absolute_error_minutes": round(float(off.abs().mean()), 2),
        "absolute_error_90th_minutes": round(float(off.abs().quantile(0.9)), 2),
        **{name: value for name, value in same.items() if name.startswith("right_side_of_")},
    }


def _pairs(raw: Path, tracts: gpd.GeoDataFrame, sites_file: str, drive_file: str) -> pd.DataFrame:
    sites = pd.read_csv(raw / sites_file, encoding="latin-1")
    sites = sites.rename(columns=str.lower).dropna(subset=["latitude", "longitude"])
    drive = pd.read_csv(raw / drive_file, dtype={"origin": "str"})
    minutes = drive.assign(geoid=drive["origin"].str.zfill(11)).set_index("geoid")["minutes"]
    inside = tracts.geometry.representative_point()
    km, _ = nearest_site(
        earth_positions_m(inside.x, inside.y),
        earth_positions_m(sites["longitude"], sites["latitude"]),
        within_km=0.5 * np.sqrt(tracts["ALAND"].to_numpy(float) / np.pi) / 1000,
    )
    pairs = pd.DataFrame({"km": km, "minutes": minutes.reindex(tracts["GEOID"]).to_numpy()})
    return pairs.dropna()


def _errors(line: LineFit, pairs: pd.DataFrame, tested_on: str) -> dict[str, object]:
    estimate = line.intercept_minutes + line.slope_minutes_per_km * pairs["km"]
    sides = {
        f"right_side_of_{limit}_share": round(
            float(((estimate <= limit) == (pairs["minutes"] <= limit)).mean()), 4
        )
        for limit in THRESHOLDS_MINUTES
    }
    return {
        "fitted_on_code": "otp_drive_2021",
        "tested_on_code": tested_on,
        "tracts": len(pairs),
        "intercept_minutes": round(line.intercept_minutes, 4),
        "slope_minutes_per_km": round(line.slope_minutes_per_km, 4),
        "correlation": round(float(pairs["km"].corr(pairs["minutes"])), 4),
        "mean_absolute_error_minutes": round(float((estimate - pairs["minutes"]).abs().mean()), 4),
        **sides,
        "source_id": "osrm-tract-2021",
    }
