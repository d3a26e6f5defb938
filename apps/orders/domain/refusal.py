"""How an order says no."""

from typing import Any

from apps.orders.events import OrderRequestRefused


def refused(command: Any, reason: str) -> OrderRequestRefused:
    """`reason` names the field first: `authorized: not the order's total`."""
    return OrderRequestRefused(order_id=command.order_id, asked=command.type, reason=reason)
