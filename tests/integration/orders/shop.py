"""A small shop: stock on the shelf, commands sent, everything run to quiet, and what was said."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from apps.backbone import batch, codec, log, numbering, timers
from apps.backbone.inbox import Delivery, subscribers
from apps.backbone.messages import Command, Event, Money
from apps.backbone.models import Message, SagaInstance
from apps.backbone.saga import identity
from apps.inventory.commands import AddProduct, OpenWarehouse, ReceiveStock
from apps.inventory.events import ReceiptLine
from apps.inventory.models import StockLevel
from apps.orders.commands import (
    CreateShipment,
    DispatchShipment,
    MarkDelivered,
    NewLine,
    PackShipment,
    PlaceOrder,
)
from apps.orders.events import Address
from apps.orders.models import Order

ORDER = UUID(int=1)
HOME = Address(name="Ada Lovelace", street="12 St James's Square", city="London", postal_code="SW1Y 4JH", country="GB")
PRICE = Money(450, "EUR")
STAFF = "user:7"


def open_shop(drain: Any, **quantities: int) -> None:
    say(OpenWarehouse(warehouse_id="main", name="Main", priority=1))
    for sku in quantities:
        say(AddProduct(sku=sku, title=sku.title(), price=PRICE))
    drain()
    lines = tuple(ReceiptLine(sku=sku, quantity=quantity, unit_cost=PRICE) for sku, quantity in quantities.items())
    say(ReceiveStock(receipt_id=uuid4(), warehouse_id="main", lines=lines, by=STAFF))
    drain()


def say(*commands: Command) -> None:
    for command in commands:
        log.send(command, actor=STAFF)


def place(number: int = 1, card: str = "tok_ok", channel: str = "console", **quantities: int) -> PlaceOrder:
    lines = tuple(
        NewLine(sku=sku, title=sku.title(), quantity=quantity, unit_price=PRICE, discount=Money(0, "EUR"))
        for sku, quantity in (quantities or {"tea": 2}).items()
    )
    return PlaceOrder(
        order_id=UUID(int=number),
        channel=channel,  # type: ignore[arg-type]
        customer_name="Ada Lovelace",
        email="ada@example.org",
        lines=lines,
        shipping=Money(100, "EUR"),
        ship_to=HOME,
        payment_method=card,
    )


def shipment_of(order_id: UUID) -> UUID:
    return uuid5(order_id, "shipment")


def create(order_id: UUID = ORDER) -> CreateShipment:
    return CreateShipment(order_id=order_id, shipment_id=shipment_of(order_id))


def pack(order_id: UUID = ORDER) -> PackShipment:
    return PackShipment(order_id=order_id, shipment_id=shipment_of(order_id))


def dispatch(order_id: UUID = ORDER) -> DispatchShipment:
    return DispatchShipment(order_id=order_id, shipment_id=shipment_of(order_id), carrier="Post", tracking_number="RR1")


def deliver(order_id: UUID = ORDER) -> MarkDelivered:
    return MarkDelivered(order_id=order_id, shipment_id=shipment_of(order_id))


def order(order_id: UUID = ORDER) -> Order:
    return Order.objects.get(pk=order_id)


def axes(order_id: UUID = ORDER) -> tuple[str, str, str]:
    found = order(order_id)
    return found.status, found.payment_status, found.fulfilment_status


def levels() -> dict[str, tuple[int, int, int]]:
    """SKU -> on hand, reserved, committed."""
    found = StockLevel.objects.order_by("id")
    return {one.product_id: (one.on_hand, one.reserved, one.committed) for one in found}


def story(order_id: UUID = ORDER) -> list[str]:
    """The types of the events in the streams of one order, its reservation and its payment."""
    streams = [
        f"order-{order_id}",
        f"reservation-{identity('checkout', order_id, 'reserve')}",
        f"payment-{identity('checkout', order_id, 'payment')}",
    ]
    rows = Message.objects.filter(kind="event", stream__in=streams).order_by("seq")
    return [row.type for row in rows]


def said(event: type[Event]) -> list[Any]:
    return [log.open_message(row) for row in Message.objects.filter(type=event.type).order_by("seq")]


def runs(order_id: UUID = ORDER) -> dict[str, tuple[str, str]]:
    """Saga → its status and the reason, of those keyed by the order."""
    return {one.saga: (one.status, one.reason) for one in SagaInstance.objects.filter(key=order_id)}


def carry_out(consumer: str) -> None:
    """Only this one takes what it subscribed to, as if the others were down; they get theirs later."""
    timers.fire()
    numbering.number()
    subscriber = subscribers[consumer]
    heard = [
        Delivery(codec.to_wire(log.envelope_of(row, position), row.body))
        for position, row in numbering.read(0, 10_000)
        if row.type in subscriber.types and row.kind == subscriber.kind
    ]
    batch.run(subscriber, heard)
