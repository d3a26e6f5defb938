"""A run with what may be asked of it: the facts that decide it, the action, and the person's wish."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

import msgspec
from django.http import HttpRequest

from apps.backbone.messages import Command, Envelope
from apps.backbone.models import Inbox
from apps.backbone.saga import TERMINAL, SagaState, Steering, Timer
from apps.console import frame
from apps.console.runs import letters
from apps.console.runs.belonging import Belonging
from apps.orders.models import Order, Shipment

GOING = ("pending", "packed", "ready")


@dataclass(frozen=True)
class Standing:
    """A run with what its actions are decided by; each is looked up once."""

    scope: Belonging
    unfinished: list[Inbox]

    @cached_property
    def letters(self) -> list[Inbox]:
        """What was given up, or failed and waits for its next try."""
        return [row for row in self.unfinished if letters.is_repairable(row)]

    @property
    def given_up(self) -> list[Inbox]:
        return [row for row in self.letters if letters.is_given_up(row)]

    @cached_property
    def order(self) -> Order | None:
        return Order.objects.filter(pk=self.scope.order_id).first()

    @cached_property
    def shipments(self) -> list[Shipment]:
        return list(Shipment.objects.filter(order_id=self.scope.order_id).order_by("-created_at"))

    @cached_property
    def state(self) -> SagaState:
        found: SagaState = msgspec.json.decode(self.scope.run.state, type=type(self.scope.saga.initial))
        return found

    @property
    def ended(self) -> bool:
        return self.scope.run.status in TERMINAL

    def going(self) -> Shipment | None:
        return next((one for one in self.shipments if one.status in GOING), None)

    def would(self, asked: Steering) -> list[Command | Timer]:
        """What the saga would answer: it is pure, so it can be asked."""
        if not isinstance(asked, self.scope.saga.hears):
            return []
        after = self.scope.saga.evolve(self.state, asked)
        return self.scope.saga.react(asked, after)


@dataclass(frozen=True)
class Asked:
    """An action as a person asked for it."""

    request: HttpRequest
    standing: Standing
    cause: Envelope
    """The deed, which is in the log."""
    reason: str
    token: UUID

    @property
    def by(self) -> str:
        return frame.actor(self.request)

    def identity(self, action: str) -> UUID:
        return uuid5(self.token, action)


@dataclass(frozen=True)
class Action:
    """One thing that staff may want of a run."""

    name: str
    word: Any
    icon: str
    permissions: tuple[str, ...]
    why_not: Callable[[Standing], str]
    question: Callable[[Standing], str]
    """What it does, said before it is done."""
    carry_out: Callable[[Asked], str]
    """Does it, and says so."""
    dangerous: bool = False


@dataclass(frozen=True)
class Offer:
    """An action as the page shows it."""

    action: Action
    refusal: str
    question: str = ""
