"""Which messages of the log belong to a run: what it heard and asked for, what came of that, and who began it.

They are looked for by correlation, which is indexed: the run's own, and those of whatever reached its streams from
outside (a person who cancels, a parcel that leaves). Never more than some hundred rows at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet

from apps.backbone import codec, log
from apps.backbone.messages import Envelope, Event
from apps.backbone.models import Message, SagaInstance
from apps.backbone.saga import Saga
from apps.backbone.saga_runner import sagas
from apps.console import lines, operators

FIRST = 200
"""Messages of a run that its streams are found by."""
MOST = 100
"""Correlations of one run."""
MOST_ANSWERS = 8
"""Commands of one type that a saga sends in one go."""
SERVICES = ("orders", "inventory", "payments")
UNREADABLE = (codec.Undecodable, codec.UnknownType, codec.UnknownVersion)


@dataclass(frozen=True)
class Belonging:
    """One run, with what tells its messages from all others."""

    run: SagaInstance
    order_id: str
    correlations: frozenset[UUID]

    @property
    def saga(self) -> Saga[Any]:
        return sagas[self.run.saga]

    @property
    def stream(self) -> str:
        return stream_of(self.run)

    @property
    def consumer(self) -> str:
        return f"sagas.{self.run.saga}"

    def candidates(self) -> QuerySet[Message]:
        return Message.objects.filter(correlation_id__in=self.correlations)

    def heard(self, message: Message) -> bool:
        event = opened(message) if message.kind == "event" and message.type in self.types else None
        return event is not None and self.saga.instance(event) == self.run.key

    @cached_property
    def types(self) -> frozenset[str]:
        return frozenset(one.type for one in self.saga.hears + self.saga.starts)

    def asked(self, message: Message) -> bool:
        """Is it a command of this run? Its id is made from the event that it answers."""
        if message.kind != "command" or message.source != "/sagas" or message.causation_id is None:
            return False
        made = f"{self.run.saga}/{self.run.key}/{message.type}"
        return any(message.message_id == uuid5(message.causation_id, f"{made}/{n}") for n in range(MOST_ANSWERS))


@dataclass
class Sorted:
    """Some messages of a run, with those that they answer, as far as they are known."""

    rows: list[Message] = field(default_factory=list)
    heard: set[UUID] = field(default_factory=set)
    causes: dict[UUID, int] = field(default_factory=dict)
    """The insert number of the message behind an id."""
    sent: set[UUID] = field(default_factory=set)
    """By a run of a job, in whose own lane they then stand."""

    def lane_of(self, row: Message) -> str:
        """Who said it: the job, a service, a saga, or somebody outside, people and programs."""
        said_by = row.source.strip("/")
        if row.message_id in self.sent:
            return "job"
        if said_by in SERVICES:
            return said_by
        return "saga" if said_by in ("sagas", "backbone") else "people"


def stream_of(run: SagaInstance) -> str:
    return f"{run.saga}-{run.key}"


def order_of(run: SagaInstance) -> str:
    return str(lines.opened(run.state).get("order_id") or run.key)


def belonging(run: SagaInstance) -> Belonging:
    order_id = order_of(run)
    own = Message.objects.filter(correlation_id=run.correlation_id, kind="event").order_by("seq")
    told = own.values_list("stream", "body")[:FIRST]
    streams = {stream for stream, body in told if lines.order_of(stream, lines.opened(body)) == order_id}
    streams |= {stream_of(run), f"order-{order_id}"}
    found = Message.objects.filter(kind="event", stream__in=streams).order_by().values_list("correlation_id", flat=True)
    return Belonging(run, order_id, frozenset({run.correlation_id, *found.distinct()[:MOST]}))


def opened(message: Message) -> Event | None:
    """Nothing if this version of the code cannot read it."""
    try:
        found: Event = log.open_message(message)
    except UNREADABLE:
        return None
    return found


def sort_out(scope: Belonging, rows: Sequence[Message], *, whole: bool = False) -> Sorted:
    """Those of the rows, which come in order, that belong to the run; with `whole`, to its order."""
    near = {row.message_id: row for row in rows}
    causes = near | {row.message_id: row for row in _answered(rows, near)}
    found = Sorted(causes={key: row.seq for key, row in causes.items()})
    found.heard = {row.message_id for row in rows if scope.heard(row)}
    before = _effects_of(scope, rows)
    members = {key for key, row in causes.items() if key not in near and _own(scope, row)}
    for row in rows:
        if whole or _own(scope, row) or row.message_id in before or _follows(row, members):
            members.add(row.message_id)
            found.rows.append(row)
    if whole:
        found.rows = [row for row in found.rows if _about(row) in ("", scope.order_id)]
    return found


def _own(scope: Belonging, row: Message) -> bool:
    if row.type == operators.OperatorActed.type:
        return True
    return row.stream == scope.stream or scope.asked(row) or scope.heard(row)


def _follows(row: Message, members: set[UUID]) -> bool:
    """What came of a message of the run, unless another saga has asked for it."""
    return row.causation_id in members and row.source != "/sagas"


def _about(row: Message) -> str:
    return lines.order_of(row.stream, lines.opened(row.body))


def _answered(rows: Sequence[Message], near: dict[UUID, Message]) -> Iterable[Message]:
    missing = {row.causation_id for row in rows if row.causation_id} - near.keys()
    return Message.objects.filter(message_id__in=missing)


def _effects_of(scope: Belonging, rows: Sequence[Message]) -> set[UUID]:
    """The commands among the rows whose effect the run has heard: how it began, and what reached it later."""
    commands = [row.message_id for row in rows if row.kind == "command"]
    effects = Message.objects.filter(kind="event", causation_id__in=commands, type__in=scope.types)
    return {row.causation_id for row in effects if row.causation_id and scope.heard(row)}


def last_of(scope: Belonging) -> Envelope | None:
    """The newest message of the run: what a person's deed follows in its picture."""
    newest = scope.candidates().order_by("-seq")[:FIRST]
    rows = sort_out(scope, sorted(newest, key=lambda row: row.seq)).rows
    return log.envelope_of(rows[-1]) if rows else None
