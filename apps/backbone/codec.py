"""Messages to text and back: the log's bodies, CloudEvents on the wire, and old shapes made new on reading."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from apps.backbone.messages import (
    MAX_BODY_BYTES,
    Command,
    Envelope,
    Event,
    Kind,
    Message,
    MessageTooLarge,
    commands,
    events,
)

CONTENT_TYPE = "application/cloudevents+json"
COMMAND_CONTENT_TYPE = "application/json"
SCHEMA = "urn:waybill:schema:"

_encoder = msgspec.json.Encoder()


class Undecodable(ValueError):
    """The bytes are no message of ours: not JSON, not the envelope's shape, or not the type's schema."""


class UnknownType(LookupError):
    """No class is known for this message type."""


class UnknownVersion(LookupError):
    """The message's schema version is newer than this code, or older without an upcaster."""


class WrongSource(ValueError):
    """The message claims to come from a service that does not publish its type."""


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
_upcasters: dict[tuple[str, int], Upcaster] = {}


def upcaster(message_type: str, from_version: int) -> Callable[[Upcaster], Upcaster]:
    """Register what turns the fields of `from_version` into those of the next."""

    def register(function: Upcaster) -> Upcaster:
        _upcasters[message_type, from_version] = function
        return function

    return register


def encode(message: Message) -> str:
    """The message's fields as JSON text; raises MessageTooLarge over 64 KiB."""
    body = _encoder.encode(message)
    if len(body) > MAX_BODY_BYTES:
        raise MessageTooLarge(f"{message.type}: {len(body):,} bytes, over {MAX_BODY_BYTES:,}")
    return body.decode()


def class_of(kind: Kind, message_type: str) -> type[Message]:
    found: type[Message] | None = events.get(message_type) if kind == "event" else commands.get(message_type)
    if found is None:
        raise UnknownType(f"{kind} {message_type}")
    return found


def decode(kind: Kind, message_type: str, schema_version: int, body: str | bytes) -> Message:
    """The message in today's shape. Raises UnknownType, UnknownVersion or Undecodable."""
    cls = class_of(kind, message_type)
    try:
        if schema_version == cls.schema_version:
            return _decoder(cls).decode(body)
        return msgspec.convert(_upcast(cls, schema_version, msgspec.json.decode(body)), cls, strict=False)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Undecodable(f"{message_type}: {error}") from error


@cache
def _decoder(cls: type[Message]) -> "msgspec.json.Decoder[Message]":
    return msgspec.json.Decoder(cls)


def _upcast(cls: type[Message], version: int, fields: dict[str, Any]) -> dict[str, Any]:
    if version > cls.schema_version:
        raise UnknownVersion(f"{cls.type} version {version}; known up to {cls.schema_version}")
    for step in range(version, cls.schema_version):
        if (cls.type, step) not in _upcasters:
            raise UnknownVersion(f"{cls.type} version {step} has no upcaster")
        fields = _upcasters[cls.type, step](fields)
    return fields


class CloudEvent(msgspec.Struct, kw_only=True, omit_defaults=True):
    """CloudEvents 1.0, structured JSON, with our extensions. https://github.com/cloudevents/spec"""

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    dataschema: str
    correlationid: UUID
    streamversion: int
    position: int
    actor: str
    data: msgspec.Raw
    causationid: UUID | None = None
    traceparent: str = ""


class CarriedCommand(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A command on the wire: its envelope and its fields."""

    envelope: Envelope
    body: msgspec.Raw


_cloud_event = msgspec.json.Decoder(CloudEvent)
_carried = msgspec.json.Decoder(CarriedCommand)


def to_wire(envelope: Envelope, body: str) -> bytes:
    """The whole message as the broker carries it."""
    data = msgspec.Raw(body.encode())
    if envelope.kind == "command":
        return _encoder.encode(CarriedCommand(envelope=envelope, body=data))
    return _encoder.encode(
        CloudEvent(
            specversion="1.0",
            id=envelope.message_id,
            source=envelope.source,
            type=envelope.type,
            subject=envelope.stream,
            time=envelope.occurred_at,
            datacontenttype="application/json",
            dataschema=f"{SCHEMA}{envelope.type}:{envelope.schema_version}",
            correlationid=envelope.correlation_id,
            causationid=envelope.causation_id,
            streamversion=envelope.version,
            position=envelope.position,
            actor=envelope.actor,
            traceparent=envelope.traceparent,
            data=data,
        )
    )


def from_wire(kind: Kind, raw: bytes) -> tuple[Envelope, bytes]:
    """The envelope and the undecoded body; raises Undecodable."""
    try:
        if kind == "command":
            carried = _carried.decode(raw)
            return carried.envelope, bytes(carried.body)
        event = _cloud_event.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Undecodable(str(error)) from error
    return _envelope(event), bytes(event.data)


def _envelope(event: CloudEvent) -> Envelope:
    schema, _, version = event.dataschema.rpartition(":")
    if event.specversion != "1.0" or schema != f"{SCHEMA}{event.type}" or not version.isdecimal():
        raise Undecodable(f"specversion {event.specversion!r}, dataschema {event.dataschema!r}")
    return Envelope(
        message_id=event.id,
        kind="event",
        type=event.type,
        source=event.source,
        stream=event.subject,
        version=event.streamversion,
        position=event.position,
        schema_version=int(version),
        correlation_id=event.correlationid,
        causation_id=event.causationid,
        actor=event.actor,
        traceparent=event.traceparent,
        occurred_at=event.time,
    )


def open_wire(kind: Kind, raw: bytes) -> tuple[Envelope, Message]:
    """Read a whole message; raises Undecodable, UnknownType, UnknownVersion or WrongSource."""
    envelope, body = from_wire(kind, raw)
    message = decode(envelope.kind, envelope.type, envelope.schema_version, body)
    if envelope.kind != kind or (isinstance(message, Event) and envelope.source != f"/{message.service}"):
        raise WrongSource(f"{envelope.type} from {envelope.source!r}")
    if isinstance(message, Command) and envelope.target != message.service:
        raise WrongSource(f"{envelope.type} for {envelope.target!r}")
    return envelope, message
