"""What is on the wire, for others to read: one JSON Schema for each message type, and asyncapi.yaml."""

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from apps.backbone.codec import SCHEMA
from apps.backbone.inbox import subscribers
from apps.backbone.messages import Message, commands, events

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(cls: type[Message]) -> dict[str, Any]:
    """The message's JSON Schema, self-contained."""
    _, components = msgspec.json.schema_components([cls], ref_template="#/$defs/{name}")
    own = components.pop(cls.__name__)
    schema: dict[str, Any] = _dedented(
        {
            "$schema": DIALECT,
            "$id": f"{SCHEMA}{cls.type}:{cls.schema_version}",
            **own,
            "title": cls.__name__,
            **({"$defs": components} if components else {}),
        }
    )
    return schema


def _dedented(schema: Any) -> Any:
    """Descriptions are docstrings, which Python 3.13 dedents and earlier ones do not: the contract is one."""
    if isinstance(schema, dict):
        return {
            name: cleandoc(value) if name == "description" and isinstance(value, str) else _dedented(value)
            for name, value in schema.items()
        }
    return [_dedented(one) for one in schema] if isinstance(schema, list) else schema


def files() -> dict[str, str]:
    """Every contract's text by its path under `contracts/`."""
    published = {**events, **commands}
    texts = {
        f"{cls.kind}s/{name}.{cls.schema_version}.json": json.dumps(schema_of(cls), indent=2, sort_keys=True) + "\n"
        for name, cls in sorted(published.items())
        if cls.__module__.startswith("apps.")
    }
    return texts | {"asyncapi.yaml": asyncapi()}


def asyncapi() -> str:
    """AsyncAPI 3.0: the exchange, each consumer's queue, and what it hears. JSON is YAML, so it is written as JSON."""
    ours = {name: cls for name, cls in sorted({**events, **commands}.items()) if cls.__module__.startswith("apps.")}
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "Waybill", "version": "1", "description": "Events and commands of the three services."},
        "channels": {name: _channel(name) for name in sorted(subscribers)},
        "components": {"messages": {name: _message(cls) for name, cls in ours.items()}},
    }
    return json.dumps(document, indent=2) + "\n"


def _channel(consumer: str) -> dict[str, Any]:
    subscriber = subscribers[consumer]
    return {
        "address": consumer,
        "messages": {one: {"$ref": f"#/components/messages/{one}"} for one in sorted(subscriber.types)},
        "bindings": {"amqp": {"is": "queue", "queue": {"name": consumer, "durable": True}}},
    }


def _message(cls: type[Message]) -> dict[str, Any]:
    return {
        "name": cls.type,
        "contentType": "application/cloudevents+json" if cls.kind == "event" else "application/json",
        "payload": {"$ref": f"./{cls.kind}s/{cls.type}.{cls.schema_version}.json"},
    }


def differences(folder: Path) -> list[str]:
    """The paths whose text in `folder` is not what the code says; missing and left-over ones too."""
    wanted = files()
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    wrong = [name for name, text in wanted.items() if name not in there or (folder / name).read_text() != text]
    return sorted(wrong + list(there - wanted.keys()))


def write(folder: Path) -> None:
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
