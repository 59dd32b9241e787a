"""Facilities within 30 minutes of each tract of Michigan, against published counts by road."""

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo.access import earth_positions_m, sites_within
from geo.analysis import travel_time_model

NAMES = (
    "cb_2018_26_tract_500k.json",
    "SubstanceUseTreatment_Geocoded.csv",
    "SUT_drive_tract.csv",
)


@pytest.fixture(scope="module")
def raw(project):
    folder = Path(os.environ.get("RAW_DATA") or project.parent / "shared" / "raw")
    absent = [name for name in NAMES if not (folder / name).exists()]
    if absent:
        pytest.skip(f"{absent[0]} is not in the folder that RAW_DATA names")
    return folder


def test_counts_within_30_estimated_minutes_follow_those_by_road(raw, reader):
    tracts, facilities, drives = (
        gpd.read_file(raw / NAMES[0]),
        pd.read_csv(raw / NAMES[1], encoding="latin-1", usecols=["longitude", "latitude"]),
        pd.read_csv(raw / NAMES[2]),
    )
    inside = tracts.geometry.representative_point()
    counts = sites_within(
        earth_positions_m(inside.x, inside.y),
        earth_positions_m(facilities["longitude"], facilities["latitude"]),
        travel_time_model(reader).km(30),
    )
    drives.index = drives["origin"].astype(str).str.zfill(11)
    published = drives["count within 30"].reindex(tracts["GEOID"])
    assert published.notna().all()
    both = pd.DataFrame({"ours": counts, "published": published.to_numpy()})
    assert both["ours"].corr(both["published"]) == pytest.approx(0.987, abs=0.0005)
    assert both["ours"].corr(both["published"], method="spearman") == pytest.approx(0.976, abs=5e-4)
    assert both.mean().round(1).tolist() == [33.4, 34.0]
