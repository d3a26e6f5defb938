"""Commands that race for one order, on real PostgreSQL, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from apps.backbone import batch, codec, log
from apps.backbone.inbox import Delivery
from apps.backbone.messages import Command
from apps.orders.commands import CancelOrder
from apps.orders.handlers import handlers
from apps.orders.models import Order
from tests.integration.orders.shop import (
    ORDER,
    STAFF,
    create,
    dispatch,
    levels,
    open_shop,
    order,
    pack,
    place,
    say,
    story,
)

pytestmark = pytest.mark.django_db(transaction=True)

CANCEL = CancelOrder(order_id=ORDER, reason="changed their mind", by=STAFF)


def race(*commands: Command) -> None:
    """Each command on a connection of its own, all let go at once."""
    lanes = [Delivery(codec.to_wire(log.send(one, actor=STAFF), codec.encode(one))) for one in commands]
    barrier = Barrier(len(lanes))

    def run(lane: Delivery) -> None:
        try:
            barrier.wait(timeout=30)
            batch.run(handlers, [lane])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(run, lanes))


@pytest.mark.parametrize("_", range(5))
def test_cancel_against_dispatch_exactly_one_wins_and_stock_leaves_at_most_once(
    drain: Callable[[], int], _: int
) -> None:
    """T10"""
    open_shop(drain, tea=10)
    say(place())
    drain()
    say(create(), pack())
    drain()

    race(CANCEL, dispatch())
    drain()

    said = story()
    if "shipment.dispatched" in said:
        assert "order.cancellation_refused" in said
        assert "order.cancellation_requested" not in said
        assert (order().status, levels(), said.count("stock.issued")) == ("confirmed", {"tea": (8, 0, 0)}, 1)
    else:
        assert "order.cancellation_requested" in said
        assert (order().status, levels(), said.count("stock.issued")) == ("cancelled", {"tea": (10, 0, 0)}, 0)
        assert order().refunded_minor == order().captured_minor > 0


def test_one_order_placed_by_ten_at_once_is_one_order(drain: Callable[[], int]) -> None:
    """T04"""
    open_shop(drain, tea=10)

    race(*(place() for _ in range(10)))
    drain()

    assert Order.objects.count() == 1
    assert (story().count("order.placed"), order().status, levels()) == (1, "confirmed", {"tea": (10, 0, 2)})
