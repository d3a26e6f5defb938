"""The fast path: a whole batch in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, OperationalError

from apps.backbone import inbox, lines, log
from apps.backbone.batch.failures import IMMEDIATE_TRIES, transient
from apps.backbone.inbox import Subscriber, Taken
from apps.backbone.lines import Head

Result = TypeVar("Result")


def take_together(subscriber: Subscriber, taken: list[Taken]) -> dict[UUID, str]:
    return in_one_transaction(subscriber, taken, lambda: _take(subscriber, taken))


def in_one_transaction(subscriber: Subscriber, taken: Sequence[Taken], work: Callable[[], Result]) -> Result:
    """One transaction for them all, again at once after a deadlock or a lock that came too late."""
    for attempt in range(1, IMMEDIATE_TRIES + 1):
        try:
            with log.transaction() as unit:
                unit.lock(union_of_locks(subscriber, taken))
                return work()
        except (OperationalError, DatabaseError) as error:
            if attempt == IMMEDIATE_TRIES or not transient(error):
                raise
    raise AssertionError("unreachable")


def union_of_locks(subscriber: Subscriber, taken: Iterable[Taken]) -> list[str]:
    return [name for one in taken for name in subscriber.locks(one.message, one.envelope)]


def _take(subscriber: Subscriber, taken: list[Taken]) -> dict[UUID, str]:
    name = subscriber.name
    new = inbox.insert_done(name, taken)
    old = inbox.below_watermark(name, [one for one in taken if one.envelope.message_id in new])
    if old:
        inbox.forget(name, old)
    fresh = [one for one in once(taken) if one.envelope.message_id in new - old]
    blocked = blocked_lines(subscriber, fresh)
    subscriber.prefetch(fresh)
    outcomes = {one.envelope.message_id: "duplicate" for one in taken}
    for one in fresh:
        outcomes[one.envelope.message_id] = _park_or_handle(subscriber, one, blocked)
    return outcomes


def once(taken: Iterable[Taken]) -> list[Taken]:
    """The first of each message, if one came twice in the batch."""
    return list({one.envelope.message_id: one for one in reversed(list(taken))}.values())[::-1]


def _park_or_handle(subscriber: Subscriber, one: Taken, blocked: dict[str, Head]) -> str:
    head = blocked.get(one.key) if one.key else None
    if head and head.stops(one.envelope.message_id, one.envelope.position):
        inbox.park(subscriber.name, one)
        return "parked"
    subscriber.handle(one.message, one.envelope)
    if head and head.message_id == one.envelope.message_id:
        following = lines.release(subscriber.name, one.key)
        blocked.pop(one.key)
        if following:
            blocked[one.key] = following
    return "done"


def blocked_lines(subscriber: Subscriber, fresh: list[Taken]) -> dict[str, Head]:
    """The keys whose line stands still, with what each waits for; lines with a gap join them here."""
    keys = {one.key for one in fresh if one.key}
    if not keys:
        return {}
    blocked = lines.heads(subscriber.name, keys)
    streams = {one.envelope.stream for one in fresh if one.envelope.version > 1}
    gaps = lines.missing(subscriber.name, streams, max(one.envelope.position for one in fresh))
    for one in fresh:
        gap = gaps.get(one.envelope.stream)
        if gap and gap.position < one.envelope.position and one.key not in blocked:
            lines.block(subscriber.name, one.key, gap)
            blocked[one.key] = gap
    return blocked
