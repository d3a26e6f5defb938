"""Projections: events into the rows that screens read.

A service's own events are projected inside the append's transaction, so that the page shows the order at once and
CHECK constraints guard the truth. Other services' events come by the consumer `<service>.events`. A rebuild feeds a
projection all of them again, in the order of their positions.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from django.db import models

from apps.backbone import inbox, log, messages
from apps.backbone.messages import Envelope, Event, Kind

Projector = Callable[[Any, Envelope], None]
Locks = Callable[[Any], str | Iterable[str]]


class DuplicateProjection(TypeError):
    """Two projections have one name, or one of them has two functions for one event."""


def no_locks(event: Any) -> Iterable[str]:
    return ()


@dataclass
class Projection:
    """One set of read models, and how each event changes them. Pure of clock, mail and commands.

    `models` are the tables that it alone writes, those that others refer to first. `service` is whose they are.
    """

    name: str
    service: str
    models: tuple[type[models.Model], ...]
    functions: dict[str, tuple[Projector, Locks]] = field(default_factory=dict)
    patterns: dict[str, tuple[Projector, Locks]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name in projections:
            raise DuplicateProjection(self.name)
        projections[self.name] = self
        inbox.subscribers.setdefault(f"{self.service}.events", Foreign(self.service))

    def on(self, *heard: type[Event] | str, locks: Locks = no_locks) -> Callable[[Projector], Projector]:
        """Project these events, classes or patterns such as `order.*`, by the decorated function.

        `locks` names the streams to lock first for another service's event, where this service's own commands
        change the same rows.
        """

        def register(function: Projector) -> Projector:
            for one in heard:
                name, where = (one, self.patterns) if isinstance(one, str) else (one.type, self.functions)
                if name in where:
                    raise DuplicateProjection(f"{self.name} has two functions for {name}")
                where[name] = (function, locks)
            forget()
            return function

        return register

    def find(self, event_type: str) -> tuple[Projector, Locks] | None:
        key = (self.name, event_type)
        if key not in _found:
            _found[key] = self._look_up(event_type)
        return _found[key]

    def _look_up(self, event_type: str) -> tuple[Projector, Locks] | None:
        found = self.functions.get(event_type)
        if found:
            return found
        return next((each for pattern, each in self.patterns.items() if fnmatchcase(event_type, pattern)), None)

    def project(self, event: Event, envelope: Envelope) -> None:
        found = self.find(event.type)
        if found:
            found[0](event, envelope)

    @property
    def types(self) -> frozenset[str]:
        """Every known event type that it projects."""
        return frozenset(event_type for event_type in messages.events if self.find(event_type))


projections: dict[str, Projection] = {}

_found: dict[tuple[str, str], tuple[Projector, Locks] | None] = {}
_heard: dict[tuple[str, int], frozenset[str]] = {}
"""Both remember what patterns come to; asked for each message, and forgotten when a function or an event is added."""


def forget() -> None:
    _found.clear()
    _heard.clear()


@dataclass
class Foreign:
    """The subscriber behind `<service>.events`: what the service's projections hear from others."""

    service: str
    kind: Kind = "event"

    @property
    def name(self) -> str:
        return f"{self.service}.events"

    @property
    def types(self) -> frozenset[str]:
        key = (self.service, len(messages.events))
        if key not in _heard:
            heard = frozenset().union(*(projection.types for projection in self._projections()))
            _heard[key] = frozenset(one for one in heard if messages.events[one].service != self.service)
        return _heard[key]

    @property
    def bindings(self) -> frozenset[str]:
        """The patterns as they stand, and the types that no pattern covers."""
        patterns = [pattern for projection in self._projections() for pattern in projection.patterns]
        covered = {one for one in self.types if any(fnmatchcase(one, pattern) for pattern in patterns)}
        return frozenset(patterns) | (self.types - covered)

    def _projections(self) -> list[Projection]:
        return [one for one in projections.values() if one.service == self.service]

    def _functions(self, event_type: str) -> list[tuple[Projector, Locks]]:
        return [found for one in self._projections() if (found := one.find(event_type))]

    def locks(self, message: Any, envelope: Envelope) -> Iterable[str]:
        for _, locks in self._functions(message.type):
            names = locks(message)
            yield from (names,) if isinstance(names, str) else names

    def key(self, message: Any, envelope: Envelope) -> str:
        return envelope.stream

    def handle(self, message: Any, envelope: Envelope) -> None:
        for function, _ in self._functions(message.type):
            function(message, envelope)

    def prefetch(self, taken: Sequence[inbox.Taken]) -> None:
        """Projections write, and need nothing beforehand."""

    def outside_call(self, message: Any) -> None:
        return None


def project_own(event: Event, envelope: Envelope) -> None:
    """Bring a service's own read models up to its own event, in the transaction that appends it."""
    for projection in projections.values():
        if projection.service == event.service:
            projection.project(event, envelope)


log.listeners.append(project_own)
