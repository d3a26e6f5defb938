"""An operation whose answer was lost: asked after until there is one, or for a day; then a person must look."""

from datetime import timedelta
from uuid import UUID

import msgspec

from apps.backbone.messages import Command, Event
from apps.backbone.saga import Saga, SagaRetryAsked, SagaState, Timer
from apps.payments.commands import ResolveOperation
from apps.payments.events import (
    PaymentAuthorized,
    PaymentCaptured,
    PaymentCaptureFailed,
    PaymentDeclined,
    PaymentOutcomeUnknown,
    PaymentVoided,
    PaymentVoidFailed,
    RefundFailed,
    RefundSucceeded,
)

DELAYS = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
"""Before each question; the last one again and again, until payments says that it was the final one."""
GRACE = timedelta(minutes=5)
"""For the answer, once the question is due."""


class OutcomeCheckDue(Event):
    operation_id: UUID
    order_id: UUID
    check: int
    """Which question it is; one that was asked already is not asked again."""


class PaymentOutcome(SagaState, frozen=True, kw_only=True):
    payment_id: UUID = UUID(int=0)
    order_id: UUID = UUID(int=0)
    operation_id: UUID = UUID(int=0)
    checks: int = 0
    """Questions that were put on the calendar."""
    asked: int = 0
    """Questions that were asked; one less as long as the next is not due."""
    moved: bool = False
    """Whether the last event led to a new question: what comes twice does not."""

    @property
    def delay(self) -> timedelta:
        return DELAYS[min(self.checks, len(DELAYS)) - 1]


def key(event: Event) -> UUID:
    refund = isinstance(event, RefundSucceeded | RefundFailed)
    operation_id: UUID = getattr(event, "refund_id" if refund else "operation_id")
    return operation_id


def evolve(state: PaymentOutcome, event: Event) -> PaymentOutcome:
    change = msgspec.structs.replace
    match event:
        case PaymentOutcomeUnknown(final=True):
            return change(state, status="completed", waits_for="", patience=None, reason="needs_review")
        case PaymentOutcomeUnknown() if state.status == "running" and state.asked == state.checks:
            return _planned(change(state, checks=state.checks + 1, moved=True), event)
        case OutcomeCheckDue(check=check) if state.status == "running" and state.asked < check == state.checks:
            return change(state, asked=check, moved=True)
        case SagaRetryAsked() if state.status == "running":
            return change(state, asked=state.checks, moved=True)
        case PaymentOutcomeUnknown() | OutcomeCheckDue() | SagaRetryAsked():
            return change(state, moved=False)
    return change(state, status="completed", waits_for="", patience=None, reason="")


def _planned(state: PaymentOutcome, event: PaymentOutcomeUnknown) -> PaymentOutcome:
    return msgspec.structs.replace(
        state,
        payment_id=event.payment_id,
        order_id=event.order_id,
        operation_id=event.operation_id,
        waits_for=f"the outcome of the {event.operation}",
        patience=state.delay + GRACE,
    )


def react(event: Event, state: PaymentOutcome) -> list[Command | Timer]:
    if state.status != "running" or not state.moved:
        return []
    match event:
        case PaymentOutcomeUnknown():
            return [Timer(message=due(state), after=state.delay)]
        case OutcomeCheckDue() | SagaRetryAsked():
            return [ResolveOperation(payment_id=state.payment_id, operation_id=state.operation_id)]
    return []


def due(state: PaymentOutcome) -> OutcomeCheckDue:
    return OutcomeCheckDue(operation_id=state.operation_id, order_id=state.order_id, check=state.checks)


payment_outcome = Saga(
    name="payment_outcome",
    initial=PaymentOutcome(),
    starts=(PaymentOutcomeUnknown,),
    hears=(
        PaymentAuthorized,
        PaymentDeclined,
        PaymentCaptured,
        PaymentCaptureFailed,
        PaymentVoided,
        PaymentVoidFailed,
        RefundSucceeded,
        RefundFailed,
        OutcomeCheckDue,
        SagaRetryAsked,
    ),
    key=key,
    evolve=evolve,
    react=react,
)
