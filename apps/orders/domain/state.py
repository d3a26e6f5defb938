"""What an order must remember to decide."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from apps.backbone.messages import Event, Money
from apps.orders.events import (
    OrderCancellationRequested,
    OrderCancelled,
    OrderCompleted,
    OrderConfirmed,
    OrderExpired,
    OrderHeld,
    OrderPlaced,
    OrderRejected,
    OrderReleased,
    ShipmentCancelled,
    ShipmentCreated,
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentLine,
    ShipmentPacked,
    ShipmentReady,
)

Status = Literal["none", "placed", "confirmed", "rejected", "expired", "cancelling", "cancelled", "completed"]
ShipmentStatus = Literal["none", "pending", "packed", "ready", "dispatched", "delivered", "cancelled", "lost"]

ENDINGS: dict[type[Event], Status] = {
    OrderConfirmed: "confirmed",
    OrderRejected: "rejected",
    OrderExpired: "expired",
    OrderCancelled: "cancelled",
    OrderCompleted: "completed",
}
STEPS: dict[type[Event], ShipmentStatus] = {
    ShipmentCreated: "pending",
    ShipmentPacked: "packed",
    ShipmentReady: "ready",
    ShipmentDispatched: "dispatched",
    ShipmentDelivered: "delivered",
    ShipmentCancelled: "cancelled",
}
LEFT = ("dispatched", "delivered", "lost")
OPEN = ("pending", "packed", "ready")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    status: Status = "none"
    total: Money | None = None
    lines: tuple[ShipmentLine, ...] = ()
    due_at: datetime | None = None
    holds: tuple[UUID, ...] = ()
    """Those that stand."""
    released: tuple[UUID, ...] = ()
    shipments: dict[UUID, ShipmentStatus] = {}
    cancelled_for: str = ""

    def shipped(self, *statuses: str) -> list[UUID]:
        return [shipment_id for shipment_id, status in self.shipments.items() if status in statuses]


def evolve(order: Order, event: Event) -> Order:
    change = msgspec.structs.replace
    match event:
        case OrderPlaced():
            return placed(event)
        case OrderHeld(hold_id=hold_id):
            return change(order, holds=(*order.holds, hold_id))
        case OrderReleased(hold_id=hold_id):
            standing = tuple(hold for hold in order.holds if hold != hold_id)
            return change(order, holds=standing, released=(*order.released, hold_id))
        case OrderCancellationRequested(reason=reason):
            return change(order, status="cancelling", cancelled_for=reason)
        case ShipmentCancelled(shipment_id=shipment_id, reason="lost"):
            return change(order, shipments=order.shipments | {shipment_id: "lost"})
    if status := ENDINGS.get(type(event)):
        return change(order, status=status)
    if step := STEPS.get(type(event)):
        return change(order, shipments=order.shipments | {event.shipment_id: step})  # type: ignore[attr-defined]
    return order


def placed(event: OrderPlaced) -> Order:
    return Order(
        status="placed",
        total=event.totals.grand,
        lines=tuple(ShipmentLine(line_id=line.line_id, sku=line.sku, quantity=line.quantity) for line in event.lines),
        due_at=event.payment_due_at,
    )
