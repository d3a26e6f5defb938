"""The relay: numbers what was committed, hands it to the broker, fires timers, and sees that everyone has everything.

One leads, others stand by. On PostgreSQL the leader holds an advisory lock on a connection of its own, which also
listens for the knock of a commit; on SQLite the lock file of the data folder sees to it that there is only one.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.models import F

from apps.backbone import log, messages, numbering, publishing, receipts, slots, timers, topology, wakeup
from apps.backbone.inbox import Subscriber, subscribers
from apps.backbone.models import Checkpoint, Inbox, Message
from apps.backbone.presence import Presence

logger = structlog.get_logger(__name__)

AT_ONCE = 500
IDLE_SECONDS = 1.0
RESTLESS_SECONDS = 0.01
RESTLESS_FOR_SECONDS = 0.1
"""After work it looks again this soon, for this long: a knock within 10 ms of another one is not sent."""
RECEIPTS_SECONDS = 2.0
BUSY = 20
COMPANY_SECONDS = 0.025
"""After handing over so many it lets more come together: what travels in company is handled in company, for less."""
DELETION_SECONDS = 0.5
"""A queue that vanished is declared again only after so long: back sooner, RabbitMQ may not tell its reader."""
LEADER_LOCK = 0x57415952
HANDED_OVER = "relay"
KEEPALIVES: dict[str, Any] = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


class Leadership:
    """The right to be the one relay, and the ear for commits."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None

    def held(self) -> bool:
        """True if this relay leads; tries to become the leader if nobody is. Raises psycopg.Error in an outage."""
        if connection.vendor != "postgresql":
            return True
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return self._connection is not None

    def _connect(self) -> psycopg.Connection[Any] | None:
        parameters: dict[str, Any] = {
            name: value
            for name, value in connection.get_connection_params().items()
            if name in ("dbname", "user", "password", "host", "port", "sslmode", "connect_timeout")
        }
        dedicated = psycopg.connect(**parameters, **KEEPALIVES, autocommit=True)
        row = dedicated.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK]).fetchone()
        if not row or not row[0]:
            dedicated.close()
            return None
        dedicated.execute(f"LISTEN {wakeup.CHANNEL}")
        return dedicated

    def wait(self, seconds: float) -> None:
        """Until someone knocks, or the time is up."""
        if self._connection is not None:
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                pass
        elif connection.vendor == "postgresql":
            time.sleep(seconds)
        else:
            wakeup.rung.wait(seconds)
            wakeup.rung.clear()

    def resign(self) -> None:
        dedicated, self._connection = self._connection, None
        if dedicated:
            dedicated.close()


class Relay:
    """`run` until `stop` is set; `step` once, for tests."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.stop = stop or threading.Event()
        self.publisher = publishing.Publisher()
        self.leadership = Leadership()
        self.presence = Presence("relay")
        self._receipts_at = 0.0
        self._tried: dict[UUID, float] = {}
        self._refill = False

    def run(self, *, refill: bool = False) -> None:
        """Work until stopped. `refill` publishes at once what consumers miss: the broker was this process's memory."""
        self._refill = refill
        failures, worked_at = 0, 0.0
        while not self.stop.is_set():
            try:
                close_old_connections()
                if not self.leadership.held():
                    self.stop.wait(IDLE_SECONDS)
                    continue
                failures, worked = 0, self.step()
                worked_at = time.monotonic() if worked else worked_at
                restless = time.monotonic() - worked_at < RESTLESS_FOR_SECONDS
                self.leadership.wait(0 if worked else RESTLESS_SECONDS if restless else IDLE_SECONDS)
                if worked >= BUSY:
                    self.stop.wait(COMPANY_SECONDS)
            except self._outages() as error:
                failures = min(failures + 1, 6)
                logger.warning("relay_outage", error=repr(error), failures=failures)
                self._let_go()
                self.stop.wait(min(0.1 * 2**failures, 3))
        self._let_go()
        self.presence.gone()

    def _let_go(self) -> None:
        self.publisher.close()
        self.leadership.resign()

    def _outages(self) -> tuple[type[BaseException], ...]:
        broker = topology.connect()
        return (
            DatabaseError,
            InterfaceError,
            psycopg.Error,
            OSError,
            *broker.connection_errors,
            *broker.channel_errors,
        )

    def step(self) -> int:
        """Number, hand over, fire timers and, every other second, look after receipts; returns what was done."""
        self.presence.show()
        worked = timers.fire()
        worked += numbering.number()
        worked += self.hand_over()
        if time.monotonic() >= self._receipts_at:
            self._receipts_at = time.monotonic() + RECEIPTS_SECONDS
            worked += self.look_after_receipts()
        self.presence.busy(f"publish {worked}" if worked else "")
        return worked

    def hand_over(self) -> int:
        """Publish up to 500 messages that come after those handed over; returns how many."""
        checkpoint, _ = Checkpoint.objects.get_or_create(name=HANDED_OVER)
        rows = numbering.read(checkpoint.position, AT_ONCE)
        if not rows:
            self.publisher.beat()
            return 0
        heard = heard_types()
        outgoing = [
            publishing.event(log.envelope_of(row, position), row.body, mandatory=True)
            for position, row in rows
            if row.kind == "event" and row.type in heard
        ]
        self.publisher.publish(outgoing + pack_commands(rows))
        Checkpoint.objects.filter(name=HANDED_OVER).update(position=rows[-1][0])
        self._redeclare_returned(heard)
        return len(rows)

    def _redeclare_returned(self, heard: frozenset[str]) -> None:
        returned, self.publisher.returned = self.publisher.returned & heard, set()
        if returned:
            logger.warning("unroutable", types=sorted(returned))
            self.stop.wait(DELETION_SECONDS)
            self.publisher.close()  # opening it again declares the topology

    def look_after_receipts(self) -> int:
        """Job runs; then for each consumer: its watermark, what it lost, what of its commands is due, and pruning."""
        refill, self._refill = self._refill, False
        runs = [publishing.job(run_id) for run_id in slots.due(at_once=refill)]
        worked = self.publisher.publish(runs) if runs else 0
        for subscriber in list(subscribers.values()):
            if subscriber.kind == "command":
                self._note_empty(subscriber)
            lost = receipts.check(subscriber, at_once=refill)
            worked += self._publish_again(subscriber, lost)
            if subscriber.kind == "command":
                worked += self._publish_due(subscriber)
            receipts.prune(subscriber.name)
        return worked

    def _note_empty(self, subscriber: Subscriber) -> None:
        if topology.depth(self.publisher.connection, subscriber.name) in (0, None):
            receipts.seen_empty(subscriber.name)

    def _publish_again(self, subscriber: Subscriber, lost: list[Message]) -> int:
        if not lost:
            return 0
        logger.info("published_again", consumer=subscriber.name, count=len(lost))
        rows = [(getattr(row, "position", 0), row) for row in lost]
        if subscriber.kind == "command":
            return self.publisher.publish(pack_commands(rows))
        return self.publisher.publish(
            [
                publishing.event(log.envelope_of(row, position), row.body, queue=subscriber.name)
                for position, row in rows
            ]
        )

    def _publish_due(self, subscriber: Subscriber) -> int:
        """Commands whose next try is due go to the workers once more, each at most every 30 seconds."""
        now = time.monotonic()
        self._tried = {one: until for one, until in self._tried.items() if until > now}
        rows = [row for row in receipts.due_commands(subscriber) if row.message_id not in self._tried and row.raw]
        self._tried |= {row.message_id: now + 30 for row in rows}
        return self.publisher.publish([task_again(row) for row in rows]) if rows else 0


def heard_types() -> frozenset[str]:
    """The event types that anyone hears."""
    return frozenset().union(*(one.types for one in subscribers.values() if one.kind == "event"))


def pack_commands(rows: Sequence[tuple[int, Message]]) -> list[publishing.Outgoing]:
    commands = [(log.envelope_of(row, position), row.body) for position, row in rows if row.kind == "command"]
    outside = frozenset(name for name, cls in messages.commands.items() if cls.outside)
    return publishing.pack(commands, outside)


def task_again(row: Inbox) -> publishing.Outgoing:
    text = bytes(row.raw or b"").decode()
    target = row.consumer.removesuffix(".commands")
    return publishing.task(row.type, target, [(row.message_id, text)], again=True)


def backlog() -> int:
    """How many numbered messages are not yet handed to the broker."""
    handed = Checkpoint.objects.filter(name=HANDED_OVER).values_list(F("position"), flat=True).first() or 0
    return numbering.head() - handed
