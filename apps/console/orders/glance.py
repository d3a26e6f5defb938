"""Some orders at once, with as much as tells what can be done with each, in a handful of queries."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Model

from apps.console.orders.sheet import Sheet
from apps.orders.models import Hold, Order, Shipment
from apps.payments.models import Operation, Payment


def glance(orders: Iterable[Order]) -> list[Sheet]:
    """Without lines, stock, runs and messages."""
    found = list(orders)
    keys = [order.pk for order in found]
    holds, shipments = of_orders(Hold, keys), of_orders(Shipment, keys)
    payments, operations = of_orders(Payment, keys), of_orders(Operation, keys)
    return [
        Sheet(
            order=order,
            lines=[],
            holds=holds[order.pk],
            shipments=shipments[order.pk],
            reservation=None,
            payment=next(iter(payments[order.pk]), None),
            operations=operations[order.pk],
            runs=[],
            timeline=[],
            cut=True,
            troubles=[],
        )
        for order in found
    ]


def of_orders(model: type[Model], keys: list[UUID]) -> dict[UUID, list[Any]]:
    """The model's rows, by their order, each list in the model's own order."""
    rows: dict[UUID, list[Any]] = defaultdict(list)
    for row in model._default_manager.filter(order_id__in=keys):
        rows[row.order_id].append(row)  # type: ignore[attr-defined]
    return rows
