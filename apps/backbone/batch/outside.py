"""Calls to the outside: several at once, between two transactions, neither of which waits for them."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import close_old_connections, connection

from apps.backbone import inbox, log
from apps.backbone.batch.failures import fail, raise_outage
from apps.backbone.batch.together import once, union_of_locks
from apps.backbone.inbox import Outside, Subscriber, Taken

logger = structlog.get_logger(__name__)

CALLS_AT_ONCE = 4


@dataclass
class Call:
    """One call to the outside, between its two transactions."""

    one: Taken
    outside: Outside
    request: Any
    reply: Any = None
    error: Exception | None = None

    def make(self) -> None:
        """Outside any transaction; what goes wrong is kept for the inbox."""
        try:
            self.reply = self.outside.call(self.request)
        except Exception as error:
            self.error = error


_pool = ThreadPoolExecutor(max_workers=CALLS_AT_ONCE, thread_name_prefix="outside")


def call_together(subscriber: Subscriber, taken: list[Taken]) -> dict[UUID, str]:
    """Attempts counted and requests prepared in one transaction, the calls side by side, the replies in another."""
    calls, outcomes = _prepare(subscriber, taken)
    _make(calls)
    answered = [each for each in calls if not each.error]
    try:
        _record(subscriber, answered)
    except Exception as error:
        raise_outage(error)
        logger.warning("replies_failed", consumer=subscriber.name, size=len(answered), error=repr(error))
        for each in answered:
            outcomes[each.one.envelope.message_id] = _record_alone(subscriber, each)
    for each in calls:
        if each.error:
            outcomes[each.one.envelope.message_id] = fail(subscriber, each.one, each.error)
    return outcomes


def _make(calls: list[Call]) -> None:
    """Several at once, each thread with its own connection; one after the other on SQLite, which has one writer."""
    if len(calls) > 1 and connection.vendor != "sqlite":
        list(_pool.map(_make_in_thread, calls, [copy_context() for _ in calls]))
    else:
        for each in calls:
            each.make()


def _make_in_thread(call: Call, context: Context) -> None:
    """`context` is of now, in no unit of work: the one that prepared the call is over."""
    close_old_connections()
    context.run(call.make)


def _prepare(subscriber: Subscriber, taken: list[Taken]) -> tuple[list[Call], dict[UUID, str]]:
    calls, name = [], subscriber.name
    with log.transaction() as unit:
        unit.lock(union_of_locks(subscriber, taken))
        new = inbox.insert_attempts(name, once(taken))
        old = inbox.below_watermark(name, [one for one in taken if one.envelope.message_id in new])
        if old:
            inbox.forget(name, old)
        fresh = [one for one in once(taken) if one.envelope.message_id in new - old]
        for one in fresh:
            outside = subscriber.outside_call(one.message)
            assert outside is not None
            request = outside.prepare(one.message, one.envelope)
            if request is not None:
                calls.append(Call(one, outside, request))
        idle = {one.envelope.message_id for one in fresh} - {each.one.envelope.message_id for each in calls}
        if idle:
            inbox.mark_all_done(name, idle)
    outcomes = {one.envelope.message_id: "duplicate" for one in taken}
    return calls, outcomes | {one.envelope.message_id: "done" for one in fresh}


def _record(subscriber: Subscriber, calls: list[Call]) -> None:
    if not calls:
        return
    with log.transaction() as unit:
        unit.lock(union_of_locks(subscriber, [each.one for each in calls]))
        for each in calls:
            each.outside.record(each.one.message, each.one.envelope, each.request, each.reply)
        inbox.mark_all_done(subscriber.name, [each.one.envelope.message_id for each in calls])


def _record_alone(subscriber: Subscriber, call: Call) -> str:
    try:
        _record(subscriber, [call])
    except Exception as error:
        raise_outage(error)
        return fail(subscriber, call.one, error)
    return "done"
