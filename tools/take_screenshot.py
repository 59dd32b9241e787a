"""Take the picture of the README from the running app: take_screenshot URL FILE."""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from tools.find_chromium import chromium_on_this_machine

SIZE = {"width": 1440, "height": 1050}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main(address: str, path: str) -> None:
    """Open the address, wait for the painted map, save what the window shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_on_this_machine(), args=ARGUMENTS
        )
        page = browser.new_page(viewport=SIZE)
        page.goto(address)
        frame = page.wait_for_selector("iframe[title*=folium]", state="attached").content_frame()
        frame.wait_for_function("window.coveragePainted > 0")
        page.get_by_text("The map as a table").wait_for()
        page.wait_for_timeout(1500)
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
