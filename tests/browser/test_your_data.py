"""A county's own data in a real browser: loaded, seen, forgotten, attacked; found nowhere else."""

from __future__ import annotations

import io
import json
import os
import re
import secrets
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from geo.downloads import FORMULA
from geo.own_data.loaded import SYNTHETIC
from geo.own_data.synthetic import synthetic_incidents
from tests.browser.watched_server import watched

pytestmark = pytest.mark.browser

HEADINGS = {
    "event_id": "Case number",
    "date_time": "When it happened",
    "latitude": "Scene Lat",
    "longitude": "Scene Lon",
    "outcome": "Outcome",
    "naloxone_doses": "Narcan doses",
    "given_by": "Given by",
    "agency": "Agency",
}
REPORT_DATE = "Report date"
"""What is guessed for the date of the event, wrongly."""
PARTS = ("Map", "Over time", "Response and reach", "Gaps", "Departments and facilities", "File")
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](http://127.0.0.1:9/x.png)",
    ":material/home: :red[x]",
    "$x$",
    "=1+1",
    "@SUM(A1:A9)",
    "+cmd|' /C calc'!A0",
)
REPAINT_SECONDS = 3.0
CLIENT_FOLDERS = ("playwright", ".org.chromium", "com.google", ".com.google")
"""Of the browser, in the folder for temporary files: what a person's own machine keeps."""
LONGEST_MS = 30_000


@pytest.fixture(scope="module")
def server(project, tmp_path_factory):
    """The app, its debug log kept, its process open to questions; somebody was there before."""
    with watched(project, tmp_path_factory.mktemp("server")) as one:
        yield one


@dataclass
class Own:
    """The page of own data in one window."""

    window: object
    dialogs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    told: list[bytes] = field(default_factory=list)

    def __post_init__(self):
        page = self.page

        def dismiss(dialog):
            self.dialogs.append(dialog.message)
            dialog.dismiss()

        def listen(socket):
            socket.on("framereceived", self._hear)

        page.on("dialog", dismiss)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", listen)

    def _hear(self, frame):
        self.told.append(frame if isinstance(frame, bytes) else frame.encode())

    @property
    def page(self):
        return self.window.page

    def open(self, query=""):
        self.page.goto(f"{self.window.address}/your_data{query}")
        return self.expect_uploader()

    def expect_uploader(self):
        expect(self.button("Load demonstration data (SYNTHETIC)")).to_be_visible(timeout=LONGEST_MS)
        return self

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def upload(self, content, name="events.csv", *, place=0):
        """Hand a file to an uploader."""
        file = content
        if isinstance(content, bytes):
            file = {"name": name, "mimeType": "text/csv", "buffer": content}
        self.page.get_by_test_id("stFileUploader").nth(place).locator("input").set_input_files(file)
        return self

    def box(self, label):
        """The selectbox of a label."""
        return self.page.get_by_test_id("stMain").get_by_role("combobox", name=label, exact=True)

    def options(self, label):
        """Open a selectbox; return its options."""
        self.box(label).click()
        return self.page.get_by_role("option")

    def choose(self, label, option):
        self.options(label).filter(has_text=re.compile(f"^{re.escape(option)}$")).click()

    def check_rows(self):
        self.button("Check the rows").click()
        expect(self.button("Forget this data")).to_be_visible(timeout=LONGEST_MS)
        return self

    def load(self, content):
        """Load a file of `county_file` with the date put right."""
        self.upload(content)
        expect(self.box("Date (and time)")).to_be_visible(timeout=LONGEST_MS)
        self.choose("Date (and time)", HEADINGS["date_time"])
        expect(self.box("Date (and time)")).to_have_value(HEADINGS["date_time"])
        return self.check_rows().painted()

    def load_demonstration(self):
        self.button("Load demonstration data (SYNTHETIC)").click()
        expect(self.button("Forget this data")).to_be_visible(timeout=LONGEST_MS)
        return self.painted()

    def painted(self):
        self.window.frame.wait_for_function("window.coveragePainted > 0", timeout=LONGEST_MS)
        return self.rested()

    def rested(self):
        self.page.wait_for_function(
            "!document.querySelector('[data-testid=stApp]')"
            ".matches('[data-test-script-state=running]')"
        )
        return self

    def part(self, name):
        """Go to a part of the page."""
        self.page.locator(".st-key-w_own_part").get_by_text(name, exact=True).click()
        waited = {
            "Map": self.page.locator("iframe[title*=folium]"),
            "Over time": self.page.get_by_text("Events by month", exact=True),
            "Response and reach": self.page.get_by_text("Who gave naloxone", exact=True),
            "Gaps": self.page.get_by_text("municipalities have high need"),
            "Departments and facilities": self.page.get_by_text("What your county knows of"),
            "File": self.page.get_by_text("Rows read"),
        }[name]
        expect(waited.first).to_be_visible(timeout=LONGEST_MS)
        return self.rested()

    def forget(self):
        self.button("Forget this data").click()
        return self.expect_uploader().rested()

    def downloads(self):
        """Return every file that the part offers: content by name."""
        buttons = self.page.get_by_test_id("stMain").get_by_test_id("stDownloadButton")
        found = {}
        for place in range(buttons.count()):
            with self.page.expect_download() as coming:
                buttons.nth(place).locator("button").click()
            found[coming.value.suggested_filename] = Path(coming.value.path()).read_bytes()
        return found

    def alert(self):
        one = self.page.get_by_test_id("stAlert")
        expect(one).to_be_visible(timeout=LONGEST_MS)
        return one.inner_text().replace("🛑", "").strip()


@pytest.fixture
def own(visit, server):
    def open_window(**options):
        return Own(visit(at=server.address, **options))

    return open_window


@pytest.fixture(scope="module")
def points(reader):
    return reader.read("population_point")


def county_file(points, *, rows=400, word="", spoiled=True):
    """A made-up file of a county, not marked as such, with awkward headings and bad rows."""
    table = synthetic_incidents(points, rows=rows, seed=7).drop(columns="source").astype("str")
    table["event_id"] = [f"{word}{number}" for number in range(rows)]
    table["agency"] = table["agency"].str.replace(SYNTHETIC, word or "Dept", regex=False)
    if spoiled:
        bad = table.head(4).assign(event_id=[f"{word}bad{number}" for number in range(4)])
        bad["date_time"] = ["no day " + word, "2022-03-01 10:00", "2022-03-01 10:00", ""]
        bad["latitude"] = ["42.5", "0", word + " street", "42.5"]
        bad["longitude"] = ["-83.1", "0", "x", "-83.1"]
        table = pd.concat([table, bad, table.head(2)])
    table = table.rename(columns=HEADINGS)
    table.insert(1, REPORT_DATE, "2024-02-01")
    return table.to_csv(index=False).encode()


def rows_of(content):
    return pd.read_csv(io.BytesIO(content), comment="#")


def numbers_of(text):
    return [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", text)]


# ---- load, see, forget ----


def test_file_is_mapped_checked_seen_and_forgotten(own, points):
    own = own().open()
    own.upload(county_file(points))
    expect(own.box("Date (and time)")).to_have_value(REPORT_DATE, timeout=LONGEST_MS)
    own.choose("Date (and time)", HEADINGS["date_time"])
    expect(own.box("Date (and time)")).to_have_value(HEADINGS["date_time"])
    expect(own.box("Latitude")).to_have_value("Scene Lat")
    own.check_rows().painted()
    window = own.window
    assert window.state()["own"]["layer"] == "municipality"
    assert window.state()["watermark"] == ""
    words = "\n".join(window.state()["own"]["words"])
    assert "count hidden" in words
    assert not re.search(r"(^|; )[1-9] events?($| in)", words, re.MULTILINE)
    for words, layer in (("Census tracts", "tract"), ("Hexagons", "hexagon")):
        window.repaint(lambda words=words: own.choose("Areas", words))
        assert window.state()["own"]["layer"] == layer
    window.repaint(lambda: own.choose("Areas", "Municipalities"))
    window.repaint(lambda: own.choose("Events", "2022"))
    expect(own.page.get_by_text("Municipalities, 2022")).to_be_visible()
    window.repaint(lambda: own.choose("Events", "Month by month"))
    expect(own.page.get_by_text("Municipalities, December 2023")).to_be_visible()
    month = own.page.locator(".st-key-w_own_month").get_by_role("slider")
    month.press("ArrowLeft")
    expect(own.page.get_by_text("Municipalities, November 2023")).to_be_visible()
    own.rested()
    for name in PARTS:
        own.part(name)
        for file, content in own.downloads().items():
            if not file.endswith(".csv") or "set-aside" in file or "reach" in file:
                continue  # the person's own rows; shares and minutes
            table = rows_of(content)
            for column in {"events", "zone_events"} & set(table):
                counts = pd.to_numeric(table[column], errors="coerce").dropna()
                assert not counts.between(1, 9).any(), (name, file, column)
    told = own.page.get_by_text("Rows read").inner_text()
    assert "First day 2021-" in told
    read, used, aside = numbers_of(told.partition("Rows read")[2])
    assert read == used + aside == 406
    assert aside >= 6
    own.forget()
    assert own.page.locator("iframe[title*=folium]").count() == 0
    left = own.page.evaluate(
        "[document.body.innerText, JSON.stringify(localStorage), JSON.stringify(sessionStorage),"
        " location.href, document.cookie].join()"
    )
    for word in [*HEADINGS.values(), "events.csv", "406", "Municipalities, "]:
        assert word not in left, word
    assert window.errors == []
    assert window.outside == []


# ---- privacy ----


def _changed_files(project, since):
    home = Path.home()
    roots = [project, Path(tempfile.gettempdir()), Path("/dev/shm"), home / ".cache"]  # noqa: S108
    roots += [home / ".streamlit", home / ".local/share", home / ".config", Path("/var/tmp")]  # noqa: S108
    for root in roots:
        for folder, inside, files in os.walk(root):
            inside[:] = [one for one in inside if not one.startswith(CLIENT_FOLDERS)]
            for one in files:
                path = Path(folder, one)
                try:
                    if path.is_file() and path.stat().st_mtime >= since:
                        yield path
                except OSError:
                    continue


def _files_with(project, since, *words):
    found = []
    for path in _changed_files(project, since):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        found += [str(path) for word in words if word.encode() in content]
    return found


def _assert_gone(server, own, word):
    """The process holds a word no more, at the latest when the last run has ended."""
    left = server.holders(word)
    for _ in range(10):
        if not left:
            break
        own.page.wait_for_timeout(500)
        left = server.holders(word)
    assert left == []


def test_nothing_of_a_file_is_on_disk_in_a_log_an_address_or_another_session(
    own, server, points, project
):
    word, title = f"cell{secrets.token_hex(8)}", f"Heading{secrets.token_hex(8)}"
    content = county_file(points, word=word).replace(b"Agency", f"Agency {title}".encode())
    other, mine = own().open(), own().open()
    for damaged in (b"PK\x03\x04" + word.encode() * 50, b"\xff\xfe" + word.encode() + b"\xd8\xd8z"):
        mine.upload(damaged, f"{title}.xlsx")
        assert word not in mine.alert()
        assert title not in mine.alert()
    _assert_gone(server, mine, word)
    mine.load(content)
    assert any("OwnData" in one for one in server.holders(word)), "the search finds what is there"
    for name in PARTS:
        mine.part(name)
        files = {} if name == "File" else mine.downloads()
        assert not [file for file, made in files.items() if word.encode() in made]
    other.page.get_by_text("OTPs only", exact=True).click()
    other.page.wait_for_url("**facilities=otp**")
    other.rested()
    mine.part("Departments and facilities").upload(f"a,b\n{word},{word}\n".encode())
    mine.button("Use these departments").click()
    assert "no column is named" in mine.alert()
    mine.part("Map").forget()

    _assert_gone(server, mine, word)
    left = server.holders(title)
    assert all("WidgetMetadata" in one for one in left), left
    other.page.get_by_text("Any listed facility", exact=True).click()
    other.page.wait_for_url(lambda url: "facilities" not in url)
    assert not [frame for frame in other.told if word.encode() in frame or title.encode() in frame]
    assert word not in other.page.content()
    assert title not in other.page.content()

    mine.load(content)
    mine.window.page.context.close()
    _assert_gone(server, other, word)
    own().open()
    assert server.holders(word, thaw=True) == []
    assert server.holders(title, thaw=True) == []

    log = server.log.read_text(encoding="utf-8", errors="replace")
    assert "Running script" in log, "debug messages are in the log"
    assert "Traceback" not in log
    assert word not in log
    assert title not in log
    assert _files_with(project, server.started_at, word, title) == []
    asked = mine.asked + other.asked
    assert any("upload_file" in url for url in asked)
    assert not [url for url in asked if word in url or title in url]


# ---- attacks ----


def _hostile_file(points):
    table = synthetic_incidents(points, rows=300, seed=3).drop(columns="source").astype("str")
    table = table.drop(columns=["event_id"])
    table["agency"] = [MARKUP[number % len(MARKUP)] for number in range(len(table))]
    table.loc[: len(MARKUP) - 1, "date_time"] = list(MARKUP)
    for number, text in enumerate(MARKUP):
        table[f"{text}"] = f"{text}{number}"
    return table.to_csv(index=False).encode()


def _assert_harmless(own):
    assert own.dialogs == []
    for selector in ("[onerror]", "[onload]", "a[href^='javascript']", "img[src*='9/x.png']"):
        assert own.page.locator(selector).count() == 0, selector
    assert own.page.locator("[data-testid=stMain] .katex").count() == 0
    assert own.window.outside == []


def test_markup_in_a_file_is_shown_as_text(own, points):
    own = own().open()
    own.upload(_hostile_file(points))
    expect(own.button("Check the rows")).to_be_visible(timeout=LONGEST_MS)
    options = own.options("Agency")
    expect(options.first).to_be_visible()
    shown = set()
    for _ in range(30):
        shown |= set(options.all_inner_texts())
        own.page.keyboard.press("ArrowDown")
    assert set(MARKUP) <= shown
    own.page.keyboard.press("Escape")
    label = "Event number"
    for text in MARKUP[:4]:
        own.choose(label, text)
        expect(own.box(label)).to_have_value(text)
        grid = own.page.locator("[data-testid=stDataFrame] canvas [role=columnheader]")
        expect(grid.get_by_text(f"{text} → {label}", exact=True)).to_be_attached()
    _assert_harmless(own)
    own.choose("Event number", "(not in the file)")
    own.rested()
    own.check_rows().painted()
    for name in PARTS:
        own.part(name)
        _assert_harmless(own)
    aside = own.downloads()["rows-set-aside.csv"].decode("utf-8-sig")
    assert "alert(1)" in aside
    cells = pd.read_csv(io.StringIO(aside), header=None, dtype="str").melt()["value"]
    risky = cells.str.match(FORMULA)
    assert not risky.any(), cells[risky]
    _assert_harmless(own)


def test_markup_in_departments_and_facilities_is_shown_as_text(own, answers):
    own = own().open()
    own.page.get_by_text("Departments and facilities", exact=True).click()
    expect(own.page.get_by_test_id("stFileUploader")).to_have_count(2)
    names = answers.reader.read("agency")["name"].head(len(MARKUP))
    rows = pd.DataFrame({"agency": names, "status": "carries", "date": "2024-01-01"})
    rows["source"] = list(MARKUP)
    own.upload(rows.to_csv(index=False).encode(), place=0)
    own.button("Use these departments").click()
    expect(own.page.get_by_role("heading", name="What they would change")).to_be_visible()
    places = pd.DataFrame({"name": list(MARKUP), "kind": "otp", "latitude": "42.35"})
    places = places.assign(longitude="-83.1", date="2024-01-01", source=list(MARKUP))
    own.upload(places.to_csv(index=False).encode(), place=0)
    own.button("Use these facilities").click()
    expect(own.page.get_by_role("heading", name="Facilities", exact=True)).to_be_visible()
    cells = own.page.locator("[data-testid=stDataFrame] canvas [role=gridcell]")
    for text in MARKUP[:3]:
        expect(cells.filter(has_text=text).first).to_be_attached()
    _assert_harmless(own)
    own.button("Forget all own data").click()
    own.page.get_by_text("Incidents", exact=True).click()
    own.expect_uploader()


def test_name_of_a_sheet_is_no_markdown_and_excel_files_hold_no_formula(own, points):
    book = openpyxl.Workbook()
    book.active.title = "_b_ $x$ <i>"
    table = pd.read_csv(io.BytesIO(county_file(points)), dtype="str").fillna("")
    table["Agency"] = [MARKUP[number % len(MARKUP)] for number in range(len(table))]
    for row in [list(table.columns), *table.to_numpy().tolist()]:
        book.active.append([str(cell) for cell in row])
    for line in book.active.iter_rows():
        for cell in line:
            cell.data_type = "s"
    book.create_sheet("second")
    target = io.BytesIO()
    book.save(target)
    own = own().open()
    own.upload(target.getvalue(), "events.xlsx")
    expect(own.page.get_by_text("Only the first of 2 sheets")).to_be_visible(timeout=LONGEST_MS)
    expect(own.page.get_by_text("_b_ $x$ <i>")).to_be_visible()
    own.choose("Date (and time)", HEADINGS["date_time"])
    own.rested()
    own.check_rows().painted()
    _assert_harmless(own)
    excel = own.downloads()["own-areas.xlsx"]
    for sheet in openpyxl.load_workbook(io.BytesIO(excel)).worksheets:
        for line in sheet.iter_rows():
            assert not [cell.value for cell in line if cell.data_type == "f"]


def _bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending in (".shp", ".shx", ".dbf"):
            archive.writestr(f"layer{ending}", b"\0" * 100_000_000)
    return target.getvalue()


def _entity():
    book, source = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["date", "x"])
    book.save(source)
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + content
            new.writestr(name, content)
    return target.getvalue()


def test_bomb_and_entity_are_refused_in_one_sentence_and_the_app_lives(own):
    own = own().open()
    for content, name, words in (
        (_bomb(), "bomb.zip", "unpacks to more than"),
        (_entity(), "entity.xlsx", "declares entities"),
    ):
        own.upload(content, name)
        expect(own.page.get_by_test_id("stAlert").filter(has_text=words)).to_be_visible(
            timeout=LONGEST_MS
        )
        assert own.alert().count(".") <= 2
        own.expect_uploader()
    own.load_demonstration()


def test_file_above_the_limit_is_refused_before_it_is_sent(own, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(211_000_000)
    own = own().open()
    own.upload(path)
    expect(own.page.get_by_text(re.compile("200.*MB or smaller"))).to_be_visible()
    assert own.page.get_by_test_id("stStatusWidget").count() in {0, 1}
    assert own.button("Check the rows").count() == 0
    assert not [url for url in own.asked if "upload_file" in url]


# ---- large files ----


def _readers(server):
    """The processes that read files for the server."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            of = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
            command = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if int(of) == server.pid and b"geo.own_data.child" in command:
            found.append(path.name)
    return found


def test_large_file_stops_nobody_else_is_let_go_and_can_be_cancelled(
    own, visit, server, points, tmp_path
):
    path = tmp_path / "many.csv"
    content = synthetic_incidents(points, rows=300_000).to_csv(index=False)
    path.write_text(content, encoding="utf-8")
    other = visit(at=server.address).open()
    own = own().open()
    toggles = ["OTPs only", "Any listed facility"] * 20

    def repaint_seconds():
        words = toggles.pop(0)
        start = time.perf_counter()
        other.repaint(other.page.get_by_text(words, exact=True).click)
        return time.perf_counter() - start

    own.upload(path)
    own.button("Cancel").wait_for()
    reading = [repaint_seconds()]
    while own.button("Cancel").count():
        reading.append(repaint_seconds())
    own.button("Check the rows").click()
    checking = []
    while not own.button("Forget this data").count():
        checking.append(repaint_seconds())
    assert max(reading + checking) < REPAINT_SECONDS, (reading, checking)
    own.painted()
    last = f"{SYNTHETIC}-299999"
    assert server.holders(last)
    own.forget()
    _assert_gone(server, own, last)

    own.upload(path)
    own.button("Cancel").click()
    own.expect_uploader()
    expect(own.button("Check the rows")).to_have_count(0)
    for _ in range(50):
        if not _readers(server):
            break
        own.page.wait_for_timeout(100)
    assert _readers(server) == []
    own.load_demonstration()


def test_click_elsewhere_while_a_file_is_read_loses_nothing(own, points, tmp_path):
    path = tmp_path / "many.csv"
    rows = synthetic_incidents(points, rows=100_000)
    path.write_text(rows.to_csv(index=False), encoding="utf-8")
    own = own().open()
    own.upload(path)
    own.button("Cancel").wait_for()
    own.page.get_by_text("OTPs only", exact=True).click()
    expect(own.button("Check the rows")).to_be_visible(timeout=LONGEST_MS)
    expect(own.page.get_by_text("100,000 rows")).to_be_visible()
    assert own.page.get_by_test_id("stAlert").count() == 0
    own.page.wait_for_url("**facilities=otp**")


# ---- the demonstration ----


def _first_lines(name, content):
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        first = [cell.value for cell in next(book["About"].iter_rows(min_row=2, max_row=2))]
        return f"{book.properties.title} {first}"
    if name.endswith(".geojson"):
        return str(list(json.loads(content)["metadata"].items())[:2])
    return "\n".join(content.decode("utf-8-sig").splitlines()[:2])


def _serious(page):
    found = Axe().run(page).response["violations"]
    return {
        one["id"]: [node["html"][:200] for node in one["nodes"]][:3]
        for one in found
        if one["impact"] in ("serious", "critical")
    }


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_demonstration_is_accessible_and_says_that_it_is_synthetic_wherever_it_goes(own, colours):
    own = own(colours=colours).open().load_demonstration()
    assert own.window.state()["theme"] == colours
    mark = own.window.frame.locator(".watermark")
    assert mark.inner_text() == SYNTHETIC
    assert mark.is_visible()
    expect(own.page.get_by_test_id("stAlert").filter(has_text=SYNTHETIC)).to_be_visible()
    expect(own.page.locator(".legend").get_by_text(SYNTHETIC, exact=True)).to_be_visible()
    count = 0
    for name in PARTS:
        own.part(name)
        assert _serious(own.page) == {}, name
        assert not own.page.get_by_role("button", name="Download as CSV").is_visible()
        if colours == "dark":
            continue
        for file, content in own.downloads().items():
            assert file.startswith(f"{SYNTHETIC}-"), file
            assert SYNTHETIC in _first_lines(file, content), file
            count += 1
    assert count >= 13 or colours == "dark"


# ---- a fresh server ----


def test_first_request_of_a_fresh_server_may_be_a_deep_link(project, tmp_path, visit, points):
    with watched(project, tmp_path) as fresh:
        window = visit(at=fresh.address)
        window.page.goto(f"{fresh.address}/gaps?minutes=15")
        window.page.get_by_role("heading", name="Gaps", exact=False).first.wait_for()
        links = window.page.get_by_test_id("stSidebarNavLink")
        expect(links.first).to_be_visible()
        assert links.all_inner_texts()[0] == "Coverage map"
        assert "Your data" in links.all_inner_texts()
        assert len(links.all_inner_texts()) == len(set(links.all_inner_texts()))
        window.page.wait_for_url("**/gaps?minutes=15**")
        chosen = window.page.locator(".st-key-w_minutes [aria-checked=true]")
        expect(chosen).to_have_text("15")

        # A process's first session is frozen with the tables: its own data must go all the same.
        window.page.get_by_role("link", name="Your data").click()
        own = Own(window).expect_uploader()
        word = f"cell{secrets.token_hex(8)}"
        own.load(county_file(points, word=word))
        assert fresh.holders(word)
        window.page.context.close()
        later = visit(at=fresh.address)
        Own(later).open()
        _assert_gone(fresh, Own(later), word)
