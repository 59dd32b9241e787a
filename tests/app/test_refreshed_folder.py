"""Every page over a refreshed folder of a small made-up state, and over one of outlines alone."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import streamlit as st

from geo import overview
from geo.analysis import jurisdiction_table
from geo.answers import Answers
from geo.card import area_card
from geo.comparison import comparison
from geo.exports import trend_rows
from geo.figures.fact_sheet import fact_sheet
from geo.figures.kinds import figure_content
from geo.figures.needs import needs
from geo.gap_view import scoped_gaps, summary
from geo.maps.state import Layers
from geo.maps.style import GAP_WORDS, POLICE_LOOKS
from geo.plan_view import status_sentence, whose_status_next
from geo.profile import profile
from geo.scenario import Scenario
from geo.sources.refresh import Order, refresh
from geo.tables.reader import TableReader
from geo.what_if_view import share_changes
from pages.shared.readers import FOLDER
from tests.sources.small_state import write_state_files

PAGES = [
    *("coverage_map", "gaps", "area_profile", "compare"),
    *("plan", "figures", "your_data", "sources"),
]
FALSE = (
    r"Michigan|Oakland|Macomb|Wayne|Detroit|Hope Not Handcuffs|five counties|2017 only|\bnan\b|<NA>"
)
SCRIPT = "<script>alert(1)"
VILLAGE, VILLAGE_TRACT = "39003-3950001", "39003000100"
FIR = "39011"
KINDS = ("title", "header", "subheader", "caption", "info", "warning", "error", "success")


WHOLE = pytest.mark.parametrize("served", ["whole"], indirect=True)
BARE = pytest.mark.parametrize("served", ["bare"], indirect=True)
UNCOUNTED = pytest.mark.parametrize("served", ["uncounted"], indirect=True)
UNLISTED = pytest.mark.parametrize("served", ["unlisted"], indirect=True)
FACILITIES = ("findtreatment.json", "otp-directory.csv")
COUNTS = ("dec2020_pl_39_tract.json", "acs5_2023_39_tract.json")


@pytest.fixture(scope="module")
def served(request, tmp_path_factory):
    """A refreshed folder the app reads: of every file, or of fewer of them."""
    files, out = tmp_path_factory.mktemp("published"), tmp_path_factory.mktemp("refreshed")
    write_state_files(files, "39")
    if request.param == "bare":
        given = tmp_path_factory.mktemp("outlines")
        shutil.copy(files / "cb_2023_us_county_500k.zip", given)
        files = given
    for name in {"uncounted": COUNTS, "unlisted": FACILITIES}.get(request.param, ()):
        (files / name).unlink()
    refresh(Order(("39",), out, files, date(2026, 11, 23)), None, report=lambda _: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER, str(out))
        st.cache_resource.clear()  # what the app keeps is of another folder
        yield out
    st.cache_resource.clear()


@pytest.fixture
def page(served, open_app):  # noqa: ARG001, the app reads it
    """A page of the app over that folder, and all it says without the marks of HTML around it."""

    def open_page(name, **query):
        app = open_app("dashboard.py" if name == "dashboard" else f"pages/{name}.py", **query)
        parts = [app.html]
        parts += [str(element.value) for kind in KINDS for element in getattr(app.test, kind)]
        parts += [str(box.options) for box in app.test.sidebar.selectbox]
        return app, re.sub(r"\s+", " ", re.sub(r"</?[a-z][^>]*>", " ", "\n".join(parts)))

    return open_page


@WHOLE
@pytest.mark.parametrize("name", PAGES)
def test_page_of_a_refreshed_state_tells_of_that_state_only(page, name):
    app, said = page(name)
    assert not app.test.error
    assert not re.search(FALSE, said), re.search(rf".{{0,80}}({FALSE}).{{0,80}}", said)[0]
    assert "2010" not in said.replace("estimates from 2010", "")
    assert "Ohio" in said or name == "sources"


@WHOLE
@pytest.mark.parametrize(
    ("part", "told"),
    [
        (
            "methods",
            "deaths 2019 to 2023, facilities listed November 2026, no evidence on police)",
        ),
        ("context", "It says nothing of the law, the police or the programs of Ohio."),
    ],
)
def test_documents_that_tell_of_the_shipped_tables_say_so(page, part, told):
    app, _ = page("sources")
    app.test.segmented_control(key="w_part").set_value(part).run()
    assert told in app.test.info[0].value


@WHOLE
def test_years_are_those_of_the_files(page):
    _, said = page("dashboard")
    assert "Overdose deaths, 2019 to 2023" in said
    assert "2024 estimate; shares are weighted by the 230,000 counted in tracts in 2020" in said
    assert "listed November 2026" in said
    assert "2022" not in said


@WHOLE
@pytest.mark.parametrize(
    ("county", "deaths"),
    [
        ("39003", "5 to 45 (5 years suppressed, 1 to 9 each)"),
        ("39005", "0"),
        ("39007", "96 to 136 (1 year suppressed, 10 to 50 each)"),
    ],
)
def test_suppressed_and_zero_read_as_two_things(page, county, deaths):
    _, said = page("area_profile", area=county)
    assert re.search(rf"Overdose deaths, 2019 to 2023 {re.escape(deaths)} Rate", said)


@WHOLE
def test_year_withheld_as_10_to_50_is_told_as_that_range(served):
    own = Answers(TableReader(served))
    scope = replace(own.first_scope(), counties=("39007",), area="39007")
    trend = figure_content(own, scope, "trend", page="", made_on=own.today)
    assert re.search(r"Suppressed at the source \(10 to 50 deaths\): 20\d\d\.", trend.caution)
    assert "1 year is suppressed: 10 to 50 deaths, shown as a range." in trend.alt
    told = comparison(own, scope)["text"].str.contains("suppressed years (10 to 50", regex=False)
    assert told.sum() == 1
    rows = trend_rows(profile(own, scope).trend)
    assert (rows["events_reason_code"] == "suppressed").sum() == 1
    assert "(10 to 50 deaths each)" in " ".join(needs(own, scope, "plain").unknown)


@WHOLE
def test_plan_by_deaths_names_the_county_that_has_no_rate(page):
    app, _ = page("plan", demand="rate")
    said = "No plan: these tables have no death rate of Fir; weight residents in another way"
    assert said in app.test.error[0].value
    app, _ = page("plan", demand="rate", counties="39001.39003")
    assert not app.test.error


@WHOLE
def test_county_that_lacks_a_year_is_told_by_that_year_and_counted_nowhere(page, served):
    lacking = "no count of 2019 in this source"
    for name, query in (
        ("area_profile", {"area": FIR}),
        ("coverage_map", {"area": FIR}),
        ("coverage_map", {"area": FIR, "measure": "crude_rate"}),
    ):
        _, said = page(name, **query)
        assert lacking in said
        assert "476 to 556" in said or name == "area_profile"
        assert "not in this source Rate" not in said
    own = Answers(TableReader(served))
    scope = own.first_scope()
    table = scoped_gaps(own, scope)
    of_fir = table[table["county_geoid"] == FIR]
    assert of_fir["sentence"].str.contains(f"need is not known: {lacking}.", regex=False).all()
    assert of_fir["gap_code"].str.endswith("_need_unknown").all()
    later = scoped_gaps(own, replace(scope, start=2020))
    assert not later.loc[of_fir.index, "gap_code"].str.endswith("_need_unknown").any()
    texts = comparison(own, replace(scope, counties=(FIR, "39001")))
    assert lacking in set(texts.loc[texts["county_geoid"] == FIR, "text"])


@UNCOUNTED
def test_deaths_of_groups_without_known_residents_have_no_rate_and_no_error(page):
    _, said = page("coverage_map", measure="tract_groups")
    assert "the residents that the deaths are of are not known" in said


@UNCOUNTED
def test_fact_sheet_of_a_county_without_need_and_gaps_draws_the_police(uncounted):
    sheet = fact_sheet(uncounted, uncounted.first_scope(), FIR, made_on=uncounted.today)
    assert sheet.map_title == "Police naloxone and places of help"
    assert sheet.gaps[0].startswith("No residents by tract are in these tables")


@WHOLE
def test_markup_in_a_name_is_shown_as_text(page):
    app, _ = page("area_profile", area="39009-3900910001")
    assert "Elm County Sheriff&#39;s Office &lt;script&gt;alert(1)" in app.html
    assert SCRIPT not in app.html
    app, _ = page("coverage_map", area="39001-3950002")
    assert "Clinic &lt;script&gt;alert(1)" in app.html
    assert SCRIPT not in app.html


@WHOLE
def test_gaps_say_whose_need_they_take(page):
    app, said = page("gaps")
    assert len(app.test.dataframe[0].value) == 16
    assert "High need, county: hotspot or cluster, 2019 to 2023" in said
    assert "hot tract groups" not in said, "no municipality's own need is known"
    assert "16 of 16 municipalities listed, 16 with a gap. In them 230,000 people" in said


@BARE
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("dashboard", ["No county has a rate"]),
        (
            "coverage_map",
            [
                "Residents not known",
                "Overdose deaths, 2018 to 2022 not known",
                "not known for 6 of the 6 counties",
            ],
        ),
        ("gaps", ["No residents by tract and no list of treatment facilities are in these"]),
        (
            "area_profile",
            [
                "Residents not in these tables",
                "These tables hold no counts of overdose deaths",
            ],
        ),
        ("compare", ["Alder County Not in this source", "These tables hold no counts of"]),
        ("plan", ["No residents by tract and no list of treatment facilities are in these"]),
        ("figures", ["shares, minutes and gaps are not known for Ohio"]),
        ("your_data", []),
        ("sources", []),
    ],
)
def test_page_over_outlines_alone_says_what_is_not_known(page, name, told):
    _, said = page(name)
    assert [sentence for sentence in told if sentence not in said] == []
    assert not re.search(FALSE, said), re.search(rf".{{0,80}}({FALSE}).{{0,80}}", said)[0]


@BARE
def test_measure_without_any_count_draws_a_map_of_outlines(page):
    app, said = page("coverage_map", measure="crude_rate")
    assert "Ohio" in said
    told = {text for _, text in app.state["counties"].values()}
    assert told == {"deaths: not in this source"}


@BARE
def test_what_if_where_nobody_is_known_to_live_says_so(page):
    _, said = page("plan", part="what_if")
    assert "no residents by tract are known" in said


@WHOLE
def test_help_that_no_list_names_is_not_known_and_not_absent(page, answers):
    _, said = page("coverage_map")
    assert re.search("Walk-in stations not known no list of them in these tables", said)
    assert "These tables hold no evidence on police" in said
    assert "100 % live over 30 min from one" not in said
    assert answers.unlisted == ()


@pytest.fixture
def uncounted(served):
    """Answers over a refreshed folder whose tracts have no residents."""
    return Answers(TableReader(served))


@UNCOUNTED
@pytest.mark.parametrize(
    ("name", "query", "told"),
    [
        (
            "coverage_map",
            {"colour": "police"},
            ["Unknown: nothing documented", "2024 estimate; none known by tract"],
        ),
        ("coverage_map", {"colour": "gaps"}, ["Not known: residents not known"]),
        ("compare", {"colour": "police"}, ["Unknown: nothing documented"]),
        ("figures", {"figure": "gap"}, ["shares, minutes and gaps are not known for Ohio"]),
        ("gaps", {}, ["shares, minutes and gaps are not known"]),
        ("plan", {}, ["shares, minutes and gaps are not known"]),
    ],
)
def test_page_without_residents_shows_police_and_says_why_the_rest_is_not_known(
    page, name, query, told
):
    _, said = page(name, **query)
    assert [sentence for sentence in told if sentence not in said] == []
    assert "compiled" not in said.replace("are compiled by hand", "")


@UNCOUNTED
def test_map_without_residents_colours_every_municipality_by_its_police(page, uncounted):
    app, _ = page("coverage_map", colour="police")
    unknown = [look.colour for look in POLICE_LOOKS if look.code == "not_documented"]
    areas = app.state["areas"]
    assert [app.state["styles"][int(one, 36)] for one in areas["style"]] == [unknown] * 16
    assert set(areas["gap"]) == {str(list(GAP_WORDS).index("residents_unknown"))}
    table = overview.municipality_table(uncounted, uncounted.first_scope())
    assert table["gap"].str.contains("residents not known").all()
    assert table["residents_persons"].isna().all()


@UNCOUNTED
def test_figure_of_police_without_residents_counts_municipalities(uncounted):
    scope = uncounted.first_scope()
    content = figure_content(uncounted, scope, "police", page="", made_on=uncounted.today)
    assert "unknown: nothing documented: 16 of 16 municipalities" in content.alt
    assert content.counted == "n = 16 municipalities in 6 counties, residents not known."
    assert "Alder: 0 of 4 municipalities documented" in content.description


@UNCOUNTED
def test_labels_name_no_year_of_residents_that_nobody_counted(uncounted):
    labels = {"a": "Residents ({year})", "b": "Residents, {year}, by tract", "c": "Gap"}
    assert uncounted.edition.dated(labels) == {
        "a": "Residents",
        "b": "Residents, by tract",
        "c": "Gap",
    }


@UNCOUNTED
def test_people_of_a_department_are_missing_where_nobody_counted_them(uncounted):
    counties = tuple(uncounted.county_names)
    table = jurisdiction_table(uncounted.reader, counties, uncounted.today)
    assert len(table)
    assert table["people"].isna().all()


@WHOLE
def test_people_of_departments_add_up_to_the_residents(answers, served):
    reader = TableReader(served)
    table = jurisdiction_table(reader, tuple(Answers(reader).county_names), answers.today)
    assert table["people"].sum() == reader.read("tract")["population_persons"].sum()


@UNLISTED
@pytest.mark.parametrize(
    ("name", "query", "told"),
    [
        ("coverage_map", {"colour": "gaps"}, ["Not known: no list of treatment facilities"]),
        ("gaps", {}, ["No list of treatment facilities is in these tables"]),
        ("gaps", {"gaps": "county"}, ["No list of treatment facilities is in these tables"]),
        ("area_profile", {"area": "39001"}, ["not known: no list of them in these tables"]),
        ("area_profile", {"area": VILLAGE}, ["Gap not known: no list of treatment facilities"]),
        ("figures", {"figure": "gap"}, ["gaps, are not known for Ohio"]),
        ("plan", {}, ["hold no list that could name a listed OTP, so all 230,000 residents"]),
        ("plan", {"part": "what_if", "otp_at": VILLAGE}, []),
        ("coverage_map", {"colour": "gaps", "otp_at": VILLAGE}, ["Not known: no list of"]),
    ],
)
def test_page_without_a_list_of_facilities_calls_nobody_too_far(page, name, query, told):
    _, said = page(name, **query)
    assert [sentence for sentence in told if sentence not in said] == []
    assert not re.search("with no listed|no site known|none known|have both gaps", said)
    assert "100 % live over" not in said
    assert "Minutes are estimated from straight-line distance: off" not in said


@UNLISTED
def test_numbers_without_a_list_of_facilities_are_missing(served):
    own = Answers(TableReader(served))
    scope = own.first_scope()
    supposed = replace(scope, scenario=Scenario(otp_at=(VILLAGE,)))
    for one in (own, own.under(supposed.scenario)):
        table = one.municipalities(scope.as_of, scope.minutes, "otp")
        assert set(table["gap_code"]) == {"treatment_unknown"}
        assert table[["treatment_minutes", "otp_minutes", "otp_share"]].isna().all(axis=None)
    changes = share_changes(own, supposed).set_index("measure")
    assert changes.loc["Live within 30 min of an OTP (estimated)", "people_more"] is pd.NA
    assert changes["record_share"].notna().sum() == 2
    found = needs(own, scope, "plain")
    assert "No list of treatment facilities, opioid treatment programs and" in found.text
    assert "live over 30" not in found.text
    gap = comparison(own, scope).set_index("measure").loc["Gap"]
    assert set(gap["text"]) == {"no list of facilities"}
    assert set(gap["reason_code"]) == {"unknown"}


@WHOLE
@pytest.mark.parametrize("name", ["coverage_map", "gaps", "plan", "figures"])
def test_site_that_is_only_supposed_needs_no_source_of_the_shipped_tables(page, name):
    app, _ = page(name, otp_at=VILLAGE, documented="dogwood-county-sheriffs-office")
    assert not app.test.error


@pytest.fixture(scope="module")
def partly_counted(tmp_path_factory):
    """Answers over a refreshed folder that counts nobody in the one tract of a village."""
    files, out = tmp_path_factory.mktemp("published"), tmp_path_factory.mktemp("refreshed")
    write_state_files(files, "39")
    for name in COUNTS:
        head, *rows = json.loads((files / name).read_text())
        where = [head.index(part) for part in ("state", "county", "tract")]
        kept = [row for row in rows if "".join(row[one] for one in where) != VILLAGE_TRACT]
        assert len(kept) == len(rows) - 1
        (files / name).write_text(json.dumps([head, *kept]))
    refresh(Order(("39",), out, files, date(2026, 11, 23)), None, report=lambda _: None)
    return Answers(TableReader(out))


def test_village_whose_tract_nobody_counted_is_not_a_village_of_nobody(partly_counted):
    answers, scope = partly_counted, replace(partly_counted.first_scope(), area=VILLAGE)
    table = answers.municipalities(scope.as_of, scope.minutes, scope.facilities)
    assert table.index[table["residents_persons"].isna()].tolist() == [VILLAGE]
    assert table.loc[VILLAGE, "gap_code"] == "residents_unknown"
    facts = {fact.label: fact.text for fact in area_card(answers, scope).facts}
    assert facts["Residents"] == "not known"
    assert facts["Gap"] == "not known: residents not known"
    assert VILLAGE not in scoped_gaps(answers, scope).index
    assert "15 of 15 municipalities listed" in summary(answers, scope)
    assert "Left out: 1 municipality whose residents are not known." in summary(answers, scope)
    shown = overview.overview(answers, replace(scope, layers=Layers("gaps", ())), theme="light")
    assert "Of 1 more the residents are not known." in shown.sentence
    assert "Not known: residents not known" in {
        look.label for section in shown.legend for look in section.looks
    }


@UNCOUNTED
def test_card_without_known_residents_tells_who_polices_and_what_is_not_known(uncounted):
    area = str(uncounted.reader.read("municipality")["area_id"].iloc[0])
    card = area_card(uncounted, replace(uncounted.first_scope(), area=area))
    facts = {fact.label: fact.text for fact in card.facts}
    assert facts["Residents"] == "not known"
    assert facts["Gap"] == "not known: residents not known"
    assert "Sheriff" in facts["Police"]
    assert "unknown" in facts["Naloxone"]
    assert card.notes[0] == uncounted.edition.why_blank()


@UNCOUNTED
def test_no_department_to_ask_is_not_said_where_residents_are_not_known(uncounted):
    table = whose_status_next(uncounted, uncounted.first_scope())
    assert status_sentence(uncounted, table).startswith("No residents by tract are in these tables")


@UNCOUNTED
def test_a_file_that_was_given_tells_its_year_by_its_name(uncounted):
    vintage = {name: record.vintage for name, record in uncounted.sources.items()}
    assert vintage["census-tract-boundaries"] == "2023, by the file's name"
    assert vintage["samhsa-locator"] == "year not told by the file given"
