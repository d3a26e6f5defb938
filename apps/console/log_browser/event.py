"""One message: what it says and under which contract, who took it, what led to it and what it led to."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone import messages
from apps.backbone.contracts import schema_of
from apps.backbone.inbox import subscribers
from apps.backbone.models import Message, SagaInstance
from apps.backbone.saga_runner import sagas
from apps.console import frame, lines
from apps.console.languages import docstrings
from apps.console.log_browser.listing import SEE, place
from apps.console.log_browser.relatives import picture
from apps.console.log_browser.takers import takers
from apps.console.orders.waiting import run_page

RUNS = 20


@frame.staff(SEE)
@require_GET
def event(request: HttpRequest, seq: int) -> HttpResponse:
    message = get_object_or_404(Message.objects.select_related("numbered"), pk=seq)
    line = lines.lines([(message, place(message))])[0]
    drawing, number, cut = picture(message)
    return frame.page(
        request,
        "console/log_browser/event.html",
        message.type,
        message=message,
        line=line,
        known=message.type in messages.events or message.type in messages.commands,
        cause=Message.objects.filter(message_id=message.causation_id).first() if message.causation_id else None,
        takers=takers(message, line.position),
        runs=runs(message, line.order_id),
        drawing=drawing,
        number=number,
        cut=cut,
    )


def runs(message: Message, order_id: str) -> list[tuple[SagaInstance, str]]:
    """The sagas of its order and those with the same beginning, each with its page."""
    own = SagaInstance.objects.filter(saga__in=sorted(sagas), key=order_id) if order_id else []
    together = SagaInstance.objects.filter(correlation_id=message.correlation_id).order_by()[:RUNS]
    found = {run.pk: run for run in (*own, *together)}
    return [(run, run_page(run)) for run in sorted(found.values(), key=lambda run: (run.started_at, run.pk))]


@frame.staff(SEE)
@require_GET
def contract(request: HttpRequest, name: str) -> HttpResponse:
    """What a message of this type may say, and who hears it."""
    cls = messages.events.get(name) or messages.commands.get(name)
    if cls is None:
        raise Http404(_("There is no such type of message."))
    about: dict[str, Any] = schema_of(cls)
    return frame.page(
        request,
        "console/log_browser/contract.html",
        name,
        cls=cls,
        schema=json.dumps(about, ensure_ascii=False),
        says=docstrings.said(cls),
        hears=sorted(one.name for one in subscribers.values() if name in one.types and one.kind == cls.kind),
        file=f"contracts/{cls.kind}s/{name}.{cls.schema_version}.json",
    )


@frame.staff(SEE)
@require_GET
def old_list(request: HttpRequest) -> HttpResponse:
    return redirect("console:events", permanent=False)


@frame.staff(SEE)
@require_GET
def old_page(request: HttpRequest, seq: int) -> HttpResponse:
    return redirect("console:event", seq)
