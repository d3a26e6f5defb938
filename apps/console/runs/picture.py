"""A run's messages as the picture and the table draw them: who said what to whom, and what became of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.backbone.inbox import subscribers
from apps.backbone.models import Inbox, Message, Receipt, Timer
from apps.console import lines, operators, show, states
from apps.console.lines import Line
from apps.console.runs.belonging import Belonging, Sorted, sort_out

PAGE = 400
MARGIN = 30
"""Rows that are told again with the new ones: they may have been taken meanwhile, or have committed late."""
QUEUED = "queued"
WORST_FIRST = ("dead", "quarantined", "parked", "waiting", QUEUED, "discarded", "done")


@dataclass(frozen=True)
class Taken:
    """What became of one message at the one who had to take it."""

    state: str
    tries: int = 0
    took: timedelta | None = None
    letter: int = 0
    """Its row in the inbox."""


def newest(scope: Belonging, *, before: int = 0, whole: bool = False) -> dict[str, Any]:
    """The last messages of a run, or the last of those before one."""
    rows = scope.candidates().select_related("numbered").order_by("-seq")
    found = list((rows.filter(seq__lt=before) if before else rows)[: PAGE + 1])
    more = len(found) > PAGE
    return told(scope, found[:PAGE][::-1], whole) | {"older": found[PAGE - 1].seq if more else 0}


def since(scope: Belonging, after: int, *, whole: bool = False) -> dict[str, Any]:
    """What is newer than a message, and a few before it again."""
    rows = scope.candidates().select_related("numbered")
    again = list(rows.filter(seq__lte=after).order_by("-seq")[:MARGIN])
    return told(scope, again[::-1] + list(rows.filter(seq__gt=after).order_by("seq")[:PAGE]), whole)


def told(scope: Belonging, candidates: Sequence[Message], whole: bool) -> dict[str, Any]:
    found = sort_out(scope, candidates, whole=whole)
    rows = drawn(found, whatever_became(found.rows, lambda row: takers(scope, row, found)))
    return {
        "rows": rows,
        "timers": [waiting_timer(timer) for timer in pending(scope)],
        "looks": looks_of(rows),
        "last": candidates[-1].seq if candidates else 0,
    }


def takers(scope: Belonging, row: Message, found: Sorted) -> list[str]:
    """Commands are taken at their service, events by the saga."""
    if row.kind == "command":
        return [f"{row.target}.commands"]
    return [scope.consumer] if row.message_id in found.heard else []


def position_of(message: Message) -> int:
    numbered = getattr(message, "numbered", None)
    return numbered.position if numbered else 0


def drawn(found: Sorted, taken: dict[UUID, Taken]) -> list[dict[str, Any]]:
    spoken = lines.lines((row, position_of(row)) for row in found.rows)
    return [one(line, row, found, taken) for line, row in zip(spoken, found.rows, strict=True)]


def one(line: Line, row: Message, found: Sorted, taken: dict[UUID, Taken]) -> dict[str, Any]:
    became = taken.get(row.message_id, Taken(""))
    return {
        "seq": row.seq,
        "position": line.position,
        "kind": kind_of(row),
        "type": row.type,
        "lane": found.lane_of(row),
        "to": target_of(row, found),
        "cause": found.causes.get(row.causation_id, 0) if row.causation_id else 0,
        "at": int(row.occurred_at.timestamp() * 1000),
        "clock": show.clock_time(row.occurred_at),
        "utc": f"{row.occurred_at:%Y-%m-%d %H:%M:%S.%f}"[:-3],
        "about": operators.sentence(lines.opened(row.body)) if is_deed(row) else line.about,
        "who": line.who,
        "order": line.order_id,
        "number": line.order_number,
        "state": became.state,
        "tries": became.tries,
        "took": int(became.took.total_seconds() * 1000) if became.took is not None else None,
        "letter": became.letter,
    }


def is_deed(row: Message) -> bool:
    return row.type == operators.OperatorActed.type


def kind_of(row: Message) -> str:
    if is_deed(row):
        return "person"
    return "timer" if row.kind == "event" and row.source == "/sagas" else row.kind


def target_of(row: Message, found: Sorted) -> str:
    """The lane that it goes to, if it leaves its own."""
    to = row.target if row.kind == "command" else "saga" if row.message_id in found.heard else ""
    return "" if to == found.lane_of(row) else to


def whatever_became(rows: Sequence[Message], takers_of: Callable[[Message], list[str]]) -> dict[UUID, Taken]:
    """The worst of it, where several have to take one message; what the inbox keeps no longer was done."""
    takers = {row.message_id: takers_of(row) for row in rows}
    by_consumer: dict[str, list[Message]] = {}
    for row in rows:
        for consumer in takers[row.message_id]:
            by_consumer.setdefault(consumer, []).append(row)
    kept = inbox_of(by_consumer)
    below = dict(Receipt.objects.filter(consumer__in=by_consumer).values_list("consumer", "watermark"))

    def worst(row: Message) -> Taken:
        each = [became(kept.get((name, row.message_id)), row, below.get(name, 0)) for name in takers[row.message_id]]
        return min(each, key=severity)

    return {row.message_id: worst(row) for row in rows if takers[row.message_id]}


def severity(taken: Taken) -> tuple[int, timedelta]:
    return WORST_FIRST.index(taken.state), -(taken.took or timedelta())


def inbox_of(by_consumer: dict[str, list[Message]]) -> dict[tuple[str, Any], Inbox]:
    wanted = Q(pk__in=[])
    for consumer, rows in by_consumer.items():
        wanted |= Q(consumer=consumer, message_id__in=[row.message_id for row in rows])
    found = Inbox.objects.filter(wanted).only(
        "consumer", "message_id", "state", "tries", "received_at", "updated_at", "error_class"
    )
    return {(row.consumer, row.message_id): row for row in found}


def became(kept: Inbox | None, row: Message, watermark: int) -> Taken:
    if kept is None:
        return Taken("done" if 0 < position_of(row) <= watermark else QUEUED)
    if kept.state == Inbox.State.DONE:
        return Taken("done", kept.tries, ended(kept) - row.occurred_at, kept.pk)
    return Taken(str(kept.state), kept.tries, None, kept.pk)


def ended(kept: Inbox) -> datetime:
    return kept.updated_at or kept.received_at


def pending(scope: Belonging) -> Iterable[Timer]:
    return Timer.objects.filter(correlation_id__in=scope.correlations, stream=scope.stream).order_by("due_at")


def waiting_timer(timer: Timer) -> dict[str, Any]:
    return {
        "type": timer.type,
        "clock": show.clock_time(timer.due_at)[:8],
        "utc": f"{timer.due_at:%Y-%m-%d %H:%M:%S}",
        "ago": show.ago(timer.due_at),
    }


def looks_of(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Icon, color and word of each state."""
    wanted = {row["state"] for row in rows} | {QUEUED}
    words = dict(Inbox.State.choices) | {QUEUED: _("not taken yet")}
    return {
        name: dict(zip(("icon", "color"), states.LOOKS[name], strict=True)) | {"word": str(words[name])}
        for name in sorted(wanted - {""})
    }


def facts_of(row: Message) -> dict[str, Any]:
    """What is told of one message beside the picture: what it says, who took it, what it came from and led to."""
    expected = hearers(row)
    kept = {each.consumer: each for each in Inbox.objects.filter(consumer__in=expected, message_id=row.message_id)}
    return {
        "row": row,
        "line": lines.lines([(row, position_of(row))])[0],
        "kind": kind_of(row),
        "takers": [(name, kept.get(name)) for name in expected],
        "cause": Message.objects.filter(message_id=row.causation_id).first() if row.causation_id else None,
        "effects": list(Message.objects.filter(causation_id=row.message_id).order_by("seq")[:20]),
    }


def hearers(message: Message) -> list[str]:
    """Every consumer that has to take a message."""
    if message.kind == "command":
        return [f"{message.target}.commands"]
    return sorted(one.name for one in subscribers.values() if one.kind == "event" and message.type in one.types)
