"""Start in the browser: a file with errors, and an order cancelled from Start by keyboard alone."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import PLACE, Shop

pytestmark = pytest.mark.browser

SETTLED = 20_000
"""Milliseconds in which the services carry a command out, on a busy machine, too."""
COLUMNS = "order,sku,quantity,unit_price,currency,customer_name,street,city,postal_code,country"
ROWS = """
N1,tea,1,4.50,EUR,Nora Nilsen,1 Mill Lane,Graz,8010,AT
N2,ghost,two,4.50,EUR,Nora Nilsen,1 Mill Lane,Graz,8010,Austria
N3,cup,2,4.50,EUR,Nora Nilsen,1 Mill Lane,Graz,8010,AT
"""


def place(shop: Shop, number: int) -> str:
    shop.script(PLACE.format(first=number, count=1, card="tok_ok"))
    return f"00000000-0000-0000-0000-{number:012x}"


def test_a_file_with_errors_is_looked_at_and_its_good_orders_come_in(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(COLUMNS + ROWS)
    page.goto("/start/")
    page.get_by_role("link", name="Import orders").click()
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look into it").click()

    expect(page.get_by_text("1 row has errors; its order cannot be placed.")).to_be_visible()
    for column in ("sku", "quantity", "country"):
        expect(page.locator("td", has_text=re.compile(f"^{column}$"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the errors").click()
    assert len(download.value.path().read_text().splitlines()) == 4

    page.get_by_role("button", name="Import 2 good orders, leave out 1").click()
    expect(page.get_by_text("2 orders: 2 confirmed, 0 rejected, 1 left out of the import").first).to_be_visible(
        timeout=SETTLED
    )
    page.goto("/orders/?q=Nora")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_an_order_is_cancelled_from_start_by_keyboard_alone(page: Page, shop: Shop) -> None:
    order = place(shop, 0x5001)
    page.goto(f"/orders/{order}/")
    expect(page.locator(".axes")).to_contain_text("confirmed", timeout=SETTLED)
    page.goto("/start/")
    page.get_by_role("link", name="Cancel an order").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pick")).to_be_focused()

    page.keyboard.type(order)
    page.keyboard.press("Enter")
    expect(page.locator("#cancel-reason")).to_be_focused()
    page.keyboard.type("changed their mind")
    page.keyboard.press("Enter")

    expect(page.locator(".axes")).to_contain_text("cancelled", timeout=SETTLED)
    expect(page.locator(".reason")).to_contain_text("changed their mind")


def test_a_page_painted_before_its_frame_is_shown_still_begins_in_its_field(page: Page) -> None:
    page.route("**/alpine/alpine*.js", lambda route: (time.sleep(0.2), route.continue_()))

    page.goto("/start/order/cancel/")

    expect(page.locator("#pick")).to_be_focused()


def test_in_a_narrow_window_the_parts_of_an_order_are_folded_and_stay_as_they_were_left(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"/orders/{place(shop, 0x5002)}/")
    expect(page.locator(".axes")).to_contain_text("confirmed", timeout=SETTLED)
    lines = page.locator("#fold-lines")
    expect(lines).not_to_have_attribute("open", "")

    lines.locator("summary").click()
    page.locator("#offer-hold summary").click()
    page.get_by_role("button", name="Hold now").click()
    expect(page.locator(".axes")).to_contain_text("on hold", timeout=SETTLED)

    expect(lines).not_to_have_attribute("open", "")
    lines.locator("summary").click()
    page.locator("#offer-release summary").click()
    expect(lines.locator("table")).to_be_visible()
