"""A till: payments' commands run through the whole backbone, and both books read afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Sum

from apps.backbone import clock, log
from apps.backbone.messages import Command, Event, Money
from apps.backbone.models import Message
from apps.payments.commands import (
    AuthorizePayment,
    CapturePayment,
    RefundPayment,
    ResolveOperation,
    SettleCancellation,
    VoidPayment,
)
from apps.payments.gateway.simulated.faults import faults
from apps.payments.gateway.simulated.models import FaultProfile, SimulatedCharge, SimulatedOperation
from apps.payments.models import LedgerEntry, Operation, Payment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED_AGAIN = timedelta(minutes=1)


class Till:
    """One payment of one order, and the clock on the wall."""

    def __init__(self, drain: Callable[[], int], amount: Money = Money(100, "EUR"), card: str = "tok_ok") -> None:  # noqa: B008
        self.drain, self.amount, self.card = drain, amount, card
        self.payment_id, self.order_id = uuid4(), uuid4()
        self.now = NOON

    def run(self, *commands: Command) -> None:
        with clock.at(self.now):
            for command in commands:
                log.send(command)
            self.drain()

    def wait(self, interval: timedelta = ASKED_AGAIN) -> None:
        """Let time pass, and what is due then happen."""
        self.now += interval
        self.run()

    def authorize(self, operation: UUID | None = None) -> AuthorizePayment:
        return AuthorizePayment(**self._about(operation), amount=self.amount, payment_method=self.card)

    def capture(self, operation: UUID | None = None, amount: int = 0) -> CapturePayment:
        return CapturePayment(**self._about(operation), amount=self._part(amount))

    def refund(self, operation: UUID | None = None, amount: int = 0) -> RefundPayment:
        return RefundPayment(**self._about(operation), amount=self._part(amount), reason="damaged")

    def void(self) -> VoidPayment:
        return VoidPayment(**self._about(None), reason="given_up")

    def settle(self) -> SettleCancellation:
        return SettleCancellation(payment_id=self.payment_id, order_id=self.order_id, currency=self.amount.currency)

    def resolve(self, operation: UUID) -> ResolveOperation:
        return ResolveOperation(payment_id=self.payment_id, operation_id=operation)

    def _about(self, operation: UUID | None) -> dict[str, UUID]:
        return {"payment_id": self.payment_id, "order_id": self.order_id, "operation_id": operation or uuid4()}

    def _part(self, amount: int) -> Money:
        return Money(amount or self.amount.amount_minor, self.amount.currency)

    def said(self) -> list[str]:
        """What has happened to the payment, by type."""
        rows = Message.objects.filter(kind="event", stream=f"payment-{self.payment_id}").order_by("version")
        return [row.type for row in rows]

    def last(self) -> Event:
        rows = Message.objects.filter(kind="event", stream=f"payment-{self.payment_id}").order_by("version")
        event: Event = log.open_message(rows.last())  # type: ignore[arg-type]
        return event

    def operation(self, operation: UUID) -> str:
        return str(Operation.objects.get(pk=operation).status)

    def ours(self) -> tuple[str, int, int, int, int]:
        """Status, authorized, captured, voided, refunded as payments has them."""
        row = Payment.objects.get(pk=self.payment_id)
        return row.status, row.authorized_minor, row.captured_minor, row.voided_minor, row.refunded_minor

    def theirs(self) -> list[tuple[int, int, int, int]]:
        """Authorized, captured, voided, refunded as the gateway has them, for every charge it made."""
        return [
            (row.amount_minor, row.captured_minor, row.voided_minor, row.refunded_minor)
            for row in SimulatedCharge.objects.filter(approved=True)
        ]

    def asked_of_gateway(self, kind: str) -> int:
        return SimulatedOperation.objects.filter(kind=kind).count()


def balances() -> dict[tuple[str, str, str], int]:
    """What is left on each account, phase and currency, by the database's own sums."""
    left: dict[tuple[str, str, str], int] = {}
    for side, sign in (("debit", 1), ("credit", -1)):
        for row in LedgerEntry.objects.values(side, "phase", "currency").order_by().annotate(sum=Sum("amount_minor")):
            key = (row[side], row["phase"], row["currency"])
            left[key] = left.get(key, 0) + sign * row["sum"]
    return {key: amount for key, amount in left.items() if amount}


@contextmanager
def misbehaving(**profile: Any) -> Iterator[None]:
    """The simulated gateway with this fault profile, from now on until the end."""
    FaultProfile.objects.update_or_create(pk=1, defaults=profile)
    faults.forget()
    try:
        yield
    finally:
        FaultProfile.objects.filter(pk=1).delete()
        faults.forget()
