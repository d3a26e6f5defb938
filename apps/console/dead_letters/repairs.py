"""Repairs of dead letters: begun by a person, done at once for a few and by a job for many."""

from collections.abc import Iterator
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest

from apps.backbone import clock, dead_letters, log, slots
from apps.backbone.dead_letters import Mended
from apps.backbone.log import writer
from apps.backbone.messages import Envelope
from apps.backbone.models import Inbox, Message, Repair
from apps.console import frame, lines, operators
from apps.console.dead_letters import filters
from apps.console.dead_letters.filters import Wanted

JOB = "console.repair-dead-letters"
FEW = 25
"""The request itself does no more than these."""
AT_ONCE = 500
WORD_ABOVE = 100
"""More than these want a typed word."""
RETRY, DISCARD = Repair.Action.RETRY, Repair.Action.DISCARD
DONE_BY = {RETRY: "requeue", DISCARD: "discard"}


class RepairLetters(msgspec.Struct):
    """Which repair: its row says what is to be done with which letters."""

    repair: int


def begin(request: HttpRequest, action: str, wanted: Wanted, reason: str, *, told: bool = False) -> Repair:
    """The act, its event and its job are kept together. Letters that are given up on later are not meant.

    `told` says that its event is in the log already, in this transaction, as a deed on something that they belong to.
    """
    wanted = msgspec.structs.replace(wanted, upto=clock.now())
    with log.transaction():
        repair = write_down(request, Repair.Action(action), wanted, reason)
        if not told:
            tell(request, repair, wanted)
        if repair.asked > FEW:
            repair.run = slots.start(JOB, RepairLetters(repair.pk), repair.actor)
            repair.save(update_fields=["run"])
        else:
            finish(repair)
    return repair


def write_down(request: HttpRequest, action: Repair.Action, wanted: Wanted, reason: str) -> Repair:
    return Repair.objects.create(
        action=action,
        actor=frame.actor(request),
        reason=reason,
        wanted=filters.encode(wanted),
        began_at=clock.now(),
        asked=wanted.letters().count(),
        **wanted.group,
    )


def tell(request: HttpRequest, repair: Repair, wanted: Wanted) -> None:
    about, cause = of_one(wanted) if repair.asked == 1 else (f"repair-{repair.pk}", None)
    done = DONE_BY[Repair.Action(repair.action)]
    operators.acted(request, done, about, repair.reason, cause, repair=repair.pk, letters=repair.asked)


def of_one(wanted: Wanted) -> tuple[str, Envelope | None]:
    """A single letter's type and its message, whose picture then shows who did what; none if it is not in the log."""
    letter = wanted.letters().get()
    found = Message.objects.filter(message_id=letter.message_id).first()
    return f"{letter.type or letter.error_class} {letter.message_id}", found and log.envelope_of(found, letter.position)


def finish(repair: Repair) -> None:
    for ids in batches(repair, 0):
        mend(repair, ids)
    end(repair)


def end(repair: Repair) -> None:
    Repair.objects.filter(pk=repair.pk).update(ended_at=clock.now())


def batches(repair: Repair, after: int) -> Iterator[list[int]]:
    """By key, whatever happens to them meanwhile: each is looked at once."""
    wanted = filters.decode(repair.wanted)
    while True:
        rows = wanted.letters().filter(pk__gt=after).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return
        yield ids
        after = ids[-1]


def mend(repair: Repair, ids: list[int]) -> Mended:
    with writer(), transaction.atomic():
        mended = dead_letters.mend(repair, ids, who(repair))
        Repair.objects.filter(pk=repair.pk).update(
            mended=F("mended") + len(mended.rows), passed_over=F("passed_over") + len(mended.passed_over)
        )
    return mended


def who(repair: Repair) -> str:
    return lines.names([repair.actor]).get(repair.actor, repair.actor)


def last_of(group: dict[str, str]) -> Repair | None:
    """The last one that was begun from this group."""
    found = Repair.objects.filter(**group) if group else Repair.objects.none()
    return found.select_related("run").order_by("-pk").first()


def recent(limit: int) -> list[Repair]:
    return list(Repair.objects.select_related("run").order_by("-pk")[:limit])


def joined(repair: Repair, group: dict[str, str]) -> int:
    """How many were given up on in this group since the repair began, beside those that it has tried again."""
    return Wanted(**group, joined=repair.pk).letters().count() if group else 0


def letters_of(repair: Repair) -> Any:
    return Inbox.objects.filter(repair=repair)


FATES: dict[str, Q] = {
    "waiting": Q(state=Inbox.State.WAITING),
    "done": Q(state=Inbox.State.DONE),
    "failed": Q(state__in=dead_letters.GIVEN_UP),
    "discarded": Q(state=Inbox.State.DISCARDED),
}
