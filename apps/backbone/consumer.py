"""The process that reads an event queue and gives what it takes to the batch runner."""

import threading
import time
from collections.abc import Iterable
from typing import Any

import structlog
from amqp.exceptions import NotFound
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections
from kombu import Connection, Message as Delivered
from kombu.mixins import ConsumerMixin

from apps.backbone import batch, inbox, receipts, topology
from apps.backbone.inbox import Delivery, Subscriber, subscribers
from apps.backbone.presence import Presence

logger = structlog.get_logger(__name__)

PREFETCH = 100
DUE_AT_ONCE = 100
LONGEST_GATHER_SECONDS = 0.05
IDLE_SECONDS = 0.5
EMPTY_SECONDS = 2.0
"""With nothing delivered for so long, the queue counts as seen empty."""
DEAF_SECONDS = 10.0
"""With nothing delivered for so long, though it was published again, the connection counts as dead."""


class Deaf(ConnectionError):
    """What was published again for this consumer did not come: only a new connection makes the broker know it anew."""


class Consumer(ConsumerMixin):  # type: ignore[misc]
    """Reads one subscriber's queue in one thread, over a connection of its own, until `stop` is set.

    It takes up to a hundred messages and acknowledges them once the runner has them all in the inbox. While they
    come singly it runs each at once; when more than one has come it waits for company, up to 50 ms, since a batch
    costs little more than a message. While the database is away it takes nothing more and rejects nothing, for a
    rejection counts against the message.
    """

    def __init__(self, subscriber: Subscriber, stop: threading.Event | None = None) -> None:
        self.subscriber = subscriber
        self.stop = stop or threading.Event()
        self.connection = topology.connect()
        self.presence = Presence(f"consumer {subscriber.name}")
        self._gathered: list[Delivered] = []
        self._heard_at = self._silent_since = time.monotonic()
        self._last_due = 0.0
        self._more_due = False
        self._patience = 0.0

    @property
    def should_stop(self) -> bool:
        return self.stop.is_set()

    def create_connection(self) -> Connection:
        return topology.connect()

    def on_connection_revived(self) -> None:
        self._gathered = []
        self._heard_at = self._silent_since = time.monotonic()

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        logger.warning("broker_unreachable", consumer=self.subscriber.name, error=repr(exc), next_try_s=interval)

    def get_consumers(self, consumer_class: Any, channel: Any) -> list[Any]:
        topology.declare(channel.connection.client)
        return [
            consumer_class(
                queues=[topology.queue(self.subscriber)],
                on_message=self._take,
                prefetch_count=PREFETCH,
            )
        ]

    def _take(self, message: Delivered) -> None:
        self._gathered.append(message)

    def run(self) -> None:
        """Read until stopped, through any outage of the broker or the database, and through what nobody foresaw."""
        while not self.should_stop:
            try:
                with self.consumer_context() as (connection, _, _):
                    while not self.should_stop:
                        self._round(connection)
            except (OSError, NotFound, *self.connection.connection_errors, *self.connection.channel_errors) as error:
                logger.warning("consumer_reconnects", consumer=self.subscriber.name, error=repr(error))
                self.stop.wait(0.5)
            except Exception:
                logger.exception("consumer_failed", consumer=self.subscriber.name)  # a thread that died would be deaf
                self.stop.wait(1)
        self._outlive(self.presence.gone)

    def _round(self, connection: Connection) -> None:
        self._gather(connection)
        self.presence.busy(self._at_hand())
        if self._gathered:
            self._heard_at = self._silent_since = time.monotonic()
            self._work(connection)
        self._outlive(self._notice_silence)
        self._outlive(self._look_around)
        if connection.supports_heartbeats:
            connection.heartbeat_check()

    def _at_hand(self) -> str:
        """`order.placed +41`, or that it tries again what is due; nothing if there is nothing to do."""
        if not self._gathered:
            return "retries" if self._more_due else ""
        others = f" +{len(self._gathered) - 1}" if len(self._gathered) > 1 else ""
        return f"{self._gathered[0].delivery_info.get('routing_key', '')}{others}".strip()

    def _notice_silence(self) -> None:
        """Nothing came for a while: the queue is empty, or the broker gives what comes to a reader that is no more.

        A queue that is deleted and back within milliseconds keeps its old reader in RabbitMQ's books, with its count of
        deliveries: this process is told nothing, hears nothing, and looks alive (measured on 3.10). Raises Deaf.
        """
        now = time.monotonic()
        if now - self._silent_since < EMPTY_SECONDS:
            return
        self._silent_since = now
        if now - self._heard_at >= DEAF_SECONDS and receipts.in_vain(self.subscriber.name):
            raise Deaf(self.subscriber.name)
        receipts.seen_empty(self.subscriber.name)

    def _gather(self, connection: Connection) -> None:
        """Wait for a first message, then take what comes while there is patience for more, up to a hundred.

        While more is due in the inbox it takes only what has come.
        """
        deadline = time.monotonic() + (0.001 if self._more_due else IDLE_SECONDS)
        while len(self._gathered) < PREFETCH and (left := deadline - time.monotonic()) > 0:
            had = bool(self._gathered)
            try:
                connection.drain_events(timeout=left)
            except TimeoutError:
                return
            if self._gathered and not had:
                deadline = time.monotonic() + self._patience + 0.001

    def _work(self, connection: Connection) -> None:
        gathered, self._gathered = self._gathered, []
        self._patience = min(0.005 + self._patience * 2, LONGEST_GATHER_SECONDS) if len(gathered) > 1 else 0.0
        deliveries = [Delivery(bytes_of(one), bool(one.delivery_info.get("redelivered"))) for one in gathered]
        wait = 0.2
        while not self.should_stop:
            try:
                close_old_connections()
                batch.run(self.subscriber, deliveries)
                break
            except (OperationalError, InterfaceError) as error:
                logger.warning("database_away", consumer=self.subscriber.name, error=repr(error))
                self._tick(connection)
                self.stop.wait(wait)
                wait = min(wait * 2, 5)
        else:
            return  # stopped in the middle of an outage: nothing was acknowledged, so nothing is lost
        self._acknowledge(connection, gathered)

    def _acknowledge(self, connection: Connection, finished: list[Delivered]) -> None:
        """All that was delivered on this channel is finished, so the last tag speaks for the others.

        Virtual transports take no tag for several (measured: memory and Redis stall at the prefetch).
        """
        if connection.transport.driver_type == "amqp":
            finished[-1].ack(multiple=True)
            return
        for one in finished:
            one.ack()

    def _tick(self, connection: Connection) -> None:
        if connection.supports_heartbeats:
            connection.heartbeat_check()

    def _look_around(self) -> None:
        """Now and then: show life, and try again what is due; while anything is, a batch of it after each fresh one."""
        now = time.monotonic()
        if self._more_due or now - self._last_due >= 1:
            self._last_due, self._more_due = now, False
            self.presence.show()
            self._more_due = batch.run_due(self.subscriber, DUE_AT_ONCE) > 0

    def _outlive(self, work: Any) -> None:
        try:
            close_old_connections()
            work()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("database_away", consumer=self.subscriber.name, error=repr(error))
            self.stop.wait(0.5)


class DeadLetterConsumer(ConsumerMixin):  # type: ignore[misc]
    """Drains what the broker gave up on into quarantine, where people can see it."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.stop = stop or threading.Event()
        self.connection = topology.connect()
        self.presence = Presence("consumer dead")

    @property
    def should_stop(self) -> bool:
        return self.stop.is_set()

    def create_connection(self) -> Connection:
        return topology.connect()

    def get_consumers(self, consumer_class: Any, channel: Any) -> list[Any]:
        topology.declare(channel.connection.client)
        return [
            consumer_class(queues=[topology.dead_queue(one)], on_message=self._keeper(one.name), prefetch_count=10)
            for one in subscribers.values()
        ]

    def on_iteration(self) -> None:
        try:
            close_old_connections()
            self.presence.show()
        except (DatabaseError, InterfaceError):
            self.stop.wait(0.5)

    def _keeper(self, name: str) -> Any:
        def keep(message: Delivered) -> None:
            deaths = message.headers.get("x-death") or [{}]
            reason = DeliveryLimitReached(f"given up by the broker: {deaths[0].get('reason', 'rejected')}")
            while not self.should_stop:
                try:
                    close_old_connections()
                    inbox.quarantine(name, bytes_of(message), reason)
                    message.ack()
                    return
                except (OperationalError, InterfaceError):
                    self.stop.wait(1)

        return keep


class DeliveryLimitReached(Exception):
    """The broker delivered the message too often without an acknowledgement, and gave it up."""


def bytes_of(message: Delivered) -> bytes:
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)


def consume(names: Iterable[str], stop: threading.Event) -> list[threading.Thread]:
    """Start a thread for each of the named event consumers, and one for the dead letters."""
    readers: list[Any] = [Consumer(subscribers[name], stop) for name in names]
    readers.append(DeadLetterConsumer(stop))
    threads = []
    for reader in readers:
        name = f"consumer {reader.subscriber.name}" if isinstance(reader, Consumer) else "consumer dead"
        threads.append(threading.Thread(target=reader.run, name=name, daemon=True))
    for thread in threads:
        thread.start()
    return threads


def event_consumers() -> list[str]:
    """The names of all event consumers, sorted."""
    return sorted(name for name, one in subscribers.items() if one.kind == "event")
