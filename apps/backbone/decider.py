"""The only place for business rules: two pure functions and a starting state."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from apps.backbone.messages import Command, Event

S = TypeVar("S")


@dataclass(frozen=True)
class Decider(Generic[S]):
    """`decide(command, state, *facts) -> events` and `evolve(state, event) -> state`, from `initial`.

    `category` names the streams (`order-<id>`), `identify` finds a command's stream id in it. `facts` are what a
    decision over several rows was handed by its handler, which had locked them. A refusal is an event; a repeated
    command decides `[]`; `decide` raises TypeError for a command that it does not know. `initial` must be a
    msgspec Struct, for the folded state is kept as JSON.
    """

    category: str
    initial: S
    decide: Callable[..., list[Event]]
    evolve: Callable[[S, Event], S]
    identify: Callable[[Command], Any]

    def stream(self, command: Command) -> str:
        return f"{self.category}-{self.identify(command)}"

    def fold(self, events: Iterable[Event], state: S | None = None) -> S:
        return reduce(self.evolve, events, self.initial if state is None else state)

    def outcome(self, given: Iterable[Event], when: Command, *facts: Any) -> list[Event]:
        """What `when` leads to, given what happened before."""
        return self.decide(when, self.fold(given), *facts)
