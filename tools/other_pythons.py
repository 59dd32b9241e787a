"""Run the tests that need no browser under every other supported Python this machine has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SOME = ("tests/contracts/test_tables.py", "tests/app/test_coverage_map.py")
ROADS = (
    "tests/travel/test_valhalla.py",
    "tests/travel/test_travel_command.py::test_extract_gives_minutes_and_catchments",
)
DOMAIN = (
    "rates",
    "hotspots",
    "gaps",
    "coverage",
    "jurisdictions",
    "regions",
    "tract_groups",
    "times",
)
UNITS = tuple(f"tests/unit/test_{name}.py" for name in DOMAIN)
OTHERS = {"3.12": (*SOME, *ROADS), "3.13": (*UNITS, *SOME)}
"""What is run under each: tables and the first page, under the newest also some of the domain."""
NEEDED = {"3.12": ("requirements-test.txt", "requirements-travel.txt")}
"""Where Valhalla is tried: it has no wheel with a builder of roads for the oldest Python."""
SHORT = ("-m", "not long")


def find_python(version: str) -> str | None:
    """Return an interpreter of a version that really starts, or None."""
    candidates = [shutil.which(f"python{version}")]
    built = Path.home() / ".pyenv" / "versions"
    candidates += sorted(map(str, built.glob(f"{version}.*/bin/python")))
    for candidate in filter(None, candidates):
        answer = subprocess.run(
            [candidate, "--version"], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0 and f"Python {version}." in answer.stdout:
            return candidate
    return None


def prepare(python: str, folder: Path, files: tuple[str, ...]) -> Path:
    """Return the interpreter of an environment with everything installed; made once."""
    inside = folder / "bin" / "python"
    stamp = folder / "installed"
    wanted = "".join(Path(name).read_text() for name in ("requirements.txt", *files))
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(inside), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *(f"-r{name}" for name in files)], check=True)
        stamp.write_text(wanted)
    return inside


def main() -> int:
    """Test every version there is; say which there are not."""
    failed = 0
    for version, tests in OTHERS.items():
        if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
            continue
        python = find_python(version)
        if python is None:
            sys.stdout.write(f"Python {version} is not on this machine: not tried\n")
            continue
        sys.stdout.write(f"Python {version}\n")
        sys.stdout.flush()
        files = NEEDED.get(version, ("requirements-test.txt",))
        inside = prepare(python, Path(f".venv-{version}"), files)
        failed |= subprocess.run(
            [str(inside), "-m", "pytest", "-q", "-n", "auto", *SHORT, *tests], check=False
        ).returncode
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
