"""What is deployed: image, replicas and proxy fit each other, and the real ones work."""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from benchmarks.proxied import find_nginx, proxied
from benchmarks.sessions import open_session
from tools.serving import free_port, wait_until_healthy

SEAT = "coverage_seat"
UPLOADS_AT_ONCE = 4
BYTES = 3_000_000


def _instructions(path):
    text = re.sub(r"\\\n\s*", "", path.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def _of(path, word):
    return [rest for name, rest in _instructions(path) if name == word]


def _copied(path):
    """Source and target of each file or folder that is copied."""
    for rest in _of(path, "COPY"):
        *sources, target = rest.split()
        for source in sources:
            inside = not target.endswith("/")
            yield source, target if inside else target + source.rsplit("/", 1)[-1]


def _blocks(path, heading):
    """The text of each entry of a part of a compose file."""
    part = re.search(
        rf"^{heading}:.*\n((?:[ ].*\n|\n)*)", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    found = re.split(r"^  ([\w-]+):.*\n", part[1], flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def _replica_ports(project):
    services = _blocks(project / "compose.yaml", "services")
    port = re.compile(r'STREAMLIT_SERVER_PORT: "(\d+)"')
    return {name: int(port.search(text)[1]) for name, text in services.items() if "app" in name}


@pytest.mark.parametrize("name", ["Dockerfile", "deploy/proxy.Dockerfile"])
def test_image_runs_as_a_user_without_rights_and_lets_no_shell_in_between(project, name):
    steps = _instructions(project / name)
    users = [rest for word, rest in steps if word == "USER"]
    assert users, "no USER: the image would run as root"
    assert users[-1].split(":")[0] not in {"root", "0"}
    last = max(number for number, (word, _) in enumerate(steps) if word == "USER")
    assert not {"RUN", "COPY", "ADD"} & {word for word, _ in steps[last:]}
    (command,) = (rest for word, rest in steps if word == "CMD")
    assert json.loads(command)


def test_image_takes_what_is_there_and_dockerignore_lets_in_nothing_else(project):
    copied = {source for source, _ in _copied(project / "Dockerfile")}
    absent = [source for source in copied if not (project / source).exists()]
    assert not absent
    ignore = (project / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignore if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
    assert not [name for name in copied if name in {".", ".streamlit", "tests", "deploy"}]
    for source, _ in _copied(project / "deploy" / "proxy.Dockerfile"):
        assert (project / "deploy" / source).is_file()


def test_image_installs_exact_versions_on_a_python_the_project_supports(project):
    steps = " ".join(_of(project / "Dockerfile", "RUN"))
    assert re.findall(r"-r (\S+)", steps) == ["requirements.txt"]
    lines = (project / "requirements.txt").read_text(encoding="utf-8").splitlines()
    loose = [line for line in lines if line.strip() and line[0] != "#" and "==" not in line]
    assert not loose
    (base,) = _of(project / "Dockerfile", "FROM")
    version = re.fullmatch(r"python:(\d+\.\d+)-slim-bookworm", base)
    known = (project / "requirements.txt").read_text(encoding="utf-8").partition("\n")[0]
    assert version, f"{base} does not name its Python and its Debian"
    assert f"{version[1]}" in known


def test_ports_are_the_same_in_image_compose_and_proxy(project):
    settings = (project / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    ports = _replica_ports(project)
    assert len(set(ports.values())) == len(ports) == 2
    for name, port in ports.items():
        seat = name.rsplit("-", 1)[1]
        assert settings.count(f"server {name}:{port}") == 3
        assert re.search(rf"upstream seat_{seat} {{[^}}]*server {name}:{port};", settings)
        assert re.search(rf"~:{port}\$\s+{seat};", settings)
    inside = {rest for rest in _of(project / "Dockerfile", "ENV") if "SERVER_PORT" in rest}
    assert inside == {f"STREAMLIT_SERVER_PORT={ports['app-a']}"}
    assert _of(project / "Dockerfile", "EXPOSE") == [str(ports["app-a"])]
    (listening,) = re.findall(r"^ *listen (\d+);", settings, re.MULTILINE)
    published = re.findall(r'- "\$\{\w+:-\d+\}:(\d+)"', (project / "compose.yaml").read_text())
    assert published == [listening]
    secure = (project / "deploy" / "tls.conf").read_text(encoding="utf-8")
    over_tls = re.findall(r":(\d+)\"$", (project / "deploy" / "tls.yaml").read_text(), re.MULTILINE)
    assert re.findall(r"^listen (\d+) ssl", secure, re.MULTILINE) == over_tls


def test_replicas_write_nothing_have_no_rights_and_are_awaited(project):
    text = (project / "compose.yaml").read_text(encoding="utf-8")
    replica = re.search(r"^x-replica: &replica\n((?:[ ].*\n)*)", text, re.MULTILINE)[1]
    services = _blocks(project / "compose.yaml", "services")
    for block in (replica, services["proxy"]):
        assert "read_only: true" in block
        assert "- ALL" in block
        assert "no-new-privileges:true" in block
        limits = re.findall(r"mem(?:swap)?_limit: (\w+)", block)
        assert len(limits) == 2, "memory and swap"
        assert len(set(limits)) == 1, "a limit of swap above that of memory would let it swap"
    for name in _replica_ports(project):
        assert "<<: *replica" in services[name]
        assert re.search(rf"{name}:\n\s+condition: service_healthy", services["proxy"])


def test_proxy_lets_through_a_file_as_large_as_the_app_takes(project):
    config = tomllib.loads((project / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    settings = (project / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"client_max_body_size (\w+);", settings) == [
        f"{config['server']['maxUploadSize'] + 1}m"
    ]
    assert re.findall(r"limit_conn uploads (\d+);", settings) == [str(UPLOADS_AT_ONCE)]


def test_guide_names_files_and_settings_that_exist(project):
    text = (project / "docs" / "deploy.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"deploy/[\w.-]+\w", text)) - {"deploy/md"}:
        assert (project / name).exists(), name
    variables = set(re.findall(r"\b([A-Z_]{4,})=", text))
    files = [project / "compose.yaml", *(project / "deploy").glob("*.yaml")]
    known = " ".join(file.read_text(encoding="utf-8") for file in files)
    unknown = [name for name in variables if f"${{{name}:" not in known]
    assert not unknown
    config = tomllib.loads((project / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert f"{config['server']['maxUploadSize']} MB" in text


# ---- the real proxy before real replicas ----


class _Image:
    """What the Dockerfile puts into the image, in a folder; run as the Dockerfile says."""

    def __init__(self, project, folder):
        self.dockerfile, self.app, self.rest = project / "Dockerfile", folder / "app", folder
        for source, target in _copied(self.dockerfile):
            place = self.app / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if (project / source).is_dir():
                shutil.copytree(project / source, place)
            else:
                shutil.copy(project / source, place)
        settings = dict(rest.split("=", 1) for rest in _of(self.dockerfile, "ENV"))
        settings |= {"HOME": str(folder), "MPLCONFIGDIR": str(folder / "matplotlib")}
        settings |= {"STREAMLIT_SERVER_ADDRESS": "127.0.0.1", "TMPDIR": str(folder)}
        self.settings = {**os.environ, **settings, "PYTHONDONTWRITEBYTECODE": "1"}
        (step,) = (rest for rest in _of(self.dockerfile, "RUN") if "prepare_static" in rest)
        subprocess.run(
            self.on_this_python(shlex.split(step.split("&&")[0])),
            cwd=self.app,
            env=self.settings,
            check=True,
            capture_output=True,
        )

    @staticmethod
    def on_this_python(command):
        assert command[0] == "python"
        return [sys.executable, *command[1:]]

    def files(self):
        return {path: path.stat().st_mtime_ns for path in self.app.rglob("*")}

    def settings_at(self, port):
        return {**self.settings, "STREAMLIT_SERVER_PORT": str(port)}

    @contextmanager
    def replica(self, port):
        (command,) = _of(self.dockerfile, "CMD")
        with subprocess.Popen(
            self.on_this_python(json.loads(command)),
            cwd=self.app,
            env=self.settings_at(port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server:
            try:
                yield server
            finally:
                server.kill()

    def is_healthy(self, port):
        (check,) = _of(self.dockerfile, "HEALTHCHECK")
        command = self.on_this_python(json.loads(check.partition("CMD")[2]))
        answer = subprocess.run(
            command, env=self.settings_at(port), capture_output=True, check=False
        )
        return answer.returncode == 0


class _Browser:
    """Cookies, requests and a websocket of one browser."""

    def __init__(self, address):
        self.address = address
        self.web = httpx.Client(base_url=address, timeout=20, trust_env=False)

    def open(self):
        for path in ("/", "/_stcore/health", "/_stcore/host-config"):
            self.web.get(path).raise_for_status()
        return self

    @property
    def seat(self):
        return self.web.cookies[SEAT]

    def cookies(self, seat=None):
        mine = dict(self.web.cookies) | {SEAT: seat or self.seat}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in mine.items())}

    def token(self):
        return {"X-Xsrftoken": self.web.cookies["_streamlit_xsrf"]}

    def session(self):
        return open_session(self.address, self.cookies() | {"Origin": self.address})

    def upload(self, session, *, address="", seat=None, size=BYTES):
        """Send a file to a session; return the status."""
        answer = self.web.put(
            f"{address}/_stcore/upload_file/{session.identifier}/one",
            headers=self.cookies(seat) | self.token(),
            files={"file": ("events.csv", b"x" * size, "text/csv")},
        )
        return answer.status_code


@pytest.mark.long
@pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed: apt-get install nginx")
def test_a_browser_keeps_its_replica_and_moves_only_when_that_one_is_gone(project, tmp_path):
    image = _Image(project, tmp_path)
    before = image.files()
    ports = {"a": free_port(), "b": free_port()}
    with ExitStack() as stack:
        servers = {seat: stack.enter_context(image.replica(port)) for seat, port in ports.items()}
        for seat, port in ports.items():
            wait_until_healthy(f"http://127.0.0.1:{port}", servers[seat])
        proxy = stack.enter_context(proxied((ports["a"], ports["b"])))
        one, two, three = (_Browser(proxy.address) for _ in range(3))
        for browser in (one, two, three):
            stack.enter_context(browser.web)
        asyncio.run(_each_stays_where_it_sat_down(one, two, ports))
        gone, left = one.seat, two.seat
        assert image.is_healthy(ports[gone])
        servers[gone].kill()
        servers[gone].wait()
        assert not image.is_healthy(ports[gone])
        asyncio.run(_all_work_on_what_is_left(one, three, left))
        told = proxy.access_log.read_text(encoding="utf-8")
        assert "temporary file" not in proxy.error_log.read_text(encoding="utf-8")
    assert "/_stcore/upload_file/ " in told
    assert "minutes" not in told
    assert told.count("127.0.0.1") == told.count("127.0.0.1:"), "only replicas, no visitor"
    assert image.files() == before, "a replica wrote into its own folder"


async def _each_stays_where_it_sat_down(one, two, ports):
    assert {one.open().seat, two.open().seat} == {"a", "b"}
    async with one.session() as first, two.session() as second:
        for browser, session in ((one, first), (two, second)):
            seat = browser.seat
            await session.rerun("minutes=20")
            for _ in range(3):
                assert browser.upload(session) == 204
                assert SEAT not in browser.web.get("/_stcore/health").cookies
            assert browser.seat == seat
            (other,) = ports.keys() - {seat}
            assert browser.upload(session, seat=other, size=9) == 400, "a cookie decides"
            at_other = f"http://127.0.0.1:{ports[other]}"
            assert browser.upload(session, address=at_other, size=9) == 400, (
                "it knows no such session"
            )
        assert one.web.get("/_stcore/metrics").status_code == 404
        assert _refused(one, first, UPLOADS_AT_ONCE + 1) == 1


def _refused(browser, session, count):
    """Begin uploads and end none; return how many were refused."""
    host, port = browser.address.removeprefix("http://").split(":")
    headers = {"Host": host, "Content-Type": "multipart/form-data; boundary=x"}
    headers |= {"Content-Length": "9"} | browser.cookies() | browser.token()
    head = f"PUT /_stcore/upload_file/{session.identifier}/two HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    with ExitStack() as stack:
        begun = []
        for _ in range(count):
            begun.append(stack.enter_context(socket.create_connection((host, int(port)))))
            begun[-1].sendall(head.encode())
        answered, _, _ = select.select(begun, [], [], 5)
        return sum(b" 503 " in one.recv(100) for one in answered)


async def _all_work_on_what_is_left(one, three, left):
    three.open()
    async with three.session() as session:
        await session.rerun("minutes=15")
        assert three.seat == left
        assert three.upload(session) == 204
    async with one.session() as session:  # its seat is gone
        assert f"{SEAT}={left}" in session.socket.response.headers["Set-Cookie"]
        one.open()
        assert one.seat == left
        await session.rerun("minutes=30")
        assert one.upload(session) == 204
