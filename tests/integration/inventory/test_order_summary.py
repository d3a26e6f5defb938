"""The warehouse knows an order by its number, its customer and how far it has come."""

import pytest

from apps.inventory.models import OrderSummary
from apps.orders.commands import CancelOrder
from tests.integration.orders.shop import ORDER, STAFF, open_shop, place, say

pytestmark = pytest.mark.django_db(transaction=True)


def summaries() -> list[tuple[str, str]]:
    return list(OrderSummary.objects.order_by("number").values_list("customer", "status"))


def test_a_summary_follows_its_order(drain):
    open_shop(drain, tea=2)
    say(place(1, tea=2), place(2, tea=1))
    drain()
    placed = summaries()
    say(CancelOrder(order_id=ORDER, reason="changed my mind", by=STAFF))
    drain()

    assert placed == [("Ada Lovelace", "confirmed"), ("Ada Lovelace", "rejected")]
    assert summaries() == [("Ada Lovelace", "cancelled"), ("Ada Lovelace", "rejected")]
