"""One process across services: events in, commands out, with state; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from apps.backbone.messages import Command, Event

Status = Literal["running", "completed", "compensated", "stuck"]
TERMINAL: frozenset[str] = frozenset({"completed", "compensated"})


class SagaRetryAsked(Event):
    """A person wants one run to ask again for what it waits for. In the stream of that run."""

    saga: str
    key: UUID
    reason: str = ""


class SagaCompensationAsked(Event):
    """A person wants one run to undo what it has done, and to end. In the stream of that run."""

    saga: str
    key: UUID
    reason: str = ""


Steering = SagaRetryAsked | SagaCompensationAsked
"""What people ask of a run. A saga that has no answer to it, in its present state, does nothing."""


class SagaState(msgspec.Struct, frozen=True, kw_only=True):
    """What every saga's state can tell of itself; a saga's own state adds its fields."""

    status: Status = "running"
    waits_for: str = ""
    """What would move it on, in words that an operator reads: `stock.reserved or stock.reservation_rejected`."""
    patience: timedelta | None = None
    """How long after its last event it may wait before it is stuck; None only when it is terminal."""
    reason: str = ""
    """Why it is stuck, or why it was compensated."""


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """A message to oneself, due later. Nobody cancels it; the state makes it harmless when it is late.

    Due `after` the event that set it, or `at` an instant. `message` belongs to the saga (`CheckoutGaveUp` in
    `apps/sagas/checkout.py`), which hears it like any other event.
    """

    message: Event
    after: timedelta | None = None
    at: datetime | None = None


S = TypeVar("S", bound=SagaState)


@dataclass(frozen=True)
class Saga(Generic[S]):
    """`evolve(state, event) -> state`, then `react(event, state) -> [command | Timer]`.

    `hears` lists the event classes it subscribes to, `starts` those among them that open an instance; `key` says
    which instance an event belongs to (None: none). An event for an instance that does not exist, and that does
    not start one, is taken and changes nothing. A terminal instance still answers late messages.
    """

    name: str
    initial: S
    starts: tuple[type[Event], ...]
    hears: tuple[type[Event], ...]
    key: Callable[[Event], UUID | None]
    evolve: Callable[[S, Event], S]
    react: Callable[[Event, S], list[Command | Timer]]

    def instance(self, event: Event) -> UUID | None:
        """The key of the run that an event is for; what people ask of a run says so itself."""
        if isinstance(event, Steering):
            return event.key if event.saga == self.name else None
        return self.key(event)

    def run(self, *events: Event) -> tuple[S, list[Command | Timer]]:
        """Fold `events` and return the state with the reaction to the last of them."""
        state, reaction = self.initial, []
        for event in events:
            state = self.evolve(state, event)
            reaction = self.react(event, state)
        return state, reaction


def identity(saga: str, key: Any, step: str) -> UUID:
    """A business identity (`reservation_id`, `operation_id`) that every retry of one step repeats."""
    return uuid5(NAMESPACE_URL, f"waybill:{saga}/{key}/{step}")
