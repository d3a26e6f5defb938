"""A shop with orders in every state, which came there by commands alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.auth import get_user_model

from apps.backbone import batch, clock
from apps.backbone.inbox import Delivery, subscribers
from apps.backbone.messages import Command, Money
from apps.backbone.models import JobRun, Message, Schedule, Slot
from apps.backbone.saga import identity
from apps.console.models import StoredReply
from apps.inventory.commands import AddProduct, AdjustStock, ChangeProduct, OpenWarehouse, ReceiveStock
from apps.inventory.events import ReceiptLine
from apps.orders.commands import (
    CancelOrder,
    CancelShipment,
    ChangeCustomer,
    ExpireOrder,
    HoldOrder,
    PlaceOrder,
    RegisterCustomer,
    ReleaseOrder,
)
from apps.payments.commands import RefundPayment
from tests.integration.orders.shop import (
    PRICE,
    STAFF,
    carry_out,
    create,
    deliver,
    dispatch,
    pack,
    place,
    say,
    shipment_of,
)

(
    CONFIRMED,
    DECLINED,
    SHORT,
    COMPLETED,
    READY,
    DISPATCHED,
    VOIDED,
    REFUNDED,
    UNKNOWN,
    EXPIRED,
    HELD,
    DROPPED,
    FAILING,
    PARTLY,
    LOST,
    YEN,
    REFUSED,
) = (UUID(int=number) for number in range(1, 18))
CUSTOMER = UUID(int=100)
AFTERWARDS = timedelta(seconds=70)
"""So long after all was said that it should have been heard, and nothing is overdue yet."""

Drain = Callable[[], int]


def fill(drain: Drain) -> None:
    stock(drain)
    expire(drain)
    for order_id, card in (
        (CONFIRMED, "tok_ok"),
        (DECLINED, "tok_decline_funds"),
        (UNKNOWN, "tok_timeout_committed"),
        (FAILING, "tok_capture_fails_twice"),
    ):
        say(place(order_id.int, card=card, tea=2, pot=1))
    for order_id in (COMPLETED, READY, DISPATCHED, VOIDED, REFUNDED, HELD, DROPPED, PARTLY, LOST):
        say(place(order_id.int, channel="api", tea=1))
    say(place(SHORT.int, tea=1000), place(REFUSED.int, tea=0), in_yen())
    drain()
    ship(drain)
    say(*calling_off())
    drain()
    about_it()


def stock(drain: Drain) -> None:
    say(
        OpenWarehouse(warehouse_id="main", name="Main", priority=1),
        OpenWarehouse(warehouse_id="annex", name="Annex", priority=2),
        AddProduct(sku="tea", title="Tea", price=PRICE, reorder_point=40),
        AddProduct(sku="pot", title="Pot", price=PRICE),
        RegisterCustomer(customer_id=CUSTOMER, name="Ada Lovelace", email="ada@example.org"),
    )
    drain()
    say(
        ChangeCustomer(customer_id=CUSTOMER, name="Ada King", email="ada@example.net"),
        ChangeProduct(sku="pot", title="Teapot", price=PRICE, reorder_point=3, active=True),
        receive(1, "main", tea=10, pot=2),
        receive(2, "annex", tea=40, pot=2),
        AdjustStock(adjustment_id=UUID(int=200), warehouse_id="annex", sku="tea", delta=-5, reason="damage", by=STAFF),
    )
    drain()


def receive(number: int, warehouse_id: str, **quantities: int) -> ReceiveStock:
    lines = tuple(ReceiptLine(sku=sku, quantity=quantity, unit_cost=PRICE) for sku, quantity in quantities.items())
    return ReceiveStock(receipt_id=UUID(int=200 + number), warehouse_id=warehouse_id, lines=lines, by=STAFF)


def expire(drain: Drain) -> None:
    with clock.at(clock.now() - timedelta(hours=2)):
        say(place(EXPIRED.int, tea=2))
        carry_out("orders.commands")
    say(ExpireOrder(order_id=EXPIRED))
    drain()


def in_yen() -> PlaceOrder:
    order = place(YEN.int, tea=1)
    yen = Money(700, "JPY")
    lines = tuple(msgspec.structs.replace(line, unit_price=yen, discount=Money(0, "JPY")) for line in order.lines)
    return msgspec.structs.replace(order, lines=lines, shipping=Money(50, "JPY"))


def ship(drain: Drain) -> None:
    shipped = (COMPLETED, READY, DISPATCHED, REFUNDED, DROPPED, FAILING, PARTLY, LOST)
    for step, order_ids in (
        (create, shipped),
        (pack, shipped),
        (dispatch, (COMPLETED, DISPATCHED, PARTLY, LOST)),
        (deliver, (COMPLETED, PARTLY)),
    ):
        say(*(step(order_id) for order_id in order_ids))
        drain()


def calling_off() -> list[Command]:
    return [
        *(CancelOrder(order_id=order_id, reason="changed my mind", by=STAFF) for order_id in (VOIDED, REFUNDED)),
        CancelShipment(order_id=DROPPED, shipment_id=shipment_of(DROPPED)),
        CancelShipment(order_id=LOST, shipment_id=shipment_of(LOST), reason="lost"),
        HoldOrder(order_id=HELD, hold_id=UUID(int=301), reason="fraud", by=STAFF),
        HoldOrder(order_id=CONFIRMED, hold_id=UUID(int=302), reason="manual", by=STAFF),
        ReleaseOrder(order_id=CONFIRMED, hold_id=UUID(int=302), by=STAFF),
        RefundPayment(
            payment_id=identity("checkout", PARTLY, "payment"),
            order_id=PARTLY,
            operation_id=UUID(int=303),
            amount=Money(100, "EUR"),
            reason="scratched",
        ),
    ]


def about_it() -> None:
    """What is kept around the orders: an unreadable message, an API's reply, a schedule that ran."""
    batch.run(subscribers["orders.events"], [Delivery(b"{")])
    now = clock.now()
    user = get_user_model().objects.create(username="audited")
    StoredReply.objects.create(user=user, key="k", status=202, order_id=COMPLETED, created_at=now)
    schedule = Schedule.objects.create(
        name="audited", job="console.nightly-audit", cron="0 3 * * *", time_zone="UTC", settled_at=now, created_at=now
    )
    run = JobRun.objects.create(
        job=schedule.job, state="done", actor="schedule", schedule=schedule, created_at=now, ended_at=now
    )
    Slot.objects.create(schedule=schedule, slot_at=now, state="claimed", run=run, recorded_at=now)
    Slot.objects.create(schedule=schedule, slot_at=now - timedelta(days=1), state="missed", recorded_at=now)


def statuses() -> dict[str, Any]:
    from apps.orders.models import Order

    return dict(Order.objects.values_list("order_id", "status"))


def said(order_id: UUID, message_type: str) -> UUID:
    """The id of the message of this type in the streams about one order."""
    streams = [
        f"order-{order_id}",
        f"reservation-{identity('checkout', order_id, 'reserve')}",
        f"payment-{identity('checkout', order_id, 'payment')}",
    ]
    found: UUID = Message.objects.get(stream__in=streams, type=message_type).message_id
    return found
