"""An order from placed to completed, or undone; every refusal says why."""

from datetime import datetime
from operator import attrgetter

from apps.backbone.decider import Decider
from apps.backbone.messages import Command, Event
from apps.orders.commands import (
    CancelOrder,
    ConfirmOrder,
    ExpireOrder,
    FinishCancellation,
    HoldOrder,
    PlaceOrder,
    RejectOrder,
    ReleaseOrder,
)
from apps.orders.domain.placing import place
from apps.orders.domain.refusal import refused
from apps.orders.domain.shipment import ShipmentCommand, decide_shipment
from apps.orders.domain.state import LEFT, OPEN, Order, evolve
from apps.orders.events import (
    OrderCancellationRefused,
    OrderCancellationRequested,
    OrderCancelled,
    OrderConfirmed,
    OrderExpired,
    OrderHeld,
    OrderRejected,
    OrderReleased,
    ShipmentCancelled,
)


def decide(command: Command, order: Order, now: datetime, number: str = "", paying: bool = False) -> list[Event]:
    """`number` is for an order that is placed; `paying` says that money may yet come, so it does not expire."""
    match command:
        case PlaceOrder():
            return [place(command, now, number)] if order.status == "none" else []
        case ConfirmOrder():
            return confirm(command, order)
        case RejectOrder():
            return reject(command, order)
        case ExpireOrder():
            return expire(command, order, now, paying)
        case HoldOrder() | ReleaseOrder():
            return hold(command, order)
        case CancelOrder():
            return cancel(command, order)
        case FinishCancellation():
            return finish_cancellation(command, order)
    if isinstance(command, ShipmentCommand):
        return decide_shipment(command, order, now)
    raise TypeError(f"Order does not know {command.type}")


def confirm(command: ConfirmOrder, order: Order) -> list[Event]:
    if order.status in ("confirmed", "completed"):
        return []
    if order.status != "placed":
        return [refused(command, f"order: it is {order.status}")]
    if command.authorized != order.total:
        return [refused(command, "authorized: not the order's total")]
    return [
        OrderConfirmed(
            order_id=command.order_id,
            reservation_id=command.reservation_id,
            payment_id=command.payment_id,
            total=command.authorized,
        )
    ]


def reject(command: RejectOrder, order: Order) -> list[Event]:
    if order.status == "rejected":
        return []
    if order.status != "placed":
        return [refused(command, f"order: it is {order.status}")]
    return [
        OrderRejected(
            order_id=command.order_id, reason=command.reason, detail=command.detail, shortages=command.shortages
        )
    ]


def expire(command: ExpireOrder, order: Order, now: datetime, paying: bool) -> list[Event]:
    if order.status == "expired":
        return []
    if order.status != "placed" or order.due_at is None:
        return [refused(command, f"order: it is {order.status}")]
    if now <= order.due_at:
        return [refused(command, "payment_due_at: not yet")]
    if paying:
        return [refused(command, "payment: it may yet succeed")]
    return [OrderExpired(order_id=command.order_id, due_at=order.due_at)]


def hold(command: HoldOrder | ReleaseOrder, order: Order) -> list[Event]:
    """Holds are a set: each is released by its own id."""
    match command:
        case HoldOrder(hold_id=hold_id) if hold_id in order.holds + order.released:
            return []
        case HoldOrder() if order.status not in ("placed", "confirmed"):
            return [refused(command, f"order: it is {order.status}")]
        case HoldOrder():
            return [
                OrderHeld(
                    order_id=command.order_id,
                    hold_id=command.hold_id,
                    reason=command.reason,
                    by=command.by,
                    note=command.note,
                )
            ]
        case ReleaseOrder(hold_id=hold_id) if hold_id in order.released:
            return []
        case ReleaseOrder(hold_id=hold_id) if hold_id not in order.holds:
            return [refused(command, "hold_id: no such hold")]
    remaining = len(order.holds) - 1
    return [
        OrderReleased(order_id=command.order_id, hold_id=command.hold_id, remaining=remaining, by=command.by),
    ]


def cancel(command: CancelOrder, order: Order) -> list[Event]:
    """Open shipments go with it, in the same decision: whoever comes first, this or the dispatch, wins."""
    if order.status in ("cancelling", "cancelled"):
        return []
    if order.status == "completed":
        return [OrderCancellationRefused(order_id=command.order_id, reason="completed")]
    if order.shipped(*LEFT):
        return [OrderCancellationRefused(order_id=command.order_id, reason="dispatched")]
    if order.status not in ("placed", "confirmed"):
        return [OrderCancellationRefused(order_id=command.order_id, reason="closed")]
    if order.total is None:
        return [refused(command, "order: it has no total")]
    requested = OrderCancellationRequested(
        order_id=command.order_id, reason=command.reason, by=command.by, total=order.total
    )
    dropped = [
        ShipmentCancelled(shipment_id=shipment_id, order_id=command.order_id, reason="cancelled")
        for shipment_id in order.shipped(*OPEN)
    ]
    return [requested, *dropped]


def finish_cancellation(command: FinishCancellation, order: Order) -> list[Event]:
    if order.status == "cancelled":
        return []
    if order.status != "cancelling":
        return [refused(command, f"order: it is {order.status}")]
    return [
        OrderCancelled(
            order_id=command.order_id,
            reason=order.cancelled_for,
            voided=command.voided,
            refunded=command.refunded,
        )
    ]


order = Decider("order", Order(), decide, evolve, identify=attrgetter("order_id"))
