"""Messages of a run that somebody failed to carry out: tried again or discarded, as on the page of dead letters."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import ngettext

from apps.backbone import clock, dead_letters
from apps.backbone.models import Inbox
from apps.console import frame
from apps.console.dead_letters import repairs
from apps.console.dead_letters.filters import Wanted


def is_given_up(row: Inbox) -> bool:
    return row.state in dead_letters.GIVEN_UP


def is_repairable(row: Inbox) -> bool:
    """Given up, or failed and waiting for its next try."""
    failed = row.state == Inbox.State.WAITING and bool(row.error_class)
    return is_given_up(row) or (failed and row.due_at is not None and row.due_at > clock.now())


def try_again(request: HttpRequest, rows: Sequence[Inbox], reason: str) -> str:
    """Those given up in one repair, which says later what became of them; the others at once, before their time."""
    hurried = sum(hurry(row, frame.actor(request)) for row in rows if not is_given_up(row))
    done = hurried + begin(request, repairs.RETRY, [row for row in rows if is_given_up(row)], reason)
    said = ngettext("%(number)d message is tried again.", "%(number)d messages are tried again.", done)
    return said % {"number": done}


def discard(request: HttpRequest, rows: Sequence[Inbox], reason: str) -> str:
    done = begin(request, repairs.DISCARD, rows, reason)
    said = ngettext("%(number)d message is discarded.", "%(number)d messages are discarded.", done)
    return said % {"number": done}


def begin(request: HttpRequest, action: str, rows: Sequence[Inbox], reason: str) -> int:
    """How many the repair takes up; the deed itself is told with the run."""
    if not rows:
        return 0
    wanted = Wanted(rows=tuple(row.pk for row in rows))
    return repairs.begin(request, action, wanted, reason, told=True).asked


def hurry(row: Inbox, by: str) -> int:
    """None if it was carried out meanwhile."""
    try:
        dead_letters.requeue(row.pk, by=by)
    except dead_letters.NotRepairable:
        return 0
    return 1
