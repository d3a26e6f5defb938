"""Runs the pure sagas: keeps their instances, sends their commands, sets their timers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from apps.backbone import copying, inbox, log, recordsets
from apps.backbone.codec import encode
from apps.backbone.messages import Command, Envelope, Event, Kind
from apps.backbone.models import SagaInstance, Timer as TimerRow, table
from apps.backbone.saga import TERMINAL, Saga, SagaState, Timer

sagas: dict[str, Saga[Any]] = {}


class DuplicateSaga(TypeError):
    """Two sagas have one name."""


def register(saga: Saga[Any]) -> None:
    """Make a saga known, with its queue `sagas.<name>`."""
    if saga.name in sagas and sagas[saga.name] is not saga:
        raise DuplicateSaga(saga.name)
    sagas[saga.name] = saga
    inbox.subscribers[f"sagas.{saga.name}"] = SagaRunner(saga)


@dataclass
class SagaRunner:
    """The subscriber behind `sagas.<name>`."""

    saga: Saga[Any]
    kind: Kind = "event"

    @property
    def name(self) -> str:
        return f"sagas.{self.saga.name}"

    @property
    def types(self) -> frozenset[str]:
        return frozenset(event.type for event in self.saga.hears + self.saga.starts)

    @property
    def bindings(self) -> frozenset[str]:
        return self.types

    def stream(self, key: Any) -> str:
        return f"{self.saga.name}-{key}"

    def _key(self, message: Any) -> UUID | None:
        return self.saga.instance(message)

    def locks(self, message: Any, envelope: Envelope) -> Iterable[str]:
        key = self._key(message)
        return (self.stream(key),) if key else ()

    def key(self, message: Any, envelope: Envelope) -> str:
        """Order is kept per instance; an event that is for none stays in order with its stream."""
        key = self._key(message)
        return self.stream(key) if key else envelope.stream

    def outside_call(self, message: Any) -> None:
        return None

    def prefetch(self, taken: Sequence[inbox.Taken]) -> None:
        """Load the instances that these events belong to, all at once."""
        keys = {key for one in taken if (key := self._key(one.message))}
        held = self._held()
        for row in SagaInstance.objects.raw(
            f"SELECT * FROM {table(SagaInstance)} WHERE saga = %s AND key {recordsets.among('uuid')}",
            [self.saga.name, recordsets.listed(keys - held.instances.keys())],
        ):
            held.instances[row.key] = row
        held.looked_for |= keys

    def _held(self) -> "Held":
        """What this unit of work has in hand of this saga; written at its end."""
        unit = log.unit_of_work()
        held: Held = unit.loaded.setdefault(self.name, Held())
        unit.at_end[self.name] = held.write
        return held

    def handle(self, message: Any, envelope: Envelope) -> None:
        key = self._key(message)
        instance = self._instance(key, message, envelope) if key else None
        if key is None or instance is None:
            return
        state = self.saga.evolve(self._state(instance), message)
        answers = self.saga.react(message, state)
        self._save(instance, state, envelope)
        for ordinal, answer in enumerate(answers):
            self._answer(answer, envelope, key, ordinal)

    def _instance(self, key: Any, event: Event, envelope: Envelope) -> SagaInstance | None:
        held = self._held()
        if key not in held.looked_for:
            found = SagaInstance.objects.filter(saga=self.saga.name, key=key).first()
            held.looked_for.add(key)
            if found:
                held.instances[key] = found
        if key not in held.instances and isinstance(event, self.saga.starts):
            held.instances[key] = SagaInstance(
                saga=self.saga.name,
                key=key,
                correlation_id=envelope.correlation_id,
                started_at=envelope.occurred_at,
            )
        return held.instances.get(key)

    def _state(self, instance: SagaInstance) -> SagaState:
        if not instance.state:
            initial: SagaState = self.saga.initial
            return initial
        state: SagaState = msgspec.json.decode(instance.state, type=type(self.saga.initial))
        return state

    def _save(self, instance: SagaInstance, state: SagaState, envelope: Envelope) -> None:
        ended = state.status in TERMINAL
        patience = None if ended else (state.patience or timedelta(hours=1))
        instance.state = msgspec.json.encode(state).decode()
        instance.version += 1
        instance.status, instance.reason = state.status, state.reason
        instance.waits_for = "" if ended else state.waits_for
        instance.deadline = envelope.occurred_at + patience if patience else None
        instance.moved_at = envelope.occurred_at
        self._held().changed.add(instance.key)

    def _answer(self, answer: Command | Timer, envelope: Envelope, key: UUID, ordinal: int) -> None:
        kind = answer.message.type if isinstance(answer, Timer) else answer.type
        identity = uuid5(envelope.message_id, f"{self.saga.name}/{key}/{kind}/{ordinal}")
        if isinstance(answer, Timer):
            self._set(answer, envelope, key, identity)
        else:
            log.send(answer, envelope, message_id=identity, source="/sagas", new=True)

    def _set(self, timer: Timer, envelope: Envelope, key: UUID, identity: UUID) -> None:
        self._held().timers.append(
            TimerRow(
                message_id=identity,
                type=timer.message.type,
                stream=self.stream(key),
                body=encode(timer.message),
                due_at=timer.at or envelope.occurred_at + (timer.after or timedelta()),
                correlation_id=envelope.correlation_id,
                causation_id=envelope.message_id,
                actor=envelope.actor,
            )
        )


WRITTEN = ("status", "state", "version", "waits_for", "reason", "deadline", "moved_at")


@dataclass
class Held:
    """The instances of one saga that a unit of work has loaded, and the timers it sets."""

    instances: dict[UUID, SagaInstance] = field(default_factory=dict)
    looked_for: set[UUID] = field(default_factory=set)
    changed: set[UUID] = field(default_factory=set)
    timers: list[TimerRow] = field(default_factory=list)

    def write(self) -> None:
        rows = [self.instances[key] for key in sorted(self.changed)]
        for row in rows:
            row.pk = None  # the saga and its key say which row it is
        recordsets.upsert(rows, ["saga", "key"], WRITTEN)
        copying.insert(self.timers)
