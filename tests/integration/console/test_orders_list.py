"""The list of orders: what narrows it, what it finds, and where older addresses lead."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.backbone import clock
from apps.orders.models import Order
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import ORDER, open_shop, place, say

pytestmark = pytest.mark.django_db

LIST = "/orders/"
CUSTOMER = UUID(int=77)


@pytest.fixture
def client(drain: Callable[[], int]) -> Client:
    """Three orders: one placed with a customer, one rejected, one on hold."""
    open_shop(drain, tea=5)
    say(place())
    drain()
    first = Order.objects.get(pk=ORDER)
    Order.objects.all().delete()
    rows = [("C-2001", "Ada", "confirmed", 0), ("C-2002", "Eve", "rejected", 0), ("D-2003", "Bob", "confirmed", 1)]
    for number, (name, who, status, holds) in enumerate(rows, start=1):
        first.pk, first.number, first.customer_name, first.email = UUID(int=number), name, who, f"{who}@example.org"
        first.status, first.standing_holds, first.reason = status, holds, "declined: insufficient_funds"
        first.customer_id = CUSTOMER if who == "Ada" else None
        first.placed_at = clock.now() - timedelta(hours=number * 20)
        first.save(force_insert=True)
    return administrator()


def numbers(client: Client, **query: str) -> list[str]:
    return [order.number for order in client.get(LIST, query).context["page"].rows]


def test_newest_first_without_counting(client: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert numbers(client) == ["C-2001", "C-2002", "D-2003"]

    listed = [query["sql"] for query in asked if '"orders_order"' in query["sql"]]
    assert not any("COUNT(" in sql or "OFFSET" in sql for sql in listed if "placed_at" in sql)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "c-200"}, ["C-2001", "C-2002"]),
        ({"q": "2003"}, ["D-2003"]),
        ({"q": "eve@"}, ["C-2002"]),
        ({"q": "bo"}, ["D-2003"]),
        ({"q": str(UUID(int=2))}, ["C-2002"]),
        ({"q": "nobody"}, []),
        ({"q": "%"}, []),
        ({"q": "a\x00"}, ["C-2001", "C-2002", "D-2003"]),
        ({"state": "held"}, ["D-2003"]),
        ({"state": "confirmed", "q": "c"}, ["C-2001"]),
        ({"state": "no such"}, ["C-2001", "C-2002", "D-2003"]),
        ({"since": "day"}, ["C-2001"]),
        ({"customer": str(CUSTOMER)}, ["C-2001"]),
        ({"payment": "authorized", "goods": "committed"}, ["C-2001", "C-2002", "D-2003"]),
        ({"payment": "refunded"}, []),
    ],
)
def test_what_narrows_it_is_in_the_address(client: Client, query: dict[str, str], found: list[str]) -> None:
    assert numbers(client, **query) == found


def test_a_chosen_chip_leads_back_to_all_and_keeps_the_rest(client: Client) -> None:
    chips = {chip.value: chip for chip in client.get(LIST, {"state": "held", "q": "d"}).context["chips"]}

    assert (chips["held"].chosen, chips["held"].address) == (True, "?q=d")
    assert chips["rejected"].address == "?q=d&state=rejected"


def test_reasons_are_words_with_the_code_on_hover(client: Client) -> None:
    body = client.get(LIST).content.decode()

    assert 'title="declined: insufficient_funds">the card was declined: not enough money on the card<' in body


def test_addresses_of_the_admin_lead_here_and_still_narrow(client: Client) -> None:
    reply = client.get(reverse("admin:orders_order_changelist"), {"status__exact": "rejected", "q": "C"})

    assert reply["Location"] == "/orders/?state=rejected&q=C"
    assert client.get(reverse("admin:orders_order_add"))["Location"] == reverse("console:place-order")


def test_only_who_may_see_orders_sees_them() -> None:
    assert client_of("nobody").get(LIST).status_code == 403
