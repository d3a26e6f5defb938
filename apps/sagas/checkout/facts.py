"""What the checkout has heard of stock, money and the order, and the step that follows from it."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from apps.backbone.messages import Event, Money
from apps.backbone.saga import SagaCompensationAsked, SagaState, Status
from apps.inventory.commands import CommitReservation, ReserveStock, StockLine
from apps.inventory.events import (
    StockRequestRefused,
    StockReservationCommitted,
    StockReservationRejected,
    StockReservationReleased,
    StockReserved,
)
from apps.orders.commands import ConfirmOrder
from apps.orders.events import (
    OrderCancellationRequested,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderRejected,
    OrderRequestRefused,
    RejectReason,
    Shortage,
)
from apps.payments.commands import AuthorizePayment, VoidPayment
from apps.payments.events import (
    PaymentAuthorized,
    PaymentCancellationSettled,
    PaymentDeclined,
    PaymentOutcomeUnknown,
    PaymentRequestRefused,
    PaymentVoided,
    PaymentVoidFailed,
)

Step = Literal["reserving", "authorizing", "committing", "confirming", "undoing", "rejecting", "done"]

TRIES = 5
"""Voids that fail before a person should look; it is tried on all the same."""

WAITS: dict[Step, str] = {
    "reserving": "stock.reserved or stock.reservation_rejected",
    "authorizing": "payment.authorized or payment.declined",
    "committing": "stock.reservation_committed or stock.reservation_rejected",
    "confirming": "order.confirmed",
    "undoing": "stock.reservation_released and payment.voided",
    "rejecting": "order.rejected",
    "done": "",
}
NOT_CONFIRMING = ("reserving", "authorizing", "committing")
"""Steps that can still be called off; later the order may be confirmed any moment, and is cancelled instead."""
PATIENCE = timedelta(minutes=5)
PATIENCE_WITH_UNKNOWN = timedelta(hours=25)


class CheckoutGaveUp(Event):
    """The time to pay is over."""

    order_id: UUID


class CheckoutVoidDue(Event):
    """The gateway would not let go of the authorization; ask again."""

    order_id: UUID


class Checkout(SagaState, frozen=True, kw_only=True):
    order_id: UUID = UUID(int=0)
    lines: tuple[StockLine, ...] = ()
    total: Money = Money(0, "")
    payment_method: str = ""
    due_at: datetime | None = None
    step: Step = "reserving"
    stock: Literal["asked", "held", "committed", "none"] = "asked"
    """`none`: nothing is held, nor will be."""
    money: Literal["none", "asked", "unknown", "authorized", "gone"] = "none"
    order: Literal["placed", "confirmed", "rejected", "expired", "cancelling"] = "placed"
    failure: RejectReason | None = None
    detail: str = ""
    shortages: tuple[Shortage, ...] = ()
    voids: int = 0
    """Voids that have failed."""

    @property
    def undone(self) -> bool:
        return self.stock == "none" and self.money in ("none", "gone")


def evolve(state: Checkout, event: Event) -> Checkout:
    return _settled(_heard_of_order(_heard_of_stock(_heard_of_money(state, event), event), event))


def _heard_of_stock(state: Checkout, event: Event) -> Checkout:
    change = msgspec.structs.replace
    match event:
        case StockReserved() if state.stock == "asked":
            return change(state, stock="held")
        case StockReservationCommitted() if state.stock != "none":
            return change(state, stock="committed")
        case StockReservationReleased():
            return change(state, stock="none")
        case StockReservationRejected():
            short = tuple(
                Shortage(sku=each.sku, asked=each.asked, available=each.available) for each in event.shortages
            )
            return _failed(change(state, stock="none", shortages=state.shortages or short), "out_of_stock")
        case StockRequestRefused(asked=asked) if asked in (ReserveStock.type, CommitReservation.type):
            return _failed(change(state, stock="none"), "out_of_stock", event.reason)
    return state


def _heard_of_money(state: Checkout, event: Event) -> Checkout:
    change = msgspec.structs.replace
    match event:
        case PaymentAuthorized() if state.money != "gone":
            return change(state, money="authorized")
        case PaymentOutcomeUnknown(operation="authorize") if state.money in ("none", "asked"):
            return change(state, money="unknown")
        case PaymentDeclined():
            return _failed(change(state, money="gone"), "declined", event.code)
        case PaymentRequestRefused(asked=AuthorizePayment.type):
            return _failed(change(state, money="gone"), "payment_failed", event.reason)
        case PaymentVoided() | PaymentCancellationSettled() | PaymentRequestRefused(asked=VoidPayment.type):
            return change(state, money="gone")
        case PaymentVoidFailed():
            return change(state, voids=state.voids + 1)
    return state


def _heard_of_order(state: Checkout, event: Event) -> Checkout:
    change = msgspec.structs.replace
    match event:
        case OrderPlaced() if state.due_at is None:
            return _opened(event)
        case OrderConfirmed():
            return change(state, order="confirmed")
        case OrderRejected():
            return change(state, order="rejected")
        case OrderExpired():
            return change(state, order="expired")
        case OrderCancellationRequested() if state.order != "confirmed":
            return change(state, order="cancelling")
        case OrderRequestRefused(asked=ConfirmOrder.type) if state.order == "placed":
            return _failed(state, "payment_failed", event.reason)
        case CheckoutGaveUp() if state.step == "reserving":
            return _failed(state, "stock_timeout")
        case CheckoutGaveUp() if state.step == "authorizing" and state.money == "asked":
            return _failed(state, "payment_timeout")
        case SagaCompensationAsked(reason=why) if state.step in NOT_CONFIRMING and state.money != "unknown":
            return _failed(state, "called_off", why)
    return state


def _opened(event: OrderPlaced) -> Checkout:
    return Checkout(
        order_id=event.order_id,
        lines=tuple(StockLine(sku=line.sku, quantity=line.quantity) for line in event.lines),
        total=event.totals.grand,
        payment_method=event.payment_method,
        due_at=event.payment_due_at,
    )


def _failed(state: Checkout, failure: RejectReason, detail: str = "") -> Checkout:
    """The first failure is the reason; what follows from it is none."""
    if state.failure or state.order != "placed":
        return state
    return msgspec.structs.replace(state, failure=failure, detail=detail)


def _settled(state: Checkout) -> Checkout:
    """The state with the step that its facts lead to, and what that step waits for."""
    step = _step(state)
    money = "asked" if step == "authorizing" and state.money == "none" else state.money
    unknown = money == "unknown" and step in ("authorizing", "undoing")
    return msgspec.structs.replace(
        state,
        step=step,
        money=money,
        status=_status(state, step),
        waits_for=WAITS[step] + (", after a reply was lost" if unknown else ""),
        patience=None if step == "done" else PATIENCE_WITH_UNKNOWN if unknown else PATIENCE,
        reason=_reason(state),
    )


def _step(state: Checkout) -> Step:
    if state.order in ("confirmed", "rejected", "cancelling"):
        return "done"
    if state.failure or state.order == "expired":
        return _step_back(state)
    if state.stock == "asked":
        return "reserving"
    if state.money != "authorized":
        return "authorizing"
    return "confirming" if state.stock == "committed" else "committing"


def _step_back(state: Checkout) -> Step:
    if not state.undone:
        return "undoing"
    return "done" if state.order == "expired" else "rejecting"


def _status(state: Checkout, step: Step) -> Status:
    if step == "done":
        return "completed" if state.order == "confirmed" else "compensated"
    return "stuck" if step == "undoing" and state.voids >= TRIES else "running"


def _reason(state: Checkout) -> str:
    if state.order in ("expired", "cancelling"):
        return state.order
    return f"{state.failure}: {state.detail}" if state.failure and state.detail else state.failure or ""
