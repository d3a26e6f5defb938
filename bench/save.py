"""Writing durably: an order with its event, and the log alone."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection, connections

from apps.backbone import batch, codec, log, topology
from apps.backbone.inbox import Delivery, subscribers
from apps.orders.commands import PlaceOrder
from apps.orders.handlers import handlers
from bench import orders
from bench.measure import Measure, rate
from bench.parcels import moved

PACK = 50
IN_ONE_TRANSACTION = 100
THREADS = 8
ONE = "locked streams, decider, order row, two line rows, event, stream state"
EACH = "one transaction each"
QUEUED = "one transaction each, and one channel's numbers, for which they wait"


def measure(count: int, runs: int) -> list[Measure]:
    topology.subscribe()
    figures = [
        ("order and its event, 1 thread", count, lambda: alone(placed(count)), f"{ONE}; {EACH}"),
        (
            "order and its event, 8 threads",
            count,
            lambda: side_by_side(alone, placed(count)),
            f"{ONE}; {QUEUED}",
        ),
        (f"orders as a worker takes them, {PACK} at once", count, lambda: packed(count), f"{ONE}, inbox row"),
        ("event appended, 1 thread", count, lambda: append_each(range(count)), EACH),
        ("event appended, 8 threads", count, lambda: side_by_side(append_each, range(count)), EACH),
        ("events appended, 100 at once", 10 * count, lambda: append_together(10 * count), "ten to a stream"),
        ("floor: two rows by psycopg", count, lambda: bare(count), "BEGIN, 2 INSERT, COMMIT; no locks, no rules"),
    ]
    return [
        Measure(section="save", name=name, unit="per s", runs=[rate(size, work) for _ in range(runs)], note=note)
        for name, size, work, note in figures
    ]


def placed(count: int) -> list[PlaceOrder]:
    return list(orders.orders(count))


def alone(commands: Sequence[PlaceOrder]) -> None:
    for command in commands:
        envelope = orders.envelope(command)
        with log.transaction() as unit:
            unit.lock(handlers.locks(command, envelope))
            handlers.handle(command, envelope)


def packed(count: int) -> None:
    """Through the batch runner, from the bytes that the broker carries."""
    deliveries = [
        Delivery(codec.to_wire(orders.envelope(command, position), codec.encode(command)), False)
        for position, command in enumerate(orders.orders(count), 1)
    ]
    for start in range(0, count, PACK):
        outcomes = batch.run(subscribers["orders.commands"], deliveries[start : start + PACK])
        assert set(outcomes.values()) == {"done"}, outcomes


def append_each(numbers: Sequence[int]) -> None:
    for number in numbers:
        parcel = uuid4()
        with log.transaction():
            log.append(f"parcel-{parcel}", [moved(parcel, number)])


def append_together(count: int) -> None:
    for _ in range(0, count, IN_ONE_TRANSACTION):
        with log.transaction():
            for _ in range(IN_ONE_TRANSACTION // 10):
                parcel = uuid4()
                log.append(f"parcel-{parcel}", [moved(parcel, number) for number in range(10)])


def side_by_side(work: Callable[[Any], None], items: Sequence[Any]) -> None:
    def share(number: int) -> None:
        try:
            work(items[number::THREADS])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(share, range(THREADS)))


def bare(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_order (id uuid PRIMARY KEY, body text)")
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_event (id uuid PRIMARY KEY, body text)")
    body = codec.encode(moved(uuid4(), 1))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as own:
        for _ in range(count):
            with own.transaction():
                own.execute("INSERT INTO bare_order VALUES (%s, %s)", [uuid4(), body])
                own.execute("INSERT INTO bare_event VALUES (%s, %s)", [uuid4(), body])
