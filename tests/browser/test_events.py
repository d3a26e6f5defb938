"""The log is browsed, a message is understood, and a newcomer breaks something and sees it mended."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import PLACE, Shop

pytestmark = pytest.mark.browser


def test_a_message_is_found_and_its_effects_are_followed(page: Page, shop: Shop) -> None:
    shop.script(PLACE.format(first=8801, count=1, card="tok_ok"))
    page.goto("/events/")
    page.get_by_label("Type", exact=True).fill("order.placed")
    page.get_by_label("Type", exact=True).press("Enter")
    page.wait_for_url("**type=order.placed**")
    found = page.url

    page.locator("tbody a.type").first.click()
    expect(page.locator("[aria-current=true] code").first).to_have_text("order.placed")
    expect(page.get_by_role("heading", name="Who took it")).to_be_visible()
    page.locator(".chain code", has_text="stock.reserved").first.click()
    expect(page.locator("[aria-current=true] code").first).to_have_text("stock.reserved")

    page.go_back()
    page.go_back()
    assert page.url == found
    expect(page.get_by_label("Type", exact=True)).to_have_value("order.placed")


def test_a_compensation_is_two_clicks_away(page: Page) -> None:
    page.goto("/admin/")
    page.locator("#nav-sidebar").get_by_role("link", name="Gateway").click()
    page.get_by_role("button", name="Decline a card").click()

    page.wait_for_url(re.compile(r"/runs/\d+/|/sagainstance/\d+/"))
    expect(page.get_by_text("compensated").first).to_be_visible()
