"""What a task carried: the commands of the log, with what became of each, or one run of a job."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django_celery_results.models import TaskResult

from apps.backbone.inbox import subscribers
from apps.backbone.models import Inbox, JobRun, Message, SagaInstance
from apps.console import lines

JOB = "jobs.run"


@dataclass(frozen=True)
class Carried:
    """One command that a task carried."""

    message_id: UUID
    line: lines.Line | None
    """Its line of the log; nothing if it is not there."""
    outcome: str
    """What the task said of it: done, waiting, parked, dead …; empty while it has not said anything."""
    kept: Inbox | None
    """Its row in the inbox; done ones are kept for an hour."""
    events: list[lines.Line] = field(default_factory=list)
    """What it brought about."""
    runs: list[SagaInstance] = field(default_factory=list)
    order_id: str = ""
    order_number: str = ""

    @property
    def given_up(self) -> bool:
        return self.kept is not None and self.kept.state in (Inbox.State.DEAD, Inbox.State.QUARANTINED)


def opened(text: str | None) -> Any:
    """What Celery's results keep: JSON, and for arguments a JSON text of a text."""
    found: Any = text
    try:
        found = json.loads(text) if text else None
        return json.loads(found) if isinstance(found, str) else found
    except ValueError:
        return found


def message_ids(result: TaskResult) -> list[UUID]:
    """The commands that a task carries, in its order; none for a job or a question."""
    said = opened(result.task_kwargs)
    named = said.get("messages") if isinstance(said, dict) else None
    return [found for one in named or () if (found := identity(one))]


def identity(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def job_of(result: TaskResult) -> JobRun | None:
    number = opened(result.task_kwargs) if result.task_name == JOB else None
    return JobRun.objects.filter(pk=number).first() if isinstance(number, int) else None


def carried_by(result: TaskResult) -> list[Carried]:
    ids = message_ids(result)
    told = lines_of(ids)
    brought = brought_about(ids)
    runs = runs_of(told.values())
    orders = orders_of(told.values(), runs)
    kept = {row.message_id: row for row in Inbox.objects.filter(consumer=consumer_of(result), message_id__in=ids)}
    outcomes = opened(result.result) if ids else None
    outcomes = outcomes if isinstance(outcomes, dict) else {}
    return [
        Carried(
            message_id=one,
            line=told.get(one),
            outcome=str(outcomes.get(str(one), "")),
            kept=kept.get(one),
            events=brought[one],
            runs=runs[told[one].correlation_id] if one in told else [],
            order_id=orders[one][0] if one in orders else "",
            order_number=orders[one][1] if one in orders else "",
        )
        for one in ids
    ]


def consumer_of(result: TaskResult) -> str:
    """The queue that carries commands of this type; empty for what is no command."""
    return next(
        (one.name for one in subscribers.values() if one.kind == "command" and result.task_name in one.types), ""
    )


def lines_of(ids: Iterable[UUID]) -> dict[UUID, lines.Line]:
    """Each command's line of the log, by its id."""
    rows = Message.objects.filter(message_id__in=list(ids)).select_related("numbered")
    return {one.message_id: one for one in lines.lines((row, position_of(row)) for row in rows)}


def position_of(message: Message) -> int:
    return message.numbered.position if hasattr(message, "numbered") else 0


def brought_about(ids: Sequence[UUID]) -> dict[UUID, list[lines.Line]]:
    found: dict[UUID, list[lines.Line]] = defaultdict(list)
    rows = Message.objects.filter(causation_id__in=ids, kind="event").order_by("seq").select_related("numbered")
    for one in lines.lines((row, position_of(row)) for row in rows):
        if one.causation_id:
            found[one.causation_id].append(one)
    return found


def runs_of(told: Iterable[lines.Line]) -> dict[UUID, list[SagaInstance]]:
    """The sagas' runs that share a command's beginning."""
    found: dict[UUID, list[SagaInstance]] = defaultdict(list)
    for run in SagaInstance.objects.filter(correlation_id__in={one.correlation_id for one in told}).order_by("pk"):
        found[run.correlation_id].append(run)
    return found


def orders_of(told: Iterable[lines.Line], runs: dict[UUID, list[SagaInstance]]) -> dict[UUID, tuple[str, str]]:
    """Id and number of the order that each command serves: its own, or that of a run with the same beginning."""
    served = {one.message_id: one.order_id or order_of(runs.get(one.correlation_id, ())) for one in told}
    numbers = lines.numbers(served.values())
    return {message_id: (order, numbers.get(order, "")) for message_id, order in served.items() if order}


def order_of(runs: Iterable[SagaInstance]) -> str:
    return next((order for run in runs if (order := str(lines.opened(run.state).get("order_id") or ""))), "")


def why_not_again(result: TaskResult) -> str:
    """Why nobody retries or revokes this task by hand; nothing else but reading is offered here."""
    if result.task_name == JOB:
        return _("A job is run again, cancelled and followed on its own page.")
    if consumer_of(result):
        return _(
            "Commands are carried out once: the inbox passes over one that is done, and the receipts bring back one "
            "that was lost. What was given up is tried again from its dead letter."
        )
    return _("Nothing waits for this task any more; there is nothing to try again.")
