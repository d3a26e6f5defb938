"""A tile for each service: its worst state, who of it is alive, how much it takes and what waits for it."""

from dataclasses import dataclass, field
from typing import Any

from apps.backbone.inbox import subscribers
from apps.console import watch
from apps.console.home import lag
from apps.console.home.addresses import first_of
from apps.console.workers import queues
from apps.console.workers.broker import Answer

UNASKED = Answer("")
"""The log knows what waits; the broker is asked on its own page, where a slow answer may take its time."""


@dataclass(frozen=True)
class Alive:
    """How many of the roles of one sort have a process."""

    living: int
    wanted: int

    @property
    def whole(self) -> bool:
        return self.living == self.wanted


@dataclass(frozen=True)
class Tile:
    service: str
    consumers: Alive
    workers: Alive
    a_minute: float
    waiting: int
    more: bool
    """More wait than were counted."""
    late: bool
    held_back: int
    """Taken, and to be tried again or parked behind one that is."""
    dead: dict[str, tuple[int, str]] = field(default_factory=dict)
    """For each consumer with dead letters, how many and where they are listed."""

    @property
    def state(self) -> str:
        """The worst of all."""
        if not (self.consumers.whole and self.workers.whole):
            return "silent"
        return "dead" if self.dead else "late" if self.late else "alive"


def tiles() -> list[Tile]:
    behind = {one.consumer: one for one in lag.lags()}
    kept, seen = queues.in_care(), watch.living()
    found: dict[str, list[queues.Queue]] = {}
    for name in sorted(subscribers, key=lambda one: (one.startswith("sagas."), one)):
        service = name.partition(".")[0]
        found.setdefault(service, []).append(queues.of_subscriber(name, UNASKED, behind[name], kept))
    return [tile(service, several, seen) for service, several in found.items()]


def tile(service: str, several: list[queues.Queue], seen: set[str]) -> Tile:
    events = [f"consumer {one.name}" for one in several if one.kind == "event"]
    commands = [f"worker {service}" for one in several if one.kind == "command"]
    return Tile(
        service=service,
        consumers=alive(events, seen),
        workers=alive(commands, seen),
        a_minute=sum(one.a_minute or 0 for one in several),
        waiting=sum(one.waiting for one in several),
        more=any(one.more for one in several),
        late=any(one.late for one in several),
        held_back=sum(one.held_back for one in several),
        dead={one.name: (one.given_up, letters(one.name)) for one in several if one.given_up},
    )


def alive(roles: list[str], seen: set[str]) -> Alive:
    return Alive(sum(watch.lives(role, seen) for role in roles), len(roles))


def letters(consumer: str) -> Any:
    return first_of("console:dead-letters", consumer=consumer)
