"""Events and commands into the log, inside a unit of work."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from apps.backbone import clock, codec
from apps.backbone.log.unit import Unit, transaction, unit_of_work
from apps.backbone.messages import Command, Envelope, Event
from apps.backbone.models import Message

Listener = Callable[[Event, Envelope], None]
listeners: list[Listener] = []
"""Called for each event inside the append's transaction: the services' own projections."""


class VersionConflict(Exception):
    """Someone else appended to the stream first."""


def append(
    stream: str,
    events: Sequence[Event],
    cause: Envelope | None = None,
    *,
    expected_version: int | None = None,
    actor: str = "",
    message_ids: Sequence[UUID] = (),
) -> list[Envelope]:
    """Append to a stream inside the current unit and run the listeners; raises VersionConflict."""
    unit = unit_of_work()
    unit.lock([stream])
    held = unit.streams[stream]
    if expected_version is not None and held.version != expected_version:
        raise VersionConflict(f"{stream} is at version {held.version}, not {expected_version}")
    envelopes = []
    for number, event in enumerate(events):
        held.version, held.changed = held.version + 1, True
        identity = message_ids[number] if message_ids else uuid7()
        envelope = _envelope(event, identity, cause, actor, stream=stream, version=held.version)
        unit.pending.append(_message(envelope, codec.encode(event)))
        envelopes.append(envelope)
        for listener in listeners:
            listener(event, envelope)
    return envelopes


def send(
    command: Command,
    cause: Envelope | None = None,
    *,
    actor: str = "",
    source: str = "",
    message_id: UUID | None = None,
    correlation_id: UUID | None = None,
    new: bool = False,
) -> Envelope:
    """Put a command into the log; the relay carries it to its service. With a `message_id` sent before: nothing.

    `new` says that the id cannot have been sent before (the inbox vouches for that), and saves the look.
    """
    with transaction() as unit:
        envelope = _envelope(
            command,
            message_id or uuid7(),
            cause,
            actor,
            source=source or (f"/{cause.target}" if cause and cause.target else "/console"),
            correlation_id=correlation_id,
            target=command.service,
        )
        if new or message_id is None or not _sent_before(unit, message_id):
            unit.pending.append(_message(envelope, codec.encode(command)))
            unit.sent.add(envelope.message_id)
    return envelope


def _sent_before(unit: Unit, message_id: UUID) -> bool:
    return message_id in unit.sent or Message.objects.filter(message_id=message_id).exists()


def _envelope(
    message: Event | Command,
    message_id: UUID,
    cause: Envelope | None,
    actor: str,
    *,
    source: str = "",
    correlation_id: UUID | None = None,
    target: str = "",
    stream: str = "",
    version: int = 0,
) -> Envelope:
    return Envelope(
        message_id=message_id,
        kind=message.kind,
        type=message.type,
        source=source or f"/{message.service}",
        target=target,
        stream=stream,
        version=version,
        schema_version=message.schema_version,
        correlation_id=correlation_id or (cause.correlation_id if cause else message_id),
        causation_id=cause.message_id if cause else None,
        actor=actor or (cause.actor if cause else "system"),
        traceparent=cause.traceparent if cause else "",
        occurred_at=clock.now(),
    )


def _message(envelope: Envelope, body: str) -> Message:
    return Message(
        message_id=envelope.message_id,
        kind=envelope.kind,
        type=envelope.type,
        source=envelope.source,
        target=envelope.target,
        stream=envelope.stream,
        version=envelope.version,
        schema_version=envelope.schema_version,
        body=body,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.causation_id,
        actor=envelope.actor,
        traceparent=envelope.traceparent,
        occurred_at=envelope.occurred_at,
    )


def envelope_of(message: Message, position: int = 0) -> Envelope:
    """The envelope of a row of the log."""
    return Envelope(
        message_id=message.message_id,
        kind="event" if message.kind == "event" else "command",
        type=message.type,
        source=message.source,
        target=message.target,
        stream=message.stream,
        version=message.version,
        position=position,
        schema_version=message.schema_version,
        correlation_id=message.correlation_id,
        causation_id=message.causation_id,
        actor=message.actor,
        traceparent=message.traceparent,
        occurred_at=message.occurred_at,
    )


def open_message(message: Message) -> Any:
    """The event or command in a row of the log, in today's shape; raises what `codec.decode` raises."""
    kind = "event" if message.kind == "event" else "command"
    return codec.decode(kind, message.type, message.schema_version, message.body)  # type: ignore[arg-type]
