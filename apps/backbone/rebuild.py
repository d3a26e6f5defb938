"""Replays the log into a read model: into a shadow of its tables first, then swapped in one transaction.

The shadow tables have the same names in a place that is looked in first: a schema of their own on PostgreSQL, the
temporary database on SQLite. The projection's functions write there without knowing it.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, models, transaction

from apps.backbone import log, numbering, rows
from apps.backbone.messages import events
from apps.backbone.models import Inbox, Message, Receipt, table
from apps.backbone.projector import Projection

SHADOW = "waybill_shadow"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did: how many events it replayed, and whether the rows were other than before."""

    events: int
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def rebuild(projection: Projection, progress: Progress = lambda done, total: None) -> Rebuilt:
    """Fold the log into shadow tables, catch up under a lock on the live ones, then put the new rows in their place."""
    with _shadow(projection):
        settled = _settled(projection)
        count = _replay(projection, 0, settled, progress)
        with log.writer(), transaction.atomic():
            count += _catch_up(projection, settled, progress)
            before, after = digest(projection, _live()), digest(projection, _shadows())
            _swap(projection)
    return Rebuilt(count, before, after)


def verify(projection: Projection) -> Rebuilt:
    """Fold the log into shadow tables and compare them with the live rows, changing nothing."""
    with _shadow(projection):
        settled = _settled(projection)
        count = _replay(projection, 0, settled, lambda done, total: None)
        with log.writer(), transaction.atomic():
            count += _catch_up(projection, settled, lambda done, total: None)
            return Rebuilt(count, digest(projection, _live()), digest(projection, _shadows()))


def _catch_up(projection: Projection, after: int, progress: Progress) -> int:
    _lock_live(projection)
    numbering.number()
    return _replay(projection, after, numbering.head(), progress)


def _settled(projection: Projection) -> int:
    """Up to here, what this projection hears is taken by its consumer for good, or will never be."""
    taken = Taken(projection)
    return min([numbering.head(), taken.watermark, *(position - 1 for position in taken.held.values())])


class Taken:
    """Which of other services' events the projection's consumer has taken; the rest it will still apply itself."""

    def __init__(self, projection: Projection) -> None:
        consumer = f"{projection.service}.events"
        mine = Inbox.objects.filter(consumer=consumer)
        found = Receipt.objects.filter(consumer=consumer).values_list("watermark", flat=True).first()
        self.watermark = found or 0
        self.held = dict(mine.exclude(state=Inbox.State.DONE).values_list("message_id", "position"))
        above = mine.filter(state=Inbox.State.DONE, position__gt=self.watermark)
        self.done = set(above.values_list("message_id", flat=True))

    def has(self, position: int, message: Message) -> bool:
        return message.message_id in self.done or (position <= self.watermark and message.message_id not in self.held)


def _replay(projection: Projection, after: int, upto: int, progress: Progress) -> int:
    """Own events as they stand; others' only as far as the consumer has taken them, or they would count twice."""
    count, taken = 0, Taken(projection)
    for page in numbering.pages(after, upto):
        with rows.together():
            for position, message in page:
                count += _project(projection, taken, position, message)
        progress(page[-1][0], upto)
    return count


def _project(projection: Projection, taken: Taken, position: int, message: Message) -> bool:
    cls = events.get(message.type)
    if cls is None or projection.find(message.type) is None:
        return False
    if cls.service != projection.service and not taken.has(position, message):
        return False
    projection.project(log.open_message(message), log.envelope_of(message, position))
    return True


def _live() -> str:
    return "public" if connection.vendor == "postgresql" else "main"


def _shadows() -> str:
    return SHADOW if connection.vendor == "postgresql" else "temp"


@contextmanager
def _shadow(projection: Projection) -> Iterator[None]:
    names = [table(model) for model in projection.models]
    with connection.cursor() as cursor:
        for statement in _opening(names):
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in _closing(names):
                cursor.execute(statement)


def _opening(names: list[str]) -> list[str]:
    if connection.vendor == "postgresql":
        copies = [f"CREATE TABLE {SHADOW}.{name} (LIKE public.{name} INCLUDING ALL)" for name in names]
        return [
            f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE",
            f"CREATE SCHEMA {SHADOW}",
            *copies,
            f"SET search_path TO {SHADOW}, public",
            "SET statement_timeout TO 0",
            "SET idle_in_transaction_session_timeout TO 0",
        ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({', '.join(['%s'] * len(names))}) "
            "AND sql IS NOT NULL ORDER BY type DESC",
            names,
        )
        return [_temporary(sql) for (sql,) in cursor.fetchall() if not sql.startswith("CREATE TRIGGER")]


def _temporary(sql: str) -> str:
    """A table or index of the shop as one of the temporary database; foreign keys do not reach out of it."""
    for kind in ("TABLE", "UNIQUE INDEX", "INDEX"):
        if sql.startswith(f"CREATE {kind} "):
            made = sql.replace(f"CREATE {kind} ", f"CREATE {kind} temp.", 1)
            return made.replace("CREATE TABLE temp.", "CREATE TEMP TABLE ", 1)
    raise ValueError(f"unexpected statement in the schema: {sql[:40]}")


def _closing(names: list[str]) -> list[str]:
    if connection.vendor == "postgresql":
        return [
            "RESET search_path",
            "RESET statement_timeout",
            "RESET idle_in_transaction_session_timeout",
            f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE",
        ]
    return [f"DROP TABLE IF EXISTS temp.{name}" for name in reversed(names)]


def _lock_live(projection: Projection) -> None:
    """Nobody writes the live rows from here on; on SQLite the transaction itself sees to that."""
    if connection.vendor == "postgresql":
        names = ", ".join(f"public.{table(model)}" for model in projection.models)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def _swap(projection: Projection) -> None:
    live, shadow = _live(), _shadows()
    with connection.cursor() as cursor:
        for model in reversed(projection.models):
            cursor.execute(f"DELETE FROM {live}.{table(model)}")
        for model in projection.models:
            columns = ", ".join(f'"{one.column}"' for one in model._meta.concrete_fields)
            name = table(model)
            cursor.execute(f"INSERT INTO {live}.{name} ({columns}) SELECT {columns} FROM {shadow}.{name}")


def digest(projection: Projection, schema: str = "") -> str:
    """A digest over all rows of the projection's tables, whatever their order; automatic keys left out."""
    lines = []
    for model in projection.models:
        fields = [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
        columns = ", ".join(f'"{one.column}"' for one in fields)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {schema or _live()}.{table(model)}")
            lines += [f"{table(model)}{row!r}" for row in cursor.fetchall()]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
