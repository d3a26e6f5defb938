"""Handing messages to the broker, many at a time, with confirms told apart by their delivery tag.

py-amqp's own confirm takes any acknowledgement for its own, and can report a refused message as confirmed (measured,
RELIABILITY E1), so the window is kept here. Handing over is only speed: what is in doubt counts as handed over once the
connection is closed, and the receipts say what really arrived.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog
from celery import Celery
from kombu import Connection, Producer

from apps.backbone import codec, topology
from apps.backbone.messages import Envelope

logger = structlog.get_logger(__name__)

WINDOW = 100
CONFIRM_SECONDS = 5.0
PACK = 50
"""How many commands of one type one task may carry."""
PACK_OUTSIDE = 10
"""The same for commands that call the outside: the calls of one task go side by side, within its time limit."""


@dataclass(frozen=True)
class Outgoing:
    """One message for the broker: an event, or a task with its commands."""

    exchange: str
    routing_key: str
    body: bytes
    headers: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    content_type: str = codec.CONTENT_TYPE
    mandatory: bool = False


class Doubt(ConnectionError):
    """The broker did not confirm in time; what became of the window is unknown."""


def event(envelope: Envelope, body: str, queue: str = "", mandatory: bool = False) -> Outgoing:
    """An event for everyone who hears its type, or, with `queue`, for that one consumer."""
    return Outgoing(
        exchange="" if queue else topology.EVENTS.name,
        routing_key=queue or envelope.type,
        body=codec.to_wire(envelope, body),
        properties={"message_id": str(envelope.message_id), "correlation_id": str(envelope.correlation_id)},
        mandatory=mandatory,
    )


def task(command_type: str, service: str, carried: Sequence[tuple[UUID, str]], *, again: bool = False) -> Outgoing:
    """A Celery task (protocol 2) that carries commands of one type as JSON text, to their service's queue.

    `again` says that the inbox has them and waits for another try; without it they would be taken for duplicates.
    """
    said = msgspec.json.encode({"messages": [str(message_id) for message_id, _ in carried]}).decode()
    arguments: dict[str, Any] = {"messages": [text for _, text in carried]}
    if again:
        arguments["again"] = True
    return _task(command_type, f"{service}.commands", arguments, said)


def job(run_id: int) -> Outgoing:
    """A Celery task that carries a job run to the workers of jobs."""
    return _task("jobs.run", "jobs", {"job_run_id": run_id}, str(run_id))


def _task(name: str, queue: str, arguments: dict[str, Any], said: str) -> Outgoing:
    task_id = str(uuid4())
    message = _celery().amqp.as_task_v2(task_id, name, kwargs=arguments, kwargsrepr=said, origin="relay")
    return Outgoing(
        exchange="",
        routing_key=queue,
        body=msgspec.json.encode(message.body),
        headers=message.headers,
        properties={"correlation_id": task_id, "reply_to": ""},
        content_type="application/json",
    )


@cache
def _celery() -> Celery:
    return Celery("relay", set_as_current=False)


def pack(commands: Iterable[tuple[Envelope, str]], outside: frozenset[str]) -> list[Outgoing]:
    """Commands of one type together, up to 50 in a task; of those in `outside` fewer."""
    groups: dict[tuple[str, str], list[tuple[UUID, str]]] = {}
    for envelope, body in commands:
        text = codec.to_wire(envelope, body).decode()
        groups.setdefault((envelope.type, envelope.target), []).append((envelope.message_id, text))
    packed = []
    for (command_type, service), carried in groups.items():
        size = PACK_OUTSIDE if command_type in outside else PACK
        packed += [task(command_type, service, carried[at : at + size]) for at in range(0, len(carried), size)]
    return packed


class Publisher:
    """One connection to the broker, opened when needed and closed in doubt; for one thread."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._channel: Any = None
        self._producer: Producer | None = None
        self._tag = 0
        self._pending: set[int] = set()
        self._confirms = False
        self.returned: set[str] = set()
        """Routing keys that the broker could not route since the last look."""
        self.nacked = 0

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            self._open()
        assert self._connection is not None
        return self._connection

    def _open(self) -> None:
        connection = topology.connect()
        connection.connect()
        topology.declare(connection)
        channel = connection.channel()
        self._confirms = hasattr(channel, "confirm_select")
        if self._confirms:
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
        self._connection, self._channel, self._producer = connection, channel, Producer(channel)
        self._tag, self._pending = 0, set()
        logger.info("broker_connected", url=connection.as_uri())

    def close(self) -> None:
        connection, self._connection = self._connection, None
        self._channel = self._producer = None
        if connection:
            try:
                connection.release()
            except (OSError, *connection.connection_errors) as error:
                logger.debug("close_failed", error=repr(error))

    def publish(self, messages: Sequence[Outgoing]) -> int:
        """Hand messages over in windows; returns how many were, which is all unless the connection broke.

        Raises the transport's connection errors if not one could be sent.
        """
        handed = 0
        errors = (OSError, *self.connection.connection_errors, *self.connection.channel_errors)
        try:
            for start in range(0, len(messages), WINDOW):
                for one in messages[start : start + WINDOW]:
                    self._send(one)
                    handed += 1
                self._await_confirms()
        except errors as error:
            logger.warning("publish_interrupted", handed=handed, of=len(messages), error=repr(error))
            self.close()
            if not handed:
                raise
        return handed

    def _send(self, one: Outgoing) -> None:
        assert self._producer is not None
        self._tag += 1
        if self._confirms:
            self._pending.add(self._tag)
        self._producer.publish(
            one.body,
            exchange=one.exchange,
            routing_key=one.routing_key,
            content_type=one.content_type,
            content_encoding="utf-8",
            headers=one.headers,
            delivery_mode=2,
            mandatory=one.mandatory and self._confirms,
            retry=False,
            **one.properties,
        )

    def _await_confirms(self) -> None:
        deadline = time.monotonic() + CONFIRM_SECONDS
        while self._pending:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Doubt(f"{len(self._pending)} unconfirmed after {CONFIRM_SECONDS} s")
            try:
                self._channel.connection.drain_events(timeout=left)
            except TimeoutError as error:
                raise Doubt(f"{len(self._pending)} unconfirmed after {CONFIRM_SECONDS} s") from error

    def beat(self) -> None:
        """Keep an idle connection alive, and notice a dead one."""
        if self._connection is None or not self._confirms:
            return
        try:
            self._connection.heartbeat_check()
            self._connection.drain_events(timeout=0.001)
        except TimeoutError:
            return
        except (OSError, *self._connection.connection_errors) as error:
            logger.warning("broker_lost", error=repr(error))
            self.close()

    def _settle(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._pending = {one for one in self._pending if one > tag}
        else:
            self._pending.discard(tag)

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        """Refused counts as handed over: to repeat it would copy it to every healthy queue; receipts mend the other."""
        self.nacked += 1
        self._settle(tag, multiple)

    def _on_return(self, exception: Any, exchange: str, routing_key: str, message: Any) -> None:
        self.returned.add(routing_key)
