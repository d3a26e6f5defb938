"""What the payments service can be asked to do."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from apps.backbone.messages import Command, Money


class AuthorizePayment(Command):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    amount: Money
    payment_method: str


class CapturePayment(Command):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    amount: Money


class VoidPayment(Command):
    """Let go of what is authorized and not captured; decided from the facts, so it may also refund."""

    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    reason: Literal["cancelled", "rejected", "given_up", "auth_expired"]


class RefundPayment(Command):
    payment_id: UUID
    order_id: UUID
    operation_id: UUID
    amount: Money
    reason: str
    source: Literal["staff", "saga"] = "staff"


class SettleCancellation(Command):
    """Look at the facts: void what is authorized, refund what is captured, wait for what is in flight or unknown.

    Ends in `payment.cancellation_settled`, also when there was no payment; from then on the payment refuses
    everything else, and undoes a success that arrives late.
    """

    payment_id: UUID
    order_id: UUID
    currency: str


class ResolveOperation(Command):
    """Find out what became of an operation of unknown outcome: ask the gateway, then repeat with the same key."""

    payment_id: UUID
    operation_id: UUID


class PerformOperation(Command):
    """Carry one requested operation to the gateway. Sent by payments to itself."""

    outside: ClassVar[bool] = True

    payment_id: UUID
    operation_id: UUID


class RecordOutcome(Command):
    """What became of an operation, as the gateway or a person who looked there says; the first final answer wins."""

    payment_id: UUID
    operation_id: UUID
    result: Literal["succeeded", "failed", "unknown"]
    gateway: str = ""
    gateway_reference: str = ""
    expires_at: datetime | None = None
    """When an authorization dies."""
    code: str = ""
    """The gateway's word for why it failed."""
    retryable: bool = False
    """Whether the same, asked anew later, may succeed: a soft decline."""
    tries: int = 0
    first_sent_at: datetime | None = None
    reason: str = ""
    """A person's, for saying so."""
