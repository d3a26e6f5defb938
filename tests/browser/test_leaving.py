"""A page is left while its parts still load: the page's fixture fails if the browser's console has an error."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

PARTS = "**/home/*/"
COUNT_THE_ENDED = "window.ended = 0; document.addEventListener('htmx:afterRequest', () => { window.ended += 1; });"
LEFT: dict[str, Callable[[Page], object]] = {
    "by a link": lambda page: page.locator("a[href='/live/']").first.click(),
    "by an address": lambda page: page.goto("/live/"),
    "back": lambda page: page.go_back(),
}
STOPPED = {
    "by the person": "window.stop()",
    "by its own end": "dispatchEvent(new PageTransitionEvent('pagehide'))",
}


def hold_the_parts(page: Page) -> None:
    """Home, with a part that gets no answer."""
    held: list[Route] = []
    page.route(PARTS, lambda route: held.append(route))
    page.goto("/live/")
    page.goto("/admin/")
    page.evaluate(COUNT_THE_ENDED)
    with page.expect_request(PARTS):
        pass


@pytest.mark.parametrize("way", LEFT)
def test_home_is_left_while_its_parts_load(page: Page, way: str) -> None:
    hold_the_parts(page)

    LEFT[way](page)

    page.wait_for_url("**/live/")


@pytest.mark.parametrize("way", STOPPED)
def test_what_is_stopped_ends_quietly_and_may_be_asked_again(page: Page, way: str) -> None:
    hold_the_parts(page)

    page.evaluate(STOPPED[way])

    page.wait_for_function("window.ended > 0")
    with page.expect_request(PARTS):
        pass


def test_home_is_left_at_once_several_times(page: Page) -> None:
    for _ in range(8):
        page.goto("/admin/", wait_until="commit")
        page.goto("/live/", wait_until="commit")

    page.goto("/admin/")
    page.wait_for_function("window.htmx")
