"""What is known of one payment, folded from its events."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from apps.backbone.messages import Event, Money
from apps.payments.events import (
    OperationKind,
    PaymentAuthorized,
    PaymentCancellationSettled,
    PaymentCaptured,
    PaymentCaptureFailed,
    PaymentClosingStarted,
    PaymentDeclined,
    PaymentOperationRequested,
    PaymentOutcomeUnknown,
    PaymentVoided,
    PaymentVoidFailed,
    RefundFailed,
    RefundSource,
    RefundSucceeded,
)

OperationStatus = Literal["requested", "unknown", "needs_review", "succeeded", "failed"]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing asked of the gateway; its id is the key that every try repeats."""

    kind: OperationKind
    amount: int
    status: OperationStatus = "requested"
    source: RefundSource = "saga"
    reason: str = ""
    tries: int = 0
    first_sent_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Nobody knows yet what became of it."""
        return self.status not in ("succeeded", "failed")


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """Why the payment takes nothing new, and what its end looks like."""

    reason: str
    settles: bool
    operation_id: UUID | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts are in the currency's minor unit."""

    order_id: UUID = UUID(int=0)
    currency: str = ""
    payment_method: str = ""
    gateway_reference: str = ""
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    voided: int = 0
    expires_at: datetime | None = None
    closing: Closing | None = None
    settled: bool = False
    operations: dict[UUID, Operation] = {}

    @property
    def held(self) -> int:
        """Authorized, and neither captured nor let go."""
        return self.authorized - self.captured - self.voided

    @property
    def refundable(self) -> int:
        """Captured, and not claimed by any refund that may still succeed."""
        refunds = (o.amount for o in self.operations.values() if o.kind == "refund" and o.status != "failed")
        return self.captured - sum(refunds)

    def waits(self, *kinds: OperationKind) -> bool:
        """Whether an operation of these kinds, or of any kind, is in flight or unknown."""
        return any(o.open and (o.kind in kinds or not kinds) for o in self.operations.values())

    def money(self, amount_minor: int) -> Money:
        return Money(amount_minor, self.currency)


def evolve(payment: Payment, event: Event) -> Payment:
    match event:
        case PaymentOperationRequested():
            return requested(payment, event)
        case PaymentAuthorized(operation_id=operation, amount=amount):
            return replace(
                with_operation(payment, operation, status="succeeded"),
                authorized=payment.authorized + amount.amount_minor,
                gateway_reference=event.gateway_reference,
                expires_at=event.expires_at,
            )
        case PaymentCaptured(operation_id=operation, amount=amount):
            captured = payment.captured + amount.amount_minor
            return replace(with_operation(payment, operation, status="succeeded"), captured=captured)
        case PaymentVoided(operation_id=operation, amount=amount):
            voided = payment.voided + amount.amount_minor
            return replace(with_operation(payment, operation, status="succeeded"), voided=voided)
        case RefundSucceeded(refund_id=operation, amount=amount):
            refunded = payment.refunded + amount.amount_minor
            return replace(with_operation(payment, operation, status="succeeded"), refunded=refunded)
        case PaymentDeclined() | PaymentCaptureFailed() | PaymentVoidFailed() | RefundFailed():
            return with_operation(payment, named(event), status="failed")
        case PaymentOutcomeUnknown():
            return in_doubt(payment, event)
        case PaymentClosingStarted():
            closing = Closing(reason=event.reason, settles=event.settles, operation_id=event.operation_id)
            return replace(payment, order_id=event.order_id, closing=closing)
        case PaymentCancellationSettled():
            return replace(payment, settled=True)
    return payment


def requested(payment: Payment, event: PaymentOperationRequested) -> Payment:
    operation = Operation(
        kind=event.operation, amount=event.amount.amount_minor, source=event.source, reason=event.reason
    )
    return replace(
        payment,
        order_id=event.order_id,
        currency=event.amount.currency,
        payment_method=event.payment_method or payment.payment_method,
        operations={**payment.operations, event.operation_id: operation},
    )


def named(event: PaymentDeclined | PaymentCaptureFailed | PaymentVoidFailed | RefundFailed) -> UUID:
    return event.refund_id if isinstance(event, RefundFailed) else event.operation_id


def in_doubt(payment: Payment, event: PaymentOutcomeUnknown) -> Payment:
    status: OperationStatus = "needs_review" if event.final else "unknown"
    return with_operation(
        payment, event.operation_id, status=status, tries=event.tries, first_sent_at=event.first_sent_at
    )


def with_operation(payment: Payment, operation_id: UUID, **changes: Any) -> Payment:
    operation = replace(payment.operations[operation_id], **changes)
    return replace(payment, operations={**payment.operations, operation_id: operation})
