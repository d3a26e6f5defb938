"""Every order, newest first: found by number, customer or e-mail, narrowed by chips that stay in the address."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone import clock
from apps.console import frame, paging
from apps.orders.models import Order

ORDER = ("-placed_at", "-order_id")
SIZE = 50
FILTERS = ("state", "payment", "goods", "channel", "since", "day", "customer", "q")
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
WHOLE_DAYS = {"today": timedelta(), "fortnight": timedelta(days=13)}
"""How many days before today the first one is."""
STATES: dict[str, Q] = {
    **{str(value): Q(status=value) for value in Order.Status.values},
    "held": Q(standing_holds__gt=0),
    "to_ship": Q(status=Order.Status.CONFIRMED, fulfilment_status=Order.FulfilmentStatus.COMMITTED),
}


@dataclass(frozen=True)
class Chip:
    """A state to narrow the list by; the one that is chosen leads back to all."""

    value: str
    word: Any
    address: str
    chosen: bool


@frame.staff("orders.view_order")
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    given = {name: request.GET.get(name, "").strip() for name in FILTERS}
    page = paging.page(request, found(given), order=ORDER, size=SIZE)
    return frame.page(
        request,
        "console/orders/list.html",
        _("Orders"),
        page=page,
        given=given,
        chips=chips(given),
        choices=choices(given),
        narrowed=any(given.values()),
    )


def found(given: dict[str, str]) -> QuerySet[Order]:
    rows = Order.objects.filter(STATES.get(given["state"], Q()), searched(given["q"]), placed_since(given["since"]))
    rows = rows.filter(placed_on(given["day"]))
    for field, name, known in (
        ("payment_status", "payment", Order.PaymentStatus),
        ("fulfilment_status", "goods", Order.FulfilmentStatus),
        ("channel", "channel", Order.Channel),
    ):
        if given[name] in known.values:
            rows = rows.filter(**{field: given[name]})
    return rows.filter(customer_id=customer) if (customer := identity(given["customer"])) else rows


def searched(text: str) -> Q:
    """The beginning of a number, reference, name or e-mail; digits alone also end a number; ids are whole."""
    if not text or not text.isprintable():
        return Q()
    if whole := identity(text):
        return Q(pk=whole) | Q(customer_id=whole)
    wanted = Q()
    for field in ("number", "reference", "email", "customer_name"):
        wanted |= Q(**{f"{field}__istartswith": text[:200]})
    return wanted | Q(number__endswith=f"-{text}") if text.isdecimal() else wanted


def identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def placed_since(span: str) -> Q:
    if span in WHOLE_DAYS:
        return Q(placed_at__gte=midnight(timezone.localdate(clock.now()) - WHOLE_DAYS[span]))
    return Q(placed_at__gte=clock.now() - SPANS[span]) if span in SPANS else Q()


def placed_on(day: str) -> Q:
    """Nothing narrower if it is no day."""
    try:
        start = date.fromisoformat(day)
        return Q(placed_at__gte=midnight(start), placed_at__lt=midnight(start + timedelta(days=1)))
    except (ValueError, OverflowError):
        return Q()


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def chips(given: dict[str, str]) -> list[Chip]:
    words = {
        "placed": Order.Status.PLACED.label,
        "to_ship": _("to ship"),
        "held": _("on hold"),
        **{value: word for value, word in Order.Status.choices if value != "placed"},
    }
    return [Chip(value, word, switched(given, value), value == given["state"]) for value, word in words.items()]


def switched(given: dict[str, str], state: str) -> str:
    kept = {name: value for name, value in given.items() if value and name != "state"}
    return f"?{urlencode(kept if state == given['state'] else kept | {'state': state})}"


def choices(given: dict[str, str]) -> list[tuple[str, Any, list[tuple[str, Any, bool]]]]:
    """The filters that are rarer than a state: name, label, and what can be chosen."""
    spans = [
        ("hour", _("last hour")),
        ("today", _("today")),
        ("day", _("last 24 hours")),
        ("week", _("last 7 days")),
        ("fortnight", _("last 14 days")),
    ]
    known: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("payment", _("Payment"), Order.PaymentStatus.choices),
        ("goods", _("Fulfilment"), Order.FulfilmentStatus.choices),
        ("channel", _("Channel"), Order.Channel.choices),
        ("since", _("Placed"), spans),
    ]
    return [
        (name, label, [(value, word, value == given[name]) for value, word in options])
        for name, label, options in known
    ]


def address_of(changelist: QueryDict) -> str:
    """The query string of this list for one of the admin's, so that older links still narrow it."""
    names = {"q": "q", "status__exact": "state", "payment_status__exact": "payment", "since": "since"}
    names |= {"fulfilment_status__exact": "goods", "channel__exact": "channel"}
    kept = {names[name]: value for name, value in changelist.items() if name in names and value}
    return f"?{urlencode(kept)}" if kept else ""
