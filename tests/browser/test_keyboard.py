"""The console by keys alone: the palette, the rows of a list, its filter, and the language."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import PLACE, Shop

pytestmark = pytest.mark.browser

PLACED = (
    PLACE
    + """
from apps.orders.models import Order
from tests.browser.shop import until
until(lambda: Order.objects.count() >= {count})
"""
)


def test_ctrl_k_leads_to_an_order_by_its_number(page: Page, shop: Shop) -> None:
    shop.script(PLACED.format(first=8001, count=1, card="tok_ok"))
    page.goto("/orders/")
    link = page.locator("table a.link").first
    number, address = link.inner_text(), link.get_attribute("href")

    page.keyboard.press("Control+k")
    page.keyboard.type(number)
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text(number)
    expect(page.get_by_role("combobox", name="Find anything")).to_have_attribute("aria-activedescendant", "palette-1")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{address}")


def test_the_palette_closes_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("button", name="Find").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#palette [role=option]").first).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()
    expect(page.get_by_role("button", name="Find")).to_be_focused()


def test_rows_are_walked_opened_and_found_again_by_back(page: Page, shop: Shop) -> None:
    shop.script(PLACED.format(first=8101, count=3, card="tok_ok"))
    page.goto("/orders/")

    for key in ("j", "j", "ArrowDown", "k"):
        page.keyboard.press(key)
    second = page.locator("table tbody tr").nth(1).locator("a.link").first
    expect(second).to_be_focused()
    number = second.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*/")
    page.go_back()

    expect(page.locator("a.link", has_text=number).first).to_be_focused()


def test_a_slash_goes_to_the_filter_and_a_question_mark_shows_the_keys(page: Page) -> None:
    page.goto("/orders/")

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('input')")
    page.keyboard.type("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_first_tab_leads_past_the_menu(page: Page) -> None:
    page.goto("/admin/")

    page.keyboard.press("Tab")

    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#content').contains(document.activeElement)")


def test_the_language_is_switched_and_kept(page: Page) -> None:
    page.goto("/orders/")

    page.get_by_role("button", name="繁體中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
    assert page.url.endswith("/orders/")
    page.goto("/start/")
    expect(page.locator("h1")).to_contain_text("啟動")

    page.get_by_role("button", name="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
