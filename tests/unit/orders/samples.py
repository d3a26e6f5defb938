"""Orders to test with: two teas and a pot, placed, confirmed, shipped."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.backbone.messages import Command, Event, Money
from apps.orders.commands import (
    CancelOrder,
    ConfirmOrder,
    CreateShipment,
    DispatchShipment,
    MarkDelivered,
    MarkShipmentReady,
    NewLine,
    PackShipment,
    PlaceOrder,
)
from apps.orders.domain import order
from apps.orders.events import Address, OrderRequestRefused

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ORDER, RESERVATION, PAYMENT = UUID(int=1), UUID(int=2), UUID(int=3)
SHIPMENT, OTHER_SHIPMENT, HOLD = UUID(int=4), UUID(int=5), UUID(int=6)
HOME = Address(name="Ada Lovelace", street="12 St James's Square", city="London", postal_code="SW1Y 4JH", country="GB")
TOTAL = Money(2_720, "EUR")


def eur(amount_minor: int) -> Money:
    return Money(amount_minor, "EUR")


def line(sku: str = "tea", quantity: int = 2, unit_price: int = 450, **fields: Any) -> NewLine:
    given = {"title": f"A {sku}", "quantity": quantity, "unit_price": eur(unit_price), "discount": eur(0)}
    return NewLine(sku=sku, **given | fields)


def place(**fields: Any) -> PlaceOrder:
    lines = (line(discount=eur(100)), line("pot", 1, 1_200, tax_basis_points=1_000))
    given = {
        "order_id": ORDER,
        "channel": "console",
        "customer_name": "Ada Lovelace",
        "email": "ada@example.org",
        "lines": lines,
        "shipping": eur(600),
        "ship_to": HOME,
        "payment_method": "tok_ok",
    }
    return PlaceOrder(**given | fields)


CONFIRM = ConfirmOrder(order_id=ORDER, reservation_id=RESERVATION, payment_id=PAYMENT, authorized=TOTAL)
CREATE = CreateShipment(order_id=ORDER, shipment_id=SHIPMENT)
PACK = PackShipment(order_id=ORDER, shipment_id=SHIPMENT)
READY = MarkShipmentReady(order_id=ORDER, shipment_id=SHIPMENT, captured=TOTAL)
DISPATCH = DispatchShipment(order_id=ORDER, shipment_id=SHIPMENT, carrier="Post", tracking_number="RR1")
DELIVER = MarkDelivered(order_id=ORDER, shipment_id=SHIPMENT)
CANCEL = CancelOrder(order_id=ORDER, reason="changed my mind", by="user:7")
TO_CONFIRMED = (place(), CONFIRM)
TO_PACKED = (*TO_CONFIRMED, CREATE, PACK)
TO_READY = (*TO_PACKED, READY)
TO_DISPATCHED = (*TO_READY, DISPATCH)


def after(*commands: Command) -> list[Event]:
    """The events that these commands led to, one after the other."""
    events: list[Event] = []
    for command in commands:
        events += order.outcome(events, command, NOW, "C-1001")
    return events


def refusal(command: Command, reason: str) -> OrderRequestRefused:
    return OrderRequestRefused(order_id=ORDER, asked=command.type, reason=reason)
