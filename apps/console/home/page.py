"""Home: what needs a person, how the services and the orders stand, what happened last. Each part renews itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.console import frame, lines
from apps.console.home import figures, services, triage
from apps.console.problems import counting
from apps.orders.models import Order

LATEST = 20
TOP = 5


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the admin's index is given."""
    found = needs(request) | standing(request) | happened(request) | charted(request)
    return context | {"title": _("Home"), **found}


def needs(request: HttpRequest) -> dict[str, Any]:
    return {"cards": triage.cards(request), "problems": counting.top(TOP, request.user)}


def standing(request: HttpRequest) -> dict[str, Any]:
    return {"tiles": services.tiles() if request.user.has_perm("backbone.view_process") else None}


def happened(request: HttpRequest) -> dict[str, Any]:
    return {"latest": lines.latest(LATEST) if request.user.has_perm("backbone.view_message") else None}


def charted(request: HttpRequest) -> dict[str, Any]:
    may = request.user.has_perm
    return {
        "orders": figures.orders() if may("orders.view_order") else None,
        "any_orders": Order.objects.exists(),
        "minutes": figures.messages_by_minute() if may("backbone.view_message") else None,
        "durations": figures.durations() if may("django_celery_results.view_taskresult") else None,
    }


@frame.staff()
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    return render(request, "console/home/needs.html", needs(request))


@frame.staff("backbone.view_process")
@require_GET
def service_tiles(request: HttpRequest) -> HttpResponse:
    return render(request, "console/home/services.html", standing(request))


@frame.staff("backbone.view_message")
@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    return render(request, "console/home/latest.html", happened(request))


@frame.staff()
@require_GET
def charts(request: HttpRequest) -> HttpResponse:
    return render(request, "console/home/charts.html", charted(request))
