"""How far the estimate is off, by the size of the county, on the published drive times."""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import InputError
from geo.sources.osrm_drive_times import COUNTY_TYPES, errors_by_county_type, travel_time_model


@pytest.fixture(scope="module")
def raw(project):
    folder = project.parent / "shared" / "raw"
    if not (folder / "SUT_drive_tract.csv").exists():
        pytest.skip("the stored public files are not beside the project (../shared/raw)")
    return folder


@pytest.fixture(scope="module")
def table(raw, reader):
    return errors_by_county_type(raw, reader.read("county_population"))


def test_types_together_are_the_errors_of_the_whole_state(raw, table):
    state = travel_time_model(raw).set_index("tested_on_code")
    for tested_on, rows in table.groupby("tested_on_code"):
        assert rows["tracts"].sum() == state.loc[tested_on, "tracts"]
        for name in ("mean_absolute_error_minutes", "right_side_of_30_share"):
            mean = np.average(rows[name], weights=rows["tracts"])
            assert mean == pytest.approx(state.loc[tested_on, name], abs=0.01)


def test_line_is_three_times_as_far_off_in_small_counties(table):
    off = table.set_index(["tested_on_code", "county_type_code"])["mean_absolute_error_minutes"]
    for tested_on in ("otp_drive_2021", "treatment_drive_2021"):
        large, _, small = (off[tested_on, code] for code, _, _ in COUNTY_TYPES)
        assert 2.5 * large < small


def test_table_of_the_documentation_is_the_computed_one(table, project):
    text = (project / "docs" / "travel.md").read_text(encoding="utf-8")
    for row in table.itertuples():
        cells = (
            f"| {row.county_type_code} | {row.counties} | {row.tracts:,} "
            f"| {row.median_published_minutes:.1f} | {row.mean_error_minutes:+.1f} "
            f"| {row.mean_absolute_error_minutes:.1f} | {row.absolute_error_90th_minutes:.1f} "
            f"| {row.right_side_of_30_share:.1%} |"
        )
        assert cells.replace("%", " %") in text


def test_a_county_without_residents_is_named(raw, reader):
    population = reader.read("county_population")
    without = population[population["county_geoid"] != "26049"]
    with pytest.raises(InputError, match="no residents of 2020 for 1 counties, first 26049"):
        errors_by_county_type(raw, without)
