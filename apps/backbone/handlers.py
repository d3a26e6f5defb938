"""Which function carries out which command: one registry for each service."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.backbone import inbox
from apps.backbone.messages import Command, Envelope, Kind

Handler = Callable[[Any, Envelope], Any]
Locks = Callable[[Any], str | Iterable[str]]


class AlreadyHandled(TypeError):
    """Two handlers claim one command."""


class WrongService(TypeError):
    """A service may handle its own commands only."""


def no_locks(command: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class OutsideCall:
    """What one slow command does: before the call, the call, and after it."""

    prepare: Callable[[Any, Envelope], Any]
    call: Callable[[Any], Any]
    record: Callable[[Any, Envelope, Any, Any], None]


@dataclass
class Handlers:
    """A service's commands and what carries them out; the subscriber behind `<service>.commands`."""

    service: str
    kind: Kind = "command"
    _handlers: dict[str, tuple[Handler, Locks]] = field(default_factory=dict)
    _outside: dict[str, tuple[OutsideCall, Locks]] = field(default_factory=dict)
    types: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        inbox.subscribers[self.name] = self

    @property
    def name(self) -> str:
        return f"{self.service}.commands"

    @property
    def bindings(self) -> frozenset[str]:
        return self.types

    def on(self, *commands: type[Command], locks: Locks = no_locks) -> Callable[[Handler], Handler]:
        """Carry these commands out by the decorated function, inside one transaction.

        `locks` names the streams to lock first, from the command: all those that the function is going to append
        to, as far as they can be known, and those that guard the rows it decides by.
        """

        def register(function: Handler) -> Handler:
            for command in commands:
                self._claim(command)
                self._handlers[command.type] = (function, locks)
            return function

        return register

    def outside(
        self,
        command: type[Command],
        *,
        prepare: Callable[[Any, Envelope], Any],
        call: Callable[[Any], Any],
        record: Callable[[Any, Envelope, Any, Any], None],
        locks: Locks = no_locks,
    ) -> None:
        """Carry this command out by a slow call to the outside, which no transaction waits for.

        `prepare(command, envelope) -> request` runs in a transaction under the locks; None means that nothing is
        left to do. `call(request) -> reply` runs outside of any; what it raises is an outage, and tried again later.
        `record(command, envelope, request, reply)` runs in a second transaction under the locks, with the inbox row.
        A kill between the two is tried again after the lease: `call` must repeat itself under one idempotency key.
        """
        self._claim(command)
        if not command.outside:
            raise TypeError(f"{command.type} calls the outside, so its class must say `outside = True`")
        self._outside[command.type] = (OutsideCall(prepare, call, record), locks)

    def _claim(self, command: type[Command]) -> None:
        if command.service != self.service:
            raise WrongService(f"{command.type} is not for {self.service}")
        if command.type in self.types:
            raise AlreadyHandled(command.type)
        self.types |= {command.type}

    def locks(self, message: Any, envelope: Envelope) -> Iterable[str]:
        _, locks = self._handlers.get(message.type) or self._outside[message.type]
        names = locks(message)
        return (names,) if isinstance(names, str) else names

    def key(self, message: Any, envelope: Envelope) -> str:
        """Commands have no order among themselves."""
        return ""

    def handle(self, message: Any, envelope: Envelope) -> None:
        function, _ = self._handlers[message.type]
        function(message, envelope)

    def prefetch(self, taken: Sequence[inbox.Taken]) -> None:
        """Handlers load what they need by themselves."""

    def outside_call(self, message: Any) -> OutsideCall | None:
        found = self._outside.get(message.type)
        return found[0] if found else None
