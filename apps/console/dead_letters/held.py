"""What consumers hold back: what waits for its next try, and what stands in line behind it."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone import dead_letters, recordsets
from apps.backbone.inbox import subscribers
from apps.backbone.models import Blocked, Inbox, table
from apps.console import frame, paging
from apps.console.dead_letters import filters
from apps.console.dead_letters.pages import SEE, SHOWN, with_lines

HELD_BACK = (Inbox.State.WAITING, Inbox.State.PARKED)


@frame.staff(SEE)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Of one consumer, of a service's consumers, or behind one group of dead letters; newest first."""
    asked = filters.read(request.GET)
    service = request.GET.get("service", "").replace("\x00", "")
    page = paging.page(request, rows(asked.wanted.group, asked.given, service).defer("raw", "traceback"), "-pk", SHOWN)
    heads = heads_of(page.rows)
    return frame.page(
        request,
        "console/dead_letters/held.html",
        _("Held back"),
        letters=[(row, line, heads.get((row.consumer, row.key))) for row, line in with_lines(page.rows)],
        page=page,
        whose=asked.given.get("consumer") or service,
        group=asked.wanted.group,
    )


def rows(group: Mapping[str, str], given: Mapping[str, str], service: str) -> QuerySet[Inbox]:
    if group:
        return behind(group)
    found = Inbox.objects.filter(state__in=HELD_BACK)
    if consumer := given.get("consumer"):
        found = found.filter(consumer=consumer)
    if service:
        found = found.filter(consumer__in=[name for name in subscribers if name.partition(".")[0] == service])
    return found


def behind(group: Mapping[str, str]) -> QuerySet[Inbox]:
    """What is parked behind the dead letters of a group, from the lines to their heads."""
    keys = (
        f"WITH {dead_letters.parked_lines('consumer = %s')} SELECT key FROM line "
        "WHERE state IN ('dead', 'quarantined') AND error_class = %s AND error_place = %s"
    )
    parked = Inbox.objects.filter(state=Inbox.State.PARKED, consumer=group["consumer"])
    return parked.extra(  # noqa: S610 - what comes from outside are parameters
        where=[f"{table(Inbox)}.key {recordsets.among_found(keys)}"], params=[group[name] for name in filters.GROUP]
    )


def heads_of(found: Sequence[Inbox]) -> dict[tuple[str, str], Inbox]:
    """What those that are parked wait for, so far as it has come."""
    keys = [row.key for row in found if row.state == Inbox.State.PARKED]
    blocked = {one.head: (one.consumer, one.key) for one in Blocked.objects.filter(key__in=keys)}
    heads = Inbox.objects.filter(message_id__in=list(blocked)).defer("raw", "traceback")
    return {(one.consumer, one.key): one for one in heads if blocked[one.message_id] == (one.consumer, one.key)}
