"""Payments' events, and as much as it needs of the orders', into the rows that screens read."""

from typing import Any

from django.db.models import Case, Value, When

from apps.backbone import rows
from apps.backbone.messages import Envelope, Event
from apps.backbone.projector import Projection
from apps.payments.domain import transfers
from apps.payments.events import (
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
    RefundSucceeded,
)
from apps.payments.models import LedgerEntry, Operation, OrderSummary, Payment

payments = Projection("payments", service="payments", models=(Payment,))
operations = Projection("payment-operations", service="payments", models=(Operation,))
ledger = Projection("ledger", service="payments", models=(LedgerEntry,))
orders = Projection("payments-orders", service="payments", models=(OrderSummary,))

Booked = (
    PaymentAuthorized | PaymentCaptured | PaymentVoided | PaymentOperationRequested | RefundSucceeded | RefundFailed
)

ORDER_STATUS = {
    "order.confirmed": "confirmed",
    "order.rejected": "rejected",
    "order.expired": "expired",
    "order.cancellation_requested": "cancelling",
    "order.cancelled": "cancelled",
    "order.completed": "completed",
}


@payments.on(PaymentOperationRequested)
def begin(event: PaymentOperationRequested, envelope: Envelope) -> None:
    if event.operation != "authorize":
        return
    begun = Payment(
        payment_id=event.payment_id,
        order_id=event.order_id,
        status=Payment.Status.PENDING,
        currency=event.amount.currency,
        payment_method=event.payment_method[:200],
        created_at=envelope.occurred_at,
        changed_at=envelope.occurred_at,
    )
    rows.put(begun, "status", "payment_method", "changed_at")


@payments.on(PaymentAuthorized)
def authorize(event: PaymentAuthorized, envelope: Envelope) -> None:
    change(
        event,
        envelope,
        status=Payment.Status.AUTHORIZED,
        authorized_minor=rows.Plus(event.amount.amount_minor),
        gateway=event.gateway,
        gateway_reference=event.gateway_reference,
        expires_at=event.expires_at,
    )


@payments.on(PaymentDeclined)
def decline(event: PaymentDeclined, envelope: Envelope) -> None:
    change(event, envelope, status=Payment.Status.DECLINED)


@payments.on(PaymentCaptured)
def capture(event: PaymentCaptured, envelope: Envelope) -> None:
    change(
        event,
        envelope,
        status=Payment.Status.CAPTURED,
        captured_minor=event.captured_total.amount_minor,
        expires_at=None,
    )


@payments.on(PaymentVoided)
def void(event: PaymentVoided, envelope: Envelope) -> None:
    """The remainder of a capture is let go without another status."""
    status = {} if event.reason == "remainder" else {"status": Payment.Status.VOIDED, "expires_at": None}
    change(event, envelope, voided_minor=rows.Plus(event.amount.amount_minor), **status)


@payments.on(RefundSucceeded)
def refund(event: RefundSucceeded, envelope: Envelope) -> None:
    total = event.refunded_total.amount_minor
    status = Case(
        When(captured_minor=total, then=Value(Payment.Status.REFUNDED)),
        default=Value(Payment.Status.PARTIALLY_REFUNDED),
    )
    change(event, envelope, refunded_minor=total, status=status)


@payments.on(PaymentClosingStarted)
def close(event: PaymentClosingStarted, envelope: Envelope) -> None:
    change(event, envelope, closing=event.reason)


@payments.on(PaymentCancellationSettled)
def settle(event: PaymentCancellationSettled, envelope: Envelope) -> None:
    change(event, envelope, settled_at=envelope.occurred_at)


def change(event: Any, envelope: Envelope, **fields: Any) -> None:
    rows.update(Payment, event.payment_id, changed_at=envelope.occurred_at, **fields)


@operations.on(PaymentOperationRequested)
def request(event: PaymentOperationRequested, envelope: Envelope) -> None:
    rows.create(
        Operation(
            operation_id=event.operation_id,
            payment_id=event.payment_id,
            order_id=event.order_id,
            kind=event.operation,
            amount_minor=event.amount.amount_minor,
            currency=event.amount.currency,
            reason=event.reason[:200],
            requested_at=envelope.occurred_at,
            changed_at=envelope.occurred_at,
        )
    )


@operations.on(PaymentAuthorized, PaymentCaptured, PaymentVoided)
def succeed(event: PaymentAuthorized | PaymentCaptured | PaymentVoided, envelope: Envelope) -> None:
    finish(event.operation_id, envelope, status=Operation.Status.SUCCEEDED)


@operations.on(RefundSucceeded)
def succeed_refund(event: RefundSucceeded, envelope: Envelope) -> None:
    finish(event.refund_id, envelope, status=Operation.Status.SUCCEEDED)


@operations.on(PaymentDeclined, PaymentCaptureFailed, PaymentVoidFailed)
def fail(event: PaymentDeclined | PaymentCaptureFailed | PaymentVoidFailed, envelope: Envelope) -> None:
    finish(event.operation_id, envelope, status=Operation.Status.FAILED, code=event.code[:200])


@operations.on(RefundFailed)
def fail_refund(event: RefundFailed, envelope: Envelope) -> None:
    finish(event.refund_id, envelope, status=Operation.Status.FAILED, code=event.code[:200])


@operations.on(PaymentOutcomeUnknown)
def doubt(event: PaymentOutcomeUnknown, envelope: Envelope) -> None:
    status = Operation.Status.NEEDS_REVIEW if event.final else Operation.Status.UNKNOWN
    finish(event.operation_id, envelope, status=status, tries=event.tries)


def finish(operation_id: Any, envelope: Envelope, **fields: Any) -> None:
    rows.update(Operation, operation_id, changed_at=envelope.occurred_at, **fields)


@ledger.on(PaymentAuthorized, PaymentCaptured, PaymentVoided, PaymentOperationRequested, RefundSucceeded, RefundFailed)
def book(event: Booked, envelope: Envelope) -> None:
    rows.create(*entries_of(event, envelope))


def entries_of(event: Event, envelope: Envelope) -> list[LedgerEntry]:
    about: Any = event
    return [
        LedgerEntry(
            id=f"{envelope.message_id}-{number:04}",
            debit=transfer.debit,
            credit=transfer.credit,
            phase=transfer.phase,
            amount_minor=transfer.amount.amount_minor,
            currency=transfer.amount.currency,
            payment_id=about.payment_id,
            order_id=about.order_id,
            type=envelope.type,
            occurred_at=envelope.occurred_at,
        )
        for number, transfer in enumerate(transfers(event))
    ]


@orders.on("order.placed")
def note_order(event: Any, envelope: Envelope) -> None:
    rows.create(
        OrderSummary(
            order_id=event.order_id,
            number=event.order_number,
            customer=event.customer_name,
            status="placed",
            total_minor=event.totals.grand.amount_minor,
            currency=event.totals.grand.currency,
            placed_at=envelope.occurred_at,
            changed_at=envelope.occurred_at,
        )
    )


@orders.on(*ORDER_STATUS)
def follow_order(event: Any, envelope: Envelope) -> None:
    rows.update(OrderSummary, event.order_id, status=ORDER_STATUS[envelope.type], changed_at=envelope.occurred_at)
