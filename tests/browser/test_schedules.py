"""A report is scheduled, run, read, paused with a reason, resumed; a job is cancelled and goes on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import Shop

pytestmark = pytest.mark.browser

HALFWAY = """
from apps.backbone import clock
from apps.backbone.models import JobRun
JobRun.objects.create(
    job="console.purge", state="cancelled", actor="user:1", cancel_asked_by="user:1", created_at=clock.now(),
    started_at=clock.now(), ended_at=clock.now(), done=4, total=9, cursor="4", tries=1,
)
"""


def test_a_report_is_scheduled_run_read_paused_and_resumed(page: Page) -> None:
    page.goto("/schedules/")
    page.get_by_role("link", name="New schedule").click()
    page.get_by_label("Name").fill("Sales in Berlin")
    page.get_by_label("Job").select_option("orders.daily-sales")
    page.get_by_label("Times").fill("30 2 * * *")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("At 02:30")
    expect(preview.locator("tbody tr")).to_have_count(5)
    expect(preview).to_contain_text("When the clocks change next:")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("At 02:30 · Europe/Berlin")).to_be_visible()
    page.get_by_role("button", name="Run now").click()
    expect(page.locator("#report")).to_be_visible()
    expect(page.get_by_role("link", name="Download CSV")).to_be_visible()

    page.get_by_role("link", name="its schedule").click()
    expect(page.get_by_role("link", name="CSV")).to_be_visible()
    page.locator("#pause summary").click()
    page.get_by_label("Reason").fill("stock-taking")
    page.get_by_role("button", name="Pause now").click()
    expect(page.locator(".state-yellow")).to_have_text(re.compile("paused"))
    page.goto("/schedules/")
    expect(page.locator("tr", has_text="sales-in-berlin")).to_contain_text("stock-taking")

    page.get_by_role("row", name="sales-in-berlin").get_by_role("link").first.click()
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".state-green").first).to_have_text(re.compile("active"))


def test_a_wrong_line_is_named_while_it_is_typed(page: Page) -> None:
    page.goto("/schedules/new/")
    page.get_by_label("Times").fill("0 25 * * *")

    expect(page.locator("#preview")).to_contain_text("Bad hour")


def test_a_job_that_was_stopped_goes_on_from_its_page(page: Page, shop: Shop) -> None:
    shop.script(HALFWAY)
    page.goto("/jobs/?job=console.purge")
    page.locator("tbody a").first.click()
    expect(page.get_by_text("It had done 4 of 9.")).to_be_visible()

    page.get_by_role("button", name="Go on where it stopped").click()

    expect(page.locator(".state-green").first).to_have_text(re.compile("done"))


def test_a_task_leads_to_the_order_of_its_command(page: Page, shop: Shop) -> None:
    page.goto("/tasks/?service=inventory")
    page.locator("tbody a").first.click()

    expect(page.get_by_role("heading", name=re.compile("it carried"))).to_be_visible()
    expect(page.get_by_role("button", name="Revoke")).to_have_attribute("aria-disabled", "true")


def test_the_queues_of_a_running_shop_have_numbers_and_nobody_is_missing(page: Page) -> None:
    page.goto("/workers/")

    expect(page.locator("tr", has_text="inventory.commands")).to_be_visible()
    expect(page.get_by_text("missing")).to_have_count(0)
