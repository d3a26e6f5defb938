"""What is said: typed, immutable events and commands, and the envelope each travels in."""

import re
from datetime import datetime
from typing import Any, ClassVar, Literal, dataclass_transform
from uuid import UUID

import msgspec

Kind = Literal["event", "command"]

MAX_BODY_BYTES = 64 * 1024
"""The largest body a message may have; anything bigger travels as an id."""


class MessageTooLarge(ValueError):
    """The message's body is over 64 KiB; send an id instead."""


class DuplicateType(TypeError):
    """Two message classes claim one type."""


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class MessageMeta(msgspec.StructMeta):
    """Makes every message frozen, keyword-only and closed to fields it does not know, without saying so each time."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        options = {"frozen": True, "kw_only": True, "forbid_unknown_fields": True} | options
        return super().__new__(mcls, name, bases, namespace, **options)


class Message(msgspec.Struct, metaclass=MessageMeta):
    """An immutable fact or request. The class makes every name.

    `OrderPlaced` has the type `order.placed`, its first word naming the category; `ReserveStock` in
    `apps/inventory/commands.py` has the type `inventory.reserve_stock`, which is its Celery task's name too.
    """

    kind: ClassVar[Kind]
    type: ClassVar[str] = ""
    service: ClassVar[str] = ""
    """The service that publishes the event or carries out the command, from the class's module."""
    schema_version: ClassVar[int] = 1
    """Raised with every new shape; the old one then needs an upcaster."""


events: dict[str, type["Event"]] = {}
"""Every event class that has been imported, by type."""
commands: dict[str, type["Command"]] = {}
"""Every command class that has been imported, by type."""


class Event(Message):
    """Something that happened. Named in the past tense."""

    kind: ClassVar[Kind] = "event"

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.service = service_of(cls.__module__)
        category, *rest = words(cls.__name__)
        cls.type = f"{category}.{'_'.join(rest)}"
        register(events, cls)


class Command(Message):
    """What one service is asked to do. Named as an order."""

    kind: ClassVar[Kind] = "command"
    outside: ClassVar[bool] = False
    """True for a command that calls the outside world, which no transaction may wait for."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.service = service_of(cls.__module__)
        cls.type = f"{cls.service}.{'_'.join(words(cls.__name__))}"
        register(commands, cls)


def words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z][a-z0-9]*", name)]


def service_of(module: str) -> str:
    """`apps.inventory.commands` -> `inventory`; outside `apps`, the module's first name."""
    parts = module.split(".")
    return parts[1] if parts[0] == "apps" and len(parts) > 1 else parts[0]


def register(registry: dict[str, Any], cls: type[Message]) -> None:
    known = registry.get(cls.type)
    if known and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
        raise DuplicateType(f"{cls.type}: {known.__module__}.{known.__name__} and {cls.__module__}.{cls.__name__}")
    registry[cls.type] = cls


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A message's identity and place: who said it, when, because of what, and where it stands in the log."""

    message_id: UUID
    kind: Kind
    type: str
    source: str
    """`/orders`: the service that said it."""
    target: str = ""
    """The service that a command is for; empty for an event."""
    stream: str = ""
    """`order-<id>` for an event; empty for a command."""
    version: int = 0
    """The event's number in its stream, from 1; 0 for a command."""
    position: int = 0
    """Its number in the whole log, given after commit; 0 while it has none."""
    schema_version: int = 1
    correlation_id: UUID
    """Shared by everything that one first request led to."""
    causation_id: UUID | None = None
    """The message that this one answers."""
    actor: str = "system"
    """Who is behind it: `user:7`, `api:shop`, `schedule:nightly-audit`, `system`."""
    traceparent: str = ""
    occurred_at: datetime


class Money(msgspec.Struct, frozen=True):
    """An amount in the currency's minor unit (cents, yen, fils) and its ISO-4217 code."""

    amount_minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same(other).amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same(other).amount_minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount_minor * times, self.currency)

    def __gt__(self, other: "Money") -> bool:
        return self.amount_minor > self._same(other).amount_minor

    def __ge__(self, other: "Money") -> bool:
        return self.amount_minor >= self._same(other).amount_minor

    def __lt__(self, other: "Money") -> bool:
        return self.amount_minor < self._same(other).amount_minor

    def __le__(self, other: "Money") -> bool:
        return self.amount_minor <= self._same(other).amount_minor

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} do not add up")
        return other


class MixedCurrencies(ValueError):
    """Two currencies met in one sum."""


def zero(currency: str) -> Money:
    return Money(0, currency)
