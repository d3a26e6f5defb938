"""The log read again from its beginning: into objects, into states, into the rows of the orders' screens."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.db import connection

from apps.backbone import log, numbering, rows, topology
from apps.backbone.messages import Command
from apps.backbone.models import Message, Receipt, table
from apps.backbone.rebuild import rebuild
from apps.orders.commands import ConfirmOrder
from apps.orders.domain import order as decider
from apps.orders.handlers import handlers
from apps.orders.models import Order
from apps.orders.projections import orders as projection
from bench import orders
from bench.measure import Measure, rate

IN_ONE_TRANSACTION = 100


def measure(count: int, runs: int) -> list[Measure]:
    topology.subscribe()
    write_log(5 * count)
    events = numbering.head()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT avg(length(body)) FROM {table(Message)}")
        size = f"events of {cursor.fetchone()[0]:.0f} bytes on average, half of them orders placed, pages of 1000"
    figures = [
        ("into objects", into_objects, size),
        ("folded by the orders' decider", into_states, size),
        ("into the orders' read model", into_rows, f"{size}, rows written by pages into emptied tables"),
        ("rebuild of the orders' read model", rebuild_orders, "shadow tables, two digests and the swap included"),
    ]
    return [
        Measure(section="replay", name=name, unit="events/s", runs=[rate(events, work) for _ in range(runs)], note=note)
        for name, work, note in figures
    ]


def write_log(count: int) -> None:
    placed = list(orders.orders(count))
    handle_all(placed)
    totals = {order.order_id: order.lines[0].unit_price * len(order.lines) for order in placed}
    handle_all(
        ConfirmOrder(order_id=order_id, reservation_id=uuid4(), payment_id=uuid4(), authorized=total)
        for order_id, total in totals.items()
    )
    numbering.number()
    assert Order.objects.filter(status="confirmed").count() == count
    Receipt.objects.update(watermark=numbering.head())


def handle_all(commands: Any) -> None:
    waiting: list[Command] = list(commands)
    for start in range(0, len(waiting), IN_ONE_TRANSACTION):
        page = [(command, orders.envelope(command)) for command in waiting[start : start + IN_ONE_TRANSACTION]]
        with log.transaction() as unit:
            unit.lock(name for command, envelope in page for name in names(handlers.locks(command, envelope)))
            for command, envelope in page:
                handlers.handle(command, envelope)


def names(locks: Any) -> list[str]:
    return [locks] if isinstance(locks, str) else list(locks)


def read() -> Iterator[list[tuple[Any, Any]]]:
    for page in numbering.pages():
        yield [(log.open_message(message), log.envelope_of(message, position)) for position, message in page]


def into_objects() -> None:
    for _ in read():
        pass


def into_states() -> None:
    states: dict[str, Any] = {}
    for page in read():
        for event, envelope in page:
            states[envelope.stream] = decider.evolve(states.get(envelope.stream, decider.initial), event)


def into_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(table(model) for model in projection.models)} CASCADE")
    for page in read():
        with rows.together():
            for event, envelope in page:
                projection.project(event, envelope)


def rebuild_orders() -> None:
    assert not rebuild(projection).changed
