"""A newcomer's first hour, by keyboard alone: from logging in to reading a report, and no mouse."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.shop import GIVE_UP, PASSWORD, PLACE, Shop

pytestmark = pytest.mark.browser

FARTHEST = 250
BUYER = {
    "Name": "Grace Hopper",
    "Email": "grace@example.org",
    "Street and number": "1 Navy Yard",
    "Postal code": "20374",
    "City": "Washington",
    "Country (two letters)": "US",
}
FILE = """order,sku,quantity,unit_price,currency,customer_name,street,city,postal_code,country
K-1,tea,2,4.50,EUR,Ada Lovelace,12 St James's Square,London,SW1Y 4JH,GB
K-2,tea,many,4.50,EUR,Ada Lovelace,12 St James's Square,London,SW1Y 4JH,GB
"""


@pytest.mark.slow
def test_the_first_hour_by_keyboard_alone(page: Page, shop: Shop, tmp_path: Path) -> None:
    log_in_again(page)
    place_an_order_and_watch_it(page)
    break_the_gateway_and_see_the_compensation(page)
    repair_a_dead_letter(page, shop)
    schedule_a_report_read_it_and_pause_it(page)
    import_a_file_with_errors(page, tmp_path)


def log_in_again(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/")
    write(page, page.get_by_label("Username"), "admin")
    write(page, page.locator("#id_password"), PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Find")).to_be_visible()


def place_an_order_and_watch_it(page: Page) -> None:
    call_up(page, "Place order")
    write(page, page.locator("input[name$=sku]").first, "tea")
    for label, value in BUYER.items():
        write(page, page.get_by_label(label, exact=True), value)
    press(page, page.get_by_role("button", name="Place order"))
    expect(page.locator(".axes")).to_contain_text("confirmed")

    press(page, page.get_by_role("link", name="watch it live"))
    expect(page.locator("#live-rows tr", has_text="order.confirmed")).to_be_visible()


def break_the_gateway_and_see_the_compensation(page: Page) -> None:
    call_up(page, "Break something")
    press(page, page.get_by_role("button", name="Decline a card"))

    page.wait_for_url(re.compile(r"/runs/\d+/"))
    expect(page.get_by_text("inventory.release_reservation").first).to_be_visible()
    expect(page.locator("main, #content")).to_contain_text("payment.declined")


def repair_a_dead_letter(page: Page, shop: Shop) -> None:
    shop.script(PLACE.format(first=9501, count=2, card="tok_ok"))
    shop.script(GIVE_UP)
    call_up(page, "Dead letters")
    press(page, page.get_by_role("link", name="ValueError", exact=True))
    press(page, page.get_by_role("button", name=re.compile("Try.* again$")).first)

    expect(page.get_by_role("heading", name="Its letters")).to_be_visible()


def schedule_a_report_read_it_and_pause_it(page: Page) -> None:
    call_up(page, "Schedules")
    press(page, page.get_by_role("link", name="New schedule"))
    write(page, page.get_by_label("Name"), "Sales at night")
    reach(page, page.get_by_label("Job"))
    page.keyboard.type("Daily sales")
    write(page, page.get_by_label("Times"), "30 2 * * *")
    press(page, page.get_by_role("button", name="Save"))
    press(page, page.get_by_role("button", name="Run now"))
    expect(page.locator("#report")).to_be_visible()

    press(page, page.get_by_role("link", name="its schedule"))
    press(page, page.locator("#pause summary"))
    write(page, page.get_by_label("Reason"), "stock-taking")
    page.keyboard.press("Enter")
    expect(page.locator(".state-yellow").first).to_have_text(re.compile("paused"))


def import_a_file_with_errors(page: Page, folder: Path) -> None:
    """The window in which a file is chosen is the browser's own, and stands here for itself."""
    file = folder / "orders.csv"
    file.write_text(FILE)
    call_up(page, "Import orders")
    page.locator("input[type=file]").set_input_files(file)
    press(page, page.get_by_role("button", name="Look into it"))
    expect(page.get_by_text("1 row has errors")).to_be_visible()

    press(page, page.get_by_role("button", name="Import 1 good order, leave out 1"))
    expect(page.get_by_text("1 confirmed")).to_be_visible()


def call_up(page: Page, words: str) -> None:
    """By the palette."""
    page.wait_for_load_state()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Find anything")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text(words)
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()


def press(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


def write(page: Page, target: Locator, text: str) -> None:
    reach(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def reach(page: Page, target: Locator) -> None:
    """Tab until it has the focus, as somebody without a mouse must."""
    target.wait_for()
    for _step in range(FARTHEST):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by the keyboard")
