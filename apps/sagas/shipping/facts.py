"""What the shipping of an order has heard, and the step that it has come to."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec

from apps.backbone.messages import Event, Money
from apps.backbone.saga import SagaRetryAsked, SagaState, Status, identity
from apps.inventory.commands import IssueStock
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
from apps.payments.commands import CapturePayment, RefundPayment
from apps.payments.events import (
    PaymentCaptured,
    PaymentCaptureFailed,
    PaymentOutcomeUnknown,
    PaymentRequestRefused,
    RefundFailed,
    RefundSucceeded,
)

Step = Literal[
    "capturing", "pausing", "held", "readying", "ready", "issuing", "cancelling", "refunding", "done", "undone"
]

FIRST_PAUSE = timedelta(seconds=15)
"""Before the first new try of a capture; each time twice as long."""
TRIES = 6
"""The first and five more."""
PATIENCE = timedelta(minutes=5)
ON_THE_SHELF = timedelta(days=7)
"""How long a paid shipment, or an order on hold, may lie there before somebody should look."""
PATIENCE_WITH_UNKNOWN = timedelta(hours=25)

WAITS: dict[Step, str] = {
    "capturing": "payment.captured or payment.capture_failed",
    "pausing": "the next try of the capture",
    "held": "order.released",
    "readying": "shipment.ready",
    "ready": "shipment.dispatched",
    "issuing": "stock.issued",
    "cancelling": "payment.captured or payment.capture_failed, to give back what was taken",
    "refunding": "refund.succeeded",
    "done": "",
    "undone": "",
}


class ShippingCaptureDue(Event):
    """Try the capture again."""

    order_id: UUID
    shipment_id: UUID
    attempt: int


class Shipping(SagaState, frozen=True, kw_only=True):
    order_id: UUID = UUID(int=0)
    shipment_id: UUID = UUID(int=0)
    due: Money = Money(0, "")
    captured: Money | None = None
    step: Step = "capturing"
    on_hold: bool = False
    attempt: int = 1
    failures: int = 0
    """Captures that failed since the last hold."""
    unknown: bool = False
    refused: bool = False
    """What the last step asked for was refused, and only a person can help."""
    refunds: int = 0
    """Refunds that have failed."""
    moved: bool = False
    """Whether the last event led to another step, or a person asked: what comes twice does not."""


def evolve(state: Shipping, event: Event) -> Shipping:
    heard = _heard(state, event)
    known = (state.shipment_id, state.step, state.attempt)
    moved = isinstance(event, SagaRetryAsked) or (heard.shipment_id, heard.step, heard.attempt) != known
    return msgspec.structs.replace(
        heard, moved=moved, status=_status(heard), waits_for=WAITS[heard.step], patience=_patience(heard)
    )


def _heard(state: Shipping, event: Event) -> Shipping:
    match event:
        case ShipmentPacked():
            return _packed(state, event)
        case OrderHeld() | OrderReleased():
            return _heard_of_holds(state, event)
        case OrderCancellationRequested():
            return _called_off(state)
        case SagaRetryAsked():
            return _asked_again(state)
        case ShipmentReady() | ShipmentDispatched() | ShipmentCancelled() if event.shipment_id != state.shipment_id:
            return state
        case ShipmentReady() | ShipmentDispatched() | ShipmentCancelled() | StockIssued() | StockRequestRefused():
            return _heard_of_goods(state, event)
    return _heard_of_money(state, event)


def _packed(state: Shipping, event: ShipmentPacked) -> Shipping:
    if event.shipment_id == state.shipment_id:
        return state
    return Shipping(
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        due=event.due,
        step="held" if state.on_hold else "capturing",
        on_hold=state.on_hold,
    )


def _heard_of_holds(state: Shipping, event: OrderHeld | OrderReleased) -> Shipping:
    change = msgspec.structs.replace
    on_hold = isinstance(event, OrderHeld) or event.remaining > 0
    if not on_hold and state.step == "held":
        return _again(change(state, on_hold=False, failures=0, reason=""))
    return change(state, on_hold=on_hold)


def _called_off(state: Shipping) -> Shipping:
    """The order is being cancelled, and the cancellation gives the money back."""
    if state.step in ("issuing", "done", "undone"):
        return state
    return msgspec.structs.replace(state, step="undone", reason="the order was cancelled")


def _heard_of_goods(state: Shipping, event: Event) -> Shipping:
    change = msgspec.structs.replace
    match event, state.step:
        case ShipmentReady(), ("capturing" | "readying"):
            return change(state, step="ready")
        case ShipmentDispatched(), ("capturing" | "readying" | "ready"):
            return change(state, step="issuing")
        case StockIssued(), "issuing":
            return change(state, step="done", reason="", refused=False)
        case StockRequestRefused(asked=IssueStock.type), "issuing":
            return change(state, reason=event.reason, refused=True)
        case ShipmentCancelled(), "undone":
            return state
        case ShipmentCancelled(), _ if state.captured:
            return change(state, step="refunding", reason=f"the shipment was {event.reason}")
        case ShipmentCancelled(), "capturing":
            return change(state, step="cancelling", reason=f"the shipment was {event.reason}")
        case ShipmentCancelled(), ("pausing" | "held"):
            return change(state, step="undone", reason=f"the shipment was {event.reason}")
    return state


def _heard_of_money(state: Shipping, event: Event) -> Shipping:
    change = msgspec.structs.replace
    match event, state.step:
        case PaymentCaptured(), ("capturing" | "pausing" | "held"):
            return change(state, step="readying", captured=event.captured_total, unknown=False, reason="")
        case PaymentCaptured(), "cancelling":
            return change(state, step="refunding", captured=event.captured_total, unknown=False)
        case PaymentOutcomeUnknown(operation="capture"), ("capturing" | "cancelling"):
            return change(state, unknown=True)
        case ((PaymentCaptureFailed() | PaymentRequestRefused(asked=CapturePayment.type)), _):
            return _not_captured(state, event) if event.operation_id == capture_of(state) else state
        case ShippingCaptureDue(), "pausing" if (event.shipment_id, event.attempt) == (
            state.shipment_id,
            state.attempt,
        ):
            return change(state, step="held") if state.on_hold else _again(state)
        case RefundSucceeded(), "refunding" if state.captured and event.refunded_total >= state.captured:
            return change(state, step="undone", refused=False)
        case ((RefundFailed() | PaymentRequestRefused(asked=RefundPayment.type)), "refunding"):
            reason = event.code if isinstance(event, RefundFailed) else event.reason
            refunds = state.refunds + isinstance(event, RefundFailed)
            return change(state, reason=f"{event.type}: {reason}", refused=True, refunds=refunds)
    return state


def _asked_again(state: Shipping) -> Shipping:
    if state.step == "pausing" and not state.on_hold:
        return _again(state)
    return msgspec.structs.replace(state, refused=False)


def _again(state: Shipping) -> Shipping:
    return msgspec.structs.replace(state, step="capturing", attempt=state.attempt + 1)


def _not_captured(state: Shipping, event: PaymentCaptureFailed | PaymentRequestRefused) -> Shipping:
    change = msgspec.structs.replace
    if state.step == "cancelling":
        return change(state, step="undone", unknown=False)
    if state.step != "capturing":
        return state
    failures = state.failures + 1
    again = isinstance(event, PaymentCaptureFailed) and event.retryable and failures < TRIES
    code = event.code if isinstance(event, PaymentCaptureFailed) else event.reason
    return change(
        state,
        step="pausing" if again else "held",
        failures=failures,
        unknown=False,
        reason=f"{event.type}: {code}",
    )


def _status(state: Shipping) -> Status:
    if state.step == "done":
        return "completed"
    if state.step == "undone":
        return "compensated"
    return "stuck" if state.refused else "running"


def _patience(state: Shipping) -> timedelta | None:
    if state.step in ("done", "undone"):
        return None
    if state.step in ("ready", "held"):
        return ON_THE_SHELF
    return PATIENCE_WITH_UNKNOWN if state.unknown else max(PATIENCE, pause(state) * 2)


def _is_current(event: ShippingCaptureDue, state: Shipping) -> bool:
    return (event.shipment_id, event.attempt) == (state.shipment_id, state.attempt)


def pause(state: Shipping) -> timedelta:
    return FIRST_PAUSE * (1 << max(state.failures - 1, 0))


def capture_of(state: Shipping) -> UUID:
    """A new try is a new operation: to the first key the gateway would only repeat its answer."""
    step = "capture" if state.attempt == 1 else f"capture-{state.attempt}"
    return identity("shipping", state.shipment_id, step)
