"""axe-core finds nothing serious on any page: light, dark, on a telephone, in both languages."""

import json
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError as PlaywrightTimeout, ViewportSize

from tests.browser.shop import GIVE_UP, PAGES, PLACE, Shop

pytestmark = pytest.mark.browser

WIDE, NARROW = ViewportSize(width=1400, height=900), ViewportSize(width=360, height=740)
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
GRAVE = {"serious", "critical"}
STILL = "*, ::before, ::after { transition: none !important; animation: none !important; }"
"""What is on its way from one color to another is not judged."""
ALL = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OF_COLOR = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
OF_WORDS = ALL | {"rules": {"color-contrast": {"enabled": False}}}
OF_ROOM = {"runOnly": {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable", "target-size"]}}
# Excluded: the icon that Django's own script puts beside a list of two halves, with a label on a span.
RUN = """
async ([dark, rules]) => {
  for (let frame = 0; frame < 3; frame++) {
    document.documentElement.classList.toggle("dark", dark);
    await new Promise(requestAnimationFrame);
  }
  const where = {include: [document], exclude: [".selector .help-tooltip"]};
  const found = await axe.run(where, {resultTypes: ["violations"], ...rules});
  const places = (nodes) => nodes.map((node) => node.html.slice(0, 160));
  return found.violations.map(({id, impact, nodes}) => ({id, impact, nodes: places(nodes)}));
}
"""


@pytest.fixture(scope="module")
def addresses(shop: Shop) -> list[str]:
    """Of a shop in which something has happened and something has failed."""
    shop.script(PLACE.format(first=9001, count=2, card="tok_ok"))
    shop.script(GIVE_UP)
    file = shop.folder.parent / "pages.json"
    shop.script(PAGES.format(file=str(file)))
    found: list[str] = json.loads(file.read_text())
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_no_page_has_a_serious_fault(page: Page, shop: Shop, addresses: list[str], language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": shop.address}])
    found = {address: wrong for address in addresses if (wrong := faults(page, address, language))}

    assert len(addresses) > 30
    assert not found, "\n".join(f"{address} {one}" for address, wrong in found.items() for one in wrong)


def faults(page: Page, address: str, language: str) -> list[Any]:
    """A theme changes colors, a narrow window also the room, a language the words; every other rule is judged once."""
    page.set_viewport_size(WIDE)
    page.goto(address)
    page.add_style_tag(content=STILL)
    page.evaluate(AXE)
    wrong = grave(page, "light", ALL if language == "en" else OF_WORDS)
    if language == "en":
        wrong += grave(page, "dark", OF_COLOR)
    page.set_viewport_size(NARROW)
    if language == "en":
        wrong += grave(page, "narrow", OF_ROOM)
    return wrong if fits(page) else [*wrong, ("narrow", "the page scrolls sideways", [])]


def fits(page: Page) -> bool:
    """Once it has settled in its new width."""
    try:
        page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth", timeout=3_000)
    except PlaywrightTimeout:
        return False
    return True


def grave(page: Page, look: str, rules: dict[str, Any]) -> list[Any]:
    found = page.evaluate(RUN, [look == "dark", rules])
    return [(look, one["id"], one["nodes"]) for one in found if one["impact"] in GRAVE]
