"""The rules of payments: what may be asked of the gateway, what its answers lead to, and how they are booked."""

from apps.payments.domain.decisions import payment
from apps.payments.domain.ledger import Account, Transfer, transfers
from apps.payments.domain.outcomes import key_expired
from apps.payments.domain.state import Operation, Payment

__all__ = ["Account", "Operation", "Payment", "Transfer", "key_expired", "payment", "transfers"]
