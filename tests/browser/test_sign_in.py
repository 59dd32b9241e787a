"""Sign-in with a provider on this machine: who sees what, and that nothing opens by mistake."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import streamlit as st
from playwright.sync_api import expect
from streamlit import config
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from pages.shared.access import shared_rules
from tests.browser.oidc_provider import CLIENT_ID, CLIENT_SECRET, provided
from tools.serving import free_port, wait_until_healthy

pytestmark = pytest.mark.browser

WAIT_MS = 30_000
PEOPLE = {
    "viewer": {"email": "Vera@county.gov", "email_verified": True},
    "uploader": {"email": "jane@county.gov", "email_verified": True},
    "uploader of all": {"email": "joe@county.gov"},
    "unlisted": {"email": "stranger@elsewhere.org", "email_verified": True},
    "marked up": {"email": "**[x](http://127.0.0.1:1)**@elsewhere.org"},
    "unverified": {"email": "jane@county.gov", "email_verified": False},
    "no e-mail": {"name": "Jane"},
    **{
        f"forged {what}": {"email": "jane@county.gov", "email_verified": True, "spoiled": what}
        for what in ("key", "audience", "issuer", "nonce", "expired")
    },
}
ACCESS = """
[access]
everyone = "none"
[access.people."vera@county.gov"]
role = "viewer"
[access.people."jane@county.gov"]
role = "uploader"
counties = ["26087", "26049"]
[access.people."joe@county.gov"]
role = "uploader"
"""
ANSWERING = """
import streamlit as st
from pages.shared.access import draw_account, may_upload, own_counties, require_sign_in
require_sign_in()
draw_account()
counties = own_counties()
st.title("Inside")
st.text(f"may upload: {may_upload()}; counties: {sorted(counties) if counties else counties}")
"""
ASKED = """
import streamlit as st
from pages.shared.access import may_upload, own_counties, require_sign_in
counties = own_counties()
st.text(f"may upload: {may_upload()}; counties: {sorted(counties) if counties else counties}")
require_sign_in()
st.title("Inside")
"""
NAMES_OF_PLACES = ("Macomb", "Oakland", "Lapeer", "Genesee")


@dataclass
class Served:
    """A served app and its provider."""

    address: str
    provider: object


def auth_section(port, provider):
    return f"""
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@contextmanager
def served(project, folder, write, script="dashboard.py"):
    """The app with a secrets file outside the project."""
    port = free_port()
    secrets = folder / "secrets.toml"
    secrets.write_text(write(port), encoding="utf-8")
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--secrets.files", str(secrets)]
    before = os.environ.get("PYTHONPATH", "")
    paths = os.pathsep.join([str(project), *([before] if before else [])])
    with subprocess.Popen(
        command,
        cwd=project,
        env=os.environ | {"PYTHONPATH": paths},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def provider():
    with provided(PEOPLE) as one:
        yield one


@pytest.fixture(scope="module")
def dashboard(project, provider, tmp_path_factory):
    """The real app, closed."""

    def write(port):
        return auth_section(port, provider.address) + ACCESS

    with served(project, tmp_path_factory.mktemp("dashboard"), write) as address:
        yield Served(address, provider)


@pytest.fixture(scope="module")
def answering(project, provider, tmp_path_factory):
    """A page that says what the person may do."""
    folder = tmp_path_factory.mktemp("answering")
    script = folder / "answering.py"
    script.write_text(ANSWERING, encoding="utf-8")

    def write(port):
        return auth_section(port, provider.address) + ACCESS

    with served(project, folder, write, script) as address:
        yield Served(address, provider)


class Window:
    """A browser window of its own, and all that reaches it."""

    def __init__(self, context, app):
        self.app, self.context, self.outside, self.received = app, context, [], []
        context.route("**/*", self._guard)
        self.page = context.new_page()
        self.page.on("websocket", self._listen)

    def _guard(self, route):
        where = urlsplit(route.request.url)
        if where.scheme in {"data", "blob"} or where.hostname == "127.0.0.1":
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def _listen(self, socket_):
        socket_.on(
            "framereceived",
            lambda data: self.received.append(data.encode() if isinstance(data, str) else data),
        )

    def open(self, path=""):
        self.page.goto(f"{self.app.address}/{path}")
        return self

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def sign_in(self, person):
        self.button("Sign in").click(timeout=WAIT_MS)
        self.page.get_by_role("link", name=person, exact=True).click(timeout=WAIT_MS)
        return self

    def says(self, text):
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=WAIT_MS)

    def main_text(self):
        return self.page.locator("[data-testid=stMain]").inner_text()


@pytest.fixture
def window(browser):
    contexts = []

    def open_window(app, path=""):
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 900}))
        return Window(contexts[-1], app).open(path)

    yield open_window
    for context in contexts:
        context.close()


def _pages(project):
    return sorted(path.stem for path in (project / "pages").glob("*.py"))


def test_nobody_signed_in_is_sent_no_number_no_map_and_no_place(window, dashboard, project):
    one = window(dashboard)
    for page in _pages(project):
        one.open("" if page == "coverage_map" else f"{page}?area=26087&counties=26087")
        expect(one.button("Sign in")).to_be_visible(timeout=WAIT_MS)
        assert one.page.locator("iframe").count() == 0
        assert one.page.locator("[data-testid=stSidebar] input").count() == 0
        text = one.main_text()
        assert not re.search(r"\d", text), text
        assert set(one.page.get_by_role("main").get_by_role("button").all_inner_texts()) <= {
            "Sign in"
        }
    sent = b"".join(one.received)
    assert b"Sign in" in sent
    for place in NAMES_OF_PLACES:
        assert place.encode() not in sent
    assert one.outside == []


def test_viewer_signs_in_sees_the_map_and_signs_out(window, dashboard):
    one = window(dashboard).sign_in("viewer")
    one.page.wait_for_selector("iframe[title*=folium]", state="attached", timeout=WAIT_MS)
    one.says("Where need and help fail to meet")
    one.says("Signed in as Vera@county.gov")
    assert any(b"Macomb" in data for data in one.received)
    # Another window of the same browser is signed in; a page of its own, too.
    again = one.open("gaps")
    again.says("Which areas help does not reach")
    before = one.app.provider.ended
    one.button("Sign out").click()
    expect(one.button("Sign in")).to_be_visible(timeout=WAIT_MS)
    for _ in range(100):  # the way by the provider's page and back takes a moment
        if one.app.provider.ended > before:
            break
        one.page.wait_for_timeout(100)
    assert one.app.provider.ended == before + 1
    assert not [cookie for cookie in one.context.cookies() if "_streamlit_user" in cookie["name"]]
    one.open("gaps")
    expect(one.button("Sign in")).to_be_visible(timeout=WAIT_MS)
    assert one.page.locator("iframe").count() == 0
    assert one.outside == []


def test_another_browser_is_not_signed_in(window, dashboard):
    one = window(dashboard).sign_in("viewer")
    one.says("Where need and help fail to meet")
    expect(window(dashboard).button("Sign in")).to_be_visible(timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("person", "told"),
    [
        ("viewer", "may upload: False; counties: frozenset()"),
        ("uploader", "may upload: True; counties: ['26049', '26087']"),
        ("uploader of all", "may upload: True; counties: None"),
    ],
)
def test_only_an_uploader_may_load_data_of_the_counties_named(window, answering, person, told):
    window(answering).sign_in(person).says(told)


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("unlisted", "your account is not among those with access"),
        ("unverified", "your e-mail address is not verified"),
        ("no e-mail", "did not tell an e-mail address"),
    ],
)
def test_who_has_no_access_is_told_why_and_may_sign_out(window, answering, person, reason):
    one = window(answering).sign_in(person)
    one.says(reason)
    assert "Inside" not in one.page.locator("body").inner_text()
    one.button("Sign out").click()
    expect(one.button("Sign in")).to_be_visible(timeout=WAIT_MS)


def test_unlisted_person_is_sent_nothing_of_the_real_app(window, dashboard):
    one = window(dashboard).sign_in("unlisted")
    one.says("Your account has no access")
    assert one.page.locator("iframe").count() == 0
    assert not any(place.encode() in data for data in one.received for place in NAMES_OF_PLACES)


def test_email_is_shown_as_plain_text(window, answering):
    one = window(answering).sign_in("marked up")
    one.says("**[x](http://127.0.0.1:1)**@elsewhere.org")
    assert one.page.locator("[data-testid=stMain] a[href*='127.0.0.1']").count() == 0


@pytest.mark.parametrize("person", [name for name in PEOPLE if name.startswith("forged")])
def test_forged_token_is_refused(window, answering, person):
    one = window(answering).sign_in(person)
    expect(one.button("Sign in")).to_be_visible(timeout=WAIT_MS)
    assert one.app.provider.told[-1] == person  # the token was handed out, and not believed
    assert "Inside" not in one.page.locator("body").inner_text()
    assert not [cookie for cookie in one.context.cookies() if "_streamlit_user" in cookie["name"]]


def test_callback_that_nobody_asked_for_signs_nobody_in(window, answering):
    one = window(answering, "oauth2callback?code=made-up&state=made-up")
    expect(one.button("Sign in")).to_be_visible(timeout=WAIT_MS)


def test_malformed_access_closes_the_real_app_and_names_section_and_key(
    window, project, provider, tmp_path
):
    def write(port):
        return auth_section(port, provider.address) + '[access]\neveryone = "admin"\n'

    with served(project, tmp_path, write) as address:
        one = window(Served(address, provider))
        one.says("The sign-in of this dashboard is not set up right")
        one.says("[access] `everyone` is 'admin'")
        for page in ("gaps", "plan"):
            one.open(page).says("not set up right")
            assert one.page.locator("iframe").count() == 0
        assert not any(place.encode() in data for data in one.received for place in NAMES_OF_PLACES)


AUTH = {
    "redirect_uri": "https://coverage.county.gov/oauth2callback",
    "cookie_secret": "0123456789abcdef0123456789abcdef",
    "client_id": "coverage",
    "client_secret": "a secret that is never shown",
    "server_metadata_url": "https://id.county.gov/.well-known/openid-configuration",
}
JANE = {"is_logged_in": True, "email": "jane@county.gov"}


@pytest.fixture
def closed_page(monkeypatch):
    """Run the asking page with sections of a secrets file, or with files."""
    kept = config.get_option("secrets.files")
    monkeypatch.setattr(Secrets, "_maybe_install_file_watchers", lambda _: None)

    def run(sections=None, *, files=(), user=None):
        config.set_option("secrets.files", [str(file) for file in files])
        monkeypatch.setattr(st, "secrets", Secrets())
        page = AppTest.from_string(ASKED, default_timeout=30)
        for name, section in (sections or {}).items():
            page.secrets[name] = section
        page.user = user or {}
        return page.run()

    shared_rules.cache_clear()
    yield run
    shared_rules.cache_clear()
    config.set_option("secrets.files", kept)


def _heading(page):
    assert not page.exception
    return page.title[0].value


def test_without_settings_the_app_is_open_to_all(closed_page):
    page = closed_page()
    assert _heading(page) == "Inside"
    assert page.text[0].value == "may upload: True; counties: None"


def test_other_secrets_close_nothing(closed_page):
    assert _heading(closed_page({"database": {"password": "x"}})) == "Inside"


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"access": {}}, "section [auth] is missing"),
        ({"auth": AUTH}, "section [access] is missing"),
        ({"auth": {}}, "section [access] is missing"),
        ({"auth": AUTH, "access": "viewer"}, "[access] must be a section"),
        ({"auth": AUTH, "access": {"everyone": "all"}}, "`everyone` is 'all'"),
        ({"auth": AUTH | {"cookie_secret": "x"}, "access": {}}, "`cookie_secret`"),
        ({"auth": AUTH | {"client_id": ""}, "access": {}}, "`client_id`"),
        (
            {
                "auth": AUTH,
                "access": {"people": {"j@c.gov": {"role": "viewer", "counties": ["1"]}}},
            },
            """[access.people."j@c.gov"] `counties` has '1'""",
        ),
    ],
)
def test_wrong_settings_close_the_app_even_to_who_is_signed_in(closed_page, sections, said):
    page = closed_page(sections, user=JANE)
    assert _heading(page) == "The sign-in of this dashboard is not set up right"
    assert said in page.code[0].value
    assert page.text[0].value == "may upload: False; counties: frozenset()"
    assert AUTH["client_secret"] not in str(page.main) + str(page.sidebar)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[access]\neveryone = "vie', "(end of document)"),
        ('[access]\neveryone = "viewer"\n'.encode("utf-16"), "UTF-8"),
        (b"[access]\nclient_secret = { shown = no }", "(line 2)"),
        (b'\xef\xbb\xbf[access]\neveryone = "viewer"\n', "UTF-8"),
    ],
)
def test_file_that_cannot_be_read_closes_the_app(closed_page, tmp_path, content, said):
    file = tmp_path / "secrets.toml"
    file.write_bytes(content)
    page = closed_page(files=[file])
    assert _heading(page) == "The sign-in of this dashboard is not set up right"
    assert said in page.code[0].value
    assert "shown" not in page.code[0].value


def test_link_to_nowhere_closes_the_app(closed_page, tmp_path):
    (tmp_path / "secrets.toml").symlink_to(tmp_path / "not mounted yet")
    page = closed_page(files=[tmp_path / "secrets.toml"])
    assert _heading(page) == "The sign-in of this dashboard is not set up right"


def test_file_that_is_not_there_leaves_the_app_open(closed_page, tmp_path):
    (tmp_path / "file").touch()
    files = [tmp_path / "secrets.toml", tmp_path / "file" / "secrets.toml"]
    assert _heading(closed_page(files=files[:1])) == "Inside"


def test_repaired_file_opens_without_a_restart_and_is_then_kept(closed_page):
    assert closed_page({"access": {}}, user=JANE).code
    people = {"jane@county.gov": {"role": "uploader", "counties": ["26087"]}}
    right = {"auth": AUTH, "access": {"people": people}}
    page = closed_page(right, user=JANE)
    assert page.text[0].value == "may upload: True; counties: ['26087']"
    kept = closed_page({"other": {}}, user={})
    assert _heading(kept) == "Overdose Response Coverage"  # still asks to sign in


@pytest.mark.parametrize("flag", [False, None, "True", 1])
def test_only_streamlit_s_own_word_counts_as_signed_in(closed_page, flag):
    user = JANE | {"is_logged_in": flag}
    sections = {"auth": AUTH, "access": {"everyone": "uploader"}}
    page = closed_page(sections, user=user)
    assert _heading(page) == "Overdose Response Coverage"
    assert page.text[0].value == "may upload: False; counties: frozenset()"


def test_open_app_asks_the_disk_nothing_after_the_first_run(closed_page, monkeypatch):
    closed_page()

    def fail(*_):
        pytest.fail("the secrets were asked again")

    monkeypatch.setattr(Secrets, "to_dict", fail)
    started = time.perf_counter()
    for _ in range(100):
        assert shared_rules() is None
    assert (time.perf_counter() - started) / 100 < 0.001
    assert _heading(closed_page()) == "Inside"
