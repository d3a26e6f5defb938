"""A new order, with everything frozen that was agreed, or the first thing that is wrong with it."""

from datetime import datetime, timedelta

import msgspec

from apps.backbone.messages import MAX_BODY_BYTES, Event
from apps.backbone.saga import identity
from apps.orders.commands import PlaceOrder
from apps.orders.domain.checks import fault_of_order
from apps.orders.domain.refusal import refused
from apps.orders.domain.totals import amounts, totals
from apps.orders.events import OrderLine, OrderPlaced

TIME_TO_PAY = timedelta(minutes=30)


def place(command: PlaceOrder, now: datetime, number: str) -> Event:
    if fault := fault_of_order(command):
        return refused(command, fault)
    placed = _placed(command, now, number)
    if len(msgspec.json.encode(placed)) > MAX_BODY_BYTES:
        return refused(command, "lines: too many for one order")
    return placed


def _placed(command: PlaceOrder, now: datetime, number: str) -> OrderPlaced:
    return OrderPlaced(
        order_id=command.order_id,
        order_number=number,
        channel=command.channel,
        customer_name=command.customer_name,
        email=command.email,
        lines=_lines(command),
        totals=totals([amounts(line) for line in command.lines], command.shipping),
        ship_to=command.ship_to,
        bill_to=command.bill_to or command.ship_to,
        payment_method=command.payment_method,
        payment_due_at=now + TIME_TO_PAY,
        customer_id=command.customer_id,
        reference=command.reference,
    )


def _lines(command: PlaceOrder) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(
            line_id=identity("order", command.order_id, f"line-{number}"),
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=line.discount,
            tax=amounts(line).tax,
            total=amounts(line).total,
        )
        for number, line in enumerate(command.lines, start=1)
    )
