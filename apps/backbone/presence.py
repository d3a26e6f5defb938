"""Which processes are alive: each says so every few seconds, in a row of its own."""

import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections

from apps.backbone import clock
from apps.backbone.models import Process

SECONDS_BETWEEN = 5.0
ALIVE = timedelta(seconds=20)


@dataclass(frozen=True)
class Work:
    """What a process does at this moment; `since` is nothing while it is idle."""

    what: str = ""
    since: datetime | None = None


IDLE = Work()


class Presence:
    """One process's, or thread's, sign of life under a role such as `relay` or `consumer orders.events`."""

    def __init__(self, role: str) -> None:
        self.role, self.host, self.pid = role, platform.node(), os.getpid()
        self.started_at = clock.now()
        self._next = 0.0
        self._work = IDLE

    @property
    def name(self) -> str:
        return f"{self.role}@{self.host}:{self.pid}"

    def busy(self, what: str) -> None:
        """What this round of a loop does, nothing if it is idle: the next sign of life says it, and since when."""
        self._work = Work(what, self._work.since or clock.now()) if what else IDLE

    def show(self, work: Work | None = None) -> None:
        """Write the row, at most every few seconds; call it as often as you like."""
        work = work or self._work
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + SECONDS_BETWEEN
        Process.objects.update_or_create(
            name=self.name,
            defaults={
                "role": self.role,
                "host": self.host,
                "pid": self.pid,
                "started_at": self.started_at,
                "seen_at": clock.now(),
                "busy_with": work.what[:200],
                "busy_since": work.since,
                "version": settings.WAYBILL_VERSION,
            },
        )

    def gone(self) -> None:
        Process.objects.filter(name=self.name).delete()


def show_until(stop: threading.Event, role: str, work: Callable[[], Work] = Work) -> threading.Thread:
    """Show a role from a thread of its own, for processes that have no loop; an outage is waited out.

    `work` is asked each time what the process is busy with.
    """

    def run() -> None:
        presence = Presence(role)
        while not stop.wait(SECONDS_BETWEEN / 2):
            with _outlived():
                presence.show(work())
        with _outlived():
            presence.gone()

    thread = threading.Thread(target=run, name=f"presence {role}", daemon=True)
    thread.start()
    return thread


@contextmanager
def _outlived() -> Iterator[None]:
    try:
        close_old_connections()
        yield
    except (DatabaseError, InterfaceError):
        return  # the row simply grows old, which is what an outage looks like


def alive(role: str) -> bool:
    """Has any process of this role, or whose role begins with it, been seen in the last 20 seconds?"""
    return Process.objects.filter(role__startswith=role, seen_at__gt=clock.now() - ALIVE).exists()
