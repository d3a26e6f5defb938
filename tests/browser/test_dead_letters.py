"""Something breaks, is found among the problems, chosen, tried again, and followed to its outcome."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import GIVE_UP, PLACE, Shop

pytestmark = pytest.mark.browser

GONE = """
from apps.backbone.models import Inbox
from tests.browser.shop import until
until(lambda: not Inbox.objects.filter(repair__isnull=False).exclude(state="done").exists())
"""


@pytest.fixture
def broken(shop: Shop) -> Shop:
    shop.script(PLACE.format(first=900, count=2, card="tok_ok"))
    shop.script(GIVE_UP)
    return shop


def test_what_was_given_up_is_found_chosen_tried_again_and_done(page: Page, broken: Shop) -> None:
    page.goto("/problems/")
    page.get_by_role("link", name="ValueError", exact=True).click()
    expect(page.get_by_text("no such warehouse <script>alert(1)</script>").first).to_be_visible()
    page.get_by_role("link", name="order.confirmed").first.click()
    expect(page.get_by_text("Traceback (most recent call last)")).to_be_visible()
    page.go_back()

    page.get_by_label("Choose all on this page").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen]")).to_have_text("chosen: 2")
    page.get_by_role("button", name="Try the chosen again").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 messages are tried again.")).to_be_visible()
    expect(page.get_by_role("heading", name="Its letters")).to_be_visible()
    broken.script(GONE)
    expect(page.locator(".standing-part")).to_have_text(["check_circledone 2"])
    expect(page.locator("#letters .state", has_text="done")).to_have_count(2)
    page.goto("/dead-letters/")
    expect(page.get_by_text("No dead letters. Every message was carried out.")).to_be_visible()


def test_one_is_discarded_with_a_reason_that_stays(page: Page, broken: Shop) -> None:
    page.goto("/dead-letters/")
    page.get_by_role("link", name="ValueError", exact=True).click()
    page.get_by_role("link", name="order.confirmed").first.click()
    page.locator("#discard summary").click()
    page.get_by_label("Reason").fill("it was a drill")
    page.get_by_role("button", name="Discard now").click()

    expect(page.get_by_text("discarded by admin: it was a drill")).to_be_visible()

    page.goto("/dead-letters/")
    page.get_by_role("link", name="Try all 1 again").or_(page.get_by_role("link", name="Try 1 again")).click()
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_role("heading", name="Its letters")).to_be_visible()
