"""Chromium, and a running shop for it to look at."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.shop import PASSWORD, STOCK_UP, Shop

OFFLINE = "ERR_INTERNET_DISCONNECTED"
"""What Chromium says of a line that a test has cut."""
PATIENCE = 20_000
"""Milliseconds that an action or an expectation waits on a busy machine; what must be faster says so itself."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    if not shutil.which("chromium"):
        pytest.skip("chromium is not installed: apt-get install chromium")
    shop = Shop(tmp_path_factory.mktemp("browser") / "data")
    shop.folder.mkdir()
    shop.start()
    try:
        shop.script(STOCK_UP)
        yield shop
    finally:
        shop.stop()


@pytest.fixture(scope="session")
def browser(shop: Shop) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=shop.address, viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, shop: Shop) -> Iterator[Page]:
    """Logged in. Nothing may complain in the browser's console, and no request may leave the machine."""
    page = context.new_page()
    faults: list[str] = []
    page.on(
        "console", lambda said: faults.append(said.text) if said.type == "error" and OFFLINE not in said.text else None
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: faults.append(asked.url) if not ours(asked.url, shop) else None)
    log_in(page)
    yield page
    assert faults == []


def ours(url: str, shop: Shop) -> bool:
    return url.startswith((f"{shop.address}/", "data:", "blob:"))


def log_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Username").fill("admin")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda address: urlsplit(address).path == "/admin/")
