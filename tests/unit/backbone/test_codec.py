"""Messages to the wire and back, read by others' tools as well as ours."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import jsonschema
import msgspec
import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_structured_event
from hypothesis import given, settings, strategies as some

from apps.backbone import codec, contracts
from apps.backbone.messages import MAX_BODY_BYTES, Command, Envelope, Event, MessageTooLarge, commands, events

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class ParcelWeighed(Event):
    """Its first shape had `kilos`; the second has grams and says who weighed."""

    schema_version = 2

    parcel_id: UUID
    grams: int
    by: str = "unknown"


class WeighParcel(Command):
    parcel_id: UUID


@codec.upcaster("parcel.weighed", 1)
def in_grams(fields: dict[str, Any]) -> dict[str, Any]:
    return {"parcel_id": fields["parcel_id"], "grams": fields["kilos"] * 1000}


def envelope(event: Event) -> Envelope:
    return Envelope(
        message_id=uuid4(),
        kind="event",
        type=event.type,
        source=f"/{event.service}",
        stream="parcel-1",
        version=3,
        position=7,
        schema_version=event.schema_version,
        correlation_id=uuid4(),
        causation_id=uuid4(),
        actor="user:1",
        occurred_at=NOON,
    )


def test_a_message_names_itself() -> None:
    assert (ParcelWeighed.type, events["parcel.weighed"]) == ("parcel.weighed", ParcelWeighed)
    assert WeighParcel.type.endswith(".weigh_parcel")


def test_an_event_comes_back_from_the_wire_as_it_was() -> None:
    event = ParcelWeighed(parcel_id=uuid4(), grams=250, by="Ann")
    sent = envelope(event)

    assert codec.open_wire("event", codec.to_wire(sent, codec.encode(event))) == (sent, event)


def test_an_old_shape_is_made_new_on_reading() -> None:
    parcel = uuid4()

    read = codec.decode("event", "parcel.weighed", 1, json.dumps({"parcel_id": str(parcel), "kilos": 2}))

    assert read == ParcelWeighed(parcel_id=parcel, grams=2000)


@pytest.mark.parametrize(
    ("version", "body", "error"),
    [
        (3, "{}", codec.UnknownVersion),
        (0, "{}", codec.UnknownVersion),
        (2, "{}", codec.Undecodable),
        (2, '{"parcel_id": "no uuid", "grams": 1}', codec.Undecodable),
        (2, '{"parcel_id": "0190f3a0-0000-7000-8000-000000000000", "grams": 1.5}', codec.Undecodable),
        (2, '{"parcel_id": "0190f3a0-0000-7000-8000-000000000000", "grams": 1, "more": 1}', codec.Undecodable),
        (2, "[" * 5000, codec.Undecodable),
        (2, b"\xff", codec.Undecodable),
    ],
)
def test_what_does_not_fit_is_refused_by_name(version: int, body: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"parcel\.weighed"):
        codec.decode("event", "parcel.weighed", version, body)


def test_a_message_over_64_kib_is_refused() -> None:
    with pytest.raises(MessageTooLarge, match=r"parcel\.weighed"):
        codec.encode(ParcelWeighed(parcel_id=uuid4(), grams=1, by="x" * MAX_BODY_BYTES))


@given(some.binary(max_size=200))
@settings(max_examples=300)
def test_no_bytes_do_more_than_be_refused(raw: bytes) -> None:
    with pytest.raises((codec.Undecodable, codec.UnknownType)):
        codec.open_wire("event", raw)


def published() -> list[type[Event]]:
    return [cls for cls in events.values() if cls.__module__.startswith("apps.")]


def example(cls: type[Any]) -> Any:
    """Some instance of a message class, with every required field filled."""
    info = msgspec.inspect.type_info(cls)
    assert isinstance(info, msgspec.inspect.StructType)
    fields = {field.encode_name: _value(field.type) for field in info.fields}
    return msgspec.convert(fields, cls)


SIMPLE = {
    msgspec.inspect.UUIDType: "0192f5a0-0000-7000-8000-000000000007",
    msgspec.inspect.DateTimeType: NOON.isoformat(),
    msgspec.inspect.BoolType: True,
    msgspec.inspect.IntType: 7,
    msgspec.inspect.StrType: "text",
}


def _value(kind: Any) -> Any:
    match kind:
        case msgspec.inspect.StructType(fields=fields):
            return {field.encode_name: _value(field.type) for field in fields}
        case msgspec.inspect.VarTupleType(item_type=item) | msgspec.inspect.ListType(item_type=item):
            return [_value(item)]
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            return {_value(key): _value(value)}
        case msgspec.inspect.UnionType(types=types):
            return _value(next(one for one in types if not isinstance(one, msgspec.inspect.NoneType)))
        case msgspec.inspect.LiteralType(values=values):
            return values[0]
        case _ if type(kind) in SIMPLE:
            return SIMPLE[type(kind)]
    raise AssertionError(f"no example for {kind}")


def test_the_official_sdk_reads_every_event_that_is_published() -> None:
    assert len(published()) > 40
    for cls in published():
        event = example(cls)
        sent = envelope(event)
        raw = codec.to_wire(sent, codec.encode(event))

        read = from_structured_event(RabbitMQMessage(headers={}, content_type=codec.CONTENT_TYPE, body=raw))

        assert (read.get_id(), read.get_type(), read.get_source()) == (str(sent.message_id), cls.type, sent.source)
        assert read.get_extension("correlationid") == str(sent.correlation_id)
        assert read.get_data() == json.loads(codec.encode(event))


def test_every_published_message_fits_its_schema() -> None:
    for cls in [*published(), *(one for one in commands.values() if one.__module__.startswith("apps."))]:
        schema = contracts.schema_of(cls)
        jsonschema.Draft202012Validator.check_schema(schema)

        jsonschema.validate(json.loads(codec.encode(example(cls))), schema)


def test_the_contracts_folder_is_what_the_code_says() -> None:
    from django.conf import settings as project

    assert contracts.differences(project.BASE_DIR / "contracts") == []
