"""Live in a browser: what happens as it happens, without a gap, and never under the eyes of a reader."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.shop import PLACE, Shop

pytestmark = pytest.mark.browser

KEEP_SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...all) { super(...all); window.sockets.push(this); }
};
"""
WATCH_FOR_LONG_TASKS = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
}).observe({ entryTypes: ["longtask"] });
"""
UTC_ON_HOVER = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$")
FROZEN_MS = 1000
"""A tab that does not answer for so long is felt to hang; a busy machine alone takes some tenths of it."""


def place(shop: Shop, first: int, count: int = 1) -> None:
    shop.script(PLACE.format(first=first, count=count, card="tok_ok"))


def test_live_shows_what_happens_without_a_gap(page: Page, shop: Shop) -> None:
    page.goto("/live/")
    expect(page.locator("#live-connection")).to_have_text("live")

    place(shop, 500, count=5)

    expect(page.locator("#live-rows tr", has_text="order.confirmed").nth(4)).to_be_visible()
    expect(page.locator("#live-rows tr.kind-task").first).to_be_visible()
    expect(page.locator("#live-positions")).to_contain_text("0 gaps")


def test_after_a_dropped_socket_live_fills_in_what_was_missed(page: Page, shop: Shop) -> None:
    page.add_init_script(KEEP_SOCKETS)
    page.goto("/live/")
    expect(page.locator("#live-positions")).to_contain_text("0 gaps")
    before = page.locator("#live-positions").inner_text()

    page.context.set_offline(True)
    page.evaluate("sockets.at(-1).close()")
    expect(page.locator("#live-connection")).to_have_text("reconnecting…")
    place(shop, 600, count=3)
    page.context.set_offline(False)

    expect(page.locator("#live-rows tr", has_text="order.confirmed").nth(2)).to_be_visible()
    expect(page.locator("#live-note")).to_contain_text("refilled after a break")
    expect(page.locator("#live-positions")).to_contain_text("0 gaps")
    assert page.locator("#live-positions").inner_text().split("–")[0] == before.split("–")[0]


def test_live_is_filtered_by_the_address(page: Page, shop: Shop) -> None:
    place(shop, 700)
    page.goto("/live/?type=order.&kind=event")
    expect(page.locator("#live-rows tr", has_text="order.placed").first).to_be_visible()

    kinds = page.locator("#live-rows tr").evaluate_all("rows => rows.map(row => row.children[2].textContent.trim())")
    assert {kind.split(".")[0] for kind in kinds} == {"order"}
    page.get_by_label("Text").fill("nothing has this text")
    expect(page.locator("#live-rows tr")).to_have_count(0)
    assert "text=nothing" in page.url


def test_frozen_rows_wait_and_are_counted(page: Page, shop: Shop) -> None:
    page.goto("/live/")
    expect(page.locator("#live-connection")).to_have_text("live")
    page.get_by_role("button", name="Freeze").click()
    shown = page.locator("#live-rows tr").count()

    place(shop, 800)

    expect(page.locator("#live-held")).to_contain_text("new")
    assert page.locator("#live-rows tr").count() == shown
    page.locator("#live-freeze").click()
    expect(page.locator("#live-held")).to_be_empty()
    expect(page.locator("#live-rows tr", has_text="order.placed").first).to_be_visible()


def test_after_logging_out_elsewhere_live_is_silent(page: Page) -> None:
    page.goto("/live/")
    expect(page.locator("#live-connection")).to_have_text("live")

    page.evaluate(
        """async () => {
            const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
            await fetch('/admin/logout/', {method: 'POST', headers: {'X-CSRFToken': token}});
        }"""
    )

    expect(page.locator("#live-connection")).to_have_text("logged out", timeout=8_000)
    page.goto("/admin/login/")
    log_in(page)


def test_new_rows_wait_while_somebody_reads_further_down(page: Page, shop: Shop) -> None:
    place(shop, 850, count=2)
    page.goto("/live/")
    expect(page.locator("#live-rows tr").nth(30)).to_be_visible()
    page.locator("#live-scroller").evaluate("one => { one.scrollTop = 300; }")
    top = page.locator("#live-rows tr").first.inner_text()

    place(shop, 860)

    expect(page.locator("#live-held")).to_contain_text("new")
    assert page.locator("#live-rows tr").first.inner_text() == top
    page.locator("#live-held").click()
    expect(page.locator("#live-held")).to_be_hidden()
    expect(page.locator("#live-rows tr", has_text="order.placed").first).to_be_visible()


def test_what_began_with_one_request_is_followed_by_a_click(page: Page, shop: Shop) -> None:
    place(shop, 870, count=2)
    page.goto("/live/?type=order.placed")
    follow = page.locator("#live-rows tr").first.get_by_role("button")
    correlation = follow.get_attribute("value") or ""

    follow.click()
    page.get_by_label("Type", exact=True).fill("")

    expect(page.locator("#live-rows tr", has_text="payment.authorized")).to_have_count(1)
    assert page.url.endswith(f"/live/?correlation={correlation}")


def test_a_burst_does_not_freeze_the_tab(page: Page, shop: Shop) -> None:
    page.add_init_script(WATCH_FOR_LONG_TASKS)
    page.goto("/live/")
    expect(page.locator("#live-connection")).to_have_text("live")
    page.evaluate("window.longest = 0")

    place(shop, 880, count=20)

    page.get_by_label("Text", exact=True).fill("order.confirmed")
    expect(page.locator("#live-rows tr", has_text="order.confirmed").nth(19)).to_be_visible(timeout=60_000)
    expect(page.locator("#live-positions")).to_contain_text("0 gaps")
    assert page.locator("#live-rows tr").count() <= 200
    assert page.evaluate("window.longest") < FROZEN_MS


def test_each_row_says_its_time_and_has_utc_on_hover(page: Page, shop: Shop) -> None:
    place(shop, 860)
    page.goto("/live/")
    times = page.locator("#live-rows tr td:nth-child(2) time")
    expect(times.nth(5)).to_have_attribute("title", UTC_ON_HOVER)

    assert page.evaluate(
        "[...document.querySelectorAll('#live-rows tr')].every((row) => row.querySelector('td:nth-child(2) time'))"
    )
    expect(times.first).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\dT.*\+00:00$"))


def test_rows_are_worded_in_the_language_of_their_page(page: Page, shop: Shop) -> None:
    place(shop, 861)
    page.goto("/live/")
    page.get_by_role("button", name="繁體中文").click()
    page.goto("/live/?kind=task")

    expect(page.locator("#live-rows tr td.about").first).to_contain_text("完成")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.locator("#live-rows tr td.about").first).to_contain_text("done")
