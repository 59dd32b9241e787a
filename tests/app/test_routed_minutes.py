"""Pages over a data folder with minutes by road: numbers, words and sources; a damaged file."""

from __future__ import annotations

import json
import re

import pytest
import streamlit as st
from shapely.geometry import shape
from streamlit.testing.v1 import AppTest

from geo.tables.reader import TRAVEL
from pages.shared.readers import FOLDER, STATIC
from tests.travel.made_up import WAS_MADE, data_folder, route

ROADS = f"Minutes are by car over OpenStreetMap roads, without traffic ({WAS_MADE})"
DETROIT = "26163-2616322000"


@pytest.fixture(scope="module")
def serve(project, reader, tmp_path_factory):
    """Make the app read a folder routed from all but some counties; put it back at the end."""
    with pytest.MonkeyPatch.context() as patch:

        def serve_routed(*leaving_out):
            folder = data_folder(project, tmp_path_factory.mktemp("served") / "data")
            route(reader, folder, leaving_out=leaving_out, catchments=True)
            patch.setenv(FOLDER, str(folder))
            st.cache_resource.clear()  # what the app keeps is of another folder
            return folder

        yield serve_routed
    st.cache_resource.clear()


def _outline(app):
    feature = json.loads((STATIC / app.state["reach"]["file"]).read_text())["features"]
    return shape(feature[0]["geometry"])


@pytest.fixture(scope="module")
def _all_by_road(serve):
    serve()


@pytest.mark.usefixtures("_all_by_road")
class TestAllByRoad:
    def test_map_shows_the_minutes_by_road_and_says_so(self, open_app, answers, project):
        app = open_app(area=DETROIT)
        assert app.state["minutes"] == {"treatment": "routed", "otp": "routed"}
        table = answers.municipalities(answers.today, 30, "treatment")
        name = re.search(r"municipality-\w+\.json", app.component["js_links"][0])[0]
        layer = json.loads((project / "static" / name).read_text(encoding="utf-8"))
        told = {one["properties"]["id"]: one["properties"]["otp"] for one in layer["features"]}
        assert told[DETROIT] == pytest.approx(table.loc[DETROIT, "otp_minutes"] / 2, abs=0.6)
        assert "min (routed, median)" in app.html
        assert "routed drive to any listed facility" in app.html
        assert f"{ROADS}." in app.html
        assert "straight-line" not in app.html
        app.open_table("municipality")
        assert "Min to an OTP (by road)" in app.test.dataframe[0].proto.columns

    def test_reach_by_road_is_a_layer_that_is_off_at_first(self, open_app):
        app = open_app()
        assert "reach" not in app.state
        assert "Reach by road" not in app.html
        app.test.pills(key="w_layers").set_value(["otp", "catchments"]).run()
        assert app.address()["layers"] == "otp.catchments"
        assert "Within 30 min of any listed facility by car" in app.html
        outline = _outline(app)
        app.test.query_params["facilities"] = "otp"
        app.test.query_params["minutes"] = "15"
        app.test.run()
        assert "Within 15 min of an OTP by car" in app.html
        smaller = _outline(app)
        assert 0 < smaller.area < outline.area / 2
        assert outline.buffer(1e-3).contains(smaller)

    def test_reach_by_road_within_other_minutes_says_why_it_is_not_drawn(self, open_app):
        app = open_app(layers="catchments", minutes="20")
        assert "reach" not in app.state
        assert "Outlines are made for 15 and 30 minutes, not 20." in app.html

    def test_gaps_are_told_in_routed_minutes(self, open_app):
        app = open_app("pages/gaps.py", area=DETROIT)
        assert "over 30 routed minutes from treatment" in app.html
        assert "routed minutes (median) from the nearest listed" in app.html
        assert "Min to treatment (by road)" in app.test.dataframe[0].proto.columns

    def test_profile_and_sources_name_openstreetmap(self, open_app):
        html = open_app("pages/area_profile.py", area=DETROIT).html
        assert "OpenStreetMap contributors; routed by Valhalla" in html
        assert f"{ROADS}." in html
        listed = open_app("pages/sources.py").test.dataframe[0].value.set_index("source")
        row = listed.loc["openstreetmap-routing"]
        assert row["vintage"] == "made-up.osm.pbf"
        assert "ODbL" in row["terms"]


def test_a_folder_routed_in_part_says_for_how_many_residents(serve, open_app):
    serve("26087")
    app = open_app()
    assert app.state["minutes"] == {"treatment": "partly estimated", "otp": "partly estimated"}
    assert f"{ROADS}, for 98 % of residents; the others’ are estimated" in app.html
    html = open_app("pages/area_profile.py", area="26087").html
    assert "min (estimated)" in html
    assert "OpenStreetMap contributors" in html


def test_damaged_routes_are_a_page_that_names_file_and_command(serve, project):
    path = serve() / TRAVEL / "travel_time.parquet"
    path.write_bytes(b"x")
    st.cache_resource.clear()
    page = AppTest.from_file(str(project / "dashboard.py"), default_timeout=60).run()
    assert not page.exception
    assert "data/travel/travel_time.parquet" in page.error[0].value
    assert [code.value for code in page.code] == ["python -m geo travel"]


def test_without_outlines_the_layer_is_not_offered_and_an_address_with_it_is_named(open_app):
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(FOLDER, raising=False)
        app = open_app(layers="otp.catchments")
        assert "Reach by road" not in app.test.pills(key="w_layers").options
        assert (
            "layers = “otp.catchments”, which is not a list of stripes" in app.test.warning[0].value
        )
        assert "catchments," not in app.test.warning[0].value
    st.cache_resource.clear()
