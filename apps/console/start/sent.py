"""What became of a command that a form sent: under way, done, or refused and why."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET

from apps.backbone.models import Message
from apps.console import frame, lines

STOCK = ("console:stock", gettext_lazy("Stock"))
CUSTOMERS = ("console:customers", gettext_lazy("Customers"))
FORMS: dict[str, tuple[str, tuple[str, Any]]] = {
    "inventory.receive_stock": ("console:receive-stock", STOCK),
    "inventory.adjust_stock": ("console:adjust-stock", STOCK),
    "inventory.add_product": ("console:add-product", STOCK),
    "inventory.change_product": ("", STOCK),
    "inventory.open_warehouse": ("console:open-warehouse", STOCK),
    "orders.register_customer": ("console:add-customer", CUSTOMERS),
    "orders.change_customer": ("", CUSTOMERS),
}
"""For each command the form for another one, if it makes sense by itself, and the list that it changes."""


@frame.staff()
@require_GET
def sent(request: HttpRequest, message_id: UUID) -> HttpResponse:
    return frame.page(request, "console/start/sent.html", _("Sent"), **outcome(message_id))


@frame.staff()
@require_GET
def now(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The page's changing part, asked for until there is an answer."""
    return TemplateResponse(request, "console/start/sent_now.html", outcome(message_id))


def outcome(message_id: UUID) -> dict[str, object]:
    command = get_object_or_404(Message, message_id=message_id, kind="command", type__in=FORMS)
    form, (page, title) = FORMS[command.type]
    answers = list(Message.objects.filter(causation_id=message_id, kind="event").order_by("seq"))
    refusal = next((answer for answer in answers if answer.type.endswith("request_refused")), None)
    return {
        "command": lines.lines([(command, 0)])[0],
        "answers": lines.lines([(answer, 0) for answer in answers]),
        "reason": json.loads(refusal.body).get("reason", "") if refusal else "",
        "again": reverse(form) if form else "",
        "list": {"address": reverse(page), "title": title},
    }
