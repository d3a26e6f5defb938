"""Orders that race for the same stock, on real PostgreSQL, each with a connection of its own."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from structlog.testing import capture_logs

from apps.backbone import batch, clock
from apps.backbone.inbox import Delivery
from apps.inventory.handlers import handlers
from apps.inventory.models import Movement, Reservation
from tests.integration.inventory.shelf import (
    carry_out,
    commit,
    deliveries,
    expire,
    levels,
    release,
    reserve,
    said,
    stock_up,
    stream,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)


def race(*lanes: Sequence[Delivery], at: datetime = NOON) -> Counter[str]:
    """Every lane on a connection of its own, all let go at once; what became of the messages."""
    barrier = Barrier(len(lanes))

    def run(lane: Sequence[Delivery]) -> list[str]:
        barrier.wait(timeout=30)
        with clock.at(at):
            return [outcome for each in lane for outcome in batch.run(handlers, [each]).values()]

    with ThreadPoolExecutor(len(lanes)) as pool:
        return Counter(outcome for outcomes in pool.map(closing(run), lanes) for outcome in outcomes)


def closing(run: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def closed(lane: Any) -> Any:
        try:
            return run(lane)
        finally:
            connections.close_all()

    return closed


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def smooth() -> Iterator[None]:
    """The locks alone do it: no batch fell back on the CHECK constraints, and no deadlock was broken."""
    before = deadlocks()
    with capture_logs() as complaints:
        yield
    assert (complaints, deadlocks()) == ([], before)


def statuses() -> Counter[str]:
    return Counter(Reservation.objects.values_list("status", flat=True))


def types(number: int) -> list[str]:
    return [event.type for event in said(stream(number))]


@pytest.mark.usefixtures("smooth")
@pytest.mark.parametrize("orders", [2, 50])
def test_of_many_orders_for_one_unit_exactly_one_gets_it(orders):
    stock_up(tea=1)
    asked = deliveries(*(reserve(number, tea=1) for number in range(1, orders + 1)))

    lanes = [asked[start :: min(orders, 10)] for start in range(min(orders, 10))]
    outcomes = race(*lanes)

    assert outcomes == {"done": orders}
    assert levels() == {"tea main": (1, 1, 0)}
    assert statuses() == {"active": 1, "rejected": orders - 1}


@pytest.mark.usefixtures("smooth")
def test_orders_that_name_products_in_opposite_order_never_deadlock():
    stock_up(tea=600, cup=600)
    one_way = deliveries(*(reserve(number, tea=1, cup=1) for number in range(1, 501)))
    other_way = deliveries(*(reserve(number, cup=1, tea=1) for number in range(501, 1001)))

    outcomes = race(one_way, other_way)

    assert outcomes == {"done": 1000}
    assert levels() == {"cup main": (600, 600, 0), "tea main": (600, 600, 0)}
    assert statuses() == {"active": 600, "rejected": 400}
    assert Movement.objects.filter(type="stock.reserved").count() == 1200


@pytest.mark.usefixtures("smooth")
def test_batches_of_crossed_orders_never_deadlock():
    stock_up(tea=1000, cup=1000, jar=1000)
    shuffled = random.Random(7)
    numbers = iter(range(1, 601))

    def lane() -> list[Delivery]:
        products = ["tea", "cup", "jar"]
        commands = []
        for _ in range(200):
            shuffled.shuffle(products)
            number = next(numbers)
            commands += [reserve(number, **dict.fromkeys(products[:2], 1)), commit(number)]
        return deliveries(*commands)

    def run(each: Sequence[Delivery]) -> list[str]:
        return [
            found for start in range(0, 400, 50) for found in batch.run(handlers, each[start : start + 50]).values()
        ]

    lanes = [lane(), lane(), lane()]
    with ThreadPoolExecutor(3) as pool:
        outcomes = Counter(found for outcome in pool.map(closing(run), lanes) for found in outcome)

    assert outcomes == {"done": 1200}
    assert statuses() == {"committed": 600}
    assert sum(committed for _, _, committed in levels().values()) == 1200
    assert sum(reserved for _, reserved, _ in levels().values()) == 0


@pytest.mark.usefixtures("smooth")
def test_two_lines_of_one_product_never_share_a_unit():
    stock_up(tea=1)

    asked = [reserve(number, tea=1) for number in (1, 2)]
    doubled = [
        type(one)(**{field: getattr(one, field) for field in ("reservation_id", "order_id")}, lines=one.lines * 2)
        for one in asked
    ]
    outcomes = race(*([one] for one in deliveries(*doubled)))

    assert outcomes == {"done": 2}
    assert levels() == {"tea main": (1, 0, 0)}
    assert statuses() == {"rejected": 2}


@pytest.mark.parametrize("turn", range(20))
def test_expiry_and_commit_at_one_instant_end_one_hold_once(turn):
    stock_up(tea=1)
    with clock.at(NOON):
        carry_out(reserve(1, tea=1))
    [sweep], [confirm] = deliveries(expire(1)), deliveries(commit(1))

    outcomes = race([sweep], [confirm], at=LATER)

    commit_first = ["stock.reserved", "stock.reservation_committed"]
    expiry_first = ["stock.reserved", "stock.reservation_expired", "stock.reservation_committed"]
    assert outcomes == {"done": 2}
    assert types(1) in (commit_first, expiry_first)
    assert [event.reserved_anew for event in said(stream(1))[-1:]] == [types(1) == expiry_first]
    assert levels() == {"tea main": (1, 0, 1)}


@pytest.mark.parametrize("turn", range(20))
def test_expiry_commit_and_a_rival_at_one_instant_sell_one_unit_once(turn):
    stock_up(tea=1)
    with clock.at(NOON):
        carry_out(reserve(1, tea=1))

    outcomes = race(deliveries(expire(1)), deliveries(commit(1)), deliveries(reserve(2, tea=1)), at=LATER)

    assert outcomes == {"done": 3}
    assert statuses() in ({"committed": 1, "rejected": 1}, {"active": 1, "rejected": 1})
    assert sum(levels()["tea main"][1:]) == 1


@pytest.mark.parametrize("turn", range(20))
def test_a_release_that_races_its_reservation_leaves_nothing_held(turn):
    stock_up(tea=1)

    outcomes = race(deliveries(reserve(1, tea=1)), deliveries(release(1)))

    assert outcomes == {"done": 2}
    assert levels() == {"tea main": (1, 0, 0)}
    assert types(1) in (
        ["stock.reserved", "stock.reservation_released"],
        ["stock.reservation_released", "stock.reservation_rejected"],
    )


def test_overdue_reservations_of_crossed_products_are_taken_over_without_loss():
    stock_up(tea=50, cup=50)
    with clock.at(NOON):
        carry_out(*(reserve(number, tea=1, cup=1) for number in range(1, 51)))
    teas = deliveries(*(reserve(number, tea=1) for number in range(101, 151)))
    cups = deliveries(*(reserve(number, cup=1) for number in range(201, 251)))

    outcomes = race(teas, cups, at=LATER)

    assert outcomes == {"done": 100}
    assert levels() == {"cup main": (50, 50, 0), "tea main": (50, 50, 0)}
    assert statuses() == {"expired": 50, "active": 100}
