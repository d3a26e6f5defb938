"""What happened to the money."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from apps.backbone.messages import Event, Money

OperationKind = Literal["authorize", "capture", "void", "refund"]
RefundSource = Literal["staff", "saga", "external"]


class PaymentOperationRequested(Event):
    """Written down, with the key the gateway will see, before anything is sent."""

    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    """The gateway's idempotency key, the same for every try."""
    operation: OperationKind
    amount: Money
    payment_method: str = ""
    reason: str = ""
    source: RefundSource = "saga"
    """Who wanted it, of a refund."""


class PaymentAuthorized(Event):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    amount: Money
    gateway: str
    gateway_reference: str
    expires_at: datetime


class PaymentDeclined(Event):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    code: str
    soft: bool
    """True if the same card may succeed later."""


class PaymentOutcomeUnknown(Event):
    """Sent, and no trustworthy answer came: it may or may not have happened."""

    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    operation: OperationKind
    tries: int
    final: bool
    """True after 24 hours: never sent again, a person must look (needs_review)."""
    first_sent_at: datetime


class PaymentCaptured(Event):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    amount: Money
    captured_total: Money
    gateway_reference: str


class PaymentCaptureFailed(Event):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    code: str
    retryable: bool


class PaymentVoided(Event):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    amount: Money
    reason: str


class PaymentVoidFailed(Event):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    code: str


class RefundSucceeded(Event):
    refund_id: UUID
    """The operation's id."""
    payment_id: UUID
    order_id: UUID
    amount: Money
    refunded_total: Money
    source: RefundSource
    gateway_reference: str


class RefundFailed(Event):
    """The money is refundable again."""

    refund_id: UUID
    payment_id: UUID
    order_id: UUID
    amount: Money
    code: str


class PaymentClosingStarted(Event):
    """Nothing new is authorized or captured from here on; what is held is let go, what is captured is given back."""

    payment_id: UUID
    order_id: UUID
    reason: str
    settles: bool
    """True if `payment.cancellation_settled` ends it."""
    operation_id: UUID | None = None
    """The first void or refund that it leads to."""


class PaymentCancellationSettled(Event):
    """Nothing of this order's money is held or owed any more; no later operation is accepted."""

    payment_id: UUID
    order_id: UUID
    voided: Money
    refunded: Money


class PaymentRequestRefused(Event):
    """A command asked for what the payment's facts do not allow."""

    payment_id: UUID
    order_id: UUID
    asked: str
    """The command's type."""
    reason: str
    operation_id: UUID | None = None
