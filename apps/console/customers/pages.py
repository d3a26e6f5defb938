"""Customers by name or email, with what each has ordered; and one of them with every order."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.console import frame, paging
from apps.orders.models import Customer, Order

SEE = "orders.view_customer"
SIZE = 50


@dataclass(frozen=True)
class Total:
    """What one customer's orders in one currency come to."""

    currency: str
    orders: int
    ordered_minor: int
    paid_minor: int
    """Captured, less what was refunded."""


@frame.staff(SEE)
@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    text = frame.given(request, "q")["q"]
    page = paging.page(request, found(text), ("name", "customer_id"), SIZE)
    sums = totals(row.pk for row in page.rows)
    return frame.page(
        request,
        "console/customers/customers.html",
        _("Customers"),
        page=page,
        rows=[(row, sums.get(row.pk, [])) for row in page.rows],
        text=text,
    )


def found(text: str) -> QuerySet[Customer]:
    """An order's number leads to whoever ordered it."""
    if not text:
        return Customer.objects.all()
    buyer = Order.objects.filter(number=text.upper()).values_list("customer_id", flat=True).first()
    return Customer.objects.filter(Q(name__icontains=text) | Q(email__istartswith=text) | Q(pk=buyer))


def totals(customer_ids: Iterable[UUID]) -> dict[UUID, list[Total]]:
    rows = Order.objects.filter(customer_id__in=list(customer_ids)).order_by("customer_id", "currency")
    counted = rows.values("customer_id", "currency").annotate(
        number=Count("pk"), ordered=Sum("total_minor"), captured=Sum("captured_minor"), refunded=Sum("refunded_minor")
    )
    told: dict[UUID, list[Total]] = defaultdict(list)
    for row in counted:
        paid = row["captured"] - row["refunded"]
        told[row["customer_id"]].append(Total(row["currency"], row["number"], row["ordered"], paid))
    return told


@frame.staff(SEE)
@require_GET
def customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    one = get_object_or_404(Customer, pk=customer_id)
    orders = Order.objects.filter(customer_id=customer_id)
    return frame.page(
        request,
        "console/customers/customer.html",
        one.name,
        customer=one,
        totals=totals([customer_id]).get(customer_id, []),
        page=paging.page(request, orders, ("-placed_at", "-order_id"), SIZE),
    )
