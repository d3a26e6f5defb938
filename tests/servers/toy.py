"""A subscriber for tests of the backbone alone: it writes down what it handles."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from apps.backbone import log
from apps.backbone.messages import Envelope, Event, Kind


class CrateSeen(Event):
    crate_id: UUID
    number: int


class Recorder:
    """Handles `crate.seen` by a row in a table of its own, so that effects can be counted after kills."""

    name = "crates.events"
    kind: Kind = "event"
    bindings = types = frozenset({"crate.seen"})

    def locks(self, message: Any, envelope: Envelope) -> list[str]:
        return [envelope.stream]

    def key(self, message: Any, envelope: Envelope) -> str:
        return envelope.stream

    def prefetch(self, taken: object) -> None:
        return None

    def outside_call(self, message: Any) -> None:
        return None

    def handle(self, message: CrateSeen, envelope: Envelope) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO crates (stream, version) VALUES (%s, %s)", [envelope.stream, envelope.version])


def see(count: int, stream: UUID | None = None) -> UUID:
    """Append so many events to one stream, each in a transaction of its own."""
    stream = stream or uuid4()
    for number in range(count):
        with log.transaction():
            log.append(f"crate-{stream}", [CrateSeen(crate_id=stream, number=number)])
    return stream


def effects() -> list[tuple[str, int]]:
    """What was handled, in the order it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stream, version FROM crates ORDER BY id")
        return list(cursor.fetchall())


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> float:
    """The seconds it took; AssertionError if it never came true."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        threading.Event().wait(0.1)
    raise AssertionError(f"not within {seconds} s")
