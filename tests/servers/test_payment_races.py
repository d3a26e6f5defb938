"""Commands that race for one payment, on real PostgreSQL, each with a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from apps.backbone import batch, clock, codec, log
from apps.backbone.inbox import Delivery
from apps.backbone.messages import Command, Money
from apps.backbone.models import Message
from apps.payments.gateway import Reply, Request, gateway
from apps.payments.gateway.simulated.models import SimulatedCharge
from apps.payments.handlers import handlers
from tests.integration.payments.till import Till, balances

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def till(drain: Callable[[], int]) -> Till:
    return Till(drain)


def race(till: Till, *commands: Command) -> None:
    """Each command on a connection of its own, all let go at once; then the rest of the backbone."""
    with clock.at(till.now):
        lanes = [Delivery(codec.to_wire(log.send(one), codec.encode(one))) for one in commands]
    together(lambda lane: batch.run(handlers, [lane]), lanes, till)
    till.run()


def together(work: Callable[[Delivery], object], lanes: Sequence[Delivery], till: Till) -> None:
    barrier = Barrier(len(lanes))

    def run(lane: Delivery) -> None:
        try:
            barrier.wait(timeout=30)
            with clock.at(till.now):
                work(lane)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(run, lanes))


@pytest.mark.parametrize("_", range(5))
def test_two_refunds_of_60_on_100_in_parallel_one_is_accepted(till, _):
    """T15"""
    till.run(till.authorize())
    till.run(till.capture())
    race(till, till.refund(amount=60), till.refund(amount=60))

    assert till.ours() == ("partially_refunded", 100, 100, 0, 60)
    assert till.theirs() == [(100, 100, 0, 60)]
    assert till.said().count("payment.request_refused") == 1
    assert balances() == {("gateway_receivable", "posted", "EUR"): 40, ("sales_clearing", "posted", "EUR"): -40}


def test_ten_captures_in_parallel_one_is_accepted(till):
    till.run(till.authorize())
    race(till, *(till.capture() for _ in range(10)))

    assert till.theirs() == [(100, 100, 0, 0)]
    assert till.said().count("payment.captured") == 1
    assert till.said().count("payment.request_refused") == 9


def test_one_operation_id_with_two_amounts_in_parallel_charges_one_of_them(till):
    operation = uuid4()
    first = till.authorize(operation)
    till.amount = Money(99, "EUR")
    race(till, first, till.authorize(operation))

    assert till.said().count("payment.request_refused") == 1
    assert till.said().count("payment.authorized") == 1
    assert SimulatedCharge.objects.count() == 1


@pytest.mark.parametrize("_", range(5))
def test_cancelling_against_capturing_leaves_nothing_either_way(till, _):
    """T09"""
    till.run(till.authorize())
    race(till, till.settle(), till.capture())

    status, authorized, captured, voided, refunded = till.ours()
    assert (status, captured, voided, refunded) in [("voided", 0, 100, 0), ("refunded", 100, 0, 100)]
    assert till.theirs() == [(authorized, captured, voided, refunded)]
    assert till.said()[-1] in ("payment.cancellation_settled", "payment.request_refused")
    assert till.said().count("payment.cancellation_settled") == 1
    assert balances() == {}


def test_two_at_the_gateway_with_one_operation_charge_once(till):
    """The first command's worker is taken for dead while it is still at the gateway."""
    operation = uuid4()
    till.run(till.authorize())
    with clock.at(till.now):
        log.send(till.capture(operation))
        deliver(till, "payments.capture_payment")
    race(till, till.resolve(operation), till.resolve(operation))
    till.wait()

    assert till.theirs() == [(100, 100, 0, 0)]
    assert till.said().count("payment.captured") == 1


def deliver(till: Till, message_type: str) -> None:
    row = Message.objects.filter(type=message_type).latest("seq")
    batch.run(handlers, [Delivery(codec.to_wire(log.envelope_of(row), row.body))])


def test_one_key_ten_times_in_parallel_is_one_charge(till):
    request = Request(key=uuid4(), amount=Money(100, "EUR"), card="tok_ok")
    replies: list[Reply] = []
    together(lambda _: replies.append(gateway().authorize(request)), [Delivery(b"")] * 10, till)

    assert len(set(replies)) == 1
    assert SimulatedCharge.objects.count() == 1
