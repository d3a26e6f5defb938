"""A viewer comes to the newcomer's pages: nothing is possible, nothing is hidden, and each refusal says why."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.shop import GIVE_UP, PASSWORD, PLACE, Shop

VIEWER = f"""
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
viewer = get_user_model().objects.create_user("onlooker", password="{PASSWORD}", is_staff=True)
viewer.groups.add(Group.objects.get(name="viewer"))
"""
SENDING = """
    form:not([action$="/logout/"], [action$="/setlang/"])[method=post i] button:is([type=submit], :not([type])),
    [hx-post]
"""
FIRST = 8100


@pytest.fixture(scope="module")
def order(shop: Shop) -> str:
    shop.script(PLACE.format(first=FIRST, count=2, card="tok_ok") + GIVE_UP + VIEWER)
    return f"/orders/00000000-0000-0000-0000-{FIRST:012x}/"


@pytest.fixture
def viewer(context: BrowserContext, shop: Shop, order: str) -> Page:
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill("onlooker")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return page


def explained(button: Locator) -> str:
    """Reached by the keyboard alone, the refusal is there to be read, and the button does nothing."""
    button.focus()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-disabled", "true")
    why = button.page.locator(f"#{button.get_attribute('aria-describedby')}")
    expect(why).to_be_visible()
    before = button.page.url
    button.press("Enter")
    assert button.page.url == before
    return why.inner_text()


@pytest.mark.parametrize(
    ("path", "name", "what"),
    [
        ("/start/order/", "Place order", "place orders"),
        ("/start/receipt/", "Receive stock", "receive and adjust stock"),
        ("/start/import/", "Import orders", "place orders"),
        ("/schedules/", "New schedule", "change, pause and run schedules"),
        ("/schedules/at/daily-sales/", "Pause", "change, pause and run schedules"),
        ("/dead-letters/", "again", "retry and discard dead letters"),
        ("/gateway/", "", "change the gateway's faults"),
        ("/roles/", "Add a person", "add people"),
        ("ORDER", "Cancel", "steer orders"),
    ],
)
def test_every_action_is_there_and_says_what_is_lacking(
    viewer: Page, order: str, path: str, name: str, what: str
) -> None:
    viewer.goto(path.replace("ORDER", order))

    said = explained(viewer.locator(".refused > button").filter(has_text=name).first)

    assert what in said
    expect(viewer.locator(SENDING)).to_have_count(0)


def test_escape_takes_the_reason_away(viewer: Page) -> None:
    viewer.goto("/roles/")
    button = viewer.get_by_role("button", name="Add a person")
    explained(button)

    viewer.keyboard.press("Escape")

    expect(viewer.get_by_role("tooltip", name="add people")).to_be_hidden()
    expect(button).to_be_focused()
