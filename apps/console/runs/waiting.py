"""Why a run waits: one sentence, and what may be behind it, each with a link to its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from apps.backbone import clock
from apps.backbone.models import Inbox, Message, SagaInstance
from apps.backbone.saga import TERMINAL
from apps.console import reasons, show, watch
from apps.console.runs.belonging import FIRST, Belonging, sort_out
from apps.orders.models import Hold
from apps.payments.models import Operation

MOST = 5
"""Hints of one sort; the rest is a number."""


@dataclass(frozen=True)
class Hint:
    """One thing that may be why a run does not move."""

    state: str
    text: str
    link: str
    word: str = ""


def is_stuck(run: SagaInstance) -> bool:
    """Says so itself, or its deadline has passed."""
    late = run.deadline is not None and run.deadline < clock.now()
    return run.status == SagaInstance.Status.STUCK or (late and run.status not in TERMINAL)


def stuck() -> Q:
    """The same as a condition, without those that have ended."""
    late = Q(deadline__lt=clock.now()) & ~Q(status__in=TERMINAL)
    return Q(status=SagaInstance.Status.STUCK) | late


def ended(run: SagaInstance, why: str) -> str:
    undone = run.status == SagaInstance.Status.COMPENSATED
    if why:
        return (_("Compensated: %(why)s.") if undone else _("Completed: %(why)s.")) % {"why": why}
    return _("Compensated.") if undone else _("Completed.")


def sentence(run: SagaInstance) -> str:
    """`Waits for payment.authorized for 42 s; gives up at 14:05.`"""
    why = reasons.words(run.reason) if run.reason else ""
    if run.status in TERMINAL:
        return ended(run, why)
    told = {
        "what": reasons.words(run.waits_for) or _("its next event"),
        "time": spell(clock.now() - run.moved_at),
        "clock": show.timed(run.deadline, hour(run.deadline)) if run.deadline else "–",
    }
    if not is_stuck(run):
        return show.said(_("Waits for %(what)s for %(time)s; gives up at %(clock)s."), **told)
    return show.said(_("Stuck: waits for %(what)s for %(time)s; gave up at %(clock)s."), **told)


def hour(moment: datetime) -> str:
    """`14:05`, with the day unless it is today."""
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate(clock.now())
    return local.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")


def spell(passed: timedelta) -> str:
    """`42 s`, `12 min`, `3 h 5 min`, `4 d`"""
    seconds = max(passed.total_seconds(), 0)
    if seconds < 1:
        return _("%(number)d ms") % {"number": seconds * 1000}
    if seconds < 120:
        return _("%(number)d s") % {"number": seconds}
    minutes = int(seconds // 60)
    if minutes < 120:
        return _("%(number)d min") % {"number": minutes}
    if minutes < 48 * 60:
        return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%(number)d d") % {"number": minutes // (24 * 60)}


def hints(scope: Belonging, letters: list[Inbox]) -> list[Hint]:
    """Of a run that has ended only what was given up; `letters` are its unfinished messages."""
    found = list(of_letters(letters))
    if scope.run.status not in TERMINAL:
        found += [*of_reviews(scope), *of_holds(scope), *of_silence(scope)]
    return found


def unfinished(scope: Belonging) -> list[Inbox]:
    """Messages of the run that somebody has taken and not carried out, oldest first."""
    newest = list(scope.candidates().order_by("-seq")[:FIRST])
    rows = sort_out(scope, newest[::-1]).rows
    wanted = Q(pk__in=[])
    for consumer, ids in takers(scope, rows).items():
        wanted |= Q(consumer=consumer, message_id__in=ids)
    ended = [Inbox.State.DONE, Inbox.State.DISCARDED]
    return list(Inbox.objects.filter(wanted).exclude(state__in=ended).defer("raw", "traceback").order_by("position"))


def takers(scope: Belonging, rows: list[Message]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        consumer = f"{row.target}.commands" if row.kind == "command" else scope.consumer
        found.setdefault(consumer, []).append(row.message_id)
    return found


def of_letters(rows: list[Inbox]) -> Iterator[Hint]:
    for row in rows[:MOST]:
        told = {"type": row.type, "consumer": row.consumer, "tries": row.tries, "error": row.error_class}
        yield Hint(row.state, letter(row) % told, address("console:dead-letter", row.pk), str(row.get_state_display()))
    if len(rows) > MOST:
        left = len(rows) - MOST
        said = ngettext("and %(number)d more message", "and %(number)d more messages", left) % {"number": left}
        yield Hint("waiting", said, address("console:dead-letters"))


def letter(row: Inbox) -> str:
    if row.state in (Inbox.State.DEAD, Inbox.State.QUARANTINED):
        return _("%(type)s was given up by %(consumer)s after %(tries)d tries: %(error)s")
    if row.state == Inbox.State.PARKED:
        return _("%(type)s stands in line at %(consumer)s, behind an earlier message")
    if row.error_class:
        return _("%(type)s failed %(tries)d times at %(consumer)s and will be tried again: %(error)s")
    return _("%(type)s is being carried out by %(consumer)s")


def of_reviews(scope: Belonging) -> Iterator[Hint]:
    open_ones = [Operation.Status.UNKNOWN, Operation.Status.NEEDS_REVIEW]
    for one in Operation.objects.filter(order_id=scope.order_id, status__in=open_ones)[:MOST]:
        said = _("The gateway has not told what became of the %(kind)s.") % {"kind": one.get_kind_display()}
        yield Hint(one.status, said, address("console:order", scope.order_id), str(one.get_status_display()))


def of_holds(scope: Belonging) -> Iterator[Hint]:
    if Hold.objects.filter(order_id=scope.order_id, released_at=None).exists():
        yield Hint("held", _("The order is on hold."), address("console:order", scope.order_id))


def of_silence(scope: Belonging) -> Iterator[Hint]:
    """The relay and the saga's consumer always matter, and the workers of the services that it asks."""
    needed = {"relay", f"consumer {scope.consumer}", "worker orders", "worker inventory", "worker payments"}
    link = address("console:workers") or address("admin:backbone_process_changelist")
    for one in watch.silent():
        if one.role in needed:
            said = _("No %(role)s is alive: %(missing)s.") % {"role": one.role, "missing": one.missing}
            yield Hint("silent", said, link)


def address(name: str, *arguments: Any) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
