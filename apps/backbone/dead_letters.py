"""What people do with messages that were given up: try again, or discard with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from apps.backbone import clock, lines
from apps.backbone.log import writer
from apps.backbone.models import Blocked, Inbox, Repair, table

logger = structlog.get_logger(__name__)

GIVEN_UP = (Inbox.State.DEAD, Inbox.State.QUARANTINED)
REPAIRABLE = (*GIVEN_UP, Inbox.State.WAITING)


class NotRepairable(ValueError):
    """The message is done, discarded, or parked behind another one: nothing to requeue or discard."""


@dataclass(frozen=True)
class Mended:
    """What became of a batch: the rows as they were, and those that somebody else had been at meanwhile."""

    rows: Sequence[Inbox]
    passed_over: Sequence[int]


def given_up() -> QuerySet[Inbox]:
    """Every dead letter, in the words of the partial indexes: SQLite finds them by no others. Not for subqueries."""
    literal = f"{table(Inbox)}.state IN ('dead', 'quarantined')"
    return Inbox.objects.extra(where=[literal])  # noqa: S610 - no word of it comes from outside


def renew_statistics() -> None:
    """Tell PostgreSQL what inbox and lines hold, before and after very many rows change their state at once.

    With what it knew before, it would read them all for each hundred. It does so by itself only a minute later.
    """
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {table(Inbox)}, {table(Blocked)}")
    except OperationalError as error:
        logger.warning("statistics_not_renewed", error=repr(error))  # slower until PostgreSQL does it, and no worse


def parked_behind() -> dict[tuple[str, str, str], int]:
    """How many messages wait in line behind dead letters, by these letters' consumer, error and place."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {parked_lines()} SELECT consumer, error_class, error_place, sum(number) FROM line "
            "WHERE state IN ('dead', 'quarantined') GROUP BY consumer, error_class, error_place"
        )
        return {(consumer, error, place): int(number) for consumer, error, place, number in cursor.fetchall()}


def parked_lines(narrowed: str = "true") -> str:
    """SQL of the tables up to `line`: each line that holds parked messages, how many, and what became of its head.

    The heads are looked up one by one, by unique keys: however wrong its statistics are, PostgreSQL has no other way.
    Joined, it read all blocked lines for each line where it took there to be none (20 s for 4,000 beside 50,000), and
    all letters for each where it knew of none.
    """
    columns = ", ".join(
        f"(SELECT i.{name} FROM {table(Inbox)} i WHERE i.consumer = headed.consumer AND i.message_id = headed.head) "
        f"AS {name}"
        for name in ("state", "error_class", "error_place")
    )
    return (
        f"parked AS MATERIALIZED (SELECT consumer, key, count(*) AS number FROM {table(Inbox)} "
        f"WHERE state = 'parked' AND {narrowed} GROUP BY consumer, key), "
        "headed AS MATERIALIZED (SELECT consumer, key, number, "
        f"(SELECT b.head FROM {table(Blocked)} b WHERE b.consumer = parked.consumer AND b.key = parked.key) AS head "
        "FROM parked), "
        f"line AS MATERIALIZED (SELECT consumer, key, number, {columns} FROM headed)"
    )


def requeue(row_id: int, by: str) -> Inbox:
    """Give a dead or quarantined message its tries anew, due at once; its line follows in order when it is done."""
    with transaction.atomic():
        row = _held(row_id)
        row.state, row.tries, row.due_at, row.updated_at = Inbox.State.WAITING, 0, clock.now(), clock.now()
        row.note = f"{row.note}{_said('requeued', by)}"
        row.save()
        return row


def discard(row_id: int, by: str, reason: str) -> Inbox:
    """Give a message up for good and let its line go on without it."""
    with transaction.atomic():
        row = _held(row_id)
        row.state, row.due_at, row.updated_at = Inbox.State.DISCARDED, None, clock.now()
        row.note = f"{row.note}{_said('discarded', by, reason)}"
        row.save()
        lines.release(row.consumer, row.key)
        return row


def _held(row_id: int) -> Inbox:
    row = Inbox.objects.select_for_update().get(pk=row_id)
    if row.state not in REPAIRABLE:
        raise NotRepairable(f"{row.type} is {row.get_state_display()}")
    return row


def _said(what: str, by: str, reason: str = "") -> str:
    return f"{clock.now():%Y-%m-%d %H:%M} {what} by {by}{f': {reason}' if reason else ''}\n"


def mend(repair: Repair, row_ids: Sequence[int], by: str) -> Mended:
    """Carry a repair out on some rows, in one transaction: only on those that are still given up."""
    with writer(), transaction.atomic():
        rows = _still_given_up(row_ids)
        if repair.action == Repair.Action.RETRY:
            _requeue_all(repair, rows, by)
        else:
            _discard_all(repair, rows, by)
        _count_overtaken(rows)
    held = {row.pk for row in rows}
    return Mended(rows, [pk for pk in row_ids if pk not in held])


def _still_given_up(row_ids: Sequence[int]) -> list[Inbox]:
    """Locked: first their lines, then themselves, each in order, as those do that carry them out.

    By their keys alone, the state looked at here: told of it, PostgreSQL may read the whole index of dead letters
    for each batch, if its statistics are from before there were so many (measured: 0.2 to 1.3 s for 500 of 400,000).
    """
    rows = Inbox.objects.filter(pk__in=row_ids).order_by("pk")
    found = [(consumer, key) for consumer, key in rows.values_list("consumer", "key") if key]
    for consumer in sorted({consumer for consumer, _key in found}):
        lines.heads(consumer, [key for each, key in found if each == consumer])
    heavy = ("raw", "traceback", "error", "note")
    return [row for row in rows.select_for_update().defer(*heavy) if row.state in GIVEN_UP]


def _requeue_all(repair: Repair, rows: Sequence[Inbox], by: str) -> None:
    now = clock.now()
    _update(repair, rows, _said("requeued", by, repair.reason), now, state=Inbox.State.WAITING, tries=0, due_at=now)


def _discard_all(repair: Repair, rows: Sequence[Inbox], by: str) -> None:
    now = clock.now()
    _update(repair, rows, _said("discarded", by, repair.reason), now, state=Inbox.State.DISCARDED, due_at=None)
    for row in rows:
        lines.release(row.consumer, row.key)


def _update(repair: Repair, rows: Sequence[Inbox], said: str, now: datetime, **fields: object) -> None:
    note = Concat(F("note"), Value(said))
    Inbox.objects.filter(pk__in=[row.pk for row in rows]).update(updated_at=now, repair=repair, note=note, **fields)


def _count_overtaken(rows: Sequence[Inbox]) -> None:
    """An earlier repair keeps the number of those that failed again and are in a later one's hands now."""
    before: dict[int, int] = {}
    for row in rows:
        if row.repair_id:
            before[row.repair_id] = before.get(row.repair_id, 0) + 1
    for pk, number in sorted(before.items()):
        Repair.objects.filter(pk=pk).update(overtaken=F("overtaken") + number)
