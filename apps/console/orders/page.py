"""One order: where it stands, what it is made of, what has happened to it, and what can be done now."""

import json
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone.models import Message
from apps.console import frame, lines
from apps.console.lines import Line
from apps.console.orders.forms import ActionForm
from apps.console.orders.offers import offers
from apps.console.orders.sheet import Sheet, place, sheet
from apps.console.orders.waiting import waits
from apps.orders.commands import PlaceOrder
from apps.orders.events import OrderRequestRefused
from apps.orders.models import Order

RECENT = 50_000
"""How far back, in messages, an order is looked for that is not placed yet."""


@frame.staff("orders.view_order")
@require_GET
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    found = Order.objects.filter(pk=order_id).first()
    return show(request, sheet(found)) if found else show_placing(request, order_id, "console/orders/placing.html")


@frame.staff("orders.view_order")
@require_GET
def now(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The page's changing part; nothing if it would look as it does."""
    found = Order.objects.filter(pk=order_id).first()
    if found is None:
        return show_placing(request, order_id, "console/orders/placing_now.html")
    if "seen" not in request.GET:
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    gathered = sheet(found)
    settled = "asked" in request.GET and not gathered.under_way(request.GET["asked"])
    if request.GET["seen"] == gathered.digest and not settled:
        return HttpResponse(status=204)
    return TemplateResponse(request, "console/orders/now.html", told(request, gathered))


def show(
    request: HttpRequest, found: Sheet, bound: tuple[str, ActionForm] | None = None, status: int = 200
) -> HttpResponse:
    title = _("Order %(number)s") % {"number": found.order.number}
    response = frame.page(request, "console/orders/page.html", title, **told(request, found, bound))
    response.status_code = status
    return response


def told(request: HttpRequest, found: Sheet, bound: tuple[str, ActionForm] | None = None) -> dict[str, Any]:
    causes: dict[UUID | None, Line] = {line.message_id: line for line in found.timeline}
    rows = [(line, causes.get(line.causation_id)) for line in found.timeline]
    people = lines.names({hold.held_by for hold in found.holds} | {hold.released_by for hold in found.holds})
    holds = [(hold, people.get(hold.held_by, hold.held_by)) for hold in found.holds]
    asked = request.GET.get("asked", "")
    return {
        "sheet": found,
        "order": found.order,
        "under_way": found.under_way(asked),
        "refused_for": found.refused(asked) if asked else "",
        "waits": waits(found),
        "rows": rows,
        "holds": holds,
        "offers": offers(found, request.user, bound, request.GET.get("do", "")),
    }


def show_placing(request: HttpRequest, order_id: UUID, template: str) -> HttpResponse:
    """An order that was asked for: not placed yet, or refused for good."""
    asked = request_for(order_id)
    refused = (
        Message.objects.filter(kind="event", stream=f"order-{order_id}", type=OrderRequestRefused.type)
        .order_by("version")
        .first()
    )
    if asked is None and refused is None:
        raise Http404(_("There is no such order."))
    reason = json.loads(refused.body).get("reason", "") if refused else ""
    return frame.page(
        request,
        template,
        _("Refused order") if refused else _("Placing order…"),
        order_id=order_id,
        refused=refused,
        reasons=[part.strip() for part in reason.split(";") if part.strip()],
        asked=lines.lines([(asked, place(asked))])[0] if asked else None,
    )


def request_for(order_id: UUID) -> Message | None:
    """The command that asks for it, among the last messages: there is no index on what a message says."""
    newest = Message.objects.aggregate(newest=Max("seq"))["newest"] or 0
    rows = Message.objects.filter(type=PlaceOrder.type, seq__gt=newest - RECENT, body__contains=str(order_id))
    return rows.select_related("numbered").order_by("-seq").first()
