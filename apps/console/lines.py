"""One message of the log as one line that people read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from apps.backbone.models import Message, Position
from apps.console import operators, reasons, show
from apps.orders.models import Order

TELLING = (
    "order_number",
    "number",
    "sku",
    "template",
    "operation",
    "reason",
    "detail",
    "code",
    "asked",
    "carrier",
    "by",
)
CODED = ("reason", "detail", "code")
SUMS = ("amount", "total", "due", "captured", "authorized", "refunded", "voided")


@dataclass(frozen=True)
class Line:
    position: int
    seq: int
    message_id: UUID
    kind: str
    type: str
    service: str
    """Who said it, if an event; whom it is for, if a command."""
    stream: str
    version: int
    correlation_id: UUID
    causation_id: UUID | None
    who: str
    """A person's name where a person is behind it."""
    occurred_at: datetime
    order_id: str
    order_number: str
    about: str
    body: str


def latest(limit: int) -> list[Line]:
    """The last messages, newest first."""
    rows = Position.objects.order_by("-position").select_related("message")[:limit]
    return lines((row.message, row.position) for row in rows)


def after(position: int, limit: int) -> list[Line]:
    """The messages that follow a position, in order: a reader that goes on from its last one misses none."""
    rows = Position.objects.filter(position__gt=position).order_by("position").select_related("message")[:limit]
    return lines((row.message, row.position) for row in rows)


def lines(messages: Iterable[tuple[Message, int]]) -> list[Line]:
    rows = list(messages)
    people = names({message.actor for message, _position in rows})
    told = [(message, position, opened(message.body)) for message, position in rows]
    orders = numbers({order_of(message.stream, fields) for message, _position, fields in told})
    return [line(message, position, fields, people, orders) for message, position, fields in told]


def line(
    message: Message, position: int, fields: dict[str, Any], people: dict[str, str], orders: dict[str, str]
) -> Line:
    order_id = order_of(message.stream, fields)
    return Line(
        position=position,
        seq=message.seq,
        message_id=message.message_id,
        kind=message.kind,
        type=message.type,
        service=message.target or message.source.strip("/"),
        stream=message.stream,
        version=message.version,
        correlation_id=message.correlation_id,
        causation_id=message.causation_id,
        who=people.get(message.actor, message.actor),
        occurred_at=message.occurred_at,
        order_id=order_id,
        order_number=orders.get(order_id, ""),
        about=operators.sentence(fields)[:200] if message.type == operators.OperatorActed.type else about(fields),
        body=message.body,
    )


def opened(body: str) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def order_of(stream: str, fields: dict[str, Any]) -> str:
    category, _, identity = stream.partition("-")
    found = identity if category == "order" else fields.get("order_id")
    try:
        return str(UUID(str(found)))
    except ValueError:
        return ""


def about(fields: dict[str, Any]) -> str:
    """What tells this message from others of its type: numbers, sums, reasons."""
    told = [told_in_words(name, fields[name]) for name in TELLING if fields.get(name) and isinstance(fields[name], str)]
    totals = fields.get("totals")
    sums = {**fields, "total": totals.get("grand")} if isinstance(totals, dict) else fields
    told += [
        show.money(value["amount_minor"], value["currency"])
        for name in SUMS
        if isinstance(value := sums.get(name), dict) and {"amount_minor", "currency"} <= value.keys()
    ]
    told += [
        f"{each['sku']}: {each['available']} / {each['asked']}"
        for each in fields.get("shortages") or ()
        if isinstance(each, dict) and {"sku", "asked", "available"} <= each.keys()
    ]
    return " · ".join(dict.fromkeys(told))[:200]


def told_in_words(name: str, said: str) -> str:
    return reasons.words(said) if name in CODED else said


def names(actors: Iterable[str]) -> dict[str, str]:
    """`user:7` -> that person's name; all in one query."""
    keys = [actor.removeprefix("user:") for actor in actors if actor.startswith("user:")]
    people = get_user_model().objects.in_bulk([int(key) for key in keys if key.isdecimal()]) if keys else {}
    return {f"user:{key}": person.get_username() for key, person in people.items()} | {"system": _("system")}


def numbers(order_ids: Iterable[str]) -> dict[str, str]:
    """The orders' numbers, by id; all in one query."""
    wanted = [order_id for order_id in order_ids if order_id]
    found = Order.objects.filter(pk__in=wanted).values_list("pk", "number") if wanted else []
    return {str(pk): number for pk, number in found}
