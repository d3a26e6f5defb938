"""What the broker holds: a topic exchange, a queue for each subscriber, dead letters; declared from the subscribers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from amqp.exceptions import NotFound, PreconditionFailed
from django.db import transaction
from django.db.models import Max
from kombu import Connection, Exchange, Queue
from kombu.transport import memory
from kombu.transport.virtual import Channel

from apps.backbone.addresses import addresses
from apps.backbone.inbox import Subscriber, subscribers
from apps.backbone.models import Position, Receipt, Subscription

EVENTS = Exchange("events", type="topic", durable=True)
DEAD = Exchange("dead", type="direct", durable=True)
DELIVERY_LIMIT = 20
_declaring = threading.Lock()
POLLING_SECONDS = 0.02
HEARTBEAT_SECONDS = 10

memory.Channel.close = Channel.close
"""kombu's own looks at every queue of the process once more, to no effect; a queue that another thread makes in that
moment is a RuntimeError, and four of ten consumers died of it in one start."""


@dataclass(frozen=True)
class Hearing:
    """One message type and who hears it."""

    type: str
    consumers: tuple[str, ...]


def connect() -> Connection:
    """A connection of one's own, with the broker's address asked afresh; not yet open."""
    urls = addresses("broker")
    in_memory = urls[0].startswith("memory")
    return Connection(
        ";".join(urls),
        heartbeat=0 if in_memory else HEARTBEAT_SECONDS,
        connect_timeout=5,
        transport_options={"polling_interval": POLLING_SECONDS}
        if in_memory
        else {"read_timeout": 20, "write_timeout": 20, "socket_settings": {socket.TCP_USER_TIMEOUT: 20_000}},
    )


def queue(subscriber: Subscriber) -> Queue:
    """Quorum, with a limit on deliveries and a dead-letter queue; one active consumer where order matters."""
    arguments: dict[str, Any] = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD.name,
        "x-dead-letter-routing-key": subscriber.name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    if subscriber.kind == "command":
        return Queue(subscriber.name, durable=True, queue_arguments=arguments)
    arguments["x-single-active-consumer"] = True
    return Queue(subscriber.name, EVENTS, durable=True, queue_arguments=arguments)


def dead_queue(subscriber: Subscriber) -> Queue:
    return Queue(
        f"{subscriber.name}.dead",
        DEAD,
        routing_key=subscriber.name,
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


def declare(connection: Connection) -> None:
    """Make the exchanges, queues and bindings; a queue that has other arguments is deleted, and receipts refill it.

    One thread at a time: kombu's memory broker keeps its bindings in dictionaries of the process.
    """
    with _declaring if isinstance(connection.transport, memory.Transport) else nullcontext():
        _declare(connection)


def _declare(connection: Connection) -> None:
    with connection.channel() as channel:
        EVENTS(channel).declare()
        DEAD(channel).declare()
    for subscriber in subscribers.values():
        for each in (dead_queue(subscriber), queue(subscriber)):
            _declare_queue(connection, each)
        with connection.channel() as channel:
            for pattern in sorted(subscriber.bindings if subscriber.kind == "event" else ()):
                queue(subscriber)(channel).bind_to(EVENTS, routing_key=pattern)


def _declare_queue(connection: Connection, wanted: Queue) -> None:
    try:
        with connection.channel() as channel:
            _declare_once(channel, wanted)
    except PreconditionFailed:
        with connection.channel() as channel:
            wanted(channel).delete()
            _declare_once(channel, wanted)


def _declare_once(channel: Any, wanted: Queue) -> None:
    bound = wanted(channel)
    bound.queue_declare()
    if wanted.exchange is DEAD or (wanted.exchange and wanted.exchange.name == DEAD.name):
        bound.queue_bind()


@dataclass(frozen=True)
class Held:
    """What the broker has of one queue: messages that are ready, and consumers; virtual transports always say 0."""

    depth: int
    readers: int


def held(connection: Connection, name: str) -> Held | None:
    """Nothing if there is no such queue."""
    try:
        with connection.channel() as channel:
            found = channel.queue_declare(queue=name, passive=True)
    except (NotFound, *connection.transport.channel_errors):
        return None
    return Held(int(found.message_count), int(found.consumer_count))


def depth(connection: Connection, name: str) -> int | None:
    """How many messages are ready in a queue; None if there is no such queue."""
    found = held(connection, name)
    return found.depth if found else None


def subscribe() -> None:
    """Write down who hears what from now on; what is heard no longer is forgotten.

    An event type that is new to a consumer is heard from the head of the log on, a command type from its beginning:
    what was asked for before its handler existed is still to be done.
    """
    with transaction.atomic():
        head = Position.objects.aggregate(head=Max("position"))["head"] or 0
        for subscriber in subscribers.values():
            Receipt.objects.get_or_create(consumer=subscriber.name)
            since = head if subscriber.kind == "event" else 0
            Subscription.objects.filter(consumer=subscriber.name).exclude(type__in=subscriber.types).delete()
            Subscription.objects.bulk_create(
                [Subscription(consumer=subscriber.name, type=one, since_position=since) for one in subscriber.types],
                ignore_conflicts=True,
            )
        Subscription.objects.exclude(consumer__in=subscribers).delete()
        Receipt.objects.exclude(consumer__in=subscribers).delete()


def hearings() -> Iterator[Hearing]:
    """Every message type and who hears it, for `manage.py topology`."""
    types = sorted({one for subscriber in subscribers.values() for one in subscriber.types})
    for one in types:
        yield Hearing(one, tuple(sorted(name for name, each in subscribers.items() if one in each.types)))
