"""Dead letters to look at: the groups, one group's letters, one letter."""

import json
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone import dead_letters
from apps.backbone.inbox import subscribers
from apps.backbone.models import Blocked, Inbox, Message, SagaInstance
from apps.console import frame, lines, paging
from apps.console.dead_letters import fates, filters, groups as grouping, repairs
from apps.console.dead_letters.filters import Asked
from apps.console.problems.kind import address

SEE, REPAIR = "backbone.view_inbox", "backbone.change_inbox"
HOPELESS = ("Undecodable", "WrongSource")
"""No message of ours, whatever is mended around it: only other code could read it."""
SHOWN = 100
RECENT = 5
ALIKE = 200


@frame.staff(SEE)
@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    asked = filters.read(request.GET)
    found = grouping.grouped(asked)
    return frame.page(
        request,
        "console/dead_letters/groups.html",
        _("Dead letters"),
        groups=found,
        number=sum(group.number for group in found),
        waiting=waiting().count(),
        recent=[fates.standing(one) for one in repairs.recent(RECENT)],
        **choices(asked),
    )


def choices(asked: Asked) -> dict[str, Any]:
    """What the filter offers, and what of it is set."""
    return {
        "asked": asked,
        "given": asked.given,
        "within": filters.WITHIN,
        "consumers": sorted(subscribers),
        "types": types(asked),
        "filtered": bool(asked.given),
        "word_above": repairs.WORD_ABOVE,
    }


def types(asked: Asked) -> list[str]:
    """The types in the group, so far as a look at some of its letters shows."""
    some = filters.read({name: asked.given[name] for name in filters.GROUP if name in asked.given}).wanted.letters()
    return sorted({one for one in some.order_by("-pk").values_list("type", flat=True)[:ALIKE] if one})


def waiting() -> QuerySet[Inbox]:
    """Those that failed and will be tried again, by themselves or since somebody said so."""
    failed = Q(tries__gt=0) | ~Q(note="")
    return Inbox.objects.filter(failed, state=Inbox.State.WAITING)


@frame.staff(SEE)
@require_GET
def tried(request: HttpRequest) -> HttpResponse:
    page = paging.page(request, waiting().defer("raw", "traceback"), "-pk", SHOWN)
    heading = _("Failed, and waiting to be tried again")
    return frame.page(request, "console/dead_letters/waiting.html", heading, letters=with_lines(page.rows), page=page)


@frame.staff(SEE)
@require_GET
def group(request: HttpRequest) -> HttpResponse:
    """The letters of one group, or of any filter, newest first."""
    asked = filters.read(request.GET)
    page = paging.page(request, asked.wanted.letters().defer("raw", "traceback"), "-pk", SHOWN)
    head = page.rows[0] if page.rows else None
    of_group = asked.wanted.group
    last = repairs.last_of(of_group)
    found = grouping.grouped(filters.read(of_group)) if of_group else []
    return frame.page(
        request,
        "console/dead_letters/group.html",
        of_group.get("error_class") or (_("Unreadable") if of_group else _("Dead letters of every group")),
        letters=with_lines(page.rows),
        page=page,
        head=head,
        hopeless=of_group.get("error_class") in HOPELESS,
        count=asked.wanted.letters().count(),
        group=of_group,
        whole=found[0] if found else None,
        last=fates.standing(last) if last else None,
        joined=repairs.joined(last, of_group) if last else 0,
        joined_link=address("console:dead-letter-group", **of_group, joined=last.pk) if last else "",
        **choices(asked),
    )


def with_lines(rows: list[Inbox]) -> list[tuple[Inbox, lines.Line | None]]:
    """Each with its line of the log, which knows its order; none if it is not in the log."""
    messages_of = Message.objects.filter(message_id__in=[row.message_id for row in rows])
    found = {line.message_id: line for line in lines.lines((message, 0) for message in messages_of)}
    return [(row, found.get(row.message_id)) for row in rows]


@frame.staff(SEE)
@require_GET
def one(request: HttpRequest, row_id: int) -> HttpResponse:
    row = get_object_or_404(Inbox.objects.select_related("repair"), pk=row_id)
    message = Message.objects.filter(message_id=row.message_id).first()
    behind = Inbox.objects.filter(consumer=row.consumer, key=row.key, state=Inbox.State.PARKED).order_by("position")
    queue = list(behind[: SHOWN + 1]) if row.key else []
    return frame.page(
        request,
        "console/dead_letters/letter.html",
        row.type or _("Unreadable message"),
        row=row,
        message=message,
        line=lines.lines([(message, row.position)])[0] if message else None,
        behind=queue[:SHOWN],
        more_behind=behind.count() - SHOWN if len(queue) > SHOWN else 0,
        ahead=ahead(row),
        headers=headers(row, message),
        payload=payload(row),
        run=run_of(row, message),
        given_up=row.state in dead_letters.GIVEN_UP,
        hopeless=row.error_class in HOPELESS,
        fate=fates.fate(row) if row.repair_id else None,
        group_link=group_link(row),
        message_link=message_link(message),
    )


def message_link(message: Message | None) -> str:
    if message is None:
        return ""
    return address("console:event", message.seq)


def group_link(row: Inbox) -> str:
    query = {name: getattr(row, name) for name in filters.GROUP}
    return address("console:dead-letter-group", **query)


def ahead(row: Inbox) -> Inbox | None:
    """What a parked message waits for, if that has come."""
    if row.state != Inbox.State.PARKED:
        return None
    head = Blocked.objects.filter(consumer=row.consumer, key=row.key).values("head")
    return Inbox.objects.filter(consumer=row.consumer, message_id__in=head).first()


def headers(row: Inbox, message: Message | None) -> dict[str, Any]:
    """Everything around the payload: as the bytes say it, else as the log has it."""
    told = opened(row)
    if told:
        return told["envelope"] if isinstance(told.get("envelope"), dict) else without(told, "data")
    if message is None:
        return {}
    fields = ("message_id", "kind", "type", "source", "target", "stream", "version", "schema_version", "actor")
    fields += ("correlation_id", "causation_id", "traceparent", "occurred_at")
    return {name: value for name in fields if (value := getattr(message, name)) not in ("", None)}


def payload(row: Inbox) -> str:
    """What an event or a command says, without what stands around it; nothing if the bytes are neither."""
    told = opened(row)
    said = [told[name] for name in ("data", "body") if name in told]
    return json.dumps(said[0], ensure_ascii=False) if said else ""


def opened(row: Inbox) -> dict[str, Any]:
    return lines.opened(bytes(row.raw).decode("utf-8", "replace")) if row.raw else {}


def without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in fields.items() if each != name}


def run_of(row: Inbox, message: Message | None) -> tuple[str, str]:
    """The saga that it belongs to, and its page; the consumer's own saga first."""
    if message is None:
        return "", ""
    runs = list(SagaInstance.objects.filter(correlation_id=message.correlation_id).order_by("pk")[:SHOWN])
    named = [one for one in runs if row.consumer.startswith(one.saga)] or runs
    if not named:
        return "", ""
    link = address("console:run", named[0].pk)
    return f"{named[0].saga.replace('_', ' ')} …{str(named[0].key)[-8:]}", link
