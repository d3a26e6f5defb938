"""What each consumer has taken into its care: one row for each message, which makes effects happen once.

Also the list of the consumers themselves: a `Subscriber` is what stands behind one queue.
"""

import os
import random
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.db import connection

from apps.backbone import clock, lines, recordsets
from apps.backbone.messages import Envelope, Kind, Message
from apps.backbone.models import Inbox, table

TRIES = 8
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(minutes=10)
LEASE = timedelta(seconds=90)
"""How long an attempt may take before it counts as killed; over the 60 s that a task may run."""


class Outside(Protocol):
    """A slow call to the outside world, in three parts; see `handlers.Handlers.outside`."""

    def prepare(self, message: Any, envelope: Envelope) -> Any: ...
    def call(self, request: Any) -> Any: ...
    def record(self, message: Any, envelope: Envelope, request: Any, reply: Any) -> None: ...


class Subscriber(Protocol):
    """What stands behind one queue: which messages it hears, what they lock, what is done with them."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def bindings(self) -> frozenset[str]: ...
    @property
    def types(self) -> frozenset[str]: ...
    def locks(self, message: Any, envelope: Envelope) -> Iterable[str]: ...
    def key(self, message: Any, envelope: Envelope) -> str: ...
    def prefetch(self, taken: Sequence["Taken"]) -> None: ...
    def handle(self, message: Any, envelope: Envelope) -> None: ...
    def outside_call(self, message: Any) -> Outside | None: ...


subscribers: dict[str, Subscriber] = {}
"""Every subscriber by its name, which is its queue's name too."""


@dataclass(frozen=True)
class Delivery:
    """One message as it came from the broker."""

    raw: bytes
    redelivered: bool = False


@dataclass(frozen=True)
class Taken:
    """A delivery that could be read."""

    envelope: Envelope
    message: Message
    raw: bytes
    redelivered: bool
    key: str


CLAIMED = ("consumer", "message_id", "state", "type", "position", "key", "due_at", "received_at", "raw")


def insert_done(consumer: str, taken: Sequence[Taken]) -> set[UUID]:
    """Claim the messages as done in one statement and say which of them are new."""
    return _insert(consumer, taken, Inbox.State.DONE)


def insert_attempts(consumer: str, taken: Sequence[Taken]) -> set[UUID]:
    """Claim the messages as tried once, until the lease is over, and say which of them are new."""
    return _insert(consumer, taken, Inbox.State.WAITING, clock.now() + LEASE)


def _insert(consumer: str, taken: Sequence[Taken], state: str, due_at: datetime | None = None) -> set[UUID]:
    """Raw, for the ORM cannot say which rows were new."""
    if not taken:
        return set()
    now, fields = clock.now(), [Inbox._meta.get_field(name) for name in CLAIMED]
    rows = [
        (
            consumer,
            one.envelope.message_id,
            state,
            one.envelope.type,
            one.envelope.position,
            one.key,
            due_at,
            now,
            one.raw.decode() if due_at else None,
        )
        for one in taken
    ]
    columns = ", ".join(CLAIMED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(Inbox)} ({columns}, tries, error_class, error_place, error, traceback, note) "
            f"SELECT {', '.join(CLAIMED[:-1])}, {recordsets.binary(CLAIMED[-1])}, 1, '', '', '', '', '' "
            f"FROM {recordsets.given(fields)} WHERE true "
            "ON CONFLICT (consumer, message_id) DO NOTHING RETURNING message_id",
            [recordsets.rows_of(fields, rows)],
        )
        return {UUID(str(row[0])) for row in cursor.fetchall()}


def below_watermark(consumer: str, taken: Sequence[Taken]) -> set[UUID]:
    """Those that were done before and pruned. Read after the inbox rows went in: pruning comes after the watermark."""
    watermark = lines.watermark(consumer)
    return {one.envelope.message_id for one in taken if 0 < one.envelope.position <= watermark}


def forget(consumer: str, message_ids: Iterable[UUID]) -> None:
    Inbox.objects.filter(consumer=consumer, message_id__in=list(message_ids)).delete()


def quarantine(consumer: str, raw: bytes, error: Exception) -> None:
    """Keep what could not be read, with its bytes; the same bytes twice are one row."""
    Inbox.objects.get_or_create(
        consumer=consumer,
        message_id=uuid5(NAMESPACE_OID, raw.hex()),
        defaults={
            "state": Inbox.State.QUARANTINED,
            "raw": raw,
            "received_at": clock.now(),
            "updated_at": clock.now(),
            "tries": 1,
            **failure(error),
        },
    )


def park(consumer: str, one: Taken) -> None:
    """Let it wait, in order, behind an earlier message of its key."""
    _put(consumer, one.envelope, one.raw, key=one.key, state=Inbox.State.PARKED)


def wait_for_code(consumer: str, envelope: Envelope, raw: bytes, error: Exception) -> None:
    """Keep a message that this version of the code does not know; it is tried again, and never given up."""
    due_at = clock.now() + LONGEST_DELAY
    _put(consumer, envelope, raw, key=envelope.stream, state=Inbox.State.WAITING, due_at=due_at, **failure(error))


def _put(consumer: str, envelope: Envelope, raw: bytes, **fields: Any) -> None:
    now = clock.now()
    fields |= {"type": envelope.type, "position": envelope.position, "raw": raw, "updated_at": now}
    Inbox.objects.update_or_create(
        consumer=consumer,
        message_id=envelope.message_id,
        defaults=fields,
        create_defaults=fields | {"received_at": now},
    )


def count_attempt(consumer: str, one: Taken) -> Inbox | None:
    """Write down that it is going to be tried, before it is; None if it is done, parked, or being tried.

    A try that kills the process has then been counted all the same, and its line stands still behind it.
    """
    now = clock.now()
    row, new = Inbox.objects.select_for_update().get_or_create(
        consumer=consumer,
        message_id=one.envelope.message_id,
        defaults={
            "state": Inbox.State.WAITING,
            "type": one.envelope.type,
            "position": one.envelope.position,
            "key": one.key,
            "raw": one.raw,
            "received_at": now,
        },
    )
    if not new and (row.state != Inbox.State.WAITING or (row.due_at and row.due_at > now)):
        return None
    if new and below_watermark(consumer, [one]):
        row.delete()
        return None
    if row.tries >= TRIES:
        bury(row)
        return None
    row.tries, row.due_at, row.updated_at = row.tries + 1, now + LEASE, now
    row.save(update_fields=["tries", "due_at", "updated_at"])
    if one.key:
        lines.block(consumer, one.key, lines.Head(row.message_id, row.position))
    return row


def claim(row_ids: Sequence[int]) -> set[int]:
    """Count a first try of those that are still due and untried, until the lease is over; returns which."""
    now = clock.now()
    rows = Inbox.objects.select_for_update().filter(pk__in=row_ids).order_by("pk").only("state", "tries", "due_at")
    due = [row for row in rows if row.state == Inbox.State.WAITING and not row.tries and row.due_at]
    claimed = {row.pk for row in due if row.due_at and row.due_at <= now}
    Inbox.objects.filter(pk__in=claimed).update(tries=1, due_at=now + LEASE, updated_at=now)
    return claimed


def still_claimed(row_ids: Sequence[int]) -> set[int]:
    """Those that nobody has been at since they were claimed, locked."""
    rows = Inbox.objects.select_for_update().filter(pk__in=row_ids).order_by("pk").only("state", "tries")
    return {row.pk for row in rows if row.state == Inbox.State.WAITING and row.tries == 1}


def give_back(row_ids: Iterable[int]) -> None:
    """What was claimed was not tried after all."""
    untried = Inbox.objects.filter(pk__in=list(row_ids), state=Inbox.State.WAITING, tries=1)
    untried.update(tries=0, due_at=clock.now())


def bury(row: Inbox) -> None:
    """Give it up after its last try: a dead letter, until a person says what becomes of it."""
    row.state, row.due_at, row.updated_at = Inbox.State.DEAD, None, clock.now()
    row.error_class = row.error_class or "ProcessKilled"
    row.error = row.error or "The process died each time while this message was being handled."
    row.save()


def mark_all_done(consumer: str, message_ids: Iterable[UUID]) -> None:
    Inbox.objects.filter(consumer=consumer, message_id__in=list(message_ids)).update(
        state=Inbox.State.DONE, raw=None, due_at=None, updated_at=clock.now()
    )


def mark_done(row: Inbox) -> None:
    row.state, row.raw, row.due_at, row.updated_at = Inbox.State.DONE, None, None, clock.now()
    row.save(update_fields=["state", "raw", "due_at", "updated_at"])


def mark_failed(row: Inbox, error: Exception) -> None:
    """Due again after a growing delay, or dead after the last try."""
    for name, value in failure(error).items():
        setattr(row, name, value)
    if row.tries >= TRIES:
        bury(row)
        return
    row.due_at, row.updated_at = clock.now() + delay(row.tries), clock.now()
    row.save()


def delay(tries: int) -> timedelta:
    """10 s doubled with each try up to 10 min, give or take half, so that failures do not come back in step."""
    longest: timedelta = min(FIRST_DELAY * 2 ** (tries - 1), LONGEST_DELAY)
    return longest * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


def due(consumer: str, limit: int = 100) -> list[Inbox]:
    """What waits for its next try and may have it now: what is due longest, and of that the oldest position, first.

    In the order and the words of its index: however many are due, no more are read than asked for.
    """
    waiting = Inbox.objects.extra(where=[f"{table(Inbox)}.state = 'waiting'"])  # noqa: S610 - no word from outside
    rows = waiting.filter(consumer=consumer, due_at__lte=clock.now()).order_by("due_at", "position")[:limit]
    return sorted(rows, key=lambda row: row.position)


def failure(error: BaseException) -> dict[str, str]:
    """An exception as the inbox keeps it."""
    return {
        "error_class": type(error).__name__,
        "error_place": place(error),
        "error": str(error)[:10_000],
        "traceback": "".join(traceback.format_exception(error))[-20_000:],
    }


def place(error: BaseException) -> str:
    """The innermost line of ours: what groups failures that have one cause."""
    root = str(settings.BASE_DIR)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if one.filename.startswith(root) and "site-packages" not in one.filename] or frames
    if not ours:
        return ""
    return f"{os.path.relpath(ours[-1].filename, root)}:{ours[-1].lineno} {ours[-1].name}"
