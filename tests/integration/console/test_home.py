"""Home: every number leads to its list, each part renews itself, and what is dear to count is not counted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_celery_results.models import TaskResult

from apps.backbone import clock
from apps.backbone.models import Inbox, Message, Position
from apps.console.home import figures, minutes, services
from apps.console.home.chart import Part, Row, drawn
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import open_shop, place, say

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)


def numbered(*ages: float) -> None:
    """A log whose messages were numbered so many minutes before `NOW`, oldest first."""
    for at, age in enumerate(ages, 1):
        message = Message.objects.create(
            message_id=uuid4(),
            kind="command",
            type="x.y",
            source="/x",
            correlation_id=uuid4(),
            occurred_at=NOW,
            body="{}",
        )
        Position.objects.create(position=at, message=message, numbered_at=NOW - timedelta(minutes=age))


def letter(consumer: str = "orders.events") -> None:
    Inbox.objects.create(
        consumer=consumer, message_id=uuid4(), state="dead", error_class="ValueError", error="no", received_at=NOW
    )


def test_messages_are_counted_by_minute_without_reading_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    numbered(90, 61, 3.2, 3.1, 2.4, 0.3, 0.2, 0.1)

    counted = [(f"{start:%H:%M}", before, number) for start, before, number in minutes.per_minute() if number]

    assert counted == [("11:57", 2, 2), ("11:58", 4, 1), ("12:00", 5, 3)]


def test_an_empty_log_has_no_messages_in_any_minute() -> None:
    assert [number for _start, _before, number in minutes.per_minute()] == [0] * minutes.MINUTES


def test_bars_are_as_high_as_their_numbers_in_parts_of_their_colors() -> None:
    chart = drawn("Orders", "", ["Day", "well", "ill"], ["well", "ill"], [Row("1", [3, 1]), Row("2", [0, 2])])

    assert [bar.parts for bar in chart.bars] == [
        [Part("well", 25.0, 75.0), Part("ill", 0.0, 25.0)],
        [Part("ill", 50.0, 50.0)],
    ]
    assert chart.highest == 4


def test_the_slowest_tasks_stand_first() -> None:
    for task, seconds in (("orders.quick", 0.01), ("orders.slow", 2), ("orders.slow", 4)):
        row = TaskResult.objects.create(task_id=str(uuid4()), task_name=task, status="SUCCESS")
        started = row.date_done - timedelta(seconds=seconds)
        TaskResult.objects.filter(pk=row.pk).update(date_started=started)

    found = [(one.task, one.number, one.median, one.slow, one.share) for one in figures.durations()]

    assert found == [("orders.slow", 2, 3000, 4000, 100), ("orders.quick", 1, 10, 10, 0.2)]


def test_a_tile_has_the_worst_state_and_leads_to_its_dead_letters() -> None:
    letter("payments.events")

    tile = {one.service: one for one in services.tiles()}["payments"]

    assert (tile.state, tile.consumers, tile.workers) == ("silent", services.Alive(0, 1), services.Alive(0, 1))
    assert tile.dead == {"payments.events": (1, f"{reverse('console:dead-letters')}?consumer=payments.events")}


def test_every_card_opens_the_list_of_what_it_counts() -> None:
    letter()
    client = administrator()

    cards = client.get(reverse("admin:index")).context["cards"]

    assert {card.name: card.number for card in cards}["dead_letters"] == 1
    for card in cards:
        assert client.get(card.link).status_code == 200, card


def test_a_day_of_the_chart_opens_the_orders_of_that_day(drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5)
    say(place())
    drain()

    found = figures.orders()
    rows = found.chart.rows

    assert [sum(row.numbers) for row in rows] == [0] * 13 + [1]
    assert [(one.status, one.number) for one in found.standings] == [("confirmed", 1)]
    client = administrator()
    listed = [len(client.get(link).context["page"].rows) for link in (rows[0].link, rows[13].link)]
    assert [*listed, len(client.get(found.standings[0].link).context["page"].rows)] == [0, 1, 1]


@pytest.mark.parametrize("part", ["needs", "services", "latest", "charts"])
def test_each_part_comes_alone(part: str) -> None:
    body = administrator().get(reverse(f"console:home-{part}")).content.decode()

    assert f'id="home-{part}"' in body
    assert "<html" not in body


def test_one_sees_of_home_what_one_may_open() -> None:
    body = unescape(client_of("viewer", "orders.view_order").get(reverse("admin:index")).content.decode())

    assert "No orders yet." in body
    assert not [words for words in ("Messages a minute", "What happened last", 'id="home-services"') if words in body]


def test_home_reads_no_table_as_a_whole(drain: Callable[[], int]) -> None:
    """Neither the log nor the inbox is counted; orders are, by their index on the status."""
    open_shop(drain, tea=5)
    client = administrator()

    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("admin:index"))

    counted = [one["sql"] for one in asked if "COUNT(" in one["sql"].upper() and "backbone_message" in one["sql"]]
    assert counted == []
