"""The careful path: one by one, each attempt counted and committed before it begins."""

from typing import Any

from django.db import DatabaseError, OperationalError

from apps.backbone import inbox, lines, log
from apps.backbone.batch.failures import IMMEDIATE_TRIES, fail_row, raise_outage, transient
from apps.backbone.batch.together import blocked_lines
from apps.backbone.inbox import Subscriber, Taken
from apps.backbone.models import Inbox


def take_carefully(subscriber: Subscriber, one: Taken) -> str:
    """Count and commit the attempt, then make it; a failure stays in the inbox, with its error, and is due later."""
    row = _begin(subscriber, one)
    if row is None:
        return "taken before"
    try:
        _attempt(subscriber, one, row)
    except Exception as error:
        raise_outage(error)
        with log.transaction():
            return fail_row(subscriber, row, error)
    return "done"


def _begin(subscriber: Subscriber, one: Taken) -> Inbox | None:
    with log.transaction():
        known = Inbox.objects.filter(consumer=subscriber.name, message_id=one.envelope.message_id).exists()
        blocked = blocked_lines(subscriber, [one]) if one.key else {}
        head = blocked.get(one.key)
        if not known and head and head.stops(one.envelope.message_id, one.envelope.position):
            inbox.park(subscriber.name, one)
            return None
        return inbox.count_attempt(subscriber.name, one)


def _attempt(subscriber: Subscriber, one: Taken, row: Inbox) -> None:
    outside = subscriber.outside_call(one.message)
    if outside is None:
        _retrying(subscriber, one, row, lambda: subscriber.handle(one.message, one.envelope))
        return
    request: Any = None
    with log.transaction() as unit:
        unit.lock(subscriber.locks(one.message, one.envelope))
        request = outside.prepare(one.message, one.envelope)
        if request is None:
            _finish(subscriber, one, row)
            return
    reply = outside.call(request)
    _retrying(subscriber, one, row, lambda: outside.record(one.message, one.envelope, request, reply))


def _retrying(subscriber: Subscriber, one: Taken, row: Inbox, work: Any) -> None:
    for attempt in range(1, IMMEDIATE_TRIES + 1):
        try:
            with log.transaction() as unit:
                unit.lock(subscriber.locks(one.message, one.envelope))
                work()
                _finish(subscriber, one, row)
                return
        except (OperationalError, DatabaseError) as error:
            if attempt == IMMEDIATE_TRIES or not transient(error):
                raise


def _finish(subscriber: Subscriber, one: Taken, row: Inbox) -> None:
    inbox.mark_done(row)
    lines.release(subscriber.name, one.key)
