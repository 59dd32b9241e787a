"""The page of own data alone: each part with the demonstration data, and who may not load any."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from streamlit.testing.v1 import AppTest

from geo.errors import InputError
from geo.own_data.files import MOST_BYTES
from geo.own_data.loaded import SYNTHETIC
from pages.shared import own_load
from pages.shared.own_guard import guarded, plain, quiet
from pages.shared.own_session import KEY, OwnSession

PAGE = "pages/your_data.py"
PARTS = ("map", "time", "response", "gaps", "help", "load")
FEW_ROWS = 3_000


@pytest.fixture(autouse=True)
def few_rows(monkeypatch):
    monkeypatch.setattr(own_load, "DEMONSTRATION_ROWS", FEW_ROWS)


@pytest.fixture
def loaded(open_app):
    def load(**query):
        app = open_app(PAGE, **query)
        _button(app.test, "Load demonstration data (SYNTHETIC)").click().run()
        assert not app.test.exception
        return app

    return load


def _button(test, label):
    return next(one for one in test.button if one.label == label)


def _part(app, part):
    app.test.session_state["w_own_part"] = part
    app.test.run()
    assert not app.test.exception, app.test.exception
    assert not app.test.error, [one.value for one in app.test.error]
    return app.test


@pytest.mark.parametrize("part", PARTS)
def test_part_is_drawn_with_the_demonstration_data(loaded, part):
    test = _part(loaded(), part)
    if part != "help":
        assert any(SYNTHETIC in one.value for one in test.warning)
        assert _button(test, "Forget this data")


def test_map_is_told_only_what_may_be_told(loaded):
    app = loaded()
    own = app.state["own"]
    assert app.state["watermark"] == SYNTHETIC
    assert own["layer"] == "municipality"
    assert len(own["style"]) == len(own["words"]) == len(own["of"])
    assert "count hidden" in "".join(own["words"])


@pytest.mark.parametrize("part", PARTS)
def test_one_county_is_enough(loaded, part):
    _part(loaded(counties="26087"), part)


def test_no_county_chosen_means_all_of_the_region(loaded):
    app = loaded(counties="")
    assert set(app.state["counties"]) == {"26049", "26087", "26099", "26125", "26163"}


@pytest.mark.parametrize("part", PARTS)
def test_another_region_is_said_or_drawn(loaded, part):
    app = loaded()
    app.test.selectbox(key="w_region").set_value("michigan").run()
    _part(app, part)


def test_wrong_value_of_the_address_is_named(open_app):
    app = open_app(PAGE, minutes="7", counties="nowhere")
    said = app.test.warning[0].value
    assert "minutes" in said
    assert "nowhere" in said
    assert _button(app.test, "Load demonstration data (SYNTHETIC)")


def test_viewer_may_look_but_not_load(project, monkeypatch):
    monkeypatch.setattr("pages.shared.access.may_upload", lambda: False)
    test = AppTest.from_file(str(project / PAGE), default_timeout=60).run()
    assert not test.exception
    assert "not load data of its own" in test.info[0].value
    assert not test.get("file_uploader")
    assert not [one for one in test.button if "Load" in one.label]


def test_forget_leaves_nothing_in_the_session(loaded):
    app = loaded()
    held = app.test.session_state[KEY]
    seed = held.seed
    assert not held.is_empty
    _button(app.test, "Forget this data").click().run()
    assert held.is_empty
    assert held.data is None
    assert held.mappings == {}
    assert held.seed != seed
    assert _button(app.test, "Load demonstration data (SYNTHETIC)")
    for key in ("w_own_part", "w_own_level", "w_own_period_True", "w_own_threshold"):
        assert key not in app.test.session_state


def test_emptied_session_is_like_a_new_one_but_for_its_round():
    held = OwnSession(problems={"incidents": "x"}, round=3)
    held.empty()
    assert held.round == 4
    assert held.is_empty
    assert held.problems == {}
    assert held.is_new


def test_error_of_a_download_holds_nothing_of_the_file():
    def fail():
        name = "Marguerite"
        raise ValueError(name)

    with pytest.raises(InputError, match="ValueError") as raised:
        quiet(fail)()
    assert "Marguerite" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert quiet(lambda: b"x")() == b"x"


def test_unexpected_error_is_told_by_its_kind_only():
    def script():
        from tests.app.test_your_data import fail_with

        fail_with(ValueError)

    test = AppTest.from_function(script).run()
    assert not test.exception
    assert "ValueError" in test.error[0].value
    assert "Marguerite" not in test.error[0].value


def fail_with(kind):
    @guarded
    def draw():
        message = "Marguerite"
        raise kind(message)

    draw()


@pytest.mark.parametrize(
    "text", ["[x](javascript:y)", "**b**", "$x$", ":red[x]", "<i>", "![x](http://y)", "`a`", "~b~"]
)
def test_text_of_a_file_loses_no_character_as_markdown(text):
    assert plain(text).replace("\\", "") == text
    assert not any(
        mark in plain(text).replace(f"\\{mark}", "") for mark in "[]()*$:<>!`~" if mark in text
    )


def test_an_upload_of_any_size_stays_in_memory(open_app, monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1024 * 1024)
    assert _is_on_disk(3_000_000)
    assert not open_app(PAGE).test.exception
    assert not _is_on_disk(3_000_000)
    assert MultiPartParser.spool_max_size > MOST_BYTES


def _is_on_disk(size):
    """Whether the server's form parser writes a file of this size to disk."""
    sent = httpx.Request("POST", "http://here", files={"file": ("a.csv", b"x" * size)})

    async def body():
        yield sent.read()

    async def parsed():
        form = await MultiPartParser(Headers(sent.headers), body()).parse()
        is_on_disk = form["file"].file._rolled
        await form.close()
        return is_on_disk

    return asyncio.run(parsed())
