"""Who has what: moves each consumer's watermark, publishes again what was lost on the way, prunes what is done.

A message is lost for a consumer if it is older than ten seconds, has no inbox row there, and either the consumer's
queue has been seen empty since or the consumer has taken a later one. A backlog is not a loss. One mechanism for events
and commands: it survives a wiped broker, a deleted queue, a false confirm and a killed worker.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef

from apps.backbone import clock, inbox, numbering
from apps.backbone.inbox import Subscriber
from apps.backbone.models import Inbox, Message, Position, Receipt, Redelivery, Subscription, table

LOST_AFTER = timedelta(seconds=10)
LONGEST_DELAY = timedelta(minutes=10)
AT_ONCE = 500
KEEP_DONE = timedelta(hours=1)


@dataclass(frozen=True)
class Missing:
    """A message that a consumer should have, and has not taken."""

    position: int
    message_id: UUID
    numbered_at: datetime


def check(subscriber: Subscriber, *, at_once: bool = False) -> list[Message]:
    """Move the watermark; return the messages that are lost and to be published again, oldest first."""
    name = subscriber.name
    receipt = Receipt.objects.filter(consumer=name).first() or Receipt(consumer=name)
    head = numbering.head()
    missing = find_missing(name, receipt.watermark, head)
    _move(receipt, missing[0].position - 1 if missing else head)
    lost = missing if at_once else _lost(receipt, missing)
    return _publishable(name, lost, at_once)


def find_missing(consumer: str, watermark: int, head: int) -> list[Missing]:
    """The positions first, as a table of their own: with old statistics PostgreSQL would begin with the types.

    That is every message of the consumer's types since the shop was opened (seen before the first ANALYZE).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH p AS MATERIALIZED (SELECT position, message_id, numbered_at FROM {table(Position)} "
            "WHERE position > %s AND position <= %s) "
            f"SELECT p.position, m.message_id, p.numbered_at FROM p JOIN {table(Message)} m ON m.seq = p.message_id "
            f"JOIN {table(Subscription)} s ON s.consumer = %s AND s.type = m.type AND p.position > s.since_position "
            "WHERE NOT EXISTS "
            f"(SELECT 1 FROM {table(Inbox)} i WHERE i.consumer = %s AND i.message_id = m.message_id) "
            "ORDER BY p.position LIMIT %s",
            [watermark, head, consumer, consumer, AT_ONCE + 1],
        )
        return [Missing(row[0], UUID(str(row[1])), row[2]) for row in cursor.fetchall()]


def _move(receipt: Receipt, watermark: int) -> None:
    if watermark > receipt.watermark:
        Receipt.objects.update_or_create(consumer=receipt.consumer, defaults={"watermark": watermark})
        Redelivery.objects.filter(consumer=receipt.consumer, position__lte=watermark).delete()


def _lost(receipt: Receipt, missing: list[Missing]) -> list[Missing]:
    if not missing:
        return []
    old = clock.now() - LOST_AFTER
    latest = Inbox.objects.filter(consumer=receipt.consumer).aggregate(latest=Max("position"))["latest"] or 0
    return [
        one
        for one in missing
        if (numbered_at := aware(one.numbered_at)) < old
        and (latest > one.position or (receipt.idle_at is not None and receipt.idle_at > numbered_at))
    ]


def aware(instant: datetime | str) -> datetime:
    """SQLite's raw cursor hands over text in UTC."""
    if isinstance(instant, str):
        instant = datetime.fromisoformat(instant)
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.now().tzinfo)


def _publishable(consumer: str, lost: list[Missing], at_once: bool) -> list[Message]:
    """Those whose turn to be published again has come; each has a longer wait than the time before."""
    if not lost:
        return []
    now = clock.now()
    known = {
        row.message_id: row
        for row in Redelivery.objects.filter(consumer=consumer, message_id__in=[one.message_id for one in lost])
    }
    wanted = [
        one for one in lost[:AT_ONCE] if at_once or one.message_id not in known or known[one.message_id].next_at <= now
    ]
    Redelivery.objects.bulk_create(
        [_again(consumer, one, known.get(one.message_id), now) for one in wanted],
        update_conflicts=True,
        unique_fields=["consumer", "message_id"],
        update_fields=["times", "next_at"],
    )
    messages = Message.objects.filter(message_id__in=[one.message_id for one in wanted])
    return list(messages.annotate(position=F("numbered__position")).order_by("numbered__position"))


def _again(consumer: str, one: Missing, before: Redelivery | None, now: datetime) -> Redelivery:
    times = (before.times if before else 0) + 1
    wait = min(LOST_AFTER * 2 ** (times - 1), LONGEST_DELAY)
    return Redelivery(
        consumer=consumer, message_id=one.message_id, position=one.position, times=times, next_at=now + wait
    )


def seen_empty(consumer: str) -> None:
    """Say that the consumer's queue is empty at this moment."""
    Receipt.objects.filter(consumer=consumer).update(idle_at=clock.now())


def in_vain(consumer: str) -> bool:
    """True if something was published again for the consumer, more than once, and has still not come."""
    again = Redelivery.objects.filter(consumer=consumer, times__gt=1)
    come = Inbox.objects.filter(consumer=consumer, message_id=OuterRef("message_id"))
    return again.exclude(Exists(come)).exists()


def prune(consumer: str) -> int:
    """Delete inbox rows that are done and below the watermark: a late duplicate is known by its position.

    Those that a person has repaired stay, for people ask what became of them.
    """
    watermark = Receipt.objects.filter(consumer=consumer).values_list("watermark", flat=True).first() or 0
    rows = Inbox.objects.filter(
        consumer=consumer,
        state=Inbox.State.DONE,
        position__gt=0,
        position__lte=watermark,
        received_at__lt=clock.now() - KEEP_DONE,
        repair=None,
    )
    ids = list(rows.order_by("position").values_list("pk", flat=True)[:5000])
    return Inbox.objects.filter(pk__in=ids).delete()[0] if ids else 0


def due_commands(subscriber: Subscriber) -> list[Inbox]:
    """Commands that wait in the inbox for another try and are due: a worker has no loop of its own to find them."""
    return inbox.due(subscriber.name, AT_ONCE)
