"""The palette finds by the first letters, by an index, and only what one may see."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.backbone import clock
from apps.backbone.models import Message
from apps.orders.models import Customer, Order
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import open_shop, place, say

pytestmark = pytest.mark.django_db


def titles(client: Client, text: str) -> list[str]:
    return [str(hit.title) for hit in client.get(reverse("console:palette"), {"q": text}).context["hits"]]


def links(client: Client, text: str) -> dict[str, str]:
    hits = client.get(reverse("console:palette"), {"q": text}).context["hits"]
    return {str(hit.title): hit.link for hit in hits}


@pytest.fixture
def shop(drain: Any) -> Order:
    open_shop(drain, tea=9)
    say(place(1))
    drain()
    Customer.objects.create(
        customer_id=uuid.uuid4(), name="Grace Hopper", email="grace@example.org", registered_at=clock.now()
    )
    return Order.objects.get()


def test_an_order_is_found_by_its_number_with_or_without_the_channel(shop: Order) -> None:
    client = administrator()

    for text in (shop.number, shop.number[:4], shop.number.lower(), shop.number.split("-")[1]):
        assert links(client, text)[shop.number] == reverse("console:order", args=[shop.pk]), text


def test_people_and_products_are_found_however_they_are_capitalized(shop: Order) -> None:
    client = administrator()

    assert "Grace Hopper" in titles(client, "grace h")
    assert "Grace Hopper" in titles(client, "grace@")
    assert "Tea" in titles(client, "te")


def test_a_stream_and_a_message_are_found_by_how_their_ids_begin(shop: Order) -> None:
    client = administrator()
    message = Message.objects.filter(stream__startswith="order-").first()
    assert message is not None

    assert message.stream in titles(client, message.stream[:20])
    assert str(message.message_id) in titles(client, str(message.message_id)[:23])
    assert str(message.correlation_id) in titles(client, str(message.correlation_id))


def test_pages_and_actions_are_found_in_both_languages(shop: Order) -> None:
    client = administrator()
    client.cookies["django_language"] = "zh-hant"

    assert links(client, "排程").items() <= links(client, "schedu").items()
    assert links(client, "排程")["排程"] == reverse("console:schedules")
    assert links(client, "下單")["下單"] == links(client, "place o")["下單"] == reverse("console:place-order")


def test_one_finds_only_what_one_may_see(shop: Order) -> None:
    client = client_of("viewer", "inventory.view_product")

    assert titles(client, shop.number) == []
    assert titles(client, "grace") == []
    assert titles(client, "te") == ["Tea"]
    assert "Place order" not in titles(client, "")
    assert Client().get(reverse("console:palette")).status_code == 302


def test_ten_are_shown_and_every_search_is_by_an_index(shop: Order) -> None:
    client = administrator()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        hits = client.get(reverse("console:palette"), {"q": "s"}).context["hits"]

    assert len(hits) <= 10
    for query in seen.captured_queries:
        if "LIMIT 10" in query["sql"]:
            assert "SCAN" not in plan_of(query["sql"]), query["sql"]


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return " ".join(row[-1] for row in cursor.fetchall())


@pytest.mark.parametrize(
    "text", ["'", "%", "\x00", "☃" * 300, "-" * 40, "ffffffffffff", "00000000-0000-0000-0000-000000000000"]
)
def test_odd_letters_find_nothing_and_break_nothing(shop: Order, text: str) -> None:
    assert administrator().get(reverse("console:palette"), {"q": text}).status_code == 200
