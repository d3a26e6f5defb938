"""Workers and queues: who is alive, what waits, and what is said when the broker is away."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from apps.backbone import clock, slots
from apps.backbone.models import Inbox, Process, Receipt
from apps.backbone.topology import Held
from apps.console import watch
from apps.console.workers import broker, pages, presences, queues
from apps.console.workers.broker import Answer, Asker
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import open_shop, place, say

pytestmark = pytest.mark.django_db


class Fixed(Asker):
    """Says what it was given."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer

    def ask(self, names: Any) -> Answer:
        return self.answer


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "asker", Fixed(Answer("amqp://shop@broker//", fault="[Errno 111] Connection refused")))


def sign_of_life(role: str, **fields: Any) -> None:
    now = clock.now()
    given = {"name": f"{role}@here:1", "role": role, "host": "here", "pid": 1, "started_at": now, "seen_at": now}
    Process.objects.create(**given | fields)


def body() -> str:
    return str(administrator().get(reverse("console:workers")).content.decode())


def test_a_missing_process_comes_first_with_what_it_costs_and_what_starts_it():
    for one in watch.expected():
        if one.role != "worker payments":
            sign_of_life(one.role)

    first, *others = presences.seats()

    assert (first.role, first.state) == ("worker payments", "missing")
    assert {one.state for one in others} == {"alive"}
    assert "celery -A project.celery:payments worker -Q payments.commands" in body()


def test_a_process_that_fell_silent_is_named_until_another_takes_over():
    sign_of_life("relay", seen_at=clock.now() - timedelta(minutes=3))
    assert next(one for one in presences.seats() if one.role == "relay").state == "silent"

    sign_of_life("relay", name="relay@here:2", pid=2)
    assert [one.state for one in presences.seats() if one.role == "relay"] == ["alive"]


def test_what_a_process_is_busy_with_and_another_version_are_shown():
    sign_of_life("worker orders", busy_with="orders.place_order", busy_since=clock.now(), version="0.0.1+old")

    shown = body()

    assert "orders.place_order" in shown
    assert "another version" in shown
    assert settings.WAYBILL_VERSION in shown


def test_a_consumer_is_behind_by_what_its_inbox_does_not_have(drain: Callable[[], int]):
    open_shop(drain, tea=5)
    say(place())
    drain()
    last = Inbox.objects.filter(consumer="orders.events").order_by("-position").first()
    assert last is not None
    last.delete()
    Receipt.objects.filter(consumer="orders.events").update(watermark=0)

    found = {one.name: one for one in queues.queues(Answer("memory://"))}

    assert (found["orders.events"].waiting, found["payments.events"].waiting) == (1, 0)
    assert found["orders.events"].oldest is not None
    assert found["orders.events"].a_minute


def test_dead_letters_and_what_is_held_back_are_counted_where_they_wait():
    for number, state in enumerate(("dead", "quarantined", "waiting", "parked", "done")):
        Inbox.objects.create(consumer="orders.events", message_id=f"{number:032}", state=state, received_at=clock.now())

    found = {one.name: one for one in queues.queues(Answer("memory://"))}["orders.events"]

    assert (found.given_up, found.held_back) == (2, 2)


def test_what_is_held_back_opens_the_list_that_it_counts():
    for number, (consumer, state) in enumerate(
        [("orders.events", state) for state in ("dead", "waiting", "parked", "done")]
        + [("payments.events", "waiting"), ("orders.commands", "waiting")]
    ):
        Inbox.objects.create(consumer=consumer, message_id=f"{number:032}", state=state, received_at=clock.now())
    link = f"{reverse('console:dead-letters-held')}?consumer=orders.events"
    client = administrator()
    assert f'href="{link}">2</a>' in client.get(reverse("console:workers")).content.decode()

    def listed(query: str) -> list[tuple[str, str]]:
        page = client.get(f"{reverse('console:dead-letters-held')}?{query}")
        return [(row.consumer, row.state) for row, _line, _head in page.context["letters"]]

    assert listed("consumer=orders.events") == [("orders.events", "parked"), ("orders.events", "waiting")]
    assert len(listed("service=orders")) == 3
    assert len(listed("")) == 4
    assert listed("consumer=inventory.events") == []


def test_jobs_wait_by_their_rows():
    slots.start("console.purge")

    found = {one.name: one for one in queues.queues(Answer("memory://"))}["jobs"]

    assert (found.waiting, found.link) == (1, "/jobs/?view=live")


def test_the_brokers_own_numbers_stand_beside_the_logs(monkeypatch: pytest.MonkeyPatch):
    answer = Answer("amqp://", {"orders.events": Held(41, 0), "orders.events.dead": Held(7, 0)})
    monkeypatch.setattr(pages, "asker", Fixed(answer))

    shown = body()

    assert "41" in shown
    assert "7 in the broker&#x27;s own dead-letter queue" in shown or "7 in the broker's own dead-letter queue" in shown


def test_without_the_broker_the_page_says_what_still_works(away: None):
    shown = body()

    assert "The broker cannot be reached." in shown
    assert "Connection refused" in shown
    assert "orders are taken" in shown


def test_a_broker_that_hangs_keeps_no_page_waiting(monkeypatch: pytest.MonkeyPatch):
    go_on = threading.Event()
    monkeypatch.setattr(broker, "look", lambda names: go_on.wait(30))
    asker = Asker()

    begun = time.monotonic()
    first, second = asker.ask(["orders.events"]), asker.ask(["orders.events"])
    passed = time.monotonic() - begun
    go_on.set()

    assert (first.reached, second.reached) == (False, False)
    assert passed < broker.PATIENCE_SECONDS + 0.5  # the second page does not even wait


def test_a_refused_connection_is_an_answer_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BROKER_URL", "amqp://guest:secret@127.0.0.1:1//")

    answer = Asker().ask(["orders.events"])

    assert not answer.reached
    assert "secret" not in answer.address + answer.fault


def test_the_memory_of_this_process_is_asked_for_its_own_queues():
    answer = Asker().ask(queues.names())

    assert answer.reached
    assert answer.embedded


def test_the_old_addresses_lead_here():
    assert administrator().get("/admin/backbone/process/")["Location"] == "/workers/"


def test_whoever_may_not_see_processes_is_told_so():
    assert client_of().get(reverse("console:workers")).status_code == 403
