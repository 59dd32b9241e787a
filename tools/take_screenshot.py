"""Take the pictures of the README from the running app: take_screenshot ADDRESS [NAME ...]."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.find_chromium import chromium_on_this_machine

SIZE = {"width": 1440, "height": 1050}
IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
PAGES = {
    "coverage-map": "",
    "gaps": "gaps?counties=26087&facilities=otp&area=26087-2608746040",
    "area-profile": "area_profile?area=26049",
    "compare": "compare?colour=gaps",
    "plan": "plan",
    "figures": "figures?counties=26087&facilities=otp",
    "your-data": "your_data",
}
"""Picture by address; the pages with a map are waited for until it is painted."""
PRESSED = {"your-data": "Load demonstration data (SYNTHETIC)"}
WAITED_FOR = {"compare": "[data-testid=stVegaLiteChart]", "figures": "[data-testid=stImage] img"}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main(address: str, *names: str) -> None:
    """Open each page, wait until it is drawn, save what the window shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_on_this_machine(), args=ARGUMENTS
        )
        for name, path in PAGES.items():
            if names and name not in names:
                continue
            page = browser.new_page(viewport=SIZE)
            page.goto(f"{address}/{path}")
            if name in PRESSED:
                page.get_by_role("button", name=PRESSED[name]).click()
            if name in WAITED_FOR:
                page.locator(WAITED_FOR[name]).wait_for()
            else:
                map_frame = page.wait_for_selector("iframe[title*=folium]", state="attached")
                map_frame.content_frame().wait_for_function("window.coveragePainted > 0")
            page.wait_for_timeout(2500)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
