"""Print the Chromium the browser tests drive; get one where there is none, or say what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def chromium_on_this_machine() -> str | None:
    """Return the path of a Chromium: named by CHROMIUM, on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    if MAC.exists():
        return str(MAC)
    return _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_chromium() -> None:
    """Try Debian's package, then Playwright's own download; neither need succeed."""
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run([*sudo, "apt-get", *command], check=False, stdout=sys.stderr)
    if chromium_on_this_machine() is None:
        playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(playwright, check=False, stdout=sys.stderr)


def main() -> int:
    """Print the path, or an error that says what to install."""
    if chromium_on_this_machine() is None:
        install_chromium()
    path = chromium_on_this_machine()
    if path is None:
        sys.stderr.write(
            "The browser tests need a Chromium and none could be had. Install Chromium or Google "
            "Chrome, or name one: CHROMIUM=/path/to/chromium make test\n"
        )
        return 1
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
