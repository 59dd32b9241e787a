"""
Fit the travel-time line to published drive times (`python -m geo fit-travel-time --raw DIR`).

Drive minutes by OSRM from each census tract to the nearest facility: GeoDa Center, Opioid
Environment Policy Scan, 2021. Facilities: SAMHSA, July 2021. Tract outlines: Census Bureau, 2018.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access import LineFit, earth_positions_m, fit_line, nearest_site

if TYPE_CHECKING:
    from pathlib import Path

OTP: Final = ("OpioidTreatmentProgram_Geocoded.csv", "opioidtreatmentprogram_drive_tract.csv")
TREATMENT: Final = ("SubstanceUseTreatment_Geocoded.csv", "SUT_drive_tract.csv")
TRACTS: Final = "cb_2018_26_tract_500k.json"
THRESHOLDS_MINUTES: Final = (15, 20, 30)


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
