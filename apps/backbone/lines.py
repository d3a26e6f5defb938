"""Order per key: the messages of one stream, or of one saga's instance, stand in line while an earlier one is not done.

A line has a head: a message that failed, or one that has not come yet. What is later in the log than the head is
parked; when the head is done the next in order becomes the head, which may again be one that has not come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from apps.backbone import clock, recordsets
from apps.backbone.models import Blocked, Inbox, Message, Position, Receipt, Subscription, table


@dataclass(frozen=True)
class Head:
    """What a line waits for, and where it stands in the log."""

    message_id: UUID
    position: int

    def stops(self, message_id: UUID, position: int) -> bool:
        """Must this message wait for the head?"""
        return message_id != self.message_id and position > self.position


def heads(consumer: str, keys: Iterable[str]) -> dict[str, Head]:
    """The lines among these keys that stand still, locked in the order of their keys.

    Each is looked up by its unique key: asked for all keys at once where its statistics know of no blocked lines,
    PostgreSQL read every line of the consumer and compared it with each key (0.3 s for 500 of 50,000).
    """
    lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
    asked = (
        f"SELECT (SELECT b.id FROM {table(Blocked)} b WHERE b.consumer = %s AND b.key = value) "
        f"FROM {recordsets.each()} AS asked"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, head, head_position FROM {table(Blocked)} "
            f"WHERE id {recordsets.among_found(asked)} ORDER BY key {lock}",
            [consumer, recordsets.listed(keys)],
        )
        return {key: Head(UUID(str(head)), position) for key, head, position in cursor.fetchall()}


def block(consumer: str, key: str, head: Head) -> None:
    """Let a line stand still behind `head`, unless it does so already."""
    Blocked.objects.get_or_create(
        consumer=consumer, key=key, defaults={"head": head.message_id, "head_position": head.position}
    )


def release(consumer: str, key: str) -> Head | None:
    """The head is through: the next in order becomes due, or is still to come. None when the line is gone."""
    blocked = Blocked.objects.select_for_update().filter(consumer=consumer, key=key).first() if key else None
    if blocked is None:
        return None
    following = Inbox.objects.filter(consumer=consumer, key=key, state=Inbox.State.PARKED).order_by("position").first()
    if following is None:
        blocked.delete()
        return None
    head = _missing_before(consumer, following)
    if head is None:
        head = Head(following.message_id, following.position)
        following.state, following.due_at = Inbox.State.WAITING, clock.now()
        following.save(update_fields=["state", "due_at"])
    blocked.head, blocked.head_position = head.message_id, head.position
    blocked.save(update_fields=["head", "head_position"])
    return head


def release_all(consumer: str, keys: Sequence[str]) -> None:
    """The heads of these lines, which are locked, are through; most lines have nothing behind their head."""
    parked = Inbox.objects.filter(consumer=consumer, key__in=keys, state=Inbox.State.PARKED)
    going_on = set(parked.values_list("key", flat=True))
    Blocked.objects.filter(consumer=consumer, key__in=[key for key in keys if key not in going_on]).delete()
    for key in sorted(going_on):
        release(consumer, key)


def _missing_before(consumer: str, row: Inbox) -> Head | None:
    stream = Message.objects.filter(message_id=row.message_id, kind="event").values_list("stream", flat=True).first()
    return missing(consumer, [stream], row.position).get(stream) if stream else None


def watermark(consumer: str) -> int:
    """The position up to which the consumer has everything."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT watermark FROM {table(Receipt)} WHERE consumer = %s", [consumer])
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def missing(consumer: str, streams: Iterable[str], before: int) -> dict[str, Head]:
    """For each stream, the first message before this position that the consumer hears and has not yet taken."""
    names = sorted(set(streams))
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH m AS MATERIALIZED (SELECT seq, message_id, stream, type FROM {table(Message)} "
            f"WHERE kind = 'event' AND stream {recordsets.among()}) "
            "SELECT m.stream, m.message_id, p.position FROM m "
            f"JOIN {table(Position)} p ON p.message_id = m.seq "
            f"JOIN {table(Subscription)} s ON s.consumer = %s AND s.type = m.type AND p.position > s.since_position "
            "WHERE p.position > %s AND p.position < %s "
            f"AND NOT EXISTS (SELECT 1 FROM {table(Inbox)} i WHERE i.consumer = %s AND i.message_id = m.message_id) "
            "ORDER BY p.position DESC",
            [recordsets.listed(names), consumer, watermark(consumer), before, consumer],
        )
        return {stream: Head(UUID(str(message_id)), position) for stream, message_id, position in cursor.fetchall()}
