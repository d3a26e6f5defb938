"""Timers: rows with a due time that become messages in the log when they are due."""

from django.db import connection

from apps.backbone import clock, codec, log
from apps.backbone.messages import Envelope, Event
from apps.backbone.models import Timer

AT_ONCE = 200


def fire() -> int:
    """Append what is due; returns how many."""
    if not Timer.objects.filter(due_at__lte=clock.now()).exists():
        return 0
    with log.transaction() as unit:
        due = Timer.objects.filter(due_at__lte=clock.now()).order_by("due_at")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        rows = list(due[:AT_ONCE])
        unit.lock(row.stream for row in rows)
        for row in rows:
            event = codec.decode("event", row.type, codec.class_of("event", row.type).schema_version, row.body)
            assert isinstance(event, Event)
            log.append(row.stream, [event], _cause(row), message_ids=[row.message_id])
        Timer.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _cause(row: Timer) -> Envelope:
    """The message that set the timer, as far as the new one needs it."""
    return Envelope(
        message_id=row.causation_id,
        kind="event",
        type=row.type,
        source="/sagas",
        correlation_id=row.correlation_id,
        actor=row.actor,
        occurred_at=row.due_at,
    )
