"""What the gateway's answer to an operation means; the first final answer wins, later ones change nothing."""

from datetime import datetime, timedelta

from apps.backbone.messages import Event
from apps.payments.commands import RecordOutcome
from apps.payments.domain import closing
from apps.payments.domain.state import Operation, Payment, evolve
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

KEY_LIFETIME = timedelta(hours=24)
"""How long a gateway remembers an idempotency key (Stripe's figure); after it nothing is sent again."""
AUTHORIZATION_LIFETIME = timedelta(days=7)
"""Stripe's default, for an answer that does not say."""


def record(command: RecordOutcome, payment: Payment, now: datetime) -> list[Event]:
    operation = payment.operations.get(command.operation_id)
    if operation is None or not operation.open:
        return []
    match command.result:
        case "unknown":
            return unknown(command, payment, operation, now)
        case "succeeded":
            events = succeeded(command, payment, operation, now)
        case "failed":
            events = [failed(command, payment, operation)]
    if command.result == "failed" and undoes_by_itself(operation):
        return events  # not again in the same breath: settling is asked anew, or a person refunds
    after = payment
    for event in events:
        after = evolve(after, event)
    return events + closing.go_on(command.payment_id, after)


def undoes_by_itself(operation: Operation) -> bool:
    return operation.kind in ("void", "refund") and operation.source == "saga"


def unknown(command: RecordOutcome, payment: Payment, operation: Operation, now: datetime) -> list[Event]:
    if operation.status == "needs_review":
        return []
    sent = command.first_sent_at or operation.first_sent_at or now
    return [
        PaymentOutcomeUnknown(
            payment_id=command.payment_id,
            order_id=payment.order_id,
            operation_id=command.operation_id,
            operation=operation.kind,
            tries=command.tries,
            final=key_expired(sent, now),
            first_sent_at=sent,
        )
    ]


def key_expired(first_sent_at: datetime | None, now: datetime) -> bool:
    """Whether the gateway may have forgotten the operation's key, so that sending again could do it twice."""
    return first_sent_at is not None and now - first_sent_at >= KEY_LIFETIME


def succeeded(command: RecordOutcome, payment: Payment, operation: Operation, now: datetime) -> list[Event]:
    amount, reference = payment.money(operation.amount), command.gateway_reference
    match operation.kind:
        case "authorize":
            return [
                PaymentAuthorized(
                    payment_id=command.payment_id,
                    order_id=payment.order_id,
                    operation_id=command.operation_id,
                    amount=amount,
                    gateway=command.gateway,
                    gateway_reference=reference,
                    expires_at=command.expires_at or now + AUTHORIZATION_LIFETIME,
                )
            ]
        case "capture":
            return captured(command, payment, operation)
        case "void":
            return [voided(command, payment, operation.amount, operation.reason)]
        case "refund":
            return [
                RefundSucceeded(
                    refund_id=command.operation_id,
                    payment_id=command.payment_id,
                    order_id=payment.order_id,
                    amount=amount,
                    refunded_total=payment.money(payment.refunded + operation.amount),
                    source=operation.source,
                    gateway_reference=reference,
                )
            ]


def captured(command: RecordOutcome, payment: Payment, operation: Operation) -> list[Event]:
    """A capture is final: the gateway lets go of what is left of the authorization."""
    event = PaymentCaptured(
        payment_id=command.payment_id,
        order_id=payment.order_id,
        operation_id=command.operation_id,
        amount=payment.money(operation.amount),
        captured_total=payment.money(payment.captured + operation.amount),
        gateway_reference=command.gateway_reference,
    )
    remainder = payment.held - operation.amount
    return [event, *([voided(command, payment, remainder, "remainder")] if remainder else [])]


def voided(command: RecordOutcome, payment: Payment, amount: int, reason: str) -> PaymentVoided:
    return PaymentVoided(
        payment_id=command.payment_id,
        order_id=payment.order_id,
        operation_id=command.operation_id,
        amount=payment.money(amount),
        reason=reason,
    )


def failed(command: RecordOutcome, payment: Payment, operation: Operation) -> Event:
    match operation.kind:
        case "authorize":
            return PaymentDeclined(
                payment_id=command.payment_id,
                order_id=payment.order_id,
                operation_id=command.operation_id,
                code=command.code,
                soft=command.retryable,
            )
        case "capture":
            return PaymentCaptureFailed(
                payment_id=command.payment_id,
                order_id=payment.order_id,
                operation_id=command.operation_id,
                code=command.code,
                retryable=command.retryable,
            )
        case "void":
            return PaymentVoidFailed(
                payment_id=command.payment_id,
                order_id=payment.order_id,
                operation_id=command.operation_id,
                code=command.code,
            )
        case "refund":
            return RefundFailed(
                refund_id=command.operation_id,
                payment_id=command.payment_id,
                order_id=payment.order_id,
                amount=payment.money(operation.amount),
                code=command.code,
            )
