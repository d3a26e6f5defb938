"""What the customer is told by mail; never about imports and demo data, which open no instance."""

from uuid import UUID

import msgspec

from apps.backbone.messages import Command, Event
from apps.backbone.saga import Saga, SagaState, Timer, identity
from apps.orders.commands import NotifyCustomer, Template
from apps.orders.events import OrderConfirmed, OrderPlaced, OrderRejected, ShipmentDispatched
from apps.payments.events import RefundSucceeded

SILENT = ("import", "demo")


class Notifications(SagaState, frozen=True, kw_only=True):
    """Waits for nothing, so it is always complete; what comes is still answered."""


def key(event: Event) -> UUID | None:
    if isinstance(event, OrderPlaced) and event.channel in SILENT:
        return None
    order_id: UUID = event.order_id  # type: ignore[attr-defined]
    return order_id


def evolve(state: Notifications, event: Event) -> Notifications:
    return msgspec.structs.replace(state, status="completed")


def react(event: Event, state: Notifications) -> list[Command | Timer]:
    match event:
        case OrderConfirmed(order_id=order_id):
            return [notify(order_id, "confirmed", order_id)]
        case OrderRejected(order_id=order_id):
            return [notify(order_id, "rejected", order_id)]
        case ShipmentDispatched(order_id=order_id, shipment_id=shipment_id):
            return [notify(order_id, "shipped", shipment_id)]
        case RefundSucceeded(order_id=order_id, refund_id=refund_id):
            return [notify(order_id, "refunded", refund_id)]
    return []


def notify(order_id: UUID, template: Template, about: UUID) -> NotifyCustomer:
    """One mail for each thing there is to tell, however often it is heard."""
    return NotifyCustomer(
        notification_id=identity("notifications", about, template), order_id=order_id, template=template
    )


notifications = Saga(
    name="notifications",
    initial=Notifications(),
    starts=(OrderPlaced,),
    hears=(OrderConfirmed, OrderRejected, ShipmentDispatched, RefundSucceeded),
    key=key,
    evolve=evolve,
    react=react,
)
