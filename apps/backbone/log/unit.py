"""One transaction's work on the log: what it has locked, and what it is going to append."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction as database

from apps.backbone import copying, recordsets, wakeup
from apps.backbone.models import Message, Stream, Unnumbered, table

_current: ContextVar["Unit | None"] = ContextVar("unit", default=None)
_witness: ContextVar[Callable[[Sequence[Message]], None] | None] = ContextVar("witness", default=None)
_sqlite_writer = threading.RLock()
"""SQLite has one writer; queueing here is fair, its own busy loop is not."""


class NoTransaction(RuntimeError):
    """An append or a lock was asked for outside `log.transaction()`."""


@dataclass
class Held:
    """A stream that this unit has locked."""

    version: int
    state: str
    state_version: int
    state_shape: str
    folded: Any = None
    changed: bool = False


@dataclass
class Unit:
    """One transaction's work on the log."""

    streams: dict[str, Held] = field(default_factory=dict)
    pending: list[Message] = field(default_factory=list)
    sent: set[UUID] = field(default_factory=set)
    loaded: dict[Any, Any] = field(default_factory=dict)
    """Rows that someone keeps in hand until the end, by a key of their own."""
    at_end: dict[Any, Callable[[], None]] = field(default_factory=dict)
    """What is to be written before the messages go in, once under each key."""

    def lock(self, names: Iterable[str]) -> None:
        """Lock the streams, in sorted order, making those that do not exist; those already held are passed over."""
        wanted = sorted(set(names) - self.streams.keys())
        if wanted:
            self.streams.update(_lock(wanted))

    def flush(self) -> None:
        for write in self.at_end.values():
            write()
        if self.pending:
            copying.insert_keyed(self.pending)
            copying.insert([Unnumbered(seq=message.seq) for message in self.pending])
            if witness := _witness.get():
                witness(self.pending)
        changed = [_row(name, held) for name, held in self.streams.items() if held.changed]
        recordsets.upsert(changed, ["name"], ["version", "state", "state_version", "state_shape"])


def _lock(names: list[str]) -> dict[str, Held]:
    """Insert or lock in one statement, in the order of the names: two units can wait for, never deadlock, each other.

    `DO UPDATE … WHERE false` locks the row that is there and writes nothing (PostgreSQL: INSERT, ON CONFLICT).
    """
    stream, wanted = table(Stream), recordsets.listed(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {stream} AS held (name, version, state, state_version, state_shape) "
            f"SELECT value, 0, '', 0, '' FROM {recordsets.each()} WHERE true "
            "ON CONFLICT (name) DO UPDATE SET version = held.version WHERE false",
            [wanted],
        )
        cursor.execute(
            f"SELECT name, version, state, state_version, state_shape FROM {stream} WHERE name {recordsets.among()}",
            [wanted],
        )
        return {row[0]: Held(*row[1:]) for row in cursor.fetchall()}


def _row(name: str, held: Held) -> Stream:
    return Stream(
        name=name,
        version=held.version,
        state=held.state,
        state_version=held.state_version,
        state_shape=held.state_shape,
    )


def writer() -> Any:
    """A place in the queue of SQLite's writers; PostgreSQL needs none."""
    return _sqlite_writer if connection.vendor == "sqlite" else nullcontext()


@contextmanager
def transaction() -> Iterator[Unit]:
    """A unit of work; inside another one it is that other one. Wakes the relay after the commit."""
    outer = _current.get()
    if outer:
        yield outer
        return
    with writer():
        unit = Unit()
        token = _current.set(unit)
        try:
            with database.atomic():
                yield unit
                unit.flush()
        finally:
            _current.reset(token)
    if unit.pending:
        database.on_commit(wakeup.ring)


@contextmanager
def witnessed(witness: Callable[[Sequence[Message]], None]) -> Iterator[None]:
    """Shows the witness whatever this thread puts into the log meanwhile, in the transaction that does it.

    So a job's run knows what it has sent. It cannot be the cause that they name: that is a message, never a run.
    """
    token = _witness.set(witness)
    try:
        yield
    finally:
        _witness.reset(token)


def current() -> Unit | None:
    """The unit of work we are in, if any."""
    return _current.get()


def unit_of_work() -> Unit:
    unit = _current.get()
    if unit is None:
        raise NoTransaction("open log.transaction() first")
    return unit
