"""The demo shop shows every state, hides nothing wrong, and what is wrong in it can be mended."""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from apps.backbone import clock, dead_letters
from apps.backbone.models import Inbox, Message, Position, SagaInstance, Schedule
from apps.console.demo import orders as demo_orders, shop as demo
from apps.inventory.models import StockLevel
from apps.orders.models import Order
from apps.payments.models import Operation

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


HOURS = [time(0, 0, 7), time(3, 30), time(12), time(18), time(22, 30), time(23, 30)]


@pytest.fixture
def now(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """The present, or the hour of yesterday by which the test is parametrized."""
    instant = clock.now()
    if hasattr(request, "param"):
        instant = datetime.combine(instant.date() - timedelta(days=1), request.param, UTC)
    with clock.at(instant):
        yield instant


@pytest.fixture
def shop(now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A demo of a hundred orders; what it said of its progress."""
    monkeypatch.setattr(demo_orders, "ORDERS", 100)
    said: list[str] = []
    assert demo.make(3, said.append) == 106
    return said


@pytest.mark.parametrize("now", HOURS, indirect=True, ids=str)
def test_it_has_everything_to_look_at_and_the_dead_letters_can_be_mended(shop: list[str], drain: Callable[[], int]):
    assert shop[0] == "Day 1 of 14"
    assert len(shop) == 14
    assert set(Order.objects.values_list("status", flat=True)) == set(Order.Status.values)
    assert set(Order.objects.values_list("channel", flat=True)) == {"demo"}
    assert Order.objects.dates("placed_at", "day").count() >= 13
    assert not Order.objects.filter(placed_at__gt=clock.now()).exists()

    wrong = Counter(Inbox.objects.exclude(state="done").values_list("consumer", "state", "error_class"))
    assert wrong == {
        ("orders.commands", "dead", "ConnectionRefusedError"): 3,
        ("orders.events", "quarantined", "Undecodable"): 3,
    }
    assert SagaInstance.objects.filter(status="stuck", waits_for="shipment.dispatched").exists()
    assert Operation.objects.filter(status="unknown").count() >= 2
    review = Operation.objects.get(status="needs_review")
    assert Order.objects.get(pk=review.order_id).payment_status == "unknown"
    assert clock.now() - review.requested_at > timedelta(days=2)
    assert StockLevel.objects.filter(low=True).exists()
    assert Schedule.objects.exclude(paused_at=None).get().paused_reason == "Stocktaking until Friday"

    assert mail.outbox == []
    for row in Inbox.objects.filter(state="dead"):
        dead_letters.requeue(row.pk, "user:1")
    drain()
    assert len(mail.outbox) == 3
    assert not Inbox.objects.filter(state="dead").exists()


def test_it_is_made_of_messages_in_their_time(shop: list[str]):
    first = Message.objects.order_by("seq").first()
    assert first is not None
    assert clock.now() - first.occurred_at > timedelta(days=14)
    assert Message.objects.count() == Position.objects.count() == Position.objects.order_by("-position")[0].position
    versions = Message.objects.filter(kind="event").values_list("stream", "version")
    streams = Counter(stream for stream, _ in versions)
    assert max(Counter(versions).values()) == 1
    assert all(version <= streams[stream] for stream, version in versions)


def test_a_shop_that_is_not_empty_is_left_alone(drain: Callable[[], int]):
    from tests.integration.api.shop import stock_up

    stock_up(tea=1)
    before = Message.objects.count()

    with pytest.raises(CommandError, match="has messages already"):
        call_command("demo")
    assert Message.objects.count() == before


def test_the_audit_finds_nothing_broken_in_it(shop: list[str]):
    out = io.StringIO()
    call_command("audit", stdout=out)

    assert out.getvalue().splitlines()[-1].endswith(" 0 broken")
