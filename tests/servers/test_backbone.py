"""The backbone on real PostgreSQL and RabbitMQ, while they are stopped, wiped and restarted under it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, close_old_connections, connection, connections

from apps.backbone import inbox, numbering, topology
from apps.backbone.consumer import Consumer
from apps.backbone.models import Inbox, Position, Redelivery
from apps.backbone.relay import Leadership, Relay
from project.private_servers import PrivateServers
from tests.servers.toy import Recorder, effects, see, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


class Running:
    """A relay and a consumer in threads of this process."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.stops: list[threading.Event] = []
        self.threads: list[threading.Thread] = []

    def relay(self) -> threading.Event:
        return self._run(lambda stop: Relay(stop).run())

    def consumer(self) -> threading.Event:
        return self._run(lambda stop: Consumer(self.recorder, stop).run())

    def _run(self, work: object) -> threading.Event:
        stop = threading.Event()

        def run() -> None:
            try:
                work(stop)  # type: ignore[operator]
            finally:
                connections.close_all()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.stops.append(stop)
        self.threads.append(thread)
        return stop

    def end(self) -> None:
        for stop in self.stops:
            stop.set()
        for thread in self.threads:
            thread.join(timeout=20)


@pytest.fixture
def running(servers: PrivateServers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("BROKER_URL", servers.rabbitmq.url)
    recorder = Recorder()
    before = dict(inbox.subscribers)
    inbox.subscribers.clear()
    inbox.subscribers[recorder.name] = recorder
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE crates (id bigserial PRIMARY KEY, stream text, version bigint)")
    topology.subscribe()
    one = Running(recorder)
    yield one
    one.end()
    for server in (servers.postgresql, servers.rabbitmq):
        server.start()
    close_old_connections()
    with topology.connect() as broker, broker.channel() as channel:
        channel.queue_delete(recorder.name)
        channel.queue_delete(f"{recorder.name}.dead")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE crates")
    inbox.subscribers.clear()
    inbox.subscribers.update(before)


def all_once(count: int) -> bool:
    try:
        close_old_connections()
        found = effects()
    except OperationalError:
        return False
    return len(found) == count


def assert_once_and_in_order(count: int) -> None:
    found = effects()
    assert len(found) == len(set(found)) == count
    for stream in {stream for stream, _ in found}:
        versions = [version for name, version in found if name == stream]
        assert versions == sorted(versions) == list(range(1, len(versions) + 1))


def test_what_is_appended_takes_effect_once_and_in_order(running: Running) -> None:
    running.relay(), running.consumer()

    for _ in range(20):
        see(10)

    wait_until(lambda: all_once(200))
    assert_once_and_in_order(200)


def test_positions_are_dense_and_ordered_under_sixteen_writers(running: Running) -> None:
    def write() -> None:
        see(40)
        connections.close_all()

    with ThreadPoolExecutor(17) as pool:
        writers = [pool.submit(write) for _ in range(16)]
        while not all(one.done() for one in writers):
            numbering.number()
    numbering.number()

    rows = list(Position.objects.order_by("position").values_list("position", "message__stream", "message__version"))
    assert [position for position, _, _ in rows] == list(range(1, 641))
    for stream in {stream for _, stream, _ in rows}:
        assert [version for _, name, version in rows if name == stream] == list(range(1, 41))


def outlive_creation() -> None:
    """RabbitMQ 3.10 notes the names of new quorum queues some seconds late; killed before, one never leads again."""
    threading.Event().wait(5)


def test_two_numberers_never_give_one_position_twice(running: Running) -> None:
    for _ in range(30):
        see(5)

    def number() -> int:
        try:
            return numbering.number()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        given = sum(one.result() for one in [pool.submit(number) for _ in range(8)])

    assert given == 150
    assert numbering.head() == Position.objects.count() == 150


def test_one_relay_leads_and_the_other_takes_over(running: Running) -> None:
    first, second = Leadership(), Leadership()

    assert (first.held(), second.held()) == (True, False)
    first.resign()
    wait_until(second.held, seconds=5)
    second.resign()


def test_a_broker_that_stops_and_comes_back_delays_and_loses_nothing(running: Running, servers: PrivateServers) -> None:
    running.relay(), running.consumer()
    see(20)
    wait_until(lambda: all_once(20))
    outlive_creation()

    servers.rabbitmq.kill()
    see(50)
    servers.rabbitmq.start()

    wait_until(lambda: all_once(70))
    assert_once_and_in_order(70)


def test_a_broker_that_lost_everything_is_filled_again(running: Running, servers: PrivateServers) -> None:
    running.relay()
    stream = see(30)
    wait_until(lambda: depth() == 30)

    servers.rabbitmq.kill()
    servers.rabbitmq.wipe()
    servers.rabbitmq.start()
    running.consumer()
    see(10, stream)

    wait_until(lambda: all_once(40))
    assert_once_and_in_order(40)


def test_a_deleted_queue_is_declared_and_filled_again(running: Running) -> None:
    running.relay(), running.consumer()
    stream = see(10)
    wait_until(lambda: all_once(10))

    with topology.connect() as broker, broker.channel() as channel:
        channel.queue_delete(running.recorder.name)
    see(30, stream)

    wait_until(lambda: all_once(40))
    assert_once_and_in_order(40)


def test_a_queue_that_is_gone_and_back_at_once_is_read_again(running: Running) -> None:
    """RabbitMQ then often does not tell the reader, and drops what it delivers to it."""
    running.relay(), running.consumer()
    stream = see(10)
    wait_until(lambda: all_once(10))

    with topology.connect() as broker, broker.channel() as channel:
        channel.queue_delete(running.recorder.name)
        topology.declare(broker)
    see(5, stream)

    wait_until(lambda: all_once(15))
    assert_once_and_in_order(15)


def test_a_database_that_crashes_and_comes_back_leaves_no_half_effect(
    running: Running, servers: PrivateServers
) -> None:
    running.relay(), running.consumer()
    stream = see(30)

    servers.postgresql.stop(immediate=True)
    servers.postgresql.start()
    close_old_connections()
    see(30, stream)

    wait_until(lambda: all_once(60))
    assert_once_and_in_order(60)


def test_nothing_is_published_twice_for_a_consumer_that_is_behind(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from apps.backbone import receipts

    monkeypatch.setattr(receipts, "LOST_AFTER", timedelta(seconds=1))
    running.relay()
    see(60)

    wait_until(lambda: depth() == 60)
    threading.Event().wait(6)  # three passes of the receipts, six times the age that counts as lost

    assert depth() == 60
    assert not Redelivery.objects.exists()


def test_a_nacked_or_unroutable_message_is_brought_by_the_receipts(running: Running) -> None:
    running.relay()
    with topology.connect() as broker:
        topology.declare(broker)
        with broker.channel() as channel:
            channel.queue_unbind(running.recorder.name, exchange="events", routing_key="crate.seen")
    running.consumer()
    see(10)

    wait_until(lambda: all_once(10))
    assert Inbox.objects.filter(state="done").count() == 10


def test_the_log_refuses_to_be_changed(running: Running) -> None:
    from importlib import import_module

    from django.db import DatabaseError, transaction

    guard = import_module("apps.backbone.migrations.0002_append_only")
    see(1)
    numbering.number()
    refused = []
    with connection.schema_editor() as editor:
        guard.install(None, editor)
    try:
        for table in guard.TABLES:
            for statement in (
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
                f"UPDATE {table} SET {column(table)}",
            ):
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(statement)
                except DatabaseError as error:
                    refused.append("append-only" in str(error))
    finally:
        with connection.schema_editor() as editor:
            guard.remove(None, editor)

    assert refused == [True] * 6


def column(table: str) -> str:
    return "type = 'x'" if table.endswith("message") else "position = 99"


def depth() -> int:
    with topology.connect() as broker:
        return topology.depth(broker, Recorder.name) or 0
