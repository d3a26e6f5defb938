"""Which order? Those that something can be done with, found by number, name or e-mail; each leads to its own form."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.console import frame
from apps.console.orders.glance import glance
from apps.console.orders.listing import ORDER, STATES, searched
from apps.console.orders.offers import BY_NAME, Action, refusal
from apps.orders.models import Order, Shipment
from apps.payments.models import Operation

FOUND = 20


def shipped(*statuses: str) -> Exists:
    return Exists(Shipment.objects.filter(order_id=OuterRef("pk"), status__in=statuses))


LIKELY = {
    "ship": STATES["to_ship"] & ~shipped("pending", "packed", "ready", "dispatched", "delivered", "lost"),
    "pack": Q(shipped("pending")),
    "dispatch": Q(shipped("packed", "ready")),
    "delivered": Q(shipped("dispatched")),
    "drop": Q(shipped("pending", "packed", "ready")),
    "lost": Q(shipped("dispatched")),
    "hold": Q(status__in=["placed", "confirmed"]),
    "release": Q(standing_holds__gt=0),
    "cancel": Q(status__in=["placed", "confirmed"]) & ~shipped("dispatched", "delivered", "lost"),
    "refund": Q(captured_minor__gt=F("refunded_minor")),
    "outcome": Exists(Operation.objects.filter(order_id=OuterRef("pk"), status=Operation.Status.NEEDS_REVIEW)),
}
"""What is shown before anything is typed."""


@dataclass(frozen=True)
class Candidate:
    order: Order
    address: str
    why_not: str


@frame.staff("orders.view_order")
@require_GET
def pick_order(request: HttpRequest, action: str) -> HttpResponse:
    """Enter on the only order that fits leads straight to its form."""
    wanted = BY_NAME.get(action)
    if wanted is None:
        raise Http404
    text = request.GET.get("q", "").strip()
    found = candidates(request, wanted, text)
    possible = [one for one in found if not one.why_not]
    if text and len(found) == len(possible) == 1 and not request.headers.get("HX-Request"):
        return redirect(possible[0].address)
    return frame.page(
        request,
        "console/start/pick.html",
        str(wanted.word),
        action=wanted,
        text=text,
        found=found,
        full=len(found) == FOUND,
        lacks=frame.lack(request.user, wanted.permission),
    )


def candidates(request: HttpRequest, wanted: Action, text: str) -> list[Candidate]:
    orders = Order.objects.filter(searched(text) if text else LIKELY[wanted.name]).order_by(*ORDER)
    return [
        Candidate(sheet.order, form_of(sheet.order, wanted), refusal(wanted, sheet, request.user))
        for sheet in glance(orders[:FOUND])
    ]


def form_of(order: Order, wanted: Action) -> str:
    return f"{reverse('console:order', args=[order.pk])}?{urlencode({'do': wanted.name})}"
