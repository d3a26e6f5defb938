"""Runs in the browser: one's picture and table, what can be asked of it, and the list that keeps itself up to date."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import Shop
from tests.browser.test_console import place

pytestmark = pytest.mark.browser

MARK = """
from apps.backbone.models import SagaInstance
SagaInstance.objects.filter(pk={run}).update(status={status!r})
"""
CONFIRMED = """
from uuid import UUID
from apps.backbone.models import SagaInstance
from tests.browser.shop import until
until(lambda: SagaInstance.objects.filter(saga="checkout", key=str(UUID(int={number})), status="completed").exists())
"""
TEN_MINUTES_AGO = """
from datetime import timedelta
from apps.backbone import clock
from apps.backbone.log import send
from tests.integration.orders.shop import place
with clock.at(clock.now() - timedelta(minutes=10)):
    send(place({number}), actor="user:1")
"""
IMPORT = """
from apps.backbone import slots
from apps.console.imports import files
from apps.console.imports.job import ImportOrders
from tests.browser.shop import until
from tests.integration.imports.test_sending import HEADER
rows = [f"R{{number}},tea,1,4.50,EUR,Ada,1 Street,Town,12345,DE" for number in range({count})]
digest = files.keep("\\n".join([HEADER, *rows]).encode())
run = slots.start("console.import-orders", ImportOrders(digest=digest), "user:1")
until(lambda: type(run).objects.get(pk=run.pk).state == "done")
"""
EVERY_MS = 3000
"""How often the list asks."""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def open_run(page: Page, order: str, process: str = "checkout") -> None:
    """From the order to its run, once the order is there."""
    page.goto(order)
    page.get_by_role("link", name=process, exact=True).click()
    page.locator("#lanes[data-ready]").wait_for()


def test_a_declined_order_shows_its_compensation_and_opens_by_keyboard(page: Page, shop: Shop) -> None:
    open_run(page, place(shop, 2100, card="tok_decline_funds"))
    expect(page.locator(".run-standing")).to_contain_text("Compensated: the card was declined")
    picture = page.locator("#lanes-scroll")
    expect(picture.get_by_role("option", name=re.compile("^order.rejected, event, orders → checkout"))).to_be_visible()
    expect(picture.get_by_role("option", name=re.compile("^inventory.release_reservation, command"))).to_be_visible()

    picture.focus()
    page.keyboard.press("End")
    for _ in range(30):
        if (picture.locator(".node.active").get_attribute("aria-label") or "").startswith("payment.declined"):
            break
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    side = page.locator("#lanes-side")
    expect(side.locator(".side-title")).to_have_text("payment.declined")
    expect(side.locator(".changes")).to_contain_text("authorizing")
    expect(side).to_be_focused()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(picture).to_be_focused()


def test_picture_and_table_tell_the_same_and_the_address_remembers(page: Page, shop: Shop) -> None:
    open_run(page, place(shop, 2200))
    expect(page.get_by_role("option", name=re.compile("^order.confirmed"))).to_be_visible()

    page.get_by_role("button", name="Table").click()

    expect(page.locator("#lanes-rows tr", has_text="order.confirmed")).to_contain_text("orders → checkout")
    page.reload()
    expect(page.locator("#lanes-table")).to_be_visible()
    shown = page.locator("#lanes-rows tr").count()
    assert page.locator("#lanes-count").inner_text() == f"{shown} messages shown"
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(page.url.split("?")[0])
    expect(page.locator("#lanes-table")).to_be_visible()


def test_cancelling_a_run_asks_why_and_appears_in_its_picture(page: Page, shop: Shop) -> None:
    open_run(page, place(shop, 2300))
    expect(page.locator(".run-standing")).to_contain_text("completed")

    page.locator("#offer-cancel summary").click()
    page.locator("#offer-cancel").get_by_label("Reason").fill("changed their mind")
    page.get_by_role("button", name="Cancel now").click()

    expect(page.get_by_text("The order was asked to cancel.")).to_be_visible()
    deed = page.get_by_role("option", name=re.compile("^operator.acted, person"))
    expect(deed).to_be_visible()
    expect(deed).to_have_attribute("aria-label", re.compile("changed their mind"))


def test_the_whole_order_is_shown_with_what_other_runs_did_for_it(page: Page, shop: Shop) -> None:
    open_run(page, place(shop, 2400), "notifications")
    picture, whole = page.locator("#lanes-scroll"), page.get_by_role("checkbox", name="the whole order")
    own = picture.get_by_role("option", name=re.compile("^orders.notify_customer, command"))
    other = picture.get_by_role("option", name=re.compile("^payments.authorize_payment, command"))
    expect(own).to_be_visible()
    expect(other).to_have_count(0)

    whole.check()

    expect(other).to_be_visible()
    page.reload()
    expect(whole).to_be_checked()
    expect(other).to_be_visible()
    whole.uncheck()
    expect(other).to_have_count(0)
    assert "whole" not in page.url


def test_idle_time_is_marked_or_drawn_as_long_as_it_was(page: Page, shop: Shop) -> None:
    shop.script(TEN_MINUTES_AGO.format(number=2500))
    open_run(page, "/orders/00000000-0000-0000-0000-0000000009c4/")
    pause, drawn = page.locator("#lanes-space .idle rect"), page.get_by_role("checkbox", name="draw idle time")
    expect(page.locator("#lanes-space .idle text")).to_have_text("⋯ idle 10 min ⋯")
    expect(pause).to_have_attribute("height", "18")

    drawn.check()

    expect(pause).to_have_attribute("height", "3988")
    page.reload()
    expect(drawn).to_be_checked()
    expect(pause).to_have_attribute("height", "3988")
    drawn.uncheck()
    expect(pause).to_have_attribute("height", "18")
    assert "idle" not in page.url


def marked(shop: Shop, run: str, status: str) -> None:
    shop.script(MARK.format(run=run, status=status))


def test_the_list_renews_its_rows_in_place_and_holds_new_ones_until_asked(page: Page, shop: Shop) -> None:
    place(shop, 2600)
    shop.script(CONFIRMED.format(number=2600))
    page.emulate_media(reduced_motion="reduce")
    page.goto("/runs/?kind=checkout")
    rows, held = page.locator("#runs-rows tr"), page.locator("#runs-held")
    expect(rows.first).to_contain_text("completed")
    run = (rows.first.get_attribute("id") or "").removeprefix("run-s")
    link = page.locator(f"#run-s{run} a").first
    link.focus()
    before, number = link.bounding_box(), rows.count()

    place(shop, 2610, count=3)
    expect(held).to_have_text("3 new")
    marked(shop, run, "stuck")
    expect(page.locator(f"#run-s{run}")).to_contain_text("stuck")
    expect(page.locator("#runs-chips [data-state=stuck] b")).to_have_text("1")

    expect(link).to_be_focused()
    assert (link.bounding_box(), rows.count()) == (before, number)
    assert page.locator(f"#run-s{run}").evaluate("(row) => getComputedStyle(row).animationName") == "none"
    held.focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(number + 3)
    expect(held).to_be_hidden()
    expect(rows.first.locator("a").first).to_be_focused()
    expect(rows.nth(3)).to_have_id(f"run-s{run}")

    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*/*")
    page.go_back()
    expect(page).to_have_url(re.compile("kind=checkout"))
    expect(rows.nth(3)).to_have_id(f"run-s{run}")
    marked(shop, run, "completed")
    expect(page.locator(f"#run-s{run}")).to_contain_text("completed")


def test_the_list_rests_while_its_tab_is_hidden(page: Page, shop: Shop) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/runs/news/" in request.url else None)
    page.goto("/runs/")
    with page.expect_response("**/runs/news/**"):
        pass
    page.evaluate(HIDE, True)
    page.wait_for_load_state("networkidle")
    before = len(asked)

    place(shop, 2700)
    page.wait_for_timeout(2 * EVERY_MS)
    assert len(asked) == before

    page.evaluate(HIDE, False)
    expect(page.locator("#runs-held")).to_contain_text("new")
    assert len(asked) > before


def test_a_jobs_page_shows_what_it_sent_as_picture_and_table_and_leads_on(page: Page, shop: Shop) -> None:
    shop.script(IMPORT.format(count=3))
    page.goto("/runs/?kind=jobs")
    page.get_by_role("link", name="Import orders").first.click()
    page.locator("#lanes[data-ready]").wait_for()
    assert page.url.split("/")[-3] == "jobs"
    picture = page.locator("#lanes-scroll")
    expect(
        picture.get_by_role("option", name=re.compile("^orders.place_order, command, the job → orders"))
    ).to_have_count(3)
    expect(picture.get_by_role("option", name=re.compile("^order.placed, event, orders → sagas"))).to_have_count(3)
    expect(page.get_by_role("checkbox", name="the whole order")).to_have_count(0)

    picture.focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    side = page.locator("#lanes-side")
    expect(side).to_be_focused()
    expect(side.locator(".side-title")).to_have_text("order.placed")
    expect(side.get_by_role("link", name="checkout")).to_be_visible()
    page.keyboard.press("Escape")

    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(page.url.split("?")[0])
    row = page.locator("#lanes-rows tr", has_text="order.placed").last
    expect(row).to_contain_text("orders → sagas")
    assert page.evaluate("[scrollY, document.documentElement.scrollWidth]") == [0, 360]
    row.get_by_role("link").last.click()
    page.wait_for_url("**/orders/*/")


def test_a_job_that_sent_nothing_says_so(page: Page, shop: Shop) -> None:
    page.goto("/jobs/start/inventory.low-stock/")
    page.get_by_role("button", name="Start", exact=True).click()

    expect(page.get_by_text("It sent no message")).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text("admin · started")
