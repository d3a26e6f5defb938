"""Double entry: every movement of money takes from one account what it gives to another."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

import msgspec

from apps.backbone.messages import Event, Money
from apps.payments.events import (
    PaymentAuthorized,
    PaymentCaptured,
    PaymentOperationRequested,
    PaymentVoided,
    RefundFailed,
    RefundSucceeded,
)

Phase = Literal["pending", "posted"]


class Account(StrEnum):
    GATEWAY_RECEIVABLE = "gateway_receivable"
    """What the gateway owes us."""
    CUSTOMER_AUTHORIZED = "customer_authorized"
    """What customers have allowed us to take; pending only."""
    SALES_CLEARING = "sales_clearing"
    """What was taken for orders."""
    REFUNDS_PAYABLE = "refunds_payable"
    """What is on its way back to customers."""


class Transfer(msgspec.Struct, frozen=True):
    """`amount` is debited to one account and credited to the other; never changed, only reversed."""

    debit: Account
    credit: Account
    amount: Money
    phase: Phase = "posted"


def transfers(event: Event) -> list[Transfer]:
    """How an event is booked; most are not."""
    match event:
        case PaymentAuthorized(amount=amount):
            return [Transfer(Account.GATEWAY_RECEIVABLE, Account.CUSTOMER_AUTHORIZED, amount, "pending")]
        case PaymentVoided(amount=amount):
            return [released(amount)]
        case PaymentCaptured(amount=amount):
            return [released(amount), Transfer(Account.GATEWAY_RECEIVABLE, Account.SALES_CLEARING, amount)]
        case PaymentOperationRequested(operation="refund", amount=amount):
            return [Transfer(Account.SALES_CLEARING, Account.REFUNDS_PAYABLE, amount)]
        case RefundSucceeded(amount=amount):
            return [Transfer(Account.REFUNDS_PAYABLE, Account.GATEWAY_RECEIVABLE, amount)]
        case RefundFailed(amount=amount):
            return [Transfer(Account.REFUNDS_PAYABLE, Account.SALES_CLEARING, amount)]
    return []


def released(amount: Money) -> Transfer:
    """The authorization's pending transfer, turned round."""
    return Transfer(Account.CUSTOMER_AUTHORIZED, Account.GATEWAY_RECEIVABLE, amount, "pending")


Balances = Counter[tuple[Account, Phase, str]]


def balances(entries: Iterable[Transfer]) -> Balances:
    """Debits minus credits of each account, phase and currency; they add up to 0 in each phase and currency."""
    book: Balances = Counter()
    for entry in entries:
        book[entry.debit, entry.phase, entry.amount.currency] += entry.amount.amount_minor
        book[entry.credit, entry.phase, entry.amount.currency] -= entry.amount.amount_minor
    return book
