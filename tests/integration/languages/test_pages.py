"""Pages in Traditional Chinese have no English sentence but what is data: payloads, types, names, what people wrote."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from apps.console.demo import orders as demo_orders, shop as demo
from apps.inventory.models import Product
from tests.integration.console.people import administrator
from tests.pages import every_page
from tests.texts import texts

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SENTENCE = re.compile(r"(?:\b[a-z]{2,}\b[ ,;:.’'-]*){3,}|\b[A-Z][a-z]+ (?:[a-z]{2,}[ .,]*){2,}")


IDENTITY = re.compile(r"[\w%]+(?:[-._@][\w%]+)+")
"""Ids, types, SKUs, addresses of mail: a word with a sign inside."""
WRITTEN = (
    "Stocktaking until Friday",
    "changed their mind",
    "took too long",
    "Connection refused",
    "data was truncated",
)
"""By the people of the demo, and by the libraries that failed."""


def english(client: Client, address: str) -> Iterator[str]:
    data = [*WRITTEN, *Product.objects.values_list("title", flat=True)]
    for text in texts(client.get(address).content.decode()):
        for one in data:
            text = text.replace(one, "")
        if SENTENCE.search(IDENTITY.sub("", text)):
            yield text


INSTANT = re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d|\b\d{1,2}:\d\d\b")


def unhovered(client: Client, address: str) -> Iterator[str]:
    """Dates with a time, and times, that no `<time>` says in UTC."""
    for text in texts(client.get(address).content.decode(), besides=frozenset({"time"})):
        if INSTANT.search(text) and not address.startswith(WALL_TIMES):
            yield text


WALL_TIMES = ("/schedules/",)
"""When a schedule is due is the time on its own zone's clock, whatever UTC says; its runs are instants in tables."""


def test_no_page_says_an_english_sentence_and_every_instant_has_utc_on_hover(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_orders, "ORDERS", 60)
    demo.make(3, lambda said: None)
    client = administrator()
    client.cookies["django_language"] = "zh-hant"
    addresses = every_page(client)

    assert {address: found for address in addresses if (found := list(english(client, address)))} == {}
    assert {address: found for address in addresses if (found := list(unhovered(client, address)))} == {}
