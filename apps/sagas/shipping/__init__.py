"""A packed shipment is paid for, leaves, and its stock with it; cancelled after it was paid, the money goes back.

One instance for each order, since holds and the cancellation of the order bear on all its shipments.
"""

from apps.backbone.messages import Command, Event
from apps.backbone.saga import Saga, SagaRetryAsked, Timer
from apps.inventory.events import StockIssued, StockRequestRefused
from apps.orders.events import (
    OrderCancellationRequested,
    OrderHeld,
    OrderReleased,
    ShipmentCancelled,
    ShipmentDispatched,
    ShipmentPacked,
    ShipmentReady,
)
from apps.payments.events import (
    PaymentCaptured,
    PaymentCaptureFailed,
    PaymentOutcomeUnknown,
    PaymentRequestRefused,
    RefundFailed,
    RefundSucceeded,
)
from apps.sagas.shipping.facts import Shipping, ShippingCaptureDue, evolve, pause
from apps.sagas.shipping.requests import capture, hold, issue, mark_ready, refund


def react(event: Event, state: Shipping) -> list[Command | Timer]:
    if not state.moved:
        return []
    match event, state.step:
        case ((ShipmentPacked() | OrderReleased() | ShippingCaptureDue()), "capturing"):
            return [capture(state)]
        case ((PaymentCaptureFailed() | PaymentRequestRefused()), "pausing"):
            due = ShippingCaptureDue(order_id=state.order_id, shipment_id=state.shipment_id, attempt=state.attempt)
            return [Timer(message=due, after=pause(state))]
        case ((PaymentCaptureFailed() | PaymentRequestRefused()), "held"):
            return [hold(state)]
        case SagaRetryAsked(), "capturing" if not state.unknown:
            return [capture(state)]
        case ((PaymentCaptured() | SagaRetryAsked()), "readying"):
            return [mark_ready(state)]
        case ((ShipmentDispatched() | SagaRetryAsked()), "issuing"):
            return [issue(state)]
        case ((ShipmentCancelled() | PaymentCaptured() | SagaRetryAsked()), "refunding"):
            return [refund(state)]
    return []


shipping = Saga(
    name="shipping",
    initial=Shipping(),
    starts=(ShipmentPacked,),
    hears=(
        ShipmentReady,
        ShipmentDispatched,
        ShipmentCancelled,
        StockIssued,
        StockRequestRefused,
        OrderHeld,
        OrderReleased,
        OrderCancellationRequested,
        PaymentCaptured,
        PaymentCaptureFailed,
        PaymentOutcomeUnknown,
        PaymentRequestRefused,
        RefundSucceeded,
        RefundFailed,
        ShippingCaptureDue,
        SagaRetryAsked,
    ),
    key=lambda event: event.order_id,  # type: ignore[attr-defined]
    evolve=evolve,
    react=react,
)
