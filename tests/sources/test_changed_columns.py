"""A file without a column that is needed: what is new in it is told, what is known is not."""

from __future__ import annotations

import json

import pytest

from geo.errors import InputError
from geo.sources.registry import SOURCES

YEARS = ("POPESTIMATE2020", "ESTIMATESBASE2020", "NPOPCHG2020", "RNATURALCHG2021")
HEADINGS = {
    "samhsa-locator": (
        "SubstanceUseTreatment_Geocoded.csv",
        "name1,name2,street1,street2,city,state,zip,zip4,county,latitude,longitude",
        "city",
    ),
    "samhsa-otp": (
        "OpioidTreatmentProgram_Geocoded.csv",
        "ID,ADDRESS,CITY,STATE,POSTAL,Latitude,Longitude",
        "POSTAL",
    ),
    "hifld-police": (
        "Local_Law_Enforcement_Locations.csv",
        "X,Y,ID,NAME,ADDRESS,CITY,STATE,ZIP,ZIP4,TYPE,STATUS,COUNTYFIPS,LATITUDE,LONGITUDE,FTSWORN",
        "COUNTYFIPS",
    ),
    "fbi-agencies": (
        "fbi-agencies-39.csv",
        "ori,agency_name,agency_type_name,state_name,state_abbr,county_name,nibrs,latitude,longitude",
        "agency_name",
    ),
    "census-estimates-2020s": (
        "co-est2020-alldata.csv",
        "SUMLEV,REGION,DIVISION,STATE,COUNTY,STNAME,CTYNAME," + ",".join(YEARS),
        "COUNTY",
    ),
    "census-2020-tract": (
        "dec2020_pl_39_tract.csv",
        "GEO_ID,NAME,P1_001N,state,county,tract",
        "P1_001N",
    ),
    "cdc-county-deaths": (
        "psx4-wq38.csv",
        "GEOID,Name,St_GEOID,St_Name,Intent,Period,Count_Sup,Rate,Rate_M,Rate_M_CI,Data_As_Of",
        "Count_Sup",
    ),
}


@pytest.mark.parametrize("source_id", HEADINGS)
def test_column_that_is_gone_is_named_with_the_new_one_and_no_known_one(tmp_path, source_id):
    name, headings, gone = HEADINGS[source_id]
    path = tmp_path / name
    columns = ["Brand_New" if one == gone else one for one in headings.split(",")]
    path.write_text(",".join(columns) + "\n" + ",".join("1" * len(columns)) + "\n", "utf-8")
    with pytest.raises(InputError, match="is not there") as caught:
        SOURCES[source_id].read([path], "39")
    said, _, new = str(caught.value).lower().partition("not known before: ")
    assert f"column {gone.lower()} is not there" in said
    assert new == "brand_new"


@pytest.mark.parametrize("kind", ["county", "cousub", "place", "tract"])
def test_known_columns_of_outlines_are_not_called_new(tmp_path, kind):
    columns = "STATEFP COUNTYFP COUSUBFP PLACEFP TRACTCE AFFGEOID GEOID NAMELSAD LSAD AWATER"
    properties = dict.fromkeys((*columns.split(), "Land"), "1")
    shape = {"type": "Point", "coordinates": [-83, 40]}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    path = tmp_path / "cb.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    with pytest.raises(InputError, match=r"column ALAND.* is not there") as caught:
        SOURCES[f"census-{kind}-boundaries"].read([path], "39")
    assert str(caught.value).endswith("not known before: Land")
