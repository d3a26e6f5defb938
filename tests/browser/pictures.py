"""A picture of every page of a demo shop: wide, on a telephone, dark and in Chinese; `bin/screenshots` takes them."""

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, log_in
from tests.browser.shop import PAGES, Shop

WIDE, NARROW = {"width": 1400, "height": 900}, {"width": 360, "height": 740}
LOOKS = {
    "wide": (WIDE, "light", "en"),
    "narrow": (NARROW, "light", "en"),
    "dark": (WIDE, "dark", "en"),
    "chinese": (WIDE, "light", "zh-hant"),
}


def take(folder: Path, wanted: str) -> None:
    with tempfile.TemporaryDirectory() as data:
        shop = Shop(Path(data) / "data")
        shop.folder.mkdir()
        shop.start(demo=True)
        try:
            take_all(shop, folder, wanted)
        finally:
            shop.stop()


def take_all(shop: Shop, folder: Path, wanted: str) -> None:
    list_of_pages = shop.folder.parent / "pages.json"
    shop.script(PAGES.format(file=str(list_of_pages)))
    addresses = [one for one in json.loads(list_of_pages.read_text()) if wanted in one]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(base_url=shop.address, viewport=WIDE).new_page()  # type: ignore[arg-type]
        log_in(page)
        for look in LOOKS:
            for address in addresses:
                picture(page, shop, address, look, folder)
        browser.close()


def picture(page: Page, shop: Shop, address: str, look: str, folder: Path) -> None:
    size, scheme, language = LOOKS[look]
    page.context.add_cookies([{"name": "django_language", "value": language, "url": shop.address}])
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    name = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-") or "home"
    page.screenshot(path=folder / f"{name[:80]}.{look}.png", full_page=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    folder.mkdir(exist_ok=True)
    take(folder, sys.argv[2] if len(sys.argv) > 2 else "")
