"""A stream's state: folded once, kept beside its version, and what a decider makes of a command in it."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from django.db import connection

from apps.backbone.decider import Decider
from apps.backbone.log.unit import Held, current, unit_of_work
from apps.backbone.log.writing import append, open_message
from apps.backbone.messages import Command, Envelope, Event
from apps.backbone.models import Message, Stream, table

S = TypeVar("S")


def execute(
    decider: Decider[S], command: Command, cause: Envelope | None = None, *, facts: Sequence[Any] = ()
) -> list[Event]:
    """Load the stream's state under its lock, decide, append what was decided, keep the new state."""
    unit, stream = unit_of_work(), decider.stream(command)
    unit.lock([stream])
    state = load(decider, stream)
    events = decider.decide(command, state, *facts)
    if events:
        append(stream, events, cause)
        _keep(unit.streams[stream], decider, decider.fold(events, state))
    return events


def load(decider: Decider[S], stream: str) -> S:
    """The folded state of a locked stream: one row, however long the stream is."""
    held = unit_of_work().streams[stream]
    if held.folded is None or held.state_version < held.version:
        _keep(held, decider, _fold(decider, stream, held))
    state: S = held.folded
    return state


def _fold(decider: Decider[S], stream: str, held: Held) -> S:
    if held.state and held.state_shape == shape(decider):
        state, since = _decode(decider, held.state), held.state_version
    else:
        state, since = decider.initial, 0
    return decider.fold(_events(stream, since, held.version), state)


def _events(stream: str, since: int, until: int) -> list[Event]:
    """The stream's events above `since`, those that this unit has not yet flushed among them."""
    if since >= until:
        return []
    rows = list(Message.objects.filter(kind="event", stream=stream, version__gt=since).order_by("version"))
    unit = current()
    rows += [row for row in (unit.pending if unit else []) if row.stream == stream and row.version > since]
    return [open_message(row) for row in rows]


def _keep(held: Held, decider: Decider[S], state: S) -> None:
    held.folded = state
    held.state = msgspec.json.encode(state).decode()
    held.state_version, held.state_shape = held.version, shape(decider)


def _decode(decider: Decider[S], state: str) -> S:
    decoded: S = msgspec.json.decode(state, type=type(decider.initial))
    return decoded


@cache
def _digest(state: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.json.schema(state))).hexdigest()[:16]


def shape(decider: Decider[Any]) -> str:
    """A digest of the state's schema."""
    return _digest(type(decider.initial))  # type: ignore[arg-type]


def state_of(decider: Decider[S], stream_id: Any) -> S:
    """The state of one thing, read without a lock; the initial state if there is no such stream."""
    stream = f"{decider.category}-{stream_id}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT version, state, state_version, state_shape FROM {table(Stream)} WHERE name = %s", [stream]
        )
        row = cursor.fetchone()
    return _fold(decider, stream, Held(*row)) if row else decider.initial
