"""A run's state before and after one message, folded from the log: sagas are pure, so it can be told for any."""

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec

from apps.backbone.messages import Command
from apps.backbone.models import Inbox, Message
from apps.backbone.saga import SagaState, Timer
from apps.console.runs.belonging import Belonging, opened

LONGEST = 20_000
"""Events that are folded for one look."""


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Answer:
    """One thing that the run asked for, or the clock that it set."""

    kind: str
    type: str
    body: str
    due: Any = None


@dataclass(frozen=True)
class Step:
    """What one event did to a run."""

    changes: list[Change] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def step(scope: Belonging, message: Message) -> Step | None:
    """Nothing if the run has not heard it, or has heard too much to tell."""
    event = opened(message)
    heard = heard_before(scope, message)
    if event is None or heard is None or message.message_id in untaken(scope):
        return None
    before = scope.saga.initial
    for each in heard:
        before = scope.saga.evolve(before, each)
    after = scope.saga.evolve(before, event)
    answers = [answer(one, message) for one in scope.saga.react(event, after)]
    return Step(changes(before, after), answers)


def heard_before(scope: Belonging, message: Message) -> list[Any] | None:
    """In the order of the log, without what stands in line or was discarded."""
    place = getattr(getattr(message, "numbered", None), "position", None)
    rows = scope.candidates().filter(kind="event", type__in=scope.types).exclude(pk=message.pk)
    earlier = rows.filter(numbered__position__lt=place) if place else rows.filter(seq__lt=message.seq)
    found = list(earlier.order_by("numbered__position")[: LONGEST + 1])
    if len(found) > LONGEST:
        return None
    missing = untaken(scope)
    events = [opened(row) for row in found if row.message_id not in missing]
    return [event for event in events if event is not None and scope.saga.instance(event) == scope.run.key]


def untaken(scope: Belonging) -> set[Any]:
    rows = Inbox.objects.filter(consumer=scope.consumer, key=scope.stream).exclude(state=Inbox.State.DONE)
    return set(rows.values_list("message_id", flat=True))


def changes(before: SagaState, after: SagaState) -> list[Change]:
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return [Change(name, readable(old.get(name)), readable(new[name])) for name in new if old.get(name) != new[name]]


def readable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def answer(one: Command | Timer, message: Message) -> Answer:
    if isinstance(one, Timer):
        due = one.at or (message.occurred_at + one.after if one.after else message.occurred_at)
        return Answer("timer", one.message.type, msgspec.json.encode(one.message).decode(), due)
    return Answer("command", one.type, msgspec.json.encode(one).decode())
