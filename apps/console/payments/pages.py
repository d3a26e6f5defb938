"""Payments, the operations whose outcome nobody knows, and one payment beside what the gateway says of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.console import frame, paging
from apps.orders.models import Order
from apps.payments.gateway.simulated.models import SimulatedCharge
from apps.payments.models import LedgerEntry, Operation, Payment

SEE = "payments.view_payment"
SIZE = 50
NEWEST = ("-created_at", "-payment_id")
UNDECIDED = (Operation.Status.REQUESTED, Operation.Status.UNKNOWN, Operation.Status.NEEDS_REVIEW)
LONGEST = 200


@frame.staff(SEE)
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    given = frame.given(request, "q", "status")
    page = paging.page(request, found(given), NEWEST, SIZE)
    return frame.page(
        request,
        "console/payments/payments.html",
        _("Payments"),
        page=page,
        rows=with_orders(page.rows),
        given=given,
        narrowed=any(given.values()),
        statuses=Payment.Status.choices,
        review=in_review(),
    )


def found(given: dict[str, str]) -> QuerySet[Payment]:
    rows = Payment.objects.all()
    if given["status"]:
        rows = rows.filter(status=given["status"])
    return rows.filter(wanted(given["q"])) if given["q"] else rows


def wanted(text: str) -> Q:
    """A payment or an order by its id or number, or the beginning of the gateway's reference."""
    order_id = Order.objects.filter(number=text.upper()).values_list("order_id", flat=True).first()
    if order_id:
        return Q(order_id=order_id)
    try:
        return Q(pk=UUID(text)) | Q(order_id=UUID(text))
    except ValueError:
        return Q(gateway_reference__startswith=text)


def with_orders(rows: list[Any]) -> list[tuple[Any, str]]:
    """Each with its order's number."""
    numbers = dict(Order.objects.filter(pk__in=[row.order_id for row in rows]).values_list("pk", "number"))
    return [(row, numbers.get(row.order_id, "")) for row in rows]


def in_review() -> int:
    """Operations that only a person can settle."""
    return Operation.objects.filter(status=Operation.Status.NEEDS_REVIEW).count()


@frame.staff("payments.view_operation")
@require_GET
def undecided(request: HttpRequest) -> HttpResponse:
    """Operations that the gateway has not answered for good, those that stood still the longest first."""
    status = request.GET.get("status", "")
    chosen = (status,) if status in UNDECIDED else UNDECIDED
    rows = Operation.objects.filter(status__in=chosen)
    page = paging.page(request, rows, ("changed_at", "operation_id"), SIZE)
    return frame.page(
        request,
        "console/payments/open.html",
        _("Open operations"),
        page=page,
        rows=with_orders(page.rows),
        statuses=[(one.value, one.label) for one in UNDECIDED],
        status=status,
    )


@dataclass(frozen=True)
class Compared:
    """One amount as we and the gateway have it."""

    word: str
    ours_minor: int
    theirs_minor: int

    @property
    def same(self) -> bool:
        return self.ours_minor == self.theirs_minor


@frame.staff(SEE)
@require_GET
def payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    one = get_object_or_404(Payment, pk=payment_id)
    operations = list(
        Operation.objects.filter(payment_id=payment_id).order_by("requested_at", "operation_id")[:LONGEST]
    )
    charges = list(SimulatedCharge.objects.filter(key__in=[each.pk for each in operations]).order_by("created_at"))
    return frame.page(
        request,
        "console/payments/payment.html",
        _("Payment"),
        payment=one,
        number=Order.objects.filter(pk=one.order_id).values_list("number", flat=True).first() or "",
        operations=operations,
        charges=charges,
        compared=compared(one, [each for each in charges if each.approved]),
        undecided=any(each.status in UNDECIDED for each in operations),
        entries=list(LedgerEntry.objects.filter(payment_id=payment_id).order_by("id")[:LONGEST]),
    )


def compared(one: Payment, charges: list[SimulatedCharge]) -> list[Compared]:
    """Nothing before the gateway has charged anything."""
    if not charges:
        return []
    names = [
        (_("authorized"), "authorized_minor", "amount_minor"),
        (_("captured"), "captured_minor", "captured_minor"),
        (_("voided"), "voided_minor", "voided_minor"),
        (_("refunded"), "refunded_minor", "refunded_minor"),
    ]
    return [
        Compared(word, getattr(one, ours), sum(getattr(charge, theirs) for charge in charges))
        for word, ours, theirs in names
    ]
