"""How a payment ends without a sale: decided from the facts, whenever they change, until nothing is held or owed."""

from uuid import UUID

from apps.backbone.messages import Event, Money
from apps.backbone.saga import identity
from apps.payments.commands import SettleCancellation, VoidPayment
from apps.payments.domain.state import Payment, evolve
from apps.payments.events import (
    OperationKind,
    PaymentCancellationSettled,
    PaymentClosingStarted,
    PaymentOperationRequested,
    PaymentRequestRefused,
)


def settle(command: SettleCancellation, payment: Payment) -> list[Event]:
    """Asked again, it tries what had failed once more."""
    if payment.settled:
        return []
    if payment.closing and payment.closing.settles:
        return go_on(command.payment_id, payment, command.currency)
    started = PaymentClosingStarted(
        payment_id=command.payment_id, order_id=command.order_id, reason="cancelled", settles=True
    )
    return [started, *go_on(command.payment_id, evolve(payment, started), command.currency)]


def void(command: VoidPayment, payment: Payment) -> list[Event]:
    """Waits for what is in flight: an authorization that succeeds later is let go at once."""
    if payment.settled:
        return [refusal(command, "payment_closed")]
    if payment.closing and (payment.waits() or payment.closing.operation_id == command.operation_id):
        return []
    started = PaymentClosingStarted(
        payment_id=command.payment_id,
        order_id=command.order_id,
        reason=command.reason,
        settles=payment.closing is not None and payment.closing.settles,
        operation_id=command.operation_id,
    )
    if payment.waits():
        return [started]
    undone = go_on(command.payment_id, evolve(payment, started))
    return [started, *(undone or [refusal(command, "nothing_to_void")])]


def void_expired(command: VoidPayment, payment: Payment) -> list[Event]:
    """Lets go of a dead authorization and leaves the payment open for a new one."""
    if payment.waits() or not payment.held:
        return [refusal(command, "operation_in_flight" if payment.waits() else "nothing_to_void")]
    return [request(command.payment_id, payment, "void", payment.held, command.operation_id, command.reason)]


def go_on(payment_id: UUID, payment: Payment, currency: str = "") -> list[Event]:
    """The next step of a payment that closes; none while anything is in flight or unknown."""
    closing = payment.closing
    if closing is None or payment.waits():
        return []
    if payment.refundable:
        return [request(payment_id, payment, "refund", payment.refundable, closing.operation_id, closing.reason)]
    if payment.held:
        return [request(payment_id, payment, "void", payment.held, closing.operation_id, closing.reason)]
    if closing.settles and not payment.settled:
        return [settled(payment_id, payment, payment.currency or currency)]
    return []


def settled(payment_id: UUID, payment: Payment, currency: str) -> PaymentCancellationSettled:
    return PaymentCancellationSettled(
        payment_id=payment_id,
        order_id=payment.order_id,
        voided=Money(payment.voided, currency),
        refunded=Money(payment.refunded, currency),
    )


def request(
    payment_id: UUID, payment: Payment, kind: OperationKind, amount: int, operation_id: UUID | None, reason: str
) -> PaymentOperationRequested:
    if operation_id is None or operation_id in payment.operations:
        operation_id = identity("payment", payment_id, f"{kind}-{len(payment.operations) + 1}")
    return PaymentOperationRequested(
        payment_id=payment_id,
        order_id=payment.order_id,
        operation_id=operation_id,
        operation=kind,
        amount=payment.money(amount),
        reason=reason,
    )


def refusal(command: VoidPayment, reason: str) -> PaymentRequestRefused:
    return PaymentRequestRefused(
        payment_id=command.payment_id,
        order_id=command.order_id,
        asked=command.type,
        reason=reason,
        operation_id=command.operation_id,
    )
