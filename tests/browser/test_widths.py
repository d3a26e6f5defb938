"""Pages fit the screens that they are read on."""

import pytest
from playwright.sync_api import Page

from tests.browser.shop import PLACE, Shop

pytestmark = pytest.mark.browser

WIDER = """
() => [...document.querySelectorAll("form.start *, #order *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".unseen, .scroll, .steps"))
  .map(one => one.outerHTML.slice(0, 80))
"""
CUT = """
() => [...document.querySelectorAll("#order .scroll")]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)
"""


def test_the_form_of_an_order_fits_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/start/order/")
    page.locator("input[name$=sku]").first.fill("tea")
    page.locator("input[name$=quantity]").first.fill("900000")
    page.get_by_text("an order for more is rejected").wait_for()

    assert page.evaluate(WIDER) == []


def test_the_tables_of_an_order_are_whole_on_a_small_screen(page: Page, shop: Shop) -> None:
    shop.script(PLACE.format(first=7001, count=1, card="tok_ok"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/orders/00000000-0000-0000-0000-{7001:012x}/")
    page.locator("#order .scroll .table").first.wait_for()
    page.get_by_text("approved (tok_ok)").wait_for()

    assert (page.evaluate(WIDER), page.evaluate(CUT)) == ([], [])
