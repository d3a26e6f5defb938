"""A cancelled order's stock and money go back, in this order; its open shipment went with the cancellation itself."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec

from apps.backbone.messages import Command, Event, Money, zero
from apps.backbone.saga import Saga, SagaRetryAsked, SagaState, Timer
from apps.inventory.commands import ReleaseReservation
from apps.inventory.events import StockRequestRefused, StockReservationReleased
from apps.orders.commands import FinishCancellation
from apps.orders.events import OrderCancellationRequested, OrderCancelled
from apps.payments.commands import SettleCancellation
from apps.payments.events import PaymentCancellationSettled, PaymentVoidFailed, RefundFailed
from apps.sagas.checkout.requests import payment_of, reservation_of

Step = Literal["releasing", "settling", "finishing", "done"]

PATIENCE = timedelta(hours=1)
WAITS: dict[Step, str] = {
    "releasing": "stock.reservation_released",
    "settling": "payment.cancellation_settled",
    "finishing": "order.cancelled",
    "done": "",
}


class CancellationSettlementDue(Event):
    """The gateway would not give the money back; ask again. There is no other way out than forward."""

    order_id: UUID


class Cancellation(SagaState, frozen=True, kw_only=True):
    order_id: UUID = UUID(int=0)
    currency: str = ""
    step: Step = "releasing"
    voided: Money | None = None
    refunded: Money | None = None
    failures: int = 0
    """Voids and refunds that have failed."""


def evolve(state: Cancellation, event: Event) -> Cancellation:
    heard = _heard(state, event)
    done = heard.step == "done"
    return msgspec.structs.replace(
        heard,
        status="completed" if done else heard.status,
        waits_for=WAITS[heard.step],
        patience=None if done else PATIENCE,
    )


def _heard(state: Cancellation, event: Event) -> Cancellation:
    change = msgspec.structs.replace
    match event, state.step:
        case OrderCancellationRequested(), "releasing":
            return change(state, order_id=event.order_id, currency=event.total.currency)
        case StockReservationReleased(), "releasing":
            return change(state, step="settling", status="running", reason="")
        case StockRequestRefused(asked=ReleaseReservation.type), "releasing":
            return change(state, status="stuck", reason=event.reason)
        case PaymentCancellationSettled(), ("releasing" | "settling"):
            return change(
                state, step="finishing", status="running", reason="", voided=event.voided, refunded=event.refunded
            )
        case ((PaymentVoidFailed() | RefundFailed()), "settling"):
            return change(state, failures=state.failures + 1, reason=f"{event.type}: {event.code}")
        case SagaRetryAsked(), ("releasing" | "settling" | "finishing"):
            return change(state, status="running", reason="")
        case OrderCancelled(), _:
            return change(state, step="done", reason="")
    return state


def react(event: Event, state: Cancellation) -> list[Command | Timer]:
    match event, state.step:
        case ((OrderCancellationRequested() | SagaRetryAsked()), "releasing"):
            return [release(state)]
        case ((StockReservationReleased() | CancellationSettlementDue() | SagaRetryAsked()), "settling"):
            return [settle(state)]
        case ((PaymentVoidFailed() | RefundFailed()), "settling"):
            due = CancellationSettlementDue(order_id=state.order_id)
            return [Timer(message=due, after=timedelta(minutes=min(2 ** (state.failures - 1), 30)))]
        case ((PaymentCancellationSettled() | SagaRetryAsked()), "finishing"):
            return [finish(state)]
    return []


def release(state: Cancellation) -> ReleaseReservation:
    return ReleaseReservation(
        reservation_id=reservation_of(state.order_id), order_id=state.order_id, reason="cancelled"
    )


def settle(state: Cancellation) -> SettleCancellation:
    return SettleCancellation(payment_id=payment_of(state.order_id), order_id=state.order_id, currency=state.currency)


def finish(state: Cancellation) -> FinishCancellation:
    nothing = zero(state.currency)
    return FinishCancellation(
        order_id=state.order_id, voided=state.voided or nothing, refunded=state.refunded or nothing
    )


cancellation = Saga(
    name="cancellation",
    initial=Cancellation(),
    starts=(OrderCancellationRequested,),
    hears=(
        StockReservationReleased,
        StockRequestRefused,
        PaymentCancellationSettled,
        PaymentVoidFailed,
        RefundFailed,
        OrderCancelled,
        CancellationSettlementDue,
        SagaRetryAsked,
    ),
    key=lambda event: event.order_id,  # type: ignore[attr-defined]
    evolve=evolve,
    react=react,
)
