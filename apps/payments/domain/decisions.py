"""What a payment allows: one operation at a time is written down, and never more money moved than there is."""

from datetime import datetime

from apps.backbone.decider import Decider
from apps.backbone.messages import Command, Event
from apps.payments.commands import (
    AuthorizePayment,
    CapturePayment,
    RecordOutcome,
    RefundPayment,
    SettleCancellation,
    VoidPayment,
)
from apps.payments.domain import closing, outcomes
from apps.payments.domain.state import Operation, Payment, evolve
from apps.payments.events import OperationKind, PaymentOperationRequested, PaymentRequestRefused

Movement = AuthorizePayment | CapturePayment | RefundPayment
KINDS: dict[type[Movement], OperationKind] = {
    AuthorizePayment: "authorize",
    CapturePayment: "capture",
    RefundPayment: "refund",
}


def decide(command: Command, payment: Payment, now: datetime) -> list[Event]:
    match command:
        case RecordOutcome():
            return outcomes.record(command, payment, now)
        case VoidPayment(operation_id=operation) if operation in payment.operations:
            return []
        case VoidPayment(reason="auth_expired"):
            return closing.void_expired(command, payment)
        case VoidPayment():
            return closing.void(command, payment)
        case SettleCancellation():
            return closing.settle(command, payment)
        case AuthorizePayment() | CapturePayment() | RefundPayment():
            return move(command, payment, now)
    raise TypeError(f"Payment does not know {command.type}")


def move(command: Movement, payment: Payment, now: datetime) -> list[Event]:
    """Write the operation down, or say why not; asked twice, it is written down once."""
    known = payment.operations.get(command.operation_id)
    if known and repeats(command, known, payment):
        return []
    reason = "operation_id_reused" if known else objection(command, payment, now)
    return [refused(command, reason)] if reason else [requested(command)]


def repeats(command: Movement, known: Operation, payment: Payment) -> bool:
    amount = payment.money(known.amount)
    return known.kind == KINDS[type(command)] and amount == command.amount


def objection(command: Movement, payment: Payment, now: datetime) -> str:
    """Why the facts do not allow it; empty if they do."""
    if command.amount.amount_minor <= 0:
        return "amount_not_positive"
    if payment.currency and command.amount.currency != payment.currency:
        return "currency_differs"
    match command:
        case AuthorizePayment():
            return objection_to_authorize(payment)
        case CapturePayment():
            return objection_to_capture(command.amount.amount_minor, payment, now)
        case RefundPayment():
            return "over_captured" if command.amount.amount_minor > payment.refundable else ""


def objection_to_authorize(payment: Payment) -> str:
    if payment.closing:
        return "payment_closed"
    if payment.waits("authorize"):
        return "authorization_in_flight"
    return "already_authorized" if payment.held or payment.captured else ""


def objection_to_capture(amount: int, payment: Payment, now: datetime) -> str:
    if payment.closing:
        return "payment_closed"
    if payment.captured or payment.waits("capture"):
        return "already_captured"
    if payment.waits("void"):
        return "void_in_flight"
    if amount > payment.held:
        return "over_authorized"
    expired = payment.expires_at is not None and payment.expires_at <= now
    return "authorization_expired" if expired else ""


def requested(command: Movement) -> PaymentOperationRequested:
    return PaymentOperationRequested(
        payment_id=command.payment_id,
        order_id=command.order_id,
        operation_id=command.operation_id,
        operation=KINDS[type(command)],
        amount=command.amount,
        payment_method=command.payment_method if isinstance(command, AuthorizePayment) else "",
        reason=command.reason if isinstance(command, RefundPayment) else "",
        source=command.source if isinstance(command, RefundPayment) else "saga",
    )


def refused(command: Movement, reason: str) -> PaymentRequestRefused:
    return PaymentRequestRefused(
        payment_id=command.payment_id,
        order_id=command.order_id,
        asked=command.type,
        reason=reason,
        operation_id=command.operation_id,
    )


payment = Decider(
    category="payment",
    initial=Payment(),
    decide=decide,
    evolve=evolve,
    identify=lambda command: command.payment_id,  # type: ignore[attr-defined]
)
