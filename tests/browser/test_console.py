"""What a newcomer does in the browser: log in, watch, ship, repair."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import PLACE, Shop

pytestmark = pytest.mark.browser

BUYER = {
    "Name": "Ada Lovelace",
    "Email": "ada@example.org",
    "Street and number": "12 St James's Square",
    "Postal code": "SW1Y 4JH",
    "City": "London",
    "Country (two letters)": "GB",
}


def place(shop: Shop, first: int, count: int = 1, card: str = "tok_ok") -> str:
    shop.script(PLACE.format(first=first, count=count, card=card))
    return f"/orders/00000000-0000-0000-0000-{first:012x}/"


def test_a_wrong_password_is_refused(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("admin")
    page.locator("#id_password").fill("wrong")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_text("Please enter the correct username and password")).to_be_visible()


def test_nothing_is_missing_while_the_whole_shop_runs(page: Page) -> None:
    page.goto("/admin/")

    expect(page.get_by_text("Relay, consumers, workers and beat are alive.")).to_be_visible()
    expect(page.locator(".banner")).to_have_count(0)


def test_an_order_is_placed_by_form_and_followed_to_confirmed(page: Page) -> None:
    page.goto("/orders/")
    page.get_by_role("link", name="Place order").click()
    page.locator("input[name$=sku]").first.fill("tea")
    for label, value in BUYER.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Place order").click()

    expect(page.locator(".axes")).to_contain_text("confirmed")
    page.get_by_role("link", name="watch it live").click()
    expect(page.locator("#live-rows tr", has_text="order.confirmed")).to_be_visible()


def test_an_order_is_followed_to_confirmed_and_shipped_to_completed(page: Page, shop: Shop) -> None:
    page.goto(place(shop, 100))

    expect(page.locator(".axes")).to_contain_text("confirmed")
    expect(page.locator(".axes")).to_contain_text("authorized")

    page.locator("#offer-ship summary").click()
    page.get_by_role("button", name="Ship now").click()
    expect(page.locator(".axes")).to_contain_text("captured")
    page.locator("#offer-dispatch summary").click()
    page.get_by_label("Carrier").fill("Post")
    page.get_by_role("button", name="Dispatch now").click()
    expect(page.locator(".step-done", has_text="dispatched")).to_be_visible()
    page.locator("#offer-delivered summary").click()
    page.get_by_role("button", name="Mark delivered now").click()
    expect(page.locator(".axes")).to_contain_text("completed")


def test_a_declined_card_gives_the_stock_back(page: Page, shop: Shop) -> None:
    page.goto(place(shop, 200, card="tok_decline_funds"))

    expect(page.locator(".axes")).to_contain_text("rejected")
    expect(page.locator("#order")).to_contain_text("released")


def test_what_is_not_possible_is_visible_and_says_why(page: Page, shop: Shop) -> None:
    page.goto(place(shop, 300))
    expect(page.locator(".axes")).to_contain_text("confirmed")

    refund = page.get_by_role("button", name="Refund")
    expect(refund).to_have_attribute("aria-disabled", "true")
    expect(refund).to_have_accessible_description("Nothing is captured that could be given back.")


def test_an_order_is_cancelled_after_saying_why(page: Page, shop: Shop) -> None:
    page.goto(place(shop, 400))
    expect(page.locator(".axes")).to_contain_text("confirmed")

    page.locator("#offer-cancel summary").click()
    page.locator("#offer-cancel").get_by_label("Reason").fill("changed their mind")
    page.get_by_role("button", name="Cancel order now").click()

    expect(page.locator(".axes")).to_contain_text("cancelled")
    expect(page.locator(".reason")).to_contain_text("changed their mind")


@pytest.mark.parametrize("width", [1400, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_its_window(page: Page, shop: Shop, width: int, scheme: str) -> None:
    order = place(shop, 100)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for address in ("/admin/", "/live/", order, "/dead-letters/", "/orders/", "/admin/backbone/message/"):
        page.goto(address)
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, (address, wider)
