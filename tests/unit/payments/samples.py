"""One payment's commands and events, short to say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from apps.backbone.messages import Event, Money
from apps.backbone.saga import identity
from apps.payments.commands import (
    AuthorizePayment,
    CapturePayment,
    RecordOutcome,
    RefundPayment,
    SettleCancellation,
    VoidPayment,
)
from apps.payments.domain import payment
from apps.payments.events import (
    PaymentCancellationSettled,
    PaymentCaptured,
    PaymentClosingStarted,
    PaymentOperationRequested,
    PaymentOutcomeUnknown,
    PaymentRequestRefused,
    PaymentVoided,
    RefundSucceeded,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
PAYMENT, ORDER = UUID(int=1), UUID(int=2)
AUTHORIZE, CAPTURE, VOID, REFUND, OTHER = (UUID(int=number) for number in range(11, 16))


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


WHOLE = euros(100)


def authorize(operation: UUID = AUTHORIZE, amount: Money = WHOLE) -> AuthorizePayment:
    return AuthorizePayment(
        payment_id=PAYMENT, order_id=ORDER, operation_id=operation, amount=amount, payment_method="tok_ok"
    )


def capture(operation: UUID = CAPTURE, amount: Money = WHOLE) -> CapturePayment:
    return CapturePayment(payment_id=PAYMENT, order_id=ORDER, operation_id=operation, amount=amount)


def refund(operation: UUID = REFUND, amount: Money = WHOLE) -> RefundPayment:
    return RefundPayment(payment_id=PAYMENT, order_id=ORDER, operation_id=operation, amount=amount, reason="damaged")


def void(operation: UUID = VOID) -> VoidPayment:
    return VoidPayment(payment_id=PAYMENT, order_id=ORDER, operation_id=operation, reason="given_up")


settle = SettleCancellation(payment_id=PAYMENT, order_id=ORDER, currency="EUR")


def outcome(operation: UUID, result: str = "succeeded", **more: object) -> RecordOutcome:
    said = {"gateway": "simulated", "gateway_reference": "ch_1"} if result == "succeeded" else {}
    return RecordOutcome(payment_id=PAYMENT, operation_id=operation, result=result, **said | more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Past:
    """What has happened: a list of events that grows by commands."""

    events: tuple[Event, ...] = ()

    def then(self, *commands: object, now: datetime = NOW) -> "Past":
        past = self
        for command in commands:
            past = Past(past.events + tuple(payment.outcome(past.events, command, now)))  # type: ignore[arg-type]
        return past


NOTHING = Past()
ASKED = NOTHING.then(authorize())
AUTHORIZED = ASKED.then(outcome(AUTHORIZE, expires_at=LATER))
CAPTURING = AUTHORIZED.then(capture())
CAPTURED = CAPTURING.then(outcome(CAPTURE))


def decided(past: Past, command: object, now: datetime = NOW) -> list[Event]:
    return payment.outcome(past.events, command, now)  # type: ignore[arg-type]


def requested(operation: UUID, kind: str, amount: int, **more: str) -> PaymentOperationRequested:
    return PaymentOperationRequested(
        payment_id=PAYMENT, order_id=ORDER, operation_id=operation, operation=kind, amount=euros(amount), **more
    )  # type: ignore[arg-type]


def refused(command: AuthorizePayment | CapturePayment | RefundPayment | VoidPayment, reason: str) -> list[Event]:
    return [
        PaymentRequestRefused(
            payment_id=PAYMENT, order_id=ORDER, asked=command.type, reason=reason, operation_id=command.operation_id
        )
    ]


def closing(reason: str = "cancelled", settles: bool = True, operation: UUID | None = None) -> PaymentClosingStarted:
    return PaymentClosingStarted(
        payment_id=PAYMENT, order_id=ORDER, reason=reason, settles=settles, operation_id=operation
    )


def settled(voided: int = 0, refunded: int = 0) -> PaymentCancellationSettled:
    return PaymentCancellationSettled(
        payment_id=PAYMENT, order_id=ORDER, voided=euros(voided), refunded=euros(refunded)
    )


def own(kind: str, number: int) -> UUID:
    return identity("payment", PAYMENT, f"{kind}-{number}")


def captured(amount: int) -> PaymentCaptured:
    return PaymentCaptured(
        payment_id=PAYMENT,
        order_id=ORDER,
        operation_id=CAPTURE,
        amount=euros(amount),
        captured_total=euros(amount),
        gateway_reference="ch_1",
    )


def refund_succeeded(operation: UUID, amount: int, total: int, source: str = "staff") -> RefundSucceeded:
    return RefundSucceeded(
        refund_id=operation,
        payment_id=PAYMENT,
        order_id=ORDER,
        amount=euros(amount),
        refunded_total=euros(total),
        source=source,  # type: ignore[arg-type]
        gateway_reference="ch_1",
    )


def voided(operation: UUID, amount: int, reason: str) -> PaymentVoided:
    return PaymentVoided(
        payment_id=PAYMENT, order_id=ORDER, operation_id=operation, amount=euros(amount), reason=reason
    )


def unknown(operation: UUID, kind: str, tries: int, final: bool, sent: datetime) -> PaymentOutcomeUnknown:
    return PaymentOutcomeUnknown(
        payment_id=PAYMENT,
        order_id=ORDER,
        operation_id=operation,
        operation=kind,  # type: ignore[arg-type]
        tries=tries,
        final=final,
        first_sent_at=sent,
    )
