"""Census outlines, fetched from a real server as zipped shapefiles made here, and real files."""

from __future__ import annotations

import io
import json
import shutil
import zipfile

import geopandas as gpd
import pytest
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geo.errors import InputError, SourceError
from geo.sources.boundary_files import boundary_rows
from geo.sources.census_boundaries import COUNTIES, COUSUBS, PLACES, TRACTS, ZCTAS
from tests.sources.publisher_server import Answer

GENZ = "www2.census.gov/geo/tiger/GENZ"
SQUARES = [box(x, 42.0, x + 1.0, 43.0) for x in (-84.0, -83.0, -82.0)]
BOW_TIE = Polygon([(-84, 42), (-83, 43), (-83, 42), (-84, 43)])

COMMON = {
    "STATEFP": ["26", "26", "39"],
    "GEOIDFQ": ["a", "b", "c"],
    "NAME": ["Second", "First", "Elsewhere"],
    "ALAND": [2_000_000_000_000, 1, 3],
    "AWATER": [0, 0, 0],
}
COUNTY = COMMON | {"GEOID": ["26099", "26001", "39001"], "COUNTYFP": ["099", "001", "001"]}
COUSUB = COMMON | {
    "GEOID": ["2609912345", "2609900000", "3900112345"],
    "COUSUBFP": ["12345", "00000", "12345"],
    "LSAD": ["44", "00", "44"],
}
PLACE = COMMON | {"GEOID": ["2612345", "2600001", "3900001"], "LSAD": ["25", "57", "25"]}
TRACT = COMMON | {"GEOID": ["26099000200", "26099000100", "39001000100"]}
ZCTA = {"ZCTA5CE20": ["48002", "48001", "43001"], "GEOID20": ["48002", "48001", "43001"]}
ZCTA |= {"ALAND20": [2, 1, 3], "AWATER20": [0, 0, 0]}

KINDS = [
    (COUNTIES, COUNTY, "2023/shp/cb_2023_us_county_500k.zip"),
    (COUSUBS, COUSUB, "2023/shp/cb_2023_26_cousub_500k.zip"),
    (PLACES, PLACE, "2023/shp/cb_2023_26_place_500k.zip"),
    (TRACTS, TRACT, "2023/shp/cb_2023_26_tract_500k.zip"),
    (ZCTAS, ZCTA, "2020/shp/cb_2020_us_zcta520_500k.zip"),
]
IDS = [source.source_id for source, _, _ in KINDS]


@pytest.fixture(scope="session")
def zipped(tmp_path_factory):
    """A maker of zipped shapefiles: columns and outlines to bytes."""

    def make(columns, outlines=SQUARES, crs="EPSG:4269", stem="cb"):
        folder = tmp_path_factory.mktemp("shapefile")
        gpd.GeoDataFrame(columns, geometry=outlines, crs=crs).to_file(folder / f"{stem}.shp")
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for path in sorted(folder.iterdir()):
                archive.write(path, path.name)
            archive.writestr(f"{stem}.shp.iso.xml", "<?xml version='1.0'?><metadata/>")
        return target.getvalue()

    return make


@pytest.fixture
def given(tmp_path):
    """A maker of files in a folder."""

    def make(name, content):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return make


@pytest.fixture
def fetched(publisher, client, zipped):
    """A maker: what a source reads from the server."""

    def make(source, columns, path, **how):
        publisher.script(GENZ + path, zipped(columns, **how))
        files = source.fetch(client, "26")
        return source.read([one.path for one in files], "26")

    return make


def _types(frame):
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def test_counties_are_fetched_and_read(fetched, publisher):
    rows = fetched(*KINDS[0])
    assert len(publisher.asked) == 1
    assert _types(rows) == {
        "geoid": "str",
        "name": "str",
        "land_m2": "Int64",
        "geometry": "geometry",
    }
    assert rows.crs == "EPSG:4269"
    assert rows["geoid"].tolist() == ["26001", "26099"]
    assert rows["name"].tolist() == ["First", "Second"]
    assert rows["land_m2"].tolist() == [1, 2_000_000_000_000]
    assert rows.geometry.iloc[0].equals(SQUARES[1])


def test_county_subdivisions_leave_out_water_outside_any(fetched):
    rows = fetched(*KINDS[1])
    assert _types(rows.drop(columns="geometry")) == {
        "geoid": "str",
        "name": "str",
        "lsad_code": "str",
        "county_geoid": "str",
        "land_m2": "Int64",
    }
    found = rows.drop(columns="geometry").to_dict("records")
    assert found == [
        {
            "geoid": "2609912345",
            "name": "Second",
            "lsad_code": "44",
            "county_geoid": "26099",
            "land_m2": 2_000_000_000_000,
        }
    ]


@pytest.mark.parametrize(
    ("lsad", "expected"),
    [("43", True), ("47", True), ("UG", True), ("55", False), ("57", False), ("62", False)],
)
def test_places_are_incorporated_by_lsad_where_no_class_is_given(zipped, given, lsad, expected):
    path = given("cb_2023_26_place_500k.zip", zipped(PLACE | {"LSAD": ["25", lsad, "25"]}))
    rows = PLACES.read([path], "26")
    assert _types(rows)["is_incorporated"] == "boolean"
    assert rows["is_incorporated"].tolist() == [expected, True]


def test_places_are_incorporated_by_class_where_it_is_given(zipped, given):
    classes = PLACE | {"CLASSFP": ["U1", "C5", "C1"]}  # against what LSAD would say
    rows = PLACES.read([given("tl_2019_26_place.zip", zipped(classes))], "26")
    assert dict(zip(rows["geoid"], rows["is_incorporated"], strict=True)) == {
        "2600001": True,
        "2612345": False,
    }


def test_tracts_have_a_rounded_point_inside(fetched):
    ring = Polygon(box(-84, 42, -83, 43).exterior, [box(-83.9, 42.1, -83.1, 42.9).exterior])
    rows = fetched(*KINDS[3], outlines=[ring, *SQUARES[1:]])
    assert list(_types(rows).items()) == [
        ("geoid", "str"),
        ("county_geoid", "str"),
        ("land_m2", "Int64"),
        ("latitude", "Float64"),
        ("longitude", "Float64"),
        ("geometry", "geometry"),
    ]
    points = gpd.GeoSeries.from_xy(rows["longitude"], rows["latitude"], crs=rows.crs)
    assert points.within(rows.geometry).all()
    assert rows["latitude"].tolist() == rows["latitude"].round(5).tolist()


def test_a_tract_too_thin_for_rounding_keeps_its_exact_point(zipped, given):
    thin = box(-83.000004, 42.000001, -83.000003, 42.000002)
    path = given("cb_2023_26_tract_500k.zip", zipped(TRACT, outlines=[thin, *SQUARES[1:]]))
    row = TRACTS.read([path], "26").iloc[1]
    assert row["geometry"].contains(gpd.points_from_xy([row["longitude"]], [row["latitude"]])[0])


def test_zctas_of_the_whole_country_are_kept(fetched):
    rows = fetched(*KINDS[4])
    assert _types(rows) == {"zip_code": "str", "land_m2": "Int64", "geometry": "geometry"}
    assert rows["zip_code"].tolist() == ["43001", "48001", "48002"]


@pytest.mark.parametrize(("source", "columns", "path"), KINDS, ids=IDS)
def test_a_fetched_file_is_found_again_in_a_folder_by_its_name(
    publisher, client, zipped, tmp_path, source, columns, path
):
    publisher.script(GENZ + path, zipped(columns))
    (one,) = source.fetch(client, "26")
    assert one.url == f"https://{GENZ}{path}"
    shutil.copy(one.path, tmp_path)
    assert source.files_in(tmp_path, "26") == (tmp_path / one.path.name,)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (COUNTIES, "cb_2023_us_county_20m.geojson"),
        (COUNTIES, "cb_2016_us_county_5m.zip"),
        (COUNTIES, "tl_2020_us_county.zip"),
        (COUSUBS, "cb_2018_26_cousub_500k.zip"),
        (PLACES, "tl_2019_26_place.zip"),
        (PLACES, "cb_2022_us_place_500k.zip"),
        (TRACTS, "cb_2018_26_tract_500k.json"),
        (TRACTS, "tl_2010_26_tract10.zip"),
        (ZCTAS, "cb_2018_us_zcta510_500k.zip"),
        (ZCTAS, "tl_2023_us_zcta520.zip"),
    ],
)
def test_other_published_names_are_found(tmp_path, source, name):
    (tmp_path / name).touch()
    assert source.files_in(tmp_path, "26") == (tmp_path / name,)


@pytest.mark.parametrize("source", [COUSUBS, PLACES, TRACTS])
def test_another_states_file_is_not_found(tmp_path, source):
    kind = source.source_id.split("-")[1]
    (tmp_path / f"cb_2023_39_{kind}_500k.zip").touch()
    assert source.files_in(tmp_path, "26") == ()


@pytest.mark.parametrize(("source", "columns", "path"), KINDS, ids=IDS)
def test_a_changed_schema_is_named_column_by_column(zipped, given, source, columns, path):
    name = path.rpartition("/")[2]
    spared = {"AWATER", "AWATER20", "GEOIDFQ", "ZCTA5CE20", "COUNTYFP", "NAME"}
    spared -= set() if source in {ZCTAS, TRACTS} else {"NAME"}
    for column in set(columns) - spared:
        changed = {("NEW_NAME" if one == column else one): got for one, got in columns.items()}
        file = given(name, zipped(changed))
        bare = column.removesuffix("20")
        message = rf"{name} has changed: column {bare} is not there; .*NEW_NAME"
        with pytest.raises(InputError, match=message):
            source.read([file], "26")


def test_a_broken_outline_is_mended_to_its_polygons(zipped, given):
    path = given("cb_2023_us_county_500k.zip", zipped(COUNTY, [BOW_TIE, *SQUARES[1:]]))
    mended = COUNTIES.read([path], "26").geometry.iloc[1]
    assert mended.is_valid
    assert isinstance(mended, MultiPolygon)
    assert mended.area == pytest.approx(0.5)


def test_of_a_broken_outline_only_polygons_stay(given):
    spike = [[-84, 42], [-83, 42], [-83, 43], [-83, 44], [-83, 43], [-84, 43], [-84, 42]]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [spike]},
        "properties": {"STATEFP": "26", "GEOID": "26001", "NAME": "Spiked", "ALAND": 1},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    rows = COUNTIES.read([given("cb_2023_us_county_20m.geojson", content)], "26")
    assert rows.geometry.iloc[0].equals(box(-84, 42, -83, 43))
    assert rows.crs == "EPSG:4269"


@pytest.mark.parametrize("outline", [None, LineString([(0, 0), (1, 1)]), Polygon()])
def test_a_row_without_an_outline_is_named(given, outline):
    features = gpd.GeoDataFrame(
        {name: values[:2] for name, values in COUNTY.items()}, geometry=[SQUARES[0], outline]
    ).to_json()
    path = given("cb_2023_us_county_500k.json", features.encode())
    with pytest.raises(InputError, match="1 rows without an outline, first 26001"):
        COUNTIES.read([path], "26")


def test_outlines_in_another_system_are_brought_to_nad83(zipped, given):
    rows = gpd.GeoSeries(SQUARES, crs="EPSG:4269").to_crs("EPSG:3857")
    path = given("cb_2023_us_county_500k.zip", zipped(COUNTY, list(rows), crs="EPSG:3857"))
    found = COUNTIES.read([path], "26").geometry.iloc[1]
    assert found.bounds == pytest.approx(SQUARES[0].bounds)


def test_outlines_in_no_stated_system_are_refused(zipped, given):
    content = io.BytesIO()
    whole = io.BytesIO(zipped(COUNTY))
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(content, "w") as archive:
        for name in parts.namelist():
            if not name.endswith(".prj"):
                archive.writestr(name, parts.read(name))
    path = given("cb_2023_us_county_500k.zip", content.getvalue())
    with pytest.raises(InputError, match="no outlines in a stated coordinate system"):
        COUNTIES.read([path], "26")


def test_a_state_without_rows_is_named(zipped, given):
    path = given("cb_2023_us_county_500k.zip", zipped(COUNTY))
    with pytest.raises(InputError, match=r"cb_2023_us_county_500k.zip has no rows for state 72"):
        COUNTIES.read([path], "72")


def test_the_file_of_another_kind_is_refused(zipped, given):
    path = given("cb_2023_26_tract_500k.zip", zipped(COUNTY))
    with pytest.raises(InputError, match="2 rows whose GEOID has not 11 digits, first '26001'"):
        TRACTS.read([path], "26")


def test_a_code_that_stands_twice_is_named(zipped, given):
    twice = COUNTY | {"GEOID": ["26001", "26001", "39001"]}
    path = given("cb_2023_us_county_500k.zip", zipped(twice))
    with pytest.raises(InputError, match="has GEOID 26001 twice"):
        COUNTIES.read([path], "26")


@pytest.mark.parametrize("land", ["much", -1, None])
def test_a_land_area_that_is_none_is_named(zipped, given, land):
    path = given("cb_2023_us_county_500k.zip", zipped(COUNTY | {"ALAND": [land, land, land]}))
    with pytest.raises(InputError, match="column ALAND has 2 values that are no land area"):
        COUNTIES.read([path], "26")


def test_two_vintages_in_one_folder_are_refused(given):
    paths = [given(f"cb_{year}_us_county_500k.zip", b"") for year in (2022, 2023)]
    with pytest.raises(InputError, match=r"there are 2 \(cb_2022_us.*, cb_2023_us.*\); keep"):
        COUNTIES.read(paths, "26")


def _cut(whole):
    return whole[: len(whole) // 2]


def _with_second_shapefile(whole):
    target = io.BytesIO(whole)
    with zipfile.ZipFile(io.BytesIO(whole)) as parts, zipfile.ZipFile(target, "a") as archive:
        archive.writestr("second.shp", parts.read("cb.shp"))
    return target.getvalue()


def _with_path_outside(_):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("../../cb.shp", b"x")
    return target.getvalue()


def _bomb(_):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cb.shp", bytes(52_000_000))
    return target.getvalue()


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (_cut, "damaged"),
        (lambda _: b"<html>Service unavailable</html>", "damaged"),
        (lambda _: b"", "damaged"),
        (_with_second_shapefile, "must hold one shapefile"),
        (_with_path_outside, "leads out of the archive"),
        (_bomb, "unpacks to more than"),
    ],
    ids=["cut", "page", "empty", "two shapefiles", "path outside", "bomb"],
)
def test_a_bad_zip_is_refused_with_its_name(zipped, given, broken, problem):
    path = given("cb_2023_us_county_500k.zip", broken(zipped(COUNTY)))
    message = rf"County outlines: cb_2023_us_county_500k.zip: .*{problem}"
    with pytest.raises(InputError, match=message):
        COUNTIES.read([path], "26")


def test_a_bad_geojson_is_refused_with_its_name(given):
    path = given("cb_2023_us_county_500k.geojson", b'{"type": "FeatureCollection", "feat')
    with pytest.raises(InputError, match=r"cb_2023_us_county_500k.geojson: .*damaged"):
        COUNTIES.read([path], "26")


def test_a_state_the_publisher_has_no_file_for_is_named(publisher, client):
    with pytest.raises(SourceError, match=r"cb_2023_99_tract_500k.zip: the server answered 404"):
        TRACTS.fetch(client, "99")
    assert len(publisher.asked) == 1


def test_a_download_that_is_cut_is_resumed_and_read(publisher, client, zipped):
    content = zipped(COUNTY)
    path = GENZ + KINDS[0][2]
    cut = Answer(content, etag='"1"', cut_after=len(content) // 2)
    publisher.script(path, cut, Answer(content, etag='"1"'))
    (one,) = COUNTIES.fetch(client, "26")
    assert len(COUNTIES.read([one.path], "26")) == 2
    assert "range" in publisher.asked[1].headers


def test_michigan_has_83_real_counties(raw):
    rows = COUNTIES.read(COUNTIES.files_in(raw, "26"), "26")
    assert len(rows) == 83
    assert rows["geoid"].is_monotonic_increasing
    macomb = rows.set_index("geoid").loc["26099"]
    assert (macomb["name"], macomb["land_m2"]) == ("Macomb", 1_241_505_061)


def test_puerto_rico_is_in_the_real_file_of_all_counties(raw):
    files = COUNTIES.files_in(raw, "72")
    assert len(COUNTIES.read(files, "72")) == 78
    assert len(boundary_rows(files, None, "Counties", (), 5)) == 3222


def test_michigan_has_2772_real_tracts_with_points_inside(raw):
    rows = TRACTS.read(TRACTS.files_in(raw, "26"), "26")
    assert len(rows) == 2772
    points = gpd.GeoSeries.from_xy(rows["longitude"], rows["latitude"], crs=rows.crs)
    assert points.within(rows.geometry).all()
    assert rows["county_geoid"].nunique() == 83


def test_michigan_has_533_real_incorporated_places_of_692(raw):
    files = PLACES.files_in(raw, "26")
    rows = PLACES.read(files, "26")
    assert len(rows) == 692
    assert int(rows["is_incorporated"].sum()) == 533
    by_lsad = ~rows["lsad_code"].isin(["55", "57", "62"])
    assert (by_lsad == rows["is_incorporated"]).all()
