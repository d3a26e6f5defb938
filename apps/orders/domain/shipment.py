"""The order's shipment, from created to delivered; it lives in the order's stream, so that both decide as one."""

from datetime import datetime

from apps.backbone.messages import Event
from apps.orders.commands import (
    CancelShipment,
    CreateShipment,
    DispatchShipment,
    MarkDelivered,
    MarkShipmentReady,
    PackShipment,
)
from apps.orders.domain.refusal import refused
from apps.orders.domain.state import LEFT, OPEN, Order
from apps.orders.events import (
    OrderCompleted,
    ShipmentCancelled,
    ShipmentCreated,
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentPacked,
    ShipmentReady,
)

ShipmentCommand = CreateShipment | PackShipment | MarkShipmentReady | DispatchShipment | MarkDelivered | CancelShipment

LONGEST_TEXT = 200
BEFORE: dict[type[ShipmentCommand], str] = {
    PackShipment: "pending",
    MarkShipmentReady: "packed",
    DispatchShipment: "ready",
    MarkDelivered: "dispatched",
}
"""The one state that a shipment's next step is taken from."""
AFTER: dict[type[ShipmentCommand], tuple[str, ...]] = {
    PackShipment: ("packed", "ready", *LEFT),
    MarkShipmentReady: ("ready", *LEFT),
    DispatchShipment: LEFT,
    MarkDelivered: ("delivered",),
    CancelShipment: ("cancelled", "lost"),
}
"""The states in which the step was taken already."""


def decide_shipment(command: ShipmentCommand, order: Order, now: datetime) -> list[Event]:
    status = order.shipments.get(command.shipment_id, "none")
    if isinstance(command, CreateShipment):
        return create(command, order) if status == "none" else []
    if status in AFTER[type(command)]:
        return []
    if isinstance(command, CancelShipment):
        return cancel_shipment(command, status, now)
    if fault := _fault(command, order, status):
        return [refused(command, fault)]
    return go_on(command, order, now)


def create(command: CreateShipment, order: Order) -> list[Event]:
    """The whole order in one; a new one only after the last was cancelled before it left."""
    if order.status != "confirmed":
        return [refused(command, f"order: it is {order.status}")]
    if order.holds:
        return [refused(command, "order: it is on hold")]
    if order.shipped(*OPEN, *LEFT):
        return [refused(command, "order: it has a shipment already")]
    return [ShipmentCreated(shipment_id=command.shipment_id, order_id=command.order_id, lines=order.lines)]


def cancel_shipment(command: CancelShipment, status: str, now: datetime) -> list[Event]:
    lost = command.reason == "lost"
    if status not in (("dispatched",) if lost else OPEN):
        return [refused(command, f"shipment: it is {status}")]
    cancelled = ShipmentCancelled(shipment_id=command.shipment_id, order_id=command.order_id, reason=command.reason)
    return [cancelled, OrderCompleted(order_id=command.order_id, completed_at=now)] if lost else [cancelled]


def _fault(command: ShipmentCommand, order: Order, status: str) -> str:
    if status != BEFORE[type(command)]:
        return f"shipment: it is {status}"
    if order.status != "confirmed":
        return f"order: it is {order.status}"
    match command:
        case PackShipment() | DispatchShipment() if order.holds:
            return "order: it is on hold"
        case MarkShipmentReady(captured=captured) if captured != order.total:
            return "captured: not the order's total"
        case DispatchShipment(carrier=carrier) if not carrier.strip() or len(carrier) > LONGEST_TEXT:
            return f"carrier: 1 to {LONGEST_TEXT} characters"
        case DispatchShipment(tracking_number=tracking_number) if len(tracking_number) > LONGEST_TEXT:
            return f"tracking_number: at most {LONGEST_TEXT} characters"
    return ""


def go_on(command: ShipmentCommand, order: Order, now: datetime) -> list[Event]:
    shipment_id, order_id = command.shipment_id, command.order_id
    match command:
        case PackShipment() if order.total:
            return [ShipmentPacked(shipment_id=shipment_id, order_id=order_id, due=order.total)]
        case MarkShipmentReady():
            return [ShipmentReady(shipment_id=shipment_id, order_id=order_id)]
        case DispatchShipment():
            return [_dispatched(command, order, now)]
        case MarkDelivered():
            delivered = ShipmentDelivered(shipment_id=shipment_id, order_id=order_id, delivered_at=now)
            return [delivered, OrderCompleted(order_id=order_id, completed_at=now)]
    raise TypeError(f"Shipment does not know {command.type}")


def _dispatched(command: DispatchShipment, order: Order, now: datetime) -> ShipmentDispatched:
    return ShipmentDispatched(
        shipment_id=command.shipment_id,
        order_id=command.order_id,
        lines=order.lines,
        carrier=command.carrier,
        dispatched_at=now,
        tracking_number=command.tracking_number,
    )
